"""Looking back: the brief of a day as it was told, with what has changed since, and a calendar of all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby

from bot.briefing import replay
from bot.briefing.views import brief_view, wording
from bot.briefing.views.wording import count, message, para, strong
from bot.conversation.commands.settings import next_brief
from bot.conversation.meaning import remember_numbers
from bot.conversation.paging import SIZE, Page, page
from bot.conversation.request import Command, Request, at_most, buttons, choice, one, refuse, show, tell
from bot.model import times
from bot.model.brief import Quiet, StoredBrief, Unable
from bot.model.echoing import echo
from bot.model.messages import Audience, Bullets, Card, Choice, Choices, Heading, Message, Reply, Run
from bot.text.listing import listed

WEEKS = 4  # of a page of the calendar
OFFERED_DAYS = 5  # briefs of a page that have a button, the latest
_SOME_DAY = date(2026, 3, 27)
_AT_MOST = at_most(3)


def is_day(words: str) -> bool:
    """Whether the words after `brief` can be a day, or the page of one."""
    return _AT_MOST(words) or times.past_day(page(words).words, _SOME_DAY) is not None


async def retold(request: Request, today: date) -> Reply:
    """The brief of the day that the words name; a refusal where they name none, or none was told on it."""
    asked = page(request.words)
    on = times.past_day(asked.words, today)
    if on is None:
        offered = buttons(choice("Brief now", "brief"), choice("Yesterday’s brief", "brief yesterday"))
        words = f"{echo(asked.words)} is no day: “brief yesterday”, “brief friday”, “brief 2026-03-27”."
        return refuse(words, choices=offered)
    if on > today:
        coming = await next_brief(request.store, request.channel, request.now)
        return tell(f"{times.dated(on)} is still to come. {coming}")
    stored = await request.store.briefs.get(request.channel.id, on)
    if stored is None:
        offered = buttons(choice("Brief now", "brief"), choice("All briefs", "briefs"))
        return refuse(f"There is no brief of {times.dated(on)} here.", choices=offered)
    return await _again(request, stored, asked.number)


async def _again(request: Request, stored: StoredBrief, number: int) -> Reply:
    """The stored brief; in the place of the notice that it may not have arrived, where that was pressed."""
    parts = await request.store.briefs.again(request.channel.id, stored.on)
    if not parts:
        return show(_line(stored, request.channel.settings.language), audience=Audience.ASKER)
    await remember_numbers(request, dict(stored.numbers))
    told = replay.replayed(parts)
    since = await _since(request, told, stored)
    asked = Page(min(number, max(1, -(-len(told.cards) // SIZE))), stored.on.isoformat())
    shown = told.shown(since, asked.first, SIZE)
    turns = asked.turns("brief", more=len(told.cards) > asked.first + SIZE)
    whole = Message((*shown.blocks, *([turns] if turns else [])), shown.fallback)
    return show(whole, audience=Audience.HOME if request.event.replaces else Audience.ASKER)


def _line(stored: StoredBrief, language: str | None) -> Message:
    """A morning that was told in one line, or not at all."""
    kind = Quiet if stored.outcome == "quiet" else Unable
    return brief_view.line_message(kind(stored.on, stored.account), language)


async def _since(request: Request, told: replay.Replayed, stored: StoredBrief) -> dict[int, str]:
    """By id of signal what has changed since it was told, where anything has."""
    found: dict[int, str] = {}
    taken = await request.store.corrections.of(request.channel.id, stored.decided)
    for card in (block for group in told.cards for block in group if isinstance(block, Card)):
        signal = await request.store.signals.get(card.signal_id)
        gone = [each for each in taken if signal and each.signal_id == signal.id and stored.decided in each.told]
        if signal and (words := replay.since_words(card, signal, stored.decided, gone)):
            found[card.signal_id] = words
    return found


# --- the calendar ----------------------------------------------------------------------------------------------------


async def _briefs(request: Request) -> Reply:
    """Week by week what each morning brought, four weeks a page, the latest first."""
    number = page(request.words).number
    today = times.local(request.now, request.zone).date()
    last = today - timedelta(days=today.weekday()) + timedelta(days=6 - 7 * WEEKS * (number - 1))
    kept = await request.store.briefs.span(request.channel.id, last - timedelta(days=7 * WEEKS - 1), last)
    before = await request.store.briefs.last(request.channel.id, before=last - timedelta(days=7 * WEEKS - 1))
    turns = buttons(
        choice("Earlier weeks", f"briefs page {number + 1}") if before else None,
        choice("Later weeks", f"briefs page {number - 1}") if number > 1 else None,
    )
    if not kept:
        coming = await next_brief(request.store, request.channel, request.now)
        words = "No brief was due here yet." if number == 1 and not before else "No brief was due here in these weeks."
        return tell(words, coming, choices=turns)
    shown = message(
        Heading(f"{wording.NAME} · {_first_and_last(kept)}"),
        para(_summary(kept)),
        Bullets(tuple(_weeks(kept)), table=True),
        Choices((*_day_buttons(kept), *turns)),
    )
    return Reply(shown, Audience.ASKER)


def _first_and_last(kept: Sequence[StoredBrief]) -> str:
    first, last = kept[0].on, kept[-1].on
    return times.full_day(last) if first == last else f"{first.day} {first:%B} to {last.day} {last:%B}"


def _summary(kept: Sequence[StoredBrief]) -> str:
    """ "9 briefs with 31 signals, 5 quiet mornings, 1 on which I could not look." """
    briefs = [each for each in kept if each.outcome == "brief"]
    signals = count(sum(len(each.numbers) for each in briefs), "signal")
    quiet = sum(each.outcome == "quiet" for each in kept)
    unable = len(kept) - len(briefs) - quiet
    said = [f"{count(len(briefs), 'brief')} with {signals}"] if briefs else []
    said += [count(quiet, "quiet morning")] if quiet else []
    said += [f"{count(unable, 'morning')} on which I could not look"] if unable else []
    return f"{listed(said)}."


def _weeks(kept: Sequence[StoredBrief]) -> Iterator[tuple[Run, ...]]:
    """An item a week, the latest first, its days in order."""
    weeks = [list(days) for _, days in groupby(kept, key=lambda each: each.on - timedelta(days=each.on.weekday()))]
    for days in reversed(weeks):
        monday = days[0].on - timedelta(days=days[0].on.weekday())
        yield strong(f"Week of {monday.day} {monday:%b}"), Run(": " + " · ".join(map(_day, days)))


def _day(stored: StoredBrief) -> str:
    outcome = str(len(stored.numbers)) if stored.outcome == "brief" else stored.outcome
    return f"{stored.on:%a} {outcome}"


def _day_buttons(kept: Sequence[StoredBrief]) -> tuple[Choice, ...]:
    told = [each.on for each in kept if each.outcome == "brief"][-OFFERED_DAYS:]
    return buttons(*(choice(f"{on:%a} {on.day} {on:%b}", f"brief {on.isoformat()}") for on in reversed(told)))


COMMANDS = (
    Command(
        "briefs",
        "briefs",
        "the last weeks, day by day: signals told, quiet, or unable to look",
        "Week by week, with a button for the latest briefs; “brief 27 march” shows any of them as it was told.",
        one(_briefs),
        fits=_AT_MOST,
        aliases=("calendar",),
    ),
)
