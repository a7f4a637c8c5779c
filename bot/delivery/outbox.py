"""Send the messages stored in the outbox to their platforms, each exactly once as far as that can be known.

    stored message       | claim → send or edit → store the outcome      (channels in parallel, one message a channel)
    outcome not known    | look it up in the platform's history → sent; not sent: send again; cannot be told: unknown

The process may be killed between any two steps. A message that was claimed and has no stored outcome is in doubt at
the next start: it is looked up first, and never sent again blindly.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta

from bot.model.backoff import backoff
from bot.model.delivery import DeliveryState, NotSent, Permanent, SendOutcome, Sent, Unknown
from bot.model.errors import StorageError, log_failure
from bot.model.outgoing import Delivery
from bot.model.ports import Clock, NotifyOperator, Platform
from bot.model.stores import Store
from bot.model.tasks import Tasks

log = logging.getLogger(__name__)

SayDoubt = Callable[[Delivery, Unknown], Awaitable[None]]
"""Says where it matters that a delivery may not have arrived."""

ON_ITS_WAY = (DeliveryState.PENDING, DeliveryState.SENDING)
SENDS_AT_ONCE = 32  # per platform, so that a platform that hangs delays no other
SEND_SECONDS = 120.0  # time limit of one send; platforms have shorter limits of their own
FIND_SECONDS = 20.0  # time limit of one look-up in a platform's history
LATE_SECONDS = 30.0  # a message whose fate is not known may still arrive within this time
POLL_SECONDS = 15.0  # how soon a message that another process stored is noticed
HALTED_SECONDS = 10.0
"""From a claim to its send, at most. Another process takes over the platform no sooner than that, and sends what is in
doubt again after LATE_SECONDS more: one that slept in between must not send."""
GRACE_SECONDS = 3.0  # for unfinished work at shutdown: answers, then sends, within ten seconds in all
BACKOFF_SECONDS = 5.0  # wait before the first retry; doubled with each one
BACKOFF_MOST = 900.0
WAIT_MOST = 86_400.0  # the longest Retry-After of a platform that is honoured
LOOKUPS_AT_ONCE = 8  # history look-ups in parallel, for what an earlier process left in doubt
INTERRUPTED = "The bot stopped while it was being sent."
STORE_TRIES = 5  # attempts to store an outcome
STORE_RETRY_SECONDS = 1.0


async def notify_by_log(sentence: str) -> None:
    """A NotifyOperator that only writes to the log."""
    log.error(sentence)


async def log_doubt(delivery: Delivery, outcome: Unknown) -> None:
    """A SayDoubt that only writes to the log."""
    log.warning("whether %s was sent is not known: %s", delivery.purpose, outcome.why)


def wait_before(tries: int, asked: float | None) -> float:
    """Seconds before the next try, after `tries` of them.

    The platform's own Retry-After (`asked`), at most a day; None: 5, 10, 20 … up to 900.
    """
    if asked is not None:
        return min(max(asked, 0.0), WAIT_MOST)
    return backoff(tries, BACKOFF_SECONDS, BACKOFF_MOST)


class OutboxSender:
    """Sends what the outbox holds. `platforms` are the open ones, by name; the mapping may change meanwhile."""

    def __init__(
        self,
        store: Store,
        platforms: Mapping[str, Platform],
        clock: Clock,
        notify: NotifyOperator = notify_by_log,
        *,
        doubt: SayDoubt = log_doubt,
    ) -> None:
        """`notify` tells the operator a sentence; `doubt` is told at each start of what stays unknown."""
        self.platforms = platforms
        self._store = store
        self._clock = clock
        self._notify = notify
        self._doubt = doubt
        self._tasks = Tasks()
        self._doubts = Tasks()  # look-ups of what an earlier process left in doubt
        self._in_doubt: tuple[Delivery, ...] = ()  # the messages whose platform is not open yet
        self._lookups = asyncio.Semaphore(LOOKUPS_AT_ONCE)
        self._sending: Counter[str] = Counter()  # sends in progress, by platform
        self._wake = asyncio.Event()
        self._settled = asyncio.Condition()
        self._retries: dict[str, datetime] = {}  # delivery id → when it may be tried again
        self._stopping = False

    def wake(self) -> None:
        """Look at the outbox now: something in it is new."""
        self._wake.set()

    async def take_over(self, platform: str) -> None:
        """Learn what the process that had the platform before has left in doubt there; call it before `opened`."""
        theirs = [each for each in await self._store.outbox.doubtful() if each.platform == platform]
        self._in_doubt = (*(each for each in self._in_doubt if each.platform != platform), *theirs)

    def opened(self, platform: str) -> None:
        """Send to the platform from now on; first find out what an earlier process left in doubt there."""
        left = self._in_doubt
        self._in_doubt = tuple(each for each in left if each.platform != platform)
        for delivery in left:
            if delivery.platform == platform:
                self._doubts.start(self._settle_doubt(delivery, Unknown(INTERRUPTED)))
        self.wake()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[OutboxSender]:
        """Send until the context is left; first find out what became of messages an earlier process left in doubt.

        Call `opened` for each platform that is opened later. At the end a send in progress gets `GRACE_SECONDS`; after
        that its outcome is unknown.
        """
        self._in_doubt = await self._store.outbox.doubtful()
        for platform in tuple(self.platforms):
            self.opened(platform)
        claiming = Tasks()
        claiming.start(self._run())
        try:
            yield self
        finally:
            # Not cancelled: a claim cut off halfway would put a message in doubt that nobody tried to send.
            self._stopping = True
            self.wake()
            await claiming.close(GRACE_SECONDS)
            await self._tasks.close(GRACE_SECONDS)
            await self._doubts.close(grace=0)

    async def drain(self) -> None:
        """Send everything that may be sent now; return when nothing is left to send or in progress."""
        while True:
            in_progress = len(self._tasks)
            # A send that ended during the last claim may have unblocked a later part of its message: claim again.
            if not await self._claim_all() and not in_progress:
                break
            await self._tasks.one_ended()

    async def wait_concluded(self, channel_id: int, purpose: str) -> tuple[Delivery, ...]:
        """Wait until all deliveries of a purpose are SENT, UNKNOWN or DEAD, and return them by part."""
        async with self._settled:
            while True:
                found = await self._store.outbox.under(channel_id, purpose)
                if not any(delivery.state in ON_ITS_WAY for delivery in found):
                    return found
                await self._settled.wait()

    async def wait_idle(self, platform: str) -> None:
        """Wait until nothing is PENDING or SENDING on a platform."""
        async with self._settled:
            while not await self._store.outbox.idle(platform):
                await self._settled.wait()

    async def _run(self) -> None:
        while not self._stopping:
            self._wake.clear()
            try:
                await self._claim_all()
            except Exception as error:  # noqa: BLE001 - it is logged, and what goes on goes on
                log_failure(log, "the outbox could not be read; trying again soon", error)
            with suppress(TimeoutError):
                async with asyncio.timeout(self._pause()):
                    await self._wake.wait()

    def _pause(self) -> float:
        """Seconds to sleep: until the next retry is due, at most `POLL_SECONDS`."""
        if not self._retries:
            return POLL_SECONDS
        left = (min(self._retries.values()) - self._clock.now()).total_seconds()
        return min(max(left, 0.05), POLL_SECONDS)

    async def _claim_all(self) -> int:
        """Start sending everything that may be sent now; returns how many."""
        claimed = 0
        while (ready := self._ready()) and not self._stopping:
            delivery = await self._store.outbox.claim(self._clock.now(), ready)
            if delivery is None:
                self._forget_retries()
                break
            self._sending[delivery.platform] += 1
            self._retries.pop(delivery.id, None)
            self._tasks.start(self._send(delivery, self._clock.now()))
            claimed += 1
        return claimed

    def _ready(self) -> tuple[str, ...]:
        """The open platforms with fewer than `SENDS_AT_ONCE` sends in progress."""
        return tuple(name for name in self.platforms if self._sending[name] < SENDS_AT_ONCE)

    def _forget_retries(self) -> None:
        """Drop the retries that are due: they have been claimed, or wait for an earlier part, which wakes us itself."""
        now = self._clock.now()
        self._retries = {id_: at for id_, at in self._retries.items() if at > now}

    async def _send(self, delivery: Delivery, claimed: datetime) -> None:
        try:
            outcome = await self._call_platform(delivery, claimed)
            if isinstance(outcome, Unknown):
                outcome = await self._looked_up(delivery, outcome)
        finally:
            self._sending[delivery.platform] -= 1
        await self._conclude(delivery, outcome)

    async def _conclude(self, delivery: Delivery, outcome: SendOutcome) -> None:
        not_before = None
        if isinstance(outcome, NotSent):
            wait = wait_before(delivery.tries, outcome.retry_after)
            not_before = self._retries[delivery.id] = self._clock.now() + timedelta(seconds=wait)
            log.debug("%s is not sent (%s); again in %.0f s", delivery.purpose, outcome.why, wait)
        await self._settle(delivery, outcome, not_before)
        if isinstance(outcome, Permanent):
            await self._handle_refusal(delivery, outcome)
        if isinstance(outcome, Unknown):
            await self._say_doubt(delivery, outcome)

    async def _say_doubt(self, delivery: Delivery, outcome: Unknown) -> None:
        try:
            await self._doubt(delivery, outcome)
        except Exception as error:  # noqa: BLE001 - it is logged, and what goes on goes on
            log_failure(log, f"that {delivery.purpose} may not have arrived could not be said", error)
        self.wake()

    async def _call_platform(self, delivery: Delivery, claimed: datetime) -> SendOutcome:
        platform = self.platforms.get(delivery.platform)
        if platform is None:
            return NotSent(f"{delivery.platform} is not open")
        if (self._clock.now() - claimed).total_seconds() > HALTED_SECONDS:
            return NotSent("the process was halted when it was to be sent")  # and another may have sent it since
        try:
            async with asyncio.timeout(SEND_SECONDS):
                return await (platform.edit(delivery) if delivery.replaces else platform.send(delivery))
        except TimeoutError:
            return Unknown("no answer in time")
        except Exception:
            log.exception("%s failed in a way it should not have", delivery.platform)
            return Unknown("it failed by a fault of ours")

    async def _settle(self, delivery: Delivery, outcome: SendOutcome, not_before: datetime | None) -> None:
        """Store the outcome, with retries: a disk that is full for a moment must not put a sent message in doubt."""
        for left in reversed(range(STORE_TRIES)):
            try:
                await self._store.outbox.settle(delivery.id, outcome, not_before, self._clock.now(), delivery.tries)
                break
            except StorageError as error:
                log.error("what became of %s cannot be kept: %s", delivery.purpose, error)
                if left:
                    await asyncio.sleep(STORE_RETRY_SECONDS)
        async with self._settled:
            self._settled.notify_all()
        self.wake()

    async def _handle_refusal(self, delivery: Delivery, outcome: Permanent) -> None:
        """Tell the operator of a permanent refusal; unless it is of this message only, make the channel inactive."""
        try:
            channel = await self._store.channels.get(delivery.channel_id)
            if channel is None or not channel.active:
                return
            there = f"{channel.name} on {channel.platform.title()}"
            if outcome.message_only:
                await self._notify(f"A message to {there} was not taken: {outcome.why}.")
            else:
                try:
                    await self._notify(
                        f"Nothing can be said in {there} any more ({outcome.why}); "
                        "it is left until the bot is added there again."
                    )
                finally:
                    await self._store.channels.save(replace(channel, active=False))
            self.wake()
        except Exception as error:  # noqa: BLE001 - it is logged, and what goes on goes on
            log_failure(log, f"the channel of {delivery.purpose} could not be left", error)

    async def _settle_doubt(self, delivery: Delivery, doubt: Unknown) -> None:
        async with self._lookups:
            await self._conclude(delivery, await self._looked_up(delivery, doubt))

    async def _looked_up(self, delivery: Delivery, doubt: Unknown) -> Sent | NotSent | Unknown:
        """What the platform's history says of a send in doubt; meanwhile later messages to its channel wait.

        It counts as not sent only if it is missing there twice, `LATE_SECONDS` apart: a send may arrive late.
        """
        found = await self._find(delivery)
        if isinstance(found, NotSent):
            await self._clock.sleep(LATE_SECONDS)
            found = await self._find(delivery)
        return found or doubt

    async def _find(self, delivery: Delivery) -> Sent | NotSent | None:
        platform = self.platforms.get(delivery.platform)
        if platform is None:
            return None
        try:
            async with asyncio.timeout(FIND_SECONDS):
                return await platform.find(delivery)
        except Exception as error:  # noqa: BLE001 - then its fate stays unknown
            log.warning("whether %s was sent cannot be found out: %s", delivery.purpose, error)
            return None


async def deliver(
    store: Store, platforms: Mapping[str, Platform], clock: Clock, notify: NotifyOperator = notify_by_log
) -> None:
    """Send everything that may be sent now, and return."""
    await OutboxSender(store, platforms, clock, notify).drain()
