"""The feeds and what machines ask for: valid, with ids that stay, and updated where a signal changed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import feedparser
import pytest
from lxml import etree, html

from bot.model.signal import Batch, Revision, Signal
from bot.web import machine
from bot.web.addresses import Site
from bot.web.pages import ATOM, JSON, Pages
from tests import make
from tests.bot.web.conftest import SITE, Served
from tests.clock import MORNING

ATOM_NAMES = {"a": "http://www.w3.org/2005/Atom"}
MAPS = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


@pytest.fixture
def pages(store: Any, archive: tuple[Signal, ...]) -> Pages:
    return Pages(store, SITE)


def _instant(words: str) -> datetime:
    """As RFC 3339 has it; raises ValueError where it is none."""
    return datetime.strptime(words, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


async def test_atom_is_as_its_standard_has_it(pages: Pages) -> None:
    """What RFC 4287 demands of a feed and of an entry is there, once each; and feedparser reads it without remark."""
    text = (await pages.feed({}, ATOM)).text
    root: Any = etree.fromstring(text.encode())
    entries = root.xpath("a:entry", namespaces=ATOM_NAMES)
    assert len(entries) == 2
    for each in (root, *entries):
        for name in ("id", "title", "updated"):
            assert len(each.xpath(f"a:{name}", namespaces=ATOM_NAMES)) == 1
        assert each.findtext("a:id", namespaces=ATOM_NAMES).startswith("urn:uuid:")
        assert _instant(each.findtext("a:updated", namespaces=ATOM_NAMES))
        assert len(each.xpath("a:link[@rel='alternate' and @type='text/html']", namespaces=ATOM_NAMES)) == 1
    assert root.xpath("string(a:link[@rel='self']/@href)", namespaces=ATOM_NAMES) == "https://signals.example/feed.atom"
    parsed = feedparser.parse(text)
    assert not parsed.bozo
    assert [each.link for each in parsed.entries] == ["https://signals.example/s/2", "https://signals.example/s/1"]


async def test_json_feed_is_as_its_standard_has_it(pages: Pages) -> None:
    """Version 1.1: a title, and items with an id, a text and a date; its HTML is well formed and harmless."""
    feed = json.loads((await pages.feed({}, JSON)).text)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == "https://signals.example/feed.json"
    for item in feed["items"]:
        assert item["id"]
        assert _instant(item["date_published"])
        assert _instant(item["date_modified"])
        assert html.fragments_fromstring(item["content_html"])
        content: Any = html.fromstring(f"<div>{item['content_html']}</div>")
        assert content.xpath("//script|//img") == []


async def test_both_feeds_call_a_signal_the_same(pages: Pages) -> None:
    """And no two signals alike."""
    atom = [each.id for each in feedparser.parse((await pages.feed({}, ATOM)).text).entries]
    assert atom == [each["id"] for each in json.loads((await pages.feed({}, JSON)).text)["items"]]
    assert len(set(atom)) == 2


async def test_a_changed_signal_is_the_same_entry_with_what_changed(
    pages: Pages, store: Any, archive: tuple[Signal, ...]
) -> None:
    """The id stays; the date and the summary move."""
    before = feedparser.parse((await pages.feed({}, ATOM)).text).entries[-1]
    signal = await store.signals.get(1)
    later = MORNING + timedelta(hours=3)
    revision = Revision(1, len(signal.revisions) + 1, later, "Gazette contradicts", None, make.strength(2))
    await store.signals.save(
        Batch(signals=(replace(signal, changed=later, revisions=(*signal.revisions, revision)),)), later
    )
    after = feedparser.parse((await pages.feed({}, ATOM)).text).entries[0]
    assert after.id == before.id
    assert after.updated > before.updated
    assert "Gazette contradicts" in after.summary


async def test_a_filter_has_its_own_feed(pages: Pages, served: Served) -> None:
    """By a question, and by a label; each page names the feed of what it shows."""
    async with served() as client:
        page: Any = html.document_fromstring((await client.get("/search?topic=ai&strength=8")).content)
        address = page.xpath("string(//link[@type='application/atom+xml']/@href)")
        assert address == "/feed.atom?topic=AI&strength=8"
        response = await client.get(address)
        assert response.headers["Content-Type"].startswith(ATOM)
        assert [each.link for each in feedparser.parse(response.text).entries] == ["https://signals.example/s/1"]
        label = feedparser.parse((await client.get("/dimensions/social/feed.atom")).text)
        assert label.feed.title == "The Bellwether · social"
        assert [each.link for each in label.entries] == ["https://signals.example/s/2"]
        assert (await client.get("/topics/none/feed.json")).status_code == 404


async def test_what_machines_ask_for(served: Served, archive: tuple[Signal, ...]) -> None:
    """robots.txt names the sitemap, the sitemap every signal that stands, OpenSearch where to search."""
    async with served() as client:
        assert "Sitemap: https://signals.example/sitemap.xml" in (await client.get("/robots.txt")).text
        sitemap: Any = etree.fromstring((await client.get("/sitemap.xml")).content)
        places = sitemap.xpath("//s:loc/text()", namespaces=MAPS)
        assert "https://signals.example/s/1" in places
        assert "https://signals.example/s/3" not in places
        search: Any = etree.fromstring((await client.get("/opensearch.xml")).content)
        assert search.xpath("string(//*[@type='text/html']/@template)") == (
            "https://signals.example/search?q={searchTerms}"
        )


def test_a_sitemap_of_very_many_addresses_is_an_index() -> None:
    """Each file within what the protocol allows, and none missing."""
    places: list[machine.Place] = [(f"/s/{n}", None) for n in range(machine.AT_ONCE + 1)]
    index = machine.sitemap("sitemap.xml", places, Site("https://x.example", "UTC"))
    assert index
    assert index.count("<loc>") == 2
    assert (machine.sitemap("sitemap-2.xml", places, SITE) or "").count("<loc>") == 1
    assert machine.sitemap("sitemap-3.xml", places, SITE) is None
    assert machine.sitemap("sitemap-0.xml", places, SITE) is None
