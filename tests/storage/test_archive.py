"""The archive as it is read from outside: pages by what signals are filed under, days, labels and counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.model.archive import ANSWER_BOUNDS, AnswerTimes, ArchiveQuery
from bot.model.brief import Account, Brief, BriefItem
from bot.model.channel import ChannelSettings
from bot.model.delivery import Sent, Unknown
from bot.model.event import Asker, Event, EventKind
from bot.model.finding import Dimension
from bot.model.label import CategoryKind, Label
from bot.model.messages import text
from bot.model.outgoing import DRAFT, addressed
from bot.model.signal import Batch, Signal
from tests import make
from tests.clock import MORNING

DAY = timedelta(days=1)
CHIPS = Label(CategoryKind.TOPIC, "chips", "chips")
FRANCE = Label(CategoryKind.PLACE, "FR", "FR")


@pytest.fixture
async def three(store: Any) -> tuple[Signal, ...]:
    """Of 7, 4 and 10 points, one a day, the last the newest."""
    kept = await make.stored(store, make.article(1), make.article(2, publisher=make.publisher("Gazette")))
    member = make.member(kept[1])
    signals = (
        make.signal(1, MORNING - 2 * DAY),
        make.signal(
            2,
            MORNING - DAY,
            title="Wine harvests move north",
            analysis="",
            topics=("farming",),
            places=("FR",),
            actors=("Château Dubois",),
            dimensions=(Dimension.ENVIRONMENTAL,),
            strength=make.strength(2, 1, 1, 0),
            articles=(member,),
        ),
        make.signal(3, MORNING, topics=("chips",), strength=make.strength(4, 2, 2, 2)),
    )
    await store.signals.save(Batch(signals=signals), MORNING)
    return signals


def ids(found: Sequence[Signal]) -> list[int]:
    return [signal.id for signal in found]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (ArchiveQuery(), [3, 2, 1]),
        (ArchiveQuery(labels=(CHIPS,)), [3, 1]),
        (ArchiveQuery(labels=(CHIPS, FRANCE)), []),
        (ArchiveQuery(at_least=5), [3, 1]),
        (ArchiveQuery(at_least=10), [3]),
        (ArchiveQuery(since=(MORNING - DAY).date()), [3, 2]),
        (ArchiveQuery(until=(MORNING - DAY).date()), [2, 1]),
        (ArchiveQuery(words="wine"), [2]),
        (ArchiveQuery(words="wine", at_least=6), []),
        (ArchiveQuery(words="memory", labels=(CHIPS,), since=MORNING.date()), [3]),
    ],
)
async def test_a_page_holds_what_matches_all(
    store: Any, three: tuple[Signal, ...], query: ArchiveQuery, expected: list[int]
) -> None:
    """Labels, strength, time and words narrow what is found, the latest changed first."""
    assert ids(await store.archive.page(query, 10)) == expected


async def test_pages_follow_each_other(store: Any, three: tuple[Signal, ...]) -> None:
    """By limit and offset, with words and without."""
    assert ids(await store.archive.page(ArchiveQuery(), 2, 1)) == [2, 1]
    assert len(await store.archive.page(ArchiveQuery(words="memory"), 1, 1)) == 1


async def test_numbered_pages_are_in_the_order_of_opening(store: Any, three: tuple[Signal, ...]) -> None:
    """Of all signals, and of those of a label; with how many there are."""
    assert ids(await store.archive.by_age(None, 2, 1)) == [2, 3]
    assert ids(await store.archive.by_age(CHIPS, 10)) == [1, 3]
    assert (await store.archive.count(None), await store.archive.count(CHIPS)) == (3, 2)


async def test_a_common_label_finds_what_a_rare_one_would(
    store: Any, three: tuple[Signal, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """How it is looked for changes nothing in what is found."""
    query = ArchiveQuery(labels=(CHIPS,), at_least=5)
    rare = ids(await store.archive.page(query, 10))
    monkeypatch.setattr("storage.archive._COMMON", 1)
    assert ids(await store.archive.page(query, 10)) == rare == [3, 1]


async def test_labels_of_a_kind_stand_once(store: Any, three: tuple[Signal, ...]) -> None:
    """By name, however many signals carry them; a value that none carries is no label."""
    assert [each.value for each in await store.archive.labels(CategoryKind.TOPIC)] == ["AI", "chips", "farming"]
    publishers = await store.archive.labels(CategoryKind.PUBLISHER)
    assert [each.name for each in publishers] == ["Gazette", "Meridian Times"]
    assert await store.archive.label(CategoryKind.PLACE, "FR") == FRANCE
    assert await store.archive.label(CategoryKind.PLACE, "IT") is None


async def test_the_carriers_of_a_label_are_the_latest(store: Any, three: tuple[Signal, ...]) -> None:
    """No more of them than asked for; of a label that none carries, none."""
    none = Label(CategoryKind.ACTOR, "Nobody", "Nobody")
    assert await store.archive.carriers((CHIPS, none), 9) == {CHIPS: (3, 1), none: ()}
    assert await store.archive.carriers((CHIPS,), 1) == {CHIPS: (3,)}


async def test_some_signals_come_in_the_order_asked_for(store: Any, three: tuple[Signal, ...]) -> None:
    """Without those that do not exist."""
    assert ids(await store.archive.some((3, 9, 1))) == [3, 1]
    assert await store.archive.some(()) == ()


async def test_a_day_holds_what_was_told_on_it(store: Any, three: tuple[Signal, ...]) -> None:
    """Wherever it was told, each signal once, the strongest first."""
    brief = Brief(MORNING.date(), Account(1, 1, 1, 0), tuple(BriefItem(n, s, "new") for n, s in enumerate(three, 1)))
    for number in (1, 2):
        channel, _ = await store.channels.ensure("slack", f"C{number}", "#x", ChannelSettings(), MORNING)
        await store.briefs.record(channel, brief, (), MORNING)
    assert ids(await store.archive.told_on(MORNING.date())) == [3, 1, 2]
    assert await store.archive.told_on((MORNING - DAY).date()) == ()
    assert await store.archive.told_dates() == (MORNING.date(),)


async def test_a_stamp_changes_with_its_signal(store: Any, three: tuple[Signal, ...]) -> None:
    """Its instant, its revision, and whether its text was written."""
    before = await store.archive.stamps()
    changed = replace(three[1], changed=MORNING + DAY, composed_upto=1)
    await store.signals.save(Batch(signals=(changed,)), MORNING)
    after = await store.archive.stamps()
    assert [old.signal_id for old, new in zip(before, after, strict=True) if old != new] == [2]


async def test_an_absorbed_signal_names_its_survivor(store: Any, three: tuple[Signal, ...]) -> None:
    """By its id."""
    await store.signals.save(Batch(merged=((1, 3),)), MORNING)
    assert await store.archive.aliases() == {1: 3}


async def test_counts_are_of_what_is_stored(store: Any, three: tuple[Signal, ...]) -> None:
    """Articles, signals by state, sources by state."""
    counts = await store.archive.counts()
    assert (counts.articles, counts.signals, counts.sources) == (2, {"new": 3}, {"active": 2})
    assert (counts.deliveries, counts.events_open, counts.cost_usd) == ({}, 0, 0.0)


async def test_how_long_answers_took(store: Any) -> None:
    """From what somebody said to the last reply that arrived; drafts, greetings and what never arrived are none."""
    there, _ = await store.channels.ensure("slack", "C1", "#desk", ChannelSettings(), MORNING)
    assert (await store.archive.counts()).answers == AnswerTimes(dict.fromkeys(ANSWER_BOUNDS, 0))

    async def asked(id_: str, *replies: tuple[str, Any, float], kind: EventKind = EventKind.SAID) -> None:
        event = Event("slack", id_, "C1", "#desk", Asker("U1", "Anna"), "why 1", MORNING, kind=kind)
        await store.inbox.accept(event, MORNING)
        said = [
            addressed(there, f"reply:{id_}{each[0]}", part, text("Because.")) for part, each in enumerate(replies, 1)
        ]
        await store.inbox.answered(event, said, MORNING)
        for reply, (_, outcome, seconds) in zip(said, replies, strict=True):
            await store.outbox.settle(reply.id, outcome, None, MORNING + timedelta(seconds=seconds))

    await asked("e1", ("", Sent("m1"), 0.5), ("", Sent("m2"), 1.5))
    await asked("e2", (DRAFT, Sent("m3"), 2), ("", Sent("m4"), 40))
    await asked("e3", ("", Unknown("no answer"), 3))
    await asked("e4", ("", Sent("m5"), 3), kind=EventKind.JOINED)
    found = (await store.archive.counts()).answers
    assert (found.count, found.seconds) == (2, 41.5)
    assert found.within == {0.5: 0, 1.0: 0, 2.0: 1, 5.0: 1, 10.0: 1, 30.0: 1, 60.0: 2, 300.0: 2}
