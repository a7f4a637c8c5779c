"""Retention: what an archive of years drops, step by step, and what it spares."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

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
