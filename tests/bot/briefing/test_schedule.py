"""What is due, over changes of the clocks, restarts, pauses and outages; and the ticker."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.briefing.schedule import Due, Missed, due, open_dates, open_ticker
from bot.model import times
from bot.model.channel import FOREVER, Channel, ChannelSettings
from tests.clock import PATIENCE

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
WINDOW = 6 * 3600
ZONES = (
    "UTC", "Europe/Rome", "America/New_York", "America/Santiago", "Africa/Cairo", "Asia/Beirut", "Asia/Kolkata",
    "Australia/Lord_Howe", "Pacific/Apia", "Pacific/Kiritimati", "America/St_Johns", "America/Nuuk",
)  # fmt: skip


def channel(created: datetime = LONG_AGO, *, active: bool = True, **settings: object) -> Channel:
    own = replace(ChannelSettings(days=times.DAYS), **settings)  # type: ignore[arg-type]
    return Channel(1, "chat", "C1", "#desk", own, active=active, created=created)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


FRIDAY = date(2026, 3, 27)
YESTERDAY = {date(2026, 3, 26)}


def test_a_brief_is_due_from_its_slot_on() -> None:
    """Nothing is due before the slot; from the slot's instant on its date is."""
    here = channel()
    assert due(here, utc(2026, 3, 27, 7, 29, 59), YESTERDAY, WINDOW) is None
    assert due(here, utc(2026, 3, 27, 7, 30), YESTERDAY, WINDOW) == Due(FRIDAY, utc(2026, 3, 27, 7, 30))


def test_a_recorded_date_is_due_no_more() -> None:
    """Told once: whatever was recorded for a date settles it."""
    assert due(channel(), utc(2026, 3, 27, 9), {*YESTERDAY, FRIDAY}, WINDOW) is None


def test_a_slot_is_caught_up_within_the_window_and_then_missed() -> None:
    """A late start still tells the brief; past the window the date is missed, not silently forgotten."""
    here = channel()
    assert isinstance(due(here, utc(2026, 3, 27, 13, 30), YESTERDAY, WINDOW), Due)
    assert isinstance(due(here, utc(2026, 3, 27, 13, 30, 1), YESTERDAY, WINDOW), Missed)


def test_two_slots_are_never_caught_up_together() -> None:
    """Where yesterday's and today's slots both passed, yesterday's is missed and today's is told."""
    here, now = channel(), utc(2026, 3, 27, 8)
    first = due(here, now, set(), 48 * 3600)
    assert first == Missed(date(2026, 3, 26), utc(2026, 3, 26, 7, 30))
    assert due(here, now, {first.on}, 48 * 3600) == Due(FRIDAY, utc(2026, 3, 27, 7, 30))


def test_a_late_brief_is_caught_up_after_midnight() -> None:
    """Yesterday's slot at 23:30 is still caught up at two in the morning."""
    found = due(channel(at=time(23, 30)), utc(2026, 3, 27, 2), set(), WINDOW)
    assert found == Due(date(2026, 3, 26), utc(2026, 3, 26, 23, 30))


def test_a_channel_begins_with_its_next_slot() -> None:
    """A channel made after today's slot hears nothing of today's or of any earlier one."""
    assert due(channel(created=utc(2026, 3, 27, 8)), utc(2026, 3, 27, 8, 1), set(), WINDOW) is None


@pytest.mark.parametrize("now", [utc(2026, 3, 27, 7, 30), utc(2026, 3, 27, 12), utc(2026, 3, 27, 23)])
def test_a_paused_channel_is_owed_nothing(now: datetime) -> None:
    """While it is paused nothing is due, and nothing is missed."""
    assert due(channel(paused_until=FOREVER), now, set(), WINDOW) is None


def test_a_slot_within_a_pause_is_not_made_up_for() -> None:
    """When a pause ends, slots that fell into it stay untold; the next one comes."""
    here = channel(paused_until=utc(2026, 3, 27, 9))
    assert due(here, utc(2026, 3, 27, 9), set(), WINDOW) is None
    assert due(here, utc(2026, 3, 28, 7, 30), set(), WINDOW) == Due(date(2026, 3, 28), utc(2026, 3, 28, 7, 30))


def test_unwanted_days_and_left_channels_are_owed_nothing() -> None:
    """Only on the channel's weekdays, and only where we still are."""
    assert due(channel(days=("sat", "sun")), utc(2026, 3, 27, 8), set(), WINDOW) is None
    assert due(channel(active=False), utc(2026, 3, 27, 8), set(), WINDOW) is None


