"""The archive as it is read from outside: what is asked of it, and the port that answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from bot.model.label import CategoryKind, Label
from bot.model.signal import Signal

PUBLIC_KINDS = (
    CategoryKind.DIMENSION,
    CategoryKind.TOPIC,
    CategoryKind.PLACE,
    CategoryKind.ACTOR,
    CategoryKind.PUBLISHER,
)
"""What signals are filed under, in the order in which it is shown."""


@dataclass(frozen=True, slots=True)
class ArchiveQuery:
    """Which signals are wanted: those that match all that is given; nothing given: all."""

    words: str = ""  # "": no full-text search
    labels: tuple[Label, ...] = ()  # the signal carries each of them
    at_least: int = 1  # strength, 1 to 10
    since: date | None = None  # detected on that day or later; None: whenever
    until: date | None = None  # detected on that day or earlier; None: whenever


@dataclass(frozen=True, slots=True)
class Stamp:
    """A signal as far as one must know to tell whether its page has changed."""

    signal_id: int
    changed: datetime
    revision: int  # the number of its last revision
    composed_upto: int  # the last revision that its text covers; 0: its text is a sketch


ANSWER_BOUNDS = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0)
"""Seconds by which answers are counted."""


@dataclass(frozen=True, slots=True)
class AnswerTimes:
    """How long answers took, from what somebody said to the last reply to it."""

    within: Mapping[float, int] = field(default_factory=dict)  # by seconds, how many took no longer
    count: int = 0
    seconds: float = 0.0  # of all of them together


@dataclass(frozen=True, slots=True)
class Counts:
    """How much is stored, for an operator's graphs."""

    articles: int = 0
    articles_waiting: int = 0  # not yet analysed
    questions: int = 0
    events_open: int = 0  # messages of people that are not answered yet
    looks: int = 0  # cycles on record
    sources: Mapping[str, int] = field(default_factory=dict)  # by state
    signals: Mapping[str, int] = field(default_factory=dict)  # by state
    deliveries: Mapping[str, int] = field(default_factory=dict)  # by state
    cost_usd: float = 0.0  # of all calls of paid models
    answers: AnswerTimes = AnswerTimes()


class Archive(Protocol):
    """Signals by what they are filed under. Every method may raise `bot.model.errors.StorageError`."""

    async def page(self, query: ArchiveQuery, limit: int, offset: int = 0) -> tuple[Signal, ...]:
        """The signals that match: with words the best first, otherwise the latest changed first."""

    async def by_age(self, label: Label | None, limit: int, offset: int = 0) -> tuple[Signal, ...]:
        """The signals that carry the label (None: all) in the order in which they were opened."""

    async def count(self, label: Label | None) -> int:
        """How many `by_age` has."""

    async def some(self, ids: Sequence[int]) -> tuple[Signal, ...]:
        """The signals with these ids, in their order; an id that does not exist is left out."""

    async def carriers(self, labels: Sequence[Label], limit: int) -> Mapping[Label, tuple[int, ...]]:
        """By each of the labels the ids of at most `limit` signals that carry it, the latest opened first."""

    async def labels(self, kind: CategoryKind) -> tuple[Label, ...]:
        """All labels of one kind that signals carry, each once, by name."""

    async def label(self, kind: CategoryKind, value: str) -> Label | None:
        """The label with exactly that value; None: no signal carries it."""

    async def told_on(self, on: date) -> tuple[Signal, ...]:
        """The signals that any channel was told of on that local date, the strongest first."""

    async def told_dates(self) -> tuple[date, ...]:
        """The dates on which any channel was told of a signal, newest first."""

    async def filed(self) -> Mapping[Label, tuple[int, ...]]:
        """By label the ids of all signals that carry it, ascending."""

    async def told(self) -> Mapping[date, tuple[int, ...]]:
        """By local date the ids of the signals that any channel was told of on it, ascending."""

    async def stamps(self) -> tuple[Stamp, ...]:
        """A stamp of every signal, by id."""

    async def aliases(self) -> Mapping[int, int]:
        """By id of an absorbed signal the id of the one it was merged into."""

    async def counts(self) -> Counts:
        """How much is stored."""
