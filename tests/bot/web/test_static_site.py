"""The static copy: the same pages at the same addresses, written whole, and only where something has changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from lxml import html

from bot.model.signal import Batch, Signal
from bot.web import pages, static_site
from bot.web.addresses import Site
from bot.web.pages import Pages
from bot.web.static_site import RECORD, StaticSite
from tests import make
from tests.bot.web.conftest import TODAY, tell
from tests.clock import MORNING

SITE = Site("https://signals.example/archive", "UTC", static=True)


@pytest.fixture
async def site(store: Any, archive: tuple[Signal, ...], tmp_path: Path) -> StaticSite:
    await tell(store, archive)
    return StaticSite(store, Pages(store, SITE), tmp_path / "site")


def _files(folder: Path) -> dict[str, str]:
    return {
        str(each.relative_to(folder)): each.read_bytes().hex()
        for each in folder.rglob("*")
        if each.is_file() and each.name != RECORD
    }


async def test_each_address_within_is_a_file(site: StaticSite) -> None:
    """Every link of every page leads to a file, below the path that the site stands at."""
    await site.write()
    written = list(site.folder.rglob("*.html"))
    assert {site.folder / "index.html", site.folder / "s" / "1" / "index.html", site.folder / "404.html"} <= set(
        written
    )
    for page in written:
        tree: Any = html.document_fromstring(page.read_bytes())
        for link in tree.xpath("//@href[starts-with(., '/')]"):
            assert link.startswith("/archive/")
            there = site.folder / unquote(link.removeprefix("/archive").partition("#")[0]).strip("/")
            assert there.is_file() or (there / "index.html").is_file(), (page, link)
        assert tree.xpath("//form|//script") == []


async def test_the_pages_are_those_of_the_server(site: StaticSite) -> None:
    """A signal, a label and a morning read as they do when they are served."""
    await site.write()
    for path, page in (
        ("s/1", await site.pages.signal(1)),
        ("topics/ai", await site.pages.label("topics", "ai")),
        ("d/2026-03-27", await site.pages.day(TODAY)),
        ("browse", await site.pages.browse()),
        ("", await site.pages.front()),
    ):
        assert (site.folder / path / "index.html").read_text(encoding="utf-8") == page.text
    assert 'url=/archive/s/1"' in (site.folder / "s" / "3" / "index.html").read_text(encoding="utf-8")


async def test_a_second_run_touches_nothing_where_nothing_changed(site: StaticSite) -> None:
    """And says so."""
    first = await site.write()
    assert first.written == first.pages
    before = _files(site.folder)
    assert (await site.write()).written == 0
    assert _files(site.folder) == before


async def test_a_site_that_moves_or_is_made_by_another_version_is_written_anew(
    site: StaticSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its links would lead to where it stood before, and its pages read as the older code had them."""
    await site.write()
    moved = StaticSite(site.store, Pages(site.store, replace(SITE, address="https://signals.example")), site.folder)
    done = await moved.write()
    assert done.written == done.pages
    assert "/archive/" not in (site.folder / "index.html").read_text(encoding="utf-8")
    monkeypatch.setattr(static_site, "fingerprint", lambda: "another")
    again = StaticSite(moved.store, moved.pages, moved.folder)
    assert (await again.write()).written == done.pages


async def test_one_new_signal_touches_few_files(site: StaticSite, store: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own page, lists and feeds of its labels; no other signal's page and no page of a list further back."""
    for module in (pages, static_site):
        monkeypatch.setattr(module, "PER_PAGE", 4)
    many = tuple(make.signal(n, MORNING, actors=(f"Firm {n}",)) for n in range(10, 22))
    await store.signals.save(Batch(signals=many), MORNING)
    await site.write()
    before = _files(site.folder)
    new = make.signal(999, MORNING + timedelta(hours=1), actors=("Firm 10",))
    await store.signals.save(Batch(signals=(new,)), MORNING)
    await site.write()
    after = _files(site.folder)
    touched = {name for name, content in after.items() if before.get(name) != content}
    assert {name for name in touched if name.startswith("s/")} == {"s/999/index.html"}
    assert {name for name in touched if name.startswith("page/")} == {"page/4/index.html"}
    assert {"index.html", "topics/ai/index.html", "actors/Firm_10/index.html", "feed.atom", "sitemap.xml"} <= touched
    assert len(touched) < 45


async def test_what_is_no_more_is_taken_away(site: StaticSite, store: Any) -> None:
    """A label that nothing carries any more; a stranger's file stays."""
    await site.write()
    (site.folder / "CNAME").write_text("signals.example", encoding="utf-8")
    signal = await store.signals.get(1)
    await store.signals.save(Batch(signals=(replace(signal, places=("FR",), changed=MORNING + timedelta(1)),)), MORNING)
    done = await site.write()
    assert done.removed >= 1
    assert not (site.folder / "places" / "us" / "index.html").exists()
    assert (site.folder / "places" / "fr" / "index.html").exists()
    assert (site.folder / "CNAME").exists()


async def test_a_run_that_is_cut_off_is_made_up_for(
    site: StaticSite, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """No file is half written, and the next run ends where a whole one would have."""
    whole = StaticSite(site.store, site.pages, tmp_path / "whole")
    await whole.write()
    replace_file, left = static_site._replace, [7]

    def failing(path: Path, content: bytes) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise OSError("the disk is full")
        replace_file(path, content)

    monkeypatch.setattr(static_site, "_replace", failing)
    with pytest.raises(OSError, match="full"):
        await site.write()
    expected = _files(whole.folder)
    assert all(expected[name] == content for name, content in _files(site.folder).items())
    monkeypatch.undo()
    await site.write()
    assert _files(site.folder) == expected


@pytest.mark.parametrize("record", ["", "[]", "{", '{"/../../outside": "x"}'])
async def test_a_record_that_cannot_be_read_costs_only_time(site: StaticSite, tmp_path: Path, record: str) -> None:
    """Everything is written again; and nothing outside of the folder is ever removed for it."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "index.html").write_text("mine", encoding="utf-8")
    site.folder.mkdir()
    (site.folder / RECORD).write_text(record, encoding="utf-8")
    done = await site.write()
    assert done.written == done.pages
    assert (outside / "index.html").exists()
