"""What is said reaches its channel once, what is heard is answered once: the real store and a scripted platform."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.clock import SystemClock
from bot.delivery import SORRY, Courier, InboxService, Post, Respond, deliver, wait_before
from bot.errors import StorageFull
from bot.messages import Audience, Delivery, Heading, Message, Paragraph, Reply, Run, plain, split, text
from bot.ports import Platform, Store
from bot.schedule import tell_due
from bot.types import (
    FOREVER,
    Account,
    Asker,
    Batch,
    Brief,
    Channel,
    ChannelSettings,
    Check,
    DeliveryState,
    Event,
    EventKind,
    NotSent,
    Permanent,
    Quiet,
    SendOutcome,
    Sent,
    SourceHealth,
    SourceSpec,
    Unknown,
)
from tests import make
from tests.clock import MORNING, FakeClock

TODAY = MORNING.date()
SETTINGS = ChannelSettings(paused_until=None)
FULL = StorageFull("The disk is full.")
Script = SendOutcome | Exception | asyncio.Event


class Chat:
    """A platform that does as it is told: next outcomes by address, and a memory of what reached it."""

    name = "chat"

    def __init__(self, **scripts: Sequence[Script]) -> None:
        self.scripts = {address: list(script) for address, script in scripts.items()}
        self.log: list[tuple[str, str, str | None]] = []  # (address, words, what it replaced)
        self.deliveries: list[Delivery] = []
        self.held = asyncio.Event()  # a send has begun and waits
        self.history: dict[str, str] = {}  # delivery id → ref, where it can be looked up

    @property
    def words(self) -> list[str]:
        return [words for _, words, _ in self.log]

    def parts(self, message: Message) -> tuple[Message, ...]:
        return split(message, lambda _block: 1, 3, 3)

    async def send(self, delivery: Delivery) -> SendOutcome:
        script = self.scripts.get(delivery.address)
        step = script.pop(0) if script else None
        if isinstance(step, Exception):
            raise step
        if isinstance(step, asyncio.Event):
            self.held.set()
            await step.wait()
        elif step is not None:
            return step
        self.deliveries.append(delivery)
        self.log.append((delivery.address, plain(delivery.message), delivery.replaces))
        return Sent(delivery.replaces or f"m{len(self.log)}")

    async def edit(self, delivery: Delivery) -> SendOutcome:
        assert delivery.replaces
        return await self.send(delivery)

    async def find(self, delivery: Delivery) -> Sent | None:
        ref = self.history.get(delivery.id)
        return Sent(ref) if ref else None

    async def ended(self) -> None:
        await asyncio.Event().wait()


def platforms(chat: Chat) -> dict[str, Platform]:
    return {"chat": chat}


async def channel(store: Store, address: str = "C1", settings: ChannelSettings = SETTINGS) -> Channel:
    made, _ = await store.channels.ensure("chat", address, f"#{address}", settings, MORNING - timedelta(days=9))
    return made


async def told(store: Store, to: Channel, *messages: str, on: date = TODAY) -> None:
    """A brief with these messages, decided and stored."""
    edition = Brief(on, Account(1, 1, 1, 0), ())
    await store.briefs.record(to, edition, [text(words) for words in messages], MORNING)


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    """Wait until it holds; the test fails if it never does."""
    async with asyncio.timeout(5):
        while not await holds():  # noqa: ASYNC110 - it looks at the store, as another process would
            await asyncio.sleep(0.01)


async def states(store: Store, of: Channel, purpose: str = f"brief:{TODAY}") -> list[str]:
    return [delivery.state.value for delivery in await store.outbox.under(of.id, purpose)]


# --- the courier ---------------------------------------------------------------------------------------------------


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
        "Nothing can be said in #C1 on chat any more (it is archived); it is left until the bot is added there again."
    ]


@pytest.mark.parametrize("step", [Unknown("no answer"), RuntimeError("a fault of ours"), TimeoutError()])
async def test_a_send_in_doubt_is_never_sent_again(store: Store, clock: FakeClock, step: Script) -> None:
    """Unknown stays unknown, through restarts; a platform that raises leaves the same doubt and crashes nothing."""
    chat, here = Chat(C1=[step]), await channel(store)
    await told(store, here, "one", "two")
    for _ in range(2):
        courier = Courier(store, platforms(chat), clock)
        async with courier.running(), asyncio.timeout(5):
            await courier.idle("chat")
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
    courier = Courier(store, platforms(chat), clock)

    async def settled() -> bool:
        return await states(store, here) == ["sent"]

    async with courier.running():
        await until(settled)
    assert (await store.outbox.under(here.id, f"brief:{TODAY}"))[0].ref == "m77"
    assert await states(store, other) == ["unknown"]
    assert chat.words == []


async def test_a_blocked_channel_delays_no_other(store: Store, clock: FakeClock) -> None:
    """While one channel's send hangs, every other channel is told."""
    stuck = asyncio.Event()
    chat = Chat(C1=[stuck])
    for address in ("C1", "C2", "C3"):
        await told(store, await channel(store, address), f"to {address}", "and more")
    courier = Courier(store, platforms(chat), clock)

    async def others_told() -> bool:
        return len(chat.log) == 4

    async with courier.running(), asyncio.timeout(5):
        await until(others_told)
        assert {address for address, *_ in chat.log} == {"C2", "C3"}
        stuck.set()
        await courier.idle("chat")
    assert [words for address, words, _ in chat.log if address == "C1"] == ["to C1", "and more"]


