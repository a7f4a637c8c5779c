"""Injected time: clocks that stand still until a test moves them."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta

PATIENCE = 120.0
"""Real seconds after which a test that waits gives up: what passes never takes them, only a hang does."""
MORNING = datetime(2026, 3, 27, 7, 30, tzinfo=UTC)
"""A Friday."""


def skip(seconds: float) -> None:
    """Move the running event loop's own time on: its timeouts and sleeps of so many seconds end at once."""
    loop = asyncio.get_running_loop()
    time = loop.time
    loop.time = lambda: time() + seconds  # type: ignore[method-assign] # for as long as the loop, that is the test, lasts


class FakeClock:
    """Its sleeps only move it."""

    def __init__(self, now: datetime = MORNING) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    async def sleep(self, seconds: float) -> None:
        self.advance(seconds)
        await asyncio.sleep(0)

    def advance(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)

    def set(self, now: datetime) -> None:
        self._now = now


class SteppedClock(FakeClock):
    """A clock whose sleepers wait until a test moves it to their time."""

    def __init__(self, now: datetime = MORNING) -> None:
        super().__init__(now)
        self._sleepers: list[tuple[datetime, asyncio.Event]] = []
        self._more = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        sleeper = (self._now + timedelta(seconds=seconds), asyncio.Event())
        self._sleepers.append(sleeper)
        self._more.set()
        try:
            await sleeper[1].wait()
        finally:
            with suppress(ValueError):  # it was woken
                self._sleepers.remove(sleeper)

    def advance(self, seconds: float) -> None:
        super().advance(seconds)
        for sleeper in [each for each in self._sleepers if each[0] <= self._now]:
            self._sleepers.remove(sleeper)
            sleeper[1].set()

    async def asleep(self, count: int) -> None:
        """Wait until so many sleep at the same time."""
        async with asyncio.timeout(PATIENCE):
            while len(self._sleepers) < count:
                self._more.clear()
                await self._more.wait()
