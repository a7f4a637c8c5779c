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
from storage import driver
from storage.driver import Connection
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
    """What was asked of the connections' threads: each of these is one trip."""
    made: list[str] = []

    def counted(name: str, whole: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any) -> Any:
            made.append(name)
            return whole(*args)

        return call

    for name in ("execute_fetchall", "execute", "executemany", "commit", "rollback"):
        monkeypatch.setattr(aiosqlite.Connection, name, counted(name, getattr(aiosqlite.Connection, name)))
    return made


async def _words(database: Database) -> list[str]:
    async with database.read() as connection:
        return list(await connection.scalars(text("SELECT word FROM words ORDER BY id")))


async def _write(database: Database, words: Sequence[str]) -> None:
    async with database.write() as connection:
        for word in words:
            await connection.execute(text("INSERT INTO words (word) VALUES (:word)"), {"word": word})


async def test_a_reading_is_a_trip_and_one_to_end_it(database: Database, trips: list[str]) -> None:
    """Its transaction begins and its rows come with the statement."""
    await _words(database)
    trips.clear()
    assert await _words(database) == ["one", "two"]
    assert trips == ["execute_fetchall", "rollback"]


async def test_a_writing_is_a_trip_a_statement(database: Database, trips: list[str]) -> None:
    """And one to keep it; the counts and the new keys are known without another."""
    trips.clear()
    async with database.write() as connection:
        done = await connection.execute(text("UPDATE words SET word = word || '!'"))
        added = await connection.execute(text("INSERT INTO words (word) VALUES ('three')"))
        many = await connection.execute(text("DELETE FROM words WHERE id = :id"), [{"id": 1}, {"id": 2}])
    assert (done.rowcount, added.lastrowid, many.rowcount) == (2, 3, 2)
    assert trips == ["execute_fetchall"] * 3 + ["commit"]
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


async def test_a_connection_that_is_left_open_lets_the_process_end() -> None:
    """Its thread is a daemon."""
    made = Connection(":memory:")
    assert made._thread.daemon
    made.stop()


async def test_another_aiosqlite_is_named(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that hides its thread, or runs statements by itself, fails with what to do."""
    named = r"aiosqlite [\d.]+ is made otherwise .* requirements.lock"
    with pytest.raises(StorageError, match=named):
        driver._let_go_at_exit(object())  # type: ignore[arg-type]

    async def by_itself(*_: object) -> list[object]:
        return []

    monkeypatch.setattr(aiosqlite.Connection, "execute_fetchall", by_itself)
    with pytest.raises(StorageError, match=named):
        await _words(database)
