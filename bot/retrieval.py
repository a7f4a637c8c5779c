"""Terms, names, weights and rankings of texts: what linking, wire copies and answers share.

The vector space is tf-idf with a sublinear tf and cosine (Salton & Buckley, "Term-weighting approaches in automatic
text retrieval", 1988); the ranking is Okapi BM25 (Robertson & Zaragoza, "The Probabilistic Relevance Framework", 2009).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache, partial
from itertools import chain, repeat
from math import log, sqrt
from typing import Generic, TypeVar

from bot import lexis
from bot.memo import Memo
from bot.text import exchanged

K = TypeVar("K")

Vector = dict[str, float]
"""Weights by term, of unit length (or empty)."""

BM25_K1 = 1.2
"""Saturation of repeated terms; Robertson & Zaragoza recommend 1.2 to 2."""
BM25_B = 0.75
"""Share of length normalisation; their usual value."""

PRIOR_DOCUMENTS = 1000
"""How many articles the static prior counts for: a fresh archive weighs words by it, a grown one by itself."""
MOST_DOCUMENTS = 100_000
"""Beyond so many all counts are halved, so that old news weighs less and memory stays bounded."""

HEADLINE_LENGTH = 250
"""Code points under which a text may be a headline, which may capitalise every word."""

_PUNCTUATION = (
    {"‘": "'", "’": "'", "‛": "'", "ʼ": "'", "`": "'", "´": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"'}
    | dict.fromkeys("‐‑‒–—−", "-")
    | dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad", "")
)
_MARKS = re.compile("[\u0300-\u036f]+")
_UNSPACED = "\u0e00-\u0eff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[a-z](?:\.[a-z])+(?![^\W_])\.?|\d+(?:[.,]\d+)+|[{_UNSPACED}]+|[^\W_{_UNSPACED}]+(?:'[^\W_]+)*")
_ASCII_WORD = re.compile(r"[a-z](?:\.[a-z])+(?![a-z0-9])\.?|\d+(?:[.,]\d+)+|[a-z0-9]+(?:'[a-z0-9]+)*")
_UNSPACED_ANYWHERE = re.compile(rf"[{_UNSPACED}]")
_SPECIAL = re.compile(rf"['.,{_UNSPACED}]")
_CAPITALISED = re.compile(
    r"[^\W\d_a-zß-öø-ÿ](?:(?<![^\W_].)|(?<=[\W_][a-z].)|(?<=^[a-z].))[^\W_]*(?:['’.&-][^\W_]+)*", re.DOTALL
)  # found by its capital, which is quick; the small letter in front of one (“iPhone”) is added in `_capitalised`
_SMALL = re.compile(r"(?<![^\W_])[a-zß-öø-ÿ]{3,}(?![^\W_])")
_BLANKED = {code: " " for code in range(128) if not (chr(code).isalnum() or chr(code) in "'.,")}
_INSIDE = re.compile(rf" (?:(?:{'|'.join(sorted(lexis.CONNECTORS))}) ){{0,2}}")
_POSSESSIVE = re.compile(r"['’]s?$")
_OPENER = re.compile(r"(?:^|[.!?:;…]|[\"“„«‘(|–—-])\s*$")


def fold(text: str) -> str:
    """The text without what only typography changes: case, accents, quotes, dashes, invisible characters, blanks."""
    return " ".join(_folded(text).split())


def _folded(text: str) -> str:
    """Folded but for its blanks."""
    if not text.isascii():
        text = exchanged(text, _PUNCTUATION)
        if not text.isascii():
            text = unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFKD", text)))
    return text.casefold()


def words(text: str) -> list[str]:
    """The folded words in order: "Fed's" is "fed", "U.S." is "us", "1,000" is "1000".

    Scripts written without blanks give their pairs of neighbouring characters.
    """
    return list(chain.from_iterable(map(_WORDS.__getitem__, pieces(text))))


def pieces(text: str) -> list[str]:
    """The folded text cut at its blanks and at marks that are part of no word: nearly words already, so that what is
    worked out of a piece need seldom be worked out."""
    text = _folded(text)
    if text.isascii():
        text = text.translate(_BLANKED)
    return text.replace(", ", "  ").replace(". ", "  ").split()  # as long as before is quicker


def words_in(piece: str) -> tuple[str, ...]:
    """The words of one piece."""
    if piece.isascii():
        found = _ASCII_WORD.findall(piece)
    else:
        found = _WORD.findall(piece)
        if _UNSPACED_ANYWHERE.search(piece):
            return tuple(part for word in found for part in (_parts(word) if _SPECIAL.search(word) else (word,)))
    return tuple(part for word in found for part in ((word,) if word.isalnum() else _parts(word)))


_WORDS = Memo(words_in)


@lru_cache(maxsize=1 << 12)
def _parts(word: str) -> tuple[str, ...]:
    if word[0].isdigit():
        return (re.sub(r",(?=\d{3}(?!\d))", "", word),)
    if "'" in word:
        head, _, tail = word.rpartition("'")
        return (head.replace("'", "") if tail == "s" else _elided(word),)
    if "." in word:
        return (word.replace(".", ""),)
    return tuple(word[at : at + 2] for at in range(max(1, len(word) - 1)))


def _elided(word: str) -> str:
    """ "l'accord" and "d'oro" are what follows; "o'neill" and "don't" are one word."""
    head, _, tail = word.partition("'")
    return tail if head in lexis.ELISIONS else word.replace("'", "")


def terms(text: str, language: str | None = None) -> list[str]:
    """The content terms in order, stemmed lightly; numbers are kept. `language` is ISO 639-1; None: as English."""
    known = _terms_in((language or "en")[:2].lower())
    return list(chain.from_iterable(map(known.__getitem__, pieces(text))))


@lru_cache(maxsize=4)
def _terms_in(language: str) -> Memo[tuple[str, ...]]:
    """The content terms of a piece."""
    return Memo(partial(_terms, language=language))


def _terms(piece: str, language: str) -> tuple[str, ...]:
    return tuple(found for word in words_in(piece) if (found := term(word, language)))


@lru_cache(maxsize=1 << 14)
def term(word: str, language: str = "en") -> str:
    """The stem of a folded word; "" where it is a stopword or a single letter."""
    if len(word) < 2 or word in lexis.stopwords(language):
        return "" if not word.isdigit() else word
    return word if word[0].isdigit() else _stem(word, language)


def _stem(word: str, language: str) -> str:
    if language == "en":
        return _stem_english(word)
    for suffix in lexis.SUFFIXES.get(language, "").split():
        if word.endswith(suffix) and len(word) - len(suffix) >= 4:
            return word[: -len(suffix)]
    return word


def _stem_english(word: str) -> str:
    """Step 1 of Porter (1980), and the final e and double l of his step 5: file, files, filed, filing are one."""
    if len(word) < 4:
        return word
    stem = _unending(_singular(word))
    if stem.endswith("ll") and len(stem) > 4:
        return stem[:-1]
    return stem[:-1] if stem.endswith("e") and len(stem) > 3 else stem


def _singular(word: str) -> str:
    if not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y" if len(word) > 4 else word[:-1]
    return word[:-2] if word.endswith(("sses", "ches", "shes", "xes", "zes")) else word[:-1]


def _unending(word: str) -> str:
    if word.endswith("ied") and len(word) > 4:
        return word[:-3] + "y"
    for suffix in ("ing", "ed"):
        stem = word[: -len(suffix)]
        if word.endswith(suffix) and len(stem) >= 3 and not word.endswith("eed") and any(v in stem for v in "aeiouy"):
            return stem[:-1] if stem[-1] == stem[-2] and stem[-1] not in "lsz" else stem
    return word


# --- names ---------------------------------------------------------------------------------------------------------


def names(text: str, beside: str = "") -> list[str]:
    """Runs of capitalised words, each once, in order: "Bank of England", "Micron", "EU".

    A common word that opens a sentence counts only where another capital follows ("White House"). In a headline that
    capitalises everything common words part the names. Common is what news commonly says, and what stands in small
    letters in the text itself or in `beside`, other text of the same article.
    """
    return _names(text, _Small(f"{text} {beside}"))


def names_of(title: str, lead: str) -> tuple[list[str], list[str]]:
    """The names of a title and of the text under it, each beside the other."""
    small = _Small(f"{title} {lead}")
    return _names(title, small), _names(lead, small)


class _Small:
    """The words in small letters of a text: each is looked for when it is asked for, which is seldom."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __contains__(self, word: str) -> bool:
        if not _SMALL.fullmatch(word):
            return False
        text, length = self._text, len(word)
        at = text.find(word)
        while at >= 0:
            if not (text[at - 1 : at].isalnum() or text[at + length : at + length + 1].isalnum()):
                return True
            at = text.find(word, at + length)
        return False


