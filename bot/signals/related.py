"""Which signals of the archive are related to one: filed under the same actors, topics and places, the rare ones most.

labels of the signal → of each the latest signals that carry it → a weight a label → the largest sums
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from heapq import nlargest
from math import log

from bot.model.archive import Archive
from bot.model.label import CategoryKind, Label
from bot.model.signal import Signal

LATEST = 100  # signals of a label that are looked at, the latest opened, so that no search grows with the archive
RELATING = (CategoryKind.ACTOR, CategoryKind.TOPIC, CategoryKind.PLACE)
SHARED = 2  # fewest topics and places that relate two signals; one actor does so alone


async def related(archive: Archive, signal: Signal, most: int) -> tuple[Signal, ...]:
    """At most `most` related signals, the nearest first. Raises StorageError."""
    carriers = await archive.carriers(labels_of(signal), LATEST)
    return await archive.some(nearest(signal.id, carriers, most))


def labels_of(signal: Signal) -> tuple[Label, ...]:
    """What relates the signal to others."""
    held = zip(RELATING, (signal.actors, signal.topics, signal.places), strict=True)
    return tuple(Label(kind, value, value) for kind, values in held for value in values)


def nearest(signal_id: int, carriers: Mapping[Label, Sequence[int]], most: int) -> tuple[int, ...]:
    """At most `most` ids of related signals, the nearest first, of equally near ones the latest opened.

    `carriers`: by label of the signal the ids of the at most LATEST latest that carry it. A label weighs the less the
    more of them there are (inverse document frequency: Spärck Jones, 1972).
    """
    weights: dict[int, float] = defaultdict(float)
    shared: dict[int, int] = defaultdict(int)
    for label, ids in carriers.items():
        weight, counted = log(1 + LATEST / max(1, len(ids))), SHARED if label.kind is CategoryKind.ACTOR else 1
        for each in ids:
            weights[each] += weight
            shared[each] += counted
    found = (each for each, number in shared.items() if number >= SHARED and each != signal_id)
    return tuple(nlargest(most, found, key=lambda each: (weights[each], each)))
