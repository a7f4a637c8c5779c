"""Articles read again a second: by one process, by two, and on a Dask cluster of two on this machine; and revising."""

from __future__ import annotations

import argparse
import asyncio
import os
import resource
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path

from distributed import LocalCluster

from bot.analysts.extractive import Extractive
from bot.cli.rereading import AHEAD, readers
from bot.model.article import Article
from bot.model.clock import SystemClock
from bot.model.finding import Finding, Part, Reading
from bot.model.rereading import Read, Wanted
from bot.model.settings import KeepSettings
from bot.pipeline.rereading import Rereader
from bot.pipeline.tally import NoProgress
from storage.store import SqlStore, open_store
from tests.years import living

DAYS = 8
"""Of 500 articles each; the environment's BENCH_DAYS puts another number in its place."""


def run(_argument: Path | None) -> dict[str, object]:
    """Articles a second on the clock, and seconds of the processor: of all that read here, their start included, and of
    this process alone, which hands out, compares and stores. A cluster's workers are not counted.

    `revised`: signals a second where each reading differs, without the reading.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.db"
        asyncio.run(_lived(path, int(os.environ.get("BENCH_DAYS", DAYS))))
        figures = {
            "one_worker": asyncio.run(_measured(path, workers=1)),
            "two_workers": asyncio.run(_measured(path, workers=2)),
            "dask_two_workers": asyncio.run(_on_cluster(path)),
            "revised": asyncio.run(_revised(path)),
        }
    return {"processors": os.cpu_count(), **figures}


async def _lived(path: Path, days: int) -> None:
    async with living(path, KeepSettings()) as life:
        for day in range(days):
            await life.day(day, 500, 4)


async def _on_cluster(path: Path) -> dict[str, float]:
    async with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, asynchronous=True
    ) as local:
        return await _measured(path, dask=local.scheduler_address)


async def _measured(path: Path, *, workers: int | None = None, dask: str | None = None) -> dict[str, float]:
    async with open_store(str(path), clock=SystemClock()) as store:
        began, worked, here = time.perf_counter(), _processor(), time.process_time()
        async with readers(argparse.Namespace(workers=workers, dask=dask), 1) as (read, processes):
            articles = await _reread(store, read, processes)
        seconds = time.perf_counter() - began
    spent = {"processor_s": round(_processor() - worked, 1), "here_s": round(time.process_time() - here, 1)}
    return {"articles": articles, "a_second": round(articles / seconds), **spent}


def _processor() -> float:
    """Of this process and those it has started and that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


async def _reread(store: SqlStore, read: Read, processes: int) -> int:
    rereader = Rereader(store, SystemClock(), read, reader="the bench", ahead=AHEAD * processes)
    account, _ = await rereader.run(Wanted(Extractive.name), NoProgress())
    return account.articles


async def _revised(path: Path) -> dict[str, float]:
    async def other(articles: Sequence[Article]) -> list[Reading]:
        return [_weaker(known[each.id]) for each in articles]

    async with open_store(str(path), clock=SystemClock()) as store:
        known = {each.article_id: each async for each in _read_anew(store)}
        began, here = time.perf_counter(), time.process_time()
        rereader = Rereader(store, SystemClock(), other, reader="the bench", ahead=AHEAD)
        account, _ = await rereader.run(Wanted(Extractive.name), NoProgress())
        seconds = time.perf_counter() - began
        here = time.process_time() - here
    figures = {"a_second": round(account.signals / seconds), "here_s": round(here, 1), "articles": account.otherwise}
    return {"signals": account.signals, **figures}


async def _read_anew(store: SqlStore) -> AsyncIterator[Reading]:
    last = 0
    while page := await store.rereading.alone(Wanted(Extractive.name), last, 500):
        last = page.last
        for reading in page.said:
            yield reading
    last = 0
    while page := await store.rereading.of_signals(Wanted(Extractive.name), last, 100):
        last = page.last
        for reading in page.said:
            yield reading


def _weaker(reading: Reading) -> Reading:
    return replace(reading, consequence=Part(0), topics=("bench",)) if isinstance(reading, Finding) else reading
