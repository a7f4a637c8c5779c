"""The second step of a cycle: entries become articles, by the feed's own text, the page or the summary."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import timedelta

from bot.model.article import ArticleDraft
from bot.model.errors import StorageError
from bot.model.feed import StoredEntry
from bot.model.ports import Clock, Fetcher, Progress
from bot.model.settings import PipelineSettings
from bot.model.source import Source
from bot.model.stores import Store
from bot.pipeline.tally import Tally
from bot.reading.articles import draft, publisher, wants_page
from bot.reading.publishers import Publishers

log = logging.getLogger(__name__)

PATIENCE = timedelta(seconds=90)  # after which no further page is asked for in a cycle: what waits can wait
WAITING = 5000  # entries taken up in one cycle
TOGETHER = 50  # entries that are kept in one transaction


class ArticleMaker:
    """Makes the texts of waiting entries, a source's one after the other and the sources beside each other."""

    def __init__(
        self, store: Store, fetcher: Fetcher, clock: Clock, settings: PipelineSettings, publishers: Publishers
    ) -> None:
        self._store = store
        self._fetcher = fetcher
        self._clock = clock
        self._settings = settings
        self._publishers = publishers

    async def make(self, tally: Tally, progress: Progress) -> None:
        """Make articles of what waits: at most `pages_per_source` pages a source, and none once PATIENCE is over.

        What is left waits for the next cycle.
        """
        sources = {source.id: source for source in await self._store.sources.all()}
        lanes: defaultdict[int, list[StoredEntry]] = defaultdict(list)
        for stored in await self._store.articles.waiting(WAITING):
            if stored.source_id in sources:
                lanes[stored.source_id].append(stored)
        total, done = 0, 0
        until = self._clock.now() + PATIENCE

        async def lane(source: Source, chosen: Sequence[StoredEntry]) -> None:
            nonlocal done
            for together in self._together(chosen):
                if self._clock.now() < until or not self._wants_page(together[0]):
                    tally.add("articles", await self._made(together, source))
                done += len(together)
                progress.step("Reading articles", done, total)

        async with asyncio.TaskGroup() as group:
            for source_id, waiting in lanes.items():
                chosen = self._within_budget(waiting)
                total += len(chosen)
                group.create_task(lane(sources[source_id], chosen))

    def _wants_page(self, stored: StoredEntry) -> bool:
        return self._settings.pages and stored.entry.link is not None and wants_page(stored.entry)

    def _within_budget(self, waiting: Sequence[StoredEntry]) -> list[StoredEntry]:
        pages, chosen = 0, []
        for stored in waiting:
            pages += self._wants_page(stored)
            if pages <= self._settings.pages_per_source or not self._wants_page(stored):
                chosen.append(stored)
        return chosen

    def _together(self, chosen: Sequence[StoredEntry]) -> Iterator[list[StoredEntry]]:
        """Runs of entries that are kept in one transaction: one whose page is asked for alone, what a page took is kept
        at once; of the others up to TOGETHER."""
        run: list[StoredEntry] = []
        for stored in chosen:
            if run and (self._wants_page(stored) or self._wants_page(run[0]) or len(run) == TOGETHER):
                yield run
                run = []
            run.append(stored)
        if run:
            yield run

    async def _made(self, together: Sequence[StoredEntry], source: Source) -> int:
        """How many new articles stand; 0 where there was nothing to read or it was known."""
        drafts = [(stored.id, made) for stored in together if (made := await self._draft(stored, source)) is not None]
        now = self._clock.now()
        kept = await self._store.articles.save_all(drafts, now)
        return len({article.id for article in kept if article.fetched == now})

    async def _draft(self, stored: StoredEntry, source: Source) -> ArticleDraft | None:
        """The entry's text; None where there is nothing to read, or by a fault, which stops nothing else: then the
        entry waits for the next cycle."""
        await asyncio.sleep(0)  # a feed of many texts must not keep others from speaking
        entry, page = stored.entry, None
        try:
            if self._wants_page(stored) and entry.link:
                page = await self._fetcher.page(entry.link)
            made = draft(source, entry, page, publisher(entry, source, self._publishers), self._clock.now())
            if made is None:
                await self._store.articles.skip(stored.id)
        except StorageError:
            raise
        except Exception:
            log.exception("%s could not be made an article", entry.link or entry.title)
            return None
        return made
