"""The pages in a real browser: a walk with the keyboard, phones, the dark, and what a screen reader is told."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from bot.model.signal import Signal
from tests.bot.web.conftest import Served

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium here; with one the pages are walked too")
PAGES = ("/", "/browse", "/search?q=memory", "/s/1", "/s/2", "/dimensions/economic", "/publishers/gazette", "/nowhere")
PHONE = {"width": 360, "height": 740}
NARROW, WIDE = (360, 768, 1280), ("light", "dark")
OWN_WORDS = "Failed to load resource"  # what the browser itself says of a page that is rightly 404


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        await opened.close()


async def page_of(context: BrowserContext, said: list[str]) -> Page:
    """A page whose complaints are written down."""
    page = await context.new_page()
    page.on("console", lambda message: said.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    return page


async def test_one_walks_from_the_archive_to_the_source(
    browser: Browser, served: Served, archive: tuple[Signal, ...]
) -> None:
    """Search, a filter, a signal, and from its quote to the sentence in the source; also by the keyboard alone."""
    said: list[str] = []
    async with served() as client:
        page = await page_of(await browser.new_context(), said)
        await page.goto(str(client.base_url))
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement.textContent.trim()") == "Skip to the text"
        await page.get_by_role("searchbox").fill("memory")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/search?*q=memory*")
        await page.get_by_role("heading", level=2).get_by_role("link").first.click()
        await page.wait_for_url("**/s/1")
        await expect(page.get_by_role("heading", level=1)).to_have_count(1)
        source = page.locator("figure.quote figcaption a").first
        assert "#:~:text=" in (await source.get_attribute("href") or "")
        await page.get_by_role("link", name="economic").first.click()
        await page.wait_for_url("**/dimensions/economic*")
        await expect(page.locator("main")).to_contain_text(archive[0].title)
    assert said == []


@pytest.mark.parametrize("scheme", WIDE)
async def test_every_page_fits_and_can_be_read_by_anybody(
    browser: Browser, served: Served, archive: tuple[Signal, ...], scheme: str
) -> None:
    """No sideways scrolling on any width, nothing that axe (WCAG 2.2 AA and best practice) finds, no complaint."""
    said: list[str] = []
    async with served() as client:
        context = await browser.new_context(viewport=PHONE, color_scheme=scheme, bypass_csp=True)  # type: ignore[arg-type]
        page = await page_of(context, said)
        for path in PAGES:
            await page.goto(f"{str(client.base_url).rstrip('/')}{path}")
            for width in NARROW:
                await page.set_viewport_size({"width": width, "height": 740})
                assert await page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
            found = await Axe().run(page)
            assert found.violations_count == 0, (path, found.generate_report())
    assert [words for words in said if not words.startswith(OWN_WORDS)] == []


async def test_nothing_an_article_says_becomes_part_of_a_page(
    browser: Browser, served: Served, archive: tuple[Signal, ...]
) -> None:
    """A hostile title is text: no element of its own, no script, no request to anywhere else."""
    said, asked = list[str](), list[str]()
    async with served() as client:
        page = await page_of(await browser.new_context(), said)
        page.on("request", lambda request: asked.append(request.url))
        page.on("dialog", lambda dialog: said.append(dialog.message))
        for path in ("/s/2", "/", "/search?q=alert"):
            await page.goto(f"{str(client.base_url).rstrip('/')}{path}")
            assert await page.locator("script, img[src='x'], [onerror]").count() == 0
        assert all(url.startswith(str(client.base_url)) for url in asked)
    assert said == []
