"""Second step of a cycle: make articles of entries, from the feed's own text, the page or the summary."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.model.article import ArticleDraft, DatedBy
from bot.model.echoing import echo
from bot.model.errors import StorageError
from bot.model.feed import Entry, NoPage, PageOutcome, PageText, StoredEntry
from bot.model.ports import Clock, Fetcher, Progress
from bot.model.settings import PipelineSettings
from bot.model.source import Source
from bot.model.stores import Store
from bot.model.tasks import task_group
from bot.model.threads import beside
from bot.pipeline.tally import Tally
from bot.reading.articles import draft, publisher, wants_page
from bot.reading.publishers import Publishers

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Waiting:
    """An entry whose text is to be made."""

    stored: StoredEntry
    paged: bool  # its page is to be fetched

    @property
    def size(self) -> int:
        """Characters of its texts."""
        return _size(self.stored.entry)


PAGE_TIME = timedelta(seconds=90)  # after this no further page is fetched in a cycle; the rest waits for the next one
ENTRIES_PER_CYCLE = 5000
ENTRIES_PER_TRANSACTION = 50
BATCHES_AT_ONCE = 2  # of texts that are there: one is made while the other is stored


class ArticleMaker:
    """Makes articles of waiting entries: sources in parallel, the entries of a source one after the other."""

    def __init__(
        self, store: Store, fetcher: Fetcher, clock: Clock, settings: PipelineSettings, publishers: Publishers
    ) -> None:
        self._store = store
        self._fetcher = fetcher
        self._clock = clock
        self._settings = settings
        self._publishers = publishers
        self._at_once = asyncio.Semaphore(BATCHES_AT_ONCE)

    async def make(self, tally: Tally, progress: Progress) -> None:
        """Make articles of the waiting entries; fetch at most `pages_per_source` pages a source, none after PAGE_TIME.

        What is left waits for the next cycle. Where several processes make articles, a source is one's at a time.
        """
        sources = {source.id: source for source in await self._store.sources.all()}
        by_source: defaultdict[int, list[StoredEntry]] = defaultdict(list)
        for stored in await self._store.articles.waiting(ENTRIES_PER_CYCLE):
            if stored.source_id in sources:
                by_source[stored.source_id].append(stored)
        total, done = 0, 0
        until = self._clock.now() + PAGE_TIME

        async def make_of(source: Source, chosen: deque[_Waiting]) -> None:
            nonlocal done
            async with self._store.share(f"source {source.id}") as mine:
                for batch in _transactions(await self._left(chosen) if mine else deque()):
                    if self._clock.now() < until or not batch[0].paged:
                        tally.add("articles", await self._save(batch, source, tally))
                    done += len(batch)
                    progress.step("Reading articles", done, total)

        async with task_group() as group:
            while by_source:
                source_id = next(iter(by_source))
                chosen = await self._within_budget(by_source.pop(source_id))
                total += len(chosen)
                group.create_task(make_of(sources[source_id], chosen))

    async def _left(self, chosen: deque[_Waiting]) -> deque[_Waiting]:
        """Those of which no other process has made an article since they were found."""
        if not self._store.is_shared:
            return chosen
        still = await self._store.articles.still_waiting([one.stored.id for one in chosen])
        return deque(one for one in chosen if one.stored.id in still)

    async def _wants_page(self, entry: Entry) -> bool:
        if not self._settings.pages or entry.link is None:
            return False
        try:
            return await beside(_size(entry), wants_page, entry)
        except Exception:  # noqa: BLE001 - making its article fails as well, and is logged
            return False

    def _too_old(self, made: ArticleDraft) -> bool:
        """Whether an article of an undated entry is by its page's own date older than the window."""
        oldest = self._clock.now() - timedelta(seconds=self._settings.window)
        return made.dated_by is DatedBy.PAGE and made.published < oldest

    async def _within_budget(self, waiting: Sequence[StoredEntry]) -> deque[_Waiting]:
        """The entries of one source without those beyond `pages_per_source` that need a page."""
        pages, chosen = 0, deque[_Waiting]()
        for stored in waiting:
            one = _Waiting(stored, await self._wants_page(stored.entry))
            pages += one.paged
            if pages <= self._settings.pages_per_source or not one.paged:
                chosen.append(one)
        return chosen

    async def _save(self, batch: Sequence[_Waiting], source: Source, tally: Tally) -> int:
        """Make and store the articles of a batch; returns how many are new.

        What is waited for is the network: batches that need none only fill the memory where many are made at once.
        """
        if batch[0].paged:
            return await self._made(batch, source, tally)
        async with self._at_once:
            return await self._made(batch, source, tally)

    async def _made(self, batch: Sequence[_Waiting], source: Source, tally: Tally) -> int:
        drafts = [(each.stored, made) for each in batch if (made := await self._draft(each, source, tally)) is not None]
        return await self._kept(drafts, source, tally)

    async def _kept(self, drafts: Sequence[tuple[StoredEntry, ArticleDraft]], source: Source, tally: Tally) -> int:
        """How many are new. Where they cannot be stored together, each is alone, and what fails then is passed over."""
        now = self._clock.now()
        try:
            kept = await self._store.articles.save_all([(stored.id, made) for stored, made in drafts], now)
        except StorageError:
            raise
        except Exception:  # noqa: BLE001 - it is logged, and what goes on goes on
            if len(drafts) > 1:
                return sum([await self._kept([each], source, tally) for each in drafts])
            await self._pass_over(drafts[0][0], source, tally)
            return 0
        return len({article.id for article in kept if article.fetched == now})

    async def _draft(self, waiting: _Waiting, source: Source, tally: Tally) -> ArticleDraft | None:
        """The entry's article; None where there is nothing to read, or where making it failed. Raises StorageError."""
        stored = waiting.stored
        try:
            page = await self._page(waiting)
            size = waiting.size + (len(page.text) if isinstance(page, PageText) else 0)
            by = publisher(stored.entry, source, self._publishers)
            made = await beside(size, draft, source, stored.entry, page, by, self._clock.now())
        except Exception:  # noqa: BLE001 - it is logged, and what goes on goes on
            await self._pass_over(stored, source, tally)
            return None
        if made is None or self._too_old(made):
            await self._store.articles.skip(stored.id)
            return None
        return made

    async def _page(self, waiting: _Waiting) -> PageOutcome | None:
        """The entry's page, if it is wanted. What makes its reading fail is a reason why there is none."""
        link = waiting.stored.entry.link
        if not waiting.paged or not link:
            return None
        try:
            return await self._fetcher.page(link)
        except Exception:
            log.exception("the page %s could not be read", link)
            return NoPage("The article’s page could not be read, by a fault of ours.")

    async def _pass_over(self, stored: StoredEntry, source: Source, tally: Tally) -> None:
        """Give an entry up that fails in a way it should not, and say so: left waiting, it would fail at every look."""
        log.exception("%s could not be made an article", stored.entry.link or stored.entry.title)
        tally.notes.append(f"{source.name}: {echo(stored.entry.title)} could not be read, by a fault of ours.")
        await self._store.articles.skip(stored.id)


def _transactions(chosen: deque[_Waiting]) -> Iterator[list[_Waiting]]:
    """The entries, taken out, in the groups that are stored in one transaction each.

    An entry whose page is fetched is alone, so that what took long is stored at once; others go up to
    ENTRIES_PER_TRANSACTION together.
    """
    run: list[_Waiting] = []
    while chosen:
        one = chosen.popleft()
        if run and (one.paged or run[0].paged or len(run) == ENTRIES_PER_TRANSACTION):
            yield run
            run = []
        run.append(one)
    if run:
        yield run


def _size(entry: Entry) -> int:
    """Characters of the entry's texts, markup included."""
    return len(entry.content) + len(entry.summary)
