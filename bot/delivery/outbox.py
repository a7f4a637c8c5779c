"""The outbox: what is to be said reaches its channel once.

    rendered message, stored | claim → send or edit → settle, channels beside each other
    in doubt                 | looked up in the platform's history → sent; not sent, and so sent again; unknown

A process may be killed between any two arrows. What was claimed and not settled is in doubt at the next start, and is
never sent again unseen.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta

from bot.model.delivery import DeliveryState, NotSent, Permanent, SendOutcome, Sent, Unknown
from bot.model.errors import StorageError
from bot.model.outgoing import Delivery
from bot.model.ports import Clock, NotifyOperator, Platform
from bot.model.stores import Store
from bot.model.tasks import Tasks

log = logging.getLogger(__name__)

ON_ITS_WAY = (DeliveryState.PENDING, DeliveryState.SENDING)
SENDS_AT_ONCE = 32  # on one platform: one that hangs holds up no other
SEND_SECONDS = 120.0  # a backstop: platforms have shorter limits of their own
FIND_SECONDS = 20.0
LATE_SECONDS = 30.0  # how long after a doubt a message may still land
POLL_SECONDS = 15.0  # how soon another process's entry in the outbox is noticed
GRACE_SECONDS = 3.0  # for what is in hand when we are asked to stop: answers, then sends, within ten seconds in all
BACKOFF_SECONDS = 5.0
BACKOFF_MOST = 900.0
WAIT_MOST = 86_400.0  # of a platform's own Retry-After
LOOKS_AT_ONCE = 8  # into histories, after an earlier process's end
INTERRUPTED = "The bot stopped while it was being sent."
SETTLE_TRIES = 5
SETTLE_SECONDS = 1.0


async def notify_by_log(sentence: str) -> None:
    """Tell the operator by the log."""
    log.error(sentence)


def wait_before(tries: int, asked: float | None) -> float:
    """Seconds before the next try: what the platform asks for (a day at most), else 5, 10, 20 … up to 15 minutes."""
    if asked is not None:
        return min(max(asked, 0.0), WAIT_MOST)
    return min(BACKOFF_SECONDS * 2.0 ** min(max(tries - 1, 0), 20), BACKOFF_MOST)


class Courier:
    """Carries what the outbox holds to the platforms that are open; `platforms` may grow and shrink meanwhile."""

    def __init__(
        self, store: Store, platforms: Mapping[str, Platform], clock: Clock, notify: NotifyOperator = notify_by_log
    ) -> None:
        self.platforms = platforms
        self._store = store
        self._clock = clock
        self._notify = notify
        self._tasks = Tasks()
        self._doubts = Tasks()  # of an earlier process
        self._looking = asyncio.Semaphore(LOOKS_AT_ONCE)
        self._in_hand: Counter[str] = Counter()  # sends, by platform
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
        for delivery in await self._store.outbox.doubtful():
            self._doubts.start(self._settle_doubt(delivery, Unknown(INTERRUPTED)))
        claiming = Tasks()
        claiming.start(self._run())
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
        while (ready := self._ready()) and not self._stopping:
            delivery = await self._store.outbox.claim(self._clock.now(), ready)
            if delivery is None:
                self._forget_retries()
                break
            self._in_hand[delivery.platform] += 1
            self._retries.pop(delivery.id, None)
            self._tasks.start(self._carry(delivery))
            claimed += 1
        return claimed

    def _ready(self) -> tuple[str, ...]:
        """The open platforms that have a place left."""
        return tuple(name for name in self.platforms if self._in_hand[name] < SENDS_AT_ONCE)

    def _forget_retries(self) -> None:
        """Nothing more may go now: a retry whose time has come has been claimed, or waits for another to be sent."""
        now = self._clock.now()
        self._retries = {id_: at for id_, at in self._retries.items() if at > now}

    async def _carry(self, delivery: Delivery) -> None:
        try:
            outcome = await self._hand_over(delivery)
            if isinstance(outcome, Unknown):
                outcome = await self._looked_up(delivery, outcome)
        finally:
            self._in_hand[delivery.platform] -= 1
        await self._conclude(delivery, outcome)

    async def _conclude(self, delivery: Delivery, outcome: SendOutcome) -> None:
        not_before = None
        if isinstance(outcome, NotSent):
            wait = wait_before(delivery.tries, outcome.retry_after)
            not_before = self._retries[delivery.id] = self._clock.now() + timedelta(seconds=wait)
            log.info("%s is not sent (%s); again in %.0f s", delivery.purpose, outcome.why, wait)
        await self._settle(delivery, outcome, not_before)
        if isinstance(outcome, Permanent):
            await self._leave(delivery, outcome)

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
        """A channel that refuses us for good is left, and the operator is told once; so of a message it refuses."""
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
        except Exception:
            log.exception("the channel of %s could not be left", delivery.purpose)

    async def _settle_doubt(self, delivery: Delivery, doubt: Unknown) -> None:
        async with self._looking:
            await self._conclude(delivery, await self._looked_up(delivery, doubt))

    async def _looked_up(self, delivery: Delivery, doubt: Unknown) -> Sent | NotSent | Unknown:
        """What the history says of a send in doubt; meanwhile nothing that follows it in its channel goes.

        Only what is missing there twice, a while apart, was not sent: a send may land late.
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
        except Exception as error:  # noqa: BLE001 - a doubt that can't be settled stays one
            log.warning("whether %s was sent cannot be found out: %s", delivery.purpose, error)
            return None


async def deliver(
    store: Store, platforms: Mapping[str, Platform], clock: Clock, notify: NotifyOperator = notify_by_log
) -> None:
    """Deliver all that may go now, once."""
    await Courier(store, platforms, clock, notify).drain()
