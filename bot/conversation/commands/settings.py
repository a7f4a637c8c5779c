"""Commands that set when, how much and how a channel is told: at, bar, most, pause, resume, quiet, language."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.briefing.views.greeting_view import next_brief_words
from bot.briefing.views.wording import count
from bot.conversation.request import (
    Command,
    Request,
    at_most,
    buttons,
    changed,
    choice,
    one,
    refuse,
    remember,
    tell,
)
from bot.conversation.slots import EXAMPLE, NUMBERS, Slot, days_words, slot
from bot.model import locales, times
from bot.model.channel import FOREVER, Channel, ChannelSettings
from bot.model.echoing import echo
from bot.model.messages import Reply
from bot.text.listing import listed

if TYPE_CHECKING:
    from bot.model.stores import Store

MOST = 50  # signals a brief; as in bot.model.settings
OFF = ("off", "none", "default")  # for a language: English, as it was at first
OFFERED_TIMES = ("06:30", "07:30", "08:30", "12:00", "18:00")
SHORTEST_PAUSE = 60  # seconds
_OPEN_ENDED = frozenset(
    ("", "for good", "forever", "until resume", "for now", "until further notice", "now", "from now on")
)


async def change(request: Request, what: str, settings: ChannelSettings, *words: str) -> Reply:
    """Change the channel's settings, storing the old ones for `undo`; `what` names the change ("set the bar to 7")."""
    number = await remember(request, what)
    await request.store.channels.save(replace(request.channel, settings=settings))
    return changed(request, number, *words)


# --- when the brief comes --------------------------------------------------------------------------------------------


async def _at(request: Request) -> Reply:
    settings = request.channel.settings
    if not request.words:
        offered = buttons(*(choice(f"At {each}", f"at {each}") for each in OFFERED_TIMES))
        coming = await next_brief(request.store, request.channel, request.now)
        return tell(coming, f"To change it, {EXAMPLE}.", choices=offered)
    try:
        asked = slot(request.words)
    except ValueError as error:
        return refuse(str(error))
    new = with_slot(settings, asked)
    next_words = await comes(request, new)
    if new == settings:
        return tell(f"It is set so already. {next_words}")
    said = f"{echo(f'at {request.words}')} is {slot_words(new)}."
    return await change(request, f"set the brief to {slot_words(new)}", new, next_words, said)


def with_slot(settings: ChannelSettings, asked: Slot) -> ChannelSettings:
    """The settings with what was said of when the brief comes; the rest stays."""
    return replace(
        settings,
        at=settings.at if asked.at is None else asked.at,
        timezone=asked.zone or settings.timezone,
        days=asked.days or settings.days,
    )


def slot_words(settings: ChannelSettings) -> str:
    """ "07:30 Europe/Rome, mon-fri" """
    return f"{settings.at:%H:%M} {settings.timezone}, {days_words(settings.days)}"


async def next_brief(store: Store, channel: Channel, now: datetime, catch_up: float = 0.0) -> str:
    """When the channel's next brief comes, in its local time: a date that has had its brief is passed over.

    `catch_up`: seconds for which a slot of today that has passed untold is still told, at once.
    """
    settings = channel.settings
    if await _overdue(store, channel, now, catch_up):
        return "Today’s brief comes now."
    if settings.paused_until == FOREVER:
        return "The brief is paused here; “resume” starts it again."
    paused = settings.paused_until is not None and settings.paused_until > now
    after = settings.paused_until - timedelta(microseconds=1) if settings.paused_until and paused else now
    while found := times.next_slot(after, settings.at, settings.timezone, settings.days):
        on, instant = found
        if await store.briefs.get(channel.id, on) is None:
            words = next_brief_words(on, instant, settings.timezone)
            return f"The brief is paused here. {words}" if paused else words
        after = instant
    return f"No brief comes here, since no weekday is set: {EXAMPLE}."


async def _overdue(store: Store, channel: Channel, now: datetime, catch_up: float) -> bool:
    """Whether today's slot has passed, is within catching up, and nothing was told: `at` was moved to before now."""
    settings = channel.settings
    found = times.previous_slot(now, settings.at, settings.timezone, settings.days)
    if found is None or found[0] != times.local(now, settings.timezone).date():
        return False
    on, slot = found
    begun = max(channel.created, settings.paused_until or channel.created)
    late = (now - slot).total_seconds()
    return begun <= slot and late <= catch_up and await store.briefs.get(channel.id, on) is None


# --- how much --------------------------------------------------------------------------------------------------------


