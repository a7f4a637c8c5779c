"""What is to be said reaches its channel once, and what is heard is answered once: briefs, the outbox and the inbox.

    brief due       | edition → render once → record with its messages, once a (channel, date)   Post
    outbox          | claim → send or edit → settle, channels beside each other                  Courier
    platform event  | keep → one worker a channel → respond → outbox                             InboxService

A process may be killed between any two arrows. What was claimed and not settled is then unknown, and is never sent
again unseen; an event that is still open has no answer in the outbox, so it is simply worked again.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot import tongue, views
from bot.errors import StorageError
from bot.messages import DRAFT, Audience, Delivery, Message, Reply, text
from bot.pipeline import briefs
from bot.ports import Analyst, Clock, Platform, Store
from bot.types import (
    Brief,
    Channel,
    ChannelSettings,
    DeliveryState,
    Edition,
    Event,
    EventKind,
    NotSent,
    Permanent,
    Quiet,
    SendOutcome,
    Sent,
    StoredBrief,
    Unable,
    Unknown,
)

log = logging.getLogger(__name__)

Respond = Callable[[Event, Channel], AsyncIterator[Reply]]
Alarm = Callable[[str], Awaitable[None]]

ON_ITS_WAY = (DeliveryState.PENDING, DeliveryState.SENDING)
SENDS_AT_ONCE = 32
ANSWERS_AT_ONCE = 8
SEND_SECONDS = 120.0  # a backstop: platforms have shorter limits of their own
FIND_SECONDS = 20.0
POLL_SECONDS = 15.0  # how soon another process's entry in the outbox is noticed
GRACE_SECONDS = 5.0  # for what is in hand when we are asked to stop
BACKOFF_SECONDS = 5.0
BACKOFF_MOST = 900.0
WAIT_MOST = 86_400.0  # of a platform's own Retry-After
SETTLE_TRIES = 5
SETTLE_SECONDS = 1.0
SORRY = "Something went wrong while answering this; it has been noted. Please ask again."


# --- tasks with an owner -------------------------------------------------------------------------------------------


class _Tasks:
    """Tasks of one owner, who gives them a while to end and then cancels them."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._running)

    def start(self, work: Coroutine[object, object, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("a task of delivery failed", exc_info=error)

    async def one_ended(self) -> None:
        if self._running:
            await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)

    async def close(self, grace: float) -> None:
        if self._running and grace:
            await asyncio.wait(self._running, timeout=grace)
        while self._running:
            for task in self._running:
                task.cancel()
            await asyncio.wait(self._running)


# --- the outbox ----------------------------------------------------------------------------------------------------


async def log_alarm(sentence: str) -> None:
    """Tell the operator by the log."""
    log.error(sentence)


def wait_before(tries: int, asked: float | None) -> float:
    """Seconds before the next try: what the platform asks for (a day at most), else 5, 10, 20 … up to 15 minutes."""
    if asked is not None:
        return min(max(asked, 0.0), WAIT_MOST)
    return min(BACKOFF_SECONDS * 2.0 ** min(max(tries - 1, 0), 20), BACKOFF_MOST)


class Courier:
    """Carries what the outbox holds to the platforms that are open; `platforms` may grow and shrink meanwhile."""

    def __init__(self, store: Store, platforms: Mapping[str, Platform], clock: Clock, alarm: Alarm = log_alarm) -> None:
        self.platforms = platforms
        self._store = store
        self._clock = clock
        self._alarm = alarm
        self._tasks = _Tasks()
        self._doubts = _Tasks()
        self._wake = asyncio.Event()
        self._settled = asyncio.Condition()
        self._retries: dict[str, datetime] = {}
        self._stopping = False

    def wake(self) -> None:
        """There is something new in the outbox."""
        self._wake.set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Courier]:
        """Carry until left; what an earlier process left in doubt is settled where its platform can tell.

        Enter it when the platforms are open. A send in hand at the end gets a few seconds, then its fate is unknown.
        """
        doubtful = await self._store.outbox.interrupted()
        claiming = _Tasks()
        claiming.start(self._run())
        self._doubts.start(self._look_up(doubtful))
        try:
            yield self
        finally:
            # Not cancelled: a claim cut off in the middle would put a message in doubt that nobody tried to send.
            self._stopping = True
            self.wake()
            await claiming.close(GRACE_SECONDS)
            await self._tasks.close(GRACE_SECONDS)
            await self._doubts.close(grace=0)

    async def drain(self) -> None:
        """Deliver all that may go now; return when nothing more may and nothing is in hand."""
        while True:
            in_hand = len(self._tasks)
            # What ended while the last claim was looking may have made way for more: look again.
            if not await self._claim_all() and not in_hand:
                break
            await self._tasks.one_ended()
        await self._doubts.close(FIND_SECONDS)

    async def concluded(self, channel_id: int, purpose: str) -> tuple[Delivery, ...]:
        """Wait until all deliveries of a purpose are sent, unknown or dead; those deliveries."""
        async with self._settled:
            while True:
                found = await self._store.outbox.under(channel_id, purpose)
                if not any(delivery.state in ON_ITS_WAY for delivery in found):
                    return found
                await self._settled.wait()

    async def idle(self, platform: str) -> None:
        """Wait until nothing is on its way on a platform."""
        async with self._settled:
            while not await self._store.outbox.idle(platform):
                await self._settled.wait()

    async def _run(self) -> None:
        while not self._stopping:
            self._wake.clear()
            try:
                await self._claim_all()
            except Exception:
                log.exception("the outbox could not be read; trying again soon")
            with suppress(TimeoutError):
                async with asyncio.timeout(self._pause()):
                    await self._wake.wait()

    def _pause(self) -> float:
        """Seconds until the next retry falls due, within the time of a poll."""
        if not self._retries:
            return POLL_SECONDS
        left = (min(self._retries.values()) - self._clock.now()).total_seconds()
        return min(max(left, 0.05), POLL_SECONDS)

    async def _claim_all(self) -> int:
        """Set off with all that may go; how many those are."""
        claimed = 0
        while len(self._tasks) < SENDS_AT_ONCE and self.platforms and not self._stopping:
            delivery = await self._store.outbox.claim(self._clock.now(), tuple(self.platforms))
            if delivery is None:
                self._forget_retries()
                break
            self._retries.pop(delivery.id, None)
            self._tasks.start(self._carry(delivery))
            claimed += 1
        return claimed

    def _forget_retries(self) -> None:
        """Nothing more may go now: a retry whose time has come has been claimed, or waits for another to be sent."""
        now = self._clock.now()
        self._retries = {id_: at for id_, at in self._retries.items() if at > now}

    async def _carry(self, delivery: Delivery) -> None:
        outcome = await self._hand_over(delivery)
        not_before = None
        if isinstance(outcome, NotSent):
            wait = wait_before(delivery.tries, outcome.retry_after)
            not_before = self._retries[delivery.id] = self._clock.now() + timedelta(seconds=wait)
            log.info("%s is not sent (%s); again in %.0f s", delivery.purpose, outcome.why, wait)
        await self._settle(delivery, outcome, not_before)
        if isinstance(outcome, Permanent):
            await self._leave(delivery, outcome)
        elif isinstance(outcome, Unknown):
            self._doubts.start(self._look_up((delivery,)))

    async def _hand_over(self, delivery: Delivery) -> SendOutcome:
        platform = self.platforms.get(delivery.platform)
        if platform is None:
            return NotSent(f"{delivery.platform} is not open")
        try:
            async with asyncio.timeout(SEND_SECONDS):
                return await (platform.edit(delivery) if delivery.replaces else platform.send(delivery))
        except TimeoutError:
            return Unknown("no answer in time")
        except Exception as error:
            log.exception("%s failed in a way it should not have", delivery.platform)
            return Unknown(f"{type(error).__name__}: {error}")

    async def _settle(self, delivery: Delivery, outcome: SendOutcome, not_before: datetime | None) -> None:
        """Keep the outcome; a disk that is full for a moment must not turn what was sent into a doubt."""
        for left in reversed(range(SETTLE_TRIES)):
            try:
                await self._store.outbox.settle(delivery.id, outcome, not_before, self._clock.now())
                break
            except StorageError as error:
                log.error("what became of %s cannot be kept: %s", delivery.purpose, error)
                if left:
                    await asyncio.sleep(SETTLE_SECONDS)
        async with self._settled:
            self._settled.notify_all()
        self.wake()

    async def _leave(self, delivery: Delivery, outcome: Permanent) -> None:
        """A channel that refuses us for good is left, and the operator is told once."""
        try:
            channel = await self._store.channels.get(delivery.channel_id)
            if channel is None or not channel.active:
                return
            await self._store.channels.save(replace(channel, active=False))
            await self._alarm(
                f"Nothing can be said in {channel.name} on {channel.platform} any more ({outcome.why}); "
                "it is left until the bot is added there again."
            )
        except Exception:
            log.exception("the channel of %s could not be left", delivery.purpose)

    async def _look_up(self, doubtful: Sequence[Delivery]) -> None:
        for delivery in doubtful:
            platform = self.platforms.get(delivery.platform)
            found: Sent | None = None
            if platform is not None:
                try:
                    async with asyncio.timeout(FIND_SECONDS):
                        found = await platform.find(delivery)
                except Exception as error:  # noqa: BLE001 - a doubt that can't be settled stays one
                    log.warning("whether %s was sent cannot be found out: %s", delivery.purpose, error)
            if found:
                await self._settle(delivery, found, None)


