"""Reading: how fast sentences are found, the taxonomy is looked for, and the sample edition's articles are made."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from time import process_time

from bot.model import settings
from bot.model.feed import Fetched
from bot.model.settings import PipelineSettings
from bot.model.source import Source, SourceHealth
from bot.reading.articles import draft, wants_page
from bot.reading.fetcher import HttpFetcher, open_fetcher
from bot.reading.publishers import Publishers
from bot.reading.sample import SampleTransport, sample_sources
from bot.text import taxonomy
from bot.text.cache import BoundedCache
from bot.text.segmentation import sentences
from tests.clock import MORNING, FakeClock

PROSE = ("The U.S. Senate voted on Jan. 5. “We won,” said Mr. Smith, 3.5 per cent up. " * 40 + "\n\n") * 100
ARTICLE = "The American chip maker said artificial intelligence needs power in Germany and France. " * 34
"""Some 3,000 characters with a topic and a place in every sentence."""
SCANS = 200


def run(_: Path | None) -> dict[str, object]:
    """Processor time: characters (10^6) split a second, milliseconds a scan, nanoseconds a look-up,
    seconds for the whole sample edition."""
    return {
        "split_m_characters_a_second": round(len(PROSE) / 1e6 / _split(), 1),
        "scan_of_3000_characters_ms": round(1000 * _scan() / SCANS, 2),
        "cache_look_up_ns": _look_ups(BoundedCache(str.upper).__getitem__),
        "lru_cache_look_up_ns": _look_ups(lru_cache(maxsize=1 << 15)(str.upper)),
        **asyncio.run(_edition()),
    }


def _split() -> float:
    sentences(PROSE[:1000], "en")  # compiles its patterns, once for all
    started = process_time()
    sentences(PROSE, "en")
    return process_time() - started


def _scan() -> float:
    shipped = taxonomy.load()
    shipped.scan(ARTICLE)
    started = process_time()
    for _ in range(SCANS):
        shipped.scan(ARTICLE)
    return process_time() - started


def _look_ups(look_up: Callable[[str], str]) -> int:
    """Nanoseconds for the look-up of a word that is known already."""
    words = ARTICLE.split() * 100
    for word in set(words):
        look_up(word)
    started = process_time()
    for _ in map(look_up, words):
        pass
    return round(1e9 * (process_time() - started) / len(words))


async def _edition() -> dict[str, object]:
    clock = FakeClock(MORNING)
    transport = SampleTransport(clock, last=MORNING - timedelta(minutes=50))
    given = settings.load(pipeline=PipelineSettings(host_pause=0))
    started, articles = process_time(), 0
    async with open_fetcher(given, clock, transport=transport) as web:
        publishers = Publishers.load("")
        for number, spec in enumerate(sample_sources(), 1):
            publisher = publishers.of(spec.url, spec.publisher)
            source = Source(number, spec.url, spec.name or "", publisher, spec.language, (), spec.weight)
            articles += await _drafts(web, source)
    return {"sample_articles": articles, "sample_articles_s": round(process_time() - started, 2)}


async def _drafts(web: HttpFetcher, source: Source) -> int:
    """Read the source and make its articles as a cycle does; how many."""
    outcome = await web.feed(source, SourceHealth(source.id))
    assert isinstance(outcome, Fetched)
    made = 0
    for entry in outcome.document.entries:
        page = await web.page(entry.link or "") if wants_page(entry) else None
        made += draft(source, entry, page, source.publisher, MORNING) is not None
    return made
