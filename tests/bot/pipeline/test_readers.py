"""Two readers on one PostgreSQL database: each source is asked once, each article stored once, whoever is cut off."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, aclosing, suppress
from typing import Any

import pytest
from sqlalchemy import text, update

from bot.analysts.extractive import Extractive
from bot.model.errors import LeaseHeld, StorageError
from bot.model.settings import PipelineSettings, load
from bot.model.source import Publisher, SourceOrigin, SourceSpec
from bot.pipeline.cycle import Pipeline
from bot.reading.fetcher import open_fetcher
from bot.reading.publishers import Publishers
from storage.engine import Database, located
from storage.schema import leases
from storage.store import SqlStore
from tests.chain import chips, gas, match, more_chips
from tests.clock import MORNING, FakeClock
from tests.servers.feeds import FeedServer, feed_server, rss
from tests.storage.test_coordination import cut

PRINTED = (chips, gas, match, more_chips)
SOURCES = 8


class Readers:
    """Two processes that read, as the database knows them; the first one's store is asked what has come of it."""

    def __init__(self, feeds: FeedServer, stores: list[SqlStore], pipelines: list[Pipeline], clock: FakeClock) -> None:
        self.feeds, self.stores, self.pipelines, self.clock = feeds, stores, pipelines, clock

    async def printed(self) -> None:
        """Each of some houses has printed the same things, in words and at addresses of its own."""
        for n in range(SOURCES):
            items = [each(link=f"https://house{n}.example/{each.__name__}") for each in PRINTED]
            self.feeds.put(f"/{n}.xml", rss(*items))
            spec = SourceSpec(self.feeds.url(f"/{n}.xml", ("127.0.0.1", "localhost")[n % 2]), f"House {n}")
            who = Publisher(f"house{n}.example", f"House {n}")
            await self.stores[0].sources.add(spec, who, SourceOrigin.OPERATOR, MORNING)

    def asked(self) -> set[int]:
        """How often each source was."""
        return {len(self.feeds.seen(f"/{n}.xml")) for n in range(SOURCES)}

    async def count(self, what: str) -> Any:
        async with self.stores[0]._database.read() as connection:
            return await connection.scalar(text(what))

    async def faults(self) -> list[str]:
        """What is lost or doubled."""
        members = Counter([m.article_id async for each in self.stores[0].signals.every() for m in each.articles])
        found = {
            "articles": await self.count("SELECT count(*) FROM articles") - SOURCES * len(PRINTED),
            "links": await self.count("SELECT count(DISTINCT link) FROM articles") - SOURCES * len(PRINTED),
            "unread": await self.count("SELECT count(*) FROM articles WHERE analysed IS NULL"),
            "waiting": await self.count("SELECT count(*) FROM entries WHERE state = 'waiting'"),
            "in two signals": sum(number > 1 for number in members.values()),
            "in none": int(not members),
        }
        return [f"{number} {name}" for name, number in found.items() if number]


@pytest.fixture
async def readers(postgres_database: Any) -> AsyncIterator[Readers]:
    clock, address = FakeClock(), located(postgres_database.emptied())
    given = load(allow_private_hosts=True, pipeline=PipelineSettings(host_pause=0, pages=False, workers=0))
    async with AsyncExitStack() as stack:
        feeds = await stack.enter_async_context(feed_server())
        stores = [SqlStore(await stack.enter_async_context(aclosing(Database(address))), clock) for _ in range(2)]
        pipelines = [
            Pipeline(
                store=store,
                fetcher=await stack.enter_async_context(open_fetcher(given, clock)),
                analyst=Extractive(),
                clock=clock,
                settings=given.pipeline,
                publishers=Publishers.load(),
                zone="UTC",
            )
            for store in stores
        ]
        made = Readers(feeds, stores, pipelines, clock)
        await made.printed()
        yield made


async def test_they_share_out_the_sources(readers: Readers) -> None:
    """Both collect at the same time and each source is asked once; who leads links what both have made articles of."""
    one, two = readers.pipelines
    async with readers.stores[0].lease("cycle"):
        await asyncio.gather(one.lead(), two.collect())
        assert await two.cycle() is None
        await one.lead()
    assert readers.asked() == {1}
    assert await readers.faults() == []


async def test_who_is_overtaken_leaves_the_rest_to_the_other(readers: Readers) -> None:
    """A leader that sleeps past its term and wakes stores nothing more; the one that leads now goes on where it was."""
    one, two = readers.pipelines

    async def overtaken() -> None:
        async with readers.stores[0].lease("cycle"):
            await one.collect()
            async with readers.stores[1]._database.write() as connection:
                await connection.execute(update(leases).values(holder="another", place="elsewhere", expires_at=MORNING))
            await one.lead()

    with pytest.raises(LeaseHeld):
        await overtaken()
    assert await readers.count("SELECT count(*) FROM signals") == 0
    async with readers.stores[1].lease("cycle"):
        await two.lead()
    assert await readers.faults() == []


async def test_cut_off_at_any_moment(readers: Readers, postgres_database: Any) -> None:
    """Connections end and readers die in the middle of anything, six times; then whoever is left finishes the work."""
    dice = random.Random(1)
    for _ in range(6):
        looks = [asyncio.create_task(each.cycle()) for each in readers.pipelines]
        for _ in range(dice.randrange(5, 120)):
            await asyncio.sleep(0)
        if dice.random() < 0.5:
            looks[dice.randrange(2)].cancel()
        else:
            cut(postgres_database.url)
        for look in looks:
            with suppress(StorageError, asyncio.CancelledError):
                await look
    readers.clock.advance(86_400)
    for _ in range(2):
        await readers.pipelines[1].cycle()
    assert await readers.faults() == []
