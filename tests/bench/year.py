"""A year of 500 articles a day in one process, on an injected clock: the file, the memory, and what a look takes."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import Awaitable
from dataclasses import replace
from pathlib import Path

from sqlalchemy import func, select

from bot.__main__ import spare_memory
from bot.briefing.alerts import AlertWatch
from bot.briefing.schedule import alert_due
from bot.briefing.service import BriefingService
from bot.delivery.outbox import OutboxSender
from bot.model.settings import KeepSettings
from storage import schema
from tests.chat import Chat, platforms
from tests.years import Life, living

A_DAY, LOOKS = 500, 4  # articles, and looks they come in
KEPT = KeepSettings.model_validate({"articles": "20d", "signals": "30d"})
"""Shorter than by default, so that weeks show what becomes of the file when as much goes as comes."""
SPAN = 10  # days between two lines
PAGE = 4096  # bytes


def run(_: Path | None, days: int) -> dict[str, object]:
    """Every ten days: the file, how much of it is free again, and the process's memory, in MB; the mean
    processor time of a look at 125 articles, of an alert tick when nothing is new, and of reading all labels, in ms;
    and what is kept.

    Articles that no signal cites are kept for 20 days, signals that nobody was told of for 30. One channel is told a
    brief each morning. `kb_an_article` is what the file grew by in the first ten days, before anything is dropped.
    """
    spare_memory()  # as the bot does
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_measured(Path(folder) / "year.db", days))


async def _measured(path: Path, days: int) -> dict[str, object]:
    spans: list[dict[str, float]] = []
    async with living(path, KEPT) as life:
        for day in range(1, days + 1):
            await life.day(day, A_DAY, LOOKS)
            if day % SPAN == 0 or day == days:
                spans.append({"day": day, **await _figures(life)})
                print(json.dumps(spans[-1]), file=sys.stderr, flush=True)
        proved = len([row async for row in life.store.signals.audit()])
    grown = 1000 * spans[0]["file_mb"] / (spans[0]["day"] * A_DAY)
    return {"kb_an_article": round(grown, 1), "told": len(life.told), "quotes": proved, "spans": spans}


async def _figures(life: Life) -> dict[str, float]:
    pages, free = await life.pages()
    looks, life.looks = life.looks, []
    live, copies, texts = life.held
    return {
        "file_mb": round(pages * PAGE / 1e6, 1),
        "free_mb": round(free * PAGE / 1e6, 1),
        "memory_mb": _resident_mb(),
        "look_ms": round(1000 * sum(looks) / len(looks), 1),
        "alert_tick_ms": await _alert_tick(life),
        "labels_ms": await _timed(life.store.signals.labels()),
        "articles": await _count(life, "articles"),
        "entries": await _count(life, "entries"),
        "signals": await _count(life, "signals"),
        "live": live,
        "copies_known": copies,
        "texts_held": texts,
    }


async def _alert_tick(life: Life) -> float:
    """The second tick of two: nothing is new."""
    asking = replace(life.channel, settings=replace(life.channel.settings, alert=10))
    await life.store.channels.save(asking)
    sender = OutboxSender(life.store, platforms(Chat()), life.clock)
    briefing, watch = BriefingService(life.store, sender, life.clock), AlertWatch()
    await alert_due(life.store, briefing, life.clock, 3, watch)
    taken = await _timed(alert_due(life.store, briefing, life.clock, 3, watch))
    await life.store.channels.save(life.channel)
    return taken


async def _timed(work: Awaitable[object]) -> float:
    """Milliseconds of processor time, of all threads."""
    begun = time.process_time()
    await work
    return round(1000 * (time.process_time() - begun), 1)


async def _count(life: Life, table: str) -> int:
    async with life.store._database.read() as connection:
        return await connection.scalar(select(func.count()).select_from(schema.metadata.tables[table])) or 0


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 1e6, 1)
