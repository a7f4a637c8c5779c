"""A thousand channels due at the same minute: how many messages a second reach the platform, and in what memory.

The bot is a process of its own in front of the tests' server; the permitted rate is the platform's, where it has one.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.crash.stage import STAGES, prepare, start
from tests.process import end

CHANNELS = 1000
LIMIT = 300.0
PERMITTED = {"telegram": 30.0}
"""Messages a second over all chats. https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this"""


def run(_: Path | None) -> dict[str, object]:
    return {name: asyncio.run(_measure(name)) for name in STAGES}


async def _measure(name: str) -> dict[str, object]:
    async with STAGES[name](speed=1.0) as stage:
        stage.grow(CHANNELS)
        with tempfile.TemporaryDirectory() as folder:
            database = Path(folder) / "bellwether.db"
            await prepare(stage, database)
            began = time.monotonic()
            process = await start(stage, database, 0)
            try:
                first, last = await _arrivals(stage.briefs, len(stage.addresses))
                peak = _peak_mb(process.pid)
                process.terminate()
                await process.communicate()
            finally:
                await end(process)
    rate = (len(stage.addresses) - 1) / (last - first)
    permitted = PERMITTED.get(name)
    return {
        "messages": stage.briefs(),
        "channels": len(stage.addresses),
        "a_second": round(rate, 1),
        "of_the_permitted": round(rate / permitted, 3) if permitted else None,
        "start_to_first_s": round(first - began, 1),
        "peak_mb": peak,
    }


async def _arrivals(arrived: Callable[[], int], wanted: int) -> tuple[float, float]:
    """When the first and the last message came, on the monotonic clock."""
    first = 0.0
    async with asyncio.timeout(LIMIT):
        while (count := arrived()) < wanted:
            if count and not first:
                first = time.monotonic()
            await asyncio.sleep(0.01)
    return first, time.monotonic()


def _peak_mb(pid: int) -> float:
    """The most megabytes (10^6 bytes) the process has held, from /proc where there is one; NaN elsewhere."""
    try:
        lines = (Path("/proc") / str(pid) / "status").read_text().splitlines()
    except OSError:
        return float("nan")
    kilobytes = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    return round(kilobytes * 1024 / 1e6, 1)
