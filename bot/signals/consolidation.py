"""Find live signals that report the same story, by agglomerative clustering: the closest pair joins first."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable
from math import sqrt

from bot.model.signal import Signal
from bot.signals.centroids import Cluster, days_apart, fading
from bot.signals.likeness import BEYOND_NAMES, SMALL, LiveIndex
from bot.signals.weighing import HEADLINE_TERMS, crowded, measure, tells

TOLD_TWICE = 1.25  # factor on the closeness asked of two signals that readers have both been shown
NAMED_SOON = 0.85  # factor on what is asked of one article whose title names what the other signal's titles name too
"""Measured by `python -m tests.bench linking FILE` and `python -m tests.bench judged FOLDER`."""


def consolidate(
    signals: Iterable[Signal], index: LiveIndex, told: Collection[int] = (), *, beyond: bool = False
) -> tuple[tuple[int, int], ...]:
    """Return (absorbed id, survivor id) pairs of signals to merge; the survivor is the lowest id. Never splits.

    Repeatedly joins the two closest clusters that share a name or rare words, while they are close enough. `told` are
    ids of signals already sent to some channel; two of those must be closer (TOLD_TWICE). With `beyond`, `signals` may
    also be merged with any other in the index, so only changed signals need be given. Signals not in the index are
    ignored. Deterministic.
    """
    return _Consolidation(sorted({signal.id for signal in signals}), index, frozenset(told), beyond).run()


class _Consolidation:
    def __init__(self, chosen: list[int], index: LiveIndex, told: frozenset[int], beyond: bool) -> None:
        chosen = [each for each in chosen if each in index]
        for each in chosen:
            index.reweigh(each)
        self._told = told
        self._signals = len(index) if beyond else len(chosen)
        among = None if beyond else set(chosen)
        self._clusters: dict[int, Cluster] = {each: index.cluster(each) for each in chosen}
        self._near: dict[int, dict[int, float]] = {each: {} for each in chosen}  # dot products by pair of clusters
        self._heap: list[tuple[float, int, int]] = []
        self._last: dict[tuple[int, int], float] = {}  # latest closeness; outdates heap entries
        for one in chosen:
            for other in index.neighbours(one):
                if among is None or other in among:
                    self._pair(one, other, index)

    def _pair(self, one: int, other: int, index: LiveIndex) -> None:
        if other in self._near[one]:
            return
        if other not in self._clusters:
            self._clusters[other] = index.cluster(other)
        left, right = self._clusters[one], self._clusters[other]
        if _are_comparable(left, right):
            self._bind(one, other, left.dot(right))
            self._weigh(one, other, comparable=True)

    def _bind(self, one: int, other: int, dot: float) -> None:
        self._near.setdefault(one, {})[other] = dot
        self._near.setdefault(other, {})[one] = dot

    def run(self) -> tuple[tuple[int, int], ...]:
        while self._heap:
            close, one, other = heapq.heappop(self._heap)
            if one in self._clusters and other in self._clusters and -close == self._last[one, other]:
                self._join(one, other)
        return tuple(
            (absorbed, survivor)
            for survivor, cluster in sorted(self._clusters.items())
            for absorbed in sorted(cluster.signal_ids)
            if absorbed != survivor
        )

    def _weigh(self, one: int, other: int, *, comparable: bool = False) -> None:
        """Compute a pair's closeness and queue it if high enough; `comparable`: already known to be comparable."""
        low, high = min(one, other), max(one, other)
        left, right = self._clusters[low], self._clusters[high]
        close = self._close(left, right, self._near[low][high]) if comparable or _are_comparable(left, right) else 0.0
        self._last[low, high] = close
        if close >= 1.0:
            heapq.heappush(self._heap, (-close, low, high))

    def _close(self, left: Cluster, right: Cluster, dot: float) -> float:
        """Relative average similarity divided by what is asked; the two are joined from 1 on."""
        sizes = left.group.size * right.group.size
        if not sizes:
            return 0.0
        asked = measure(max(left.group.length, right.group.length))
        within = sqrt(left.group.inner(asked.inner) * right.group.inner(asked.inner))
        same = left.tells_same_act(right)
        if (
            not same
            and max(left.group.size, right.group.size) <= SMALL
            and left.is_theme(right, BEYOND_NAMES * within * sizes)
        ):
            return 0.0
        border = asked.merge * crowded(self._signals, sizes) * (1.0 + asked.alone / sqrt(sizes))
        if min(left.group.size, right.group.size) == 1 and left.shares_title_name(right):
            border *= NAMED_SOON
        close = dot / sizes / within / border * fading(days_apart(left.times, right.times))
        close = max(close, 1.0) if same else close
        both_told = not self._told.isdisjoint(left.signal_ids) and not self._told.isdisjoint(right.signal_ids)
        return close / TOLD_TWICE if both_told else close

    def _join(self, one: int, other: int) -> None:
        """Join two clusters. Dot products with a third add up, so only those not known yet are computed."""
        kept, gone = self._clusters[one], self._clusters.pop(other)
        mine, theirs = self._near[one], self._near.pop(other)
        dots: dict[int, float] = {}
        for each in sorted({*mine, *theirs} - {one, other}):
            beside = self._clusters[each]
            dots[each] = (mine[each] if each in mine else kept.dot(beside)) + (
                theirs[each] if each in theirs else gone.dot(beside)
            )
            self._near[each].pop(other, None)
        kept.take(gone, mine[other])
        self._near[one] = {}
        for each, dot in dots.items():
            self._bind(one, each, dot)
            self._weigh(one, each)


def _are_comparable(left: Cluster, right: Cluster) -> bool:
    """Whether they share a distinctive name, rare words in their titles, one act there, or a rare heavy word as well
    as any name.

    Headlines need only the rare heavy word, since they often write names in lower case.
    """
    shared = left.named & right.named
    if tells(shared) or left.shares_rare_words(right) or left.tells_same_act(right):
        return True
    headlines = max(left.group.length, right.group.length) < HEADLINE_TERMS
    return (bool(shared) or headlines) and not left.marks.isdisjoint(right.marks)
