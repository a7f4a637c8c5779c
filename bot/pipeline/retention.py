"""Last of a cycle: what is old and was neither told, asked about nor cited is dropped, a little at a time.

Once a day four walks go through what is older than the settings keep, each from its oldest row on:

    signals | articles | entries | reports of cycles

A cycle does a bounded number of steps, each a short transaction of its own, and the next one goes on where it ended;
nothing else waits for more than a step. A walk that is cut off by the end of the process begins again: what it dropped
is gone, and what it would drop is the same.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from functools import partial

from bot.model.ports import Clock
from bot.model.retention import Cursor, Step
from bot.model.settings import KeepSettings, PipelineSettings
from bot.model.stores import Store

log = logging.getLogger(__name__)

STEPS = 100
"""Steps a cycle does at most: at 50 articles a step and four cycles an hour 480,000 articles a day."""
LEAST_KEYS = timedelta(days=90)
"""How long at least the keys of an entry are kept after a feed was last noted to list it, which is noted monthly."""

_Walk = Callable[[Cursor | None], Awaitable[Step]]


class Retention:
    """Drops what has been kept for long enough; owns how far today's walks have come."""

    def __init__(self, store: Store, clock: Clock, keep: KeepSettings, pipeline: PipelineSettings) -> None:
        """What live signals and the search for wire copies may need stays, whatever `keep` says."""
        needed = pipeline.live + 2 * pipeline.window
        self._articles = timedelta(seconds=max(keep.articles, needed))
        self._signals = timedelta(seconds=max(keep.signals, keep.articles, needed))
        self._store = store
        self._clock = clock
        self._began: date | None = None  # the UTC date on which the walks began last; None: they have not yet
        self._walks: deque[tuple[_Walk, Cursor | None]] = deque()
        self._dropped = 0

    async def drop(self) -> None:
        """Begin today's walks where that was not done, and do some steps of what is left of them."""
        now = self._clock.now()
        if not self._walks and self._began != now.date():
            self._began, self._dropped = now.date(), 0
            self._walks.extend([(walk, None) for walk in await self._begun(now)])
        for _ in range(STEPS):
            if not self._walks:
                return
            await self._step()
            await asyncio.sleep(0)

    async def _begun(self, now: datetime) -> list[_Walk]:
        kept, store = await self._store.retention.spared(), self._store.retention
        articles = now - self._articles
        return [
            partial(store.drop_signals, now - self._signals, kept),
            partial(store.drop_articles, articles, kept),
            partial(store.drop_entries, articles, now - max(self._articles, LEAST_KEYS)),
            partial(store.drop_runs, articles),
        ]

    async def _step(self) -> None:
        walk, after = self._walks[0]
        done = await walk(after)
        self._dropped += done.dropped
        if done.last is not None:
            self._walks[0] = walk, done.last
            return
        self._walks.popleft()
        if not self._walks and self._dropped:
            log.info("%d old rows that nothing cites were dropped", self._dropped)
