"""How long the archive's pages take over a real socket, and the static copy whole and with one signal more."""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import aiohttp

from bot.model.signal import Batch
from bot.web.addresses import Site
from bot.web.admission import RateLimit
from bot.web.door import Door
from bot.web.pages import Pages
from bot.web.server import Archive, serving
from bot.web.static_site import StaticSite
from storage.store import SqlStore, open_store
from tests import make
from tests.bench.answers_speed import fill
from tests.clock import MORNING, FakeClock

LARGE = (100_000, 1_000_000)
"""Signals and articles; the environment's BENCH_SIGNALS and BENCH_ARTICLES put others in their place."""
COPIED = 10_000
"""Signals of the static copy; BENCH_COPIED puts another number in its place."""
ASKED = 300
OTHERS = (
    "/",
    "/search?q=chips",
    "/search?topic=AI&strength=6",
    "/topics/ai",
    "/topics/ai/page/7",
    "/feed.atom",
    "/browse",
)


def run(_argument: Path | None) -> dict[str, object]:
    """Milliseconds from request to answer, of pages asked for the first time since the start and again, and the
    processor's for each; processor seconds of the copy."""
    signals = int(os.environ.get("BENCH_SIGNALS", LARGE[0]))
    articles = int(os.environ.get("BENCH_ARTICLES", LARGE[1]))
    copied = int(os.environ.get("BENCH_COPIED", COPIED))
    with tempfile.TemporaryDirectory() as folder:
        served = asyncio.run(_served(Path(folder), signals, articles))
    with tempfile.TemporaryDirectory() as folder:
        written = asyncio.run(_written(Path(folder), copied))
    return {"signals": signals, "articles": articles, **served, "copied": copied, **written}


def _figures(times: Sequence[float]) -> dict[str, float]:
    ordered = sorted(times)
    return {"median_ms": round(ordered[len(ordered) // 2], 2), "p95_ms": round(ordered[int(len(ordered) * 0.95)], 2)}


async def _served(folder: Path, signals: int, articles: int) -> dict[str, object]:
    clock = FakeClock()
    async with open_store(str(folder / "bench.db"), clock=clock) as store:
        await fill(store, signals, articles)
    async with open_store(str(folder / "bench.db"), clock=clock) as store:
        door = Door(store, clock, 900, {}, (), is_public=False)
        unlimited = RateLimit(0.0, 1_000_000, time.monotonic)
        archive = Archive(Pages(store, Site("http://localhost", "UTC")), clock, door, visits=unlimited)
        async with serving(archive, "127.0.0.1:0") as address, aiohttp.ClientSession(address) as client:
            ids = [1 + number * 7919 % signals for number in range(ASKED)]
            pages = {when: await _pages(client, ids) for when in ("first", "again")}
            others = {path: min([await _timed(client, path) for _ in range(3)]) for path in OTHERS}
    return {"signal": pages, "others_ms": {path: round(took, 1) for path, took in others.items()}}


async def _pages(client: aiohttp.ClientSession, ids: Sequence[int]) -> dict[str, float]:
    """Of wall time, and of processor time, which a busy machine leaves as it is."""
    walls, cpus = list[float](), list[float]()
    for each in ids:
        since = time.process_time()
        walls.append(await _timed(client, f"/s/{each}"))
        cpus.append((time.process_time() - since) * 1000)
    return _figures(walls) | {f"cpu_{name}": value for name, value in _figures(cpus).items()}


async def _timed(client: aiohttp.ClientSession, path: str) -> float:
    since = time.perf_counter()
    async with client.get(path) as response:
        await response.read()
        assert response.status == 200, path
    return (time.perf_counter() - since) * 1000


async def _written(folder: Path, signals: int) -> dict[str, object]:
    async with open_store(str(folder / "bench.db"), clock=FakeClock()) as store:
        await fill(store, signals, 2 * signals)
        first, pages = await _copy(store, folder)
        article = make.article(1)
        new = make.signal(signals + 1, articles=(make.member(article),), actors=("Another firm",))
        await store.signals.save(Batch(signals=(new,)), MORNING)
        second, touched = await _copy(store, folder)
    return {"files": pages, "copy_cpu_s": first, "one_new_files": touched, "one_new_cpu_s": second}


async def _copy(store: SqlStore, folder: Path) -> tuple[float, int]:
    since = time.process_time()
    site = StaticSite(store, Pages(store, Site("https://x.example", "UTC", static=True)), folder / "site")
    done = await site.write()
    return round(time.process_time() - since, 2), done.written
