"""Processes on one PostgreSQL database share out work by its advisory locks and wake each other by LISTEN and NOTIFY.

    share   | pg_try_advisory_lock by the work's name → the work → pg_advisory_unlock
    changes | LISTEN → a trigger of a table notifies → its name; the connection broke → make it anew, and say so

A lock ends with its connection, so that nothing of a dead process has to wait for a term. Each of the two has a
connection of its own: psycopg lets nobody else use one that waits for notifications.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import psycopg

from bot.model.errors import StorageError

log = logging.getLogger(__name__)

CHANNEL = "bellwether"
"""What the triggers of the schema notify; the payload is their table's name."""
AGAIN_SECONDS = 1.0
"""Before a connection that broke is made anew."""

_TRY = "SELECT pg_try_advisory_lock(hashtextextended(%s, 0))"
_LET_GO = "SELECT pg_advisory_unlock(hashtextextended(%s, 0))"

Connection = psycopg.AsyncConnection[Any]


class Shared:
    """storage.engines.coordination.Coordination over a server."""

    is_shared = True

    def __init__(
        self, address: str, options: dict[str, Any], sentence: Callable[[BaseException], StorageError]
    ) -> None:
        self._address = address
        self._options = options
        self._sentence = sentence
        self._locks: Connection | None = None
        self._opening = asyncio.Lock()
        self._held: set[str] = set()  # a session may take its own lock twice: what is asked for here is refused here

    @asynccontextmanager
    async def share(self, name: str) -> AsyncIterator[bool]:
        """False where another process has that work, or this one has it already. StorageError."""
        if name in self._held:
            yield False
            return
        self._held.add(name)
        try:
            mine = await self._take(name)
            try:
                yield mine
            finally:
                if mine:
                    await self._let_go(name)
        finally:
            self._held.discard(name)

    async def changes(self) -> AsyncGenerator[str, None]:
        """Tables that were changed; "" first, and after each break."""
        while True:
            try:
                async with await self._connect() as connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    yield ""
                    async for each in connection.notifies():
                        yield each.payload
            except psycopg.Error as error:
                log.debug("what others change is not heard of until the server answers: %s", error)
            await asyncio.sleep(AGAIN_SECONDS)

    async def aclose(self) -> None:
        """Close the connection; the locks end with it."""
        if self._locks is not None:
            await self._locks.close()

    async def _take(self, name: str) -> bool:
        try:
            try:
                return await self._tried(name)
            except psycopg.OperationalError:  # the connection broke since it was used last
                return await self._tried(name)
        except psycopg.Error as error:
            raise self._sentence(error) from error

    async def _tried(self, name: str) -> bool:
        row = await (await (await self._locking()).execute(_TRY, [name])).fetchone()
        return bool(row and row[0])

    async def _let_go(self, name: str) -> None:
        """Where the connection broke, the lock is gone already."""
        with suppress(psycopg.Error):
            if self._locks is not None and not self._locks.closed:
                await self._locks.execute(_LET_GO, [name])

    async def _locking(self) -> Connection:
        async with self._opening:
            if self._locks is None or self._locks.closed:
                self._locks = await self._connect()
            return self._locks

    async def _connect(self) -> Connection:
        return await psycopg.AsyncConnection.connect(self._address, autocommit=True, **self._options)
