"""How much a term weighs, by how many articles hold it.

The weight is the inverse document frequency (Spärck Jones, "A statistical interpretation of term specificity", 1972).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from itertools import repeat
from math import log
from typing import Generic

from bot.text import word_lists
from bot.text.tokenisation import K, term, terms

PRIOR_DOCUMENTS = 1000
"""How many articles the static prior counts for: a fresh archive weighs words by it, a grown one by itself."""
MOST_DOCUMENTS = 100_000
"""Beyond so many all counts are halved, so that old news weighs less and memory stays bounded."""


# --- weights -------------------------------------------------------------------------------------------------------


@cache
def prior_rates() -> Mapping[str, float]:
    """The share of news articles that hold a common word, by its stem; a word not in it is rare."""
    return {
        term(word, language) or word: rate
        for language, tiers in word_lists.COMMON.items()
        for rate, listed in tiers
        for word in listed.split()
    }


class DocumentFrequencies(Generic[K]):
    """In how many articles each term (or the key that stands for it) is found.

    Articles are counted as they come, on top of a static prior: the share of news articles that hold a common term.
    """

    def __init__(self, prior: Mapping[K, float], power: float = 1.0) -> None:
        """`prior`: rates from 0 to 1 by term; `power`: what `weights` raises the inverse document frequency to."""
        self._prior = {each: rate * PRIOR_DOCUMENTS + _UNSEEN for each, rate in prior.items()}
        self._counts = dict(self._prior)
        self._documents = 0
        self._weights = _WeightByCount(PRIOR_DOCUMENTS + 1, power)

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
        """Count further terms of a story that is counted already, such as those of its second article."""
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
        """The inverse document frequency of each term, raised to the power, in order.

        The number of articles in it may be off by the factor _STALE, so that each count is weighed only once.
        """
        whole = self._documents + PRIOR_DOCUMENTS + 1
        if not whole / _STALE <= self._weights.whole <= whole * _STALE:
            self._weights = _WeightByCount(whole, self._weights.power)
        return map(self._weights.__getitem__, map(self._counts.get, found, repeat(_UNSEEN)))

    def idf(self, each: K) -> float:
        """-ln of the share of articles that hold the term, above 0; half an article is added to be so."""
        return log((self._documents + PRIOR_DOCUMENTS + 1) / self._counts.get(each, _UNSEEN))


_UNSEEN = 0.5  # the count of a term that no article holds
_STALE = 1.03  # growth of the archive, or its inverse, up to which terms keep their weights


class _WeightByCount(dict[float, float]):
    """The weight of a term by the number of articles that hold it, computed on first use."""

    def __init__(self, whole: int, power: float) -> None:
        super().__init__()
        self.whole, self.power = whole, power

    def __missing__(self, count: float) -> float:
        self[count] = weight = float(log(max(1.0, self.whole / count)) ** self.power)
        return weight


class TermFrequencies(DocumentFrequencies[str]):
    """Document frequencies of terms as strings, on top of the rates of common words in news."""

    def __init__(self) -> None:
        super().__init__(prior_rates())


@cache
def _common() -> TermFrequencies:
    """The rates of common words alone; nothing is ever added to it."""
    return TermFrequencies()


@lru_cache(maxsize=1 << 8)
def query_weights(query: str, language: str | None = None) -> Mapping[str, float]:
    """The query's content terms with their shares of its weight, rare ones having more; they sum to 1."""
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
