"""Parse times as people write them (durations, ends, weekdays, zones), find local slots, and put times into words."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from bot.model.echoing import echo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_FULL_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NAMED_DAYS = {
    **dict.fromkeys(("daily", "every day", "everyday", "each day", "all days", "all week"), DAYS),
    **dict.fromkeys(("weekday", "weekdays", "workdays", "working days", "business days"), DAYS[:5]),
    **dict.fromkeys(("weekend", "weekends"), DAYS[5:]),
}
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_UNIT_WORDS = {
    "second": "s", "sec": "s", "minute": "m", "min": "m", "hour": "h", "hr": "h", "day": "d", "week": "w",
}  # fmt: skip
_NUMBER_WORDS = {
    "a": 1, "an": 1, "another": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10,
}  # fmt: skip
_LONG_UNITS = {"fortnight": 14 * 86400, "month": 30 * 86400, "year": 365 * 86400}
_DURATION = re.compile(r"(\d{1,6}|[a-z]+)\s*([a-z]+)")
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_ENDS = "write 7d, a week, until friday, or until 3 april"
_FILLER = re.compile(r"^(?:for|until|till|til|up to|to|the|on|of|next|this|coming)\s+")
_AT_CLOCK = re.compile(r"\s*(?:\bat\s+|,\s*|\s)(\d{1,2}(?:[:.]\d{2}\s*(?:am|pm)?|\s*(?:am|pm)))$")
_DAY_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?([a-z]{3,9})\.?,?(?:\s+(\d{4}))?")
_MONTH_DAY = re.compile(r"([a-z]{3,9})\.?\s+(?:the\s+)?(\d{1,2})(?:st|nd|rd|th)?,?(?:\s+(\d{4}))?")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_BETWEEN_DAYS = re.compile(r"\s*[-–—]\s*|\s+(?:to|through|until|till)\s+")
_NO_SUMMER = frozenset({"est", "mst", "hst"})
MAX_SECONDS = 10 * 366 * 86400  # the longest length of time accepted


def seconds(words: str) -> int:
    """The seconds of "15m", "7d", "a week", "two days". Raises ValueError with a sentence for a person.

    A month counts 30 days, a year 365.
    """
    match = _DURATION.fullmatch(words.strip().lower())
    if not match:
        raise ValueError(f"{echo(words)} is not a length of time: write 30m, 12h, 7d or 2w.")
    count_word, unit_word = match.groups()
    count = int(count_word) if count_word.isdigit() else _NUMBER_WORDS.get(count_word, 0)
    if len(unit_word) > 2:  # "hrs", "days", but not "ms"
        unit_word = unit_word.removesuffix("s")
    unit = (_UNITS | _LONG_UNITS).get(_UNIT_WORDS.get(unit_word, unit_word))
    if not count or not unit or count * unit > MAX_SECONDS:
        raise ValueError(f"{echo(words)} is not a length of time: write 30m, 12h, 7d or 2w.")
    return count * unit


def clock_time(words: str) -> time:
    """The time in 07:30, 7:30, 7.30, 0730, 7am, 7:30 pm or noon. Raises ValueError with a sentence for a person."""
    folded = {"noon": "12:00", "midnight": "00:00"}.get(words.strip().lower(), words.strip().lower())
    match = re.fullmatch(r"(\d{1,2})(?:[:.h]?(\d{2}))?\s*(am|pm)?", folded, re.ASCII)
    if match:
        hour, minute, half = int(match[1]), int(match[2] or 0), match[3]
        if half:
            hour = hour % 12 + (12 if half == "pm" else 0) if 1 <= hour <= 12 else 24
        if hour < 24 and minute < 60 and (half or match[2]):
            return time(hour, minute)
    raise ValueError(f"{echo(words)} is not a time of day: write 07:30.")


def weekdays(words: str) -> tuple[str, ...]:
    """The DAYS in mon-fri, "mon,wed,fri", daily or weekdays. Raises ValueError with a sentence for a person."""
    folded = _BETWEEN_DAYS.sub("-", words.strip().lower())
    if folded in _NAMED_DAYS:
        return _NAMED_DAYS[folded]
    found: set[str] = set()
    for piece in re.split(r"(?:,|\s|\band\b)+", folded):
        first, _, last = piece.partition("-")
        start, end = _day(first, words), _day(last or first, words)
        found.update(DAYS[(start + step) % 7] for step in range((end - start) % 7 + 1))
    return tuple(day for day in DAYS if day in found)


def _day(word: str, whole: str) -> int:
    for number, name in enumerate(_FULL_DAYS):
        if len(word) >= 3 and (name.startswith(word) or word == f"{name}s"):
            return number
    raise ValueError(f"{echo(whole)} names no weekdays: write mon-fri, or mon,wed,fri, or daily.")


@cache
def _zones() -> dict[str, str]:
    return {name.lower(): name for name in available_timezones()}


@cache
def _zone_of_city() -> dict[str, str]:
    """The zone named after each city; of several the first by name."""
    places = sorted((name for key, name in _zones().items() if "/" in key and not key.startswith("etc/")), reverse=True)
    return {name.lower().rpartition("/")[2]: name for name in places}


def zone_name(words: str) -> str:
    """The IANA name of a zone written in any case, or by its city alone ("rome"). Raises ValueError with a sentence.

    EST, MST and HST are refused though IANA lists them: they have no summer time, and whoever writes them means a place
    that has. So is "GMT+1", since Etc/GMT+1 is an hour *west* of Greenwich; written in full, Etc/… is accepted.
    """
    folded = words.strip().lower().replace(" ", "_")
    names = _zones()
    if folded in names and folded not in _NO_SUMMER:
        return names[folded]
    if city := _zone_of_city().get(folded):
        return city
    raise ValueError(f"{echo(words)} is not a time zone: write one like Europe/Rome or America/New_York.")


def slot(on: date, at: time, zone: str) -> datetime:
    """The UTC instant of the local time `at` on the date `on` in the IANA zone.

    A time that occurs twice means the first; one that the change of clocks skips means the end of the gap. (PEP 495:
    with fold=0 a time inside the gap gives an instant as long after the gap as the time is into it.)
    """
    local = datetime.combine(on, at, tzinfo=ZoneInfo(zone))
    instant = local.replace(fold=0).astimezone(UTC)
    if instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == local.replace(tzinfo=None):
        return instant
    return _gap_end(instant, zone)


def _gap_end(after: datetime, zone: str) -> datetime:
    """The instant, to the second, of the change of clocks within the day before `after`."""
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


def exists(on: date, zone: str) -> bool:
    """Whether the date exists in the zone: 30 December 2011 does not in Pacific/Apia."""
    return slot(on, time(0), zone).astimezone(ZoneInfo(zone)).date() == on


def next_slot(after: datetime, at: time, zone: str, days: tuple[str, ...]) -> tuple[date, datetime] | None:
    """The first (local date, UTC instant) strictly after `after` on one of `days`; None where `days` is empty.

    Dates that do not exist in the zone are skipped.
    """
    today = after.astimezone(ZoneInfo(zone)).date()
    # Two weeks and a day ahead: the one weekday asked for may itself be the date that does not exist.
    for offset in range(-1, 16):
        on = today + timedelta(days=offset)
        if DAYS[on.weekday()] in days and (instant := slot(on, at, zone)) > after and exists(on, zone):
            return on, instant
    return None


def previous_slot(before: datetime, at: time, zone: str, days: tuple[str, ...]) -> tuple[date, datetime] | None:
    """The last (local date, UTC instant) strictly before `before` on one of `days`; None where `days` is empty."""
    today = before.astimezone(ZoneInfo(zone)).date()
    for offset in range(1, -16, -1):
        on = today + timedelta(days=offset)
        if DAYS[on.weekday()] in days and (instant := slot(on, at, zone)) < before and exists(on, zone):
            return on, instant
    return None


def until(words: str, now: datetime, zone: str) -> datetime:
    """The UTC instant at which "7d", "a week", "until friday" or "until 3 april" ends.

    A length of time counts from now. A day means its local beginning, so that "until Friday" lets Friday's brief
    through; a weekday is the next one, never today; a date without a year is the next such date. A time of day alone is
    its next occurrence. Raises ValueError with a sentence for a person if it is none of these, or in the past.
    """
    folded = _bare(" ".join(words.strip().lower().rstrip(".!?").split()))
    try:
        return now + timedelta(seconds=seconds(folded))
    except ValueError:
        end = _end(folded, now, zone)
    if end is None:
        raise ValueError(f"{echo(words)} is no time I can follow: {_ENDS}.")
    if end <= now:
        raise ValueError(f"{echo(words)} is over already: {_ENDS}.")
    if end - now > timedelta(seconds=MAX_SECONDS):
        raise ValueError(f"{echo(words)} is further off than ten years: say it without an end instead.")
    return end


def through(words: str, now: datetime, zone: str) -> datetime:
    """The UTC instant at which what lasts "for" a time is over: "7d", "tomorrow", "the weekend", "friday", "3 april".

    A length of time counts from now; a day, weekend, week or month lasts until it has ended. Anything else is as in
    `until`. Raises ValueError with a sentence for a person.
    """
    folded = " ".join(words.strip().lower().rstrip(".!?").split()).removeprefix("for ")
    today = now.astimezone(ZoneInfo(zone)).date()
    over = _spans(today).get(_WITHIN.sub("", folded))
    if over is None and not _is_count(folded) and (on := _coming(_bare(folded), today)):
        over = on + timedelta(days=1)
    return slot(over, time(0), zone) if over else until(words, now, zone)


_WITHIN = re.compile(
    r"^(?:(?:over|during|on|this|all|the rest of|rest of|of)\s+)*(?:the\s+)?(?=\w+$|next \w+$|rest of)"
)


def _spans(today: date) -> dict[str, date]:
    """The day after the end of what is named without a date; the days of "the next week" are counted instead."""
    monday = today + timedelta(days=7 - today.weekday())
    month = _month_after(today)
    return {
        "today": today + timedelta(days=1), "tonight": today + timedelta(days=1), "day": today + timedelta(days=1),
        "week": monday, "weekend": monday, "month": month, "tomorrow": today + timedelta(days=2),
        "next week": monday + timedelta(days=7), "next month": _month_after(month),
    }  # fmt: skip


def _is_count(words: str) -> bool:
    try:
        return bool(seconds(_bare(words)))
    except ValueError:
        return False


def _bare(folded: str) -> str:
    """Without "until", "the", "next" and the like before it."""
    while (shorter := _FILLER.sub("", folded)) != folded:
        folded = shorter
    return folded


def _end(folded: str, now: datetime, zone: str) -> datetime | None:
    today = now.astimezone(ZoneInfo(zone)).date()
    if clock := _clock_or_none(folded):
        candidates = (slot(today + timedelta(days=days), clock, zone) for days in range(3))
        return next(instant for instant in candidates if instant > now)
    match = _AT_CLOCK.search(folded)
    at = _clock_or_none(match[1]) if match else None
    on = _coming(folded[: match.start()] if match and at else folded, today)
    return slot(on, at or time(0), zone) if on else None


def _clock_or_none(words: str) -> time | None:
    try:
        return clock_time(words)
    except ValueError:
        return None


def _coming(words: str, today: date) -> date | None:
    """The date that the words name, later than today unless they give a year; None: they name none."""
    monday = today + timedelta(days=7 - today.weekday())
    named = {
        "tomorrow": today + timedelta(days=1),
        "day after tomorrow": today + timedelta(days=2),
        "week": monday, "end of week": monday, "end of the week": monday,
        "weekend": today + timedelta(days=(4 - today.weekday()) % 7 + 1),
        "month": _month_after(today), "end of month": _month_after(today), "end of the month": _month_after(today),
    }  # fmt: skip
    if words in named:
        return named[words]
    if match := _ISO.fullmatch(words):
        return _dated(int(match[1]), int(match[2]), int(match[3]))
    if match := _DAY_MONTH.fullmatch(words):
        return _next_date(int(match[1]), match[2], match[3], today)
    if match := _MONTH_DAY.fullmatch(words):
        return _next_date(int(match[2]), match[1], match[3], today)
    return _next_weekday(words, today)


def past_day(words: str, today: date) -> date | None:
    """The last date that the words name: "yesterday", "friday", "last monday", "3 days ago", "27 march", 2026-03-27.

    A weekday or a date without a year is one before today. None: they name none.
    """
    folded = _PAST_FILLER.sub("", " ".join(words.strip().lower().rstrip(".!?").split()))
    named = {"today": today, "yesterday": today - timedelta(days=1)}
    named["day before yesterday"] = today - timedelta(days=2)
    if folded in named:
        return named[folded]
    if folded.endswith(" ago") and _is_count(folded.removesuffix(" ago")):
        return today - timedelta(days=seconds(folded.removesuffix(" ago")) // 86400)
    coming = _coming(folded, today) if folded not in ("week", "weekend", "month", "tomorrow") else None
    if coming is None or _ISO.fullmatch(folded) or re.search(r"\b\d{4}\b", folded) or coming <= today:
        return coming
    return coming - timedelta(days=7) if _next_weekday(folded, today) else _year_before(coming)


_PAST_FILLER = re.compile(
    r"^(?:(?:of|from|for|on|the|last|this|previous)\s+)*"
    r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,? (?=.*\d))?|['’]s$"
)


def _year_before(on: date) -> date | None:
    return next((day for ago in range(1, 9) if (day := _dated(on.year - ago, on.month, on.day))), None)


def _next_weekday(word: str, today: date) -> date | None:
    for number, name in enumerate(_FULL_DAYS):
        if len(word) >= 3 and name.startswith(word):
            return today + timedelta(days=(number - today.weekday() - 1) % 7 + 1)
    return None


def _next_date(day: int, month_word: str, year: str | None, today: date) -> date | None:
    months = [number for number, name in enumerate(_MONTHS, 1) if name.startswith(month_word)]
    if not months:
        return None
    if year:
        return _dated(int(year), months[0], day)
    # Nine years ahead hold a 29 February even around a century without one.
    dates = (_dated(today.year + ahead, months[0], day) for ahead in range(9))
    return next((on for on in dates if on and on > today), None)


def _dated(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _month_after(today: date) -> date:
    return (today.replace(day=1) + timedelta(days=32)).replace(day=1)


def local(instant: datetime, zone: str) -> datetime:
    """The instant in the local time of the zone."""
    return instant.astimezone(ZoneInfo(zone))


def full_day(day: date) -> str:
    """ "Friday 27 March" """
    return f"{day:%A} {day.day} {day:%B}"


def dated(day: date) -> str:
    """ "27 March 2026" """
    return f"{day.day} {day:%B} {day.year}"


def day_words(day: date, today: date) -> str:
    """ "today", "Tuesday" within six days before, else "14 March", with its year where it is another."""
    if day == today:
        return "today"
    if 0 < (today - day).days < 7:
        return f"{day:%A}"
    return f"{day.day} {day:%B}" if day.year == today.year else dated(day)


def end_words(end: datetime, now: datetime, zone: str) -> str:
    """An end in local time: "Friday 3 April" if it is the beginning of that day, else with the time."""
    there = local(end, zone)
    year = "" if (end - now).days < 300 else f" {there.year}"
    return f"{full_day(there.date())}{year}" + ("" if there.time() == time(0) else f", {there:%H:%M}")


def system_zone() -> str:
    """The IANA name of the system's zone; "UTC" where it has none."""
    from tzlocal import get_localzone_name

    name = get_localzone_name()
    return name if name and name.lower() in _zones() else "UTC"
