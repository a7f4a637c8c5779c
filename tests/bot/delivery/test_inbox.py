"""What is said to us is kept first and answered once: the real store and a scripted platform."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest

from bot.delivery.inbox import SORRY, InboxService, Respond
from bot.delivery.operators import Operators
from bot.delivery.outbox import OutboxSender, deliver
from bot.model.channel import FOREVER, Channel
from bot.model.delivery import DeliveryState, Permanent
from bot.model.event import Asker, Event, EventKind
from bot.model.messages import Audience, Heading, Message, Panel, Paragraph, Reply, Run, plain, text
from bot.model.outgoing import Delivery
from bot.model.stores import Store
from tests.chat import FULL, SETTINGS, Chat, channel, faulty, platforms, states, told, until
from tests.clock import MORNING, PATIENCE, FakeClock


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


async def no_card(_signal_id: int) -> None:
    """No platform of these tests shows signals."""


async def drawn(channel: Channel) -> Panel:
    return Panel(text(channel.name), text("signals"))


class Bot:
    """The outbox and the inbox running together, as the app composes them."""

    def __init__(self, store: Store, chat: Chat, respond: Respond, clock: FakeClock) -> None:
        self.sender = OutboxSender(store, platforms(chat), clock)
        self.inbox = InboxService(
            store,
            self.sender,
            clock,
            respond=respond,
            draw=drawn,
            card=no_card,
            defaults=SETTINGS,
            operators=Operators(store, ("chat:UOP",), self.sender.platforms, clock),
        )

    async def hear(self, *events: Event) -> None:
        async with self.sender.running(), self.inbox.running(), asyncio.timeout(PATIENCE):
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
    """Added, the bot starts from the default settings and introduces itself; removed, it tells the operator."""
    chat, desk = Chat(), Desk()
    await Bot(store, chat, desk.respond, clock).hear(said("", "1", kind=EventKind.JOINED))
    begun = await store.channels.find("chat", "C1")
    assert begun
    assert begun.settings == SETTINGS
    assert (begun.active, desk.asked, chat.words) == (True, ["start"], ["START"])
    await Bot(store, chat, desk.respond, clock).hear(said("it was archived", "2", kind=EventKind.LEFT))
    left = await store.channels.find("chat", "C1")
    assert left
    assert not left.active
    assert await store.inbox.open() == ()
    told = "The bot speaks no more in #C1 on Chat: it was archived. The settings are kept; add it there again to go on."
    assert [(address, words) for address, words, _ in chat.log] == [("C1", "START"), ("DUOP", told)]


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


async def test_of_an_answer_whose_first_part_is_refused_no_other_part_goes_out(store: Store, clock: FakeClock) -> None:
    """What would come after it makes no sense alone; the next answer in the channel goes out whole."""
    blocks = tuple(Paragraph((Run(f"p{number}"),)) for number in range(7))

    async def replies(event: Event) -> AsyncIterator[Reply]:
        yield Reply(Message(blocks, "p"))

    chat = Chat(C1=[Permanent("it is too odd", message_only=True)])
    await Bot(store, chat, Desk(replies).respond, clock).hear(said("all"))
    await deliver(store, platforms(chat), clock)
    assert chat.words == []
    where = await store.channels.find("chat", "C1")
    assert where is not None
    assert await states(store, where, "reply:e1") == ["dead"] * 3
    await Bot(store, chat, Desk(replies).respond, clock).hear(said("again", "e2"))
    assert len(chat.words) == 3


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
    async with bot.sender.running(), bot.inbox.running(), asyncio.timeout(PATIENCE):
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
    async with bot.sender.running(), bot.inbox.running(), asyncio.timeout(PATIENCE):
        await bot.inbox.worked(said("why"))
    assert chat.log == [("C1", "half", None), ("C1", "WHY", "m1")]


async def test_an_event_cut_off_by_stopping_stays_open(
    store: Store, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What cannot be answered before we must stop is answered by the next process, not lost and not half done."""
    monkeypatch.setattr("bot.delivery.inbox.GRACE_SECONDS", 0.05)
    begun = asyncio.Event()

    async def replies(event: Event) -> AsyncIterator[Reply]:
        begun.set()
        await asyncio.Event().wait()
        yield Reply(text("never"))

    chat, desk = Chat(), Desk()
    bot = Bot(store, chat, Desk(replies).respond, clock)
    async with bot.sender.running(), bot.inbox.running(), asyncio.timeout(PATIENCE):
        await bot.inbox.accept(said("why"))
        await begun.wait()
    bot = Bot(store, chat, desk.respond, clock)
    async with bot.sender.running(), bot.inbox.running(), asyncio.timeout(PATIENCE):
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
    async with bot.sender.running(), bot.inbox.running(), asyncio.timeout(PATIENCE):
        await bot.inbox.worked(said("first", "1"))
    assert chat.words == ["SECOND", "FIRST"]


