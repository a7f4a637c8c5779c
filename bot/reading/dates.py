"""The one reader of dates: of feeds and pages, in many languages and orders; absent, unreadable, or read.

A date is read only if every part of it is understood: a part is never taken for the whole.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import Enum
from itertools import chain
from typing import Final, Literal

from bot.model.locales import LANGUAGES, CalendarNames, calendar_names
from bot.reading.time_zones import in_zone, zone_named, zone_of_offset


class Unreadable(Enum):
    """A date is there, and cannot be read."""

    UNREADABLE = "unreadable"


UNREADABLE: Final = Unreadable.UNREADABLE
Outcome = datetime | Literal[Unreadable.UNREADABLE] | None
"""An instant in UTC; UNREADABLE; None: there is no date."""

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""An earlier date is the clock's zero or a slip of the hand, and counts as absent."""
_LONGEST = 120  # characters; more is no date
_BUDDHIST = 543  # years by which the Thai calendar is ahead
_FIRST = (
    "en",
    "de",
    "fr",
    "es",
    "it",
    "pt",
    "nl",
    "pl",
    "ru",
    "sv",
    "da",
    "no",
    "fi",
    "cs",
    "tr",
    "uk",
    "ro",
    "hu",
    "el",
)
"""Languages that are tried first, after the feed's own."""


def read(words: object, *, language: str | None = None, day_first: bool | None = None) -> Outcome:
    """The date in a feed's or page's words.

    `language` (ISO 639-1) is that of the feed, whose names of months are tried first; `day_first` says how 3/4/2026 is
    meant (see `is_day_first`; None: the day first unless that cannot be). A date without a zone is of UTC.
    """
    text = _plain(words)
    if not text:
        return None
    found = _standard(text) or _described(text, language, day_first)
    if found is None:
        return UNREADABLE
    return found if found >= EARLIEST else None


def instant(words: object, *, language: str | None = None, day_first: bool | None = None) -> datetime | None:
    """The same where nobody asks why there is no date."""
    return moment(read(words, language=language, day_first=day_first))


def moment(outcome: Outcome) -> datetime | None:
    """The instant that was read; None where there is no date, or none that can be read."""
    return None if isinstance(outcome, Unreadable) else outcome


def is_day_first(dates: Iterable[object], language: str | None) -> bool:
    """How a feed writes dates such as 3/4/2026, told by all of its dates; where none tells, by its language.

    `language` is a tag: English is American unless its region says otherwise.
    """
    pairs = [(int(match[1]), int(match[2])) for words in dates for match in _ORDER.finditer(_plain(words))]
    if any(first > 12 for first, _ in pairs):
        return True
    if any(second > 12 for _, second in pairs):
        return False
    tag = (language or "").replace("_", "-").casefold()
    return not (tag.startswith("en") and tag not in _ENGLISH_DAY_FIRST)


_ORDER = re.compile(r"(?<![\d/.-])(\d{1,2})[/.-](\d{1,2})[/.-](?:\d{4}|\d{2})(?!\d)")
_ENGLISH_DAY_FIRST = frozenset(
    f"en-{region}" for region in ("gb", "ie", "au", "nz", "in", "za", "sg", "my", "hk", "ng", "ke")
)


def _plain(words: object) -> str:
    """On one line, with ASCII digits and without marks of direction; "" where it is no text or too long for a date."""
    if not isinstance(words, str):
        return ""
    text = words[: _LONGEST + 1]
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
        text = "".join(str(unicodedata.decimal(each)) if each.isdecimal() else each for each in text)
        text = _MARKS.sub("", text)
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else text[:_LONGEST]


_MARKS = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


# --- dates that machines write -------------------------------------------------------------------------------------


