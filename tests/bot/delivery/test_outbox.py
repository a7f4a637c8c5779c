"""What is to be said reaches its channel once: the real store and a scripted platform."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.delivery.outbox import LATE_SECONDS, OutboxSender, deliver, wait_before
from bot.model.clock import SystemClock
from bot.model.delivery import NotSent, Permanent, Sent, Unknown
from bot.model.outgoing import Delivery
from bot.model.stores import Store
from tests.chat import TODAY, Chat, Script, channel, faulty, platforms, states, told, until
from tests.clock import MORNING, PATIENCE, FakeClock


async def test_what_is_sent_is_sent_once(store: Store, clock: FakeClock) -> None:
    """A delivery goes out once, with the platform's id kept, however often the outbox is looked at."""
    chat, here = Chat(), await channel(store)
    await told(store, here, "one", "two")
    await deliver(store, platforms(chat), clock)
    await deliver(store, platforms(chat), clock)
    assert chat.words == ["one", "two"]
    assert [d.ref for d in await store.outbox.under(here.id, f"brief:{TODAY}")] == ["m1", "m2"]


async def test_what_was_not_sent_is_sent_later(store: Store, clock: FakeClock) -> None:
    """A refusal for now (429) is obeyed for as long as it asks, and then the message goes; later parts wait for it."""
    chat, here = Chat(C1=[NotSent("slow down", 30.0)]), await channel(store)
    await told(store, here, "one", "two")
    await deliver(store, platforms(chat), clock)
    clock.advance(29)
    await deliver(store, platforms(chat), clock)
    assert chat.words == []
    clock.advance(2)
    await deliver(store, platforms(chat), clock)
    assert chat.words == ["one", "two"]


def test_waiting_doubles_up_to_a_quarter_of_an_hour() -> None:
    """Without a wish of the platform's: 5 s, 10 s, 20 s … and never more than 15 minutes."""
    assert [wait_before(tries, None) for tries in (1, 2, 3, 4)] == [5, 10, 20, 40]
    assert wait_before(500, None) == 900
    assert wait_before(1, 0.5) == 0.5
    assert wait_before(1, -3) == 0
    assert wait_before(1, 1e12) == 86_400


async def test_a_channel_that_refuses_for_good_is_left(store: Store, clock: FakeClock) -> None:
    """Permanent: the message and what follows it are dead, the channel is inactive, the operator is told once."""
    alarms: list[str] = []

    async def alarm(sentence: str) -> None:
        alarms.append(sentence)

    chat, here = Chat(C1=[Permanent("it is archived"), Permanent("it is archived")]), await channel(store)
    await told(store, here, "one", "two")
    await told(store, here, "three", on=TODAY + timedelta(days=1))
    await deliver(store, platforms(chat), clock, alarm)
    assert await states(store, here) == ["dead", "dead"]
    assert (await store.channels.active()) == ()
    assert alarms == [
        "Nothing can be said in #C1 on Chat any more (it is archived); it is left until the bot is added there again."
    ]


@pytest.mark.parametrize("step", [Unknown("no answer"), RuntimeError("a fault of ours"), TimeoutError()])
async def test_a_send_in_doubt_is_never_sent_again(store: Store, clock: FakeClock, step: Script) -> None:
    """Unknown stays unknown, through restarts; a platform that raises leaves the same doubt and crashes nothing."""
    chat, here = Chat(C1=[step]), await channel(store)
    await told(store, here, "one", "two")
    for _ in range(2):
        sender = OutboxSender(store, platforms(chat), clock)
        async with sender.running(), asyncio.timeout(PATIENCE):
            await sender.wait_idle("chat")
        clock.advance(86_400)
    assert await states(store, here) == ["unknown", "sent"]
    assert chat.words == ["two"]


