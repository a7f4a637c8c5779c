"""A moved archive is the archive: every row, the ids to come, what is found; whatever cuts the move off in between."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
from collections.abc import AsyncIterator
from contextlib import aclosing, closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.cli.checks import audit
from bot.model.channel import ChannelSettings
from bot.model.errors import LeaseHeld, StorageError
from bot.model.label import CategoryKind, Label
from bot.model.signal import Batch
from bot.pipeline.tally import NoProgress
from storage import moving
from storage.engine import Database, located
from storage.moving import Moved, move
from storage.moving_tables import moving as marked
from storage.moving_tables import plain_tables
from storage.store import SqlStore, open_store
from tests import forking, make
from tests.clock import MORNING, FakeClock
from tests.storage.engines import of_a_file

CLOCK = FakeClock()
MUTED = Label(CategoryKind.TOPIC, "chips", "chips")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Path:
    """A file with something in most tables, made once for each test to copy."""
    import asyncio

    path = tmp_path_factory.mktemp("archive") / "bellwether.db"
    shutil.copy(empty_database, path)
    asyncio.run(_fill(path))
    return path


async def _fill(path: Path) -> None:
    async with open_store(str(path), clock=CLOCK) as store:
        first, *rest = (make.article(n, f"{make.TEXT} So plant {n}.", link=f"https://m.example/{n}") for n in range(8))
        kept = await make.stored(store, first, *rest)
        (newer,) = await make.stored(store, replace(first, text=f"{first.text} And again.", sha256="another"))
        signals = [make.signal(n, articles=(make.member(one),), title=f"Plant {n}") for n, one in enumerate(kept, 1)]
        # Copies of a later article: what points into its own table points forwards, too.
        copies = tuple((each.id, kept[-1].id) for each in (newer, kept[0]))
        await store.signals.save(Batch(tuple(make.finding(one.id) for one in kept), copies, tuple(signals)), MORNING)
        await store.signals.save(Batch(merged=((8, 7),)), MORNING)
        channel, _ = await store.channels.ensure("console", "here", "Здесь “ß”", ChannelSettings(), MORNING)
        for _ in range(3):
            mute = await store.channels.mute(channel.id, MUTED, MORNING, "me", MORNING)
            await store.channels.unmute(mute.id)
        await store.channels.judge(channel.id, 1, "zoë", True, MORNING)
        for name in ("Zebra", "apple", "äpfel", "a.b", "a b"):  # which no two collations put in one order
            await store.memory.keep(name, name)


@pytest.fixture
def source(archive: Path, tmp_path: Path) -> Path:
    path = tmp_path / "source.db"
    shutil.copy(archive, path)
    return path


@pytest.fixture
async def target(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """Where nothing is yet."""
    if engine == "sqlite":
        yield str(tmp_path / "target.db")
        return
    reused = request.getfixturevalue("postgres_database")
    yield reused.emptied()
    async with aclosing(Database(located(reused.url))) as database, database.write() as writer:
        await writer.run_sync(marked.drop, checkfirst=True)


async def moved(source: str | Path, target: str | Path, progress: Any = None) -> Moved:
    return await move(str(source), str(target), clock=CLOCK, prove=audit, progress=progress or NoProgress())


async def rows(url: str | Path) -> dict[str, set[Any]]:
    async with aclosing(Database(located(str(url)))) as database, database.read() as reader:
        return {name: set(await reader.execute(select(table))) for name, table in plain_tables().items()}


class CutOff(BaseException):
    """As the process ends: nothing of ours catches it."""


class Cutting:
    """Ends the move at the step with this number, counted from 0."""

    def __init__(self, at: int) -> None:
        self.left = at

    def step(self, name: str, done: int, total: int) -> None:
        if not self.left:
            raise CutOff
        self.left -= 1


async def test_there_and_back(source: Path, target: str, tmp_path: Path) -> None:
    """On the other side stands what stood here, and is found there; and back again. The source is as it was.

    Rows that come later take ids after the last ones given here, also where those rows are gone.
    """
    before = await rows(source)
    done = await moved(source, target)
    assert (done.rows, done.quotes) == (sum(map(len, before.values())), 8)
    assert await rows(target) == before
    back = tmp_path / "back.db"
    await moved(target, back)
    assert await rows(back) == before == await rows(source)
    for url in (target, str(back)):
        async with open_store(url, clock=CLOCK) as store:
            assert [one.id for one in await store.signals.search("plant 3", 5)] == [3]
            assert await store.signals.get(8) == await store.signals.get(7)
            (channel,) = await store.channels.active()
            assert (await store.channels.mute(channel.id, MUTED, MORNING, "me", MORNING)).id == 4
            (one,) = await make.stored(store, make.article(0, "Another text.", link="https://m.example/new"))
            assert one.id == 10
            assert await store.signals.next_id() == 9


async def test_killed_again_and_again(source: Path, target: str, tmp_path: Path) -> None:
    """Killed while it copies, indexes and compares: the half that is there opens as nothing else, and it goes on."""
    for steps in (0, 9, 12):
        words = (str(source), target, str(steps))
        process = await forking.start("tests.storage.moving_victim", *words, cwd=forking.ROOT, env=os.environ)
        assert (await process.communicate())[1] == b""
        assert process.returncode == -signal.SIGKILL
        with pytest.raises(StorageError, match="is not whole yet: run the same `bellwether move` again"):
            async with open_store(target, clock=CLOCK):
                pass
    with pytest.raises(StorageError, match="is half filled from"):
        await moved(shutil.copy(source, tmp_path / "other.db"), target)
    with pytest.raises(StorageError, match="is not whole yet"):
        await moved(target, tmp_path / "third.db")
    await moved(source, target)
    assert await rows(target) == await rows(source)


def changed(path: Path, sql: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(sql)
        connection.commit()


@of_a_file
async def test_what_changed_meanwhile_is_not_moved(source: Path, target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows that came are seen before, a row that became another when all are compared."""
    monkeypatch.setattr(moving, "ROWS", 4)
    with pytest.raises(CutOff):
        await moved(source, target, Cutting(4))
    changed(source, "UPDATE channels SET name = 'elsewhere'")
    changed(source, "UPDATE articles SET title = 'Another' WHERE id = 1")
    with pytest.raises(StorageError, match="has not become what"):
        await moved(source, target)
    changed(source, "INSERT INTO memory VALUES ('more', 'of it')")
    with pytest.raises(StorageError, match="has changed since it began to be moved"):
        await moved(source, target)


