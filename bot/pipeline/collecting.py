"""First step of a cycle: fetch and parse the sources that are due, and store their entries."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from urllib.parse import urlsplit

from bot.model.ports import Clock, Fetcher, Progress
from bot.model.settings import PipelineSettings
from bot.model.source import Source, SourceHealth, SourceState
from bot.model.stores import Store
from bot.model.tasks import task_group
from bot.pipeline.tally import Tally
from bot.reading.checking import check

OFFLINE_SOURCES = 12  # of so many sources at least one can be reached, if there is a network
OFFLINE_SECONDS = 5.0  # that they get before anybody thinks so
AT_ONCE = 4
"""Hosts in hand for each request in flight: enough for those that pause or wait for the store, and few enough that a
look at hundreds of feeds of full texts does not hold them all in memory (`python -m tests.bench many`)."""

Due = tuple[Source, SourceHealth]


class Collector:
    """Checks sources in parallel, those of a host in turn; a failure of one does not affect the others.

    Where several processes collect, a host is one process's at a time.
    """

    def __init__(self, store: Store, fetcher: Fetcher, clock: Clock, settings: PipelineSettings) -> None:
        self._store = store
        self._fetcher = fetcher
        self._clock = clock
        self._settings = settings

    async def collect(self, tally: Tally, progress: Progress, eager: bool) -> None:
        """Check every source that is due; with `eager` also those that have never answered."""
        due = await self._due(eager)
        total, done, checked = len(due), 0, asyncio.Event()

        async def one(source: Source, health: SourceHealth) -> None:
            nonlocal done
            outcome, new = await check(self._store, self._fetcher, source, health, self._clock, self._settings)
            done += 1
            progress.step("Reading sources", done, total)
            tally.check(source, outcome)
            tally.add("entries", len(new))
            checked.set()

        hosts = _by_host(due)
        del due
        async with task_group() as group:
            count = min(len(hosts), AT_ONCE * self._settings.in_flight)
            workers = [group.create_task(self._work(hosts, one)) for _ in range(count)]
            if eager and total >= OFFLINE_SOURCES:
                for worker in workers:
                    worker.add_done_callback(lambda _: checked.set())
                await _cancel_if_offline(workers, tally, checked)

    async def _work(self, hosts: deque[deque[Due]], one: Callable[[Source, SourceHealth], Awaitable[None]]) -> None:
        """Check host after host, the sources of a host one after the other; what is checked is let go at once.

        A host that another process is at is passed over.
        """
        while hosts:
            sources = hosts.popleft()
            async with self._store.share(f"host {_host(sources[0][0])}") as mine:
                if not mine:
                    continue
                still = await self._still_due(sources)
                while sources:
                    source, health = sources.popleft()
                    if still is None or source.id in still:
                        await one(source, health)

    async def _still_due(self, sources: Iterable[Due]) -> set[int] | None:
        """Ids of those that no other process has checked since they were found due; None: there is none that might."""
        if not self._store.is_shared:
            return None
        now = await self._store.sources.checked([source.id for source, _ in sources])
        return {source.id for source, health in sources if now[source.id] == health.checked_at}

    async def _due(self, eager: bool) -> list[tuple[Source, SourceHealth]]:
        due = list(await self._store.sources.due(self._clock.now()))
        if eager:
            asked, health = {source.id for source, _ in due}, await self._store.sources.health()
            silent = [s for s in await self._store.sources.all() if s.id not in asked and s.state is SourceState.ACTIVE]
            due += [(source, health[source.id]) for source in silent if health[source.id].succeeded_at is None]
        return due


def _by_host(due: Iterable[Due]) -> deque[deque[Due]]:
    """The sources of each host in their order; hosts with more of them first, since they take longest."""
    hosts: defaultdict[str, deque[Due]] = defaultdict(deque)
    for source, health in due:
        hosts[_host(source)].append((source, health))
    return deque(sorted(hosts.values(), key=len, reverse=True))


def _host(source: Source) -> str:
    return urlsplit(source.url).netloc.lower()


async def _cancel_if_offline(workers: Sequence[asyncio.Task[None]], tally: Tally, checked: asyncio.Event) -> None:
    """Cancel the checks where there is no network, since a person waits.

    That is so where, of OFFLINE_SOURCES or more that have been tried, none could be reached. Slow ones are waited for.
    `checked` is set after each check, and at the end of each worker.
    """
    await asyncio.wait(workers, timeout=OFFLINE_SECONDS)
    while waiting := [each for each in workers if not each.done()]:
        if tally.counts["checked"] > tally.counts["unreachable"]:
            return
        if tally.counts["unreachable"] >= OFFLINE_SOURCES:
            for each in waiting:
                each.cancel()
            return
        checked.clear()
        await checked.wait()
