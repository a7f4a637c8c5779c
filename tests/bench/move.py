"""How long an archive takes from a file to PostgreSQL and back, checked on the way as `bellwether move` checks it."""

from __future__ import annotations

import asyncio
import os
import resource
import tempfile
import time
from pathlib import Path

from bot.cli.checks import audit
from bot.model.clock import SystemClock
from bot.pipeline.tally import NoProgress
from storage.moving import move
from storage.store import open_store
from tests.bench.answers_speed import fill
from tests.clock import FakeClock
from tests.servers import postgres

LARGE = (5_000, 50_000)
"""Signals and articles; the environment's BENCH_SIGNALS and BENCH_ARTICLES put others in their place."""


def run(_argument: Path | None) -> dict[str, object]:
    """Seconds of each way, and of this process's processor in it; the server's own are not counted."""
    signals = int(os.environ.get("BENCH_SIGNALS", LARGE[0]))
    articles = int(os.environ.get("BENCH_ARTICLES", LARGE[1]))
    with tempfile.TemporaryDirectory() as folder, postgres.running(f"bench-{os.getpid()}") as server:
        file, back = Path(folder) / "bench.db", Path(folder) / "back.db"
        asyncio.run(_fill(file, signals, articles))
        with postgres.database(server) as url:
            ways = {
                "to_postgresql": (str(file), url),
                "to_sqlite": (url, str(back)),
                "to_a_file": (str(file), f"{back}2"),
            }
            figures = {name: asyncio.run(_moved(*way)) for name, way in ways.items()}
        megabytes = round(file.stat().st_size / 1e6)
    return {"signals": signals, "articles": articles, "file_mb": megabytes, **figures}


async def _fill(file: Path, signals: int, articles: int) -> None:
    async with open_store(str(file), clock=FakeClock()) as store:
        await fill(store, signals, articles)


async def _moved(source: str, target: str) -> dict[str, float]:
    began, worked = time.perf_counter(), time.process_time()
    done = await move(source, target, clock=SystemClock(), prove=audit, progress=NoProgress())
    seconds = time.perf_counter() - began
    return {
        "rows": done.rows,
        "quotes": done.quotes,
        "seconds": round(seconds, 1),
        "processor_s": round(time.process_time() - worked, 1),
        "rows_a_second": round(done.rows / seconds),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