def _names(text: str, small: _Small) -> list[str]:
    found = list(_capitalised(text))
    headline = len(text) < HEADLINE_LENGTH and _all_capitals(text, found)
    last = len(found) - 1
    runs: list[list[str]] = []
    before = -1  # where the run ends that may go on
    for at, (start, end, word) in enumerate(found):
        gap = text[before:start] if before >= 0 else ""
        inside = gap == " " or (gap[-1:] == " " and _INSIDE.fullmatch(gap) is not None)
        followed = at < last and text[end : found[at + 1][0]] == " "
        anyway = headline or (not followed and _opens(text, start))
        calendar, stopword, common, name = _CAPITALS[word]
        plain = (calendar and not inside) or ((anyway or not inside) if stopword else (anyway and common))
        if plain or (anyway and word.lower() in small):
            before = -1
            continue
        if inside:
            runs[-1].append(gap.strip() + " " * (gap != " ") + name)
        else:
            runs.append([name])
        before = end if name == word else -1
    return list(dict.fromkeys(map(" ".join, runs)))


def _capitalised(text: str) -> Iterator[tuple[int, int, str]]:
    """Where each capitalised word begins and ends, and the word."""
    for match in _CAPITALISED.finditer(text):
        start, end = match.span()
        if start and text[start - 1].islower():
            yield start - 1, end, text[start - 1 : end]
        elif text[start].isupper():
            yield start, end, match[0]


