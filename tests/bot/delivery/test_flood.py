"""Who says very much at once is slowed down, told so once, and holds up nobody: the real inbox, injected time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.delivery.flood import BURST, EACH, IN_A_ROW, SLOWLY, Admission, FloodGate, turn
from bot.model.event import Asker, Event, EventKind
from bot.model.stores import Store
from tests.bot.delivery.test_inbox import Bot, Desk, said
from tests.chat import Chat
from tests.clock import MORNING, FakeClock

ADA, BEN = Asker("U1", "Ada"), Asker("U2", "Ben")


def flood(many: int, asker: Asker = ADA, first: int = 0, at: float = 0, address: str = "C1") -> list[Event]:
    """So many events of one person at once, `at` seconds after the morning."""
    when = MORNING + timedelta(seconds=at)
    return [
        said(f"{asker.name} {number}", f"{asker.id}-{number}", asker=asker, at=when, address=address)
        for number in range(first, first + many)
    ]


async def test_a_flood_is_answered_up_to_a_point_and_told_once(store: Store, clock: FakeClock) -> None:
    """BURST answers, one polite line, then silence; every event is closed, so that none comes again."""
    chat, desk = Chat(), Desk()
    await Bot(store, chat, desk.respond, clock).hear(*flood(4 * BURST))
    assert desk.asked == [f"Ada {number}" for number in range(BURST)]
    assert chat.words == [*(f"ADA {number}" for number in range(BURST)), SLOWLY]
    assert await store.inbox.open() == ()


async def test_others_are_answered_as_if_nothing_were(store: Store, clock: FakeClock) -> None:
    """Behind a flood in the same channel one is answered after IN_A_ROW answers, elsewhere at once."""
    chat, desk = Chat(), Desk()
    bot, events = Bot(store, chat, desk.respond, clock), (*flood(100), *flood(1, BEN), said("elsewhere", "x", "C2"))
    for event in events:
        await bot.inbox.accept(event)  # all are there before the first is answered
    await bot.hear(*events)
    assert desk.asked.index("Ben 0") <= IN_A_ROW
    assert "BEN 0" in chat.words
    assert len(desk.asked) == BURST + 1  # the same person floods every channel at once


async def test_another_person_elsewhere_is_answered(store: Store, clock: FakeClock) -> None:
    """One person in many channels takes no channel from others."""
    desk = Desk()
    floods = [each for c in range(30) for each in flood(20, first=100 * c, address=f"C{c}")]
    others = [said(f"other {c}", f"o{c}", f"C{c}", asker=Asker(f"V{c}", "Eva")) for c in range(30)]
    await Bot(store, Chat(), desk.respond, clock).hear(*floods, *others)
    assert sum(words.startswith("other") for words in desk.asked) == 30
    assert len(desk.asked) == BURST + 30


async def test_after_a_while_all_is_as_before(store: Store, clock: FakeClock) -> None:
    """Each EACH gives one back; the next flood is told anew."""
    chat, desk = Chat(), Desk()
    bot = Bot(store, chat, desk.respond, clock)
    later = EACH.total_seconds()
    rested = BURST * later + later
    await bot.hear(
        *flood(BURST + 5), *flood(3, first=50, at=2 * later), *flood(BURST + 5, first=100, at=rested + 2 * later)
    )
    assert [words for words in desk.asked if words in ("Ada 50", "Ada 51", "Ada 52")] == ["Ada 50", "Ada 51"]
    assert chat.words.count(SLOWLY) == 2
    assert len(desk.asked) == BURST + 2 + BURST


async def test_a_backlog_is_no_flood(store: Store, clock: FakeClock) -> None:
    """What was said over hours while the bot was down is answered, though it arrives at once."""
    desk = Desk()
    spread = [each for n in range(3 * BURST) for each in flood(1, first=n, at=60.0 * n)]
    await Bot(store, Chat(), desk.respond, clock).hear(*spread)
    assert len(desk.asked) == 3 * BURST


@pytest.mark.parametrize(
    "event",
    [
        said("x", asker=replace(ADA, operator=True)),
        said("", kind=EventKind.LEFT),
        said("", kind=EventKind.JOINED),
    ],
    ids=["at the terminal", "removed", "added"],
)
def test_what_is_never_passed_over(event: Event) -> None:
    """The terminal's own person, and what the platform tells of itself."""
    gate = FloodGate()
    assert {gate.admit(replace(event, id=str(n))) for n in range(3 * BURST)} == {Admission.ANSWER}


def test_who_is_overheard_is_told_nothing_and_may_still_ask() -> None:
    """A lively thread is no flood of questions, and nobody in it is told to wait."""
    gate = FloodGate()
    overheard = [gate.admit(said("x", str(n), addressed=False)) for n in range(2 * BURST)]
    assert overheard == [Admission.ANSWER] * BURST + [Admission.PASS_OVER] * BURST
    assert gate.admit(said("x")) is Admission.ANSWER


def test_a_clock_that_was_set_back_passes_nobody_over_for_longer() -> None:
    """Time that went backwards gives nothing and takes nothing."""
    gate = FloodGate()
    for each in flood(BURST):
        assert gate.admit(each) is Admission.ANSWER
    assert gate.admit(said("x", at=MORNING - timedelta(days=400))) is Admission.SAY_WAIT
    assert gate.admit(said("x", at=MORNING - timedelta(days=400) + EACH)) is Admission.ANSWER


def test_many_people_are_not_remembered_for_ever() -> None:
    """Whoever has said nothing for a while takes no memory."""
    gate = FloodGate()
    for n in range(5000):
        gate.admit(said("x", str(n), asker=Asker(f"U{n}", "x"), at=MORNING + timedelta(seconds=n)))
    assert len(gate._buckets) <= 1001


def test_nothing_overtakes_being_removed() -> None:
    """Whose turn it is: another's, where one waits, but never across a removal."""
    ada, ben, left = said("a", asker=ADA), said("b", asker=BEN), said("", kind=EventKind.LEFT)
    assert turn([ada, ben], "U1", IN_A_ROW) == 1
    assert turn([ada, ben], "U1", IN_A_ROW - 1) == 0
    assert turn([ada, left, ben], "U1", IN_A_ROW) == 0
    assert turn([ada, ada], "U1", IN_A_ROW) == 0