def _standard(text: str) -> datetime | None:
    """ISO 8601, RFC 822 in English, seconds or milliseconds since 1970."""
    if _EPOCH.fullmatch(text):
        return datetime.fromtimestamp(int(text[:10]), UTC)
    if (match := _RFC_822.fullmatch(text)) and (zone := _zone(match[7])) is not None:
        day, month, year, hour, minute, second = match.groups()[:6]
        parts = (
            _full_year(year),
            _MONTHS[month.casefold()],
            int(day),
            int(hour),
            int(minute),
            min(59, int(second or 0)),
        )
        return _moment(parts, zone)
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return in_zone(found, found.tzinfo) if 1 < found.year < 9999 else None


_MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9,
    "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
_EPOCH = re.compile(r"1\d{9}(?:\d{3})?")
_RFC_822 = re.compile(
    rf"(?:[A-Z][a-z]{{2}}, ?)?(\d{{1,2}}) ({'|'.join(_MONTHS)}) (\d{{4}}|\d{{2}}) "
    r"(\d{1,2}):(\d{2})(?::(\d{2}))? ([+-]\d{4}|[A-Z]{1,4})",
    re.IGNORECASE,
)


def _zone(words: str) -> tzinfo | None:
    return zone_of_offset(words[0], words[1:3], words[3:5]) if words[0] in "+-" else zone_named(words)


def _full_year(digits: str) -> int:
    """Two figures are of the last fifty years or the next fifty, as of 2000 (POSIX: 69 to 99 are of the twentieth)."""
    year = int(digits)
    return year if len(digits) > 2 else year + (2000 if year < 69 else 1900)


def _moment(parts: tuple[int, int, int, int, int, int], zone: tzinfo | None) -> datetime | None:
    """The instant of year, month, day, hour (up to 24), minute and second; None: there is none."""
    year, month, day, hour, minute, second = parts
    late = hour == 24 and not minute and not second
    try:
        naive = datetime(year, month, day, 0 if late else hour, minute, second)  # noqa: DTZ001 - its zone comes with it
        return in_zone(naive + timedelta(days=late), zone)
    except (ValueError, OverflowError):
        return None


# --- dates that people write ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Clock:
    """A time of day, and the words around it."""

    hour: int
    minute: int
    second: int
    zone: tzinfo | None
    rest: str


_NO_CLOCK = (0, 0, 0)
_TIME = re.compile(
    r"""
    (?P<before>[ap]\.?m\.?|上午|下午|午前|午後|오전|오후)?\s*
    (?<![\d.,/-])(?P<hour>\d{1,2})
    (?:
        \s*(?:[:.h時时点]|시)\s*(?P<minute>\d{2})(?!\d)
        (?:\s*(?:[:.m分]|분)\s*(?P<second>\d{2}))?
        (?:[.,]\d{1,9})?\s*[分秒분초m]?
    |   \s*h(?!\w)
    )?
    \s*(?P<after>[ap]\.?m\b\.?|uhr\b|h\b|hrs?\b)?
    """,
    re.IGNORECASE | re.VERBOSE,
)
_OFFSET = re.compile(
    r"\(?(?:utc|gmt|z)?\s*([+−-])(\d{1,2}):?(\d{2})?\)?(?![\d:])(?:\s*\([a-z ]{2,40}\))?", re.IGNORECASE
)
_ZONE_WORD = re.compile(r"\(?([a-zа-я]{1,12}(?:/[a-z_/]+)?)\)?(?!\w)", re.IGNORECASE)
_YEAR_FIRST = re.compile(
    r"(?<!\d)(\d{4})\s?(?:[-/.]|年|년)\s?(\d{1,2})\s?(?:[-/.]|月|월)\s?(\d{1,2})(?!\d)\s?(?:日|일)?(?:t(?=\d))?",
    re.IGNORECASE,
)
_NUMERIC = re.compile(
    r"(?<!\d)(\d{1,2})\s?(?:[-/.]|tháng|thg)\s?(\d{1,2})\s?(?:[-/.,]|năm)\s?(\d{4}|\d{2})(?![\d:])", re.IGNORECASE
)
_LETTERS = r"[^\s\d,.;:()\[\]/|·•–—،؛-]+"
_WORD = re.compile(rf"\d+|{_LETTERS}(?:['’.-]{_LETTERS})*")
_FILLERS = frozenset((
    "de", "del", "di", "da", "do", "of", "the", "at", "on", "um", "uhr", "à", "a", "le", "la", "el", "il", "les",
    "alle", "ore", "ora", "klo", "kl", "klokken", "den", "der", "am", "om", "op", "o", "godz", "g", "г", "года", "год",
    "году", "st", "nd", "rd", "th", "er", "ª", "º", "в", "во", "saat", "tanggal", "pukul", "ngày", "tháng", "năm",
    "lúc", "och", "und", "et", "y", "e", "i", "ב", "ה", "في", "من",
    "m", "d", "gada", "р", "року", "ค.ศ", "พ.ศ", "ที่",
))  # fmt: skip
"""Words that stand between the parts of a date."""
_ALSO = {
    "de": {"mrz": 3, "jän": 1, "jänner": 1, "feber": 2, "sept": 9}, "en": {"sept": 9},
    "fr": {"fev": 2, "aout": 8, "dec": 12}, "es": {"set": 9, "setiembre": 9}, "nl": {"mrt": 3}, "pt": {"marco": 3},
    "ru": {"мая": 5, "сент": 9, "нояб": 11, "февр": 2},
    "it": {"sett": 9},
}  # fmt: skip
"""Names of months that people use and CLDR does not."""
_PREFIXES = {"he": "ב"}  # what is written together with a month


