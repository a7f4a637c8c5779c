"""One writer, many readers: the connections to the database, and its failures as sentences."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.model.errors import StorageError
from storage.driver import Connection
from storage.failures import BUSY_SECONDS, sentence
from storage.privacy import make_private_file, make_private_folder

READERS = 4
"""Connections that read at once."""

WRITER = ("BEGIN IMMEDIATE", ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "cache_size=-24000"))
READER = ("BEGIN", ("query_only=ON", "cache_size=-1000"))
"""How a connection's transactions begin, and its pragmas. The writer's 24 MB hold all pages that a round of
analysis changes, in an archive of a hundred thousand articles too, so that none is read or written twice. A reader has
1 MB instead of 2: what it misses is in the system's cache."""


class Database:
    """A write connection behind a lock, and a small pool of readers.

    `write()` is a transaction that holds the database's write lock from its first statement and is kept at its end,
    or undone where its body raises. `read()` is a snapshot. Both raise bot.model.errors.StorageError and its children.
    """

    def __init__(self, url: URL) -> None:
        self.place = url.database or ""
        self._writer = _pool(url, 1)
        tuned(self._writer.sync_engine, *WRITER)
        self._readers = _pool(url, READERS)
        tuned(self._readers.sync_engine, *READER)
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """A connection in a transaction that is kept at the end of the body, or undone where it raises."""
        with spoken(self.place):
            async with self._turn, self._writer.begin() as connection:
                yield connection

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A connection that sees the database as it is at its first statement; writing by it raises StorageReadOnly."""
        with spoken(self.place):
            async with self._readers.connect() as connection:
                yield connection

    async def release_memory(self) -> None:
        """Drop the pages that the writer holds; they are read again from the system's cache where they are needed."""
        async with self.write() as connection:
            await connection.exec_driver_sql("PRAGMA shrink_memory")

    async def aclose(self) -> None:
        """Close all connections, once those in use are given back."""
        with spoken(self.place):
            await self._readers.dispose()
            await self._writer.dispose()


def _pool(url: URL, size: int) -> AsyncEngine:
    ours = {"async_creator_fn": Connection}
    return create_async_engine(url, pool_size=size, max_overflow=0, connect_args={**connect_args(), **ours})


def connect_args() -> dict[str, Any]:
    """How connections are opened. The driver's own transaction control is off, as SQLAlchemy's SQLite notes advise:
    BEGIN is ours.
    """
    return {"isolation_level": None, "timeout": BUSY_SECONDS}


def tuned(engine: Engine, begin: str, pragmas: tuple[str, ...]) -> None:
    """Let the engine's transactions begin with `begin` and its connections with the pragmas."""

    def connected(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    def begun(connection: Any) -> None:
        driver = connection.connection.driver_connection
        if isinstance(driver, Connection):
            driver.begins(begin)
        else:
            connection.exec_driver_sql(begin)

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", begun)


def located(url: str) -> URL:
    """The database's address: `sqlite+aiosqlite:///…`, `sqlite:///…` or a bare path; StorageError for any other."""
    try:
        parsed = make_url(url if "://" in url or not url else f"sqlite+aiosqlite:///{Path(url).expanduser()}")
    except ArgumentError:
        parsed = None
    if parsed is None or parsed.get_backend_name() != "sqlite" or parsed.database in {None, "", ":memory:"}:
        raise StorageError(
            "The database address cannot be used: write sqlite:///path/to/file.db, or just the path of a file."
        )
    return parsed.set(drivername="sqlite+aiosqlite")


def make_private(url: URL) -> None:
    """The file and its folder, closed to others; StorageReadOnly or StorageFull where they can't be made."""
    if url.query.get("uri") or not url.database:
        return
    path = Path(url.database)
    with spoken(str(path.parent)):
        make_private_folder(path.parent)
    with spoken(str(path)):
        make_private_file(path)


@contextmanager
def spoken(place: str) -> Iterator[None]:
    """Failures of the database leave as one sentence of bot.model.errors: what happened, and what to do."""
    try:
        yield
    except DBAPIError as error:
        raise sentence(error.orig, place) from error
    except (sqlite3.Error, OSError) as error:
        raise sentence(error, place) from error
