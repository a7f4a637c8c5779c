"""Reading stored articles again: what is asked of the store, and how far it has come."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.model.article import Article
from bot.model.finding import Finding, Reading, Rejection
from bot.model.signal import Signal

Read = Callable[[Sequence[Article]], Awaitable[Sequence[Reading]]]
"""One reading an article, in order; wherever it is done."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which articles are read again: those read by this analyst, and those given up unread; wire copies aside."""

    read_by: str
    since: datetime | None = None  # those published then or later; None: all


@dataclass(frozen=True, slots=True)
class Page:
    """Some articles with what was said of them."""

    articles: tuple[Article, ...]
    said: tuple[Reading, ...]  # one an article
    last: int  # where the next page goes on


@dataclass(frozen=True, slots=True)
class Change:
    """What a batch of articles read again changes; stored in one transaction."""

    said: Sequence[Finding | Rejection]  # of articles now, in place of what was
    signals: Sequence[Signal]  # whole, as they are now
    handed: Sequence[int]  # ids of articles that the next look is to read, as if they were new
    remembered: Mapping[str, str]  # values for `Memory` by name


class Rereading(Protocol):
    """Articles to be read again. Every method may raise `bot.model.errors.StorageError`."""

    async def count(self, wanted: Wanted) -> int:
        """How many there are."""

    async def of_signals(self, wanted: Wanted, after: int, limit: int) -> Page | None:
        """All those in at most `limit` signals with ids after `after`; None: there is no such signal."""

    async def alone(self, wanted: Wanted, after: int, limit: int) -> Page | None:
        """At most `limit` of those in no signal, with ids after `after`; None: there is none."""

    async def carrying(self, articles: Sequence[int]) -> tuple[Signal, ...]:
        """The signals that these articles are in, by id."""

    async def save(self, change: Change, now: datetime) -> None:
        """Store it in one transaction. An article that was dropped meanwhile is passed over."""
