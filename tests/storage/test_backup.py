"""A backup is whole or not there; a restore puts back exactly it, keeps what was there, and spares a running bot."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from bot.model.errors import LeaseHeld, SchemaTooNew, StorageError
from bot.model.evidence import Evidence
from bot.model.signal import Batch
from storage.backup import backup, faults, restore
from storage.store import SqlStore, open_store
from tests import make
from tests.clock import MORNING, FakeClock

CLOCK = FakeClock()


@pytest.fixture
def engine() -> str:
    """A backup is of a file."""
    return "sqlite"


@pytest.fixture
def place(tmp_path: Path, store: SqlStore) -> Path:
    """Where the open store's database is."""
    return tmp_path / "bellwether.db"


async def filled(store: SqlStore) -> None:
    (one,) = await make.stored(store, make.article())
    await store.signals.save(Batch(signals=(make.signal(1, articles=(make.member(one),)),)), MORNING)


def backed_up(place: Path, to: Path) -> Path:
    backup(str(place), to)
    return to


async def recalled(place: Path, name: str = "colour") -> str | None:
    async with open_store(str(place), clock=CLOCK) as store:
        return await store.memory.recall(name)


def scratched(place: Path) -> None:
    with place.open("r+b") as file:
        file.seek(4096 * 20)
        file.write(b"\xff" * 4096 * 10)


def names(folder: Path, part: str) -> list[str]:
    return [each.name for each in folder.iterdir() if part in each.name]


async def audited(store: SqlStore) -> list[Evidence]:
    return [row.evidence async for row in store.signals.audit()]


def written(place: Path, sql: str) -> None:
    with closing(sqlite3.connect(place)) as connection:
        connection.execute(sql)
        connection.commit()


async def test_a_backup_beside_a_running_bot(store: SqlStore, place: Path, tmp_path: Path) -> None:
    """It holds what was written up to then, a transaction that is open meanwhile aside; only its owner can read it."""
    await filled(store)
    copy = tmp_path / "copy.db"
    async with store.lease("run"), store._database.write() as connection:
        await connection.exec_driver_sql("INSERT INTO memory VALUES ('colour', 'green')")
        size = await asyncio.to_thread(backup, str(place), copy)
    assert size == copy.stat().st_size
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert names(tmp_path, "copy") == ["copy.db"]
    assert await recalled(copy) is None
    async with open_store(str(copy), clock=CLOCK) as other:
        assert [row.evidence async for row in other.signals.audit()] == [
            row.evidence async for row in store.signals.audit()
        ]


async def test_a_later_backup_takes_the_name(store: SqlStore, place: Path, tmp_path: Path) -> None:
    """An earlier backup is replaced; a file that is something else, a folder, and the database itself are not."""
    copy, diary = backed_up(place, tmp_path / "copy.db"), tmp_path / "diary.txt"
    await store.memory.keep("colour", "green")
    assert await recalled(backed_up(place, copy)) == "green"
    diary.write_text("Dear diary")
    for to, why in (
        (diary, "something else than a backup"),
        (tmp_path, "is a folder"),
        (place, "is the database itself"),
    ):
        with pytest.raises(StorageError, match=why):
            backup(str(place), to)
    assert diary.read_text() == "Dear diary"


async def test_a_backup_that_is_not_sound_is_not_left(store: SqlStore, place: Path, tmp_path: Path) -> None:
    """Where a quote no longer stands in its text, or a row points at nothing, there is no backup, and the earlier one
    stays."""
    await filled(store)
    copy = backed_up(place, tmp_path / "copy.db")
    before = copy.read_bytes()
    written(place, "UPDATE articles SET text = 'Something else.'")
    with pytest.raises(StorageError, match="a quote of s1 does not stand in its article"):
        backup(str(place), copy)
    written(place, "DELETE FROM articles")
    with pytest.raises(StorageError, match="points at one of articles that is not there"):
        backup(str(place), copy)
    assert copy.read_bytes() == before
    assert any("points at one of articles" in each for each in await store.faults())


def test_there_is_nothing_to_back_up(tmp_path: Path) -> None:
    """No empty database is made in order to be copied."""
    with pytest.raises(StorageError, match="There is no database"):
        backup(str(tmp_path / "none.db"), tmp_path / "copy.db")
    assert list(tmp_path.iterdir()) == []


async def test_restored(store: SqlStore, place: Path, tmp_path: Path) -> None:
    """What was backed up is back, beside commands that have it open; what was there is kept; nobody holds a lease."""
    await store.memory.keep("colour", "green")
    async with store.lease("run"):
        copy = await asyncio.to_thread(backed_up, place, tmp_path / "copy.db")
    await store.memory.keep("colour", "red")
    aside = await restore(str(place), copy, CLOCK)
    assert await store.memory.recall("colour") == "green"
    assert aside is not None
    assert aside.parent == place.parent
    assert await recalled(aside) == "red"
    async with store.lease("run"), store.lease("cycle"):
        pass
    assert faults(place) == ()


async def test_not_under_a_running_bot(store: SqlStore, place: Path, tmp_path: Path) -> None:
    """While a run, or a look, is held nothing is replaced and nothing kept aside."""
    copy = backed_up(place, tmp_path / "copy.db")
    await store.memory.keep("colour", "red")
    for name in ("run", "cycle"):
        async with store.lease(name):
            with pytest.raises(LeaseHeld, match="process"):
                await restore(str(place), copy, CLOCK)
        async with store.lease(name):
            pass
    assert await store.memory.recall("colour") == "red"
    assert names(tmp_path, ".before-") == []


async def test_where_nothing_is_or_it_is_damaged(tmp_path: Path, empty_database: Path) -> None:
    """In an empty place the backup is put; a file that cannot be opened is moved aside as it is."""
    place = tmp_path / "some" / "where.db"
    assert await restore(str(place), empty_database, CLOCK) is None
    assert await recalled(place) is None
    place.write_bytes(b"Dear diary, " * 1000)
    aside = await restore(str(place), empty_database, CLOCK)
    assert aside is not None
    assert aside.read_bytes().startswith(b"Dear diary")
    assert await recalled(place) is None


async def test_what_is_no_sound_backup_is_refused(
    store: SqlStore, place: Path, tmp_path: Path, empty_database: Path
) -> None:
    """Another program's file, a newer version's, a damaged or a missing one: each in one sentence, nothing changed."""
    await store.memory.keep("colour", "red")
    other, newer, broken = tmp_path / "other.db", tmp_path / "newer.db", tmp_path / "broken.db"
    written(other, "CREATE TABLE recipes (id INTEGER)")
    shutil.copy(empty_database, newer)
    written(newer, "UPDATE alembic_version SET version_num = '9999'")
    shutil.copy(empty_database, broken)
    scratched(broken)
    for file, kind, why in (
        (other, StorageError, "is no backup of The Bellwether"),
        (newer, SchemaTooNew, "written by a newer version"),
        (broken, StorageError, "damaged"),
        (tmp_path / "none.db", StorageError, "There is no file"),
        (place, StorageError, "is the database itself"),
    ):
        with pytest.raises(kind, match=why):
            await restore(str(place), file, CLOCK)
    assert await store.memory.recall("colour") == "red"
