"""Labels of signals: what a reader can mute, ask for and count by."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

# --- channels and what they are told -----------------------------------------------------------------------------


class CategoryKind(StrEnum):
    DIMENSION = "dimension"
    TOPIC = "topic"
    PLACE = "place"
    ACTOR = "actor"
    PUBLISHER = "publisher"
    SIGNAL = "signal"


@dataclass(frozen=True, slots=True)
class Label:
    """Something a signal carries, that can be muted or asked for."""

    kind: CategoryKind
    value: str  # as stored: "AI", "US", "economic", a publisher's key, "42"
    name: str  # as shown