async def test_a_doubt_is_settled_where_the_platform_can_tell(store: Store, clock: FakeClock) -> None:
    """Killed in the middle of a send: the next start looks it up; found, it is sent and has its id; else it stays."""
    here, other = await channel(store), await channel(store, "C2")
    await told(store, here, "one")
    await told(store, other, "two")
    claimed = [await store.outbox.claim(clock.now(), ["chat"]) for _ in range(2)]
    chat = Chat()
    assert claimed[0]
    chat.history[claimed[0].id] = "m77"
    sender = OutboxSender(store, platforms(chat), clock)

    async def settled() -> bool:
        return await states(store, here) == ["sent"] and await states(store, other) != ["sending"]

    async with sender.running():
        await until(settled)
    assert (await store.outbox.under(here.id, f"brief:{TODAY}"))[0].ref == "m77"
    assert await states(store, other) == ["unknown"]
    assert chat.words == []


async def test_what_is_missing_in_the_history_twice_goes_again(store: Store, clock: FakeClock) -> None:
    """Where the history can be read and lacks the message, also a while later, it was not sent: it goes again."""
    chat, here = Chat(C1=[Unknown("no answer")]), await channel(store)
    chat.readable = True
    await told(store, here, "one", "two")
    before = clock.now()
    await deliver(store, platforms(chat), clock)
    assert (clock.now() - before).total_seconds() == LATE_SECONDS
    assert await states(store, here) == ["pending", "pending"]
    clock.advance(5)
    await deliver(store, platforms(chat), clock)
    assert chat.words == ["one", "two"]
    assert await states(store, here) == ["sent", "sent"]


async def test_a_blocked_channel_delays_no_other(store: Store, clock: FakeClock) -> None:
    """While one channel's send hangs, every other channel is told."""
    stuck = asyncio.Event()
    chat = Chat(C1=[stuck])
    for address in ("C1", "C2", "C3"):
        await told(store, await channel(store, address), f"to {address}", "and more")
    sender = OutboxSender(store, platforms(chat), clock)

    async def others_told() -> bool:
        return len(chat.log) == 4

    async with sender.running(), asyncio.timeout(PATIENCE):
        await until(others_told)
        assert {address for address, *_ in chat.log} == {"C2", "C3"}
        stuck.set()
        await sender.wait_idle("chat")
    assert [words for address, words, _ in chat.log if address == "C1"] == ["to C1", "and more"]


async def test_the_sender_comes_back_by_itself(store: Store) -> None:
    """A delivery that must wait goes when its time has come, without anybody waking the sender."""
    clock, chat, here = SystemClock(MORNING), Chat(C1=[NotSent("busy", 0.05)]), await channel(store)
    await told(store, here, "one")
    sender = OutboxSender(store, platforms(chat), clock)
    async with sender.running(), asyncio.timeout(PATIENCE):
        await sender.wait_idle("chat")
    assert chat.words == ["one"]


async def test_stopping_waits_for_the_send_in_hand(store: Store, clock: FakeClock) -> None:
    """Asked to stop in the middle of a send, the bot lets it end and keeps its outcome."""
    stuck = asyncio.Event()
    chat, here = Chat(C1=[stuck]), await channel(store)
    await told(store, here, "one", "two")

    async def in_hand() -> bool:
        return await states(store, here) == ["sending", "pending"]

    async with OutboxSender(store, platforms(chat), clock).running():
        await until(in_hand)
        asyncio.get_running_loop().call_later(0.05, stuck.set)
    assert await states(store, here) == ["sent", "pending"]


