"""The values that settings take: how each is read, and what to write instead of one that cannot be used.

Whatever reads a value raises ValueError where it cannot.
"""

from __future__ import annotations

import re
from datetime import time
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from bot.model import times
from bot.model.complaints import Wanted


def weekdays(value: object) -> object:
    """ "mon-fri", or a list of days: the days of the week, in order."""
    words = ",".join(map(str, value)) if isinstance(value, list | tuple) else value
    return times.weekdays(_text(words))


def _seconds(value: object) -> int:
    return times.seconds(_text(value))


def time_of_day(value: object) -> time:
    """ "07:30", or a time as TOML writes it."""
    return value if isinstance(value, time) else times.clock_time(_text(value))


def time_zone(value: object) -> str:
    """A time zone by its name, or by a city."""
    return times.zone_name(_text(value))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("no text")
    return value


def _number(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("no number")  # Python counts True as 1
    return value


def _words(value: object) -> tuple[str, ...]:
    """A list of words or whole numbers, or one string with commas between them."""
    given = value.split(",") if isinstance(value, str) else value if isinstance(value, list | tuple) else [value]
    if any(isinstance(each, bool) or not isinstance(each, str | int) for each in given):
        raise ValueError("no words")
    return tuple(word for each in given if (word := str(each).strip()))


def _address(value: object) -> str | None:
    if value is None:
        return None
    if not re.match(r"https?://[^/\s]", _text(value)):
        raise ValueError("no address")
    return _text(value)


def matching(pattern: str) -> AfterValidator:
    """Each of the words must match the pattern, whole."""
    whole = re.compile(pattern, re.IGNORECASE)

    def check(words: tuple[str, ...]) -> tuple[str, ...]:
        if not all(map(whole.fullmatch, words)):
            raise ValueError("not of that form")
        return words

    return AfterValidator(check)


def price_table(value: object) -> object:
    """Parse "claude-haiku-5-5 0.10/0.50/0.01, local 0/0/0" into a table."""
    if not isinstance(value, str):
        return value
    pairs = (piece.rpartition(" ") for piece in value.split(",") if piece.strip())
    return {name.strip(): tuple(numbers.split("/")) for name, _, numbers in pairs}


def place_to_listen(value: object) -> str:
    """ "127.0.0.1:8080", "[::1]:8080"; a port alone is one of loopback."""
    found = re.fullmatch(r"(?:(\[[0-9a-fA-F:.]+\]|[\w.-]*):)?(\d{1,5})", str(value))
    if isinstance(value, bool) or not found or not 0 <= int(found[2]) <= 65535:
        raise ValueError("nothing to listen on")
    return f"{found[1] or '127.0.0.1'}:{found[2]}"


_ATOM = r"[\w!#$%&'*+/=?^`{|}~-]+"
MAILBOX = rf"(?a:{_ATOM}(?:\.{_ATOM})*@[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*)"
"""An address of mail as RFC 5321 writes it without quotation marks, in ASCII."""


def _mailbox(value: object) -> str | None:
    if value is None:
        return None
    if not re.fullmatch(MAILBOX, _text(value), re.IGNORECASE):
        raise ValueError("no address of mail")
    return _text(value)


def host_name(value: object) -> str | None:
    """The name or address of a machine, without a port; None: none is given."""
    if value is None:
        return None
    if not re.fullmatch(r"(?a:[\w-]+(?:\.[\w-]+)*\.?)|\[?[0-9a-fA-F:]+:[0-9a-fA-F:.]*\]?", _text(value)):
        raise ValueError("no name of a machine")
    return _text(value).strip("[]")


LENGTH = Wanted("a length of time with its unit, such as 90s, 15m, 6h or 3d")
CHATS = Wanted("ids and names of chats, such as -1001234 and “@desk”")
PEOPLE = Wanted(
    "ids of people, such as “slack:U042ABCDE” and “telegram:5001”, or leave it out and claim the bot in the chat"
)

Seconds = Annotated[int, BeforeValidator(_seconds), Field(gt=0), LENGTH]
Whole = Annotated[int, BeforeValidator(_number)]
Number = Annotated[float, BeforeValidator(_number), Field(ge=0, allow_inf_nan=False)]
Address = Annotated[str | None, BeforeValidator(_address), Wanted("an address that begins with http:// or https://")]
Words = Annotated[tuple[str, ...], BeforeValidator(_words)]
Mailbox = Annotated[str | None, BeforeValidator(_mailbox), Wanted("a mail address, such as “bell@example.org”")]
