"""The states of a delivery, and the outcomes of trying to send it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class DeliveryState(StrEnum):
    """Where a delivery is on its way."""

    PENDING = "pending"  # waits to be sent
    SENDING = "sending"  # claimed; after a crash its fate is in doubt
    SENT = "sent"
    UNKNOWN = "unknown"  # it may have arrived; never sent again
    DEAD = "dead"  # refused for good


@dataclass(frozen=True, slots=True)
class Sent:
    """It has arrived."""

    ref: str  # the platform's own id of the message


@dataclass(frozen=True, slots=True)
class NotSent:
    """It has not arrived, and may be tried again."""

    why: str
    retry_after: float | None = None  # seconds that the platform asks to wait; None: the outbox decides


@dataclass(frozen=True, slots=True)
class Permanent:
    """It is refused for good."""

    why: str  # for the operator
    message_only: bool = False  # True: only this message is refused; False: every message to the channel


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may or may not have arrived, so it is never sent again blindly."""

    why: str


SendOutcome = Sent | NotSent | Permanent | Unknown