def _described(text: str, language: str | None, day_first: bool | None) -> datetime | None:
    """A date in figures in any order, or with names in any language; None: not every part of it is understood."""
    if match := _YEAR_FIRST.search(text):
        parts = [(int(match[1]), int(match[2]), int(match[3]))]
    elif match := _NUMERIC.search(text):
        parts = _orders(int(match[1]), int(match[2]), _full_year(match[3]), day_first)
    else:
        return _with_names(text, language)
    clock = _clock(f"{text[: match.start()]} {text[match.end() :]}")
    readings = (_on(each, clock) for each in parts if clock and _only_weekday(clock.rest, each, language))
    return next((each for each in readings if each), None)


def _orders(first: int, second: int, year: int, day_first: bool | None) -> list[tuple[int, int, int]]:
    """Year, month and day, the likelier order first; the other counts only where nothing else can be."""
    day_month, month_day = (year, second, first), (year, first, second)
    return [month_day, day_month] if day_first is False else [day_month, month_day]


def _on(day: tuple[int, int, int], clock: _Clock) -> datetime | None:
    year = day[0] - _BUDDHIST if day[0] > 2400 else day[0]
    return _moment((year, *day[1:], clock.hour, clock.minute, clock.second), clock.zone)


def _clock(text: str) -> _Clock | None:
    """The time of day in a text; midnight where there is none, None where it is no time."""
    match = next(
        (each for each in _TIME.finditer(text) if each["minute"] or each["after"] or "h" in each[0].lower()), None
    )
    if match is None:
        zone, rest = _take_zone(text.strip())
        return _Clock(*_NO_CLOCK, zone, rest)
    hour = _hour(int(match["hour"]), match["before"] or match["after"] or "")
    if hour is None or int(match["minute"] or 0) > 59 or int(match["second"] or 0) > 60:
        return None
    zone, after = _take_zone(text[match.end() :].strip(" ,"))
    rest = f"{text[: match.start()]} {after}"
    return _Clock(hour, int(match["minute"] or 0), min(59, int(match["second"] or 0)), zone, rest)


_MORNING = frozenset(("am", "上午", "午前", "오전"))
_AFTERNOON = frozenset(("pm", "下午", "午後", "오후"))


def _hour(hour: int, half: str) -> int | None:
    """The hour of the day, 0 to 24; None: there is none."""
    half = half.casefold().replace(".", "")
    if half in _MORNING | _AFTERNOON:
        return hour % 12 + 12 * (half in _AFTERNOON) if 0 < hour <= 12 else hour if 12 < hour < 24 else None
    return hour if hour <= 24 else None


