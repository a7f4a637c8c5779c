"""Which signals are related: by what they are filed under, the rare labels most."""

from __future__ import annotations

from typing import Any

from bot.model.label import CategoryKind, Label
from bot.model.signal import Batch
from bot.signals.related import LATEST, filed_alike, labels_of, nearest, related
from tests import make
from tests.clock import MORNING

ARDEN = Label(CategoryKind.ACTOR, "Arden Bank", "Arden Bank")
WATER = Label(CategoryKind.TOPIC, "water", "water")
SPAIN = Label(CategoryKind.PLACE, "ES", "ES")


def test_one_actor_relates_or_two_other_labels() -> None:
    """A topic alone, or a place alone, does not."""
    assert nearest(1, {ARDEN: (1, 2), WATER: (1, 3, 4), SPAIN: (1, 4, 5)}, 9) == (4, 2)


def test_a_rare_label_counts_more_than_common_ones() -> None:
    """What few share says more than what all do."""
    every = tuple(range(1, LATEST + 1))
    assert nearest(1, {ARDEN: (1, 2), WATER: every, SPAIN: every}, 2) == (2, LATEST)


def test_of_equally_near_ones_the_latest_comes_first() -> None:
    """And no more of them than asked for; the order in which they are given says nothing."""
    assert nearest(1, {ARDEN: (1, 2, 3)}, 9) == nearest(1, {ARDEN: (3, 2, 1)}, 9) == (3, 2)
    assert nearest(1, {ARDEN: (1, 2, 3)}, 1) == (3,)
    assert nearest(1, {}, 9) == nearest(1, {ARDEN: ()}, 9) == ()


async def test_related_signals_are_found_in_the_archive(store: Any) -> None:
    """Also one without actors; of what nothing is filed with, none."""
    await make.stored(store, make.article(1))
    drought = make.signal(1, title="Reservoirs empty", actors=(), topics=("water", "farming"), places=("ES",))
    harvest = make.signal(2, title="Olives fail", actors=(), topics=("farming",), places=("ES",))
    chips = make.signal(3)
    await store.signals.save(Batch(signals=(drought, harvest, chips)), MORNING)
    assert set(labels_of(drought)) >= {WATER, SPAIN}
    assert [each.id for each in await filed_alike(store.archive, drought, 5)] == [2]
    assert await filed_alike(store.archive, chips, 5) == ()


async def test_an_answer_names_what_speaks_of_the_same(store: Any) -> None:
    """Behind what is filed alike; a single word makes none related."""
    await make.stored(store, make.article(1))
    here = make.signal(1, title="Dockers strike over remote cranes", actors=(), topics=("shipping",), places=("GB",))
    there = make.signal(2, title="Remote cranes drive dockers out", actors=(), topics=(), places=("BR",))
    alike = make.signal(3, title="Ferries idle", actors=(), topics=("shipping",), places=("GB",))
    other = make.signal(4, title="Dockers play football", actors=(), topics=(), places=("FR",))
    await store.signals.save(Batch(signals=(here, there, alike, other)), MORNING)
    assert [each.id for each in await related(store, here, 5)] == [3, 2]
    assert [each.id for each in await related(store, here, 1)] == [3]
