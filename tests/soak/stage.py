"""The whole bot but its platforms' SDKs, on a clock of ours, between feeds that attack and a chat that fails."""

from __future__ import annotations

import asyncio
import os
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from bot.analysts.extractive import Extractive
from bot.briefing.schedule import tell_due
from bot.briefing.service import BriefingService
from bot.conversation.dispatch import respond
from bot.conversation.request import Context
from bot.delivery.operators import Operators
from bot.delivery.outbox import OutboxSender
from bot.model.channel import Channel, ChannelSettings
from bot.model.delivery import NotSent
from bot.model.event import Asker, Event
from bot.model.messages import plain as words_of
from bot.model.settings import PipelineSettings, Settings, load
from bot.model.source import Publisher, SourceHealth, SourceSpec
from bot.pipeline.cycle import Pipeline
from bot.reading.fetcher import HttpFetcher, open_fetcher
from bot.reading.publishers import Publishers
from storage.store import SqlStore, open_store
from tests.chat import Chat, Script, platforms
from tests.clock import PATIENCE, FakeClock
from tests.servers.feeds import FeedServer, feed_server_apart

CATCH_UP = 6 * 3600.0


@dataclass
class Stage:
    """A bot with sources on a server of ours, and a channel in a chat of ours."""

    server: FeedServer
    clock: FakeClock
    store: SqlStore
    web: HttpFetcher
    pipeline: Pipeline
    context: Context
    chat: Chat
    briefing: BriefingService
    sender: OutboxSender
    channel: Channel
    houses: int = 0
    slowest: float = 0.0  # seconds that an answer in chat has taken
    dearest: float = 0.0  # seconds of processor time of the whole process that went by while one was waited for
    asked: int = 0
    failed: Counter[str] = field(default_factory=Counter)  # sources' failures, by their sentence

    async def sources(self, paths: Iterable[str]) -> None:
        """Have these read, each a host and a publisher of its own."""
        declared = []
        for path in paths:
            self.houses += 1
            host = f"127.1.{self.houses // 250}.{self.houses % 250 + 1}"
            declared.append((SourceSpec(self.server.url(path, host), path), Publisher(path, path)))
        await self.store.sources.sync(declared, self.clock.now())

    async def look(self) -> None:
        """One look at what is due, asked questions all the while."""
        asking = asyncio.create_task(self._ask_on())
        try:
            await self.pipeline.cycle()
        finally:
            asking.cancel()
            with suppress(asyncio.CancelledError):
                await asking
        for health in (await self.health()).values():
            if health.error and health.checked_at == self.clock.now():
                self.failed[health.error] += 1

    async def _ask_on(self) -> None:
        while True:
            await self.ask("sources")
            await self.ask("signals")
            await asyncio.sleep(0.1)

    async def ask(self, words: str) -> str:
        """What the bot answers in the channel."""
        self.asked += 1
        asker, now = Asker("U1", "Anna"), self.clock.now()
        event = Event("chat", f"e{self.asked}", self.channel.address, self.channel.name, asker, words, now)
        begun, worked, said = time.monotonic(), time.process_time(), ""
        async for reply in respond(event, self.channel, self.context):
            said = words_of(reply.message)
        self.slowest = max(self.slowest, time.monotonic() - begun)
        self.dearest = max(self.dearest, time.process_time() - worked)
        return said

    async def tell(self) -> None:
        """Tell what is due, and wait until it is sent, however often that takes."""
        await tell_due(self.store, self.briefing, self.clock, CATCH_UP)
        async with asyncio.timeout(PATIENCE):
            while not await self.store.outbox.idle("chat"):
                self.sender.wake()
                await asyncio.sleep(0.01)
                self.clock.advance(5)

    async def health(self) -> dict[str, SourceHealth]:
        """By the path of the source."""
        found = await self.store.sources.health()
        return {source.name: found[source.id] for source in await self.store.sources.all()}


def _settings(workers: int) -> Settings:
    pipeline = PipelineSettings(host_pause=0, workers=workers).model_copy(update={"timeout": 5})
    return load(pipeline=pipeline, allow_private_hosts=True, brief={"timezone": "UTC"})


@asynccontextmanager
async def open_stage(database: Path, *, workers: int = 2) -> AsyncIterator[Stage]:
    """Everything open, with one channel that is told every day at half past seven."""
    clock, settings, chat = FakeClock(), _settings(workers), Chat()
    async with (
        feed_server_apart() as server,
        open_store(str(database), clock=clock) as store,
        open_fetcher(settings, clock) as web,
    ):
        analyst = Extractive()
        operators = Operators(store, (), platforms(chat), clock)
        context = Context(store, analyst, clock, settings, web, operators, platforms(chat))
        pipeline = Pipeline(
            store=store, fetcher=web, analyst=analyst, clock=clock, settings=settings.pipeline,
            publishers=Publishers.load(), zone="UTC",
        )  # fmt: skip
        given = ChannelSettings(timezone="UTC", days=("mon", "tue", "wed", "thu", "fri", "sat", "sun"), bar=1)
        channel, _ = await store.channels.ensure("chat", "C1", "#news", given, clock.now())
        sender = OutboxSender(store, platforms(chat), clock)
        async with sender.running():
            briefing = BriefingService(store, sender, clock, analyst)
            yield Stage(server, clock, store, web, pipeline, context, chat, briefing, sender, channel)


def refusals(random: Random) -> list[Script]:
    """What a chat that is down one morning in two says of the next sends."""
    return [NotSent("it is down", retry_after=1)] * random.choice((0, 0, 1, 2))


def memory_mb() -> float:
    """Megabytes that this process holds; NaN where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return float("nan")
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
