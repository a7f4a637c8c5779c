"""Bench: what a look at many feeds costs in memory and processor time, beside bare fetching and parsing."""

from __future__ import annotations

import asyncio
import gc
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

from bot.model.settings import PipelineSettings, load
from bot.model.source import Publisher, SourceSpec
from bot.pipeline.collecting import Collector
from bot.pipeline.tally import NoProgress, Tally
from bot.reading.fetcher import open_fetcher
from storage.store import open_store
from tests.bench.collect import IN_FLIGHT, bare, served
from tests.clock import FakeClock
from tests.servers.feeds import item, rss

FULL, SMALL = (400, 50, 900), (6000, 10, 40)
"""Feeds, entries of each, words of an entry."""
FILES = 40
"""Different feeds; each is served at many addresses."""


def run(argument: Path | None = None) -> dict[str, object]:
    """400 feeds of 50 full texts, and 6,000 small ones, each of a host of its own, on loopback.

    By what is done, each in a process of its own: `peak_mb` is the most memory it held at once, `cpu_seconds` of all
    threads. `bare` fetches with httpx and parses with feedparser; `first` is our first look at the feeds, `again` the
    next one at those known, all of which have changed, `unchanged` one that is answered by 304.
    """
    return {"full_texts": _measured(*FULL), "small": _measured(*SMALL)}


def _measured(count: int, entries: int, words: int) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as folder:
        served_from, database = Path(folder) / "feeds", Path(folder) / "bench.db"
        served_from.mkdir()
        found: dict[str, object] = {"feeds": count, "entries": count * entries}
        port = 0  # of the first time: feeds are known by their address
        for job, edition in (("bare", 1), ("first", 1), ("again", 2), ("unchanged", 2)):
            _write(served_from, entries, words, edition)
            with served(served_from, count, port) as urls:
                port = urlsplit(urls[0]).port or 0
                _declare(folder, urls)
                found[job] = _alone(job, database, Path(folder) / "urls.json")
        return found


def _declare(folder: str, urls: list[str]) -> None:
    (Path(folder) / "urls.json").write_text(json.dumps(urls), encoding="utf-8")


def _write(folder: Path, entries: int, words: int, edition: int) -> None:
    """The feeds as files; of a later edition an entry of each is new."""
    for number in range(FILES):
        first = edition * entries if edition > 1 else 0
        items = [_item(number, first if at == 0 else at, words) for at in range(entries)]
        (folder / f"{number:03}.xml").write_text(rss(*items), encoding="utf-8")


def _item(number: int, at: int, words: int) -> str:
    random = Random(f"{number} {at}")
    syllables = ("ka", "re", "mo", "ti", "sul", "ven", "dra", "pol", "ish", "er")
    made = ["".join(random.choices(syllables, k=random.randint(1, 4))) for _ in range(words)]
    paragraphs = "".join(f"<p>{' '.join(made[start : start + 60])}.</p>" for start in range(0, words, 60))
    return item(f"{' '.join(made[:8])} {number}-{at}", description=paragraphs)


def _alone(job: str, database: Path, urls: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.bench.many", job, str(database), str(urls)]
    ran = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    measured: dict[str, float] = json.loads(ran.stdout)
    return measured


# --- in a process of its own ---------------------------------------------------------------------------------------


async def _look(database: str, urls: list[str], day: int) -> int:
    """The entries that were new."""
    gc.set_threshold(100_000, 10, 10)  # as the bot itself runs
    clock = FakeClock()
    clock.advance(timedelta(days=day).total_seconds())
    pipeline = PipelineSettings(in_flight=IN_FLIGHT, host_pause=0)
    settings = load(pipeline=pipeline, allow_private_hosts=True)
    tally = Tally()
    async with open_store(database, clock=clock) as store, open_fetcher(settings, clock) as web:
        await store.sources.sync([(SourceSpec(url), Publisher(url, url)) for url in urls], clock.now())
        await Collector(store, web, clock, pipeline).collect(tally, NoProgress(), eager=False)
    assert not tally.counts["failed"], tally.notes[:3]
    return tally.counts["entries"]


def main(job: str, database: str, urls_file: str) -> None:
    """Do one job and print its figures."""
    urls = json.loads(Path(urls_file).read_text(encoding="utf-8"))
    jobs: dict[str, Callable[[], Awaitable[int]]] = {
        "bare": lambda: bare(urls),
        "first": lambda: _look(database, urls, 0),
        "again": lambda: _look(database, urls, 2),
        "unchanged": lambda: _look(database, urls, 4),
    }
    started = time.process_time()
    entries = asyncio.run(_counted(jobs[job]))
    workers = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = round(time.process_time() - started + workers.ru_utime + workers.ru_stime, 2)
    peak = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
    worker = round(workers.ru_maxrss / 1024, 1)
    print(json.dumps({"entries": entries, "cpu_seconds": seconds, "peak_mb": peak, "largest_worker_mb": worker}))


async def _counted(job: Callable[[], Awaitable[int]]) -> int:
    return await job()


if __name__ == "__main__":
    main(*sys.argv[1:])
