"""Which signals of the archive are related to one: filed under the same actors, topics and places, the rare ones most.

labels of the signal → of each the latest signals that carry it → a weight a label → the largest sums
        where an answer has room for more: those whose titles speak of the same
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from heapq import nlargest
from math import log

from bot.model.archive import Archive
from bot.model.label import CategoryKind, Label
from bot.model.signal import Signal
from bot.model.stores import Store
from bot.text import tokenisation

LATEST = 100  # signals of a label that are looked at, the latest opened, so that no search grows with the archive
RELATING = (CategoryKind.ACTOR, CategoryKind.TOPIC, CategoryKind.PLACE)
SHARED = 2  # fewest topics and places, or terms, that relate two signals; one actor does so alone
LOOKED_AT = 20  # signals among which those are chosen that speak of the same


async def related(store: Store, signal: Signal, most: int) -> tuple[Signal, ...]:
    """At most `most` related signals, those filed alike first, the nearest of them before; then those whose titles
    share words with it: a strike over cranes in Brazil and one in Britain. Raises StorageError."""
    found = list(await filed_alike(store.archive, signal, most))
    if len(found) < most:
        known = {signal.id, *(each.id for each in found)}
        candidates = await store.signals.near(_subject(signal), LOOKED_AT)
        found += [each for each in candidates if each.id not in known and _speak_of_the_same(each, signal)]
    return tuple(found[:most])


def _subject(signal: Signal) -> str:
    return " . ".join((signal.title, *signal.actors, *signal.topics))


def _speak_of_the_same(one: Signal, other: Signal) -> bool:
    """Whether their titles, actors and topics share at least SHARED terms."""
    return len(set(tokenisation.terms(_subject(one))) & set(tokenisation.terms(_subject(other)))) >= SHARED


async def filed_alike(archive: Archive, signal: Signal, most: int) -> tuple[Signal, ...]:
    """At most `most` signals that share labels with it, the nearest first. Raises StorageError."""
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
