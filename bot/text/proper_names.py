"""Proper names in a text, recognised by their capitals."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.text import word_lists
from bot.text.cache import BoundedCache
from bot.text.term_weights import prior_rates
from bot.text.tokenisation import fold, term

HEADLINE_LENGTH = 250
"""Code points under which a text may be a headline, which may capitalise every word."""
_SMALL_LETTER = "a-zß-öø-ÿąćęłńśźżčďěňřšťůžđőűğış"
_CAPITALISED = re.compile(
    rf"[^\W\d_{_SMALL_LETTER}](?:(?<![^\W_].)|(?<=[\W_][a-z].)|(?<=^[a-z].))[^\W_]*(?:['’.&-][^\W_]+)*", re.DOTALL
)  # found by its capital, which is quick; the small letter in front of one (“iPhone”) is added in `_capitalised`
_SMALL = re.compile(rf"(?<![^\W_])[{_SMALL_LETTER}]{{3,}}(?![^\W_])")
_INSIDE = re.compile(rf" (?:(?:{'|'.join(sorted(word_lists.CONNECTORS))}) ){{0,2}}")
_POSSESSIVE = re.compile(r"['’]s?$")
_OPENER = re.compile(r"(?:^|[.!?:;…]|[\"“„«‘(|–—-])\s*$")


def names(text: str, beside: str = "") -> list[str]:
    """Runs of capitalised words, each once, in order: "Bank of England", "Micron", "EU".

    A common word that opens a sentence counts only where another capital follows ("White House"). In a headline that
    capitalises everything common words part the names. Common is what news commonly says, and what stands in small
    letters in the text itself or in `beside`, other text of the same article.
    """
    return _names(text, _Small(f"{text} {beside}"))


def names_of(title: str, lead: str) -> tuple[list[str], list[str]]:
    """The names of a title and of the text under it; what is in small letters in one counts for the other too."""
    small = _Small(f"{title} {lead}")
    return _names(title, small), _names(lead, small)


class _Small:
    """The words that stand in small letters in a text; searched for on demand, which is seldom."""

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
    """(start, end, word) of each capitalised word, in code points."""
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
    """Of a capitalised word: is it a date, a function word, a common word; and the word without a genitive ending.

    A word all in capitals is no function word (but "I" is) and no common word.
    """
    folded = _POSSESSIVE.sub("", fold(word))
    upper = word.isupper()
    stopword = folded in word_lists.stopwords("en") and (not upper or len(word) == 1)
    return (
        folded in word_lists.CALENDAR,
        stopword,
        not upper and term(folded) in prior_rates(),
        _POSSESSIVE.sub("", word),
    )


_CAPITALS = BoundedCache(_capital)
