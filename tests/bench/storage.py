"""Writing signals in batches, reading one among many, and loading the live ones, from a file on disk."""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import insert

from bot.model.article import Article
from bot.model.signal import Batch, Signal, SignalState
from storage.schema import articles
from storage.store import SqlStore, open_store
from tests import make
from tests.clock import MORNING, FakeClock

SIGNALS = 20_000
LIVE = 2_000
BATCH = 100
READS = 500
SAVES = 300
SMALL = 1_000  # readings of a row, and writings
PARAGRAPH = " ".join([make.TEXT] * 12)  # about 3,000 characters


def run(argument: Path | None) -> dict[str, object]:
    """Milliseconds, and articles a second; the database is made in `argument`, else in a temporary folder."""
    if argument is not None:
        return asyncio.run(measured(str(argument / "bench.db")))
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(measured(str(Path(folder) / "bench.db")))


async def measured(address: str) -> dict[str, object]:
    """The figures of the database at that address, which is empty."""
    async with open_store(address, clock=FakeClock()) as store:
        opened = await _reopen(address)
        per_article = await _save_articles(store)
        first, later = await _save_signals(store)
        return {
            "open_ms": opened,
            "articles_saved_per_s": per_article,
            "signals": SIGNALS,
            "batch_of_100_signals_ms_first": first,
            "batch_of_100_signals_ms_last": later,
            "articles_in_signals_per_s": round(2 * BATCH / later * 1000),
            "changed_batch_ms": await _change_signals(store),
            "get_p95_ms": await _read(store),
            "search_ms": await _search(store),
            "live_2000_ms": await _live(store),
            "small_read_cpu_ms": await _small_read(store),
            "small_write_cpu_ms": await _small_write(store),
        }


def _ms(since: float) -> float:
    return round((time.perf_counter() - since) * 1000, 2)


async def _reopen(address: str) -> float:
    since = time.perf_counter()
    async with open_store(address, clock=FakeClock()):
        return _ms(since)


def _article(number: int) -> Article:
    text = f"{PARAGRAPH} This is number {number}."
    return make.article(number, text, link=f"https://meridian.example/{number}", fetched=MORNING)


async def _save_articles(store: SqlStore) -> int:
    """Through the port a few hundred, to be timed; then all that the signals need, straight into the table."""
    since = time.perf_counter()
    kept = await make.stored(store, *(_article(number) for number in range(1, SAVES + 1)))
    rate = round(SAVES / (time.perf_counter() - since))
    base = {"source_id": kept[0].source_id, "publisher_key": "meridian", "publisher_name": "Meridian", "version": 1}
    shape = {name: getattr(kept[0], name) for name in ("sentences", "published", "dated_by", "text_from", "weight")}
    rows = [
        {
            **base,
            **shape,
            "id": number,
            "title": kept[0].title,
            "text": f"{PARAGRAPH} This is number {number}.",
            "sha256": hashlib.sha256(str(number).encode()).hexdigest(),
            "fetched": MORNING,
            "attempts": 0,
        }
        for number in range(SAVES + 1, 2 * SIGNALS + 1)
    ]
    async with store._database.write() as connection:
        await connection.execute(insert(articles), rows)
    return rate


def _signal(id: int) -> Signal:
    members = tuple(make.member(make.article(number, PARAGRAPH)) for number in (2 * id - 1, 2 * id))
    state = SignalState.NEW if id > SIGNALS - LIVE else SignalState.CLOSED
    actors = ("Micron", f"Firm {id}", f"Person {id % 977}")
    changed = MORNING + timedelta(seconds=id)
    base = make.signal(id, articles=members, state=state, actors=actors, changed=changed, title=f"Claim {id} on chips")
    return replace(base, revisions=tuple(replace(base.revisions[0], number=n, article_id=2 * id) for n in (1, 2)))


async def _save_signals(store: SqlStore) -> tuple[float, float]:
    """Milliseconds a batch: the median of the first ten, and of the last ten."""
    times = []
    for start in range(1, SIGNALS + 1, BATCH):
        signals = tuple(map(_signal, range(start, start + BATCH)))
        readings = tuple(make.finding(member.article_id) for signal in signals for member in signal.articles)
        since = time.perf_counter()
        await store.signals.save(Batch(readings=readings, signals=signals), MORNING)
        times.append(_ms(since))
    return sorted(times[:10])[5], sorted(times[-10:])[5]


async def _change_signals(store: SqlStore) -> float:
    """A batch of signals that are stored already, each with a changed head."""
    signals = tuple(replace(_signal(number), analysis="Changed.") for number in range(1, BATCH + 1))
    since = time.perf_counter()
    await store.signals.save(Batch(signals=signals), MORNING)
    return _ms(since)


async def _read(store: SqlStore) -> float:
    times = []
    for number in range(READS):
        since = time.perf_counter()
        assert await store.signals.get(1 + number * 7919 % SIGNALS)
        times.append(_ms(since))
    return sorted(times)[int(READS * 0.95)]


async def _search(store: SqlStore) -> float:
    since = time.perf_counter()
    assert await store.signals.search("Firm 1234", 5)
    return _ms(since)


async def _live(store: SqlStore) -> float:
    since = time.perf_counter()
    assert len(await store.signals.live()) == LIVE
    return _ms(since)


async def _small_read(store: SqlStore) -> float:
    """Milliseconds of processor time, all threads', that reading one row costs."""
    await store.memory.keep("bench", "0")
    since = time.process_time()
    for _ in range(SMALL):
        assert await store.memory.recall("bench")
    return round((time.process_time() - since) * 1000 / SMALL, 3)


async def _small_write(store: SqlStore) -> float:
    """The same of changing one row."""
    since = time.process_time()
    for number in range(SMALL):
        await store.memory.keep("bench", str(number))
    return round((time.process_time() - since) * 1000 / SMALL, 3)
