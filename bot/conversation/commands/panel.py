"""A channel at a glance, for platforms that have a place for it: how it is set, what is muted, the latest signals.

And a signal at a glance, for platforms that show what a link leads to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.briefing.views.card_view import card
from bot.briefing.views.list_view import signal_line
from bot.briefing.views.web_links import signal_address
from bot.briefing.views.wording import count, message, para, strong
from bot.conversation.commands.mutes import mute_words, unmute_button
from bot.conversation.commands.settings import next_brief, slot_words
from bot.conversation.request import Context, buttons, choice
from bot.conversation.slots import days_words
from bot.model import times
from bot.model.brief import BriefItem
from bot.model.channel import Channel, ChannelSettings, Mute
from bot.model.messages import Block, Bullets, Card, Choices, Form, FormField, Heading, Panel
from bot.text.listing import listed

LATEST = 5
TIMES = tuple(f"{hour:02}:{minute:02}" for hour in range(5, 24) for minute in (0, 30))
DAYS = ("mon-fri", "mon-sat", "daily", "sat-sun", *times.DAYS)
BARS = tuple(range(1, 11))
MOSTS = (1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20)


async def draw(channel: Channel, context: Context) -> Panel:
    """The channel's settings with what changes them, and the latest signals."""
    store, now = context.store, context.clock.now()
    mutes = await store.channels.mutes(channel.id, now)
    comes = await next_brief(store, channel, now)
    signals = await store.signals.latest(LATEST)
    zone = channel.settings.timezone
    latest: list[Block] = [Heading("Latest signals")]
    for signal in signals:
        asks = Choices(buttons(choice("Why?", f"why s{signal.id}"), choice("Evidence", f"evidence s{signal.id}")))
        latest += [para(*signal_line(signal, zone)), asks]
    if not signals:
        latest.append(para("There are none yet; “status” says what has been looked at."))
    return Panel(message(*_settings(channel, comes, mutes, now)), message(*latest))


async def draw_card(signal_id: int, context: Context) -> Card | None:
    """The signal with that id or alias, with the link to its page; None: there never was one."""
    signal = await context.store.signals.get(signal_id)
    if signal is None:
        return None
    address = context.settings.web.address
    shown = replace(card(BriefItem(1, signal, ""), context.clock.now()), number=None)
    return replace(shown, link=signal_address(address, signal.id)) if address else shown


def _settings(channel: Channel, comes: str, mutes: Sequence[Mute], now: datetime) -> list[Block]:
    settings = channel.settings
    quiet = "says so in one line" if settings.quiet_line else "says nothing"
    only = f" Only {listed([label.name for label in settings.only])} is heard of." if settings.only else ""
    return [
        Heading(channel.name),
        para(strong(comes)),
        para(
            f"Set to {slot_words(settings)}; the bar is {settings.bar}, a brief holds at most "
            f"{count(settings.most, 'signal')}; a quiet morning {quiet}.{only}"
        ),
        _when_form(settings),
        _one("Bar", "The least strength worth saying", "bar", settings.bar, BARS),
        _one("Most", "The most signals a brief", "most", settings.most, MOSTS),
        _switches(settings, now),
        *_muted(mutes, now, settings.timezone),
    ]


def _when_form(settings: ChannelSettings) -> Form:
    """The choices with the present setting first, which is selected by default."""
    times = tuple(dict.fromkeys((f"{settings.at:%H:%M}", *TIMES)))
    days = tuple(dict.fromkeys((days_words(settings.days).replace(", ", ","), *DAYS))) if settings.days else DAYS
    fields = (
        FormField("at", f"Time ({settings.timezone})", tuple((each, each) for each in times), times[0]),
        FormField("days", "Days", tuple((each, each) for each in days), days[0]),
    )
    return Form("When", fields, "at {at} {days}", "Set when")


def _one(title: str, label: str, command: str, now: int, numbers: Sequence[int]) -> Form:
    options = tuple((f"{title} {each}", str(each)) for each in sorted({now, *numbers}))
    return Form(title, (FormField("number", label, options, str(now)),), f"{command} {{number}}", f"Set {command}")


def _switches(settings: ChannelSettings, now: datetime) -> Choices:
    paused = settings.paused_until is not None and settings.paused_until > now
    return Choices(
        buttons(
            choice("Resume", "resume") if paused else choice("Pause for a week", "pause 7d"),
            choice("Quiet line off", "quiet off") if settings.quiet_line else choice("Quiet line on", "quiet on"),
            choice("Undo the last change", "undo"),
        )
    )


def _muted(mutes: Sequence[Mute], now: datetime, zone: str) -> list[Block]:
    if not mutes:
        return [para("Nothing is muted here.")]
    items = tuple(mute_words(mute, now, zone) for mute in mutes)
    return [para("Muted here:"), Bullets(items), Choices(buttons(*map(unmute_button, mutes)))]