async def test_a_paused_channel_is_still_answered(store: Store, clock: FakeClock) -> None:
    """A pause is for briefs; who asks is answered."""
    chat = Chat()
    await channel(store, settings=replace(SETTINGS, paused_until=FOREVER))
    await Bot(store, chat, Desk().respond, clock).hear(said("why"))
    assert chat.words == ["WHY"]


async def test_it_says_hello_once(store: Store, clock: FakeClock) -> None:
    """A platform may say twice that we were added; where we speak already, nothing is said again."""
    chat, desk = Chat(), Desk()
    await Bot(store, chat, desk.respond, clock).hear(said("", "1", kind=EventKind.JOINED))
    await Bot(store, chat, desk.respond, clock).hear(said("", "2", kind=EventKind.JOINED))
    assert desk.asked == ["start"]
    assert await store.inbox.open() == ()


async def test_hello_and_having_said_it_are_one(store: Store, clock: FakeClock) -> None:
    """Nothing is kept between the two, where a death would have it say hello again."""
    chat, desk = Chat(), Desk()
    troubled = faulty(store, "memory", "keep", 1)
    await Bot(troubled, chat, desk.respond, clock).hear(said("", "1", kind=EventKind.JOINED))
    await Bot(store, chat, desk.respond, clock).hear(said("", "2", kind=EventKind.JOINED))
    assert chat.words == ["START"]


async def test_leaving_is_told_once_though_it_died(store: Store, clock: FakeClock) -> None:
    """Killed after the operator was told, and before the channel was left, it only leaves."""
    chat, desk = Chat(), Desk()
    await channel(store)
    gone = said("it was archived", "1", kind=EventKind.LEFT)
    await Bot(faulty(store, "channels", "save", 1), chat, desk.respond, clock).hear(gone)
    bot = Bot(store, chat, desk.respond, clock)
    async with bot.sender.running(), bot.inbox.running(), asyncio.timeout(PATIENCE):
        await bot.inbox.worked(gone)
    assert [address for address, _, _ in chat.log] == ["DUOP"]
    left = await store.channels.find("chat", "C1")
    assert left
    assert not left.active


async def test_a_conversation_with_one_person_begins_paused(store: Store, clock: FakeClock) -> None:
    """Who asks something in private is answered, and gets no brief they did not ask for."""
    await Bot(store, Chat(), Desk().respond, clock).hear(said("why", private=True))
    here = await store.channels.find("chat", "C1")
    assert here
    assert here.settings.paused_until == FOREVER


async def test_what_nobody_else_sees_is_repeated_in_the_brief_s_thread(store: Store, clock: FakeClock) -> None:
    """A slash command or a button leaves no words behind: the answer opens with them, and stands under the brief."""
    chat, here = Chat(), await channel(store)
    chat.names["U1"] = "Anna"
    await told(store, here, "the brief")
    await deliver(store, platforms(chat), clock)
    await Bot(store, chat, Desk().respond, clock).hear(said("why s4", unseen=True))
    answer = chat.deliveries[-1]
    assert plain(answer.message) == "Anna asked “why”\nWHY S4"
    assert answer.reply_to == "m1"
    await Bot(store, chat, Desk().respond, clock).hear(said("why s4", "e2", unseen=True, private=True))
    assert plain(chat.deliveries[-1].message) == "WHY S4"
    assert chat.deliveries[-1].reply_to is None


async def test_only_the_operator_is_the_operator(store: Store, clock: FakeClock) -> None:
    """Whoever the settings name, or said the code, is known as the operator, whatever a platform says of them."""
    seen: list[tuple[str, bool]] = []

    async def replies(event: Event) -> AsyncIterator[Reply]:
        seen.append((event.asker.id, event.asker.operator))
        yield Reply(text("yes"))

    bot = Bot(store, Chat(), Desk(replies).respond, clock)
    await bot.hear(said("a", "1"), said("b", "2", asker=Asker("UOP", "Olga")))
    assert seen == [("U1", False), ("UOP", True)]


