"""Times as people write them, and the instant a local slot falls on, through every change of the clocks."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import times
from tests.clock import MORNING

ROME = "Europe/Rome"
AWKWARD = (
    "Europe/Rome", "America/New_York", "America/Santiago", "Africa/Cairo", "Asia/Beirut", "Asia/Kathmandu",
    "Pacific/Apia", "Australia/Lord_Howe", "America/St_Johns", "Pacific/Chatham", "Africa/Casablanca", "America/Nuuk",
)  # fmt: skip
DATES = st.dates(date(2008, 1, 1), date(2030, 12, 31))
TIMES = st.sampled_from((time(0), time(0, 30), time(2, 30), time(7, 30), time(23, 59)))


def local(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=ZoneInfo(ROME))


@pytest.mark.parametrize(
    ("words", "seconds"),
    [
        ("15m", 900), ("7d", 604800), ("2w", 1209600), ("a week", 604800), ("two days", 172800), ("12 hours", 43200),
        ("a fortnight", 1209600), ("another week", 604800), ("1 month", 2592000), ("90 s", 90),
    ],
)  # fmt: skip
def test_lengths_of_time(words: str, seconds: int) -> None:
    """A length of time is understood as people write it."""
    assert times.seconds(words) == seconds


@pytest.mark.parametrize("words", ["", "week", "0d", "7", "d", "-3d", "999999w", "seven"])
def test_what_is_no_length_of_time(words: str) -> None:
    """What is none is refused in a sentence that shows how to write one."""
    with pytest.raises(ValueError, match="write 30m, 12h, 7d or 2w"):
        times.seconds(words)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("07:30", time(7, 30)), ("7.30", time(7, 30)), ("0730", time(7, 30)), ("7am", time(7)),
        ("7:30 pm", time(19, 30)),
        ("12am", time(0)), ("12 pm", time(12)), ("noon", time(12)), ("midnight", time(0)), ("23:59", time(23, 59)),
    ],
)  # fmt: skip
def test_times_of_day(words: str, expected: time) -> None:
    """A time of day is understood as people write it."""
    assert times.clock_time(words) == expected


@pytest.mark.parametrize("words", ["25:00", "7", "12:60", "0pm", "13pm", "half past", "٧:٣٠"])
def test_what_is_no_time_of_day(words: str) -> None:
    """What is none is refused."""
    with pytest.raises(ValueError, match=r"write 07:30"):
        times.clock_time(words)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("mon-fri", "mon tue wed thu fri"), ("Mon - Fri", "mon tue wed thu fri"), ("mon to wed", "mon tue wed"),
        ("sat-mon", "mon sat sun"), ("mon, wed and fri", "mon wed fri"), ("tuesday", "tue"), ("Weekends", "sat sun"),
        ("daily", "mon tue wed thu fri sat sun"),
    ],
)  # fmt: skip
def test_weekdays(words: str, expected: str) -> None:
    """Weekdays come in week order, however they are written."""
    assert times.weekdays(words) == tuple(expected.split())


@pytest.mark.parametrize(("words", "zone"), [("rome", ROME), ("New York", "America/New_York"), ("utc", "UTC")])
def test_zones(words: str, zone: str) -> None:
    """A city names its zone."""
    assert times.zone_name(words) == zone


@pytest.mark.parametrize("words", ["EST", "GMT+1", "Atlantis", ""])
def test_zones_that_mislead(words: str) -> None:
    """A zone that would be an hour off all summer, or lies on the other side of Greenwich, is refused."""
    with pytest.raises(ValueError, match="Europe/Rome"):
        times.zone_name(words)


@pytest.mark.parametrize(
    ("words", "end"),
    [
        ("7d", MORNING + timedelta(days=7)), ("for a week", MORNING + timedelta(days=7)),
        ("until friday", local(2026, 4, 3)), ("friday", local(2026, 4, 3)), ("until saturday", local(2026, 3, 28)),
        ("until 3 april", local(2026, 4, 3)), ("April 3rd", local(2026, 4, 3)), ("3 april 2027", local(2027, 4, 3)),
        ("1 march", local(2027, 3, 1)), ("29 february", local(2028, 2, 29)), ("2026-04-03", local(2026, 4, 3)),
        ("tomorrow", local(2026, 3, 28)), ("the day after tomorrow", local(2026, 3, 29)),
        ("until next week", local(2026, 3, 30)), ("the weekend", local(2026, 3, 28)),
        ("the end of the month", local(2026, 4, 1)), ("until 18:00", local(2026, 3, 27, 18)),
        ("until 7am", local(2026, 3, 28, 7)), ("monday at 9:00", local(2026, 3, 30, 9)),
    ],
)  # fmt: skip
def test_ends(words: str, end: datetime) -> None:
    """A length counts from now; a day ends what lasts until it as it begins there, and a weekday is never today."""
    assert times.until(words, MORNING, ROME) == end.astimezone(UTC)


@pytest.mark.parametrize("words", ["until 27 march", "March 27th", "27 mar"])
def test_a_date_named_on_that_day_is_next_years(words: str) -> None:
    """Something that lasts until today would be over already."""
    assert times.local(MORNING, ROME).date() == date(2026, 3, 27)
    assert times.until(words, MORNING, ROME) == local(2027, 3, 27).astimezone(UTC)


@pytest.mark.parametrize(
    "words", ["hell", "", "until", "31 february", "2020-01-01", "5 april 2066", "99:99", "for 7", "friday at 99:00"]
)
def test_what_is_no_end(words: str) -> None:
    """What is no end, is over, or lies beyond ten years is refused in a sentence."""
    with pytest.raises(ValueError, match=r"“"):
        times.until(words, MORNING, ROME)


def test_ten_years_are_the_limit() -> None:
    """A day as far off as can be is taken to the second; what ends a minute later is refused."""
    furthest = MORNING + timedelta(seconds=times.MAX_SECONDS)
    words = f"{furthest:%Y-%m-%d} at {furthest:%H:%M}"
    assert times.until(words, MORNING, "UTC") == furthest
    with pytest.raises(ValueError, match="ten years"):
        times.until(words, MORNING - timedelta(minutes=1), "UTC")


@given(day=st.dates(date(2026, 1, 1), date(2031, 12, 31)), zone=st.sampled_from(AWKWARD), hour=st.integers(0, 23))
def test_a_named_day_ends_as_it_begins(day: date, zone: str, hour: int) -> None:
    """Until a date is until the first instant of that date there, whatever the clocks do, and later than now."""
    now = datetime(2026, 1, 1, hour, tzinfo=UTC) - timedelta(days=2)
    end = times.until(f"{day:%Y-%m-%d}", now, zone)
    assert end > now
    assert end.astimezone(ZoneInfo(zone)).date() == day
    assert (end - timedelta(seconds=1)).astimezone(ZoneInfo(zone)).date() < day


@given(hours=st.integers(0, 30_000), weekday=st.sampled_from(times.DAYS))
def test_a_weekday_is_the_coming_one(hours: int, weekday: str) -> None:
    """Until Friday is the next Friday after today, within a week."""
    start = MORNING + timedelta(hours=hours)
    end = times.until(weekday, start, ROME).astimezone(ZoneInfo(ROME))
    assert times.DAYS[end.weekday()] == weekday
    assert 1 <= (end.date() - start.astimezone(ZoneInfo(ROME)).date()).days <= 7


@given(words=st.text(max_size=30))
def test_whatever_is_written(words: str) -> None:
    """No words whatever do worse than be refused."""
    for read in (times.seconds, times.clock_time, times.weekdays, times.zone_name):
        with suppress(ValueError):
            read(words)
    with suppress(ValueError):
        assert times.until(words, MORNING, ROME) > MORNING


# --- slots -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "at", "zone", "instant"),
    [
        (date(2026, 3, 29), time(2, 30), ROME, "2026-03-29T01:00"),  # skipped: as soon after as exists
        (date(2026, 10, 25), time(2, 30), ROME, "2026-10-25T00:30"),  # twice: the first
        (date(2026, 9, 6), time(0), "America/Santiago", "2026-09-06T04:00"),  # midnight is skipped
        (date(2026, 9, 6), time(0, 30), "America/Santiago", "2026-09-06T04:00"),
        (date(2026, 4, 24), time(0), "Africa/Cairo", "2026-04-23T22:00"),
        (date(2026, 3, 29), time(0), "Asia/Beirut", "2026-03-28T22:00"),
        (date(2011, 12, 29), time(7, 30), "Pacific/Apia", "2011-12-29T17:30"),
        (date(2011, 12, 31), time(7, 30), "Pacific/Apia", "2011-12-30T17:30"),
    ],
)
def test_slots(on: date, at: time, zone: str, instant: str) -> None:
    """A local time is its first instant; one the clocks skip is the end of the gap."""
    assert times.slot(on, at, zone) == datetime.fromisoformat(instant).replace(tzinfo=UTC)


def test_a_date_that_does_not_exist() -> None:
    """Pacific/Apia had no 30 December 2011: it has no slot, and the Fridays beside it are a fortnight apart."""
    assert not times.exists(date(2011, 12, 30), "Pacific/Apia")
    before = times.slot(date(2011, 12, 23), time(7, 30), "Pacific/Apia")
    assert times.next_slot(before, time(7, 30), "Pacific/Apia", ("fri",)) == (
        date(2012, 1, 6),
        times.slot(date(2012, 1, 6), time(7, 30), "Pacific/Apia"),
    )


@given(on=DATES, at=TIMES, zone=st.sampled_from(AWKWARD))
def test_a_slot_is_the_first_instant_at_or_after_its_local_time(on: date, at: time, zone: str) -> None:
    """At the slot the local clock shows the time or, where it is skipped, later; a second before, it was earlier."""
    instant, tz = times.slot(on, at, zone), ZoneInfo(zone)
    wanted = datetime.combine(on, at)
    assert instant.astimezone(tz).replace(tzinfo=None) >= wanted
    assert (instant - timedelta(seconds=1)).astimezone(tz).replace(tzinfo=None) < wanted


@given(on=DATES, at=TIMES, zone=st.sampled_from(AWKWARD))
def test_one_slot_a_day(on: date, at: time, zone: str) -> None:
    """Slot after slot, each existing local date comes once and in order."""
    after = times.slot(on, at, zone) - timedelta(microseconds=1)
    dates = []
    for _ in range(8):
        found = times.next_slot(after, at, zone, times.DAYS)
        assert found is not None
        dates.append(found[0])
        after = found[1]
    expected = [day for days in range(12) if times.exists(day := on + timedelta(days=days), zone)]
    assert dates == expected[:8]


@given(on=DATES, at=TIMES, zone=st.sampled_from(AWKWARD))
def test_the_slot_before_is_the_one_that_this_one_follows(on: date, at: time, zone: str) -> None:
    """Backwards and forwards are the same row of slots."""
    days = ("mon", "wed", "sun")
    found = times.next_slot(times.slot(on, at, zone), at, zone, days)
    assert found is not None
    before = times.previous_slot(found[1], at, zone, days)
    assert before is not None
    assert times.next_slot(before[1], at, zone, days) == found


def test_no_weekdays_no_slot() -> None:
    """A channel without weekdays has no slot, before or after."""
    assert times.next_slot(MORNING, time(7, 30), ROME, ()) is None
    assert times.previous_slot(MORNING, time(7, 30), ROME, ()) is None


def test_days_in_words() -> None:
    """A day is named as a reader near it names it."""
    today = date(2026, 3, 27)
    assert times.day_words(today, today) == "today"
    assert times.day_words(date(2026, 3, 24), today) == "Tuesday"
    assert times.day_words(date(2026, 3, 14), today) == "14 March"
    assert times.day_words(date(2025, 3, 14), today) == "14 March 2025"
    assert times.end_words(local(2026, 4, 3).astimezone(UTC), MORNING, ROME) == "Friday 3 April"
    assert times.end_words(local(2027, 4, 3, 9, 5), MORNING, ROME) == "Saturday 3 April 2027, 09:05"
