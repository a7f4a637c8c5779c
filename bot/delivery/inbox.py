"""The inbox: what is said to us is kept before anything else happens to it, and answered once.

    platform event, kept | one worker a channel | who asks, where → respond → outbox, and the event is done

An event that is still open has no answer in the outbox, so after a crash it is simply worked again.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace

from bot.delivery.access import Doors, Way
from bot.delivery.operators import Operators
from bot.delivery.outbox import GRACE_SECONDS, OutboxSender
from bot.model.channel import FOREVER, Channel, ChannelSettings, Place
from bot.model.errors import StorageError
from bot.model.event import Event, EventKind
from bot.model.messages import Audience, Message, Panel, Paragraph, Reply, Run, text
from bot.model.outgoing import DRAFT, Delivery, Spoken, addressed
from bot.model.ports import Clock
from bot.model.stores import Store
from bot.model.tasks import Tasks

log = logging.getLogger(__name__)

Respond = Callable[[Event, Channel], AsyncIterator[Reply]]
Draw = Callable[[Channel], Awaitable[Panel]]

ANSWERS_AT_ONCE = 8
REPLY = "reply:"
"""How the purpose of a delivery begins that answers an event, before the event's id."""
SORRY = "Something went wrong while answering this; it has been noted. Please ask again."


