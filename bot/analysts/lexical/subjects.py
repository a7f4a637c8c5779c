"""Determine the dimensions an article is about, by the words of weighted lists in it.

Each word adds its weight, more in title and lead and less on each repetition; the list with the highest sum gives the
first dimension, and lists near it the others. Measure with `python -m tests.bench categories FILE`.

A lexicon with weighted words and no training, as in General Inquirer (Stone et al. 1966): the lists are written from
what the dimensions mean. The constants are by judgement, but for the one that evens out the breadth of the social
list, set on the first half of AG News' test set and of HuffPost's categories; the benchmark prints both halves.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence

from bot.analysts.lexical.deeds import Deed
from bot.analysts.lexical.lexicon_hits import Hit, Hits
from bot.analysts.lexical.words import TITLE, Scan
from bot.model.finding import Dimension

MARGIN = 0.75
"""A further dimension is named where its score reaches this share of the best one's."""
LEAST = 4.0
"""Minimum score of a named dimension: one strong word in the title, or two in the text."""
MOST = 3

_BREADTH = {Dimension.SOCIAL: 0.8}
"""Factor on a list's score: “women”, “people”, “police” occur in stories of every dimension, so they weigh less."""
_DEED_DIMENSIONS = {
    "market": Dimension.ECONOMIC, "firm": Dimension.ECONOMIC, "probe": Dimension.ECONOMIC, "crisis": Dimension.SOCIAL,
}  # fmt: skip
"""By kind of deed; the others are political."""
_FIRM = 1
_PLACE_WEIGHT = {TITLE: 2.0, 0: 1.4, 1: 1.2}


def scores(scan: Scan, hits: Hits) -> dict[str, float]:
    """By list: the sum of its words' weights, more for title and lead, less for each time a word comes again."""
    lead = scan.where[: bisect_right(scan.where, max(_PLACE_WEIGHT))]
    return {group: _score(lead, found) for group, found in hits.items()}


def with_deed(sums: dict[str, float], deed: Deed | None) -> dict[str, float]:
    """The scores, with that of the deed's dimension raised to LEAST where the deed reaches beyond one firm.

    For languages whose lists of dimensions are short: who does what to what says what an article is about.
    """
    if deed is None or deed.level <= _FIRM:
        return sums
    dimension = _DEED_DIMENSIONS.get(deed.kind, Dimension.POLITICAL)
    return {**sums, dimension: max(LEAST, sums.get(dimension, 0.0))}


def _score(lead: Sequence[int], found: Iterable[Hit]) -> float:
    """`lead` has the sentences of the tokens that count for more."""
    times: dict[str, int] = {}
    score, border = 0.0, len(lead)
    for at, entry in found:
        times[entry.opening] = nth = times.get(entry.opening, 0) + 1
        score += (entry.weight if at >= border else entry.weight * _PLACE_WEIGHT[lead[at]]) / nth
    return score


def dimensions(sums: Mapping[str, float]) -> tuple[Dimension, ...]:
    """The best dimension and those within the margin, best first; empty where none of their words stands here."""
    even = {dimension: sums.get(dimension, 0.0) * _BREADTH.get(dimension, 1.0) for dimension in Dimension}
    ranked = sorted(Dimension, key=lambda dimension: -even[dimension])
    best = even[ranked[0]]
    if best <= 0:
        return ()
    near = [d for d in ranked[1:MOST] if even[d] >= max(LEAST, MARGIN * best)]
    return (ranked[0], *near)
