"""Read when a brief is to come from words: a time of day, a zone and weekdays, in any order, as people say them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import time

from bot.model import times
from bot.model.echoing import echo

EXAMPLE = "write “at 07:30 Europe/Rome mon-fri”"
_CLOCK = re.compile(
    r"(?<![\d/+-])(\d{1,2}[:.h]\d{2}\s*(?:am|pm)?|\d{1,2}\s*(?:am|pm)|\d{4}|noon|midnight)(?![\w:])", re.IGNORECASE
)
_FILLER = re.compile(
    r"(?:^|\s)(?:from now on|at|in|on|o'?clock|time|each|every|the|please|instead|now|only|sharp|around|about)(?=\s|$)",
    re.IGNORECASE,
)
NUMBERS = {
    "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8",
    "nine": "9", "ten": "10", "eleven": "11", "twelve": "12", "fifteen": "15", "thirty": "30",
}  # fmt: skip
_NUMBER = re.compile(rf"\b(?:{'|'.join(NUMBERS)})\b", re.IGNORECASE)
_DAYTIME = {"morning": "am", "afternoon": "pm", "evening": "pm", "night": "pm"}
_Rewrite = Callable[[re.Match[str]], str]
_SAID: tuple[tuple[re.Pattern[str], _Rewrite], ...] = (
    (_NUMBER, lambda match: NUMBERS[match[0].lower()]),
    (re.compile(r"\bhalf past (\d{1,2})\b"), lambda match: f"{match[1]}:30"),
    (re.compile(r"\b(?:a )?quarter past (\d{1,2})\b"), lambda match: f"{match[1]}:15"),
    (re.compile(r"\b(?:a )?quarter to (\d{1,2})\b"), lambda match: f"{(int(match[1]) - 1) % 24}:45"),
    (re.compile(r"\b(\d{1,2}) (15|30)\b"), lambda match: f"{match[1]}:{match[2]}"),
    (
        re.compile(rf"\b(\d{{1,2}}(?:[:.]\d{{2}})?)(?: o'?clock)? (?:in the |at )({'|'.join(_DAYTIME)})\b"),
        lambda match: match[1] + _DAYTIME[match[2]],
    ),
    (re.compile(r"\b([ap])\.m\.(?!\w)", re.IGNORECASE), lambda match: f"{match[1]}m"),
    (re.compile(r"\b(?:every|each) day\b", re.IGNORECASE), lambda match: "daily"),  # noqa: ARG005
)
"""Times and days in words, each rewritten as it is usually typed; in this order."""
_BARE_HOUR = re.compile(r"(?<![\d/+.:-])\b(\d{1,2})\b(?![\d/+.:-])")

MOST_PIECES = 30
"""Words of a zone and weekdays together; where there are more, no way to divide them makes sense, and none is tried."""


@dataclass(frozen=True, slots=True)
class Slot:
    """What "07:30 Europe/Rome mon-fri" says; None: nothing of it."""

    at: time | None
    zone: str | None
    days: tuple[str, ...] | None


def slot(words: str) -> Slot:
    """A time of day, a zone and weekdays in any order, each optional; ValueError with a sentence where it is none."""
    at, rest = _clock(_as_typed(words))
    pieces = _FILLER.sub(" ", rest).replace(" ,", ",").strip(" ,").split()
    for cut in range(len(pieces) + 1 if len(pieces) <= MOST_PIECES else 0):
        left, right = " ".join(pieces[:cut]).strip(","), " ".join(pieces[cut:]).strip(",")
        for zone, days in ((left, right), (right, left)):
            found = _zone_and_days(zone, days)
            if found:
                return Slot(at, *found)
    raise ValueError(f"{echo(' '.join(pieces))} is neither a time of day, nor a zone, nor weekdays: {EXAMPLE}.")


def _as_typed(words: str) -> str:
    for pattern, rewrite in _SAID:
        words = pattern.sub(rewrite, words)
    return words


def _clock(words: str) -> tuple[time | None, str]:
    """The time of day and the other words; a number alone is an hour."""
    if match := _CLOCK.search(words):
        return times.clock_time(match[1]), f"{words[: match.start()]} {words[match.end() :]}"
    hours = list(_BARE_HOUR.finditer(words))
    if len(hours) != 1:
        return None, words
    return times.clock_time(f"{hours[0][1]}:00"), f"{words[: hours[0].start()]} {words[hours[0].end() :]}"


def _zone_and_days(zone: str, days: str) -> tuple[str | None, tuple[str, ...] | None] | None:
    try:
        return (times.zone_name(zone) if zone else None), (times.weekdays(days) if days else None)
    except ValueError:
        return None


def days_words(days: tuple[str, ...]) -> str:
    """ "mon-fri", "daily", or the weekdays listed."""
    if days == times.DAYS:
        return "daily"
    first = times.DAYS.index(days[0]) if days else 0
    if len(days) > 2 and days == times.DAYS[first : first + len(days)]:
        return f"{days[0]}-{days[-1]}"
    return ", ".join(days) or "no weekday"