class InboxService:
    """Keeps what is said to us before anything else happens to it, and sees to it that each event is worked once.

    Events of one channel are worked in order, channels beside each other. `respond` is asked for the replies:
    drafts are shown as they grow, each an edit of the one before; what is final is kept in the outbox in the same
    transaction that closes the event. `draw` draws a channel at a glance.
    """

    def __init__(
        self,
        store: Store,
        sender: OutboxSender,
        clock: Clock,
        *,
        respond: Respond,
        draw: Draw,
        defaults: ChannelSettings,
        operators: Operators,
    ) -> None:
        self._store = store
        self._sender = sender
        self._respond = respond
        self._clock = clock
        self._defaults = defaults  # what a channel unheard of starts from
        self._operators = operators
        self._doors = Doors(store, operators)
        self._draw = draw
        self._tasks = Tasks()
        self._lanes: dict[tuple[str, str], deque[Event]] = {}
        self._in_hand: dict[tuple[str, str], asyncio.Event] = {}
        self._places = asyncio.Semaphore(ANSWERS_AT_ONCE)
        self._open = False
        self._left_open: frozenset[tuple[str, str]] = frozenset()  # by an earlier process, which may have shown drafts
        self._early: list[Event] = []  # accepted while it was being found out what is open

    async def accept(self, event: Event) -> bool:
        """Persist the event; False: seen before. It is worked at once where we are running, else at the next start."""
        new = await self._store.inbox.accept(event, self._clock.now())
        if new and self._open:
            self._take(event)
        elif new:
            self._early.append(event)
        return new

    async def worked(self, event: Event) -> None:
        """Wait until the event is worked and its replies are sent, or given up."""
        if waiting := self._in_hand.get((event.platform, event.id)):
            await waiting.wait()
        channel = await self._store.channels.find(event.platform, event.address)
        if channel is not None and self._open:
            await self._sender.wait_concluded(channel.id, _purpose(event))

    async def places(self, platform: str) -> tuple[Place, ...]:
        """The channels of the platform in which the bot speaks, by name."""
        there = [each for each in await self._store.channels.active() if each.platform == platform]
        return tuple(Place(each.address, each.name) for each in sorted(there, key=lambda each: each.name.casefold()))

    async def ours(self, platform: str, address: str, thread: str) -> bool:
        """Whether that thread began with a message of ours, or we have answered in it."""
        channel = await self._store.channels.find(platform, address)
        return channel is not None and await self._store.outbox.spoken(channel.id, thread)

    async def panel(self, platform: str, address: str) -> Panel | None:
        """A channel's settings and signals, to look at and to change; None: we do not speak there."""
        channel = await self._store.channels.find(platform, address)
        return await self._draw(channel) if channel is not None and channel.active else None

    async def spoken(self, platform: str, address: str, ref: str) -> Spoken | None:
        """The message of ours with that id, and the thread it belongs to: of an answer that of its question."""
        channel = await self._store.channels.find(platform, address)
        delivery = await self._store.outbox.by_ref(channel.id, ref) if channel else None
        if delivery is None:
            return None
        answers = delivery.purpose.removesuffix(DRAFT).removeprefix(REPLY)
        asked = await self._store.inbox.get(platform, answers) if delivery.purpose.startswith(REPLY) else None
        thread = asked.thread or asked.reply_to if asked else None
        return Spoken(delivery, thread or ref)

    async def addresses(self, platform: str) -> tuple[str, ...]:
        """Of all channels there ever were on the platform, those that were left included."""
        return tuple(each.address for each in await self._store.channels.of(platform))

    async def moved(self, platform: str, before: str, after: str) -> None:
        """A channel has another address from now on, and keeps everything."""
        await self._store.channels.move(platform, before, after)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[InboxService]:
        """Work events until left, those first that an earlier process left open; enter it with the courier running.

        An event in hand at the end gets a few seconds; then it stays open and is worked at the next start.
        """
        left_open = await self._store.inbox.open()
        self._left_open = frozenset((event.platform, event.id) for event in left_open)
        self._open = True
        for event in (*left_open, *self._early):
            self._take(event)
        self._early.clear()
        try:
            yield self
        finally:
            self._open = False
            await self._tasks.close(GRACE_SECONDS)

    def _take(self, event: Event) -> None:
        key, lane = (event.platform, event.id), (event.platform, event.address)
        if key in self._in_hand or event.platform not in self._sender.platforms:
            return  # what was said on a platform that is not open waits in the store until it is
        self._in_hand[key] = asyncio.Event()
        if lane in self._lanes:
            self._lanes[lane].append(event)
        else:
            self._lanes[lane] = deque([event])
            self._tasks.start(self._work_lane(lane))

    async def _work_lane(self, lane: tuple[str, str]) -> None:
        """The one worker of a channel: it ends when there is nothing more to do."""
        waiting = self._lanes[lane]
        try:
            while waiting:
                event = waiting.popleft()
                try:
                    async with self._places:
                        await self._work(event)
                except StorageError as error:
                    log.error("%s stays open: %s", event.id, error)
                except Exception:
                    log.exception("%s stays open", event.id)
                finally:
                    self._in_hand.pop((event.platform, event.id)).set()
        finally:
            del self._lanes[lane]
            for event in waiting:
                self._in_hand.pop((event.platform, event.id)).set()

    # --- one event

    async def _work(self, event: Event) -> None:
        known = await self._store.channels.find(event.platform, event.address)
        if event.kind is EventKind.LEFT:
            await self._left(event, known)
            return
        if event.kind is EventKind.JOINED and await self._has_greeted(known):
            await self._store.inbox.done(event.platform, event.id)
            return
        introduced = await self._sender.platforms[event.platform].introduce(event)
        if introduced is None:
            await self._store.inbox.done(event.platform, event.id)
            return
        event = await self._known(introduced)
        guarded = self._sender.platforms[event.platform].guards(event.address)
        way = await self._doors.way(event, known) if guarded else Way.OPEN
        channel = await self._channel(event, known, served=way is Way.OPEN)
        event = await self._placed(event, channel)
        if way.inside:
            if guarded:
                channel = await self._doors.let_in(event, channel)
            replies = await self._answer(event, channel)
        else:
            reply = await self._doors.turned_away(way, event, channel)
            replies = self._cut(event, channel, reply, 1) if reply else []
        greets = event.kind is EventKind.JOINED and way.inside
        remembered = {_greeted(channel): channel.created.isoformat()} if greets else None
        await self._store.inbox.answered(event, replies, self._clock.now(), remembered)
        self._sender.wake()

    async def _has_greeted(self, known: Channel | None) -> bool:
        """Whether hello was said there since it began: it may be known and yet ungreeted, where we died in between."""
        if known is None or not known.active:
            return False
        return await self._store.memory.recall(_greeted(known)) == known.created.isoformat()

    async def _left(self, event: Event, known: Channel | None) -> None:
        """Its settings are kept; the operator is told once."""
        if known is not None and known.active:
            await self._operators.tell(
                f"The bot speaks no more in {known.name} on {event.platform.title()}: {event.text}. "
                "The settings are kept; add it there again to go on.",
                once=event.key,
            )
            await self._store.channels.save(replace(known, active=False))
        await self._store.inbox.done(event.platform, event.id)
        self._sender.wake()

    async def _known(self, event: Event) -> Event:
        """With what we know ourselves: whether the asker operates the bot, and what being added asks for."""
        if event.kind is EventKind.JOINED:
            event = replace(event, text="start")
        operator = event.asker.operator or await self._operators.operates(event.platform, event.asker.id)
        return replace(event, asker=replace(event.asker, operator=operator))

    async def _channel(self, event: Event, known: Channel | None, *, served: bool) -> Channel:
        if known is not None and (known.active or not served or known.allowed is False):
            return known
        settings = replace(self._defaults, paused_until=FOREVER) if event.private else self._defaults
        name, now = event.channel_name, self._clock.now()
        channel, _ = await self._store.channels.ensure(
            event.platform, event.address, name, settings, now, active=served
        )
        return channel

    async def _placed(self, event: Event, channel: Channel) -> Event:
        """What is said where nobody else sees it, and outside any thread, is answered in the thread of the brief."""
        if not event.unseen or event.private or event.reply_to:
            return event
        last = await self._store.briefs.last(channel.id)
        told = await self._store.outbox.under(channel.id, f"brief:{last.on.isoformat()}") if last else ()
        return replace(event, reply_to=told[0].ref if told else None)

    async def _answer(self, event: Event, channel: Channel) -> list[Delivery]:
        """Show the drafts as they come; the final replies as deliveries, and an apology where there is a fault."""
        finals: list[Delivery] = []
        drafts = _Drafts(self._store, self._sender, self._clock, event, channel)
        try:
            if (event.platform, event.id) in self._left_open:
                await drafts.resume()
            async with aclosing(_newest(self._respond(event, channel))) as replies:
                async for reply in replies:
                    if reply.final:
                        finals += self._cut(event, channel, drafts.placed(reply), len(finals) + 1)
                    else:
                        await drafts.show(reply)
        except Exception:
            log.exception("the answer to %s failed", event.id)
            finals += self._cut(event, channel, Reply(text(SORRY), Audience.ASKER), len(finals) + 1)
        return finals

    def _cut(self, event: Event, channel: Channel, reply: Reply, first: int) -> list[Delivery]:
        parts = self._sender.platforms[channel.platform].parts(_repeating(event, reply))
        home = reply.audience is Audience.HOME
        return [
            replace(
                _addressed(addressed(channel, _purpose(event), first + number, message), event, reply),
                replaces=None if number else reply.replaces or (event.replaces if home else None),
            )
            for number, message in enumerate(parts)
        ]