async def test_an_outcome_outlives_a_full_disk(
    store: Store, clock: FakeClock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A disk full for a moment does not turn a message that was sent into one in doubt; it is said in the log."""
    monkeypatch.setattr("bot.delivery.outbox.STORE_RETRY_SECONDS", 0)
    chat, here = Chat(), await channel(store)
    await told(store, here, "one")
    await deliver(faulty(store, "outbox", "settle", times=3), platforms(chat), clock)
    assert await states(store, here) == ["sent"]
    assert caplog.text.count("The disk is full.") == 3


@pytest.mark.parametrize("query", ["idle", "under"])
async def test_who_waits_asks_only_when_something_has_changed(
    store: Store, clock: FakeClock, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    """While a send takes its time, whoever waits for its end looks once, and not again and again."""
    held = asyncio.Event()
    chat, here = Chat(C1=[held]), await channel(store)
    await told(store, here, "one")
    sender, asked, ask = OutboxSender(store, platforms(chat), clock), list[object](), getattr(store.outbox, query)
    told_once = asyncio.Event()

    async def counted(*words: object) -> object:
        asked.append(words)
        found = await ask(*words)
        told_once.set()
        return found

    async with sender.running(), asyncio.timeout(PATIENCE):
        await chat.held.wait()
        monkeypatch.setattr(store.outbox, query, counted)
        waits = sender.wait_idle("chat") if query == "idle" else sender.wait_concluded(here.id, f"brief:{TODAY}")
        waiting = asyncio.create_task(waits)
        await told_once.wait()
        for _ in range(5):
            await store.briefs.last(here.id)  # time enough to ask as often
        assert len(asked) == 1
        held.set()
        await waiting
    assert len(asked) == 2


async def test_an_outbox_that_cannot_be_read_is_read_again(
    store: Store, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sender survives a database in trouble and goes on when it is well again."""
    monkeypatch.setattr("bot.delivery.outbox.POLL_SECONDS", 0.02)
    chat, here = Chat(), await channel(store)
    await told(store, here, "one")
    sender = OutboxSender(faulty(store, "outbox", "claim", times=2), platforms(chat), clock)
    async with sender.running(), asyncio.timeout(PATIENCE):
        await sender.wait_idle("chat")
    assert chat.words == ["one"]


async def test_a_lookup_that_fails_leaves_the_doubt(store: Store, clock: FakeClock) -> None:
    """Where even looking it up fails, the message stays in doubt, and nothing else is held up."""

    class Blind(Chat):
        async def find(self, delivery: Delivery) -> Sent | None:
            raise ConnectionError("the history cannot be read")

    chat, here = Blind(C1=[Unknown("no answer")]), await channel(store)
    await told(store, here, "one", "two")
    await deliver(store, platforms(chat), clock)
    assert await states(store, here) == ["unknown", "sent"]


async def test_an_alarm_that_fails_changes_nothing(store: Store, clock: FakeClock) -> None:
    """Where the operator cannot be told, the channel is left all the same."""

    async def alarm(sentence: str) -> None:
        raise ConnectionError("nobody there")

    await told(store, await channel(store), "one")
    await deliver(store, platforms(Chat(C1=[Permanent("it is archived")])), clock, alarm)
    assert await store.channels.active() == ()


async def test_a_platform_that_is_not_open_is_left_alone(store: Store, clock: FakeClock) -> None:
    """What is meant for a platform without a token today stays pending until it has one again."""
    here = await channel(store)
    await told(store, here, "one")
    await deliver(store, {}, clock)
    assert await states(store, here) == ["pending"]


async def test_leaving_ends_a_lookup_in_progress(store: Store, clock: FakeClock) -> None:
    """What a platform is still asked about an old doubt is given up with the sender: nothing of it runs on."""

    class Slow(Chat):
        asked, given_up = asyncio.Event(), asyncio.Event()

        async def find(self, delivery: Delivery) -> Sent | None:
            self.asked.set()
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                self.given_up.set()
                raise
            return None

    chat, here = Slow(), await channel(store)
    await told(store, here, "one")
    await store.outbox.claim(clock.now(), ["chat"])
    async with OutboxSender(store, platforms(chat), clock).running(), asyncio.timeout(PATIENCE):
        await chat.asked.wait()
        assert not chat.given_up.is_set()
    assert chat.given_up.is_set()
    assert await states(store, here) == ["sending"]
