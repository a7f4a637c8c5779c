"""Bench: what the store costs on each database, and how collecting grows with processes that share it."""

from __future__ import annotations

import asyncio
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path

import psycopg

from tests.bench import storage
from tests.clock import PATIENCE
from tests.process import Machine, end
from tests.servers import postgres
from tests.servers.feeds import FeedServer, feed_server_apart, item, rss

SOURCES, ENTRIES, WORDS = 200, 25, 400
READERS = (1, 2, 4)


def run(_: Path | None) -> dict[str, object]:
    """The figures of `storage` for a file and for a PostgreSQL server on the same disk; then by number of readers the
    articles a second from the first request to the last article stored, and until the leader has linked them all."""
    with postgres.running(f"bench-{time.monotonic_ns()}") as server:
        with tempfile.TemporaryDirectory() as folder:
            found: dict[str, object] = {"sqlite": asyncio.run(storage.measured(str(Path(folder) / "bench.db")))}
        with postgres.database(server) as address:
            found["postgresql"] = asyncio.run(storage.measured(address))
        return found | {"readers": {count: asyncio.run(_collected(server, count)) for count in READERS}}


async def _collected(server: str, readers: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder, postgres.database(server) as address:
        async with feed_server_apart() as feeds:
            machine = _reads(Path(folder), feeds, address)
            assert (await machine.bellwether("sources")).code == 0  # the schema and the sources are there
            async with AsyncExitStack() as stack:
                for _ in range(readers):
                    process = await machine.start("run", "-q", "--role", "reader", anew=True)
                    stack.push_async_callback(end, process)
                return await _measured(feeds, address)


async def _measured(feeds: FeedServer, address: str) -> dict[str, float]:
    wanted = SOURCES * ENTRIES
    async with asyncio.timeout(10 * PATIENCE):
        while True:
            if any(feeds.seen(f"/{n}.xml") for n in range(SOURCES)):
                break
            await asyncio.sleep(0.01)
        began = time.monotonic()
        stored = await _until(address, "SELECT count(*) FROM articles", wanted, began)
        linked = await _until(address, "SELECT count(*) FROM articles WHERE analysed IS NOT NULL", wanted, began)
    return {"stored_per_s": round(wanted / stored, 1), "linked_per_s": round(wanted / linked, 1)}


async def _until(address: str, query: str, wanted: int, began: float) -> float:
    """Seconds from `began` until the query gives that number."""
    async with await psycopg.AsyncConnection.connect(postgres.plain(address), autocommit=True) as connection:
        while True:
            row = await (await connection.execute(query.encode())).fetchone()
            if row and row[0] >= wanted:
                return time.monotonic() - began
            await asyncio.sleep(0.05)


def _reads(folder: Path, feeds: FeedServer, address: str) -> Machine:
    """Sources of as many hosts, each of which has printed articles of its own words."""
    declared = []
    for n in range(SOURCES):
        texts = (" ".join(f"word{n}x{k}x{w}" for w in range(WORDS)) for k in range(ENTRIES))
        items = [item(f"Report {n} {k}", description=f"<p>{words}.</p>") for k, words in enumerate(texts)]
        feeds.put(f"/{n}.xml", rss(*items))
        declared.append(f'[[source]]\nurl = "{feeds.url(f"/{n}.xml", f"127.0.1.{n + 1}")}"\npublisher = "House {n}"\n')
    (folder / "sources.toml").write_text("".join(declared))
    return Machine(
        folder,
        BELLWETHER_DATABASE_URL=address,
        BELLWETHER_SOURCES=str(folder / "sources.toml"),
        BELLWETHER_ALLOW_PRIVATE_HOSTS="true",
        BELLWETHER_PIPELINE__PAGES="false",
        BELLWETHER_SCHEDULE__TICK="1s",
    )
