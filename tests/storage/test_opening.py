"""Opening a database: made where there is none, brought to its schema, refused in one clear sentence."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, create_engine, text
from sqlalchemy.exc import StatementError

from bot.model.channel import ChannelSettings
from bot.model.errors import SchemaTooNew, StorageError, StorageFull, StorageReadOnly
from storage import failures, schema
from storage.engine import located
from storage.engines import fts5
from storage.store import SqlStore, open_store
from tests import make
from tests.clock import MORNING, FakeClock
from tests.servers import postgres
from tests.storage.engines import of_a_file

CLOCK = FakeClock()


def schema_of(path: Path) -> dict[str, list[str]]:
    """The statements that make the database; blanks, the order of constraints and the engine's own tables aside."""
    with sqlite3.connect(path) as connection:
        rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    connection.close()
    kept = {name: re.sub(r"\s+", " ", sql) for name, sql in rows if not name.startswith(("sqlite_", "alembic_"))}
    tidy = {name: re.sub(r" ?([(),]) ?", r"\1", sql).removesuffix(")") for name, sql in kept.items()}
    return {name: sorted(sql.split(",CONSTRAINT ")) for name, sql in tidy.items()}


async def test_migrations_make_the_schema(tmp_path: Path) -> None:
    """The migrations produce exactly the schema that schema.py and search.py show."""
    async with open_store(str(tmp_path / "migrated.db"), clock=CLOCK):
        pass
    plain = create_engine(f"sqlite:///{tmp_path / 'declared.db'}")
    schema.metadata.create_all(plain)
    with plain.begin() as connection:
        connection.execute(text(fts5.TABLE[0]))
    plain.dispose()
    assert schema_of(tmp_path / "migrated.db") == schema_of(tmp_path / "declared.db")


def test_migrations_make_the_schema_on_a_server(postgres_database: postgres.Reused) -> None:
    """On PostgreSQL they leave nothing that Alembic would change to get what schema.py shows, and the index's table."""
    server = create_engine(located(postgres_database.url))
    with server.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), schema.metadata)
    server.dispose()
    assert sorted((kind, str(thing.name)) for kind, thing in found) == [
        ("add_constraint", "uq_articles_publisher_key_link_version"),  # of a file only: Alembic looks past `ddl_if`
        ("add_index", "ix_entries_source_id_guid"),
        ("add_index", "ix_entries_source_id_link"),
        ("remove_index", "ix_signal_search_words"),
        ("remove_table", "signal_search"),
    ]


def test_revision_is_the_newest_migration() -> None:
    """The revision by which a start decides that nothing is to do is the last migration's."""
    config = Config()
    config.set_main_option("script_location", str(Path(schema.__file__).with_name("migrations")))
    assert ScriptDirectory.from_config(config).get_heads() == [schema.REVISION]


def test_absence_is_explained() -> None:
    """Every nullable column says beside it what its absence means."""
    source = Path(schema.__file__).read_text(encoding="utf-8")
    for table in schema.metadata.tables.values():
        body = source.split(f"Table(  # {table.name}")[-1].split(f'    "{table.name}",\n    metadata,')[1]
        for column in table.columns:
            line = next(line for line in body.splitlines() if f'Column("{column.name}"' in line)
            assert not column.nullable or "NULL:" in line, f"{table.name}.{column.name}"


async def test_the_folder_is_made(tmp_path: Path) -> None:
    """A database is made with its folder, from a URL of either kind or a bare path, and found again."""
    path = tmp_path / "some" / "where" / "b.db"
    async with open_store(str(path), clock=CLOCK) as store:
        await store.memory.keep("colour", "green")
    for url in (f"sqlite:///{path}", f"sqlite+aiosqlite:///{path}"):
        async with open_store(url, clock=CLOCK) as store:
            assert await store.memory.recall("colour") == "green"
            assert await store.memory.recall("shape") is None


@pytest.mark.parametrize("url", ["", "sqlite://", ":memory:", "mysql://host/db", "nonsense://x", "sqlite:///"])
async def test_an_address_that_cannot_be_used(url: str) -> None:
    """What is no file of SQLite's is refused with what to write instead."""
    with pytest.raises(StorageError, match="write sqlite:///path/to/file"):
        async with open_store(url, clock=CLOCK):
            pass


async def test_written_by_a_newer_version(tmp_path: Path) -> None:
    """A newer schema is refused and left untouched."""
    path = tmp_path / "b.db"
    async with open_store(str(path), clock=CLOCK):
        pass
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(SchemaTooNew, match=r"newer version of The Bellwether: install that version"):
        async with open_store(str(path), clock=CLOCK):
            pass
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("9999",)
    connection.close()


async def test_another_programs_database(tmp_path: Path) -> None:
    """A database with somebody else's tables is not written into."""
    path = tmp_path / "b.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE recipes (id INTEGER)")
    connection.close()
    with pytest.raises(StorageError, match="belongs to another program"):
        async with open_store(str(path), clock=CLOCK):
            pass


