"""Store inbound events before anything else happens to them, and answer each one once.

    platform event → stored | one worker per channel | who asks, and where? → respond → outbox, and the event is done

The answer is put into the outbox in the transaction that closes the event. So an event that is still open has no
answer there, and after a crash it is simply processed again.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace

from bot.delivery.access import AccessControl
from bot.delivery.drafts import Drafts, newest
from bot.delivery.flood import SLOWLY, Admission, FloodGate, turn
from bot.delivery.operators import Operators
from bot.delivery.outbox import GRACE_SECONDS, OutboxSender
from bot.delivery.replies import REPLY, deliveries, in_private, purpose_of
from bot.model.channel import FOREVER, Channel, ChannelSettings, Place
from bot.model.doors import Access
from bot.model.errors import log_failure
from bot.model.event import Event, EventKind
from bot.model.messages import Audience, Card, Panel, Reply, text
from bot.model.outgoing import DRAFT, Delivery, Spoken
from bot.model.ports import Clock, Platform
from bot.model.stores import Store
from bot.model.tasks import Tasks

log = logging.getLogger(__name__)

Respond = Callable[[Event, Channel], AsyncIterator[Reply]]
DrawPanel = Callable[[Channel], Awaitable[Panel]]
DrawCard = Callable[[int], Awaitable[Card | None]]

ANSWERS_AT_ONCE = 8
SORRY = "Something went wrong while answering this; it has been noted. Please ask again."


class InboxService:
    """The Inbox port: stores each event and has it answered once.

    Events of one channel are processed in order, channels in parallel, at most `ANSWERS_AT_ONCE` at a time. `respond`
    gives the replies: drafts are shown as they grow, each an edit of the one before; final ones are stored in the
    outbox in the transaction that closes the event. `draw` makes a channel's panel, `card` a signal's card.
    """

    def __init__(
        self,
        store: Store,
        sender: OutboxSender,
        clock: Clock,
        *,
        respond: Respond,
        draw: DrawPanel,
        card: DrawCard,
        defaults: ChannelSettings,
        operators: Operators,
    ) -> None:
        self._store = store
        self._sender = sender
        self._respond = respond
        self._clock = clock
        self._defaults = defaults  # settings of a new channel
        self._operators = operators
        self._access = AccessControl(store, operators)
        self._draw = draw
        self._card = card
        self._flood = FloodGate()
        self._limited: dict[str, Admission] = {}  # by event key, of those that wait and are not to be answered
        self._tasks = Tasks()
        self._queues: dict[tuple[str, str], deque[Event]] = {}  # by (platform, address), while a worker runs
        self._done: dict[tuple[str, str], asyncio.Event] = {}  # by (platform, event id), of accepted events
        self._elsewhere: dict[str, set[int]] = {}  # event key → other channels in which it is answered
        self._slots = asyncio.Semaphore(ANSWERS_AT_ONCE)
        self._open = False
        self._left_open: frozenset[tuple[str, str]] = frozenset()  # by an earlier process, which may have sent drafts
        self._aside: list[Event] = []  # accepted before `running` was entered, or before their platform was open

    async def accept(self, event: Event) -> bool:
        """Store the event; False: seen before. It is processed inside `running`, once its platform is open."""
        new = await self._store.inbox.accept(event, self._clock.now())
        if new:
            self._enqueue(event)
        return new

    async def take_over(self, platform: str) -> None:
        """Learn what the process that had the platform before has left open there; call it before `opened`."""
        theirs = [event for event in await self._store.inbox.open() if event.platform == platform]
        self._left_open |= {(event.platform, event.id) for event in theirs}
        self._aside = [*(event for event in self._aside if event.platform != platform), *theirs]

    def opened(self, platform: str) -> None:
        """Process what was set aside until the platform would be open."""
        aside, self._aside = self._aside, []
        for event in aside:
            if event.platform == platform:
                self._enqueue(event)
            else:
                self._aside.append(event)

    async def worked(self, event: Event) -> None:
        """Wait until the event is processed and its replies are sent or given up."""
        if waiting := self._done.get((event.platform, event.id)):
            await waiting.wait()
        channel = await self._store.channels.find(event.platform, event.address)
        told = {channel.id} if channel is not None else set()
        for channel_id in told | self._elsewhere.pop(event.key, set()) if self._open else ():
            await self._sender.wait_concluded(channel_id, purpose_of(event))

    async def places(self, platform: str) -> tuple[Place, ...]:
        """The platform's active channels, sorted by name."""
        there = [each for each in await self._store.channels.active() if each.platform == platform]
        return tuple(Place(each.address, each.name) for each in sorted(there, key=lambda each: each.name.casefold()))

    async def ours(self, platform: str, address: str, thread: str) -> bool:
        """Whether the thread began with a message of the bot, or the bot has answered in it."""
        channel = await self._store.channels.find(platform, address)
        return channel is not None and await self._store.outbox.spoken(channel.id, thread)

    async def panel(self, platform: str, address: str) -> Panel | None:
        """A channel's settings and latest signals with buttons; None: the channel is not active."""
        channel = await self._store.channels.find(platform, address)
        return await self._draw(channel) if channel is not None and channel.active else None

    async def card(self, signal_id: int) -> Card | None:
        """The signal as it stands, under its own id or one it has absorbed; None: there is none."""
        return await self._card(signal_id)

    async def spoken(self, platform: str, address: str, ref: str) -> Spoken | None:
        """The bot's message with that id, and its thread (an answer belongs to its question's); None: there is none."""
        channel = await self._store.channels.find(platform, address)
        delivery = await self._store.outbox.by_ref(channel.id, ref) if channel else None
        if delivery is None:
            return None
        answers = delivery.purpose.removesuffix(DRAFT).removeprefix(REPLY)
        asked = await self._store.inbox.get(platform, answers) if delivery.purpose.startswith(REPLY) else None
        thread = asked.thread or asked.reply_to if asked else None
        return Spoken(delivery, thread or ref)

    async def addresses(self, platform: str) -> tuple[str, ...]:
        """Of all channels there ever were on the platform, inactive ones included."""
        return tuple(each.address for each in await self._store.channels.of(platform))

    async def moved(self, platform: str, before: str, after: str) -> None:
        """Give the channel at the address `before` the address `after`; it keeps everything else."""
        await self._store.channels.move(platform, before, after)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[InboxService]:
        """Process events until the context is left, first those an earlier process left open.

        Enter it with the OutboxSender running. At the end an unfinished event gets `GRACE_SECONDS`; after that it stays
        open and is processed at the next start.
        """
        left_open = await self._store.inbox.open()
        self._left_open = frozenset((event.platform, event.id) for event in left_open)
        self._open = True
        waiting, self._aside = (*left_open, *self._aside), []
        for event in waiting:
            self._enqueue(event)
        try:
            yield self
        finally:
            self._open = False
            await self._tasks.close(GRACE_SECONDS)

    def _enqueue(self, event: Event) -> None:
        key, channel = (event.platform, event.id), (event.platform, event.address)
        if key in self._done:
            return
        if not self._open or event.platform not in self._sender.platforms:
            self._aside.append(event)
            return
        self._done[key] = asyncio.Event()
        if (admission := self._flood.admit(event)) is not Admission.ANSWER:
            self._limited[event.key] = admission
        if channel in self._queues:
            self._queues[channel].append(event)
        else:
            self._queues[channel] = deque([event])
            self._tasks.start(self._work(channel))

    async def _work(self, channel: tuple[str, str]) -> None:
        """The one worker of a channel: it ends when its queue is empty."""
        waiting = self._queues[channel]
        last, in_a_row = None, 0
        try:
            while waiting:
                number = turn(waiting, last, in_a_row)
                event = waiting[number]
                del waiting[number]
                last, in_a_row = event.asker.id, in_a_row + 1 if event.asker.id == last else 1
                try:
                    async with self._slots:
                        await self._process(event)
                except Exception as error:  # noqa: BLE001 - it is logged, and what goes on goes on
                    log_failure(log, f"{event.id} stays open", error)
                finally:
                    self._done.pop((event.platform, event.id)).set()
        finally:
            del self._queues[channel]
            for event in waiting:
                self._done.pop((event.platform, event.id)).set()

    # --- one event

    async def _process(self, event: Event) -> None:
        platform = self._sender.platforms.get(event.platform)
        if platform is None:
            return  # it has ended meanwhile, and the event waits in the store
        limit = self._limited.pop(event.key, None)
        if limit is Admission.PASS_OVER:
            await self._store.inbox.done(event.platform, event.id)
            return
        known = await self._store.channels.find(event.platform, event.address)
        if event.kind is EventKind.LEFT:
            await self._leave(event, known)
            return
        if not await self._concerns_us(event, known):
            await self._store.inbox.done(event.platform, event.id)
            return
        introduced = await platform.introduce(event)
        if introduced is None:
            await self._store.inbox.done(event.platform, event.id)
            return
        event = await self._with_rights(introduced)
        await self._reply(event, known, platform, limited=limit is not None)
        self._sender.wake()

    async def _reply(self, event: Event, known: Channel | None, platform: Platform, *, limited: bool) -> None:
        """Answer or refuse the event, and store the replies in the transaction that closes it.

        `limited`: whether the asker is only told that this was too much at once.
        """
        guarded = platform.guards(event.address)
        access = await self._access.decide(event, known, platform) if guarded else Access.ALLOWED
        channel = await self._channel(event, known, served=access is Access.ALLOWED)
        event = await self._in_brief_thread(event, channel)
        if access.answered:
            if guarded:
                channel = await self._access.allow_by_operator(event, channel)
            replies = (
                deliveries(platform, event, channel, Reply(text(SLOWLY), Audience.ASKER), 1)
                if limited
                else await self._answer(event, channel, platform)
            )
        else:
            silent = event.kind is EventKind.RATED
            reply = None if silent else await self._access.refusal(access, event, channel)
            replies = deliveries(platform, event, channel, reply, 1) if reply else []
        if event.kind is EventKind.SAID:
            replies = [each for reply in replies for each in await self._kept_private(reply, event, platform)]
            if others := {each.channel_id for each in replies} - {channel.id}:
                self._elsewhere[event.key] = others
        greets = event.kind is EventKind.JOINED and access.answered
        remembered = {_greeted(channel): channel.created.isoformat()} if greets else None
        await self._store.inbox.answered(event, replies, self._clock.now(), remembered)

    async def _kept_private(self, delivery: Delivery, event: Event, platform: Platform) -> list[Delivery]:
        """The delivery as it is; or, where it is for one person or about settings and would be a post for readers, in
        the private conversation with the asker, or with the operators where no person is known to have asked."""
        answers_all = delivery.audience is Audience.THREAD or delivery.replaces or event.private
        if answers_all or not await platform.broadcasts(delivery.address, delivery.reply_to):
            return [delivery]
        if asker := await self._operators.conversation(platform, event.asker.id, event.asker.name):
            return [in_private(delivery, event, asker)]
        people = [person for name, person in await self._operators.known() if name == platform.name]
        found = [await self._operators.conversation(platform, person) for person in people]
        return [in_private(delivery, event, channel) for channel in found if channel]

    async def _concerns_us(self, event: Event, known: Channel | None) -> bool:
        """False for a second greeting, and for a mark on a message in a channel that is left."""
        if event.kind is EventKind.JOINED:
            return not await self._has_greeted(known)
        return event.kind is not EventKind.RATED or (known is not None and known.active)

    async def _has_greeted(self, known: Channel | None) -> bool:
        """Whether the channel was greeted since it was made; it may exist ungreeted if the process died in between."""
        if known is None or not known.active:
            return False
        return await self._store.memory.recall(_greeted(known)) == known.created.isoformat()

    async def _leave(self, event: Event, known: Channel | None) -> None:
        """Make the channel inactive; its settings are kept, and the operator is told once."""
        if known is not None and known.active:
            await self._operators.tell(
                f"The bot speaks no more in {known.name} on {event.platform.title()}: {event.text}. "
                "The settings are kept; add it there again to go on.",
                once=event.key,
            )
            await self._store.channels.save(replace(known, active=False))
        await self._store.inbox.done(event.platform, event.id)
        self._sender.wake()

    async def _with_rights(self, event: Event) -> Event:
        """The event with whether the asker is an operator; being added to a channel counts as the command `start`."""
        if event.kind is EventKind.JOINED:
            event = replace(event, text="start")
        operator = event.asker.operator or await self._operators.operates(event.platform, event.asker.id)
        return replace(event, asker=replace(event.asker, operator=operator))

    async def _channel(self, event: Event, known: Channel | None, *, served: bool) -> Channel:
        """The event's channel, made if it is new and made active again if it was left and may be `served`."""
        if known is not None and (known.active or not served or known.allowed is False):
            return known
        waits = event.private or not event.begins
        settings = replace(self._defaults, paused_until=FOREVER) if waits else self._defaults
        settings = replace(settings, timezone=event.zone or settings.timezone)
        name, now = event.channel_name, self._clock.now()
        channel, _ = await self._store.channels.ensure(
            event.platform, event.address, name, settings, now, active=served
        )
        return channel

    async def _in_brief_thread(self, event: Event, channel: Channel) -> Event:
        """Answer what others could not see, and what is in no thread, in the thread of the channel's last brief."""
        if not event.unseen or event.private or event.reply_to:
            return event
        last = await self._store.briefs.last(channel.id)
        told = await self._store.outbox.under(channel.id, f"brief:{last.on.isoformat()}") if last else ()
        return replace(event, reply_to=told[0].ref if told else None)

    async def _answer(self, event: Event, channel: Channel, platform: Platform) -> list[Delivery]:
        """Show the drafts as they come; return the final replies as deliveries, with an apology after an exception."""
        finals: list[Delivery] = []
        drafts = Drafts(self._store, self._sender, self._clock, event, channel)
        try:
            if (event.platform, event.id) in self._left_open:
                await drafts.resume()
            async with aclosing(newest(self._respond(event, channel))) as replies:
                async for reply in replies:
                    if reply.final:
                        finals += deliveries(platform, event, channel, drafts.finish(reply), len(finals) + 1)
                    else:
                        await drafts.show(reply)
        except Exception as error:  # noqa: BLE001 - it is logged, and what goes on goes on
            log_failure(log, f"the answer to {event.id} failed", error)
            finals += deliveries(platform, event, channel, drafts.apologise(text(SORRY)), len(finals) + 1)
        return finals


def _greeted(channel: Channel) -> str:
    """Key in `Store.memory` of the creation time of the channel that was greeted."""
    return f"greeted:{channel.id}"
