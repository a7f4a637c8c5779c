"""Labels of signals: categories, actors, publishers and signals that a reader can mute or ask for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class CategoryKind(StrEnum):
    """What a label names."""

    DIMENSION = "dimension"
    TOPIC = "topic"
    PLACE = "place"
    ACTOR = "actor"
    PUBLISHER = "publisher"
    SIGNAL = "signal"
    WORDS = "words"  # none of these: whatever says the words


@dataclass(frozen=True, slots=True)
class Label:
    """Something a signal carries, that can be muted or asked for."""

    kind: CategoryKind
    value: str  # as stored: "AI", "US", "economic", a publisher's key, "42", folded words
    name: str  # as shown
