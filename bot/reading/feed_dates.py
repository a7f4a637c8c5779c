"""The dates of a feed's entries: their order told by all of them, and an unreadable one by its neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.model.feed import Entry
from bot.reading import dates
from bot.reading.dates import Outcome, Unreadable, moment

RawDates = tuple[object, object]
"""When an entry says that it was published, and changed; as it stands in the feed, None where it does not say."""


def with_dates(
    entries: Sequence[Entry], written: Sequence[RawDates], language: str | None
) -> tuple[tuple[Entry, ...], tuple[str, ...]]:
    """The entries with their dates, and a remark on those that cannot be read (none: all can).

    An entry that has a date which cannot be read is dated as the older of its dated neighbours in the feed, and is
    undated where no entry of the feed has one: it is never taken for news of now because of a date.
    """
    given = [words for pair in written for words in pair if words]
    day_first = dates.is_day_first(given, language)
    outcomes = [tuple(dates.read(words, language=language, day_first=day_first) for words in pair) for pair in written]
    firsts = [next((each for each in pair if each is not None), None) for pair in outcomes]
    dated = tuple(
        replace(entry, published=moment(published) or around, updated=moment(updated))
        for entry, (published, updated), around in zip(entries, outcomes, _neighbours(firsts), strict=True)
    )
    return dated, _remarks(written, outcomes)


def _neighbours(firsts: Sequence[Outcome]) -> list[datetime | None]:
    """Of each entry with an unreadable date the older of the nearest dated ones before and after it; else None."""
    before, after = _last_dated(firsts), _last_dated(firsts[::-1])[::-1]
    return [
        min((each for each in pair if each), default=None) if isinstance(first, Unreadable) else None
        for first, pair in zip(firsts, zip(before, after, strict=True), strict=True)
    ]


def _last_dated(firsts: Sequence[Outcome]) -> list[datetime | None]:
    """The last date up to each place; None: there is none yet."""
    last, found = None, []
    for each in firsts:
        last = moment(each) or last
        found.append(last)
    return found


def _remarks(written: Sequence[RawDates], outcomes: Sequence[tuple[Outcome, ...]]) -> tuple[str, ...]:
    unreadable = [
        words
        for pair, read in zip(written, outcomes, strict=True)
        for words, outcome in zip(pair, read, strict=True)
        if isinstance(outcome, Unreadable)
    ]
    if not unreadable:
        return ()
    first = " ".join(str(unreadable[0]).split())[:60]
    return (f"dates that cannot be read, such as “{first}”",)
