"""A channel's settings, mutes and verdicts are its own, and what was changed can be put back."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

import pytest

from bot.model.channel import FOREVER, Channel, ChannelSettings
from bot.model.errors import StorageError
from bot.model.label import CategoryKind, Label
from bot.model.signal import Batch
from storage.store import SqlStore
from tests import make
from tests.clock import MORNING

DAY = timedelta(days=1)
AI = Label(CategoryKind.TOPIC, "AI", "AI")
US = Label(CategoryKind.PLACE, "US", "United States")
SETTINGS = ChannelSettings(
    at=time(6, 45), timezone="Asia/Kathmandu", days=("mon", "sat"), bar=4, most=9, paused_until=FOREVER, only=(AI, US),
    quiet_line=True, language="it", alert=9,
)  # fmt: skip


async def channel(store: SqlStore, address: str = "C1") -> Channel:
    return (await store.channels.ensure("slack", address, "#signals", ChannelSettings(), MORNING))[0]


async def test_a_channel_is_made_once(store: SqlStore) -> None:
    """The first sight makes it, with the settings given then; later ones find it, with its settings and new name."""
    made, new = await store.channels.ensure("slack", "C1", "#signals", SETTINGS, MORNING)
    assert new
    assert (made.settings, made.active, made.created) == (SETTINGS, True, MORNING)
    again, new = await store.channels.ensure("slack", "C1", "#renamed", ChannelSettings(), MORNING + DAY)
    assert (again, new) == (replace(made, name="#renamed"), False)
    other, new = await store.channels.ensure("telegram", "C1", "Chat", ChannelSettings(), MORNING)
    assert new
    assert await store.channels.get(made.id) == await store.channels.find("slack", "C1") == again
    assert await store.channels.active() == (again, other)
    assert await store.channels.get(99) is await store.channels.find("slack", "C9") is None


async def test_left_and_back(store: SqlStore) -> None:
    """A channel that was left keeps its settings and finds them when it comes back."""
    made = await channel(store)
    await store.channels.save(replace(made, active=False, settings=SETTINGS))
    assert await store.channels.active() == ()
    back, new = await store.channels.ensure("slack", "C1", "#signals", ChannelSettings(), MORNING)
    assert (back.settings, back.active, new) == (SETTINGS, True, False)


async def test_a_channel_may_move(store: SqlStore) -> None:
    """A channel whose platform gave it another address keeps its id; it cannot take another channel's place."""
    made, other = await channel(store), await channel(store, "C2")
    await store.channels.save(replace(made, address="C3"))
    assert await store.channels.find("slack", "C3") == replace(made, address="C3")
    with pytest.raises(StorageError, match="cannot move to C2"):
        await store.channels.save(replace(made, address="C2"))
    assert await store.channels.get(other.id) == other


async def test_mutes(store: SqlStore) -> None:
    """A mute is in force until its end, the soonest first; muting again moves the end; each channel has its own."""
    made, other = await channel(store), await channel(store, "C2")
    long = await store.channels.mute(made.id, AI, FOREVER, "Ann", MORNING)
    short = await store.channels.mute(made.id, US, MORNING + DAY, "Ann", MORNING)
    await store.channels.mute(other.id, AI, MORNING + DAY, "Bob", MORNING)
    assert await store.channels.mutes(made.id, MORNING) == (short, long)
    assert await store.channels.mutes(made.id, MORNING + DAY) == (long,)
    moved = await store.channels.mute(made.id, AI, MORNING + 2 * DAY, "Bob", MORNING + DAY)
    assert moved == replace(long, until=MORNING + 2 * DAY, by="Bob")
    await store.channels.unmute(moved.id)
    assert await store.channels.mutes(made.id, MORNING) == (short,)
    assert len(await store.channels.mutes(other.id, MORNING)) == 1


async def test_a_mutes_number_is_never_anothers(store: SqlStore) -> None:
    """The button that ends a mute never ends a later one; a mute that had ended begins anew."""
    made = await channel(store)
    first = await store.channels.mute(made.id, AI, MORNING + DAY, "Ann", MORNING)
    await store.channels.unmute(first.id)
    second = await store.channels.mute(made.id, US, MORNING + DAY, "Ann", MORNING)
    assert second.id > first.id
    third = await store.channels.mute(made.id, US, MORNING + 9 * DAY, "Bob", MORNING + 2 * DAY)
    assert (third.created, third.id > second.id) == (MORNING + 2 * DAY, True)


async def test_undo(store: SqlStore) -> None:
    """Undo puts back settings and mutes exactly, change by change, and says what it put back; then there is none."""
    made = await channel(store)
    assert await store.channels.undo(made.id, "e11") is None
    ai = await store.channels.mute(made.id, AI, FOREVER, "Ann", MORNING)
    await store.channels.remember(made, "brief at 06:45", "Ann", "e1", MORNING)
    await store.channels.save(replace(made, settings=SETTINGS))
    await store.channels.remember(made, "muted United States", "Bob", "e2", MORNING + DAY)
    await store.channels.mute(made.id, US, MORNING + DAY, "Bob", MORNING)
    await store.channels.unmute(ai.id)
    second = await store.channels.undo(made.id, "e12")
    assert second is not None
    assert (second.what, second.by, second.settings, second.mutes) == ("muted United States", "Bob", SETTINGS, (ai,))
    assert await store.channels.mutes(made.id, MORNING) == (ai,)
    found = await store.channels.get(made.id)
    assert found == replace(made, settings=SETTINGS)
    first = await store.channels.undo(made.id, "e13")
    assert first is not None
    assert await store.channels.get(made.id) == made
    assert await store.channels.mutes(made.id, MORNING) == (ai,)
    assert await store.channels.undo(made.id, "e14") is None


