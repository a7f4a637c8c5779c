"""Terms, names, weights and rankings of texts: what linking, wire copies and answers share.

The vector space is tf-idf with a sublinear tf and cosine (Salton & Buckley, "Term-weighting approaches in automatic
text retrieval", 1988); the ranking is Okapi BM25 (Robertson & Zaragoza, "The Probabilistic Relevance Framework", 2009).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import repeat
from math import log, sqrt
from typing import Generic

from bot.text import word_lists
from bot.text.tokenisation import K, term, terms

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


# --- weights -------------------------------------------------------------------------------------------------------


@cache
def prior() -> Mapping[str, float]:
    """The share of news articles that hold a common word, by its stem; a word not in it is rare."""
    return {
        term(word, language) or word: rate
        for language, tiers in word_lists.COMMON.items()
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


@cache
def _common() -> Frequencies:
    """The prior alone; nothing is ever added to it."""
    return Frequencies()


@lru_cache(maxsize=1 << 8)
def query_weights(query: str, language: str | None = None) -> Mapping[str, float]:
    """The query's content terms with their shares of its weight, rare ones more by the prior; they sum to 1."""
    weights = {each: _common().idf(each) for each in terms(query, language)}
    whole = sum(weights.values())
    return {each: weight / whole for each, weight in weights.items()} if whole else {}


def coverage(query: str, text: str, language: str | None = None) -> float:
    """The share, 0 to 1, of the query's content terms that stand in the text, rare ones counting more by the prior.

    0 where the query has no content term.
    """
    weights = query_weights(query, language)
    held = set(terms(text, language)) if weights else ()
    return min(1.0, sum([weight for each, weight in weights.items() if each in held]))
