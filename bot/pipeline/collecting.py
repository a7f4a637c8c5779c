"""The first step of a cycle: the sources that are due are fetched and parsed, and their entries are kept."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from bot.model.errors import StorageError
from bot.model.feed import FetchFailed, FetchOutcome, StoredEntry
from bot.model.ports import Clock, Fetcher, Progress
from bot.model.settings import PipelineSettings
from bot.model.source import Source, SourceHealth, SourceState
from bot.model.stores import Store
from bot.pipeline.tally import Tally
from bot.reading.checking import check

log = logging.getLogger(__name__)

MANY = 12  # sources of which one answers within HOPE seconds, if there is a network
HOPE = 5.0


class Collector:
    """Looks at sources, beside each other; what one of them does stops no other."""

    def __init__(self, store: Store, fetcher: Fetcher, clock: Clock, settings: PipelineSettings) -> None:
        self._store = store
        self._fetcher = fetcher
        self._clock = clock
        self._settings = settings

    async def collect(self, tally: Tally, progress: Progress, eager: bool) -> None:
        """Look at every source that is due; with `eager`, also at those that never answered yet."""
        due = await self._due(eager)
        done = 0

        async def one(source: Source, health: SourceHealth) -> None:
            nonlocal done
            outcome, new = await self._checked(source, health)
            done += 1
            progress.step("Reading sources", done, len(due))
            tally.check(source, outcome)
            tally.add("entries", len(new))

        async with asyncio.TaskGroup() as group:
            looks = [group.create_task(one(source, health)) for source, health in due]
            if eager and len(looks) >= MANY:
                await _lose_hope(looks, tally)

    async def _due(self, eager: bool) -> list[tuple[Source, SourceHealth]]:
        due = list(await self._store.sources.due(self._clock.now()))
        if eager:
            asked, health = {source.id for source, _ in due}, await self._store.sources.health()
            silent = [s for s in await self._store.sources.all() if s.id not in asked and s.state is SourceState.ACTIVE]
            due += [(source, health[source.id]) for source in silent if health[source.id].succeeded_at is None]
        return due

    async def _checked(self, source: Source, health: SourceHealth) -> tuple[FetchOutcome, tuple[StoredEntry, ...]]:
        """One look at a source; a fault of ours in it is a failure of that source, and stops nothing else."""
        try:
            return await check(self._store, self._fetcher, source, health, self._clock, self._settings)
        except StorageError:
            raise
        except Exception as error:
            log.exception("%s could not be read", source.url)
            return FetchFailed(f"It could not be read by a fault of ours ({type(error).__name__})."), ()


async def _lose_hope(looks: Sequence[asyncio.Task[None]], tally: Tally) -> None:
    """Where somebody waits and nothing at all has answered for a while there is no network: ask no further."""
    await asyncio.wait(looks, timeout=HOPE)
    if tally.counts["checked"] == tally.counts["unreachable"]:
        for look in looks:
            look.cancel()