def _opens(text: str, at: int) -> bool:
    """Whether a sentence, a clause or a quotation begins there; not behind a word and a blank, as most capitals do."""
    if at > 1 and text[at - 1] == " " and text[at - 2].isalnum():
        return False
    return bool(_OPENER.search(text[max(0, at - 4) : at]))


def _all_capitals(text: str, found: Sequence[tuple[int, int, str]]) -> bool:
    long = sum(end - start > 3 for start, end, _ in found)
    return long > 2 and long > 2 * sum(len(word) > 3 for word in _SMALL.findall(text))


def _capital(word: str) -> tuple[bool, bool, bool, str]:
    """Of a capitalised word: whether it is a date, a function word, a common word; and the word without a genitive's
    ending. What is all capitals is no function word (but "I" is) and no common one."""
    folded = _POSSESSIVE.sub("", fold(word))
    upper = word.isupper()
    stopword = folded in lexis.stopwords("en") and (not upper or len(word) == 1)
    return folded in lexis.CALENDAR, stopword, not upper and term(folded) in prior(), _POSSESSIVE.sub("", word)


_CAPITALS = Memo(_capital)


# --- weights -------------------------------------------------------------------------------------------------------


@cache
def prior() -> Mapping[str, float]:
    """The share of news articles that hold a common word, by its stem; a word not in it is rare."""
    return {
        term(word, language) or word: rate
        for language, tiers in lexis.COMMON.items()
        for rate, listed in tiers
        for word in listed.split()
    }


class Counts(Generic[K]):
    """In how many articles each term, or the key that stands for it, is found: counted as articles come, on top of a
    static prior: the share of articles that hold a common one; others are rare."""

    def __init__(self, prior: Mapping[K, float], power: float = 1.0) -> None:
        """`power` is what `weights` raises the idf to."""
        self._prior = {each: rate * PRIOR_DOCUMENTS + _UNSEEN for each, rate in prior.items()}
        self._counts = dict(self._prior)
        self._documents = 0
        self._weights = _Weights(PRIOR_DOCUMENTS + 1, power)

    def __len__(self) -> int:
        """How many articles were counted."""
        return self._documents

    def add(self, found: Iterable[K]) -> None:
        """Count one article; each term once."""
        self._documents += 1
        self.extend(set(found))
        if self._documents >= MOST_DOCUMENTS:
            self._halve()

    def extend(self, found: Iterable[K]) -> None:
        """Count further terms of something counted already: a second article of one story is no second story."""
        counts = self._counts
        for each in found:
            counts[each] = counts.get(each, _UNSEEN) + 1

    def _halve(self) -> None:
        self._documents //= 2
        known, self._counts = self._counts, dict(self._prior)
        for each, count in known.items():
            before = self._prior.get(each, _UNSEEN)
            if (seen := int(count - before)) > 1:
                self._counts[each] = before + seen // 2

    def weights(self, found: Iterable[K]) -> Iterator[float]:
        """The idf of each term to the power, in order; the number of articles in it may be _STALE, so that terms of the
        same count are weighed once."""
        whole = self._documents + PRIOR_DOCUMENTS + 1
        if not whole / _STALE <= self._weights.whole <= whole * _STALE:
            self._weights = _Weights(whole, self._weights.power)
        return map(self._weights.__getitem__, map(self._counts.get, found, repeat(_UNSEEN)))

    def idf(self, each: K) -> float:
        """-ln of the share of articles that hold the term, a half added so that the share is never 0: above 0."""
        return log((self._documents + PRIOR_DOCUMENTS + 1) / self._counts.get(each, _UNSEEN))