async def test_the_courier_comes_back_by_itself(store: Store) -> None:
    """A delivery that must wait goes when its time has come, without anybody waking the courier."""
    clock, chat, here = SystemClock(MORNING), Chat(C1=[NotSent("busy", 0.05)]), await channel(store)
    await told(store, here, "one")
    courier = Courier(store, platforms(chat), clock)
    async with courier.running(), asyncio.timeout(5):
        await courier.idle("chat")
    assert chat.words == ["one"]


async def test_stopping_waits_for_the_send_in_hand(store: Store, clock: FakeClock) -> None:
    """Asked to stop in the middle of a send, the bot lets it end and keeps its outcome."""
    stuck = asyncio.Event()
    chat, here = Chat(C1=[stuck]), await channel(store)
    await told(store, here, "one", "two")

    async def in_hand() -> bool:
        return await states(store, here) == ["sending", "pending"]

    async with Courier(store, platforms(chat), clock).running():
        await until(in_hand)
        asyncio.get_running_loop().call_later(0.05, stuck.set)
    assert await states(store, here) == ["sent", "pending"]


class Faulty:
    """A part of the real store of which one method fails the first few times, as on a full disk."""

    def __init__(self, part: object, method: str, times: int, error: Exception) -> None:
        self._part = part
        self._method = method
        self._left = times
        self._error = error

    def __getattr__(self, name: str) -> object:
        if name == self._method and self._left:
            self._left -= 1
            raise self._error
        return getattr(self._part, name)


def faulty(store: Store, part: str, method: str, times: int, error: Exception = FULL) -> Store:
    """The real store, but for one method of one part."""
    copied = copy.copy(store)
    setattr(copied, part, Faulty(getattr(store, part), method, times, error))
    return copied


