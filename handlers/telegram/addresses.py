"""How a chat, a forum's topic and a message are written as strings: a channel's address, and a delivery's ref."""

from __future__ import annotations

import re
from dataclasses import dataclass

_REF = re.compile(r"(?:(-?\d+)/)?(\d+)(?:@(\d+))?", re.ASCII)
GENERAL = 1
"""The number of a forum's general topic in an address; the Bot API gives it none."""


@dataclass(frozen=True, slots=True)
class ChatAddress:
    """A chat as a channel's address: "-1001", or "-1001:77" for topic 77 of a forum."""

    chat: int
    topic: int | None = None  # None: no topic was chosen

    @property
    def thread(self) -> int | None:
        """The `message_thread_id` of the Bot API."""
        return None if self.topic == GENERAL else self.topic

    def __str__(self) -> str:
        return str(self.chat) if self.topic is None else f"{self.chat}:{self.topic}"


def parse_address(address: str) -> ChatAddress:
    """The inverse of `str`; ValueError where it is no chat's address."""
    chat, _, topic = address.partition(":")
    return ChatAddress(int(chat), int(topic) if topic else None)


@dataclass(frozen=True, slots=True)
class MessageRef:
    """A message as a delivery's ref: "12" in the channel's own chat, "-1002/12" in its discussion group, "12@77" where
    the person 77 alone sees it."""

    message: int
    chat: int | None = None  # None: the channel's own
    reader: int | None = None  # who alone sees it, by an ephemeral message; None: everybody there

    def __str__(self) -> str:
        where = "" if self.chat is None else f"{self.chat}/"
        return f"{where}{self.message}" + ("" if self.reader is None else f"@{self.reader}")


def parse_ref(text: str | None) -> MessageRef | None:
    """The inverse of `str`; None where it names no message (an answer's draft, a toast)."""
    match = _REF.fullmatch(text or "")
    if match is None:
        return None
    chat, message, reader = match.groups()
    return MessageRef(int(message), int(chat) if chat else None, int(reader) if reader else None)


def other_chat(reply_to: str | None) -> int | None:
    """The chat of the message replied to where it is not the channel's own, but its discussion group; else None."""
    answered = parse_ref(reply_to)
    return answered.chat if answered else None


def chat_name(name: str) -> int | str:
    """A chat that the settings name, as the Bot API takes it: its number, or "@name"."""
    return int(name) if name.removeprefix("-").isdecimal() else f"@{name.removeprefix('@')}"