async def deliver(store: Store, platforms: Mapping[str, Platform], clock: Clock, alarm: Alarm = log_alarm) -> None:
    """Deliver all that may go now, once."""
    await Courier(store, platforms, clock, alarm).drain()


# --- briefs --------------------------------------------------------------------------------------------------------


def local_date(channel: Channel, now: datetime) -> date:
    """The date it is where the channel is."""
    return now.astimezone(ZoneInfo(channel.settings.timezone)).date()


class Post:
    """Tells channels their briefs, by way of the outbox."""

    def __init__(self, store: Store, courier: Courier, clock: Clock, analyst: Analyst | None = None) -> None:
        """`analyst` puts briefs into a channel's language; None: they stay in ours."""
        self._store = store
        self._courier = courier
        self._clock = clock
        self._analyst = analyst

    def reaches(self, channel: Channel) -> bool:
        """Whether the channel's platform is open."""
        return channel.platform in self._courier.platforms

    async def tell(
        self, channel: Channel, on: date, *, since: datetime | None = None, down: bool = False, asked: bool = False
    ) -> StoredBrief | None:
        """Decide, render and record what the channel is told on a local date; None: that was done before.

        Quiet and unable mornings are recorded without a word, unless the channel wants the line or somebody `asked`.
        `down` records a slot that passed, beyond catching up, while the bot was not running.
        """
        if await self._store.briefs.get(channel.id, on) is not None:
            return None
        now = self._clock.now()
        edition = await briefs.edition(self._store, channel, on, now, since=since, down=down)
        spoken = asked or isinstance(edition, Brief) or channel.settings.quiet_line
        messages = await self._rendered(edition, channel) if spoken else ()
        stored = await self._store.briefs.record(channel, edition, messages, now)
        self._courier.wake()
        return stored

    async def opened(self, channel: Channel) -> None:
        """Opening the terminal is asking: today's brief is told, or shown again as it was stored."""
        on = local_date(channel, self._clock.now())
        if await self.tell(channel, on, asked=True) is None:
            await self._show_again(channel, on)

    async def _show_again(self, channel: Channel, on: date) -> None:
        outbox, again = self._store.outbox, f"again:{on.isoformat()}"
        shown = await outbox.under(channel.id, again)
        told = await outbox.under(channel.id, f"brief:{on.isoformat()}")
        if any(delivery.state in ON_ITS_WAY for delivery in (*told, *shown)):
            return
        messages = await self._store.briefs.again(channel.id, on) or await self._retold(channel, on)
        for part, message in enumerate(messages, len(shown) + 1):
            await outbox.put(_delivery(channel, again, part, message), self._clock.now())
        self._courier.wake()

    async def _retold(self, channel: Channel, on: date) -> tuple[Message, ...]:
        """A quiet or unable morning that was recorded without a word, in words."""
        stored = await self._store.briefs.get(channel.id, on)
        if stored is None or stored.outcome == "brief":
            return ()
        kind = Quiet if stored.outcome == "quiet" else Unable
        return await self._rendered(kind(on, stored.account), channel)

    async def _rendered(self, edition: Edition, channel: Channel) -> tuple[Message, ...]:
        message = views.brief_message(edition, channel)
        if self._analyst:
            message = await tongue.spoken(message, self._analyst, channel.settings.language)
        platform = self._courier.platforms.get(channel.platform)
        return platform.parts(message) if platform else (message,)