def number(words: str, least: int, most: int) -> int | None:
    """The number that the words are, from `least` to `most`; None: they are none."""
    figures = NUMBERS.get(words.lower(), words)
    return int(figures) if re.fullmatch(r"\d{1,3}", figures) and least <= int(figures) <= most else None


async def _bar(request: Request) -> Reply:
    settings = request.channel.settings
    if not request.words:
        return tell(f"The bar is {settings.bar}: signals of at least that strength are told here. “bar 7” changes it.")
    bar = number(request.words, 1, 10)
    if bar is None:
        return refuse("The bar is a strength from 1 to 10: “bar 6”.")
    if bar == settings.bar:
        return tell(f"The bar is {bar} already.")
    words = f"The bar is {bar} now: signals of at least that strength are told here (it was {settings.bar})."
    return await change(request, f"set the bar to {bar}", replace(settings, bar=bar), words)


async def _most(request: Request) -> Reply:
    settings = request.channel.settings
    if not request.words:
        return tell(f"A brief holds at most {count(settings.most, 'signal')} here. “most 7” changes it.")
    most = number(request.words, 1, MOST)
    if most is None:
        return refuse(f"A brief holds 1 to {MOST} signals: “most 5”.")
    if most == settings.most:
        return tell(f"It is {most} already.")
    words = f"A brief holds at most {count(most, 'signal')} here now (it was {settings.most})."
    return await change(request, f"set the most signals to {most}", replace(settings, most=most), words)


async def _pause(request: Request) -> Reply:
    try:
        until = pause_end(request.words, request.now, request.zone)
    except ValueError as error:
        return refuse(str(error))
    new = replace(request.channel.settings, paused_until=until)
    ending = pause_words(until, request.now, request.zone)
    said = [f"The brief is paused here {ending}."]
    if until != FOREVER:
        said.append(await comes(request, new))
    return await change(request, f"paused the brief {ending}", new, *said)


def pause_end(words: str, now: datetime, zone: str) -> datetime:
    """The end of a pause: "until monday" as Monday begins, "for the weekend" as it is over, FOREVER without a time.

    Raises ValueError with a sentence for a person.
    """
    if words.lower() in _OPEN_ENDED:
        return FOREVER
    until = words.lower().startswith(("until ", "till ", "til "))
    end = (times.until if until else times.through)(words, now, zone)
    if (end - now).total_seconds() < SHORTEST_PAUSE:
        raise ValueError(f"{echo(words)} is over before the next brief, so nothing is paused: “pause 7d”.")
    return end


def pause_words(until: datetime, now: datetime, zone: str) -> str:
    """ "until Monday 30 March", or "until “resume”" """
    return "until “resume”" if until == FOREVER else f"until {times.end_words(until, now, zone)}"


async def comes(request: Request, settings: ChannelSettings) -> str:
    """When the next brief would come with these settings, in a sentence."""
    catch_up = request.context.settings.brief.catch_up
    words = await next_brief(request.store, replace(request.channel, settings=settings), request.now, catch_up)
    return words.removeprefix("The brief is paused here. ")


async def _resume(request: Request) -> Reply:
    settings = request.channel.settings
    # Set to now, so that briefs from the pause are not sent as if they had been missed.
    new = replace(settings, paused_until=request.now)
    coming = await comes(request, new)
    if settings.paused_until is None or settings.paused_until <= request.now:
        return tell(f"The brief is not paused here. {coming}")
    return await change(request, "resumed the brief", new, f"The brief comes here again. {coming}")


async def _quiet(request: Request) -> Reply:
    settings, word = request.channel.settings, request.words.lower()
    if word not in ("on", "off"):
        now = "says so in one line" if settings.quiet_line else "says nothing"
        return tell(f"A quiet morning {now} here; “quiet on” or “quiet off” changes that.")
    on = word == "on"
    if on is settings.quiet_line:
        return tell(f"“quiet” is {word} already.")
    words = "A quiet morning says so here in one line now." if on else "A quiet morning says nothing here now."
    return await change(request, f"set quiet {word}", replace(settings, quiet_line=on), words)


async def _alert(request: Request) -> Reply:
    settings, word = request.channel.settings, request.words.lower()
    most = count(request.context.settings.brief.alerts, "alert")
    if not word:
        at = settings.alert
        now = f"Signals that reach {at} are told here at once." if at else "Nothing is told here at once."
        return tell(now, f"“alert 9” tells at once what reaches 9, at most {most} a day; “alert off” ends it.")
    if word == "off":
        if settings.alert is None:
            return tell("Nothing is told here at once, as it is.")
        new = replace(settings, alert=None, alert_from=None)
        return await change(request, "turned alerts off", new, "Nothing is told here at once any more.")
    strength = number(word, 1, 10)
    if strength is None:
        return refuse("An alert is for a strength from 1 to 10: “alert 9”, or “alert off”.")
    if strength == settings.alert:
        return tell(f"It is {strength} already.")
    new = replace(settings, alert=strength, alert_from=request.now)
    words = f"From now on a signal that reaches {strength} is told here at once, at most {most} a day."
    return await change(request, f"set alerts to {strength}", new, words, "What is muted here stays silent.")


