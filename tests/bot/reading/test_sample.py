"""The sample edition, as the web would serve it."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from bot.model import settings as settings_module
from bot.model.article import TextOrigin
from bot.model.feed import Entry, Fetched, NoPage, NotModified, PageText
from bot.model.settings import PipelineSettings
from bot.model.source import Source, SourceHealth
from bot.reading.articles import draft, wants_page
from bot.reading.fetcher import HttpFetcher, open_fetcher
from bot.reading.publishers import Publishers
from bot.reading.sample import LAST, SampleTransport, moved, sample_sources
from tests.clock import MORNING, FakeClock

NOW = datetime(2031, 7, 9, 7, 30, tzinfo=UTC)
PUBLISHERS = Publishers.load("")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW)


@pytest.fixture
async def web(clock: FakeClock) -> AsyncIterator[HttpFetcher]:
    settings = settings_module.load(pipeline=PipelineSettings(host_pause=0))
    async with open_fetcher(
        settings, clock, transport=SampleTransport(clock, last=NOW - timedelta(minutes=50))
    ) as opened:
        yield opened


def all_sources() -> list[Source]:
    return [
        Source(
            number, spec.url, spec.name or "", PUBLISHERS.of(spec.url, spec.publisher), spec.language, (), spec.weight
        )
        for number, spec in enumerate(sample_sources(), 1)
    ]


async def entries(web: HttpFetcher) -> list[tuple[Source, Entry]]:
    found = []
    for source in all_sources():
        outcome = await web.feed(source, SourceHealth(source.id))
        assert isinstance(outcome, Fetched), outcome
        found += [(source, entry) for entry in outcome.document.entries]
    return found


async def test_the_edition_ends_this_morning(web: HttpFetcher) -> None:
    """Ten publishers, some fifty articles over five days, the last fifty minutes ago."""
    found = await entries(web)
    dates = [entry.published or entry.updated for _, entry in found]
    assert len({source.publisher.key for source, _ in found}) == 10
    assert 45 <= len(found) <= 60
    assert max(date for date in dates if date) == NOW - timedelta(minutes=50)
    assert min(date for date in dates if date) >= NOW - timedelta(days=5)
    assert None not in dates


async def test_it_grows_as_it_did(web: HttpFetcher, clock: FakeClock) -> None:
    """On an earlier morning only what was there by then is there."""
    everything = len(await entries(web))
    clock.set(NOW - timedelta(days=2))
    then = await entries(web)
    assert 0 < len(then) < everything
    assert all((entry.published or entry.updated or NOW) <= clock.now() for _, entry in then)


async def test_its_articles_have_texts(web: HttpFetcher) -> None:
    """All but two stand whole, one page being missing and one forbidden."""
    origins: Counter[TextOrigin] = Counter()
    notes = []
    for source, entry in await entries(web):
        page = await web.page(entry.link or "") if wants_page(entry) else None
        made = draft(source, entry, page, source.publisher, NOW)
        assert made is not None
        origins[made.text_from] += 1
        notes += [made.text_note] if made.text_note else []
        assert len(made.sentences) >= (1 if made.text_note else 4), made.title
    assert origins[TextOrigin.SUMMARY] == len(notes) == 2
    assert any("404" in note for note in notes)
    assert any("robots.txt" in note for note in notes)


async def test_it_answers_as_a_server_does(web: HttpFetcher) -> None:
    """A second look is answered by 304; what is not there, and what tries to climb out, by 404."""
    source = all_sources()[0]
    first = await web.feed(source, SourceHealth(source.id))
    assert isinstance(first, Fetched)
    assert first.etag
    assert isinstance(await web.feed(source, SourceHealth(source.id, etag=first.etag)), NotModified)
    host = source.url.rpartition("/")[0]
    for url in (f"{host}/missing.html", f"{host}/%2e%2e/sources.toml", "https://nobody.example/"):
        page = await web.page(url)
        assert isinstance(page, NoPage), page


async def test_a_file_has_one_address(clock: FakeClock) -> None:
    """Nothing between the parts of its path, and no way round by the folder above."""
    url = all_sources()[0].url
    host, name = url.removeprefix("https://").split("/")
    async with httpx.AsyncClient(transport=SampleTransport(clock)) as client:
        assert (await client.get(url)).status_code == 200
        for path in (f"/{name}", f"%2e%2e/{host}/{name}", f"./{name}/", ""):
            assert (await client.get(f"https://{host}/{path}")).status_code == 404, path


async def test_pages_are_dated_with_their_feeds(web: HttpFetcher) -> None:
    """What a page says of its date moves with the edition."""
    for source, entry in await entries(web):
        page = await web.page(entry.link or "")
        if isinstance(page, PageText) and page.published:
            assert page.published == entry.published, source.name
            break
    else:
        pytest.fail("no page is dated")


def test_only_dates_are_moved() -> None:
    """RFC 822 and ISO 8601, with the right weekday; prose, addresses and ids stay."""
    text = (
        "<pubDate>Fri, 27 Mar 2026 06:40:00 +0000</pubDate> 2026-03-27T06:40:00Z "
        '<time datetime="2026-03-27">27 March 2026</time> /2026/03/a tag:x.example,2026-03-27:1'
    )
    assert moved(text, timedelta(days=1)) == (
        "<pubDate>Sat, 28 Mar 2026 06:40:00 +0000</pubDate> 2026-03-28T06:40:00+00:00 "
        '<time datetime="2026-03-28">27 March 2026</time> /2026/03/a tag:x.example,2026-03-27:1'
    )


async def test_without_more_it_ends_on_the_clocks_own_day() -> None:
    """The default keeps the time of day."""
    clock = FakeClock(MORNING + timedelta(days=30))
    async with open_fetcher(
        settings_module.load(pipeline=PipelineSettings(host_pause=0)), clock, transport=SampleTransport(clock)
    ) as opened:
        found = await entries(opened)
    dates = [entry.published or entry.updated or LAST for _, entry in found]
    assert max(dates) == LAST + timedelta(days=30)
    assert replace(found[0][1], title="") != found[0][1]
