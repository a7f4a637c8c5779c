"""Channels: where briefs are told, with their settings, mutes and the changes that can be undone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time

from bot.model.label import Label

FOREVER = datetime(9999, 12, 31, tzinfo=UTC)
"""The end of a mute or pause that has no end."""


WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    at: time = time(7, 30)
    timezone: str = "UTC"  # an IANA name, never an offset
    days: tuple[str, ...] = WEEKDAYS[:5]
    bar: int = 6
    most: int = 5
    paused_until: datetime | None = None  # None: not paused; FOREVER: until `resume`
    only: tuple[Label, ...] = ()  # empty: everything
    quiet_line: bool = False  # whether a quiet morning says so here
    language: str | None = None  # None: as composed
    alert: int | None = None  # the strength at which a signal is told at once; None: no alerts
    alert_from: datetime | None = None  # what reached it before was no news; None: no alerts


@dataclass(frozen=True, slots=True)
class Channel:
    """A Slack channel, a Telegram chat or the terminal."""

    id: int
    platform: str  # the handler file's name
    address: str  # the platform's own id of it
    name: str
    settings: ChannelSettings
    active: bool = True  # False: removed from it, or refused; its settings are kept
    created: datetime = FOREVER  # since when the bot speaks there
    allowed: bool | None = None  # by the operator, where strangers can find the bot; None: nobody has decided


@dataclass(frozen=True, slots=True)
class Mute:
    id: int
    channel_id: int
    label: Label
    until: datetime  # FOREVER: for good
    created: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere on a platform where the bot is."""

    address: str
    name: str


@dataclass(frozen=True, slots=True)
class Memento:
    """A channel's settings and mutes before a change, for `undo`."""

    id: int  # the change's number, in all channels
    channel_id: int
    at: datetime
    by: str
    what: str  # the change in words: "muted AI until Friday"
    settings: ChannelSettings
    mutes: tuple[Mute, ...]
    undone: bool = False