def test_a_date_that_a_zone_skipped_is_not_due() -> None:
    """Samoa went from 29 to 31 December 2011: nothing is told, and nothing missed, for the 30th."""
    here = channel(timezone="Pacific/Apia", at=time(7, 30))
    now = datetime(2011, 12, 31, 8, tzinfo=ZoneInfo("Pacific/Apia")).astimezone(UTC)
    found = due(here, now, set(), WINDOW)
    assert found is not None
    assert found.on == date(2011, 12, 31)
    assert due(here, now, {found.on}, WINDOW) is None


def test_days_slept_through_are_each_on_record() -> None:
    """Down for a week, every morning of it was missed, but for today's, which is still told within the window."""
    last, now = date(2026, 3, 20), utc(2026, 3, 27, 8)
    here, recorded, found = channel(days=times.DAYS[:5]), {last}, []
    while each := due(here, now, recorded, WINDOW, last):
        recorded.add(each.on)
        found.append(each)
    assert [(type(each).__name__, each.on.day) for each in found] == [
        *(("Missed", day) for day in (23, 24, 25, 26)),
        ("Due", 27),
    ]


def test_a_year_slept_through_is_two_weeks_on_record() -> None:
    """What lies further back is no longer anybody's morning."""
    first = open_dates(channel(), utc(2026, 3, 27, 8), date(2025, 3, 27))[0]
    assert first == date(2026, 3, 13)


# --- two years of every zone ------------------------------------------------------------------------------------------

YEARS = (utc(2025, 1, 1), utc(2027, 1, 1))
HALF_AN_HOUR = timedelta(minutes=30)


@cache
def _offsets(zone: str) -> tuple[timedelta, ...]:
    """Its offset from UTC at every midnight (UTC) of those years."""
    start, end = YEARS
    tz = ZoneInfo(zone)
    days = range((end - start).days)
    return tuple((start + timedelta(days=day)).astimezone(tz).utcoffset() or timedelta() for day in days)


@cache
def awkward() -> tuple[str, ...]:
    """A zone for each way in which clocks change in those years, or stand at no whole hour."""
    ways = {_offsets(zone): zone for zone in sorted(available_timezones(), reverse=True)}
    return tuple(
        sorted(
            zone
            for offsets, zone in ways.items()
            if len(set(offsets)) > 1 or offsets[0] % timedelta(hours=1) or abs(offsets[0]) > timedelta(hours=11)
        )
    )


@cache
def ticks(zone: str) -> tuple[datetime, ...]:
    """Every twelve hours, and every half hour for two days around each change of the clocks."""
    start, _ = YEARS
    offsets = _offsets(zone)
    often = {
        start + timedelta(days=day) + half * HALF_AN_HOUR
        for day in range(1, len(offsets))
        if offsets[day] != offsets[day - 1]
        for half in range(-48, 49)
    }
    seldom = {start + step * timedelta(hours=12) for step in range(2 * len(offsets))}
    return tuple(sorted(often | seldom))


def test_there_are_awkward_zones() -> None:
    """Half hours, three quarters, half an hour of summer time, and midnights that are skipped are among them."""
    ways = {_offsets(zone) for zone in awkward()}
    for zone in ("Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Cairo", "Pacific/Chatham", "Pacific/Kiritimati"):
        assert _offsets(zone) in ways


@pytest.mark.parametrize("at", [time(0), time(0, 30), time(2, 30), time(23, 59)], ids=str)
def test_exactly_one_brief_a_day(at: time) -> None:
    """Over two years, in every awkward zone, at times that clocks skip or repeat: each local date once, and on time."""
    start, end = YEARS
    for zone in awkward():
        here = channel(created=start, timezone=zone, at=at)
        recorded: dict[date, datetime] = {}
        newest: date | None = None
        for now in ticks(zone):
            last = newest
            while found := due(here, now, recorded, 24 * 3600, last):
                assert isinstance(found, Due), (zone, found)
                assert found.on not in recorded, (zone, found)
                recorded[found.on] = now
                newest = max(newest or found.on, found.on)
        tz = ZoneInfo(zone)
        dates = [start.astimezone(tz).date() + timedelta(days=day) for day in range(1, (end - start).days - 1)]
        assert [on for on in dates if on not in recorded] == [], zone


