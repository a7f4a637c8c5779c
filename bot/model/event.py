"""Inbound events: what people write to the bot on a platform, before it is parsed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Asker:
    """The person who wrote to the bot."""

    id: str
    name: str
    operator: bool = False
    may_set: bool = True  # whether they may change this channel's settings


class EventKind(StrEnum):
    """What happened."""

    SAID = "said"  # somebody wrote a command or a question, or pressed a button
    JOINED = "joined"  # the bot was added to the channel
    LEFT = "left"  # the bot was removed from it; the text says how
    RATED = "rated"
    """Somebody marked the message `replied` without a word; the text is “useful” or “useless”, or "" where the mark was
    taken back. Nothing is answered."""


@dataclass(frozen=True, slots=True)
class Event:
    """An event of a platform in the form common to all of them."""

    platform: str
    id: str  # the platform's own id: the same event has the same id however often it comes
    address: str  # of the channel
    channel_name: str
    asker: Asker
    text: str  # a command or a question, without the bot's name
    at: datetime
    thread: str | None = None  # the platform's id of the message or thread replied to; None: none
    quoted: str | None = None  # the part of our message that is quoted; None: none
    reply_to: str | None = None  # the platform's id of the thread or message to answer in; None: in the channel itself
    kind: EventKind = EventKind.SAID
    private: bool = False  # a conversation with one person; no brief is told there until they say `start`
    addressed: bool = True
    """Whether it was said to the bot: mentioned, a slash command, a button, a direct message, or a reply to it where
    replies name a message. False: overheard in one of its threads, where nothing is changed."""
    unseen: bool = False  # others there cannot see what was said (a button, a slash command): an answer repeats it
    replied: str | None = None  # the bot's message in the thread that is replied to; None: the thread's first one
    pressed: str | None = None  # the bot's message whose button was pressed; None: it was typed
    replaces: str | None = None
    """The bot's message (a menu) that the answer replaces, if the event changes something; None: none."""
    zone: str | None = None  # the IANA name of the asker's time zone; None: the platform does not say
    begins: bool = True  # False: in a new channel no brief is told until somebody says `start`
    reply_url: str | None = None
    """Where an answer reaches the asker alone, in place; None: the platform gave no such URL."""

    @property
    def key(self) -> str:
        """A key unique among the events of all platforms."""
        return f"{self.platform}:{self.id}"