async def test_not_a_database(tmp_path: Path) -> None:
    """A file that is no database is refused, and not overwritten."""
    path = tmp_path / "b.db"
    path.write_text("Dear diary, " * 100)
    with pytest.raises(StorageError, match="damaged or no database"):
        async with open_store(str(path), clock=CLOCK):
            pass
    assert path.read_text().startswith("Dear diary")


async def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    """Where the folder can't be made, or a folder stands in the file's place, the sentence says what to do."""
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file" / "b.db", tmp_path):
        with pytest.raises(StorageReadOnly, match="cannot be written: give this user the right"):
            async with open_store(str(path), clock=CLOCK):
                pass


async def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    """A database that can only be read is refused at the start, not at the first article."""
    path = tmp_path / "b.db"
    async with open_store(str(path), clock=CLOCK):
        pass
    with pytest.raises(StorageReadOnly, match="cannot be written"):
        async with open_store(f"sqlite:///file:{path}?mode=ro&uri=true", clock=CLOCK):
            pass


async def test_a_locked_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another program's lock is waited for, and then told."""
    path = tmp_path / "b.db"
    async with open_store(str(path), clock=CLOCK):
        pass
    monkeypatch.setattr(failures, "BUSY_SECONDS", 0.05)
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageError, match="locked by another program"):
        async with open_store(str(path), clock=CLOCK):
            pass
    holder.close()
    async with open_store(str(path), clock=CLOCK) as store:
        assert await store.runs.last() is None


@of_a_file
async def test_a_full_disk(store: SqlStore) -> None:
    """A write that finds the disk full is undone whole, says so, and the store goes on when there is room again."""
    async with store._database.write() as connection:
        pages = await connection.scalar(text("PRAGMA page_count"))
        await connection.execute(text(f"PRAGMA max_page_count = {pages}"))
    with pytest.raises(StorageFull, match="The disk is full"):
        await store.memory.keep("novel", "word " * 50_000)
    assert await store.memory.recall("novel") is None
    async with store._database.write() as connection:
        await connection.execute(text("PRAGMA max_page_count = 1000000"))
    await store.memory.keep("novel", "word " * 50_000)
    assert await store.memory.recall("novel") == "word " * 50_000


@of_a_file
async def test_settings_of_the_connections(store: SqlStore) -> None:
    """Write-ahead log and foreign keys are on."""
    async with store._database.write() as connection:
        assert await connection.scalar(text("PRAGMA journal_mode")) == "wal"
        assert await connection.scalar(text("PRAGMA foreign_keys")) == 1


async def test_readers_cannot_write(store: SqlStore) -> None:
    """A reader's connection refuses to."""
    with pytest.raises(StorageReadOnly, match="cannot be written"):
        async with store._database.read() as connection:
            await connection.execute(text("DELETE FROM memory"))


async def test_naive_instants_are_refused(store: SqlStore) -> None:
    """A datetime without a zone never enters the store."""
    with pytest.raises(StatementError, match="aware datetimes only"):
        await store.sources.due(MORNING.replace(tzinfo=None))


async def test_instants_are_exact(store: SqlStore) -> None:
    """Instants come back to the microsecond, aware, in UTC, from any zone."""
    from zoneinfo import ZoneInfo

    there = MORNING.replace(microsecond=123_457).astimezone(ZoneInfo("Asia/Kathmandu"))
    article = (await make.stored(store, make.article(published=there)))[0]
    assert article.published == there
    assert article.published.utcoffset() == MORNING.utcoffset()


def test_every_table_has_a_key() -> None:
    """Every table has a primary key and every foreign key names what it points at."""
    for table in schema.metadata.tables.values():
        assert list(table.primary_key), table.name
        assert all(isinstance(key.column, Column) for key in table.foreign_keys)


async def test_what_older_briefs_opened_with_is_not_said_again(tmp_path: Path) -> None:
    """From a file of before: a quote that a brief took back has its row, a quote that none did has none."""
    path = tmp_path / "b.db"
    async with open_store(str(path), clock=CLOCK) as store:
        await store.channels.ensure("chat", "C1", "#C1", ChannelSettings(), MORNING)
    with sqlite3.connect(path) as connection:
        connection.executescript("DROP TABLE corrections; ALTER TABLE told_quotes ADD COLUMN corrected DATE;")
        connection.execute("UPDATE alembic_version SET version_num = '0008'")
        for number, corrected in ((1, "2026-03-26"), (2, None)):
            evidence = f'{{"article_id":{number},"start":5,"end":9}}'
            row = (number, 1, 7, 1, number, evidence, corrected)
            connection.execute("INSERT INTO told_quotes VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    connection.close()
    async with open_store(str(path), clock=CLOCK):
        pass
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT * FROM corrections").fetchall() == [(1, "a1.5.9", 7, "2026-03-26")]
    connection.close()
