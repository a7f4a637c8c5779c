"""Sources are checked side by side, a host's in turn, and few enough at once to be held in memory."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import cast
from urllib.parse import urlsplit

import pytest

from bot.model.feed import FetchFailed, FetchOutcome
from bot.model.ports import Fetcher
from bot.model.settings import PipelineSettings
from bot.model.source import Publisher, Source, SourceHealth, SourceSpec
from bot.model.stores import Store
from bot.pipeline.collecting import AT_ONCE, OFFLINE_SOURCES, Collector
from bot.pipeline.tally import NoProgress, Tally
from tests.clock import FakeClock

SETTINGS = PipelineSettings(in_flight=2)


class Counting:
    """A Fetcher that cannot reach anything, and notes how many feeds are asked for at once, in all and of a host."""

    def __init__(self) -> None:
        self.now: Counter[str] = Counter()
        self.most = 0
        self.most_of_a_host = 0
        self.asked: list[str] = []

    async def feed(self, source: Source, health: SourceHealth) -> FetchOutcome:
        host = urlsplit(source.url).netloc
        self.asked.append(source.url)
        self.now[host] += 1
        self.most = max(self.most, self.now.total())
        self.most_of_a_host = max(self.most_of_a_host, self.now[host])
        for _ in range(5):
            await asyncio.sleep(0)
        self.now[host] -= 1
        return FetchFailed("Nothing answers.", unreachable=True)


async def collected(store: Store, clock: FakeClock, urls: list[str], *, eager: bool = False) -> tuple[Counting, Tally]:
    await store.sources.sync([(SourceSpec(url), Publisher(url, url)) for url in urls], clock.now())
    web, tally = Counting(), Tally()
    await Collector(store, cast("Fetcher", web), clock, SETTINGS).collect(tally, NoProgress(), eager)
    return web, tally


async def test_few_feeds_are_in_hand_at_once(store: Store, clock: FakeClock) -> None:
    """However many are due: what is in hand is what memory must hold."""
    urls = [f"https://site{number}.example/feed" for number in range(50)]
    web, tally = await collected(store, clock, urls)
    assert sorted(web.asked) == sorted(urls)
    assert tally.counts["checked"] == len(urls)
    assert web.most == AT_ONCE * SETTINGS.in_flight


async def test_the_feeds_of_a_host_come_in_turn_and_hold_up_no_other(store: Store, clock: FakeClock) -> None:
    """A host with many feeds begins first, since its pauses make it last longest, and takes one place."""
    many = [f"https://many.example/{number}" for number in range(30)]
    few = [f"https://site{number}.example/feed" for number in range(20)]
    web, _ = await collected(store, clock, few + many)
    assert web.asked[0] == many[0]
    assert web.most_of_a_host == 1
    assert web.asked.index(many[-1]) > web.asked.index(few[-1])


async def test_without_a_network_few_are_asked(store: Store, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody waits, and more sources than can be in hand are unreachable: the rest is not tried."""
    monkeypatch.setattr("bot.pipeline.collecting.OFFLINE_SECONDS", 0.0)
    urls = [f"https://site{number}.example/feed" for number in range(200)]
    _, tally = await collected(store, clock, urls, eager=True)
    assert OFFLINE_SOURCES <= tally.counts["checked"] < OFFLINE_SOURCES + 2 * AT_ONCE * SETTINGS.in_flight
