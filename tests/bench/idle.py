"""How long from the start of the process to its first request, and how much memory it holds at rest."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tempfile
import time
from pathlib import Path

from tests.process import Machine
from tests.servers.feeds import FeedServer, feed_server, item, rss

SETTLE = 6.0  # seconds after the first request before memory is read
LIMIT = 60.0
SDKS = (
    "import time, bot.app.running, telegram.ext, anthropic"
    ", slack_bolt.async_app, slack_bolt.adapter.socket_mode.aiohttp"
)


def run(_: Path | None) -> dict[str, object]:
    """`bellwether run` in its own process against a local source: seconds, and megabytes resident.

    `workers_mb`: what the processes that read foreign bytes hold beside it, until they are let go.
    The figure with all SDKs is of the same process image with all of them imported, as when all are configured.
    """
    return asyncio.run(_measure())


async def _measure() -> dict[str, object]:
    with tempfile.TemporaryDirectory() as folder:
        async with feed_server() as server:
            machine = Machine(Path(folder), BELLWETHER_ALLOW_PRIVATE_HOSTS="true", BELLWETHER_PIPELINE__WORKERS="2")
            sources = Path(folder) / "sources.toml"
            sources.write_text(f'[[source]]\nurl = "{server.url("/feed.xml")}"\n')
            machine.environment["BELLWETHER_SOURCES"] = str(sources)
            server.put("/feed.xml", rss(item("One")))
            made, _, _ = await _start(machine, server)
            server.requests.clear()
            sources.write_text(sources.read_text() + f'[[source]]\nurl = "{server.url("/unread.xml")}"\n')
            first, memory, workers = await _start(machine, server)
    return {
        "start_to_first_fetch_s": first,
        "with_a_new_database_s": made,
        "idle_mb_no_platform_no_key": memory,
        "workers_mb": workers,
        "idle_mb_all_sdks": await _with_sdks(),
    }


async def _start(machine: Machine, server: FeedServer) -> tuple[float, float, float]:
    """Seconds to the first request, and megabytes some seconds later, of the bot and of its workers."""
    machine.environment.pop("BELLWETHER_NOW", None)
    started = time.monotonic()
    process = await machine.start("run")
    while not server.requests and time.monotonic() - started < LIMIT:  # noqa: ASYNC110 - the server has no event
        await asyncio.sleep(0.005)
    first = round(time.monotonic() - started, 2)
    await asyncio.sleep(SETTLE)
    memory, workers = _resident_mb(process.pid), sum(map(_own_mb, _children(process.pid)))
    process.send_signal(signal.SIGTERM)
    await process.communicate()
    return first, memory, round(workers, 1)


async def _with_sdks() -> float:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", f"{SDKS}; print(flush=True); time.sleep({LIMIT})", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    await process.stdout.readline()
    memory = _resident_mb(process.pid)
    process.kill()
    await process.communicate()
    return memory


def _children(pid: int) -> list[int]:
    """The processes that this one has started and that still run; none where there is no /proc."""
    threads = (Path("/proc") / str(pid) / "task").glob("*/children")
    return [int(child) for each in threads for child in each.read_text().split()]


def _own_mb(pid: int) -> float:
    """Megabytes of a process, those that it shares with others counted in part (PSS)."""
    rollup = (Path("/proc") / str(pid) / "smaps_rollup").read_text()
    return next(float(line.split()[1]) * 1024 / 1e6 for line in rollup.splitlines() if line.startswith("Pss:"))


def _resident_mb(pid: int) -> float:
    """Resident megabytes (10^6 bytes) of a process, from /proc where there is one; NaN elsewhere."""
    try:
        pages = int((Path("/proc") / str(pid) / "statm").read_text().split()[1])
    except OSError:
        return float("nan")
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 1e6, 1)
