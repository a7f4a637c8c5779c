"""Deliveries: messages on their way to a channel, rendered once and stored before they are sent."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime

from bot.model.channel import Channel
from bot.model.delivery import DeliveryState
from bot.model.messages import Audience, Message

DRAFT = ":draft"
"""Suffix of the purpose of a draft: a delivery that a later version of the same answer replaces."""


AMEND, CORRECT = "amend", "correct"
"""How the purposes begin of a message that replaces one which told what was taken back, and of the line below it."""


def amendment_of(purpose: str) -> str:
    """How the purpose ends of a delivery that corrects one of that purpose: "amend c18 of brief:2026-03-27"."""
    return f" of {purpose}"


def told_by(purpose: str) -> str:
    """The purpose of the message that one of this purpose replaces or stands below, else the purpose itself."""
    return purpose.rpartition(amendment_of(""))[2] if purpose.startswith((f"{AMEND} ", f"{CORRECT} ")) else purpose


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message on its way to a channel."""

    id: str
    channel_id: int
    platform: str
    address: str
    purpose: str  # "brief:2026-03-27", "again:2026-03-27", "reply:<event id>", "reply:<event id>:draft", "notice" …
    part: int  # 1, 2, 3 … in order within its purpose
    message: Message
    state: DeliveryState
    audience: Audience = Audience.HOME
    reply_to: str | None = None
    """The platform's id of the thread or message answered, or the event's reply URL; None: plainly in the channel."""
    asker: str | None = None  # the platform's id of the asker; None: it answers nobody
    replaces: str | None = None  # the platform's id of the message to edit; None: a new message
    ref: str | None = None  # the platform's id once sent; None: not sent, or not known to be
    not_before: datetime | None = None  # None: at once
    tries: int = 0
    error: str | None = None  # of the last try; None: no try has failed
    created: datetime | None = field(default=None, compare=False)  # when it was stored; None: not yet

    @property
    def draft(self) -> bool:
        """Whether this is a draft, which the final answer will replace."""
        return self.purpose.endswith(DRAFT)


@dataclass(frozen=True, slots=True)
class Spoken:
    """A message of the bot as it stands on a platform."""

    delivery: Delivery
    thread: str  # the id under which questions about it are stored


def addressed(channel: Channel, purpose: str, part: int, message: Message) -> Delivery:
    """A new PENDING delivery of a message to a channel, with an id of its own."""
    return Delivery(
        id=uuid.uuid4().hex,
        channel_id=channel.id,
        platform=channel.platform,
        address=channel.address,
        purpose=purpose,
        part=part,
        message=message,
        state=DeliveryState.PENDING,
    )
