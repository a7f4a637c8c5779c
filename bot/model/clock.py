"""Clocks: the system's, which can be set to another time, and one whose sleeps take no time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class SystemClock:
    """The Clock port on the system's clock; with `start` it begins at that instant (BELLWETHER_NOW) and runs on."""

    def __init__(self, start: datetime | None = None) -> None:
        self._shift = timedelta(0) if start is None else _aware(start) - datetime.now(UTC)

    def now(self) -> datetime:
        """The instant, aware, in UTC."""
        return datetime.now(UTC) + self._shift

    def set(self, now: datetime) -> None:
        """Continue from the instant `now`."""
        self._shift = _aware(now) - datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Wait so many real seconds."""
        from asyncio import sleep  # which the commands that only ask for the time do not load

        await sleep(seconds)


class NoWaitClock(SystemClock):
    """A clock whose sleeps take no time, for the sample edition: files on this disk need no polite pauses."""

    async def sleep(self, seconds: float) -> None:  # noqa: ARG002 - the port names it
        """Let other tasks run once."""
        from asyncio import sleep

        await sleep(0)


def _aware(instant: datetime) -> datetime:
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
