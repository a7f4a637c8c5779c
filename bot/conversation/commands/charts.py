"""The command `chart`: a signal's strength day by day with what moved it; a category's strongest over a month."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from bot.briefing import chart
from bot.briefing.strength_days import bars, daily, strengths
from bot.briefing.views.wording import actions, count, message, para, strong
from bot.conversation import keeping
from bot.conversation.labels import carried_since, resolve
from bot.conversation.meaning import which
from bot.conversation.parse import several
from bot.conversation.request import Command, Request, at_most, one, tell
from bot.model import times
from bot.model.label import CategoryKind, Label
from bot.model.messages import Bullets, Picture, Reply, Run
from bot.model.signal import Revision, Signal

MONTH = 30
MOVES = 8  # lines about what moved it


async def _chart(request: Request) -> Reply:
    """Of the category where the words name one, else of the signal they mean."""
    label = await _category(request)
    if label:
        return await _of_category(label, request)
    meant = await which(request, "chart")
    if meant.signal is None:
        return meant.ask or tell("Name a signal or a category: “chart 1”, “chart s42”, “chart AI”.")
    return await _of_signal(meant.signal, request)


async def _category(request: Request) -> Label | None:
    if not request.words or len(several(request.words)) > 1:
        return None
    resolved = await resolve(request, request.words, "chart {}")
    kinds = [label for label in resolved.labels if label.kind is not CategoryKind.SIGNAL]
    return kinds[0] if kinds else None


# --- a signal --------------------------------------------------------------------------------------------------------


async def _of_signal(signal: Signal, request: Request) -> Reply:
    today = times.local(request.now, request.zone).date()
    moves = strengths(signal, request.zone)
    values = daily(moves, today)
    first = today - timedelta(days=len(values) - 1)
    there = f"{_span(first, today)}: {chart.line(values)}, from {values[0]} to {values[-1]}"
    alt = f"strength of s{signal.id} by day, {there}"
    whole = message(
        para(strong(signal.title), f" s{signal.id}"),
        _picture(values, first, {on for on, _, _ in moves}, alt, request),
        Bullets(tuple(_move_line(signal, *move) for move in moves[-MOVES:])),
        actions(signal, "why", "strength"),
    )
    return await keeping.kept(request, whole, signal_id=signal.id)


def _move_line(signal: Signal, on: date, value: int, revision: Revision) -> tuple[Run, ...]:
    article = next((each for each in signal.articles if each.article_id == revision.article_id), None)
    by = (Run(" · "), Run(article.title, link=article.link), Run(f" {article.publisher.name}")) if article else ()
    return Run(f"{times.full_day(on)}: "), strong(str(value)), Run(f", {revision.why}"), *by


# --- a category ------------------------------------------------------------------------------------------------------


async def _of_category(label: Label, request: Request) -> Reply:
    today = times.local(request.now, request.zone).date()
    first = today - timedelta(days=MONTH - 1)
    carrying = await carried_since(request, (label,), times.slot(first, request.channel.settings.at, request.zone))
    best = _best_of_days(carrying, request.zone)
    values = [best[day][0] if day in best else 0 for day in (first + timedelta(days=each) for each in range(MONTH))]
    if not any(values):
        return tell(f"Nothing about {label.name} changed in the last {MONTH} days.")
    alt = (
        f"strongest news about {label.name} by day, {_span(first, today)}: {chart.line(values)}, at most {max(values)}"
    )
    days = [day for day in sorted(best) if day >= first][-MOVES:]
    whole = message(
        para(strong(label.name), f" {count(len(carrying), 'signal')} in {MONTH} days"),
        _picture(values, first, (), alt, request),
        Bullets(tuple(_day_line(day, *best[day]) for day in days)),
    )
    return await keeping.kept(request, whole)


def _best_of_days(signals: Iterable[Signal], zone: str) -> dict[date, tuple[int, Signal]]:
    """By day the strongest signal that was opened or revised on it."""
    best: dict[date, tuple[int, Signal]] = {}
    for signal in signals:
        for revision in signal.revisions:
            on, value = times.local(revision.at, zone).date(), revision.strength.total
            if on not in best or best[on][0] < value:
                best[on] = value, signal
    return best


def _day_line(day: date, value: int, signal: Signal) -> tuple[Run, ...]:
    return Run(f"{times.full_day(day)}: "), strong(str(value)), Run(f", {signal.title} s{signal.id}")


# --- both ------------------------------------------------------------------------------------------------------------


def _picture(values: Sequence[int], first: date, moved: Iterable[date], alt: str, request: Request) -> Picture:
    """The values of days from the first on; `moved`: the days on which something changed."""
    days = bars(values, first, moved, request.channel.settings.language)
    return Picture(chart.png(days), alt, tuple((bar.label, bar.value) for bar in days))


def _span(first: date, last: date) -> str:
    return times.full_day(last) if first == last else f"{times.full_day(first)} to {times.full_day(last)}"


COMMANDS = (
    Command(
        "chart",
        "chart [signal or category]",
        "strength day by day, with what moved it",
        "“chart 2” shows a signal since it was first seen, “chart AI” the strongest news of each day of a month.",
        one(_chart),
        fits=at_most(5),
    ),
)
