"""“sources add” with whatever address somebody has: the feed, its page, the site, a channel."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.model.feed import Entry, FeedDocument, Fetched, FetchFailed, Offered
from bot.model.messages import plain
from bot.model.stores import Store
from tests.clock import MORNING, FakeClock
from tests.talk import Talk, open_talk

SITE = "https://pell.example"


@pytest.fixture
async def talk(store: Store, clock: FakeClock) -> Talk:
    return await open_talk(store, clock)


def feed(title: str, *links: str, moved_to: str | None = None) -> Fetched:
    entries = tuple(Entry(f"{title} {n}", link=link, published=MORNING) for n, link in enumerate(links, 1))
    return Fetched(FeedDocument(entries, title, "en"), None, None, None, moved_to)


async def urls(talk: Talk) -> list[str]:
    return [each.url for each in await talk.store.sources.all()]


@pytest.mark.parametrize("words", ["pell.example", SITE, f"feed:{SITE}", "<pell.example>"])
async def test_the_feed_of_a_site_is_added(talk: Talk, words: str) -> None:
    """What the page declares is tried, and the answer says which feed it was."""
    talk.web.known[SITE] = FetchFailed("This is a web page, not a feed, and it names none.")
    talk.web.known[f"{SITE}/feed"] = feed("Pell Observer", "/1", "/2")
    talk.web.offers[SITE] = Offered((f"{SITE}/broken", f"{SITE}/feed"))
    answer = await talk.say(f"sources add {words}")
    assert answer.endswith("Added Pell Observer (pell.example): 2 entries, the newest of Friday 27 March: "
                           "“Pell Observer 1”. It is read from the next look on.")  # fmt: skip
    assert f"{SITE}/feed" in await urls(talk)
    assert await talk.say(f"sources add {words}") == "Pell Observer is read already, from that address."


async def test_one_feed_in_two_formats_is_one(talk: Talk) -> None:
    """The first is taken; feeds that differ are offered as buttons, by their titles, and a press adds one."""
    talk.web.offers[SITE] = Offered((f"{SITE}/rss", f"{SITE}/atom"))
    talk.web.known |= {f"{SITE}/rss": feed("Pell", "/1", "/2"), f"{SITE}/atom": feed("Pell", "/1", "/2", "/3")}
    assert "Added Pell (pell.example): 2 entries" in await talk.say(f"sources add {SITE}")
    other = "https://vale.example"
    talk.web.offers[other] = Offered((f"{other}/news", f"{other}/sport"))
    talk.web.known |= {f"{other}/news": feed("Vale News", "/a"), f"{other}/sport": feed("Vale Sport", "/b")}
    asked = await talk.say("sources add vale.example")
    assert "https://vale.example has 2 feeds. Which one is to be read?" in asked
    assert "[Vale Sport] sources add https://vale.example/sport" in asked
    assert talk.heard[-1].refused
    assert "Added Vale Sport" in await talk.say("sources add https://vale.example/sport")


async def test_the_usual_places_are_tried_last(talk: Talk) -> None:
    """One after the other until one is a feed with entries; an empty one is none."""
    talk.web.offers[SITE] = Offered((), (f"{SITE}/feed", f"{SITE}/rss", f"{SITE}/atom.xml"))
    talk.web.known |= {f"{SITE}/feed": feed("Empty"), f"{SITE}/rss": feed("Pell", "/1")}
    assert "Added Pell" in await talk.say(f"sources add {SITE}")
    assert f"{SITE}/rss" in await urls(talk)


async def test_a_channel_gives_its_feed(talk: Talk) -> None:
    """By the rule of its site, without asking the page."""
    at = "https://www.youtube.com/feeds/videos.xml?channel_id=UCabcdefghijklmnopqrst"
    talk.web.known[at] = feed("Harbour talks", "/1")
    assert "Added Harbour talks" in await talk.say("sources add youtube.com/channel/UCabcdefghijklmnopqrst")
    assert at in await urls(talk)


async def test_what_cannot_be_added_says_why(talk: Talk) -> None:
    """The first answer counts; where nothing answers no further address is tried."""
    talk.web.known[SITE] = FetchFailed("The name pell.example cannot be found.", unreachable=True)
    talk.web.offers[SITE] = Offered((f"{SITE}/feed",))
    talk.web.known[f"{SITE}/feed"] = feed("Pell", "/1")
    assert await talk.say("sources add pell.example") == (
        "https://pell.example was not added. The name pell.example cannot be found."
    )
    assert talk.heard[-1].refused
    talk.web.known[SITE] = FetchFailed("This is a web page, not a feed, and it names none.")
    talk.web.offers[SITE] = Offered()
    assert "it names none" in await talk.say("sources add pell.example")
    assert "is no address" in await talk.say("sources add gone")


async def test_a_moved_feed_is_added_where_it_is(talk: Talk) -> None:
    """And known there already, it is not added twice."""
    talk.web.known[f"{SITE}/old"] = feed("Pell", "/1", moved_to=f"{SITE}/new")
    assert "Added Pell" in await talk.say(f"sources add {SITE}/old")
    talk.clock.advance(timedelta(hours=1).total_seconds())
    assert "read already" in await talk.say(f"sources add {SITE}/old")
    assert [url for url in await urls(talk) if url.startswith(SITE)] == [f"{SITE}/new"]
    assert plain(talk.heard[-1].message)