async def test_an_outcome_outlives_a_full_disk(
    store: Store, clock: FakeClock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A disk full for a moment does not turn a message that was sent into one in doubt; it is said in the log."""
    monkeypatch.setattr("bot.delivery.SETTLE_SECONDS", 0)
    chat, here = Chat(), await channel(store)
    await told(store, here, "one")
    await deliver(faulty(store, "outbox", "settle", times=3), platforms(chat), clock)
    assert await states(store, here) == ["sent"]
    assert caplog.text.count("The disk is full.") == 3


async def test_an_outbox_that_cannot_be_read_is_read_again(
    store: Store, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The courier survives a database in trouble and goes on when it is well again."""
    monkeypatch.setattr("bot.delivery.POLL_SECONDS", 0.02)
    chat, here = Chat(), await channel(store)
    await told(store, here, "one")
    courier = Courier(faulty(store, "outbox", "claim", times=2), platforms(chat), clock)
    async with courier.running(), asyncio.timeout(5):
        await courier.idle("chat")
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


async def looked(store: Store) -> None:
    """One source there is, and it was read well this morning."""
    await store.sources.sync([(SourceSpec("https://meridian.example/feed"), make.publisher())], MORNING)
    source = (await store.sources.all())[0]
    await store.sources.record(Check(SourceHealth(source.id, checked_at=MORNING, succeeded_at=MORNING)), MORNING)


# --- briefs --------------------------------------------------------------------------------------------------------


def post(store: Store, clock: FakeClock, chat: Chat) -> Post:
    return Post(store, Courier(store, platforms(chat), clock), clock)


async def test_a_date_is_told_once(store: Store, clock: FakeClock) -> None:
    """Two ticks at once, or a restart in between, decide one brief for a channel and date."""
    chat, here = Chat(), await channel(store, settings=replace(SETTINGS, quiet_line=True))
    service = post(store, clock, chat)
    both = await asyncio.gather(service.tell(here, TODAY), service.tell(here, TODAY))
    assert sum(stored is not None for stored in both) == 1
    assert await service.tell(here, TODAY) is None
    await deliver(store, platforms(chat), clock)
    assert len(chat.log) == 1


async def test_a_brief_is_rendered_once_and_told(store: Store, clock: FakeClock) -> None:
    """What is due is decided, rendered, stored, told; what changes afterwards does not change what is told."""
    await looked(store)
    article = (await make.stored(store, make.article(id=1)))[0]
    signal = make.signal(id=1, articles=(make.member(article),))
    await store.signals.save(Batch((make.finding(article.id),), signals=(signal,)), MORNING)
    chat, here = Chat(), await channel(store)
    await tell_due(store, post(store, clock, chat), clock, 6 * 3600)
    await store.signals.save(Batch(signals=(replace(signal, title="Something else"),)), MORNING)
    await deliver(store, platforms(chat), clock)
    assert signal.title in chat.words[0]
    stored = await store.briefs.get(here.id, TODAY)
    assert stored
    assert stored.numbers == ((1, 1),)


async def test_a_quiet_morning_says_nothing_unless_it_should(store: Store, clock: FakeClock) -> None:
    """Quiet is recorded without a word; with `quiet on` it is one line."""
    await looked(store)
    chat = Chat()
    service, silent = post(store, clock, chat), await channel(store)
    speaking = await channel(store, "C2", replace(SETTINGS, quiet_line=True))
    stored = [await service.tell(each, TODAY) for each in (silent, speaking)]
    assert [s.outcome for s in stored if s] == ["quiet", "quiet"]
    await deliver(store, platforms(chat), clock)
    assert [address for address, *_ in chat.log] == ["C2"]
    assert "\n" not in chat.words[0]


async def test_a_slot_slept_through_is_recorded_as_such(store: Store, clock: FakeClock) -> None:
    """Past the catch-up window the date is recorded as unable, and today's slot is still told."""
    await looked(store)
    chat, here = Chat(), await channel(store)
    assert await tell_due(store, post(store, clock, chat), clock, 6 * 3600) == 2
    yesterday, today = [await store.briefs.get(here.id, TODAY - timedelta(days=ago)) for ago in (1, 0)]
    assert yesterday
    assert yesterday.outcome == "unable"
    assert today
    assert today.outcome == "quiet"
    assert await tell_due(store, post(store, clock, chat), clock, 6 * 3600) == 0


async def test_channels_out_of_reach_are_owed_nothing_yet(store: Store, clock: FakeClock) -> None:
    """A channel whose platform is not open is neither told nor marked as missed."""
    await channel(store)
    service = Post(store, Courier(store, {}, clock), clock)
    assert await tell_due(store, service, clock, 6 * 3600) == 0


async def test_opening_the_terminal_is_asking(store: Store, clock: FakeClock) -> None:
    """The first opening of a day tells, a quiet morning too; a later one shows the same again, once each."""
    await looked(store)
    chat, here = Chat(), await channel(store)
    for times in (1, 2, 3):
        service = post(store, clock, chat)
        await service.opened(here)
        await service.opened(here)
        await deliver(store, platforms(chat), clock)
        assert len(chat.log) == times
    assert len(set(chat.words)) == 1
    assert "Quiet" in chat.words[0]


async def test_a_morning_passed_over_in_silence_is_put_into_words_when_asked(store: Store, clock: FakeClock) -> None:
    """A quiet morning recorded without a word by the ticker is said when the terminal is opened."""
    chat, here = Chat(), await channel(store)
    quiet = Quiet(TODAY, Account(12, 3, 2, 0, reason="Nothing reached the bar of 6."))
    await store.briefs.record(here, quiet, (), MORNING)
    await post(store, clock, chat).opened(here)
    await deliver(store, platforms(chat), clock)
    assert "Nothing reached the bar of 6." in chat.words[0]


# --- the inbox -----------------------------------------------------------------------------------------------------


def said(words: str, id: str = "e1", address: str = "C1", **fields: object) -> Event:
    asker = Asker("U1", "Ada")
    return replace(Event("chat", id, address, f"#{address}", asker, words, MORNING), **fields)  # type: ignore[arg-type]


class Desk:
    """Answers with what was said, in capitals, or as `replies` has it; remembers what it was asked."""

    def __init__(self, replies: Callable[[Event], AsyncIterator[Reply]] | None = None) -> None:
        self.asked: list[str] = []
        self._replies = replies

    async def respond(self, event: Event, to: Channel) -> AsyncIterator[Reply]:
        self.asked.append(event.text)
        if self._replies is None:
            yield Reply(text(event.text.upper()))
            return
        async for reply in self._replies(event):
            yield reply


class Bot:
    """The outbox and the inbox running together, as the app composes them."""

    def __init__(self, store: Store, chat: Chat, respond: Respond, clock: FakeClock) -> None:
        self.courier = Courier(store, platforms(chat), clock)
        self.inbox = InboxService(store, self.courier, respond, clock, SETTINGS)

    async def hear(self, *events: Event) -> None:
        async with self.courier.running(), self.inbox.running(), asyncio.timeout(5):
            for event in events:
                await self.inbox.accept(event)
            for event in events:
                await self.inbox.worked(event)


async def test_what_is_said_is_answered_where_it_was_said(store: Store, clock: FakeClock) -> None:
    """A reply goes to the channel and thread of its event, to its asker, and the event is closed."""
    chat = Chat()
    await Bot(store, chat, Desk().respond, clock).hear(said("why 1", reply_to="t9"))
    assert chat.words == ["WHY 1"]
    sent = chat.deliveries[0]
    assert (sent.purpose, sent.reply_to, sent.asker, sent.audience) == ("reply:e1", "t9", "U1", Audience.THREAD)
    assert await store.inbox.open() == ()


async def test_the_same_event_is_answered_once(store: Store, clock: FakeClock) -> None:
    """However often a platform repeats an event, also after a restart, it is worked once."""
    chat, desk = Chat(), Desk()
    await Bot(store, chat, desk.respond, clock).hear(said("why"), said("why"))
    await Bot(store, chat, desk.respond, clock).hear(said("why"))
    assert desk.asked == ["why"]
    assert chat.words == ["WHY"]


async def test_a_channel_is_answered_in_order_and_waits_for_no_other(store: Store, clock: FakeClock) -> None:
    """Events of a channel are worked one after the other; another channel's are not held up by them."""
    slow, order = asyncio.Event(), []

    async def replies(event: Event) -> AsyncIterator[Reply]:
        if event.text == "slow":
            await slow.wait()
        order.append(event.text)
        if event.text == "other":
            slow.set()
        yield Reply(text(event.text))

    bot = Bot(store, Chat(), Desk(replies).respond, clock)
    await bot.hear(said("slow", "1"), said("quick", "2"), said("other", "3", "C2"))
    assert order == ["other", "slow", "quick"]


async def test_joining_begins_a_channel_and_leaving_ends_it(store: Store, clock: FakeClock) -> None:
    """Added, the bot starts from the default settings and introduces itself; removed, it tells nothing more there."""
    chat, desk = Chat(), Desk()
    await Bot(store, chat, desk.respond, clock).hear(said("", "1", kind=EventKind.JOINED))
    begun = await store.channels.find("chat", "C1")
    assert begun
    assert begun.settings == SETTINGS
    assert (begun.active, desk.asked, chat.words) == (True, ["start"], ["START"])
    await Bot(store, chat, desk.respond, clock).hear(said("", "2", kind=EventKind.LEFT))
    left = await store.channels.find("chat", "C1")
    assert left
    assert not left.active
    assert await store.inbox.open() == ()
    assert chat.words == ["START"]


async def test_a_left_channel_that_speaks_again_is_heard(store: Store, clock: FakeClock) -> None:
    """Somebody who speaks to us in a channel we had left has brought us back; its settings were kept."""
    here = await channel(store, settings=replace(SETTINGS, bar=9))
    await store.channels.save(replace(here, active=False))
    await Bot(store, Chat(), Desk().respond, clock).hear(said("why"))
    back = await store.channels.get(here.id)
    assert back
    assert (back.active, back.settings.bar) == (True, 9)


async def test_a_fault_is_an_apology(store: Store, clock: FakeClock, caplog: pytest.LogCaptureFixture) -> None:
    """Where answering fails, the asker is told one sentence, the log has the rest, and the next event is worked."""

    async def replies(event: Event) -> AsyncIterator[Reply]:
        if event.text == "break":
            raise ZeroDivisionError
        yield Reply(text(event.text))

    chat = Chat()
    await Bot(store, chat, Desk(replies).respond, clock).hear(said("break", "1"), said("fine", "2"))
    assert chat.words == [SORRY, "fine"]
    assert chat.deliveries[0].audience is Audience.ASKER
    assert "ZeroDivisionError" in caplog.text
    assert await store.inbox.open() == ()


async def test_a_long_answer_is_cut_into_parts(store: Store, clock: FakeClock) -> None:
    """The platform cuts; the parts arrive in order, and only the first takes the place of a message."""
    blocks = tuple(Paragraph((Run(f"p{number}"),)) for number in range(7))

    async def replies(event: Event) -> AsyncIterator[Reply]:
        yield Reply(Message(blocks, "p"), replaces="m0")
        yield Reply(Message((Heading("and"),), "and"))

    chat = Chat()
    await Bot(store, chat, Desk(replies).respond, clock).hear(said("all"))
    assert chat.log == [
        ("C1", "p0\np1\np2", "m0"),
        ("C1", "p3\np4\np5", None),
        ("C1", "p6", None),
        ("C1", "and", None),
    ]


async def test_a_growing_answer_is_one_message(store: Store, clock: FakeClock) -> None:
    """Drafts edit one message; drafts overtaken while one was being sent are left out; the whole answer ends it."""
    sending = asyncio.Event()
    chat = Chat(C1=[sending])

    async def shown() -> bool:
        return len(chat.log) == 2

    async def replies(event: Event) -> AsyncIterator[Reply]:
        yield Reply(text("a"), final=False)
        await chat.held.wait()
        for words in ("a b", "a b c", "a b c d"):
            yield Reply(text(words), final=False)
        sending.set()
        await until(shown)
        yield Reply(text("a b c d e"))
        yield Reply(text("another"))

    await Bot(store, chat, Desk(replies).respond, clock).hear(said("tell"))
    assert chat.log == [("C1", "a", None), ("C1", "a b c d", "m1"), ("C1", "a b c d e", "m1"), ("C1", "another", None)]
    assert [delivery.draft for delivery in chat.deliveries] == [True, True, False, False]


async def test_what_a_dead_process_left_open_is_worked_at_the_next_start(store: Store, clock: FakeClock) -> None:
    """An event kept and not worked is worked after a restart, once; on a platform that is not open it waits."""
    await store.inbox.accept(said("why"), clock.now())
    await store.inbox.accept(replace(said("where"), platform="elsewhere"), clock.now())
    chat, desk = Chat(), Desk()
    bot = Bot(store, chat, desk.respond, clock)
    async with bot.courier.running(), bot.inbox.running(), asyncio.timeout(5):
        await bot.inbox.worked(said("why"))
    await Bot(store, chat, desk.respond, clock).hear()
    assert chat.words == ["WHY"]
    assert [event.text for event in await store.inbox.open()] == ["where"]


async def test_what_is_heard_before_we_run_is_worked_when_we_do(store: Store, clock: FakeClock) -> None:
    """A platform that opens early loses nothing: what it hears is kept, and worked once we run."""
    chat, desk = Chat(), Desk()
    bot = Bot(store, chat, desk.respond, clock)
    assert await bot.inbox.accept(said("early"))
    await bot.hear(said("late", "e2"))
    assert desk.asked == ["early", "late"]


async def test_an_answer_begun_by_a_dead_process_goes_on_in_its_message(store: Store, clock: FakeClock) -> None:
    """Killed between a draft and the whole answer: the next start answers, in place of the draft."""
    chat, here = Chat(), await channel(store)
    draft = Delivery("d1", here.id, "chat", "C1", "reply:e1:draft", 1, text("half"), DeliveryState.PENDING)
    await store.inbox.accept(said("why"), clock.now())
    await store.outbox.put(draft, clock.now())
    await deliver(store, platforms(chat), clock)
    bot = Bot(store, chat, Desk().respond, clock)
    async with bot.courier.running(), bot.inbox.running(), asyncio.timeout(5):
        await bot.inbox.worked(said("why"))
    assert chat.log == [("C1", "half", None), ("C1", "WHY", "m1")]


async def test_an_event_cut_off_by_stopping_stays_open(
    store: Store, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What cannot be answered before we must stop is answered by the next process, not lost and not half done."""
    monkeypatch.setattr("bot.delivery.GRACE_SECONDS", 0.05)
    begun = asyncio.Event()

    async def replies(event: Event) -> AsyncIterator[Reply]:
        begun.set()
        await asyncio.Event().wait()
        yield Reply(text("never"))

    chat, desk = Chat(), Desk()
    bot = Bot(store, chat, Desk(replies).respond, clock)
    async with bot.courier.running(), bot.inbox.running(), asyncio.timeout(5):
        await bot.inbox.accept(said("why"))
        await begun.wait()
    bot = Bot(store, chat, desk.respond, clock)
    async with bot.courier.running(), bot.inbox.running(), asyncio.timeout(5):
        await bot.inbox.worked(said("why"))
    assert chat.words == ["WHY"]


@pytest.mark.parametrize("error", [FULL, RuntimeError("a fault of ours")])
async def test_an_answer_that_cannot_be_kept_leaves_the_event_open(
    store: Store, clock: FakeClock, error: Exception
) -> None:
    """Where the answer cannot be stored, the next event is worked, and this one again at the next start."""
    chat, desk = Chat(), Desk()
    troubled = faulty(store, "inbox", "answered", 1, error)
    await Bot(troubled, chat, desk.respond, clock).hear(said("first", "1"), said("second", "2"))
    assert chat.words == ["SECOND"]
    bot = Bot(store, chat, desk.respond, clock)
    async with bot.courier.running(), bot.inbox.running(), asyncio.timeout(5):
        await bot.inbox.worked(said("first", "1"))
    assert chat.words == ["SECOND", "FIRST"]


async def test_a_paused_channel_is_still_answered(store: Store, clock: FakeClock) -> None:
    """A pause is for briefs; who asks is answered."""
    chat = Chat()
    await channel(store, settings=replace(SETTINGS, paused_until=FOREVER))
    await Bot(store, chat, Desk().respond, clock).hear(said("why"))
    assert chat.words == ["WHY"]
