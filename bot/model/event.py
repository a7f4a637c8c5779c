"""What is said to us on a platform, by whom, before it is understood."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Asker:
    """Who wrote to us."""

    id: str
    name: str
    operator: bool = False
    may_set: bool = True  # whether they may change this channel's settings


class EventKind(StrEnum):
    SAID = "said"
    JOINED = "joined"  # the bot was added to the channel
    LEFT = "left"  # it was removed from it; the text says how


@dataclass(frozen=True, slots=True)
class Event:
    """Something said to us on a platform, as its handler translated it."""

    platform: str
    id: str  # the platform's own id: the same event has the same id however often it comes
    address: str  # of the channel
    channel_name: str
    asker: Asker
    text: str  # a command or a question, without the bot's name
    at: datetime
    thread: str | None = None  # the platform's id of the message or thread replied to; None: none
    quoted: str | None = None  # the part of our message that is quoted; None: none
    reply_to: str | None = None  # where the platform puts an answer; None: plainly in the channel
    kind: EventKind = EventKind.SAID
    private: bool = False  # a conversation with one person: no brief comes there until they say `start`
    addressed: bool = True  # False: overheard in a thread of ours; what neither asks nor commands is left alone
    unseen: bool = False  # others there cannot see what was said (a button, a slash command): an answer repeats it
    replied: str | None = None  # the message of ours in the thread that is answered; None: the one that began it
    replaces: str | None = None  # a message of ours that a change made by this replaces (a menu); None: none
    reply_url: str | None = (
        None  # where an answer reaches the asker alone, in place; None: the platform gave no such URL
    )

    @property
    def key(self) -> str:
        """Its name among the events of all platforms."""
        return f"{self.platform}:{self.id}"
