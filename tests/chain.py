"""The chain with Claude in it: real feeds, the real SDK on a real socket, the real store."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bot.analysts.claude.analyst import Claude
from bot.model.article import Article
from bot.model.run import RunReport
from bot.model.settings import AnalystSettings, PipelineSettings, Settings, load
from bot.model.signal import Signal
from bot.model.source import Publisher, SourceOrigin, SourceSpec
from bot.pipeline.cycle import Pipeline
from bot.reading.fetcher import open_fetcher
from bot.reading.publishers import Publishers
from storage.store import SqlStore
from tests.clock import MORNING, PATIENCE, FakeClock
from tests.servers.claude import Brain, ClaudeServer, claude_server
from tests.servers.claude_brains import good
from tests.servers.feeds import FeedServer, feed_server, item, rss

DAY = 86_400.0
CHIPS = (
    "<p>Shares in the world's memory chip makers lost $100bn of market value yesterday after Google Research published "
    "a paper showing that models can be compressed without losing accuracy. Micron, the largest American producer, "
    "fell 19 per cent.</p><p>“If models can run with materially lower memory requirements, the cost of serving each "
    "query drops meaningfully,” said Shawn Kim, an analyst at Morgan Stanley.</p><p>Investors had bought memory stocks "
    "on the assumption of lasting scarcity. SK Hynix fell 12 per cent in Seoul.</p>"
)
MORE_CHIPS = (
    "<p>Micron will cut its memory chip output by 15 per cent after the paper by Google Research, the company said. "
    "Contract prices for memory chips fell 22 per cent this week, and the industry may lose $140bn, according to "
    "Morgan Stanley.</p><p>“Nobody pays for scarcity that is not there,” said Lena Ortiz of Arden Bank.</p>"
)
GAS = (
    "<p>Denmark's parliament has passed a law that bans new gas boilers in homes from next year, by 98 votes to 71. "
    "The law affects 310,000 households, the climate ministry said.</p><p>“Nobody will be left in the cold,” said Ida "
    "Krogh, the climate minister. Makers of heat pumps expect $2bn of orders.</p>"
)
MATCH = (
    "<p>The striker scored a late goal and the cup final ended 2-1 after extra time. The league leaders had led the "
    "match until the 88th minute, and the coach praised the goalkeeper.</p><p>“What a goal,” said the captain.</p>"
)


def chips(**fields: str | None) -> str:
    return item("Memory chip stocks shed $100bn as shortage trade unwinds", description=CHIPS, **fields)


def more_chips(**fields: str | None) -> str:
    return item("Micron cuts memory chip output as prices fall", description=MORE_CHIPS, **fields)


def gas(**fields: str | None) -> str:
    return item("Denmark bans new gas boilers in homes", description=GAS, **fields)


def match(**fields: str | None) -> str:
    return item("Cup final decided by a late goal", description=MATCH, **fields)


@dataclass
class Chain:
    """A morning's reading, with a hand on both ends of it."""

    feeds: FeedServer
    claude: ClaudeServer
    analyst: Claude
    pipeline: Pipeline
    store: SqlStore
    clock: FakeClock
    alarms: list[str] = field(default_factory=list)
    _sources: int = 0

    async def publish(self, *items: str, house: str = "Daily", later: float = 3_600.0) -> RunReport:
        """A house of its own prints these, and the sources are looked at."""
        await self.printed(*items, house=house)
        self.clock.advance(later)
        report = await self.pipeline.cycle()
        assert report is not None
        return report

    async def printed(self, *items: str, house: str = "Daily") -> None:
        """A source of the house with these, not yet looked at."""
        self._sources += 1
        path, who = f"/{self._sources}.xml", Publisher(f"{house.lower().replace(' ', '')}.example", house)
        self.feeds.put(path, rss(*items))
        spec = SourceSpec(self.feeds.url(path), house)
        await self.store.sources.add(spec, who, SourceOrigin.OPERATOR, self.clock.now())

    async def signals(self) -> tuple[Signal, ...]:
        return tuple([signal async for signal in self.store.signals.every()])

    async def texts(self, signal: Signal) -> dict[int, Article]:
        return dict(await self.store.articles.get([m.article_id for m in signal.articles]))

    async def spent(self) -> float:
        return sum(each.usd for each in await self.store.calls.spent(MORNING - timedelta(days=365)))


def settings(server: ClaudeServer, **analyst: Any) -> Settings:
    return load(
        ANTHROPIC_API_KEY=server.key,
        ANTHROPIC_BASE_URL=server.url,
        allow_private_hosts=True,
        analyst=AnalystSettings(**analyst),
        pipeline=PipelineSettings(host_pause=0, pages=False, workers=0).model_copy(update={"timeout": int(PATIENCE)}),
        brief={"timezone": "UTC"},
    )


@asynccontextmanager
async def chain(
    store: SqlStore,
    clock: FakeClock,
    brain: Brain = good,
    *,
    batch_from: int = 300,
    url: str | None = None,
    **analyst: Any,
) -> AsyncIterator[Chain]:
    """Everything open: `url` is another address than the server's, `analyst` are fields of its settings."""
    async with feed_server() as feeds, claude_server(brain, clock.now) as claude:
        given, alarms = settings(claude, **analyst), list[str]()
        if url:
            given = given.model_copy(update={"anthropic_base_url": url})

        async def alarm(words: str) -> None:
            alarms.append(words)

        mind = Claude(given, store, clock, alarm, timeout=PATIENCE, batch_from=batch_from)
        try:
            async with open_fetcher(given, clock) as web:
                pipeline = Pipeline(
                    store=store,
                    fetcher=web,
                    analyst=mind,
                    clock=clock,
                    settings=given.pipeline,
                    publishers=Publishers.load(),
                    zone="UTC",
                )
                yield Chain(feeds, claude, mind, pipeline, store, clock, alarms)
        finally:
            await mind.close()
