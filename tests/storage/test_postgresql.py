"""What only a server can do to us, each told in one sentence, and what an operator is told of it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from bot.model.errors import StorageError, StorageFull, StorageReadOnly
from bot.model.run import RunReport
from storage import glance, memory
from storage.backup import backup, restore
from storage.engines import postgresql, postgresql_failures
from storage.store import SqlStore, open_store
from tests.clock import MORNING, FakeClock
from tests.servers import postgres

CLOCK = FakeClock()


@pytest.fixture
def engine() -> str:
    """All of this is of a server."""
    return "postgresql"


async def opened(address: str) -> None:
    async with open_store(address, clock=CLOCK):
        pass


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"username": "nobody"}, 'role "nobody" does not exist'),
        ({"database": "nowhere"}, 'database "nowhere" does not exist'),
        ({"host": "127.0.0.1", "port": 1, "query": {}}, "Connection refused"),
    ],
)
async def test_a_server_that_cannot_be_reached(address: str, changed: dict[str, object], said: str) -> None:
    """Whether it is away, or lets nobody in: the sentence names what it said, and where to mend the address."""
    wrong = make_url(address).set(**changed)  # type: ignore[arg-type]
    with pytest.raises(StorageError, match=rf"cannot be reached: .*{said}.*; see that the server runs, and that BELL"):
        await opened(wrong.render_as_string(hide_password=False))


async def test_a_user_without_rights(address: str, postgres_server: str) -> None:
    """Who may not make tables is told to own the database."""
    with postgres.database(postgres_server) as url, psycopg.connect(postgres.plain(url), autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS guest")
        connection.execute("CREATE ROLE guest LOGIN")
        guest = make_url(url).set(username="guest").render_as_string()
        with pytest.raises(StorageReadOnly, match=r"cannot be written \(permission denied.*let this user own the data"):
            await opened(guest)
        connection.execute("DROP ROLE guest")


async def test_a_database_that_cannot_keep_every_text(postgres_server: str) -> None:
    """One in another encoding is refused at the start, not at the first article that it cannot hold."""
    with postgres.database(postgres_server, "ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0") as url:
        refused = await asyncio.gather(opened(url), return_exceptions=True)
    assert "cannot be used (LATIN1): make the database anew: createdb" in str(refused[0])


async def test_a_server_that_is_too_old(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is refused by its version."""
    monkeypatch.setattr(postgresql, "OLDEST", 99)
    with pytest.raises(
        StorageError, match=r"cannot be used \(version [\d.]+.*\): upgrade the server: 99 is the oldest"
    ):
        await opened(address)


@pytest.mark.parametrize(
    ("error", "kind", "said"),
    [
        (psycopg.errors.DiskFull(), StorageFull, "The disk of the database server is full"),
        (psycopg.errors.ReadOnlySqlTransaction("a standby"), StorageReadOnly, "cannot be written"),
        (psycopg.errors.LockNotAvailable(), StorageError, "Another program has been writing"),
        (psycopg.errors.TooManyConnections(), StorageError, "no connection left"),
        (psycopg.errors.DataCorrupted("page 7"), StorageError, r"is damaged \(page 7\)"),
        (psycopg.errors.AdminShutdown("shutting down"), StorageError, "cannot be reached: shutting down"),
        (psycopg.errors.DivisionByZero("by zero"), StorageError, "failed: by zero"),
    ],
)
def test_each_failure_is_a_sentence(error: psycopg.Error, kind: type[StorageError], said: str) -> None:
    """By its SQLSTATE; it ends in what to do."""
    with pytest.raises(kind, match=said):
        raise postgresql_failures.sentence(error, "server/name")


def test_a_password_is_never_shown() -> None:
    """A database is named by its server and its name."""
    assert postgresql_failures.named("postgresql://us:secret@db.example:5433/wells") == "db.example:5433/wells"


async def test_who_writes_is_waited_for_and_then_told(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another program's turn that does not end is said."""
    monkeypatch.setattr(postgresql, "_OPENING", ("SET lock_timeout = '50ms'",))
    with psycopg.connect(postgres.plain(address)) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", [postgresql.WRITE_LOCK])
        with pytest.raises(StorageError, match="Another program has been writing to the database"):
            await opened(address)


async def test_a_connection_that_breaks_undoes_its_writing_and_the_next_one_is_made_anew(
    address: str, store: SqlStore
) -> None:
    """Cut in the middle of a transaction, nothing of it is kept; the store goes on without being opened again."""

    async def cut_off() -> None:
        async with store._database.write() as connection:
            await memory.keep(connection, "colour", "green")
            with psycopg.connect(postgres.plain(address), autocommit=True) as other:
                ours = "application_name = 'bellwether' AND datname = current_database()"
                other.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {ours}".encode())
            await memory.keep(connection, "shape", "round")

    with pytest.raises(StorageError, match="cannot be reached"):
        await cut_off()
    assert await store.memory.recall("colour") is None
    await store.memory.keep("colour", "blue")
    assert await store.memory.recall("colour") == "blue"


async def test_what_doctor_is_told(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Version, rights, encoding and clocks; a clock that is too far off is wrong, with what to do."""
    assert [(found.about, found.well) for found in await store.diagnose()] == [
        ("PostgreSQL", True),
        ("rights", True),
        ("encoding", True),
        ("clocks", True),
    ]
    monkeypatch.setattr(postgresql, "MOST_CLOCK_SECONDS", -1.0)
    late = (await store.diagnose())[-1]
    assert (late.well, late.advice) == (False, "let both machines keep the time by NTP")


async def test_a_glance_asks_the_server(address: str, store: SqlStore) -> None:
    """The health check finds when the last cycle ended and what is kept; nothing where no table is yet."""
    assert glance.glance(address, ("colour",)) == glance.Glance(None, (None,))
    await store.memory.keep("colour", "green")
    await store.runs.record(RunReport(MORNING, MORNING + timedelta(seconds=1)))
    found = await asyncio.to_thread(glance.glance, address, ("shape", "colour"))
    assert found == glance.Glance(MORNING + timedelta(seconds=1), (None, "green"))
    elsewhere = make_url(address).set(database="postgres").render_as_string()
    assert glance.glance(elsewhere, ("colour",)) == glance.Glance(None, (None,))
    nowhere = make_url(address).set(database="nowhere").render_as_string()
    with pytest.raises(StorageError, match="cannot be reached"):
        glance.glance(nowhere)


async def test_backing_up_is_the_servers_own(address: str, tmp_path: Path) -> None:
    """`backup` and `restore` copy files; for a server they name its own tools."""
    with pytest.raises(StorageError, match="pg_dump"):
        backup(address, tmp_path / "b.db")
    with pytest.raises(StorageError, match="pg_restore"):
        await restore(address, tmp_path / "b.db", CLOCK)
