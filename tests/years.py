"""A life of the bot, day by day on an injected clock: houses print news, the bot looks, and one channel is told."""

from __future__ import annotations

import time
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zlib import compress, decompress

from bot.analysts.extractive import Extractive
from bot.briefing import briefs
from bot.briefing.service import local_date
from bot.model.brief import Brief
from bot.model.channel import Channel, ChannelSettings
from bot.model.feed import Entry, FeedDocument, Fetched
from bot.model.ports import Clock
from bot.model.settings import KeepSettings, PipelineSettings
from bot.model.source import Publisher, Source, SourceHealth, SourceSpec
from bot.pipeline.cycle import Pipeline
from bot.reading.publishers import Publishers
from storage.store import SqlStore, open_store
from tests.clock import MORNING, FakeClock
from tests.news import Printed, news

LISTED = 40  # entries that a feed lists at once
HOUR = 3_600.0


class Press:
    """Fetcher over houses that print: each has a feed of what it printed last, with whole texts."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._printed: defaultdict[str, deque[tuple[Entry, bytes]]] = defaultdict(lambda: deque(maxlen=LISTED))

    def print(self, one: Printed) -> None:
        """One more article, listed first from now on."""
        now, number = self._clock.now(), time.perf_counter_ns()
        link = f"https://{_host(one.house)}/{now:%Y/%m/%d}/{number}"
        packed = compress(one.body.encode())  # since this memory is none of the bot's
        self._printed[one.house].appendleft((Entry(one.title, link, link, published=now), packed))

    async def feed(self, source: Source, _health: SourceHealth) -> Fetched:
        entries = (replace(each, content=decompress(body).decode()) for each, body in self._printed[source.name])
        return Fetched(FeedDocument(tuple(entries)), None, None, None, None)

    async def page(self, _url: str) -> None: ...

    async def offered(self, _url: str) -> None: ...

    async def document(self, _url: str) -> None: ...


def _host(house: str) -> str:
    return f"{house.lower().replace(' ', '')}.example"


class Life:
    """The bot's days."""

    def __init__(self, store: SqlStore, clock: FakeClock, pipeline: Pipeline, press: Press, channel: Channel) -> None:
        self.store, self.clock, self.pipeline, self.channel = store, clock, pipeline, channel
        self.looks: list[float] = []  # seconds of processor time of each
        self.told: list[tuple[datetime, int, str]] = []  # when, which signal, and what was new about it
        self._press = press

    async def day(self, number: int, articles: int, looks: int, *, tell: bool = True) -> None:
        """So many articles of that day's stories, in so many looks; then the channel is told its brief."""
        printed = iter(sorted(news(articles, day=number), key=lambda each: each.hour))
        for _ in range(looks):
            for one in _some(printed, articles // looks):
                self._press.print(one)
            self.clock.advance(24 / looks * HOUR)
            begun = time.process_time()
            assert await self.pipeline.cycle()
            self.looks.append(time.process_time() - begun)
        if tell:
            await self._tell()

    async def _tell(self) -> None:
        on, now = local_date(self.channel, self.clock.now()), self.clock.now()
        edition = await briefs.edition(self.store, self.channel, on, now)
        await self.store.briefs.record(self.channel, edition, (), now)
        if isinstance(edition, Brief):
            self.told += [(now, item.signal.id, item.delta) for item in edition.items]

    async def pages(self) -> tuple[int, int]:
        """(pages of the file, of those free ones)."""
        async with self.store._database.read() as connection:
            counted = [await connection.exec_driver_sql(f"PRAGMA {name}") for name in ("page_count", "freelist_count")]
        pages, free = (int(each.scalar_one()) for each in counted)
        return pages, free

    @property
    def held(self) -> tuple[int, int, int]:
        """What the pipeline holds in memory: live signals, articles of the copy index, texts."""
        known = self.pipeline._known
        return len(known.live), len(known.copies), len(known._texts)


def _some(printed: Iterator[Printed], count: int) -> Iterator[Printed]:
    for _ in range(count):
        if (one := next(printed, None)) is not None:
            yield one


@asynccontextmanager
async def living(path: Path, keep: KeepSettings, pipeline: PipelineSettings | None = None) -> AsyncIterator[Life]:
    """A life in a new database at that path; all houses are sources, and one channel wants a brief every day."""
    clock, settings = FakeClock(), pipeline or PipelineSettings()
    press = Press(clock)
    async with open_store(str(path), clock=clock) as store:
        houses = [f"House {n}" for n in range(31)] + [f"Wire {n}" for n in range(9)]
        specs = [(SourceSpec(f"https://{_host(each)}/feed", each), Publisher(_host(each), each)) for each in houses]
        await store.sources.sync(specs, clock.now())
        daily = ChannelSettings(timezone="UTC", days=("mon", "tue", "wed", "thu", "fri", "sat", "sun"))
        channel, _ = await store.channels.ensure("chat", "here", "Desk", daily, MORNING - timedelta(days=1))
        running = Pipeline(
            store=store,
            fetcher=press,  # type: ignore[arg-type] # it is asked for feeds alone
            analyst=Extractive(),
            clock=clock,
            settings=settings,
            publishers=Publishers.load(),
            zone="UTC",
            keep=keep,
        )
        yield Life(store, clock, running, press, channel)
