"""Times as people write them: durations, clock times, weekdays, zones; and the instant a local slot falls on."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_FULL_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_UNIT_WORDS = {
    "second": "s", "sec": "s", "minute": "m", "min": "m", "hour": "h", "hr": "h", "day": "d", "week": "w",
}  # fmt: skip
_NUMBER_WORDS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "ten": 10,
}  # fmt: skip
_DURATION = re.compile(r"(\d{1,6}|[a-z]+)\s*([a-z]+)")
MAX_SECONDS = 10 * 366 * 86400


def seconds(words: str) -> int:
    """The seconds of "15m", "7d", "a week", "two days"; ValueError with a sentence where it is none.

    A month counts 30 days, a year 365.
    """
    match = _DURATION.fullmatch(words.strip().lower())
    if not match:
        raise ValueError(f"“{words}” is not a length of time: write 30m, 12h, 7d or 2w.")
    count_word, unit_word = match.groups()
    count = int(count_word) if count_word.isdigit() else _NUMBER_WORDS.get(count_word, 0)
    unit_word = unit_word if unit_word in _UNITS else unit_word.rstrip("s")
    unit = _UNITS.get(_UNIT_WORDS.get(unit_word, unit_word), {"month": 30 * 86400, "year": 365 * 86400}.get(unit_word))
    if not count or not unit or count * unit > MAX_SECONDS:
        raise ValueError(f"“{words}” is not a length of time: write 30m, 12h, 7d or 2w.")
    return count * unit


def clock_time(words: str) -> time:
    """07:30, 7:30, 7.30, 0730, 7am, 7:30 pm → a time; ValueError with a sentence where it is none."""
    match = re.fullmatch(r"(\d{1,2})(?:[:.h]?(\d{2}))?\s*(am|pm)?", words.strip().lower())
    if match:
        hour, minute, half = int(match[1]), int(match[2] or 0), match[3]
        if half and 1 <= hour <= 12:
            hour = hour % 12 + (12 if half == "pm" else 0)
        if hour < 24 and minute < 60 and (half or match[2]):
            return time(hour, minute)
    raise ValueError(f"“{words}” is not a time of day: write 07:30.")


def weekdays(words: str) -> tuple[str, ...]:
    """mon-fri, "mon,wed,fri", sat-sun, daily, weekdays → names in week order; ValueError with a sentence otherwise."""
    folded = words.strip().lower()
    named = {"daily": DAYS, "every day": DAYS, "everyday": DAYS, "weekdays": DAYS[:5], "weekends": DAYS[5:]}
    if folded in named:
        return named[folded]
    found: set[str] = set()
    for piece in re.split(r"[,\s]+", folded):
        first, _, last = piece.partition("-")
        start, end = _day(first, words), _day(last or first, words)
        found.update(DAYS[(start + step) % 7] for step in range((end - start) % 7 + 1))
    return tuple(day for day in DAYS if day in found)


def _day(word: str, whole: str) -> int:
    for number, name in enumerate(_FULL_DAYS):
        if len(word) >= 3 and name.startswith(word):
            return number
    raise ValueError(f"“{whole}” names no weekdays: write mon-fri, or mon,wed,fri, or daily.")


@cache
def _zones() -> dict[str, str]:
    return {name.lower(): name for name in available_timezones()}


def zone_name(words: str) -> str:
    """The IANA name, its case mended; a city alone will do ("rome"); ValueError with a sentence where there is none."""
    folded = words.strip().lower().replace(" ", "_")
    names = _zones()
    if folded in names:
        return names[folded]
    cities = sorted(name for key, name in names.items() if key.rpartition("/")[2] == folded and "/" in key)
    if cities:
        return cities[0]
    raise ValueError(f"“{words}” is not a time zone: write one like Europe/Rome or America/New_York.")


def slot(on: date, at: time, zone: str) -> datetime:
    """The UTC instant of local time `at` on date `on`: an ambiguous time is its first, a skipped one as soon after
    as exists (PEP 495: fold=0 in a gap gives the offset before it, which lands after the gap by as much as it is
    into it; so we take the end of the gap itself)."""
    local = datetime.combine(on, at, tzinfo=ZoneInfo(zone))
    instant = local.replace(fold=0).astimezone(UTC)
    if instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == local.replace(tzinfo=None):
        return instant
    return _gap_end(instant, zone)


def _gap_end(after: datetime, zone: str) -> datetime:
    """The first instant after the change of the clocks within the two days around `after`, to the second."""
    tz = ZoneInfo(zone)
    low, high = after - timedelta(days=1), after + timedelta(seconds=1)
    offset = high.astimezone(tz).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = (low + (high - low) / 2).replace(microsecond=0)
        if middle.astimezone(tz).utcoffset() == offset:
            high = middle
        else:
            low = middle
    return high.replace(microsecond=0)


def next_slot(after: datetime, at: time, zone: str, days: tuple[str, ...]) -> tuple[date, datetime] | None:
    """The first (local date, UTC instant) strictly after `after` on one of `days`; None where `days` is empty."""
    today = after.astimezone(ZoneInfo(zone)).date()
    for offset in range(-1, 9):
        on = today + timedelta(days=offset)
        if DAYS[on.weekday()] in days and (instant := slot(on, at, zone)) > after:
            return on, instant
    return None


def system_zone() -> str:
    """The machine's IANA zone; UTC where it has none."""
    from tzlocal import get_localzone_name

    name = get_localzone_name()
    return name if name and name.lower() in _zones() else "UTC"