async def test_not_into_something_else(source: Path, target: str, address: str, store: SqlStore) -> None:
    """An archive that is there is left as it is."""
    await store.memory.keep("colour", "green")
    with pytest.raises(StorageError, match="holds something already: name an empty database"):
        await moved(source, address)
    assert await store.memory.recall("colour") == "green"
    for name in ("run", "platform:slack"):
        async with store.lease(name):
            with pytest.raises(LeaseHeld, match="process"):
                await moved(source, address)


async def test_what_cannot_be_moved(source: Path, tmp_path: Path) -> None:
    """Each in a sentence, and nothing is made."""
    old, other, empty, broken = (tmp_path / f"{name}.db" for name in ("old", "other", "empty", "broken"))
    shutil.copy(source, old)
    changed(old, "UPDATE alembic_version SET version_num = '0007'")
    changed(other, "CREATE TABLE recipes (id INTEGER)")
    empty.touch()
    shutil.copy(source, broken)
    changed(broken, "UPDATE articles SET text = 'Something else.' WHERE id = 3")
    for place, why in (
        (tmp_path / "none.db", "There is no database"),
        (empty, "There is nothing at"),
        (old, "is at schema 0007"),
        (other, "belongs to another program"),
        (broken, "cannot be trusted"),
    ):
        with pytest.raises(StorageError, match=why):
            await moved(place, tmp_path / "new.db")
    with pytest.raises(StorageError, match="would be moved to itself"):
        await moved(source, f"sqlite:///{tmp_path}/./source.db")
    with pytest.raises(StorageError, match="belongs to another program"):
        await moved(source, other)
    async with open_store(str(source), clock=CLOCK) as store, store.lease("run"):
        with pytest.raises(LeaseHeld, match="Another `bellwether run`"):
            await moved(source, tmp_path / "another.db")
