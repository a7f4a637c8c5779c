"""How the sending of one message ends: states of a delivery, outcomes of a send."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

# --- delivery ----------------------------------------------------------------------------------------------------


class DeliveryState(StrEnum):
    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Sent:
    ref: str  # the platform's own id of the message


@dataclass(frozen=True, slots=True)
class NotSent:
    why: str
    retry_after: float | None = None  # seconds; None: as the outbox thinks


@dataclass(frozen=True, slots=True)
class Permanent:
    why: str  # the operator is told
    message_only: bool = False  # this one message is refused; otherwise the whole channel is left


@dataclass(frozen=True, slots=True)
class Unknown:
    why: str  # it may have landed: never sent again unseen


SendOutcome = Sent | NotSent | Permanent | Unknown
