"""What comparing new signals with closed ones costs: looks at the sources without an archive, and with one."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.__main__ import collect_garbage_less_often
from bot.model.article import Article
from bot.model.settings import load
from bot.model.signal import SignalState
from storage.store import SqlStore
from tests.bench.linking import article_of
from tests.bench.throughput import FEW, Looks, opened, retold


def run(argument: Path, most: int) -> dict[str, object]:
    """Milliseconds an article with FEW live articles: without closed signals, and with those of `most` articles.

    The archive is written by the pipeline itself, which then lets all its signals close. The names that come again in
    the articles after it are what closed signals are found by. `closed` in `parts_ms` is the whole comparison.
    """
    if not argument.is_file():
        return {"absent": str(argument)}
    records = [json.loads(line) for line in argument.read_text(encoding="utf-8").splitlines() if line.strip()]
    told = [article_of(at, record) for at, record in enumerate(records)]
    collect_garbage_less_often()  # as the bot does
    without, beside = (asyncio.run(_measured(told, size)) for size in (0, most))
    return {
        "growth": round(beside["analysis_ms"] / without["analysis_ms"], 2),
        "closed_share": round(beside["parts_ms"]["closed"] / beside["analysis_ms"], 3),
        "without": without,
        "with_closed": beside,
    }


async def _measured(told: Sequence[Article], archived: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        async with opened(Path(folder), retold(told)) as looks:
            await looks.grow(archived)
            await _close(looks)
            await looks.grow(archived + FEW)
            figures = await looks.timed()
            return {"closed_signals": await _closed(looks.store), **figures}


async def _close(looks: Looks) -> None:
    """Let so much time pass that every signal closes."""
    looks.clock.advance(load().pipeline.live + 1)
    await looks.pipeline.cycle()


async def _closed(store: SqlStore) -> int:
    return sum([signal.state is SignalState.CLOSED async for signal in store.signals.every()])
