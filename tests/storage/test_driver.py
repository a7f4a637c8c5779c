"""The driver: a trip to the connection's thread a statement, and transactions that begin with what is first said."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any

import aiosqlite
import pytest
from sqlalchemy import text

from bot.model.errors import StorageError
from storage.engine import Database, located


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    made = Database(located(str(tmp_path / "b.db")))
    async with made.write() as connection:
        await connection.execute(text("CREATE TABLE words (id INTEGER PRIMARY KEY, word TEXT UNIQUE)"))
        await connection.execute(text("INSERT INTO words (word) VALUES (:word)"), [{"word": "one"}, {"word": "two"}])
    yield made
    await made.aclose()


@pytest.fixture
def trips(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was asked of the connections' threads."""
    made: list[str] = []
    execute = aiosqlite.Connection._execute

    async def counted(self: aiosqlite.Connection, run: Callable[..., Any], *args: Any, **named: Any) -> Any:
        made.append(run.__name__)
        return await execute(self, run, *args, **named)  # type: ignore[no-untyped-call] # the library's own

    monkeypatch.setattr(aiosqlite.Connection, "_execute", counted)
    return made


async def _words(database: Database) -> list[str]:
    async with database.read() as connection:
        return list(await connection.scalars(text("SELECT word FROM words ORDER BY id")))


async def _write(database: Database, words: Sequence[str]) -> None:
    async with database.write() as connection:
        for word in words:
            await connection.execute(text("INSERT INTO words (word) VALUES (:word)"), {"word": word})


async def test_a_reading_is_one_trip(database: Database, trips: list[str]) -> None:
    """Its transaction begins and its rows come with the statement, and nobody waits for its end."""
    await _words(database)
    trips.clear()
    assert await _words(database) == ["one", "two"]
    assert trips == ["_run"]


async def test_a_writing_is_a_trip_a_statement(database: Database, trips: list[str]) -> None:
    """And one to keep it; the counts and the new keys are known without another."""
    trips.clear()
    async with database.write() as connection:
        done = await connection.execute(text("UPDATE words SET word = word || '!'"))
        added = await connection.execute(text("INSERT INTO words (word) VALUES ('three')"))
        many = await connection.execute(text("DELETE FROM words WHERE id = :id"), [{"id": 1}, {"id": 2}])
    assert (done.rowcount, added.lastrowid, many.rowcount) == (2, 3, 2)
    assert trips == ["_run", "_run", "_run", "commit"]
    assert await _words(database) == ["three"]


async def test_nothing_said_is_no_trip(database: Database, trips: list[str]) -> None:
    """A transaction in which nothing is said never begins."""
    trips.clear()
    async with database.write():
        pass
    assert trips == []


async def test_a_reading_sees_one_moment(database: Database) -> None:
    """From its first statement on; the next reading sees what came since."""
    async with database.read() as connection:
        before = await connection.scalar(text("SELECT count(*) FROM words"))
        async with database.write() as writer:
            await writer.execute(text("INSERT INTO words (word) VALUES ('three')"))
        assert await connection.scalar(text("SELECT count(*) FROM words")) == before == 2
    assert await _words(database) == ["one", "two", "three"]


async def test_a_statement_that_fails_undoes_its_transaction(database: Database) -> None:
    """Whether it is the first or a later one; the connection goes on."""
    for said in (("two",), ("four", "two")):
        with pytest.raises(StorageError, match="UNIQUE"):
            await _write(database, said)
        assert await _words(database) == ["one", "two"]


async def test_a_writer_has_the_lock_from_its_first_statement(database: Database, tmp_path: Path) -> None:
    """So that what it read is still so when it writes; readers do not wait for it."""
    impatient = sqlite3.connect(tmp_path / "b.db", timeout=0, isolation_level=None)
    async with database.write() as connection:
        await connection.scalar(text("SELECT count(*) FROM words"))
        assert await _words(database) == ["one", "two"]
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            impatient.execute("BEGIN IMMEDIATE")
    impatient.execute("BEGIN IMMEDIATE")
    impatient.close()