def _take_zone(text: str) -> tuple[tzinfo | None, str]:
    """The zone that a text begins with, and the rest; (None, the text) where it begins with none."""
    if match := _OFFSET.match(text):
        zone = zone_of_offset(match[1], match[2], match[3])
        return zone, text[match.end() :] if zone else text
    if (match := _ZONE_WORD.match(text)) and (zone := zone_named(match[1])) is not None:
        rest = text[match.end() :]
        offset = _OFFSET.match(rest.lstrip())
        return zone, rest.lstrip()[offset.end() :] if offset else rest
    return None, text


# --- names of months and weekdays ----------------------------------------------------------------------------------


def _with_names(text: str, language: str | None) -> datetime | None:
    clock = _clock(text)
    if clock is None:
        return None
    tokens = [token.casefold().strip(".") for token in _WORD.findall(clock.rest)]
    for code in _languages(language):
        if (day := _dated(tokens, code)) is not None:
            return _on(day, clock)
    return None


def _languages(own: str | None) -> Iterator[str]:
    """The languages in which a date is looked for, each once."""
    first = [own[:2].casefold()] if own and own[:2].casefold() in LANGUAGES else []
    yield from dict.fromkeys(chain(first, _FIRST, sorted(LANGUAGES)))


def _dated(tokens: Sequence[str], code: str) -> tuple[int, int, int] | None:
    """Year, month and day where the language knows all the words, and the weekday, if there is one, is that day's."""
    names = calendar_names(code)
    numbers = [(at, token) for at, token in enumerate(tokens) if token.isdigit()]
    words = [(at, token) for at, token in enumerate(tokens) if not token.isdigit() and token not in _FILLERS]
    months = [(at, month) for at, token in words if (month := _month(token, names, code))]
    if len(numbers) != 2 or not months:
        return None
    at, month = min(months, key=lambda found: min(abs(found[0] - number) for number, _ in numbers))
    day, year = _day_and_year([token for _, token in numbers])
    others = [token for where, token in words if where != at]
    if day is None or not all(_is_weekday(token, (year, month, day), names) for token in others):
        return None
    return year, month, day


def _day_and_year(numbers: Sequence[str]) -> tuple[int | None, int]:
    """Of two numbers the one of four figures is the year, else the last."""
    first, last = numbers
    if len(first) == 4:
        first, last = last, first
    plausible = len(first) <= 2 and len(last) in (2, 4)
    return (int(first), _full_year(last)) if plausible else (None, 0)


def _month(word: str, names: CalendarNames, code: str) -> int | None:
    """The month of a name, or of its first three letters or more where only one begins so."""
    word = word.removeprefix(_PREFIXES.get(code, "")).strip("׳'")
    found = names.months.get(word) or _ALSO.get(code, {}).get(word)
    if found or len(word) < 3:
        return found
    begun = {month for name, month in names.months.items() if name.startswith(word)}
    return begun.pop() if len(begun) == 1 else None


def _is_weekday(word: str, day: tuple[int, int, int], names: CalendarNames) -> bool:
    try:
        actual = date(*day).weekday()
    except ValueError:
        return False
    own = {part for name, number in names.weekdays.items() if number == actual for part in (name, *name.split())}
    return any(name in word if len(name) > 2 else name == word for name in own) or (
        len(word) >= 2 and any(name.startswith(word) for name in own)
    )


def _only_weekday(rest: str, day: tuple[int, int, int], language: str | None) -> bool:
    """Whether all words beside a date in figures are fillers, or the day's name in some language."""
    tokens = [token.casefold().strip(".") for token in _WORD.findall(rest)]
    words = [token for token in tokens if token not in _FILLERS]
    if any(token.isdigit() for token in words):
        return False
    return not words or any(
        all(_is_weekday(token, day, calendar_names(code)) for token in words) for code in _languages(language)
    )
