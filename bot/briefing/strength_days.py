"""A signal's strength day by day, and the bars that show it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from bot.briefing import chart
from bot.briefing.chart import Bar
from bot.model import locales, times
from bot.model.signal import Revision, Signal

MOST_DAYS = 60  # of a chart, the newest

Move = tuple[date, int, Revision]
"""A day, the strength at its end, and the revision that left it."""


def strengths(signal: Signal, zone: str) -> tuple[Move, ...]:
    """The days on which the strength changed, the first included; of several revisions in a day the last."""
    by_day: dict[date, Revision] = {}
    for revision in signal.revisions:
        if revision.brought_from is None:
            by_day[times.local(revision.at, zone).date()] = revision
    found: list[Move] = []
    for on, revision in sorted(by_day.items()):
        if not found or found[-1][1] != revision.strength.total:
            found.append((on, revision.strength.total, revision))
    return tuple(found)


def daily(moves: Sequence[Move], today: date) -> list[int]:
    """The strength at the end of each day since the first, the newest days."""
    first = moves[0][0] if moves else today
    days = [first + timedelta(days=each) for each in range((max(today, first) - first).days + 1)][-MOST_DAYS:]
    return [next((value for on, value, _ in reversed(moves) if on <= day), 0) for day in days]


def bars(values: Sequence[int], first: date, moved: Iterable[date], language: str | None) -> tuple[Bar, ...]:
    """A bar a day from `first` on, labelled in the language; those of the days in `moved` are marked."""
    days = [first + timedelta(days=at) for at in range(len(values))]
    changed = frozenset(moved)
    return tuple(Bar(value, day_label(day, language), day in changed) for value, day in zip(values, days, strict=True))


def day_label(day: date, language: str | None) -> str:
    """The day in the channel's language, in figures where its letters cannot be drawn."""
    named = locales.short_day(day, language)
    return named if chart.drawable(named) else locales.day_in_figures(day, language)
