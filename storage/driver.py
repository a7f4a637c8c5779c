"""The driver's connection, with fewer errands to its thread: a statement is one with all its rows, not five, and a
transaction begins with its first statement.

    loop   | execute → aiosqlite's execute_fetchall, one function on the connection's queue → what the statement left
    thread | BEGIN, where it is due → statement → fetchall

On a busy machine every errand waits for its turn twice; how many there are is what an answer's speed hangs on.
`python -m tests.bench storage` prints 0.34 ms of processor time for reading a row and 0.45 for changing one; with the
connections that SQLAlchemy makes by itself 0.55 and 0.76.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from functools import partial
from threading import Thread
from typing import Any

import aiosqlite

from bot.model.errors import StorageError

_CHUNK = 64
"""Rows aiosqlite would read at once where it iterates; here all are read with their statement."""

_OTHERWISE = (
    "aiosqlite {} is made otherwise than storage/driver.py takes it to be: install the version that requirements.lock "
    "names."
)


@dataclass(frozen=True, slots=True)
class _Statement:
    """What goes to the thread in the place of a statement's parameters."""

    parameters: Any
    many: bool  # once for each of the parameters
    begin: str | None  # what begins the transaction before it


@dataclass(frozen=True, slots=True)
class _Result:
    """What a statement left behind, by the names of PEP 249."""

    description: Any = None  # None: it gives no rows
    rows: Sequence[Any] = ()
    rowcount: int = -1
    lastrowid: int | None = None

    def fetchall(self) -> _Result:
        """Itself: aiosqlite hands on what this gives as the rows of a statement."""
        return self


class _InThread(sqlite3.Connection):
    """The connection as the thread has it: a statement is run to its end."""

    def execute(self, sql: str, statement: Any = (), /) -> Any:
        if not isinstance(statement, _Statement):
            return super().execute(sql, statement)
        if statement.begin is not None:
            super().execute(statement.begin).close()
        cursor = self.cursor()
        try:
            (cursor.executemany if statement.many else cursor.execute)(sql, statement.parameters)
            rows = cursor.fetchall() if cursor.description else ()
            return _Result(cursor.description, rows, cursor.rowcount, cursor.lastrowid)
        finally:
            cursor.close()


class Connection(aiosqlite.Connection):
    """As sqlite3.connect opens it; each statement stands for itself but between `begins` and the end that follows."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(partial(sqlite3.connect, *args, **options, factory=_InThread), _CHUNK)
        _let_go_at_exit(self)
        self._begin: str | None = None  # what begins the transaction before the next statement; None: nothing is due
        self._inside = False  # whether a transaction was begun and is not known to have ended

    def begins(self, begin: str) -> None:
        """A transaction begins, by that statement, once there is something to do in it."""
        self._begin = begin

    def cursor(self) -> Any:
        """What SQLAlchemy asks for to run a statement."""
        return _Cursor(self)

    async def run(self, sql: str, parameters: Any = (), *, many: bool = False) -> _Result:
        """The statement's result, all its rows included; `many`: it is run once for each of the parameters.

        Raises sqlite3.Error where it fails.
        """
        begin, self._begin = self._begin, None
        # Noted before it is done: given up on while it waits, it is done all the same, and has to be undone.
        self._inside = self._inside or begin is not None
        statement: Any = _Statement(parameters, many, begin)
        result: Any = await self.execute_fetchall(sql, statement)
        if not isinstance(result, _Result):
            raise StorageError(_OTHERWISE.format(aiosqlite.__version__))
        return result

    async def commit(self) -> None:
        """Keep what was done since `begins`; sqlite3.Error where it can't be kept."""
        self._begin = None
        if self._inside:
            await super().commit()
            self._inside = False

    async def rollback(self) -> None:
        """Undo what was done since `begins`, or end a reading."""
        self._begin = None
        if self._inside:
            await super().rollback()
        self._inside = False


def _let_go_at_exit(connection: aiosqlite.Connection) -> None:
    """A connection that was never closed must not keep the process from ending: its thread becomes a daemon, as
    SQLAlchemy makes it for the connections it opens itself. aiosqlite has no public way to say so."""
    thread = getattr(connection, "_thread", None)
    if not isinstance(thread, Thread):
        raise StorageError(_OTHERWISE.format(aiosqlite.__version__))
    thread.daemon = True


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
        """Run the statement once; sqlite3.Error where it fails."""
        self._result = await self._connection.run(sql, parameters)

    async def executemany(self, sql: str, parameters: Any) -> None:
        """Run the statement once for each of the parameters; sqlite3.Error where it fails."""
        self._result = await self._connection.run(sql, parameters, many=True)

    async def fetchall(self) -> Sequence[Any]:
        """The rows of the statement run last; none where it gives none."""
        return self._result.rows

    async def close(self) -> None:
        """There is nothing left open."""

    @property
    def description(self) -> Any:
        """Of each column its name and six Nones, as sqlite3 has it; None: the statement gives no rows."""
        return self._result.description

    @property
    def rowcount(self) -> int:
        """How many rows the statement changed; -1 where it is none that changes rows."""
        return self._result.rowcount

    @property
    def lastrowid(self) -> int | None:
        """The key of the row inserted last; None where none was."""
        return self._result.lastrowid