async def test_a_change_is_made_and_undone_once_an_event(store: SqlStore) -> None:
    """An event that is worked again after a death remembers what was before it, and takes back nothing more."""
    made = await channel(store)
    first = await store.channels.remember(made, "set the bar to 7", "Ann", "e1", MORNING)
    await store.channels.save(replace(made, settings=SETTINGS))
    assert await store.channels.remember(made, "set the bar to 7", "Ann", "e1", MORNING) == first
    second = await store.channels.remember(made, "set the bar to 8", "Ann", "e2", MORNING)
    taken = [await store.channels.undo(made.id, "e3") for _ in range(2)]
    assert [each and (each.id, each.undone) for each in taken] == [(second, True)] * 2
    standing = await store.channels.change(made.id)
    assert standing
    assert (standing.id, standing.undone) == (first, False)


async def test_of_one_change_alone(store: SqlStore) -> None:
    """Named by its number, a change is taken back where none that stands is newer."""
    made, other = await channel(store), await channel(store, "C2")
    first = await store.channels.remember(made, "one", "Ann", "e1", MORNING)
    second = await store.channels.remember(made, "two", "Ann", "e2", MORNING)
    assert await store.channels.undo(made.id, "e3", first) is None
    assert await store.channels.undo(other.id, "e3", second) is None
    assert await store.channels.undo(made.id, "e4", second)
    assert await store.channels.undo(made.id, "e5", second) is None
    assert await store.channels.undo(made.id, "e6", first)
    assert await store.channels.change(made.id) is None
    gone = await store.channels.change(made.id, first)
    assert gone
    assert (gone.what, gone.undone) == ("one", True)


async def test_undo_after_a_merge(store: SqlStore) -> None:
    """A mute that is put back after its signal was merged mutes the survivor, once."""
    a, b = await make.stored(store, make.article(1), make.article(2, "B.", sha256="b"))
    member = [make.member(one, evidence=()) for one in (a, b)]
    pair = tuple(make.signal(n, articles=(m,), revisions=()) for n, m in enumerate(member, 1))
    await store.signals.save(Batch(signals=pair), MORNING)
    made = await channel(store)
    for n in (1, 2):
        await store.channels.mute(made.id, Label(CategoryKind.SIGNAL, str(n), f"s{n}"), FOREVER, "Ann", MORNING)
    await store.channels.remember(made, "…", "Ann", "e1", MORNING)
    await store.signals.save(Batch(merged=((2, 1),)), MORNING)
    await store.channels.undo(made.id, "e15")
    assert [mute.label.value for mute in await store.channels.mutes(made.id, MORNING)] == ["1"]


async def test_verdicts(store: SqlStore) -> None:
    """Each reader has one verdict a signal, the newer one; they are counted by signal and in all."""
    (a,) = await make.stored(store, make.article())
    signals = tuple(make.signal(n, articles=(make.member(a),), revisions=()) for n in (1, 2))
    await store.signals.save(Batch(signals=signals), MORNING)
    made = await channel(store)
    for signal, asker, useful in ((1, "ann", True), (1, "ann", False), (1, "bob", True), (2, "bob", True)):
        await store.channels.judge(made.id, signal, asker, useful, MORNING)
    assert await store.channels.verdicts(1) == (1, 1)
    assert await store.channels.verdicts(2) == (1, 0)
    assert await store.channels.verdicts() == (2, 1)
    assert await store.channels.verdicts(9) == (0, 0)
    await store.channels.unjudge(made.id, 1, "ann")
    await store.channels.unjudge(made.id, 2, "ann")  # gave none
    assert await store.channels.verdicts() == (2, 0)


async def test_a_channel_moves_and_keeps_everything(store: SqlStore) -> None:
    """At its new address it is the same channel; who stood there meanwhile, younger, makes room and is left."""
    made = await channel(store)
    await store.channels.mute(made.id, AI, FOREVER, "Ada", MORNING)
    newcomer = await channel(store, "C2")
    await store.channels.move("slack", "C1", "C2")
    assert await store.channels.find("slack", "C2") == replace(made, address="C2")
    assert len(await store.channels.mutes(made.id, MORNING)) == 1
    assert await store.channels.find("slack", "C1") is None
    aside = await store.channels.get(newcomer.id)
    assert aside
    assert not aside.active
    await store.channels.move("slack", "C9", "C8")
    assert await store.channels.of("slack") == (replace(made, address="C2"), aside)
    assert await store.channels.of("telegram") == ()


async def test_a_stray_channel_does_not_displace_the_older(store: SqlStore) -> None:
    """What was opened by mistake at an address that was given up is left; the one that moved stays."""
    made = await channel(store)
    await store.channels.move("slack", "C1", "C2")
    stray = await channel(store, "C1")
    await store.channels.move("slack", "C1", "C2")
    assert await store.channels.find("slack", "C2") == replace(made, address="C2")
    assert await store.channels.get(stray.id) == replace(stray, active=False)


async def test_a_channel_that_is_not_spoken_in(store: SqlStore) -> None:
    """Made without being served it is not active, and stays so until it is ensured as one that is."""
    made, _ = await store.channels.ensure("telegram", "7", "Desk", SETTINGS, MORNING, active=False)
    assert (made.active, made.allowed) == (False, None)
    await store.channels.save(replace(made, allowed=True))
    back, _ = await store.channels.ensure("telegram", "7", "Desk", SETTINGS, MORNING)
    assert (back.active, back.allowed) == (True, True)
    same, _ = await store.channels.ensure("telegram", "7", "Desk", SETTINGS, MORNING, active=False)
    assert same.active
