"""What an article is about: its dimensions, by how much of its wording belongs to each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.analysts.lexical.lexicon import Hit
from bot.analysts.lexical.words import TITLE, Scan
from bot.types import Dimension

MARGIN = 0.6
"""A further dimension is named where it reaches this share of the best one."""
LEAST = 4.0
"""And at least this much: one strong word in the title, or two in the text."""
MOST = 3

_PLACE_WEIGHT = {TITLE: 2.0, 0: 1.4, 1: 1.2}


def scores(scan: Scan, hits: Iterable[Hit]) -> dict[str, float]:
    """By list: the sum of its words' weights, more for title and lead, less for each time a word comes again."""
    seen: dict[tuple[str, str], int] = {}
    sums: dict[str, float] = {}
    for hit in hits:
        key = (hit.group, scan.stems[hit.at])
        times = seen[key] = seen.get(key, 0) + 1
        weight = hit.weight * _PLACE_WEIGHT.get(scan.where[hit.at], 1.0) / times
        sums[hit.group] = sums.get(hit.group, 0.0) + weight
    return sums


def dimensions(sums: Mapping[str, float]) -> tuple[Dimension, ...]:
    """The best dimension and those within the margin, best first; empty where none of their words stands here."""
    ranked = sorted(Dimension, key=lambda dimension: -sums.get(dimension, 0.0))
    best = sums.get(ranked[0], 0.0)
    if best <= 0:
        return ()
    near = [d for d in ranked[1:MOST] if sums.get(d, 0.0) >= max(LEAST, MARGIN * best)]
    return (ranked[0], *near)