_UNSEEN = 0.5  # what a term that no article holds counts for
_STALE = 1.03  # growth of the archive, or its inverse, up to which terms keep their weights


class _Weights(dict[float, float]):
    """The idf, to a power, of a term that so many articles hold."""

    def __init__(self, whole: int, power: float) -> None:
        super().__init__()
        self.whole, self.power = whole, power

    def __missing__(self, count: float) -> float:
        self[count] = weight = float(log(max(1.0, self.whole / count)) ** self.power)
        return weight


class Frequencies(Counts[str]):
    """In how many articles each term stands, on top of what news commonly says."""

    def __init__(self) -> None:
        super().__init__(prior())


def vector(counts: Mapping[str, float], frequencies: Frequencies, most: int | None = None) -> Vector:
    """Counts by term → the `most` heaviest tf-idf weights (None: all), scaled to unit length; tf is 1 + ln(count)."""
    weighed = {each: (1 + log(count) if count > 1 else count) * frequencies.idf(each) for each, count in counts.items()}
    if most is not None and len(weighed) > most:
        weighed = dict(sorted(weighed.items(), key=lambda pair: (-pair[1], pair[0]))[:most])
    length = sqrt(sum(weight * weight for weight in weighed.values()))
    return {each: weight / length for each, weight in weighed.items()} if length else {}


def cosine(left: Mapping[str, float], right: Mapping[str, float]) -> float:
    """The dot product of two unit vectors: 0 to 1."""
    if len(left) > len(right):
        left, right = right, left
    get = right.get
    return min(1.0, sum(weight * get(each, 0.0) for each, weight in left.items()))


# --- ranking -------------------------------------------------------------------------------------------------------


def rank(query: str, texts: Sequence[str], language: str | None = None) -> list[tuple[int, float]]:
    """(index, BM25 score) of the texts that share a content term with the query, best first, ties in order.

    The frequencies are those of the texts themselves on top of the prior, so that a handful of sentences is enough.
    """
    wanted = set(terms(query, language))
    bags = [terms(text, language) for text in texts]
    frequencies = Frequencies()
    for bag in bags:
        frequencies.add(bag)
    mean = sum(map(len, bags)) / max(1, len(bags)) or 1.0
    scored = [(at, _bm25(wanted, bag, frequencies, len(bag) / mean)) for at, bag in enumerate(bags)]
    return sorted(((at, score) for at, score in scored if score > 0), key=lambda pair: (-pair[1], pair[0]))


def _bm25(wanted: Iterable[str], bag: Sequence[str], frequencies: Frequencies, length: float) -> float:
    norm = BM25_K1 * (1 - BM25_B + BM25_B * length)
    counts = {each: count for each in wanted if (count := bag.count(each))}
    return sum(frequencies.idf(each) * count * (BM25_K1 + 1) / (count + norm) for each, count in sorted(counts.items()))


def coverage(query: str, text: str, language: str | None = None) -> float:
    """The share, 0 to 1, of the query's content terms that stand in the text, rare ones counting more by the prior.

    0 where the query has no content term.
    """
    frequencies = Frequencies()
    held = set(terms(text, language))
    weights = {each: frequencies.idf(each) for each in terms(query, language)}
    whole = sum(weights.values())
    return sum(weight for each, weight in weights.items() if each in held) / whole if whole else 0.0
