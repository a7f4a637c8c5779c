"""The driver's connection, with fewer errands to its thread: a statement is one with all its rows, not five, and a
transaction begins with its first statement.

    loop   | execute → one function on the connection's queue → its rows
    thread | BEGIN, where it is due → statement → fetchall

On a busy machine every errand waits for its turn twice; how many there are is what an answer's speed hangs on.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import aiosqlite

_CHUNK = 64
"""Rows aiosqlite would read at once where it iterates; here all are read with their statement."""


@dataclass(frozen=True, slots=True)
class _Result:
    """What a statement left behind, by the names of PEP 249."""

    description: Any = None  # None: it gives no rows
    rows: Sequence[Any] = ()
    rowcount: int = -1
    lastrowid: int | None = None


class Connection(aiosqlite.Connection):
    """As sqlite3.connect opens it; each statement stands for itself but between `begins` and the end that follows."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(partial(sqlite3.connect, *args, **options), _CHUNK)
        self._thread.daemon = True  # as SQLAlchemy has it for the connections it makes itself
        self._begin: str | None = None  # what begins the transaction before the next statement; None: nothing is due
        self._reads = False  # whether what was begun can only read
        self._inside = False  # whether a transaction was begun and is not known to have ended

    def begins(self, begin: str, *, reads: bool) -> None:
        """A transaction begins, by that statement, once there is something to do in it; `reads`: it can only read."""
        self._begin, self._reads = begin, reads

    def cursor(self) -> Any:
        return _Cursor(self)

    async def run(self, sql: str, parameters: Any = (), *, many: bool = False) -> _Result:
        begin, self._begin = self._begin, None
        # Noted before it is done: given up on while it waits, it is done all the same, and has to be undone.
        self._inside = self._inside or begin is not None
        result: _Result = await self._execute(self._run, begin, sql, parameters, many)  # type: ignore[no-untyped-call]
        return result

    def _run(self, begin: str | None, sql: str, parameters: Any, many: bool) -> _Result:
        if begin is not None:
            self._conn.execute(begin).close()
        cursor = self._conn.cursor()
        try:
            (cursor.executemany if many else cursor.execute)(sql, parameters)
            rows = cursor.fetchall() if cursor.description else ()
            return _Result(cursor.description, rows, cursor.rowcount, cursor.lastrowid)
        finally:
            cursor.close()

    async def commit(self) -> None:
        self._begin = None
        if self._inside:
            await super().commit()
            self._inside = False

    async def rollback(self) -> None:
        """Of a reader it is only handed over: whatever follows on this connection comes after it in the queue."""
        self._begin = None
        if self._inside and self._reads:
            self._tx.put_nowait((None, self._conn.rollback))
        elif self._inside:
            await super().rollback()
        self._inside = False


class _Cursor:
    """The cursor SQLAlchemy asks for, which holds nothing in the thread."""

    arraysize = 1

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._result = _Result()

    def __await__(self) -> Generator[Any, None, _Cursor]:
        """SQLAlchemy 2.0 awaits a cursor; 2.1 enters it."""
        yield from ()
        return self

    async def __aenter__(self) -> _Cursor:
        return self

    async def execute(self, sql: str, parameters: Any = ()) -> None:
        self._result = await self._connection.run(sql, parameters)

    async def executemany(self, sql: str, parameters: Any) -> None:
        self._result = await self._connection.run(sql, parameters, many=True)

    async def fetchall(self) -> Sequence[Any]:
        return self._result.rows

    async def close(self) -> None:
        """There is nothing left open."""

    @property
    def description(self) -> Any:
        return self._result.description

    @property
    def rowcount(self) -> int:
        return self._result.rowcount

    @property
    def lastrowid(self) -> int | None:
        return self._result.lastrowid
