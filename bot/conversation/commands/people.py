"""Commands between the bot and people: start, claim, status, forget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from bot.briefing.health import account
from bot.briefing.views.brief_view import nearest_words
from bot.briefing.views.greeting_view import greeting_message, one_way_greeting
from bot.briefing.views.wording import count, message, strong
from bot.conversation.commands.settings import next_brief, slot_words, state_lines
from bot.conversation.commands.sources import LATELY, health_of
from bot.conversation.request import Command, Request, at_most, one, say, tell
from bot.model import times
from bot.model.channel import FOREVER
from bot.model.doors import Role, role_of
from bot.model.messages import Audience, Bullets, Reply, Run
from bot.model.secrecy import redacted
from bot.text.languages import unread_words
from bot.text.listing import listed

if TYPE_CHECKING:
    from bot.model.brief import StoredBrief
    from bot.model.outgoing import Delivery
    from bot.model.run import RunReport, Spending

TROUBLES = 5
_PURPOSES = {"again": "Brief", "reply": "Answer"}
_STATES = {"unknown": "may or may not have arrived", "dead": "could not be delivered"}


async def _start(request: Request) -> Reply:
    """What the bot does here; in a conversation of a few people the brief begins with it."""
    channel = request.channel
    waits = request.event.private or not request.event.begins
    if waits and channel.settings.paused_until == FOREVER:
        # Set to now, so that briefs from before are not sent as if they had been missed.
        channel = replace(channel, settings=replace(channel.settings, paused_until=request.now))
        await request.store.channels.save(channel)
    comes = await next_brief(request.store, channel, request.now)
    platform = request.context.platforms.get(channel.platform)
    return Reply(one_way_greeting(comes) if platform and platform.one_way else greeting_message(comes))


async def greet(request: Request) -> Reply:
    """The answer to "hi": what the bot does here; a daily brief that has not begun is begun by a button or `start`."""
    channel = request.channel
    if request.event.private and channel.settings.paused_until == FOREVER:
        return Reply(greeting_message("The daily brief has not begun here yet.", begun=False))
    return Reply(greeting_message(await next_brief(request.store, channel, request.now)))


def tell_time(request: Request) -> Reply:
    """The answer to "what time is it?": the channel's own time, and what the bot is really for."""
    there = times.local(request.now, request.zone)
    return say(
        f"It is {there:%H:%M} on {times.full_day(there.date())} ({request.zone}), and I am here to read the news for "
        "you: one brief comes in the morning, and you can ask me about it at any time."
    )


async def _claim(request: Request) -> Reply:
    asker = request.event.asker
    if role_of(asker) is Role.OPERATOR:
        return tell("You operate this bot already.")
    match await request.context.operators.claim(request.event.platform, asker.id, request.words):
        case None:
            return tell("This bot has its operator; ask them for what you need.")
        case False:
            return tell("That is not the code; the one that counts was printed when the bot first started.")
        case True:
            return tell("You operate this bot from now on. “help” lists what you can do.")


# --- status ----------------------------------------------------------------------------------------------------------


async def _status(request: Request) -> Reply:
    store, channel, now = request.store, request.channel, request.now
    lines = [
        _run_line(await store.runs.last(), request),
        await _sources_line(request),
        await _unread_line(request),
        _brief_line(await store.briefs.last(channel.id), request),
        (strong("Here"), Run(f": {' '.join(await state_lines(store, channel, now))}")),
        (strong("Set to"), Run(f": {slot_words(channel.settings)}")),
        await _verdict_line(request),
        *await _model_lines(request),
        *await _trouble_lines(request),
    ]
    return Reply(message(Bullets(tuple(line for line in lines if line))), Audience.ASKER)


Line = tuple[Run, ...]


def _run_line(report: RunReport | None, request: Request) -> Line:
    if report is None:
        return strong("Last look"), Run(": none yet.")
    notes = " ".join(("", *map(redacted, report.notes))) if report.notes else ""
    return strong("Last look"), Run(f": {_at(report.finished, request)}: {account(report)}.{notes}")


async def _sources_line(request: Request) -> Line:
    found, health = await request.store.sources.all(), await request.store.sources.health()
    failing = [each for each in found if health_of(each, health).failures]
    names = listed([each.name for each in failing[:TROUBLES]])
    more = f" and {len(failing) - TROUBLES} more" if len(failing) > TROUBLES else ""
    fails = f"; failing: {names}{more}. “sources” says why" if failing else ""
    return strong("Sources"), Run(f": {len(found)} read{fails}.")


