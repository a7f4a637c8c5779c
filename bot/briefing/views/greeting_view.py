"""How the bot introduces itself in a channel, and when its next brief comes there."""

from __future__ import annotations

from datetime import date, datetime

from bot.briefing.views.wording import NAME, message, para, strong
from bot.model import times
from bot.model.messages import Choice, Choices, Message, Paragraph


def next_brief_words(on: date, instant: datetime, zone: str) -> str:
    """ "The next brief comes on Monday 30 March at 07:30 (Europe/Rome)." """
    there = times.local(instant, zone)
    # A time the clocks skip may be made up for on the next date: then that is the day a reader must look.
    day = times.full_day(max(on, there.date()))
    return f"The next brief comes on {day} at {there:%H:%M} ({zone.removeprefix('Etc/')})."


def one_way_greeting(next_brief: str) -> Message:
    """What the bot says where it is new and nobody can answer it."""
    return message(_introduction(), para(f"{next_brief} On a morning with nothing worth saying, nothing comes."))


def _introduction() -> Paragraph:
    return para(
        strong(NAME),
        " reads many sources around the clock and sends one brief in the morning, only when they say something worth "
        "saying.",
    )


def greeting_message(next_brief: str, *, begun: bool = True) -> Message:
    """What the bot says where it is new or is greeted; with a button that begins the brief where it has not `begun`."""
    begin = () if begun else (Choice("Start the daily brief", "start"),)
    return message(
        _introduction(),
        para(f"{next_brief} “at 07:30 Europe/Rome mon-fri” changes when, “bar” and “most” how much."),
        para(
            "Ask “why 1?” and it shows the evidence and the reasoning; say “mute AI for a week” and it does. "
            "“help” lists the rest."
        ),
        Choices((*begin, Choice("Brief now", "brief"), Choice("Help", "help"))),
    )
