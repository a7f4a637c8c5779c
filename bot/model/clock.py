"""Clocks: the machine's, one that can be set, and one whose sleeps take no time."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta


class SystemClock:
    """The machine's clock, moved by a constant where it is told to start elsewhere (BELLWETHER_NOW)."""

    def __init__(self, start: datetime | None = None) -> None:
        self._shift = timedelta(0) if start is None else _aware(start) - datetime.now(UTC)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._shift

    def set(self, now: datetime) -> None:
        """Go on from `now`."""
        self._shift = _aware(now) - datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class HurriedClock(SystemClock):
    """Its sleeps take no time: politeness towards files on this disk would only make a newcomer wait."""

    async def sleep(self, seconds: float) -> None:  # noqa: ARG002 - the port names it
        await asyncio.sleep(0)


def _aware(instant: datetime) -> datetime:
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
