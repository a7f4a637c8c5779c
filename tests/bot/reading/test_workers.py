"""Workers: foreign bytes are read in processes that end where they take too long or too much."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from bot.model.feed import FetchFailed, NoPage, Offered
from bot.model.source import Publisher, Source, SourceHealth
from bot.reading.feeds import parse_feed
from bot.reading.workers import BROKEN, NO_PROCESS, TOO_LONG, TOO_MUCH, Limits, Overrun, Processes
from tests.bot.reading.web import web
from tests.clock import PATIENCE, FakeClock
from tests.servers.feeds import FeedServer, item, rss

ENDLESS = (re.match, r"(a+)+$", "a" * 60 + "b")
SMALL = Limits(processor=0, memory=300_000_000, duration=PATIENCE)


@pytest.fixture
async def workers() -> AsyncIterator[Processes]:
    processes = Processes(1, SMALL)
    yield processes
    await processes.close()


async def overrun(workers: Processes, job: Callable[..., object], *args: Any) -> str:
    with pytest.raises(Overrun) as raised:
        await workers.run(job, *args)
    return raised.value.why


async def gone(pid: int) -> None:
    """Wait until there is no such process."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                os.kill(pid, 0)
            except ProcessLookupError:
                return
            await asyncio.sleep(0.01)


async def test_a_job_ends_at_its_bounds_and_the_next_one_finds_a_worker(workers: Processes) -> None:
    """Processor time, memory and a broken interpreter are told apart; what a job raises comes through."""
    assert await workers.run(parse_feed, rss(item("One")).encode(), None, "https://a.example/") is not None
    with pytest.raises(ValueError, match="invalid literal"):
        await workers.run(int, "x")
    assert await overrun(workers, bytearray, 2_000_000_000) == TOO_MUCH
    assert await overrun(workers, *ENDLESS) == TOO_LONG
    assert await overrun(workers, os.abort) == BROKEN
    assert await workers.run(int, "7") == 7


async def test_a_worker_that_was_ended_from_outside_is_replaced(workers: Processes) -> None:
    """Its job is done once more: by nothing that it did has the worker ended."""
    pid = await workers.run(os.getpid)
    waiting = asyncio.create_task(workers.run(time.sleep, 0.2))
    await asyncio.sleep(0.1)
    os.kill(pid, signal.SIGTERM)
    await waiting
    assert await workers.run(os.getpid) != pid


async def test_a_cancelled_job_ends(workers: Processes) -> None:
    """Who stops the bot does not wait for a parser."""
    pid = await workers.run(os.getpid)
    waiting = asyncio.create_task(workers.run(time.sleep, PATIENCE))
    await asyncio.sleep(0.1)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await gone(pid)
    assert await workers.run(int, "7") == 7


async def test_workers_are_let_go_when_nothing_is_read() -> None:
    """They hold no memory between two looks; what is still in hand when they are closed comes to an end."""
    workers = Processes(1, SMALL, rest=0.01)
    await gone(await workers.run(os.getpid))
    left = asyncio.create_task(workers.run(time.sleep, PATIENCE))
    queued = asyncio.create_task(workers.run(time.sleep, PATIENCE))
    pid = await asyncio.wait_for(_busy(workers), PATIENCE)
    await workers.close()
    for each in (left, queued):
        with pytest.raises(Overrun):
            await each
    await gone(pid)


async def _busy(workers: Processes) -> int:
    """The process of the one worker, once there is one."""
    while workers._pool is None or not workers._pool._pool_manager.worker_manager.workers:  # noqa: ASYNC110 - a process has no event
        await asyncio.sleep(0.01)
    return next(iter(workers._pool._pool_manager.worker_manager.workers))


async def test_where_no_process_can_be_started_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without semaphores, or with too many processes, is no reason to read foreign bytes unbounded."""

    def refuse(_: int) -> None:
        raise OSError("Function not implemented")

    monkeypatch.setattr("bot.reading.workers._start", refuse)
    assert await overrun(Processes(1), int, "7") == NO_PROCESS


class Overrunning:
    """Workers for whom everything is too much."""

    async def run(self, job: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        raise Overrun(TOO_LONG)


async def test_what_oversteps_its_bounds_is_a_failure_with_a_sentence(server: FeedServer, clock: FakeClock) -> None:
    """Feeds, pages, errors and what a person adds: each says what was wrong, none raises."""
    server.put("/feed.xml", rss(item("One")))
    server.put("/missing", "no", status=404)
    async with web(clock, host_pause=0) as opened:
        opened._workers = opened._robots._workers = Overrunning()
        url = server.url("/feed.xml")
        failed = await opened.feed(Source(1, url, "Daily", Publisher("daily", "Daily"), None, (), 1.0), SourceHealth(1))
        assert failed == FetchFailed("The feed of 127.0.0.1 takes too long to read, so we have left it.")
        assert await opened.page(url) == NoPage("The article’s page takes too long to read.")
        assert isinstance(await opened.page(server.url("/missing")), NoPage)
        assert await opened.offered(url) == Offered()