def run(here: Channel, instants: Iterable[datetime], window: float) -> dict[date, tuple[str, datetime]]:
    """Tick at the instants, recording as the bot does; what became of each date, and when."""
    recorded: dict[date, tuple[str, datetime]] = {}
    for now in instants:
        last = max(recorded, default=None)
        while found := due(here, now, set(recorded), window, last):
            assert found.on not in recorded
            assert found.slot <= now
            assert found.on in open_dates(here, now, last)
            if isinstance(found, Due):
                assert (now - found.slot).total_seconds() <= window
            recorded[found.on] = (type(found).__name__, now)
    return recorded


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(ZONES),
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    st.integers(0, 15 * 366 * 24).map(lambda hours: utc(2011, 1, 1) + timedelta(hours=hours)),
)
@example("Europe/Rome", time(2, 30), utc(2026, 10, 24))
@example("Europe/Rome", time(2, 30), utc(2026, 3, 28))
@example("America/Santiago", time(0, 0), utc(2026, 9, 4))
@example("Africa/Cairo", time(0, 30), utc(2026, 4, 23))
@example("Asia/Beirut", time(0, 0), utc(2026, 3, 27))
@example("Pacific/Apia", time(7, 30), utc(2011, 12, 28))
@example("Australia/Lord_Howe", time(2, 15), utc(2026, 10, 3))
def test_a_bot_that_runs_tells_every_local_date_once(zone: str, at: time, start: datetime) -> None:
    """Ticking through four days, whatever the clocks do, each local date is told once, at its slot, and none missed."""
    here = channel(created=start, timezone=zone, at=at)
    ticks = [start + timedelta(minutes=10 * n) for n in range(4 * 24 * 6)]
    recorded = run(here, ticks, WINDOW)
    assert {kind for kind, _ in recorded.values()} <= {"Due"}
    for on, (_, told) in recorded.items():
        assert timedelta(0) <= told - times.slot(on, at, zone) < timedelta(minutes=10)
    local = [tick.astimezone(ZoneInfo(zone)).date() for tick in ticks]
    whole_days = sorted({day for day in local if local[0] < day < local[-1]})
    assert [on for on in sorted(recorded) if on in whole_days] == whole_days


@given(
    st.sampled_from(ZONES),
    st.lists(st.integers(1, 40 * 3600), min_size=1, max_size=12),
    st.integers(600, 30 * 3600),
)
def test_restarts_never_tell_a_date_twice(zone: str, gaps: list[int], window: int) -> None:
    """However long the bot was away, a date is settled once, and told only within the window (`run` sees to it)."""
    now, ticks = utc(2026, 3, 26), []
    for gap in gaps:
        now += timedelta(seconds=gap)
        ticks.append(now)
    recorded = run(channel(created=utc(2026, 3, 26), timezone=zone), ticks, window)
    told = [at for kind, at in recorded.values() if kind == "Due"]
    assert len(told) == len(set(told)), "two briefs at one tick"


async def test_the_ticker_ticks_at_once_and_again() -> None:
    """The first tick does not wait for the interval."""
    ticks: list[int] = []
    thrice = asyncio.Event()

    async def tick() -> None:
        ticks.append(len(ticks))
        if len(ticks) == 3:
            thrice.set()

    async with open_ticker(0.02, tick), asyncio.timeout(PATIENCE):
        await thrice.wait()


async def test_a_failing_tick_is_followed_by_the_next(caplog: pytest.LogCaptureFixture) -> None:
    """One tick that fails is logged; it does not stop the bot."""
    ticks: list[int] = []
    twice = asyncio.Event()

    async def tick() -> None:
        ticks.append(len(ticks))
        if len(ticks) == 1:
            raise RuntimeError("the first one fails")
        twice.set()

    async with open_ticker(0.02, tick), asyncio.timeout(PATIENCE):
        await twice.wait()
    assert "a tick failed" in caplog.text


async def test_ticks_do_not_overlap_and_the_last_is_waited_for() -> None:
    """A tick longer than the interval runs alone; leaving waits until it has ended, and none comes after."""
    began, ended = asyncio.Event(), 0

    async def tick() -> None:
        nonlocal ended
        assert not began.is_set(), "two ticks at once"
        began.set()
        await asyncio.sleep(0.1)
        ended += 1
        began.clear()

    async with open_ticker(0.01, tick), asyncio.timeout(PATIENCE):
        await began.wait()
    assert ended == 1
    await asyncio.sleep(0.05)
    assert ended == 1
