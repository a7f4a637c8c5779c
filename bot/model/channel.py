"""Channels, to which briefs are told: their settings, mutes, and changes that can be undone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time

from bot.model.label import Label

FOREVER = datetime(9999, 12, 31, tzinfo=UTC)
"""The end of a mute or pause without an end."""

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Watch:
    """Something a channel wants to be told of at once, however weak it is."""

    number: int  # of the change that made it, unique over all channels: its name in commands
    labels: tuple[Label, ...]  # a signal is meant that carries all of them
    since: datetime  # what happened before is not told
    until: datetime  # FOREVER: for good
    by: str  # the name of who asked for it

    @property
    def name(self) -> str:
        """ "Micron and “export”": what it is called to a reader."""
        return " and ".join(label.name for label in self.labels)


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """What a channel can set for itself; see the commands in docs/commands.md."""

    at: time = time(7, 30)  # of the brief, local
    timezone: str = "UTC"  # an IANA name, never an offset
    days: tuple[str, ...] = WEEKDAYS[:5]
    bar: int = 6  # the least strength worth saying, 1 to 10
    most: int = 5  # signals a brief
    paused_until: datetime | None = None  # None: not paused; FOREVER: until `resume`
    only: tuple[Label, ...] = ()  # empty: everything
    quiet_line: bool = False  # whether a quiet morning is told, in one line
    language: str | None = None  # ISO 639-1; None: English
    alert: int | None = None  # the strength at which a signal is told at once; None: no alerts
    alert_from: datetime | None = None  # signals that reached it before are not told; None: no alerts
    watches: tuple[Watch, ...] = ()  # in the order in which they were asked for; ended ones may be among them

    def watched(self, now: datetime) -> tuple[Watch, ...]:
        """The watches that have not ended."""
        return tuple(watch for watch in self.watches if watch.until > now)


@dataclass(frozen=True, slots=True)
class Channel:
    """A Slack channel, a Telegram chat, an address of mail or the terminal."""

    id: int
    platform: str  # the name of its folder or file in handlers/
    address: str  # the platform's own id of it
    name: str
    settings: ChannelSettings
    active: bool = True  # False: the bot was removed, or sending is refused for good; its settings are kept
    created: datetime = FOREVER  # when the bot came there
    allowed: bool | None = None  # by an operator, where strangers can write to the bot; None: not decided


@dataclass(frozen=True, slots=True)
class Mute:
    """A label whose signals a channel does not want to hear of."""

    id: int
    channel_id: int
    label: Label
    until: datetime  # FOREVER: for good
    created: datetime
    by: str  # the name of who muted it


@dataclass(frozen=True, slots=True)
class Place:
    """The address and name of a channel in which the bot is active."""

    address: str
    name: str


@dataclass(frozen=True, slots=True)
class Memento:
    """A channel's settings and mutes as they were before a change, for `undo` (the memento pattern)."""

    id: int  # the number of the change, unique over all channels
    channel_id: int
    at: datetime
    by: str
    what: str  # the change in words: "muted AI until Friday"
    settings: ChannelSettings
    mutes: tuple[Mute, ...]
    undone: bool = False
