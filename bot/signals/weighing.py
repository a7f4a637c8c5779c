"""How much the terms of a text weigh, and what of it is compared: its fingerprint."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache, partial
from math import log, sqrt
from operator import itemgetter, mul

from bot.signals.tokens import Tokens, key
from bot.text import word_lists
from bot.text.cache import BoundedCache
from bot.text.proper_names import names_of
from bot.text.term_weights import DocumentFrequencies, prior_rates
from bot.text.tokenisation import term, terms

TITLE_COUNTS = 1.5  # a title's term counts as one and a half of the body's
NAME_WEIGHS = 1.3  # a term that is part of a name, against one that is not
FIGURE_WEIGHS = 1.3
IDF_POWER = 0.85  # under 1, so that one unheard-of word does not outweigh three telling ones
NAMED = 400  # code points of a text searched for names
TERMS = 64  # of an article, the heaviest
SUM_TERMS = 96  # of a signal, the heaviest
DAY = 86400  # seconds
FEW = 400  # signals among which accidents do not matter yet
CHANCE = 0.5  # growth of what is asked with the logarithm of their number
CROWD = 250  # signals that hold a term from which on it proposes no pair of them


PLACES = frozenset(key(stem) for each in word_lists.PLACES if (stem := term(each)))
_NO_NAMES = word_lists.CALENDAR | word_lists.AGENCIES


@cache
def common_terms() -> Mapping[int, float]:
    """`prior` by key."""
    return {key(each): rate for each, rate in prior_rates().items()}


@dataclass(frozen=True, slots=True)
class Measure:
    """What is expected and asked of texts of a certain length."""

    inner: float  # expected similarity of two texts of one story
    join: float  # closeness, relative to it, at which an article joins
    soon: float  # … where titles of the same days share a name
    merge: float  # … and at which two signals are one
    alone: float  # growth of that for a single pair of texts; it falls with the square root of their number


HEADLINE = Measure(inner=0.80, join=0.80, soon=0.30, merge=0.133, alone=1.5)
TEXT = Measure(inner=0.15, join=2.8, soon=1.2, merge=0.7125, alone=0.0)
HEADLINE_TERMS, TEXT_TERMS = 12, 30  # distinct terms up to which, and from which on, these hold


@lru_cache(maxsize=1 << 12)
def measure(length: float) -> Measure:
    """What is asked of texts of so many distinct terms: between the two above by the logarithm of the length."""
    share = (log(max(1.0, length)) - log(HEADLINE_TERMS)) / (log(TEXT_TERMS) - log(HEADLINE_TERMS))
    share = min(1.0, max(0.0, share))
    return Measure(
        *(low + (high - low) * share for low, high in zip(_values(HEADLINE), _values(TEXT), strict=True)),
    )


@lru_cache(maxsize=1 << 12)
def crowded(signals: int, pairs: int) -> float:
    """By how much more likeness is asked among so many signals, where it is an average of so many pairs of texts: an
    average of many strays less, by the square root of their number."""
    return 1.0 + CHANCE * max(0.0, log(max(1, signals) / FEW)) / sqrt(max(1, pairs))


def _values(of: Measure) -> tuple[float, ...]:
    return of.inner, of.join, of.soon, of.merge, of.alone


Times = tuple[float, float] | None
"""A stretch of time, in days since 1970; None: unknown."""

# --- texts as they are compared ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A text as it is compared: the keys of its terms with their weights before idf, and the names in it."""

    terms: array[int]
    weights: array[float]
    named: Mapping[int, str]  # key of a term of a name → the name as written
    title_names: frozenset[int]  # those of them in the title
    times: Times  # of publication

    def vector(self, frequencies: DocumentFrequencies[int]) -> dict[int, float]:
        """Unit length, the heaviest terms only and first."""
        weights = map(mul, self.weights, frequencies.weights(self.terms))
        heavy = sorted(zip(self.terms, weights, strict=True), key=itemgetter(1), reverse=True)[:TERMS]
        length = sqrt(sum([weight * weight for _, weight in heavy]))
        return {each: weight / length for each, weight in heavy} if length else {}


def fingerprint(
    title: str, text: str, language: str | None, actors: Sequence[str], published: datetime | None, *, found: Tokens
) -> Fingerprint:
    """`found` is the title and the text cut; `actors` come first among the names: they are who the story is about."""
    counts = dict.fromkeys(found.title, TITLE_COUNTS if text else 1.0)
    said = Counter(found.terms)
    for each in counts:
        counts[each] += said.pop(each, 0)
    counts.update(said)
    in_title, in_lead = names_of(title, text[:NAMED])
    named = name_terms((*actors, *in_title, *in_lead), language)
    return Fingerprint(
        array("q", counts),
        _weighed(counts, named),
        {each: name for each, name in named.items() if each in counts or name in actors},
        frozenset(name_terms(in_title, language)),
        None if published is None else (published.timestamp() / DAY,) * 2,
    )


def name_terms(found: Iterable[str], language: str | None) -> dict[int, str]:
    """The keys of names' terms that are no common words, each with the first name it stands in."""
    known = _telling_in(language)
    listed: dict[int, str] = {}
    for name in found:
        for each in known[name]:
            listed.setdefault(each, name)
    return listed


@lru_cache(maxsize=4)
def _telling_in(language: str | None) -> BoundedCache[tuple[int, ...]]:
    """The keys of a name's terms that are no common words."""
    return BoundedCache(partial(_telling, language=language))


def _telling(name: str, language: str | None) -> tuple[int, ...]:
    common = prior_rates()
    found = (each for each in terms(name, language) if each not in common and each not in _NO_NAMES)
    return tuple(key(each) for each in found if not each.isdigit())


def tells(shared: Collection[int]) -> bool:
    """Whether shared names say that two stories may be one: a name, or two where they are but well-known places."""
    return len(shared) > 1 or not PLACES.issuperset(shared)


def _weighed(counts: Mapping[int, float], named: Collection[int]) -> array[float]:
    """The weights of terms by how often they stand there, before idf."""
    return array(
        "f",
        [
            (1.0 + log(count) if count > 1 else count)
            * (NAME_WEIGHS if each in named else FIGURE_WEIGHS if each < 0 else 1.0)
            for each, count in counts.items()
        ],
    )