def _delivery(channel: Channel, purpose: str, part: int, message: Message) -> Delivery:
    return Delivery(
        id=uuid.uuid4().hex,
        channel_id=channel.id,
        platform=channel.platform,
        address=channel.address,
        purpose=purpose,
        part=part,
        message=message,
        state=DeliveryState.PENDING,
    )


# --- the inbox -----------------------------------------------------------------------------------------------------


class InboxService:
    """Keeps what is said to us before anything else happens to it, and sees to it that each event is worked once.

    Events of one channel are worked in order, channels beside each other. `respond` is asked for the replies:
    drafts are shown as they grow, each an edit of the one before; what is final is kept in the outbox in the same
    transaction that closes the event.
    """

    def __init__(
        self, store: Store, courier: Courier, respond: Respond, clock: Clock, defaults: ChannelSettings
    ) -> None:
        self._store = store
        self._courier = courier
        self._respond = respond
        self._clock = clock
        self._defaults = defaults  # what a channel unheard of starts from
        self._tasks = _Tasks()
        self._lanes: dict[tuple[str, str], deque[Event]] = {}
        self._in_hand: dict[tuple[str, str], asyncio.Event] = {}
        self._places = asyncio.Semaphore(ANSWERS_AT_ONCE)
        self._open = False
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
            await self._courier.concluded(channel.id, _purpose(event))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[InboxService]:
        """Work events until left, those first that an earlier process left open; enter it with the courier running.

        An event in hand at the end gets a few seconds; then it stays open and is worked at the next start.
        """
        left_open = await self._store.inbox.open()
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
        if key in self._in_hand or event.platform not in self._courier.platforms:
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

    async def _work(self, event: Event) -> None:
        if event.kind is EventKind.LEFT:
            await self._left(event)
            return
        channel = await self._channel(event)
        if event.kind is EventKind.JOINED:
            event = replace(event, text="start")
        replies = await self._answer(event, channel)
        await self._store.inbox.answered(event, replies, self._clock.now())
        self._courier.wake()

    async def _left(self, event: Event) -> None:
        channel = await self._store.channels.find(event.platform, event.address)
        if channel is not None:
            await self._store.channels.save(replace(channel, active=False))
        await self._store.inbox.done(event.platform, event.id)

    async def _channel(self, event: Event) -> Channel:
        known = await self._store.channels.find(event.platform, event.address)
        if known is not None and known.active:
            return known
        channel, _ = await self._store.channels.ensure(
            event.platform, event.address, event.channel_name, self._defaults, self._clock.now()
        )
        return channel

    async def _answer(self, event: Event, channel: Channel) -> list[Delivery]:
        """Show the drafts as they come; the final replies as deliveries, and an apology where there is a fault."""
        finals: list[Delivery] = []
        drafts = _Drafts(self._store, self._courier, self._clock, event, channel)
        try:
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
        parts = self._courier.platforms[channel.platform].parts(reply.message)
        return [
            replace(
                _addressed(_delivery(channel, _purpose(event), first + number, message), event, reply),
                replaces=None if number else reply.replaces,
            )
            for number, message in enumerate(parts)
        ]


