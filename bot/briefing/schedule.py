"""The ticker, and what is due: which local dates of a channel are to be told now, decided from the data alone."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from bot.briefing.briefs import Moment
from bot.briefing.service import BriefingService, local_date
from bot.model import times
from bot.model.channel import Channel
from bot.model.ports import Clock
from bot.model.stores import Store

log = logging.getLogger(__name__)

TERMINAL = "console"
"""Opening the terminal is asking: a morning on which it was closed was not missed."""
LOOK_BACK = 14  # days before which a missed morning is no longer recorded


# --- what is due ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Due:
    """To be told now."""

    on: date  # the channel's local date
    slot: datetime  # the instant it fell due, UTC


@dataclass(frozen=True, slots=True)
class Missed:
    """Past catching up, or overtaken by the next date's slot: recorded, not told."""

    on: date
    slot: datetime


def due(
    channel: Channel, now: datetime, recorded: Collection[date], catch_up: float, last: date | None = None
) -> Due | Missed | None:
    """What of the channel's local dates is not `recorded` though its slot has come; the earliest first.

    `catch_up` is in seconds; `last`: the newest date on record, None: none is. Neither due nor missed: a slot before
    the channel began, one that fell into a pause (and all while it is paused), and days the channel does not want.
    Ask again once the answer is recorded.
    """
    if not channel.active or _paused(channel, now):
        return None
    open_slots = [
        (on, slot) for on in open_dates(channel, now, last) if on not in recorded and (slot := _slot(channel, on, now))
    ]
    if not open_slots:
        return None
    on, slot = open_slots[0]
    late = len(open_slots) > 1 or (now - slot).total_seconds() > catch_up
    return Missed(on, slot) if late else Due(on, slot)


def open_dates(channel: Channel, now: datetime, last: date | None) -> tuple[date, ...]:
    """The channel's local today and yesterday, and before them all since the `last` on record, two weeks at most."""
    today = local_date(channel, now)
    behind = (today - last).days - 1 if last else 0
    days = min(max(behind, 1), LOOK_BACK)
    return tuple(today - timedelta(days=back) for back in range(days, -1, -1))


def _paused(channel: Channel, at: datetime) -> bool:
    until = channel.settings.paused_until
    return until is not None and at < until


def _slot(channel: Channel, on: date, now: datetime) -> datetime | None:
    """The instant of the channel's slot on a date; None: there is none there, or not yet."""
    settings = channel.settings
    if times.DAYS[on.weekday()] not in settings.days or not times.exists(on, settings.timezone):
        return None
    slot = times.slot(on, settings.at, settings.timezone)
    return slot if channel.created <= slot <= now and not _paused(channel, slot) else None


async def tell_due(store: Store, briefing: BriefingService, clock: Clock, catch_up: float) -> int:
    """Tell every channel within reach what is due to it, and record what it missed; how many briefs were recorded.

    A channel that fails is logged and tried again at the next tick; it never delays the others for good.
    """
    recorded = 0
    moment = Moment(store, clock.now())
    on_record = await store.briefs.dates(moment.now.date() - timedelta(days=2))
    for channel in await store.channels.active():
        if briefing.reaches(channel):
            try:
                recorded += await _tell_channel(briefing, channel, on_record.get(channel.id, ()), moment, catch_up)
            except Exception:
                log.exception("the brief for %s on %s failed; trying again", channel.name, channel.platform)
    return recorded


async def alert_due(store: Store, briefing: BriefingService, clock: Clock, most: int) -> int:
    """Tell at once what channels ask to be alerted of, at most so many a channel and day; how many signals."""
    told = 0
    moment = Moment(store, clock.now())
    for channel in await store.channels.active():
        if channel.settings.alert is not None and briefing.reaches(channel):
            try:
                told += await briefing.alert(channel, moment, most)
            except Exception:
                log.exception("an alert for %s on %s failed; trying again", channel.name, channel.platform)
    return told


async def _tell_channel(
    briefing: BriefingService, channel: Channel, on_record: Sequence[date], moment: Moment, catch_up: float
) -> int:
    """`on_record`: the channel's dates on record, newest first; yesterday's and today's where they are."""
    done = set(on_record)
    told = 0
    while found := due(channel, moment.now, done, catch_up, on_record[0] if on_record else None):
        done.add(found.on)
        missed = isinstance(found, Missed)
        if not (missed and channel.platform == TERMINAL):
            told += await briefing.tell(channel, found.on, down=missed, moment=moment) is not None
    return told


# --- the ticker ----------------------------------------------------------------------------------------------------


@asynccontextmanager
async def open_ticker(seconds: float, tick: Callable[[], Awaitable[object]]) -> AsyncIterator[None]:
    """Await `tick` now and every so many seconds, never twice at once; at the end a tick in flight is waited for.

    A tick that fails is logged, and the next one comes all the same.
    """
    from apscheduler.schedulers.asyncio import AsyncIOScheduler  # noqa: TID251 - this is the one place that ticks

    # Its complaints are that a tick outlasts the interval, which is how one long cycle looks, and no fault.
    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)
    in_flight = asyncio.Lock()

    async def once() -> None:
        async with in_flight:
            try:
                await tick()
            except Exception:
                log.exception("a tick failed; the next one comes all the same")

    scheduler = AsyncIOScheduler(timezone=UTC)
    scheduler.add_job(
        once,
        "interval",
        seconds=seconds,
        coalesce=True,
        max_instances=1,
        misfire_grace_time=None,
        next_run_time=datetime.now(UTC),
    )
    scheduler.start()
    try:
        yield
    finally:
        scheduler.pause()
        async with in_flight:
            scheduler.shutdown(wait=False)
            # The library shuts down in a callback of the loop, and would otherwise outlive us by a turn.
            await asyncio.sleep(0)
