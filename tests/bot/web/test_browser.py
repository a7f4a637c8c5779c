"""The pages in a real browser: a walk with the keyboard, phones, the dark, paper, and what a screen reader is told."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, Page, Route, async_playwright, expect

from bot.model.signal import Signal
from tests.bot.web.conftest import TODAY, Served, tell

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium here; with one the pages are walked too")
PAGES = (
    "/",
    "/browse",
    "/search?q=memory",
    "/search?topic=AI&strength=5",
    "/s/1",
    "/s/2",
    "/topics/ai",
    "/publishers/gazette",
    f"/d/{TODAY}",
    "/nowhere",
)
PHONE = {"width": 360, "height": 740}
NARROW = (360, 768, 1280)
CONTRAST = {"runOnly": ["color-contrast", "link-in-text-block"]}
"""What the dark may have wrong and the light has right; all else is the same in both."""
OWN_WORDS = "Failed to load resource"  # what the browser itself says of a page that is rightly 404, or 401


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


def at(client: httpx.AsyncClient, path: str) -> str:
    """The whole address of a path."""
    return str(client.base_url).rstrip("/") + path


async def focused(page: Page) -> str:
    """The words of what has the keyboard's focus, which is seen to have it."""
    assert await page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    return str(await page.evaluate("document.activeElement.textContent.trim()"))


async def test_one_walks_from_the_archive_to_the_source(
    browser: Browser, served: Served, store: Any, archive: tuple[Signal, ...]
) -> None:
    """By the keyboard: past the head to the search; then a filter, a signal, and from its quote to the source, which is
    not told from where one comes; a morning and those beside it; and by an absorbed signal's address its survivor."""
    said, asked = list[str](), list[tuple[str, str | None]]()

    async def source(route: Route) -> None:
        asked.append((route.request.url, await route.request.header_value("referer")))
        await route.fulfill(content_type="text/html", body=f"<title>Source</title><p>{archive[0].analysis}</p>")

    await tell(store, archive)
    async with served() as client:
        page = await page_of(await browser.new_context(), said)
        await page.route("**/*.example/**", source)
        await page.goto(at(client, "/"))
        await page.keyboard.press("Tab")
        assert await focused(page) == "Skip to the text"
        await page.keyboard.press("Enter")
        await page.keyboard.press("Tab")
        await page.keyboard.type("memory")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/search?*q=memory*")
        await page.get_by_text("Narrow it down").click()
        await page.get_by_role("link", name="economic", exact=True).first.click()
        await page.wait_for_url("**/search?q=memory&dimension=economic")
        await page.get_by_role("heading", level=2).get_by_role("link").focus()
        assert await focused(page) == archive[0].title
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/s/1")
        await page.locator("figure.quote figcaption a").first.click()
        await page.wait_for_url("https://*.example/**")
        await expect(page.get_by_text(archive[0].analysis)).to_be_visible()
        await page.goto(at(client, f"/d/{TODAY}"))
        await expect(page.get_by_role("heading", level=2)).to_have_count(2)
        await page.goto(at(client, "/s/3"))
        await page.wait_for_url("**/s/1")
        await page.get_by_role("link", name="AI", exact=True).first.click()
        await page.wait_for_url("**/topics/ai")
        await expect(page.locator("main")).to_contain_text(archive[0].title)
    assert [(url.partition("#")[0], referer) for url, referer in asked] == [(archive[0].articles[0].link, None)]
    assert said == []


async def test_every_page_fits_and_can_be_read_by_anybody(
    browser: Browser, served: Served, store: Any, archive: tuple[Signal, ...]
) -> None:
    """No sideways scrolling on any width, nothing that axe (WCAG 2.2 AA and best practice) finds, by day and by night,
    no complaint; and on white paper too, without what only a screen needs."""
    said: list[str] = []
    await tell(store, archive)
    async with served() as client, served(token="sesame") as closed:
        page = await page_of(await browser.new_context(viewport=PHONE, bypass_csp=True, reduced_motion="reduce"), said)  # type: ignore[arg-type]
        for address in (*(at(client, path) for path in PAGES), at(closed, "/")):
            await page.emulate_media(color_scheme="light")
            await page.goto(address)
            for width in NARROW:
                await page.set_viewport_size({"width": width, "height": 740})
                assert await page.evaluate("document.documentElement.scrollWidth") <= width, (address, width)
            found = [await Axe().run(page)]
            await page.emulate_media(color_scheme="dark")
            found.append(await Axe().run(page, options=CONTRAST))
            assert [each.violations_count for each in found] == [0, 0], (
                address,
                [each.generate_report() for each in found],
            )
        await page.goto(at(client, "/s/1"))
        await page.emulate_media(media="print", color_scheme="dark")
        assert await page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert await page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
        await expect(page.locator("nav, .back").first).not_to_be_visible()
        await expect(page.get_by_text("https://signals.example/s/1")).to_be_visible()
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
            await page.goto(at(client, path))
            assert await page.locator("script, img[src='x'], [onerror]").count() == 0
        assert all(url.startswith(at(client, "/")) for url in asked)
    assert said == []
