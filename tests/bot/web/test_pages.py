"""The pages: what they show, that they show it as text, and that they lead where they say."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from html import unescape
from itertools import pairwise
from typing import Any

import pytest
from lxml import html

from bot.model.label import CategoryKind, Label
from bot.model.signal import Batch, Signal
from bot.web.addresses import label_path, slug, unslugged
from bot.web.admission import RateLimit
from bot.web.pages import PER_PAGE, Pages
from bot.web.rendering import stylesheet, stylesheet_path
from tests import make
from tests.bot.web.conftest import HOSTILE, SITE, TODAY, Served, tell
from tests.clock import MORNING

PATHS = (
    "/",
    "/page/1",
    "/s/1",
    "/s/2",
    "/browse",
    "/search",
    "/search?q=memory&strength=5",
    "/topics/ai",
    "/d/2026-03-27",
)


@pytest.fixture
def pages(store: Any, archive: tuple[Signal, ...]) -> Pages:
    return Pages(store, SITE)


def parsed(text: str | bytes) -> Any:
    """The page as a tree."""
    return html.document_fromstring(text)


def words(text: str) -> str:
    """What a reader reads, in one line."""
    body = parsed(text).body
    return " ".join(body.text_content().split()).replace("\xa0", " ")


async def test_a_signal_is_laid_out_as_the_reference_is(pages: Pages) -> None:
    """Title, strength, date and categories; analysis, actors, sources; then the sum and what came of it, in order."""
    text = (await pages.signal(1)).text
    tree = parsed(text)
    headings = [" ".join(each.text_content().split()) for each in tree.xpath("//h1|//h2")]
    assert headings == [
        "Efficiency gains are collapsing the memory shortage premium",
        "Analysis",
        "Key actors",
        "Source articles",
        "Strength",
        "Over time",
        "What speaks against it",
        "What would change our mind",
    ]
    said = words(text)
    assert "str 8 · 27 March 2026 · 3 articles · s1" in said
    assert "economic · technological · AI · chips · United States" in said
    assert "8 = 3 consequence + 2 evidence + 2 novelty + 1 corroboration" in said
    assert "A memory maker that sells out again." in said
    assert "a second publisher confirms (Gazette)" in said
    assert said.count("← all signals") == 2


async def test_a_quote_is_the_stored_text_and_leads_to_its_place(pages: Pages) -> None:
    """Word for word, with its anchor marked, and a link with a text fragment."""
    tree = parsed((await pages.signal(1)).text)
    quotes = ["".join(each.itertext()).strip("“”") for each in tree.xpath("//blockquote/p")]
    assert all(quote in make.TEXT for quote in quotes)
    assert [each.text for each in tree.xpath("//mark")][1] == "materially lower"
    links = tree.xpath("//figure//a/@href")
    assert all(":~:text=" in link for link in links)
    assert len(links) == len(quotes) == 4


async def test_headings_go_down_one_level_at_a_time(pages: Pages, store: Any, archive: tuple[Signal, ...]) -> None:
    """One first-level heading a page, landmarks, a language, and a name for every picture, field and navigation."""
    await tell(store, archive)
    for page in (
        await pages.front(),
        await pages.signal(1),
        await pages.browse(),
        await pages.label("topics", "ai"),
        await pages.day(TODAY),
        await pages.search({"q": "memory"}, MORNING),
    ):
        tree = parsed(page.text)
        levels = [int(each.tag[1]) for each in tree.xpath("//h1|//h2|//h3|//h4")]
        assert levels.count(1) == 1
        assert levels[0] == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))
        assert tree.get("lang") == "en"
        assert len(tree.xpath("//main")) == len(tree.xpath("//header[@class='masthead']")) == 1
        assert tree.xpath("//nav[not(@aria-label)]") == []
        assert tree.xpath("//svg[not(@role)]|//svg[@role='img' and not(@aria-labelledby)]") == []
        for field in tree.xpath("//input[@type!='hidden']"):
            assert tree.xpath(f"//label[@for='{field.get('id')}']")
        assert tree.xpath("//a[@class='skip']/@href") == ["#main"]
        ids = tree.xpath("//@id")
        assert len(ids) == len(set(ids))


async def test_nothing_an_article_says_becomes_markup(pages: Pages, served: Served) -> None:
    """Scripts, pictures, templates, marks that reorder text and links of other kinds stay words, or are left out."""
    async with served() as client:
        for path in (*PATHS, "/feed.atom"):
            text = (await client.get(path)).text
            tree = parsed(text.encode())
            assert "<script" not in text
            assert tree.xpath("//script|//@style|//style|//@*[starts-with(name(), 'on')]") == [], path
            assert not [each for each in tree.xpath("//@href") if each.startswith("javascript")], path
            assert "\u202e" not in text
    assert HOSTILE.replace("\u202e", "") in unescape((await pages.signal(2)).text)


async def test_a_signal_leads_to_related_ones(pages: Pages, store: Any) -> None:
    """Those that share most first, then the latest; itself not among them."""
    actors = {11: ("Google",), 12: ("Micron", "Google"), 13: ("Micron",), 14: ("Somebody",)}
    more = tuple(make.signal(id_, actors=each, topics=("chips",), places=()) for id_, each in actors.items())
    await store.signals.save(Batch(signals=more), MORNING)
    related = parsed((await pages.signal(1)).text).xpath("//section[@class='related']//h3/a/@href")
    assert related == ["/s/12", "/s/13", "/s/11"]


async def test_a_link_with_a_secret_in_it_is_not_published(pages: Pages, store: Any) -> None:
    """The quote stands there all the same, without it."""
    link = "https://letters.example/4?token=PLANTED-0123456789"
    (kept,) = await make.stored(store, make.article(9, link=link))
    await store.signals.save(Batch(signals=(make.signal(20, articles=(make.member(kept),)),)), MORNING)
    text = (await pages.signal(20)).text
    assert "PLANTED" not in text
    assert "Memory chip makers lost" in text


async def test_an_absorbed_signal_leads_to_its_survivor(served: Served, pages: Pages) -> None:
    """For ever, by both of its names."""
    async with served() as client:
        for path, there in (("/s/3", "/s/1"), ("/signals/s42", "/s/42"), ("/topics/AI", "/topics/ai")):
            response = await client.get(path)
            assert (response.status_code, response.headers["Location"]) == (301, there)
        assert (await client.get("/s/99")).status_code == 404


async def test_every_link_within_leads_to_a_page(
    served: Served, store: Any, archive: tuple[Signal, ...], pages: Pages
) -> None:
    """From the front page on, each address that a page names is there."""
    await tell(store, archive)
    async with served(visits=RateLimit(0.0, 10_000, time.monotonic)) as client:
        seen: set[str] = set()
        waiting = ["/"]
        while waiting:
            path = waiting.pop()
            seen.add(path)
            response = await client.get(path)
            assert response.status_code == 200, path
            if response.headers["Content-Type"].startswith("text/html") and not path.startswith("/search?"):
                links = parsed(response.content).xpath("//@href")
                found = {link.partition("#")[0] for link in links if link.startswith("/")} - seen - set(waiting)
                waiting += sorted(found)
        assert {"/s/1", "/s/2", "/browse", "/topics/ai", "/publishers/gazette.example", "/d/2026-03-27"} <= seen


async def test_search_and_filters_narrow_what_is_found(pages: Pages) -> None:
    """Each filter is a link with the others kept; what is chosen can be taken away."""
    page = await pages.search({"topic": "ai", "strength": "8"}, MORNING)
    tree = parsed(page.text)
    assert tree.xpath("//ol[@class='signals']//a[starts-with(@href, '/s/')]/@href") == ["/s/1"]
    chosen = tree.xpath("//ul[@class='chosen']//a/@href")
    assert chosen == ["/search?strength=8", "/search?topic=AI"]
    offered = tree.xpath("//details//a/@href")
    assert "/search?topic=AI&dimension=economic&strength=8" in offered
    assert "/search?topic=AI&strength=8&since=2026-03-20" in offered
    assert "/search?topic=AI&actor=Google&strength=8" in offered
    assert "Nothing in the archive says that." in words((await pages.search({"q": "zebra"}, MORNING)).text)


async def test_numbered_pages_stay_as_they_are_when_signals_come(pages: Pages, store: Any) -> None:
    """The oldest page is the first one; the front page shows what changed last and leads to the newest page."""
    await store.signals.save(Batch(signals=tuple(make.signal(n) for n in range(10, 10 + PER_PAGE))), MORNING)
    before = (await pages.numbered(1)).text
    assert 'href="/page/2"' in (await pages.front()).text
    await store.signals.save(Batch(signals=tuple(make.signal(n) for n in range(50, 52))), MORNING)
    assert (await pages.numbered(1)).text == before
    assert (await pages.numbered(2)).status == 200
    assert (await pages.numbered(3)).status == 404


async def test_a_day_shows_what_was_told_and_not_where(pages: Pages, store: Any, archive: tuple[Signal, ...]) -> None:
    """The strongest first; it leads to the mornings beside it."""
    for days in range(3):
        await tell(store, archive, TODAY - timedelta(days=days))
    page = await pages.day(TODAY - timedelta(days=1))
    said = words(page.text)
    assert "2 signals told that day, the strongest first." in said
    assert said.index("8 ·") < said.index("7 ·")
    assert "secret-desk" not in said
    beside = parsed(page.text).xpath("//nav[@class='pages']/a/@href")
    assert beside == ["/d/2026-03-25", "/d/2026-03-27"]
    assert parsed((await pages.day(TODAY)).text).xpath("//nav[@class='pages']/a/@rel") == ["prev"]


@pytest.mark.parametrize(
    "value", ["Morgan Stanley", "A_B", "AC/DC", "..", ".a", "Ünïted ~ Co", "Sa\u0301o", "x" * 60, "~41~"]
)
def test_a_label_is_read_back_from_its_address(value: str) -> None:
    """Whatever its name holds; and the address is safe as a file's name."""
    part = slug(CategoryKind.ACTOR, value)
    assert unslugged(part) == value
    assert "/" not in part
    assert not part.startswith(".")
    path = label_path(Label(CategoryKind.ACTOR, value, value))
    assert path
    assert re.fullmatch(r"/actors/[\x21-\x7e]+", path)


def test_a_label_too_long_for_a_file_has_no_page() -> None:
    """Rather than one that cannot be written."""
    assert label_path(Label(CategoryKind.ACTOR, "é" * 120, "é")) is None


def test_the_stylesheet_needs_nothing_from_elsewhere() -> None:
    """No address in it, and its name is that of its content."""
    assert "url(" not in stylesheet()
    assert "@import" not in stylesheet()
    assert re.fullmatch(r"/static/style\.[0-9a-f]{12}\.css", stylesheet_path())


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_every_colour_of_text_can_be_read_on_its_paper() -> None:
    """A contrast of at least 4.5, by day and by night (WCAG 2.2, 1.4.3)."""
    blocks = re.findall(r":root \{(.*?)\}", stylesheet(), re.DOTALL)[:2]
    for block in blocks:
        colour = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", block))
        paper = _luminance(colour["paper"])
        for name in ("ink", "quiet", "accent"):
            light, dark = sorted((paper, _luminance(colour[name])), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 4.5, name
