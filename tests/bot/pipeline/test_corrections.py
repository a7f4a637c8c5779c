"""From a feed that takes something back to the message that told it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.briefing.amending import AmendmentWatch, amend_due
from bot.briefing.service import BriefingService
from bot.delivery.outbox import OutboxSender, deliver
from bot.model.messages import Card
from storage.store import SqlStore
from tests.bot.pipeline.test_cycle import FIRST, closes, looked, pipeline, reads, story
from tests.chat import SETTINGS, TODAY, Chat, channel, platforms
from tests.clock import FakeClock
from tests.servers.feeds import feed_server, rss

TITLE = "Northvale Lithium closes Calderon refinery as lithium prices collapse"
HALF = FIRST.replace("1,400 jobs", "400 jobs")
NOTE = "<p>Correction: an earlier version of this article said that 1,400 jobs would be cut.</p>"
LATER = (
    "<p>Northvale Lithium will cut 400 jobs at its Calderon refinery, not 1,400 as we wrongly reported. The refinery "
    "lost $340m, according to its chief executive, Mara Olvid.</p>"
)


@pytest.mark.parametrize(
    ("items", "claim", "quote"),
    [
        ([story(TITLE, HALF)], False, True),
        ([story(TITLE, HALF + NOTE)], True, True),
        ([story(TITLE, "<p>This article has been withdrawn. All 1,400 jobs at Calderon are safe.</p>")], True, True),
        ([closes(), story("Correction: Northvale Lithium cuts 400 jobs at Calderon refinery", LATER)], True, False),
        ([closes(), story("Calderon refinery", "<p>It rains in Calderon.</p>")], False, False),
    ],
    ids=["rewritten", "corrected", "withdrawn", "corrected later", "nothing"],
)
async def test_what_a_feed_takes_back_is_struck(
    store: SqlStore, clock: FakeClock, items: list[str], claim: bool, quote: bool
) -> None:
    """A rewritten article strikes the quote that was told, a correction the claim; other news strikes nothing."""
    chat = Chat()
    async with feed_server() as server, pipeline(store, clock) as running:
        server.put("/one.xml", rss(closes()))
        await reads(store, clock, server.url("/one.xml"))
        await looked(running)
        here = await channel(store, settings=replace(SETTINGS, bar=3))
        briefing = BriefingService(store, OutboxSender(store, platforms(chat), clock), clock)
        await briefing.tell(here, TODAY)
        await deliver(store, platforms(chat), clock)
        clock.advance(3600)
        server.put("/one.xml", rss(*items))
        await looked(running)
    told = len(chat.deliveries)
    await amend_due(store, briefing, clock, AmendmentWatch())
    await deliver(store, platforms(chat), clock)
    cards = [b for each in chat.deliveries[told:] for b in each.message.blocks if isinstance(b, Card)]
    struck = [(each.struck, bool(each.quote and each.quote.struck), len(each.notes)) for each in cards]
    assert struck == ([(claim, quote, 1)] if claim or quote else [])
