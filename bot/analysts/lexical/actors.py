"""Find the actors of an article (organisations, companies, people) by how their names are written.

The weights below are tuned; measure them with `python -m tests.bench judged FOLDER`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import NamedTuple

from bot.analysts.lexical import german, name_context, name_merging
from bot.analysts.lexical.bylines import CAPITAL, NAME_WORD, barred_in, is_own
from bot.analysts.lexical.claims import headline
from bot.analysts.lexical.lexicon import Lexicon
from bot.analysts.lexical.words import Scan, begun
from bot.model.article import TextOrigin
from bot.text.cache import BoundedCache
from bot.text.datelines import end_of_dateline
from bot.text.stems import stem
from bot.text.taxonomy import Taxonomy
from bot.text.word_lists import word_set

MOST = 6

_LINK = (
    r"(?:of the|of|for the|de la|de los|de|del|della|di|da|do|du|des|la|le|van der|van den|van|von der|von|bin|al|for"
    r"|für|&)"
)
_COUNTED = r"(?! (?:per cent|percent|pc|points?|times|thousand|[mbtr]+illion|bn|years?|months?|weeks?|days?|hours?)\b)"
_INITIAL = r"\.(?<=[a-zß-öø-ÿ] [A-Z]\.) "  # of “George W. Bush”
_MORE = rf"(?:(?:(?: {_LINK})? |{_INITIAL})(?:{NAME_WORD}|\d{{1,3}}(?![\w%.,]){_COUNTED}))*"
_NAMES = re.compile(rf"(?<![\w.])(?:{NAME_WORD}){_MORE}")
_CAPITALISED = re.compile(rf"{CAPITAL}(?:(?<![\w.].)[\w&’'\-]*(?:\.{CAPITAL}[\w.]*)?{_MORE}|(?<=[a-z].)())")
"""Finds the same as _NAMES in two fifths of the time where no name starts with a small letter. Its group matches at a
capital inside a word (“iPhone”): then _NAMES must be used instead."""
_COMPOUND = re.compile(
    r"-(?:\w{3,}(?:ed|ing)|driven|stricken|owned|led|style|made|born|run|wide|held|type|size|like|free)$"
    r"|^(?:anti|pro|non|ex|post|pre|mid|pan|trans)-(?=\w)",
    re.IGNORECASE,
)
"""Cuts “AI-driven”, “Google-Backed”, “anti-Calder” down to the name: the compound itself is not a name."""
_SENTENCE_START = re.compile(r"(?:^|[.!?:…]|\n|[-–—•*]\s)[\s“”\"'‘’(\[«»]*$")
_FIRST_SENTENCE = re.compile(r"[^\n.!?]{12,200}(?:[.!?…]+[”\"’]?(?=\s|$)|\n)")
_SMALL = word_set("a an and as at but by for from in into is nor of on or over so than the to up vs via with")
_START = 40  # characters of the first words of a text
_CONTRACTED = re.compile(r"\w+[’'](?:m|ve|ll|d|t|re)", re.IGNORECASE)
_PLURAL = re.compile(r"(?:^|\s)[A-Z]{2,}s$")  # “Tech CEOs”
_WEIGHTS = (3.0, 2.0, 1.0)
"""Weight of a mention in the title, in the lead (the first _LEAD characters), and further down."""
_TITLE_ALONE = 2.9
"""Weight of a title mention whose capital proves nothing: just below the threshold, so the text must name it too."""
_LEAD = 300
_LONGEST_ACRONYM = 6
_ENDINGS = (
    "ing",
    "ed",
    "ly",
    "tion",
    "sion",
    "ment",
    "ity",
    "ness",
    "ous",
    "ies",
    "ers",
    "ors",
    "ants",
    "ents",
    "ive",
)
"""Endings of common words, rare in names."""
_SAYS = re.compile(r" (?:said|says|fell|rose|shed|told|and [A-Z])")
_ACTS = re.compile(
    r" (?:said|says|fell|rose|will|would|has|had|is|was|did|told|plans|shed|lost|won|cut|sold|bought|made|makes|shares"
    r"|lifted|raised|warned|denied|declined|announced|reported|agreed|posted|and [A-Z])\b"
)
"""What follows a name at the start of a sentence more often than it follows a common word."""
_ARTICLES = frozenset({"The", "A", "An"})
_NAME_OPENERS = frozenset(
    {"New", "First", "Old", "One", "La", "Le", "Los", "Las", "El", "Di", "Da", "Von", "San", "Santa"}
)
_OTHER = "Orveld"
"""A made-up name that is in no word list, used by is_plain to test how its neighbours are treated."""
_POSSESSIVE = frozenset(["’s", "'s"])
_OF = frozenset({"of", "for", "al", "für"})
_STOPS = frozenset(".!?:…")
_ENDS = frozenset('.!?:…\n”"»)')

_Mention = tuple[str, float, bool]
"""A name, the weight of its mention, and whether it is doubtful: perhaps capitalised only because it starts a sentence
or stands in a headline."""


def _without_nouns(found: Iterable[_Mention], names: german.Names) -> list[_Mention]:
    return [(name, weight, doubtful) for run, weight, doubtful in found if (name := names.cut(run))]


class _Named(NamedTuple):
    """A name in a run of capitalised words."""

    name: str
    lower: str
    first: bool  # it begins the run


class Namer:
    """Finds actors; caches its result for each run of capitalised words."""

    def __init__(self, taxonomy: Taxonomy, lexicon: Lexicon) -> None:
        self.taxonomy = taxonomy
        self.lists = lexicon.names
        self.known = lexicon.known  # stems of common words
        self.heads = lexicon.names["heads"]
        self.foreign = lexicon.foreign
        self._opening = BoundedCache(partial(self.cleaned, initial=True))
        self._inside = BoundedCache(partial(self.cleaned, initial=False))
        self._plain = BoundedCache(self.is_plain)

    def actors(self, scan: Scan) -> tuple[str, ...]:
        """The names of the actors, at most MOST, ordered by the summed weights of their mentions.

        Leaves out places, days, personal titles, the article's publisher, news agencies and the byline.
        """
        article = scan.article
        barred = barred_in(scan, self.lists["agencies"])
        told = begun(article)
        text = "" if article.text_from is TextOrigin.TITLE or article.text == article.title else told
        title = headline(article.title)
        found = [*self.in_text(_without_heading(text), barred), *self.in_title(title, text, barred)]
        found = [mention for mention in found if not is_own(mention[0], article.publisher.name)]
        if article.language == "de":
            found = _without_nouns(found, german.Names(title, text, self.foreign))
        weights = self.believed(found, told)
        merged = name_merging.merged(weights, name_merging.acronyms(told, weights))
        floor = _WEIGHTS[1] if len(article.text) > 4 * _LEAD else _WEIGHTS[2]
        ranked = sorted(merged, key=lambda name: -merged[name])
        context = name_context.Context(title, told, article.language, cased=_title_case(title))
        acting = (name for name in ranked if merged[name] >= floor and name_context.may_act(name, context))
        return tuple(islice(acting, MOST))

    def in_text(self, text: str, barred: frozenset[str]) -> Iterator[_Mention]:
        beginning = end_of_dateline(text, 0, len(text))
        for match in _runs(text):
            at = match.start()
            initial = at in {0, beginning} or ((text[at - 1] != " " or text[at - 2] in _ENDS) and _starts(text, at))
            for name, lower, first in (self._opening if initial else self._inside)[match[0]]:
                if lower in barred:
                    continue
                weight = _WEIGHTS[1] if at < _LEAD else _WEIGHTS[2]
                doubtful = initial and first and " " not in name and not _written(name)
                if doubtful and _SAYS.match(text, match.end()):
                    weight = _WEIGHTS[0]
                elif doubtful and not name.endswith("s") and _ACTS.match(text, match.end()):
                    weight = _WEIGHTS[1]
                yield name, weight, doubtful

    def in_title(self, title: str, text: str, barred: frozenset[str]) -> Iterator[_Mention]:
        """Yield the mentions in a headline; of one that capitalises every word only names that the text says too."""
        cased = _title_case(title)
        for match in _runs(title):
            initial = match.start() < 2 or _starts(title, match.start())
            for piece in self.uncommon(match.group(), text) if cased else [match.group()]:
                for name, lower, first in (self._opening if initial else self._inside)[piece]:
                    if lower in barred:
                        continue
                    begins = initial and first and " " not in name and not _SAYS.match(title, match.end())
                    alone = text and (cased or begins) and not any(map(_written, name.split(" ")))
                    yield name, _TITLE_ALONE if alone else _WEIGHTS[0], cased or begins

    def uncommon(self, run: str, text: str) -> list[str]:
        """Split the run at common words and drop these: “Apple Unveils Chip” → “Apple”; where there is a text, also at
        what does not stand beside each other in it."""
        pieces: list[list[str]] = [[]]
        for word in run.split(" "):
            if word.lower() in self.lists["openers"] or self.common(word, text):
                pieces.append([])
            elif text and pieces[-1] and " ".join((*pieces[-1], word)) not in text:
                pieces.append([word])
            else:
                pieces[-1].append(word)
        return [" ".join(piece) for piece in pieces if piece]

    def cleaned(self, run: str, *, initial: bool) -> tuple[_Named, ...]:
        """The names in a run of capitalised words."""
        words = run.split(" ")
        if words[0] in _ARTICLES or (initial and self.opens(words)):
            words = words[1:]
        parts = [words] if all(map(self._plain.__getitem__, words)) else list(map(self.shorn, self.parts(words)))
        names = [" ".join(self.without_party(part)).strip("-’'.,&") for part in parts]
        found = [(at, name) for at, name in enumerate(names) if len(name) > 1 and self.is_name(name)]
        return tuple([_Named(name, name.lower(), at == 0) for at, name in found])

    def is_plain(self, word: str) -> bool:
        """Whether `parts` and `shorn` leave the word alone in every position, so that `cleaned` may skip them."""
        runs = ([word, _OTHER], [_OTHER, word], [_OTHER, word, _OTHER])
        return all(list(map(self.shorn, self.parts(run))) == [run] for run in runs)

    def parts(self, words: Sequence[str]) -> list[list[str]]:
        """Split the run after possessives, at titles and between adjacent names: “Google’s DeepMind”, “Treasury
        Secretary Scott Bessent”, “Larry Kroon of the Bible Church”."""
        parts: list[list[str]] = [[]]
        titled = False
        for at, word in enumerate(words):
            owned = word[-2:] in _POSSESSIVE and not self.owns(word, words[at + 1 :])
            bare = word[:-2] if owned else word
            bare = _COMPOUND.sub("", bare) if "-" in bare else bare
            if bare == "PM" or (
                self.is_title(bare, parts[-1]) and not self.heads.intersection(_lower(words[at + 1 :][:1]))
            ):
                parts[-1] = self.without_portfolio(parts[-1])
                titled = True
            elif titled and not parts[-1] and word in self.lists["links"]:
                continue
            elif not self.parted(word, parts[-1]):
                if parts[-1] or not titled or bare.lower() not in self.lists["portfolios"]:
                    parts[-1].append(bare)
                if bare == word:
                    continue
            parts.append([])
        return [part for part in parts if part]

    def owns(self, word: str, following: Sequence[str]) -> bool:
        """Whether a possessive is part of the name, a brand’s or an institution’s (“Moody’s”, “Sheriff’s Office”)."""
        lower = word.lower().replace("’", "'")
        if lower in self.lists["possessives"]:
            return True
        owner = lower.removesuffix("'s")
        holds = owner in self.lists["plain"] or owner in self.lists["titles"]
        return holds and bool(self.heads.intersection(_lower(following[:1])))

    def parted(self, word: str, before: list[str]) -> bool:
        """Whether the word separates two names: “of” not after an institution, or an opener such as “The”."""
        if word in _OF:
            return bool(before) and before[-1].lower().rstrip("s") not in self.heads
        return (
            bool(before)
            and word[0].isupper()
            and word not in _NAME_OPENERS
            and word.lower() in self.lists["openers"]
            and word.lower() not in self.heads
        )

    def opens(self, words: list[str]) -> bool:
        """Whether the first word is a sentence opener and not part of the name, as “New” may be."""
        return words[0].lower() in self.lists["openers"] and not (len(words) > 1 and words[0] in _NAME_OPENERS)

    def is_title(self, word: str, before: list[str]) -> bool:
        """Whether the word is a title: roles anywhere in a run (“Ford Chief Executive”), “King” only at its start."""
        lower = word.lower().rstrip(".")
        if word == "PM" or lower in self.lists["roles"]:
            return not before or before[-1].lower() not in self.lists["links"]
        return lower in self.lists["titles"] and not self.without_portfolio(before)

    def without_portfolio(self, words: list[str]) -> list[str]:
        while words and words[-1].lower().rstrip(".") in self.lists["portfolios"]:
            words = words[:-1]
        return words

    def shorn(self, words: list[str]) -> list[str]:
        """The words without days, linking words at either end, and a trailing legal form such as “Inc”."""
        links = self.lists["links"]
        kept = [word for word in words if word.lower() not in self.lists["days"]]
        while kept and kept[0] in links:
            kept = kept[1:]
        while kept and kept[-1] in links:
            kept = kept[:-1]
        return kept[:-1] if len(kept) > 1 and kept[-1].lower() in self.lists["forms"] else kept

    def without_party(self, words: list[str]) -> list[str]:
        """“Texas Democrat Bo Lindqvist” → “Bo Lindqvist”; “Conservative Party of Canada” as it is."""
        if len(words) <= len(("Ana", "Ruiz")):
            return words
        before, person = _lower(words[:-2]), _lower(words[-2:])
        named = before[-1] in self.lists["parties"] and all(map(self.taxonomy.is_place, before[:-1]))
        return words[-2:] if named and not self.heads.intersection(person) else words

    def is_name(self, name: str) -> bool:
        lower, generic = name.lower().replace("’", "'"), self.lists["generic"]
        if lower in generic or lower in self.lists["openers"] or self.taxonomy.is_place(lower):
            return False
        words = lower.split(" ")
        if _PLURAL.search(name) or _CONTRACTED.fullmatch(name) or self.is_origin(words) or self.is_thing(words):
            return False
        shouted = name.isupper() and (len(name) > _LONGEST_ACRONYM or lower in self.lists["plain"])
        if len(words) == 1 and (name.isdigit() or shouted):
            return False
        lettered = [word for word in words if not word.isdigit()]
        return words[0] not in self.lists["geography"] and not generic.issuperset(lettered)

    def is_thing(self, words: Sequence[str]) -> bool:
        """Whether it names a law, a region, a games or a holiday, which act in nothing: “Digital Services Act”."""
        if len(words) > 1 and words[-1] in self.lists["things"]:
            return True
        occasions = self.lists["occasions"]
        return any(" ".join(words[at:]) in occasions for at in range(len(words)))

    def is_origin(self, words: Sequence[str]) -> bool:
        """Whether all words are places, nationalities or creeds: “Russia-Ukraine”, “Chinese American”, “late Russian”,
        “Texas Democrat”, “Convicted US”."""
        pieces = [piece for word in words for piece in word.split("-")]
        named = [piece for piece in pieces if piece not in self.lists["portfolios"]]
        named = named[1:] if len(named) > 1 and (named[0] in self.lists["plain"] or named[0].endswith("ed")) else named
        return all(self.taxonomy.is_place(piece) or piece in self.lists["affiliations"] for piece in named)

    def believed(self, found: Iterable[_Mention], text: str) -> dict[str, float]:
        """Sum the weights by name. Doubtful mentions count where the name also has a sure mention, or where it is not
        a common word and the doubtful ones alone weigh as much as a title mention."""
        sure: dict[str, float] = {}
        unsure: dict[str, float] = {}
        for name, weight, doubtful in found:
            into = unsure if doubtful else sure
            into[name] = into.get(name, 0.0) + weight
        parts = {word for name in sure for word in name.split(" ")}
        for name, weight in unsure.items():
            if name in sure or name in parts or (weight >= _WEIGHTS[0] and not self.common(name, text)):
                sure[name] = sure.get(name, 0.0) + weight
        return sure

    def common(self, name: str, text: str) -> bool:
        """Whether a single capitalised word is probably an ordinary word; of a compound, whether all its parts are."""
        if " " in name or _written(name):
            return False
        if "-" in name:
            return all(self.common(part, text) for part in name.split("-") if part)
        lower = name.lower()
        listed = lower in self.lists["plain"] or lower in self.lists["affiliations"] or stem(lower) in self.known
        return listed or (len(lower) > 4 and lower.endswith(_ENDINGS)) or f" {lower}" in text


def _runs(text: str) -> list[re.Match[str]]:
    """The runs of capitalised words, linking words included."""
    found = list(_CAPITALISED.finditer(text))
    return list(_NAMES.finditer(text)) if any(match.lastindex for match in found) else found


def _without_heading(text: str) -> str:
    """The text without a first line or sentence that capitalises all but small words, as a repeated headline does."""
    if not all(map(_heads, text[:_START].split()[:-1])):
        return text  # a cheap look at the first words
    first = _FIRST_SENTENCE.match(text)
    heads = first and _title_case(first[0]) and all(_heads(word) for word in first[0].split())
    return text[first.end() :] if first and heads else text


def _heads(word: str) -> bool:
    return not word[0].islower() or word in _SMALL


def _starts(text: str, at: int) -> bool:
    last = text[at - 1 : at]
    if last == "\n" or (last == " " and at > 1 and text[at - 2] in _STOPS):
        return True
    return _SENTENCE_START.search(text, max(0, at - 6), at) is not None


def _title_case(title: str) -> bool:
    """Whether the headline capitalises (nearly) every long word."""
    long = [word for word in title.split() if len(word) > 3 and word[0].isalpha()]
    return len(long) > 1 and sum(word[0].isupper() for word in long) >= 0.75 * len(long)


def _written(word: str) -> bool:
    """Whether a part of the word has a capital or a digit after its first character, which only names have."""
    return any(char.isupper() or char.isdigit() for part in word.split("-") for char in part[1:])


def _lower(words: Sequence[str]) -> list[str]:
    return list(map(str.lower, words))