class _Drafts:
    """The early versions of an answer that grows, shown in one message: the next version replaces the one before."""

    def __init__(self, store: Store, courier: Courier, clock: Clock, event: Event, channel: Channel) -> None:
        self._store = store
        self._courier = courier
        self._clock = clock
        self._event = event
        self._channel = channel
        self._purpose = _purpose(event) + DRAFT
        self._shown = 0
        self._ref: str | None = None

    async def resume(self) -> None:
        """Go on with the message an earlier process began."""
        self._remember(await self._store.outbox.under(self._channel.id, self._purpose))

    def placed(self, reply: Reply) -> Reply:
        """The final version of the message, in the place of its drafts; the next reply is a message of its own."""
        placed = replace(reply, replaces=reply.replaces or self._ref)
        self._ref = None
        return placed

    async def show(self, reply: Reply) -> None:
        platform = self._courier.platforms[self._channel.platform]
        delivery = _delivery(self._channel, self._purpose, self._shown + 1, platform.parts(reply.message)[0])
        delivery = replace(_addressed(delivery, self._event, reply), replaces=reply.replaces or self._ref)
        await self._store.outbox.put(delivery, self._clock.now())
        self._courier.wake()
        self._remember(await self._courier.concluded(self._channel.id, self._purpose))

    def _remember(self, drafts: Sequence[Delivery]) -> None:
        new, self._shown = drafts[self._shown :], len(drafts)
        self._ref = next((draft.ref for draft in reversed(new) if draft.ref), self._ref)


def _purpose(event: Event) -> str:
    return f"reply:{event.id}"


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
