"""Bench: the processor's share of collecting, ours beside bare fetching and parsing, cold and warm."""

from __future__ import annotations

import asyncio
import io
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path

import httpx

from bot.model.feed import Fetched
from bot.model.ports import Fetcher
from bot.model.settings import PipelineSettings, Settings, load
from bot.model.source import Publisher, SourceSpec
from bot.model.stores import Store
from bot.reading.checking import check
from bot.reading.fetcher import open_fetcher
from tests.clock import FakeClock

IN_FLIGHT = 12


def run(argument: Path, count: int | None = None) -> dict[str, object]:
    """N feeds of a folder (over and over where it has fewer), served on loopback by a process of its own.

    `bare` fetches with httpx and parses with feedparser, its sanitiser and relative links off; `cold` is our cycle
    (fetch, parse, decide, record in a store on disk), `warm` the same again, answered by 304. Seconds are the
    processor's, of all threads; the ratios wanted are cold/bare ≤ 1.5 and warm/cold ≤ 0.1.
    """
    if not argument.is_dir() or not any(argument.iterdir()):
        return {"absent": f"{argument} holds no feeds"}
    with served(argument, count) as urls:
        return asyncio.run(_measured(urls))


@contextmanager
def served(folder: Path, count: int | None = None, port: int = 0) -> Iterator[list[str]]:
    """The folder's files served by a process of its own while the context lasts; `count` addresses, over and over
    where it has fewer files, each on a host of its own: every address of 127/8 is this machine."""
    files = sum(path.is_file() for path in folder.iterdir())
    with subprocess.Popen(
        [sys.executable, "-m", "tests.servers.feeds", str(folder), str(port)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout is not None
        port = int(server.stdout.readline())
        try:
            yield [f"http://127.0.{i // 250}.{i % 250 + 1}:{port}/{i % files}" for i in range(count or files)]
        finally:
            assert server.stdin is not None
            server.stdin.close()


async def _measured(urls: Sequence[str]) -> dict[str, object]:
    await bare(urls[:1])
    alone, bare_entries = await _timed(lambda: bare(urls))
    before = _megabytes()
    clock = FakeClock()
    pipeline = PipelineSettings(in_flight=IN_FLIGHT, host_pause=0)
    settings = load(pipeline=pipeline, allow_private_hosts=True)
    with tempfile.TemporaryDirectory() as folder:
        async with _opened(Path(folder) / "bench.db", clock, settings) as (store, web):
            specs = [(SourceSpec(url), Publisher(url, url)) for url in urls]
            await store.sources.sync(specs, clock.now())
            cold, entries = await _timed(lambda: _cycle(store, web, clock, pipeline))
            clock.advance(timedelta(days=2).total_seconds())
            warm, again = await _timed(lambda: _cycle(store, web, clock, pipeline))
    return {
        "feeds": len(urls),
        "entries": {"bare": bare_entries, "cold": entries, "warm": again},
        "cpu_seconds": {"bare": round(alone, 3), "cold": round(cold, 3), "warm": round(warm, 3)},
        "cold_to_bare": round(cold / alone, 3),
        "warm_to_cold": round(warm / cold, 3),
        "peak_mb": {"before": before, "after": _megabytes()},
    }


@asynccontextmanager
async def _opened(path: Path, clock: FakeClock, settings: Settings) -> AsyncIterator[tuple[Store, Fetcher]]:
    from storage.store import open_store

    async with open_store(str(path), clock=clock) as store, open_fetcher(settings, clock) as web:
        yield store, web


async def _timed(job: Callable[[], Awaitable[int]]) -> tuple[float, int]:
    started = time.process_time()
    found = await job()
    return time.process_time() - started, found


async def bare(urls: Sequence[str]) -> int:
    """Fetch with httpx and parse with feedparser, and nothing else; the entries found."""
    import feedparser

    slots = asyncio.Semaphore(IN_FLIGHT)

    async def one(url: str, client: httpx.AsyncClient) -> int:
        async with slots:
            body = (await client.get(url)).content
        return len(feedparser.parse(io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False).entries)

    async with httpx.AsyncClient() as client:
        return sum(await asyncio.gather(*(one(url, client) for url in urls)))


async def _cycle(store: Store, web: Fetcher, clock: FakeClock, settings: PipelineSettings) -> int:
    """Entries in the documents read."""
    due = await store.sources.due(clock.now())
    found = await asyncio.gather(*(check(store, web, source, health, clock, settings) for source, health in due))
    return sum(len(outcome.document.entries) for outcome, _ in found if isinstance(outcome, Fetched))


def _megabytes() -> float:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
