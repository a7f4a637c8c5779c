"""The database driver, with a statement a trip: what the connection's thread can do at once, it does at once."""

from __future__ import annotations

import sqlite3
from collections import deque
from dataclasses import dataclass
from typing import Any

import aiosqlite
from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_cursor,
    AsyncAdapt_aiosqlite_dbapi,
)


@dataclass(frozen=True, slots=True)
class _Done:
    """What is known of a statement when its rows are in; all None or -1: none was run yet."""

    description: Any = None
    rowcount: int = -1
    lastrowid: int | None = None
    arraysize: int = 1

    def close(self) -> None:
        """Nothing is left open."""


class _Cursor(AsyncAdapt_aiosqlite_cursor):
    """Opens, executes, fetches and closes in one trip to the connection's thread.

    The adapter it stands for makes four, and each costs more than most of our statements do. The transaction's BEGIN,
    where it is still owed, goes along with its first statement.
    """

    __slots__ = ()
    _awaitable_cursor_close = False

    def __init__(self, adapted: Connection) -> None:  # not super's, which makes a trip
        self._adapt_connection = adapted
        self._connection = adapted._connection
        self._cursor = _Done()  # type: ignore[assignment] # a cursor that is read out
        self._soft_closed_memoized = {}  # type: ignore[assignment]
        self._rows = deque()

    async def _execute_async(self, operation: Any, parameters: Any) -> Any:
        return await self._trip(sqlite3.Connection.execute, operation, () if parameters is None else parameters)

    async def _executemany_async(self, operation: Any, seq_of_parameters: Any) -> Any:
        return await self._trip(sqlite3.Connection.executemany, operation, seq_of_parameters)

    async def _trip(self, run: Any, operation: Any, parameters: Any) -> Any:
        adapted: Any = self._adapt_connection
        async with adapted._execute_mutex:
            begin = adapted.begins()
            driver: Any = self._connection
            done, rows = await driver._execute(_at_once, driver._conn, begin, run, operation, parameters)
        self._cursor = done
        self._rows = deque(rows)
        return self


def _at_once(
    connection: sqlite3.Connection, begin: str | None, run: Any, operation: str, parameters: Any
) -> tuple[_Done, list[Any]]:
    """In the connection's thread."""
    if begin:
        connection.execute(begin).close()
    cursor: sqlite3.Cursor = run(connection, operation, parameters)
    try:
        rows = cursor.fetchall() if cursor.description else []
        return _Done(cursor.description, cursor.rowcount, cursor.lastrowid), rows
    finally:
        cursor.close()


class Connection(AsyncAdapt_aiosqlite_connection):
    """`owed`: the statement that begins the transaction in which nothing was said yet; None: there is no such."""

    __slots__ = ("_begun", "owed")
    _cursor_cls: type[AsyncAdapt_aiosqlite_cursor] = _Cursor

    def __init__(self, dbapi: Any, connection: Any) -> None:
        super().__init__(dbapi, connection)
        self.owed: str | None = None
        self._begun = False

    def begins(self) -> str | None:
        """What is to be said before anything else."""
        owed, self.owed = self.owed, None
        self._begun = self._begun or owed is not None
        return owed

    def commit(self) -> None:
        """Nothing is to be kept where nothing was said."""
        if self._ends():
            super().commit()

    def rollback(self) -> None:
        """The pool asks for it whenever a connection comes back, in vain after a commit."""
        if self._ends():
            super().rollback()

    def _ends(self) -> bool:
        begun, self._begun, self.owed = self._begun, False, None
        return begun


class Driver(AsyncAdapt_aiosqlite_dbapi):
    """aiosqlite as SQLAlchemy's `module`."""

    def __init__(self) -> None:
        super().__init__(aiosqlite, sqlite3)

    def connect(self, *args: Any, **options: Any) -> Connection:
        return Connection(self, super().connect(*args, **options)._connection)
