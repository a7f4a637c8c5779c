"""One writer, many readers: whole or not at all, whoever is cancelled or killed."""

from __future__ import annotations

import asyncio
import os
import random
import signal

import pytest
from sqlalchemy import text

from bot.model.errors import StorageError
from bot.model.feed import EntryState
from bot.model.source import Publisher, SourceOrigin, SourceSpec
from storage.store import SqlStore, open_store
from tests import forking, make
from tests.clock import MORNING, FakeClock
from tests.forking import ROOT
from tests.storage import victim


async def test_writers_take_turns(store: SqlStore) -> None:
    """However many write at once, each is served and none is lost."""
    await asyncio.gather(*(store.memory.keep(f"name {n % 7}", str(n)) for n in range(60)))
    kept = [await store.memory.recall(f"name {n}") for n in range(7)]
    assert all(value is not None and int(value) % 7 == n for n, value in enumerate(kept))
    ids = await asyncio.gather(*(store.signals.next_id() for _ in range(20)))
    assert sorted(ids) == list(range(1, 21))


async def test_readers_see_no_half_writing(store: SqlStore) -> None:
    """A reader beside a writer sees what was before, and the readers do not wait for it."""
    await store.memory.keep("a", "old")
    async with store._database.write() as connection:
        from storage.memory import keep

        await keep(connection, "a", "new")
        found = await asyncio.gather(*(store.memory.recall("a") for _ in range(12)))
    assert set(found) == {"old"}
    assert await store.memory.recall("a") == "new"


async def test_a_failed_writing_leaves_nothing(store: SqlStore) -> None:
    """A transaction that fails in its middle is undone from its beginning."""
    (article,) = await make.stored(store, make.article())
    from bot.model.signal import Batch

    stranger = make.signal(2, articles=(make.member(make.article(99)),), revisions=())
    with pytest.raises(StorageError, match="failed"):
        await store.signals.save(Batch(readings=(make.finding(article.id),), signals=(stranger,)), MORNING)
    assert await store.signals.get(2) is None
    assert [one.id for one in await store.articles.unread(5)] == [article.id]


async def test_cancelled_writers_leave_the_store_whole(store: SqlStore) -> None:
    """A task cancelled anywhere in a writing leaves either all of it or nothing, and the next writer is served."""
    for turns in range(40):
        task = asyncio.create_task(store.sources.add(*_source(turns), SourceOrigin.FILE, MORNING))
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
    before = await store.sources.all()
    await store.sources.add(*_source(999), SourceOrigin.FILE, MORNING)
    assert len(await store.sources.all()) == len(before) + 1


def _source(number: int) -> tuple[SourceSpec, Publisher]:
    return SourceSpec(f"https://host{number}.example/feed"), make.publisher(f"P{number}")


DOUBLED = "SELECT publisher_key, link, sha256 FROM articles GROUP BY 1, 2, 3 HAVING count(*) > 1"
HALF = "SELECT id FROM entries WHERE (state = 'read') != (article_id IS NOT NULL)"
ORPHANS = "SELECT id FROM articles a WHERE NOT EXISTS (SELECT 1 FROM entries WHERE article_id = a.id)"


@pytest.mark.parametrize(("engine", "seed"), [("sqlite", 1), ("sqlite", 2), ("postgresql", 3)])
async def test_killed_in_the_middle_of_writing(address: str, seed: int) -> None:
    """Killed at any moment, nothing acknowledged is lost, and the next start finishes without a doubled article."""
    process = await forking.start("tests.storage.victim", address, cwd=ROOT, env=os.environ)
    assert process.stdout is not None
    seen = [await process.stdout.readline() for _ in range(random.Random(seed).randrange(3, 30))]
    process.send_signal(signal.SIGKILL)
    rest = await process.stdout.read()
    await process.wait()
    acknowledged = {int(line) for line in (*seen, *rest.splitlines()) if line.strip().isdigit()}

    async with open_store(address, clock=FakeClock()) as store:
        assert await store.faults() == ()
        async with store._database.read() as connection:
            for wrong in (DOUBLED, HALF, ORPHANS):
                assert (await connection.execute(text(wrong))).all() == []
        assert set(await store.articles.get(sorted(acknowledged))) == acknowledged
        waiting = await store.articles.waiting(100)
        assert {entry.state for entry in waiting} <= {EntryState.WAITING}
        for entry in waiting:
            await victim.read(store, entry)
        assert await store.articles.waiting(100) == ()
