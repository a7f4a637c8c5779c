"""How a server is asked: where its redirects lead, and what its robots.txt allows where there is none."""

from __future__ import annotations

import pytest

from bot.model.feed import Fetched, NoPage
from bot.model.source import SourceHealth
from tests.bot.reading.test_feeds import FEED, PAGE, source
from tests.bot.reading.web import web
from tests.clock import FakeClock
from tests.servers.feeds import FeedServer


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_every_kind_of_redirect_is_followed(server: FeedServer, clock: FakeClock, status: int) -> None:
    """Whatever a server means by it, the feed is read where it is; only a permanent one moves the source."""
    server.put("/new", FEED)
    server.redirect("/old", "/new", status)
    async with web(clock) as opened:
        outcome = await opened.feed(source(server.url("/old")), SourceHealth(1))
    assert isinstance(outcome, Fetched)
    assert (outcome.moved_to is not None) is (status in {301, 308})


@pytest.mark.parametrize(
    ("status", "allowed"),
    [(400, True), (401, True), (404, True), (410, True), (499, True), (429, False), (500, False), (503, False)],
)
async def test_a_server_without_rules_allows_and_one_in_trouble_does_not(
    server: FeedServer, clock: FakeClock, status: int, allowed: bool
) -> None:
    """RFC 9309: a refusal of the rules allows everything, but for “too many requests”; a failure forbids everything."""
    server.put("/robots.txt", status=status)
    server.put("/a", PAGE, type="text/html")
    async with web(clock) as opened:
        assert isinstance(await opened.page(server.url("/a")), NoPage) is not allowed
    assert bool(server.seen("/a")) is allowed
