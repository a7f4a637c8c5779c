"""Weights of a text's terms, its fingerprint for comparison, and the thresholds for texts of a given length.

The constants are measured by `python -m tests.bench linking FILE` (ecb-short, ecb-full, headlines); `merge`, `alone`,
FEW, CHANCE and CROWD, which consolidation uses, also by `python -m tests.bench judged FOLDER`.
"""

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
from bot.text import taxonomy, word_lists
from bot.text.cache import BoundedCache
from bot.text.proper_names import names_of
from bot.text.term_weights import DocumentFrequencies, prior_rates
from bot.text.tokenisation import term, terms

TITLE_COUNTS = 1.5  # occurrences that one in the title counts as
NAME_WEIGHS = 1.3  # factor for a term that is part of a name
FIGURE_WEIGHS = 1.3  # factor for a figure
IDF_POWER = 0.85  # exponent of the idf; below 1, so that one very rare word does not outweigh three rare ones
NAMED = 400  # code points at the start of a text that are searched for names
TERMS = 64  # heaviest terms kept of an article
SUM_TERMS = 96  # heaviest terms kept of a signal
DAY = 86400  # seconds
FEW = 400  # live signals up to which thresholds are not raised
CHANCE = 0.5  # growth of the thresholds with the logarithm of the number of live signals
CROWD = 250  # signals holding a term beyond which it proposes no pairs for consolidation


PLACES = frozenset(key(stem) for each in word_lists.PLACES if (stem := term(each)))
_NO_NAMES = frozenset(stem for each in word_lists.CALENDAR | word_lists.AGENCIES if (stem := term(each)))


@cache
def common_terms() -> Mapping[int, float]:
    """`prior_rates` (share of news articles that contain a common term), by term key."""
    return {key(each): rate for each, rate in prior_rates().items()}


@cache
def topic_keys() -> frozenset[int]:
    """The keys of the words by which topics are known: one that is written like a name ("AI") is still a theme."""
    words = (word for topic in taxonomy.load().topics for word in (topic.name, *topic.aliases, *topic.words))
    return frozenset(key(stem) for word in words for stem in terms(word))


@dataclass(frozen=True, slots=True)
class Measure:
    """Expected similarity and thresholds for texts of a certain length.

    Headlines share a word or two by chance, so a single pair of them must be much more similar than an average of many
    pairs (`alone`). Without that, unrelated headlines would join one after another into a few heaps.
    """

    inner: float  # expected similarity of two texts of one story
    join: float  # closeness, relative to `inner`, from which an article joins a signal
    soon: float  # the same where titles share a name within a few days
    merge: float  # closeness from which two signals are merged
    alone: float  # increase of `merge`, as a share, for one pair of texts; divided by the root of the number of pairs


HEADLINE = Measure(inner=0.80, join=0.80, soon=0.30, merge=0.133, alone=1.5)
TEXT = Measure(inner=0.15, join=2.8, soon=1.2, merge=0.7125, alone=0.0)
HEADLINE_TERMS, TEXT_TERMS = 12, 30  # distinct terms up to which HEADLINE, and from which TEXT, applies


@lru_cache(maxsize=1 << 12)
def measure(length: float) -> Measure:
    """The thresholds for texts of `length` distinct terms, interpolated by its logarithm between HEADLINE and TEXT."""
    share = (log(max(1.0, length)) - log(HEADLINE_TERMS)) / (log(TEXT_TERMS) - log(HEADLINE_TERMS))
    share = min(1.0, max(0.0, share))
    return Measure(
        *(low + (high - low) * share for low, high in zip(_values(HEADLINE), _values(TEXT), strict=True)),
    )


@lru_cache(maxsize=1 << 12)
def crowded(signals: int, pairs: int) -> float:
    """Factor (at least 1) on a threshold when there are `signals` live signals and `pairs` pairs of texts averaged.

    The best of n chance similarities grows with log n; an average varies less by the square root of its pairs.
    """
    return 1.0 + CHANCE * max(0.0, log(max(1, signals) / FEW)) / sqrt(max(1, pairs))


def _values(of: Measure) -> tuple[float, ...]:
    return of.inner, of.join, of.soon, of.merge, of.alone


Times = tuple[float, float] | None
"""A time span as (first, last) in days since 1970; None: unknown."""

# --- texts as they are compared ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What is compared of a text: its term keys with their weights before idf, its names and its time."""

    terms: array[int]
    weights: array[float]
    named: Mapping[int, str]  # key of a term of a name → the name as written
    title_names: frozenset[int]  # keys of the terms of names in the title
    titled: int  # how many of `terms`, the first, are of the title
    times: Times  # of publication

    def vector(self, frequencies: DocumentFrequencies[int]) -> dict[int, float]:
        """Unit vector of the TERMS heaviest terms by tf-idf, heaviest first; empty if nothing has weight."""
        weights = map(mul, self.weights, frequencies.weights(self.terms))
        heavy = sorted(zip(self.terms, weights, strict=True), key=itemgetter(1), reverse=True)[:TERMS]
        length = sqrt(sum([weight * weight for _, weight in heavy]))
        return {each: weight / length for each, weight in heavy} if length else {}


def fingerprint(
    title: str, text: str, language: str | None, actors: Sequence[str], published: datetime | None, *, found: Tokens
) -> Fingerprint:
    """Fingerprint of a text whose tokens are `found`; `actors` come first among the names, as the story's subjects."""
    counts = dict.fromkeys(found.title, TITLE_COUNTS if text else 1.0)
    said = Counter(found.terms)
    titled = len(counts)
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
        titled,
        None if published is None else (published.timestamp() / DAY,) * 2,
    )


def name_terms(found: Iterable[str], language: str | None) -> dict[int, str]:
    """Keys of the names' uncommon terms, each with the first name that contains it."""
    known = _uncommon_keys_in(language)
    listed: dict[int, str] = {}
    for name in found:
        for each in known[name]:
            listed.setdefault(each, name)
    return listed


@lru_cache(maxsize=4)
def _uncommon_keys_in(language: str | None) -> BoundedCache[tuple[int, ...]]:
    """Cache of the keys of a name's uncommon terms, for one language."""
    return BoundedCache(partial(_uncommon_keys, language=language))


def _uncommon_keys(name: str, language: str | None) -> tuple[int, ...]:
    common = prior_rates()
    found = (each for each in terms(name, language) if each not in common and each not in _NO_NAMES)
    return tuple(key(each) for each in found if not each.isdigit())


def tells(shared: Collection[int]) -> bool:
    """Whether shared terms of names suggest one story: two of any kind, or one that is no well-known place."""
    return len(shared) > 1 or not PLACES.issuperset(shared)


def _weighed(counts: Mapping[int, float], named: Collection[int]) -> array[float]:
    """Weights of the terms by frequency and kind (name, figure), before idf."""
    return array(
        "f",
        [
            (1.0 + log(count) if count > 1 else count)
            * (NAME_WEIGHS if each in named else FIGURE_WEIGHS if each < 0 else 1.0)
            for each, count in counts.items()
        ],
    )
