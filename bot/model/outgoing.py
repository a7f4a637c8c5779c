"""Messages on their way to a channel, rendered once and stored before any send."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime

from bot.model.channel import Channel
from bot.model.delivery import DeliveryState
from bot.model.messages import Audience, Message

DRAFT = ":draft"
"""How the purpose of a delivery ends that will be replaced by a later version of the same answer."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message on its way to a channel, rendered once and stored before any send."""

    id: str
    channel_id: int
    platform: str
    address: str
    purpose: str  # "brief:2026-03-27", "again:2026-03-27", "reply:<event id>", "reply:<event id>:draft", "notice"
    part: int  # 1, 2, 3 … in order within its purpose
    message: Message
    state: DeliveryState
    audience: Audience = Audience.HOME
    reply_to: str | None = (
        None  # the thread or message answered, or the event's reply URL; None: plainly in the channel
    )
    asker: str | None = None  # the platform's id of the asker; None: nobody asked
    replaces: str | None = None  # the platform's id of the message to edit; None: a new message
    ref: str | None = None  # the platform's id once sent; None: not known to be sent
    not_before: datetime | None = None  # None: at once
    tries: int = 0
    error: str | None = None  # of the last try; None: none failed
    created: datetime | None = field(default=None, compare=False)  # when the outbox took it; None: not yet

    @property
    def draft(self) -> bool:
        """Whether this is an early version of an answer still growing: the whole answer will replace it."""
        return self.purpose.endswith(DRAFT)


@dataclass(frozen=True, slots=True)
class Spoken:
    """A message of ours as it stands on a platform."""

    delivery: Delivery
    thread: str  # by which the questions about it are kept


def addressed(channel: Channel, purpose: str, part: int, message: Message) -> Delivery:
    """A new message to a channel, to be put into the outbox."""
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