async def _unread_line(request: Request) -> Line | None:
    """What of the last day could not be read for want of word lists; None: nothing."""
    look = await request.store.runs.look(request.now - LATELY, request.now)
    words = unread_words(look.languages)
    return (strong("Not read"), Run(f": {words}.")) if words else None


def _brief_line(last: StoredBrief | None, request: Request) -> Line:
    if last is None:
        return strong("Last brief"), Run(": none yet.")
    said = count(len(last.numbers), "signal") if last.outcome == "brief" else last.account.reason or ""
    today = times.local(request.now, request.zone).date()
    nearest = nearest_words(last.account) if last.outcome == "quiet" else ""
    return strong("Last brief"), Run(
        f": {times.day_words(last.on, today)}, {last.outcome}: {said.rstrip('.')}.{nearest}"
    )


async def _verdict_line(request: Request) -> Line:
    useful, useless = await request.store.channels.verdicts()
    return strong("Verdicts"), Run(f": {useful} useful, {useless} useless.")


async def _model_lines(request: Request) -> list[Line]:
    """What the model cost today and this month, and why it was last not to be had; nothing where none was ever paid."""
    calls, now, zone = request.store.calls, request.now, request.context.settings.brief.timezone
    today = times.slot(times.local(now, zone).date(), time(0), zone)
    month = times.slot(times.local(now, zone).date().replace(day=1), time(0), zone)
    of_month = await calls.spent(month)
    shortage = await calls.shortage(today)
    if not of_month and shortage is None:
        return []
    of_today = await calls.spent(today)
    budget = request.context.settings.analyst.daily_budget_usd
    steps = ", ".join(f"{each.step} ${each.usd:.3f} in {count(each.calls, 'call')}" for each in of_today)
    said = (
        f": ${_usd(of_today):.2f} today of ${budget:.2f}, ${_usd(of_month):.2f} this month"
        f"{f' (today: {steps})' if steps else ''}.{f' {shortage.words}' if shortage else ''}"
    )
    return [(strong("Claude"), Run(said))]


def _usd(spent: Sequence[Spending]) -> float:
    return sum(each.usd for each in spent)


async def _trouble_lines(request: Request) -> list[Line]:
    """Deliveries that did not arrive, or may not have: the channel's own; to the operator all of them."""
    found = [
        each
        for each in await request.store.outbox.troubled()
        if role_of(request.event.asker) is Role.OPERATOR or each.channel_id == request.channel.id
    ]
    return [await _trouble_line(each, request) for each in found[:TROUBLES]]


async def _trouble_line(delivery: Delivery, request: Request) -> Line:
    """What it was, to whom, and what became of it, by names."""
    purpose, _, on = delivery.purpose.partition(":")
    day = f" of {times.full_day(date.fromisoformat(on))}" if purpose in ("brief", "again") else ""
    channel = await request.store.channels.get(delivery.channel_id)
    to = f" to {channel.name}" if channel else ""
    again = " “brief” shows it as of now." if purpose == "brief" else ""
    state = _STATES.get(delivery.state, str(delivery.state))
    error = f": {redacted(delivery.error).rstrip('.')}" if delivery.error else ""
    return strong(_PURPOSES.get(purpose, purpose.capitalize())), Run(f"{day}{to} {state}{error}.{again}")


def _at(instant: datetime, request: Request) -> str:
    there = times.local(instant, request.zone)
    day = times.day_words(there.date(), times.local(request.now, request.zone).date())
    return f"{day} at {there:%H:%M}"


# --- forget ---------------------------------------------------------------------------------------------------------


async def _forget(request: Request) -> Reply:
    gone = await request.store.questions.forget(request.channel.id, request.place)
    if not gone:
        return tell("Nothing of this thread is kept.")
    return say(f"Forgotten: {count(gone, 'question')} of this thread with the answers.")


COMMANDS = (
    Command(
        "status",
        "status",
        "the last look, sources that fail, the last brief and the next; why it was quiet",
        "Also how this channel is set, the verdicts, and what could not be delivered.",
        one(_status),
        fits=at_most(1),
        aliases=("settings",),
        alone=True,
    ),
    Command(
        "start",
        "start",
        "what this bot does here",
        "And when the next brief comes; in a conversation with you alone, the daily brief begins.",
        one(_start),
        fits=at_most(1),
        alone=True,
    ),
    Command(
        "claim",
        "claim CODE",
        "become the operator of this bot",
        "On a chat platform; the code is printed when the bot first starts there, and works once.",
        one(_claim),
        fits=at_most(1),
    ),
    Command(
        "forget",
        "forget",
        "drop this thread’s questions and answers",
        "They are deleted from the store, not hidden.",
        one(_forget),
        fits=at_most(1),
        alone=True,
    ),
)
