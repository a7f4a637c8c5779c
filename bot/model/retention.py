"""Retention: what an archive of years drops, step by step, and what it spares."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

Cursor = tuple[datetime, int]
"""Where a walk through old rows has come to: the instant and the id of the last one looked at."""


@dataclass(frozen=True, slots=True)
class Spared:
    """What people have asked about or were shown outside a brief, by id: it stays, however old it is."""

    signals: frozenset[int] = frozenset()
    articles: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Step:
    """One short transaction of a walk through old rows."""

    dropped: int
    last: Cursor | None  # where the next step goes on; None: the walk has ended


class Retention(Protocol):
    """Drops what is old: each call but `spared` is one step. Every method may raise `bot.model.errors.StorageError`."""

    async def spared(self) -> Spared:
        """What people asked about or were shown in answers, quiet briefs and mutes."""

    async def drop_signals(self, before: datetime, spared: Spared, after: Cursor | None) -> Step:
        """Drop CLOSED signals without news since then that no channel was told of and nobody judged."""

    async def drop_articles(self, before: datetime, spared: Spared, after: Cursor | None) -> Step:
        """Drop articles fetched before then that nothing cites, with their readings."""

    async def drop_entries(self, before: datetime, unlisted: datetime, after: Cursor | None) -> Step:
        """Make entries FORGOTTEN that are older than `before` with their articles; drop dated ones that no feed was
        noted to list since `unlisted`."""

    async def drop_runs(self, before: datetime, after: Cursor | None) -> Step:
        """Drop reports of cycles that ended before then, but for the last."""