async def test_a_platform_may_ask_where_we_are(store: Store, clock: FakeClock) -> None:
    """Which channels we speak in, whether a thread is ours, and how a channel is set: read from the store."""
    chat, here = Chat(), await channel(store)
    await channel(store, "C0")
    await told(store, here, "the brief")
    await deliver(store, platforms(chat), clock)
    bot = Bot(store, chat, Desk().respond, clock)
    await bot.hear(said("why", reply_to="t9"))
    assert [place.address for place in await bot.inbox.places("chat")] == ["C0", "C1"]
    assert await bot.inbox.places("other") == ()
    assert [await bot.inbox.ours("chat", "C1", thread) for thread in ("m1", "t9", "m99")] == [True, True, False]
    assert not await bot.inbox.ours("chat", "C9", "m1")
    panel = await bot.inbox.panel("chat", "C1")
    assert panel
    assert plain(panel.settings) == "#C1"
    assert await bot.inbox.panel("chat", "C9") is None


async def test_hello_is_said_after_a_death_in_between(store: Store, clock: FakeClock) -> None:
    """Killed between knowing the channel and greeting it, the bot greets it at the next start."""
    await store.inbox.accept(said("", "1", kind=EventKind.JOINED), clock.now())
    await store.channels.ensure("chat", "C1", "#C1", SETTINGS, clock.now())
    chat = Chat()
    await Bot(store, chat, Desk().respond, clock).hear(said("more", "2"))
    assert chat.words == ["START", "MORE"]


async def test_a_message_of_ours_knows_its_thread(store: Store, clock: FakeClock) -> None:
    """An answer belongs to the thread of its question, so that one under it goes on there; a brief begins its own."""
    chat = Chat()
    bot = Bot(store, chat, Desk().respond, clock)
    await bot.hear(said("why 1", reply_to="q1"), said("who?", "e2", thread="q1", reply_to="q2", replied="m1"))
    first, second = [await bot.inbox.spoken("chat", "C1", ref) for ref in ("m1", "m2")]
    assert first
    assert second
    assert (first.thread, second.thread) == ("q1", "q1")
    assert second.delivery.reply_to == "q2"
    here = await store.channels.find("chat", "C1")
    assert here
    await told(store, here, "The brief")
    await deliver(store, platforms(chat), clock)
    brief = await bot.inbox.spoken("chat", "C1", "m3")
    assert brief
    assert brief.thread == "m3"
    assert await bot.inbox.spoken("chat", "C1", "m9") is await bot.inbox.spoken("chat", "C9", "m1") is None


async def test_a_change_takes_the_place_of_its_menu(store: Store, clock: FakeClock) -> None:
    """What is said in the channel replaces the menu it came of; what concerns the asker alone leaves it there."""

    async def replies(event: Event) -> AsyncIterator[Reply]:
        yield Reply(text(event.text), Audience.HOME if event.text == "changed" else Audience.ASKER)

    chat = Chat()
    await Bot(store, chat, Desk(replies).respond, clock).hear(
        said("refused", replaces="m7"), said("changed", "e2", replaces="m7"), said("changed", "e3")
    )
    assert [(words, replaced) for _, words, replaced in chat.log] == [
        ("refused", None), ("changed", "m7"), ("changed", None),
    ]  # fmt: skip


async def test_a_channel_that_moves(store: Store, clock: FakeClock) -> None:
    """At its new address it is the same channel, and every address there ever was is known."""
    bot = Bot(store, Chat(), Desk().respond, clock)
    here = await channel(store)
    await bot.inbox.moved("chat", "C1", "C7")
    assert await store.channels.find("chat", "C7") == replace(here, address="C7")
    await store.channels.save(replace(here, address="C7", active=False))
    assert await bot.inbox.addresses("chat") == ("C7",)


@pytest.mark.parametrize(
    ("audience", "replaces", "private", "where"),
    [
        (Audience.THREAD, None, False, "C1"),
        (Audience.ASKER, None, False, "DU1"),
        (Audience.ASKER, "m7", False, "C1"),
        (Audience.THREAD, "m7", False, "C1"),
        (Audience.ASKER, None, True, "C1"),
    ],
)
async def test_among_readers_only_what_is_for_all_is_posted(  # noqa: PLR0917 - a table's columns
    store: Store, clock: FakeClock, audience: Audience, replaces: str | None, private: bool, where: str
) -> None:
    """Where what is said becomes a post for readers, an answer for one person reaches them in private; an answer for
    all, a new version of what stands there, and what nobody else sees stay in their place."""

    async def replies(event: Event) -> AsyncIterator[Reply]:
        yield Reply(text(event.text), audience=audience, replaces=replaces)

    chat = Chat()
    chat.posts = {"C1"}
    await Bot(store, chat, Desk(replies).respond, clock).hear(said("why", private=private))
    assert [(address, replaced) for address, _, replaced in chat.log] == [(where, replaces if where == "C1" else None)]