async def _language(request: Request) -> Reply:
    settings, words = request.channel.settings, request.words.lower()
    if not words:
        now = locales.language_name(settings.language or locales.ENGLISH)
        return tell(f"Briefs and answers here are in {now}. “language it” changes that, “language off” ends it.")
    if words in OFF:
        code = None
    elif (code := locales.language(words)) is None:
        return refuse(f"I know no language {echo(request.words)}: write its code, as in “language it”.")
    elif not request.context.analyst.translates:
        return tell(
            "That needs Claude, which is not set up here (ANTHROPIC_API_KEY); without it all is said in English, and "
            "quotes in their own language."
        )
    if code == settings.language:
        return tell("It is set so already.")
    name = locales.language_name(code or locales.ENGLISH)
    said = (
        f"Briefs and answers here are in {name} now; quotes stay in their own language, with a translation beside them."
    )
    return await change(request, f"set the language to {name}", replace(settings, language=code), said)


async def state_lines(store: Store, channel: Channel, now: datetime) -> list[str]:
    """The channel's settings as they stand, one sentence each."""
    settings = channel.settings
    mutes = await store.channels.mutes(channel.id, now)
    muted = listed([mute.label.name for mute in mutes]) or "nothing"
    most = count(settings.most, "signal")
    lines = [
        f"The bar is {settings.bar}, a brief holds at most {most}, {muted} {'are' if len(mutes) > 1 else 'is'} muted."
    ]
    if settings.alert:
        lines.append(f"What reaches {settings.alert} is told at once.")
    if watched := settings.watched(now):
        lines.append(f"Watched: {listed([each.name for each in watched])}.")
    if settings.only:
        lines.append(f"Only {listed([label.name for label in settings.only])} is heard of.")
    return [*lines, await next_brief(store, channel, now)]


# --- the table -------------------------------------------------------------------------------------------------------


def _is_slot(words: str) -> bool:
    try:
        slot(words)
    except ValueError:
        return len(words.split()) <= 3
    return True


def _is_end(words: str) -> bool:
    first = words.lower().split()[:1]
    return len(words.split()) <= 4 or (first in (["for"], ["until"]) and len(words.split()) <= 7)


COMMANDS = (
    Command(
        "at",
        "at 07:30 [Europe/Rome] [mon-fri]",
        "when the brief comes",
        "A time, a zone and weekdays in any order, also in words: “at 8 in the morning on mondays and thursdays”. "
        "What is not named stays as it is.",
        one(_at),
        fits=_is_slot,
        takes_value=True,
    ),
    Command(
        "bar",
        "bar 6",
        "the least strength worth saying here",
        "1 to 10; what came near it is named on quiet mornings.",
        one(_bar),
        fits=at_most(1),
        takes_value=True,
    ),
    Command(
        "most",
        "most 5",
        "the most signals a brief",
        "What is left out for room is named below the others.",
        one(_most),
        fits=at_most(1),
        takes_value=True,
    ),
    Command(
        "pause",
        "pause [7d]",
        "stop the brief here, for a while or until “resume”",
        "“pause 7d”, “pause until monday” (which ends as Monday begins), “pause for the weekend”.",
        one(_pause),
        fits=_is_end,
    ),
    Command(
        "resume",
        "resume",
        "start the brief here again",
        "What changed in between is in the next brief, as far as it is still live.",
        one(_resume),
        fits=at_most(1),
        alone=True,
    ),
    Command(
        "alert",
        "alert 9 | off",
        "tell at once when a signal reaches this strength",
        "Off unless you turn it on. At most a few a day; muted and paused channels stay silent. What was told at once "
        "is in the next brief only if it changed.",
        one(_alert),
        fits=at_most(1),
        takes_value=True,
    ),
    Command(
        "quiet",
        "quiet on | off",
        "whether a quiet morning says so here in one line",
        "Off unless you turn it on; “status” tells why it was quiet either way.",
        one(_quiet),
        fits=at_most(1),
        takes_value=True,
    ),
    Command(
        "language",
        "language it | off",
        "the language of briefs and answers here",
        "With Claude only. Quotes stay in their own language; a translation stands beside them, and is named as one.",
        one(_language),
        fits=at_most(1),
        takes_value=True,
    ),
)
