"""What is watched: told at once, each change once, however weak; within a limit a day, the rest in the next brief."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.briefing import briefs, watching
from bot.briefing.alerts import AlertWatch
from bot.briefing.deltas import TOLD_TODAY
from bot.briefing.schedule import alert_due
from bot.briefing.service import BriefingService, local_date
from bot.delivery.outbox import OutboxSender, deliver
from bot.model.brief import Brief
from bot.model.channel import FOREVER, Channel, Watch
from bot.model.errors import StorageError
from bot.model.finding import Stance
from bot.model.label import CategoryKind, Label
from bot.model.signal import Batch, Revision
from bot.model.stores import Store
from bot.model.told import ALERT, WATCH
from tests import make
from tests.changes import grown
from tests.chat import SETTINGS, TODAY, Chat, channel, platforms
from tests.clock import FakeClock
from tests.talk import archive, checked

TRADE = Label(CategoryKind.TOPIC, "trade", "trade")
DOCKERS = Label(CategoryKind.WORDS, "dockers", "“dockers”")


def watch(clock: FakeClock, *labels: Label, number: int = 1, until: datetime = FOREVER) -> Watch:
    return Watch(number, labels or (TRADE,), clock.now() - timedelta(minutes=1), until, "Anna")


async def watching_channel(store: Store, clock: FakeClock, *watches: Watch, **settings: Any) -> Channel:
    """A channel with these watches and a bar that nothing reaches, in an archive of three signals, two about trade."""
    await archive(store, clock.now())
    given: dict[str, Any] = {"bar": 10, "timezone": "Europe/Rome", "watches": watches or (watch(clock),)}
    return await channel(store, settings=replace(SETTINGS, **given | settings))


async def at_once(
    store: Store, clock: FakeClock, chat: Chat, seen: AlertWatch | None = None, most: int = 3
) -> list[str]:
    """What the channel is told at once now, each with its button."""
    before = len(chat.log)
    briefing = BriefingService(store, OutboxSender(store, platforms(chat), clock), clock)
    await alert_due(store, briefing, clock, most, seen)
    await deliver(store, platforms(chat), clock)
    said = "\n".join(words for _, words, _ in chat.log[before:])
    return [f"The Bellwether{each}" for each in said.split("The Bellwether")[1:]]


async def test_what_is_watched_is_told_at_once_once_a_change(store: Store, clock: FakeClock) -> None:
    """Also far below the bar, and outside “only”; what stood there before is no news, nor is what it does not mean."""
    water = Label(CategoryKind.TOPIC, "water", "water")
    await watching_channel(store, clock, only=(water,))
    chat, seen = Chat(), AlertWatch()
    assert await at_once(store, clock, chat, seen) == []
    clock.advance(600)
    await grown(store, clock, 42)
    await grown(store, clock, 41)
    (told,) = await at_once(store, clock, chat, seen)
    assert told.startswith("The Bellwether · watched: trade\ns42  Driverless cranes are closing Noordhaven")
    assert "[Stop watching] unwatch w1" in told
    assert await at_once(store, clock, chat) == []
    clock.advance(600)
    await grown(store, clock, 42, "the port closes")
    assert len(await at_once(store, clock, chat, seen)) == 1


@pytest.mark.parametrize(
    ("labels", "heard"),
    [
        ((TRADE, DOCKERS), True),
        ((TRADE, Label(CategoryKind.WORDS, "tungsten", "“tungsten”")), False),
        ((Label(CategoryKind.SIGNAL, "42", "“cranes”"),), True),
    ],
)
async def test_a_signal_must_carry_all_that_a_watch_names(
    store: Store, clock: FakeClock, labels: tuple[Label, ...], heard: bool
) -> None:
    """ "trade and dockers" is one watch of two labels; a signal is watched by itself."""
    await watching_channel(store, clock, watch(clock, *labels))
    clock.advance(600)
    await grown(store, clock, 42)
    assert bool(await at_once(store, clock, Chat())) is heard


async def test_muted_paused_and_ended_it_is_silent(store: Store, clock: FakeClock) -> None:
    """A mute hides what is watched, a pause stops it, and so does its end."""
    here = await watching_channel(store, clock)
    clock.advance(600)
    await grown(store, clock, 42)
    for changes in ({"paused_until": FOREVER}, {"watches": (watch(clock, until=clock.now()),)}, {"watches": ()}):
        await store.channels.save(replace(here, settings=replace(here.settings, **changes)))
        assert await at_once(store, clock, Chat()) == [], changes
    await store.channels.save(here)
    mute = await store.channels.mute(here.id, TRADE, FOREVER, "Anna", clock.now())
    assert await at_once(store, clock, Chat()) == []
    await store.channels.unmute(mute.id)
    assert len(await at_once(store, clock, Chat())) == 1


async def test_a_merged_signal_is_watched_on(store: Store, clock: FakeClock) -> None:
    """Whoever watched the one that was absorbed watches the one that is left; also where that is undone into."""
    here = await watching_channel(store, clock, watch(clock, Label(CategoryKind.SIGNAL, "42", "“cranes”")))
    number = await store.channels.remember(here, "set the bar to 9", "Anna", "e1", clock.now())
    nimbus = await store.signals.get(41)
    assert nimbus
    await store.signals.save(Batch(signals=(nimbus,), merged=((42, 41),)), clock.now())
    clock.advance(600)
    await grown(store, clock, 41)
    assert len(await at_once(store, clock, Chat())) == 1
    await store.channels.undo(here.id, "e2", number)
    left = await store.channels.get(here.id)
    assert left
    assert left.settings.watches[0].labels[0].value == "41"


async def test_an_alert_comes_before_a_watch_and_neither_takes_the_other_s_room(store: Store, clock: FakeClock) -> None:
    """What reaches the strength asked for is told as that, once; what is watched is counted by itself."""
    here = await watching_channel(store, clock, alert=7, alert_from=clock.now())
    clock.advance(600)
    await grown(store, clock, 42)
    await grown(store, clock, 43)
    signal = await grown(store, clock, 41)
    assert signal.strength.total >= 7
    told = await at_once(store, clock, Chat(), most=2)
    assert [words.partition("\n")[0] for words in told][:2] == ["The Bellwether · at once"] * 2
    midnight = clock.now() - timedelta(hours=12)
    counts = [await store.briefs.alerted(here.id, midnight, kind=kind) for kind in (ALERT, WATCH)]
    assert counts[0] == 2
    assert sum(counts) == len(told)


# --- a simulated week -------------------------------------------------------------------------------------------


class Crashing:
    """Lets a call of the store fail now and then: before it has done anything, or after all of it is done."""

    def __init__(self, chance: random.Random, call: Callable[..., Awaitable[Any]]) -> None:
        self.chance, self.call = chance, call

    async def __call__(self, *given: Any, **named: Any) -> Any:
        if self.chance.random() < 0.2:
            raise StorageError("Killed before.")
        done = await self.call(*given, **named)
        if self.chance.random() < 0.2:
            raise StorageError("Killed after.")
        return done


@pytest.mark.parametrize("seed", [1, 2])
async def test_each_change_is_told_once_at_once_or_in_the_next_brief(store: Store, clock: FakeClock, seed: int) -> None:
    """In a week of planted changes, with a process that is killed before and after it writes: each change of what
    is watched is told once; at most so many a day at once; what was held back that day is in the next brief."""
    chance, most = random.Random(seed), 1
    here = await watching_channel(store, clock)
    store.briefs.alert = Crashing(chance, store.briefs.alert)  # type: ignore[method-assign]
    planted, told = dict[tuple[int, int], datetime](), list[tuple[int, int, str]]()
    briefing = BriefingService(store, OutboxSender(store, platforms(Chat()), clock), clock)
    for hour in range(0, 24 * 6, 6):
        for signal_id in (41, 42, 43):
            if chance.random() < 0.5:
                new = await grown(store, clock, signal_id, f"turn {hour}")
                if signal_id == 42:
                    planted[signal_id, len(new.revisions)] = clock.now()
        for _ in range(2):
            await alert_due(store, briefing, clock, most)
        if hour % 24 == 18:
            await checked(store, clock.now())
            on = local_date(here, clock.now())
            edition = await briefs.edition(store, here, on, clock.now())
            await store.briefs.record(here, edition, (), clock.now())
            told += [(i.signal.id, len(i.signal.revisions), i.delta) for i in getattr(edition, "items", ())]
        clock.advance(6 * 3600)
    once = [d for d in await _sent(store, here) if d.startswith("watch:")]
    assert len(once) == len(set(once))
    at = [(int(d[7:].partition(".")[0]), int(d.rpartition(".")[2])) for d in once]
    in_brief = [(signal_id, number) for signal_id, number, delta in told if delta != TOLD_TODAY]
    assert all(delta.startswith("watched, ") for _, _, delta in told if delta != TOLD_TODAY)
    assert not set(at) & set(in_brief), "nothing is told twice"
    heard = sorted({*at, *in_brief})
    for change, happened in planted.items():
        assert any(said >= change for said in heard), f"{change} of {happened} was lost"
    days = Counter(local_date(here, planted[change]) for change in at)
    assert max(days.values()) <= most


async def _sent(store: Store, here: Channel) -> list[str]:
    found = []
    for signal_id in (41, 42, 43):
        signal = await store.signals.get(signal_id)
        assert signal
        for number in range(len(signal.revisions) + 1):
            purpose = f"watch:s{signal_id}.{number}"
            found += [each.purpose for each in await store.outbox.under(here.id, purpose) if each.part == 1]
    return found


async def test_held_back_it_waits_for_the_brief_not_for_midnight(store: Store, clock: FakeClock) -> None:
    """What the day had no room for is not told in the night; the brief tells it, below the bar, beyond its room."""
    water = Label(CategoryKind.TOPIC, "water", "water")
    economic = Label(CategoryKind.DIMENSION, "economic", "economic")
    here = await watching_channel(store, clock, watch(clock, economic), watch(clock, water, number=2), most=1)
    clock.advance(600)
    for signal_id in (41, 42, 43):
        await grown(store, clock, signal_id)
    chat = Chat()
    assert len(await at_once(store, clock, chat, most=1)) == 1
    clock.advance(20 * 3600)
    assert await at_once(store, clock, chat, most=1) == []
    edition = await briefs.edition(store, here, TODAY + timedelta(days=1), clock.now())
    assert isinstance(edition, Brief)
    assert len(edition.items) == 2
    assert all(item.delta.startswith("watched, ") for item in edition.items)


def test_a_receipt_counts_each_change_once_and_what_would_have_waited() -> None:
    """Of the days asked for, in the channel's own days; a signal without news then is not in it."""
    clock = FakeClock()
    now = clock.now()
    at = [now - timedelta(days=days) for days in (40, 3, 3, 2)]
    kinds = (Stance.OPENS, Stance.DEVELOPS, Stance.DEVELOPS, Stance.REPEATS)
    revisions = tuple(
        Revision(1, number, when, "", stance, make.strength(), 1)
        for number, (when, stance) in enumerate(zip(at, kinds, strict=True), 1)
    )
    signal = make.signal(1, revisions=(*revisions, replace(revisions[1], number=5, at=at[1] + timedelta(hours=1))))
    old = make.signal(2, revisions=revisions[:1])
    found = watching.receipt((signal, old), now - timedelta(days=30), "UTC", 1)
    assert found == watching.Receipt((signal,), 2, 1)
