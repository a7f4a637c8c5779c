"""What several processes on one database need of each other: to share out work, and to wake each other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol


class Coordination(Protocol):
    """What a database lends to the processes that work on it."""

    is_shared: bool
    """Whether other processes may be at the same work at the same time."""

    def share(self, name: str) -> AbstractAsyncContextManager[bool]:
        """Whether the piece of work called `name` is this process's while the context lasts. StorageError."""

    def changes(self) -> AsyncGenerator[str, None]:
        """What others have changed, by table, as it happens; "" where some may have been missed. It does not end."""

    async def aclose(self) -> None:
        """Let go of everything."""


class Alone:
    """Coordination of a file: leases keep other processes from the same work, and nobody is woken."""

    is_shared = False

    @asynccontextmanager
    async def share(self, name: str) -> AsyncIterator[bool]:  # noqa: ARG002 - the port
        """All work is this process's."""
        yield True

    async def changes(self) -> AsyncGenerator[str, None]:
        """Nothing, for ever."""
        await asyncio.Future()
        yield ""

    async def aclose(self) -> None:
        """Nothing is held."""
