"""SQLite: one file, its write-ahead log, and a lock of the whole file that a writer takes with its first statement."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy
from sqlalchemy import URL, NullPool, create_engine, event, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.model.errors import StorageError
from bot.model.run import Diagnosis
from storage import failures
from storage.driver import Connection
from storage.engines.coordination import Alone
from storage.privacy import make_private_file, make_private_folder

WRITER = ("BEGIN IMMEDIATE", ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "cache_size=-24000"))
READER = ("BEGIN", ("query_only=ON", "cache_size=-1000"))
"""How a connection's transactions begin, and its pragmas. The writer's 24 MB hold all pages that a round of
analysis changes, in an archive of a hundred thousand articles too, so that none is read or written twice. A reader has
1 MB instead of 2: what it misses is in the system's cache."""

# Of the tables made with AUTOINCREMENT (https://www.sqlite.org/autoinc.html), which never give an id again; any other
# gives the one after its greatest.
_LAST_IDS = text("SELECT name, seq AS last FROM sqlite_sequence")
_FORGET_LAST_ID = text("DELETE FROM sqlite_sequence WHERE name = :table")
_GIVE_AFTER = text(
    "INSERT INTO sqlite_sequence (name, seq) "
    "SELECT name, :last FROM sqlite_master WHERE name = :table AND sql LIKE '%AUTOINCREMENT%'"
)


class SQLite:
    """storage.engines.engine.Engine over a file."""

    def __init__(self, url: URL) -> None:
        self._url = url.set(drivername="sqlite+aiosqlite")
        self.place = url.database or ""

    def prepare(self) -> None:
        """The file and its folder, closed to others; StorageReadOnly or StorageFull where they can't be made."""
        if self._url.query.get("uri") or not self._url.database:
            return
        path = Path(self._url.database)
        for made, make in ((path.parent, make_private_folder), (path, make_private_file)):
            try:
                make(made)
            except OSError as error:
                raise failures.sentence(error, str(made)) from error

    def writer(self) -> AsyncEngine:
        """One connection, whose transactions take the file's lock with their first statement."""
        return self._pool(1, *WRITER)

    def readers(self, size: int) -> AsyncEngine:
        """Connections that cannot write."""
        return self._pool(size, *READER)

    def migrator(self) -> sqlalchemy.Engine:
        """A connection of the standard library, which writes."""
        url = self._url.set(drivername="sqlite")
        engine = create_engine(url, poolclass=NullPool, connect_args=_connect_args())
        _tune(engine, *WRITER)
        return engine

    def refuse_unfit(self, connection: sqlalchemy.Connection) -> None:
        """Nothing: SQLite comes with us."""

    def sentence(self, error: BaseException | None) -> StorageError:
        """What SQLite or the disk says, for a person."""
        return failures.sentence(error, self.place)

    def coordination(self) -> Alone:
        """None: its processes keep out of each other's way by leases."""
        return Alone()

    async def now(self, connection: AsyncConnection) -> datetime:  # noqa: ARG002 - the port
        """By this machine's clock: the file is on it."""
        return datetime.now(UTC)

    async def release_memory(self, writer: AsyncConnection) -> None:
        """Drop the pages that the writer holds; they are read again from the system's cache where they are needed."""
        await writer.exec_driver_sql("PRAGMA shrink_memory")

    async def last_ids(self, reader: AsyncConnection) -> dict[str, int]:
        """Of the tables made with AUTOINCREMENT."""
        return {row.name: row.last for row in await reader.execute(_LAST_IDS)}

    async def give_after(self, writer: AsyncConnection, last: Mapping[str, int]) -> None:
        """Of the tables made with AUTOINCREMENT."""
        given = [{"table": table, "last": id_} for table, id_ in last.items()]
        await writer.execute(_FORGET_LAST_ID, given)
        await writer.execute(_GIVE_AFTER, given)

    def faults(self) -> tuple[str, ...]:
        """What SQLite finds wrong with the file."""
        from storage import backup

        return backup.faults(self.place)

    async def diagnose(self, reader: AsyncConnection) -> tuple[Diagnosis, ...]:  # noqa: ARG002 - the port
        """Nothing: there is no server."""
        return ()

    def _pool(self, size: int, begin: str, pragmas: tuple[str, ...]) -> AsyncEngine:
        arguments = {**_connect_args(), "async_creator_fn": Connection}
        engine = create_async_engine(self._url, pool_size=size, max_overflow=0, connect_args=arguments)
        _tune(engine.sync_engine, begin, pragmas)
        return engine


def _connect_args() -> dict[str, Any]:
    """How connections are opened. The driver's own transaction control is off, as SQLAlchemy's SQLite notes advise:
    BEGIN is ours.
    """
    return {"isolation_level": None, "timeout": failures.BUSY_SECONDS}


def _tune(engine: sqlalchemy.Engine, begin: str, pragmas: tuple[str, ...]) -> None:
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