class _Drafts:
    """The early versions of an answer that grows, shown in one message: the next version replaces the one before."""

    def __init__(self, store: Store, sender: OutboxSender, clock: Clock, event: Event, channel: Channel) -> None:
        self._store = store
        self._sender = sender
        self._clock = clock
        self._event = event
        self._channel = channel
        self._purpose = _purpose(event) + DRAFT
        self._shown = 0
        self._ref: str | None = None

    async def resume(self) -> None:
        """Go on with the message an earlier process began, once it is known what became of it."""
        self._remember(await self._sender.wait_concluded(self._channel.id, self._purpose))

    def placed(self, reply: Reply) -> Reply:
        """The final version of the message, in the place of its drafts; the next reply is a message of its own."""
        placed = replace(reply, replaces=reply.replaces or self._ref)
        self._ref = None
        return placed

    async def show(self, reply: Reply) -> None:
        platform = self._sender.platforms[self._channel.platform]
        message = platform.parts(_repeating(self._event, reply))[0]
        delivery = addressed(self._channel, self._purpose, self._shown + 1, message)
        delivery = replace(_addressed(delivery, self._event, reply), replaces=reply.replaces or self._ref)
        await self._store.outbox.put(delivery, self._clock.now())
        self._sender.wake()
        self._remember(await self._sender.wait_concluded(self._channel.id, self._purpose))

    def _remember(self, drafts: Sequence[Delivery]) -> None:
        new, self._shown = drafts[self._shown :], len(drafts)
        self._ref = next((draft.ref for draft in reversed(new) if draft.ref), self._ref)


def _greeted(channel: Channel) -> str:
    """The name in memory of when the channel began that was greeted."""
    return f"greeted:{channel.id}"


def _purpose(event: Event) -> str:
    return REPLY + event.id


def _repeating(event: Event, reply: Reply) -> Message:
    """The message; where others could not see what was said, it begins with that."""
    if not event.unseen or event.private or reply.audience is not Audience.THREAD:
        return reply.message
    asked = Paragraph((Run(event.asker.name, person=event.asker.id), Run(f" asked “{event.text}”")), quiet=True)
    return replace(reply.message, blocks=(asked, *reply.message.blocks))


def _addressed(delivery: Delivery, event: Event, reply: Reply) -> Delivery:
    home = reply.audience is Audience.HOME
    return replace(
        delivery,
        audience=reply.audience,
        reply_to=None if home else event.reply_to,
        asker=event.asker.id,
    )


async def _newest(replies: AsyncIterator[Reply]) -> AsyncGenerator[Reply, None]:
    """The replies, read ahead: a draft that was overtaken before it could be shown is left out."""
    read: asyncio.Queue[Reply | None] = asyncio.Queue()

    async def read_ahead() -> None:
        try:
            async for reply in replies:
                read.put_nowait(reply)
        finally:
            read.put_nowait(None)

    reader = asyncio.create_task(read_ahead())
    try:
        while (reply := await read.get()) is not None:
            yield _latest(reply, read)
        await reader
    finally:
        reader.cancel()
        await asyncio.wait({reader})


def _latest(reply: Reply, read: asyncio.Queue[Reply | None]) -> Reply:
    """The newest version of a reply among what has been read."""
    while not reply.final and not read.empty():
        later = read.get_nowait()
        if later is None:
            read.put_nowait(None)
            break
        reply = later
    return reply
