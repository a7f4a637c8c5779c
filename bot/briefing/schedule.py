"""Decide which briefs are due, tell them, and the ticker that calls this regularly."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from bot.briefing.alerts import AlertWatch
from bot.briefing.briefs import Moment
from bot.briefing.service import BriefingService, local_date
from bot.model import times
from bot.model.channel import Channel
from bot.model.errors import log_failure
from bot.model.ports import Clock
from bot.model.stores import Store

log = logging.getLogger(__name__)

TERMINAL = "console"
"""The platform that misses nothing: opening the terminal asks for the brief, so a closed one is not recorded."""
LOOK_BACK = 14  # days; a missed morning further back is not recorded


# --- what is due ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Due:
    """A brief to be told now."""

    on: date  # the channel's local date
    slot: datetime  # the instant it fell due, UTC


@dataclass(frozen=True, slots=True)
class Missed:
    """A brief past the catch-up window, or overtaken by the next one: recorded, not told."""

    on: date
    slot: datetime


def due(
    channel: Channel, now: datetime, recorded: Collection[date], catch_up: float, last: date | None = None
) -> Due | Missed | None:
    """The earliest of the channel's local dates whose slot has come and which is not `recorded`; None: there is none.

    `catch_up` is in seconds; `last` is the newest date on record, None if there is none. Neither due nor missed are a
    slot before the channel began, one that fell into a pause (and all while it is paused), and days the channel does
    not want. Call it again once the result is recorded: there may be another.
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
    """The local dates to look at: yesterday and today, and before them all since `last`, two weeks at most."""
    today = local_date(channel, now)
    behind = (today - last).days - 1 if last else 0
    days = min(max(behind, 1), LOOK_BACK)
    return tuple(today - timedelta(days=back) for back in range(days, -1, -1))


def _paused(channel: Channel, at: datetime) -> bool:
    until = channel.settings.paused_until
    return until is not None and at < until


def _slot(channel: Channel, on: date, now: datetime) -> datetime | None:
    """The instant of the channel's slot on a date; None: it has none that day, or it has not come yet."""
    settings = channel.settings
    if times.DAYS[on.weekday()] not in settings.days or not times.exists(on, settings.timezone):
        return None
    slot = times.slot(on, settings.at, settings.timezone)
    return slot if channel.created <= slot <= now and not _paused(channel, slot) else None


async def tell_due(store: Store, briefing: BriefingService, clock: Clock, catch_up: float) -> int:
    """Tell every channel on an open platform its brief if due, and record what it missed; returns how many it recorded.

    Where several processes tell, a channel is one's at a time.

    `catch_up` is in seconds. An exception for one channel is logged, and it is tried again at the next tick.
    """
    recorded = 0
    moment = Moment(store, clock.now())
    on_record = await store.briefs.dates(moment.now.date() - timedelta(days=2))
    channels = await store.channels.active()
    for channel in _in_turn(channels) if store.is_shared else channels:
        told = on_record.get(channel.id, ())
        if briefing.reaches(channel) and _next_due(channel, moment.now, told, told, catch_up):
            try:
                async with store.share(f"channel {channel.id}") as mine:
                    recorded += await _tell_channel(briefing, channel, told, moment, catch_up) if mine else 0
            except Exception as error:  # noqa: BLE001 - it is logged, and what goes on goes on
                log_failure(log, f"the brief for {channel.name} on {channel.platform} failed; trying again", error)
    return recorded


async def alert_due(
    store: Store, briefing: BriefingService, clock: Clock, most: int, watch: AlertWatch | None = None
) -> int:
    """Tell at once what is due, `most` alerts and as much of what is watched a channel and day; returns how many
    signals were told.

    `watch`: what earlier calls looked at, which is not looked at again; None: everything is.
    """
    watch, whole = watch or AlertWatch(), Moment(store, clock.now())
    asking = [each for each in await store.channels.active() if _asks(each, whole.now) and briefing.reaches(each)]
    if not asking:
        return 0
    changed, newest = await store.signals.changed(watch.newest)
    part, muting = Moment(store, whole.now, changed), await store.channels.muting(whole.now)
    told = 0
    for channel in asking:
        mutes = muting.get(channel.id, ())
        moment = whole if watch.newest is None or watch.is_new(channel, mutes, whole.now) else part
        try:
            async with store.share(f"channel {channel.id}") as mine:
                told += await briefing.alert(channel, moment, most) if mine else 0
            if mine:
                watch.note(channel, mutes, whole.now)
            else:
                watch.forget(channel)
        except Exception as error:  # noqa: BLE001 - it is logged, and what goes on goes on
            watch.forget(channel)
            log_failure(log, f"an alert for {channel.name} on {channel.platform} failed; trying again", error)
    watch.newest = newest
    return told


def _asks(channel: Channel, now: datetime) -> bool:
    """Whether the channel wants to be told anything at once."""
    return channel.settings.alert is not None or bool(channel.settings.watched(now))


async def _tell_channel(
    briefing: BriefingService, channel: Channel, on_record: Sequence[date], moment: Moment, catch_up: float
) -> int:
    """`on_record`: the channel's dates on record, newest first. Returns how many briefs were recorded."""
    done = set(on_record)
    told = 0
    while found := _next_due(channel, moment.now, done, on_record, catch_up):
        done.add(found.on)
        missed = isinstance(found, Missed)
        if not (missed and channel.platform == TERMINAL):
            told += await briefing.tell(channel, found.on, down=missed, moment=moment) is not None
    return told


def _next_due(
    channel: Channel, now: datetime, done: Collection[date], on_record: Sequence[date], catch_up: float
) -> Due | Missed | None:
    return due(channel, now, done, catch_up, on_record[0] if on_record else None)


def _in_turn(channels: Sequence[Channel]) -> Sequence[Channel]:
    """From another one on in each process, so that those that tell at the same time seldom meet."""
    first = os.getpid() % max(len(channels), 1)
    return (*channels[first:], *channels[:first])


# --- the ticker ----------------------------------------------------------------------------------------------------


@asynccontextmanager
async def open_ticker(seconds: float, tick: Callable[[], Awaitable[object]]) -> AsyncIterator[None]:
    """Call `tick` now and every so many seconds, never twice at once; at the end wait for a tick in progress.

    An exception in a tick is logged, and the next one comes all the same.
    """
    from apscheduler.schedulers.asyncio import AsyncIOScheduler  # noqa: TID251 - the one module that uses it

    # It warns when a tick outlasts the interval, which is normal here.
    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)
    in_flight = asyncio.Lock()

    async def once() -> None:
        async with in_flight:
            try:
                await tick()
            except Exception as error:  # noqa: BLE001 - it is logged, and what goes on goes on
                log_failure(log, "a tick failed; the next one comes all the same", error)

    scheduler = AsyncIOScheduler(timezone=UTC)
    options = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    scheduler.add_job(once, "interval", seconds=seconds, next_run_time=datetime.now(UTC), **options)
    scheduler.start()
    try:
        yield
    finally:
        scheduler.pause()
        async with in_flight:
            scheduler.shutdown(wait=False)
            # The library shuts down in a callback of the event loop: give it its turn.
            await asyncio.sleep(0)
