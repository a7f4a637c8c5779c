"""One writer, many readers: the connections to the database, and its failures as sentences."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from contextvars import ContextVar
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.errors import StorageError
from storage import failures
from storage.engines.engine import engine_of

READERS = 4
"""Connections that read at once."""

_SERVER = {"postgres", "postgresql"}
"""What the address of a PostgreSQL database begins with, whatever driver it names: ours is psycopg."""


Fence = Callable[[AsyncConnection, "Database"], Awaitable[None]]
"""Raises LeaseHeld where the transaction may not be: its database says that another has taken over."""
_FENCES: ContextVar[tuple[Fence, ...]] = ContextVar("fences", default=())


@contextmanager
def fenced(fence: Fence) -> Iterator[None]:
    """Let every writing of the body, and of the tasks that are started in it, begin with the fence."""
    _FENCES.set((*_FENCES.get(), fence))
    try:
        yield
    finally:
        _FENCES.set(tuple(each for each in _FENCES.get() if each is not fence))


class Database:
    """A write connection behind a lock, and a small pool of readers.

    `write()` is a transaction that holds the database's write lock from its first statement and is kept at its end,
    or undone where its body raises. `read()` is a snapshot. Both raise bot.model.errors.StorageError and its children.
    """

    def __init__(self, url: URL) -> None:
        self.engine = engine_of(url)
        self.place = self.engine.place
        self._writer = self.engine.writer()
        self._readers = self.engine.readers(READERS)
        self._turn = asyncio.Lock()
        self.coordination = self.engine.coordination()
        self.holds: dict[str, Fence] = {}  # by name, of the leases that this process holds

    async def uphold(self, connection: AsyncConnection, name: str) -> None:
        """LeaseHeld where this process believes that it holds that lease, and another does; for writings by a task
        that was not started in the lease's body."""
        if name in self.holds:
            await self.holds[name](connection, self)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """A connection in a transaction that is kept at the end of the body, or undone where it raises.

        Within the body of a lease LeaseHeld, and nothing written, where another holds it by now.
        """
        with told(self.engine.sentence):
            async with self._turn, self._writer.begin() as connection:
                for fence in _FENCES.get():
                    await fence(connection, self)
                yield connection

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A connection that sees the database as it is at its first statement; writing by it raises StorageReadOnly."""
        with told(self.engine.sentence):
            async with self._readers.connect() as connection:
                yield connection

    async def release_memory(self) -> None:
        """Let go of what the writer holds in memory."""
        async with self.write() as connection:
            await self.engine.release_memory(connection)

    async def aclose(self) -> None:
        """Close all connections, once those in use are given back."""
        with told(self.engine.sentence):
            await self.coordination.aclose()
            await self._readers.dispose()
            await self._writer.dispose()


def located(url: str) -> URL:
    """The database's address: `sqlite+aiosqlite:///…`, `sqlite:///…`, a bare path or `postgresql://…`.

    Raises StorageError for any other.
    """
    try:
        parsed = make_url(url if "://" in url or not url else f"sqlite+aiosqlite:///{Path(url).expanduser()}")
    except ArgumentError:
        parsed = None
    kind = parsed.drivername.partition("+")[0] if parsed is not None else ""
    if parsed is not None and kind in _SERVER:
        return parsed.set(drivername="postgresql+psycopg")
    if parsed is None or kind != "sqlite" or parsed.database in {None, "", ":memory:"}:
        raise StorageError(
            "The database address cannot be used: write sqlite:///path/to/file.db, or just the path of a file, or "
            "postgresql://user@server/name."
        )
    return parsed.set(drivername="sqlite+aiosqlite")


def spoken(place: str) -> AbstractContextManager[None]:
    """Failures of the file at `place` leave as one sentence of bot.model.errors: what happened, and what to do."""
    return told(lambda error: failures.sentence(error, place))


@contextmanager
def told(sentence: Callable[[BaseException | None], StorageError]) -> Iterator[None]:
    """Failures of a database leave as the error that `sentence` makes of them."""
    try:
        yield
    except DBAPIError as error:
        raise sentence(error.orig) from error
    except (sqlite3.Error, OSError) as error:
        raise sentence(error) from error
