"""An address inside an address is that address; a headline is without its publisher's name; errors are no news."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.feed import Entry, FeedDocument
from bot.model.source import Publisher, Source
from bot.reading.articles import draft, publisher
from bot.reading.feeds import parse_feed
from bot.reading.headlines import is_no_news, without_publisher
from bot.reading.publishers import Publishers
from bot.reading.redirectors import inner
from tests.clock import MORNING
from tests.servers.feeds import item, rss

URL = "https://alerts.example/feed.xml"
TARGET = "https://vale.example/news/water?id=7"
ENCODED = base64.urlsafe_b64encode(TARGET.encode()).decode().rstrip("=")
IN_GOOGLE_NEWS = base64.urlsafe_b64encode(b"\x08\x13\x22\x24" + TARGET.encode() + b"\xd2\x01\x00").decode().rstrip("=")
QUOTED = "https%3A%2F%2Fvale.example%2Fnews%2Fwater%3Fid%3D7"


@pytest.mark.parametrize(
    "address",
    [
        f"https://www.google.com/url?rct=j&sa=t&url={QUOTED}&ct=ga&usg=AOv",
        f"https://www.google.co.uk/url?q={QUOTED}&sa=D",
        f"http://www.bing.com/news/apiclick.aspx?ref=FexRss&aid=&url={QUOTED}&c=9",
        f"https://www.bing.com/ck/a?!&&p=1f&u=a1{ENCODED}&ntb=1",
        f"https://l.facebook.com/l.php?u={QUOTED}&h=AT0",
        f"https://duckduckgo.com/l/?uddg={QUOTED}",
        f"https://t.umblr.com/redirect?z={QUOTED}&t=1",
        f"https://eur01.safelinks.protection.outlook.com/?url={QUOTED}&data=05",
        f"https://paper.example/redirect.php?target={QUOTED}",
        f"https://track.example/click/{TARGET}",
        f"https://web.archive.org/web/20260326070000/{TARGET}",
        f"https://a.example/out?url=https%3A%2F%2Fb.example%2Furl%3Fu%3D{QUOTED.replace('%', '%25')}",
        "https://vale-example.cdn.ampproject.org/c/s/vale.example/news/water?id=7"[:-5] + "?id=7",
    ],
)
def test_the_address_inside_is_the_address(address: str) -> None:
    """Of alerts, searches, social sites, mail guards, trackers, archives and caches, also inside one another."""
    assert inner(address).removesuffix("?id=7") == TARGET.removesuffix("?id=7")


def test_an_older_google_news_id_holds_the_address() -> None:
    """A newer one does not: its page leads on."""
    assert inner(f"https://news.google.com/rss/articles/CBMi{IN_GOOGLE_NEWS[4:]}?oc=5") is not None
    newer = "https://news.google.com/rss/articles/CBMiAU_yqLNsomething_else_here_0123?oc=5"
    assert inner(newer) == newer


@pytest.mark.parametrize(
    "address",
    [
        "https://a.example/search?q=https://b.example/x",
        "https://www.facebook.com/sharer/sharer.php?u=https://a.example/x",
        "https://a.example/news?url=https://a.example/canonical",
        "https://a.example/link?to=me",
        "https://a.example/2026/03/go-to-https-now",
        "https://[",
        "mailto:a@b.example",
        "",
    ],
)
def test_what_only_mentions_an_address_is_left_alone(address: str) -> None:
    """A search, a share button, words."""
    assert inner(address) == address


@given(st.text(max_size=200))
def test_any_address_is_an_address(address: str) -> None:
    """Nothing raises, and what is found leads nowhere else."""
    assert inner(inner(address)) == inner(address)


def test_an_alert_has_as_many_voices_as_publishers() -> None:
    """Its entries go by their own sites, whatever serves the feed."""
    sites = ("vale.example", "tarn.example", "vale.example")
    body = rss(
        *(item(f"Water {n}", link=f"https://www.google.com/url?url=https://{site}/{n}") for n, site in enumerate(sites))
    )
    document = parse_feed(body.encode(), None, URL)
    assert isinstance(document, FeedDocument)
    source = Source(1, URL, "Alert", Publisher("alerts.example", "alerts.example"), None, (), 1.0)
    publishers = Publishers.load("")
    assert [publisher(each, source, publishers).key for each in document.entries] == list(sites)


def test_an_id_that_is_no_link_is_none() -> None:
    """`isPermaLink="false"` says so, also of what looks like an address."""
    guid = '<guid isPermaLink="{}">https://a.example/id/1</guid>'
    for said, link in (("false", None), ("true", "https://a.example/id/1")):
        body = f"<rss version='2.0'><channel><item><title>One</title>{guid.format(said)}</item></channel></rss>"
        document = parse_feed(body.encode(), None, URL)
        assert isinstance(document, FeedDocument)
        assert document.entries[0].link == link


# --- headlines


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Dam breaks above Tarn - Arn Courier", "Dam breaks above Tarn"),
        ("Dam breaks above Tarn | Vale Times", "Dam breaks above Tarn"),
        ("Dam breaks above Tarn | Vale Times - Arn Courier", "Dam breaks above Tarn"),
        ("Dam breaks above Tarn – the vale times", "Dam breaks above Tarn"),
        ("Dam breaks above Tarn - vale.example", "Dam breaks above Tarn"),
        ("Vale Times: Dam breaks above Tarn", "Dam breaks above Tarn"),
        ("Dam breaks above Tarn - minister", "Dam breaks above Tarn - minister"),
        ("Tarn: Dam breaks", "Tarn: Dam breaks"),
        ("Arn Courier", "Arn Courier"),
        ("Closed - Arn Courier", "Closed - Arn Courier"),
    ],
)
def test_a_headline_is_without_its_publisher(title: str, expected: str) -> None:
    """Only a name that the feed or the site gives is taken away, and never all of the title."""
    assert without_publisher(title, ("Arn Courier", "The Vale Times", None), "https://www.vale.example/a") == expected


def test_the_name_of_an_original_source_is_no_part_of_its_headline() -> None:
    """An aggregator names it beside the entry."""
    named = '<source url="https://arn.example/">Arn Courier</source>'
    body = rss(item("Dam breaks above Tarn - Arn Courier")).replace("</item>", f"{named}</item>")
    document = parse_feed(body.encode(), None, URL)
    assert isinstance(document, FeedDocument)
    source = Source(1, URL, "Alert", Publisher("alerts.example", "alerts.example"), None, (), 1.0)
    made = draft(source, document.entries[0], None, source.publisher, MORNING)
    assert made is not None
    assert made.title == "Dam breaks above Tarn"


@pytest.mark.parametrize(
    ("title", "none"),
    [
        ("Bridge returned error 404! (20540)", True),
        ("YoutubeBridge: Error 0", True),
        ("Error 503: Service Unavailable", True),
        ("This feed has moved to a new address", True),
        ("Our RSS feed is no longer available", True),
        ("Please update your feed reader", True),
        ("Dieser Feed ist umgezogen", True),
        ("Test post please ignore", True),
        ("TEST 123", True),
        ("Hello world!", True),
        ("Untitled", True),
        ("Test of new missile fails", False),
        ("Test pilots strike", False),
        ("Bridge closed after error in design", False),
        ("Feed prices have moved farmers to protest", False),
        ("Error in budget costs ministry 40 million", False),
        ("No entries allowed at the border, ministry says", False),
    ],
)
def test_what_tells_of_the_feed_itself_is_no_article(title: str, none: bool) -> None:
    """Errors of what makes a feed, notices that it has moved, and tests; news of tests and bridges is news."""
    assert is_no_news(title) is none
    source = Source(1, URL, "Daily", Publisher("daily", "Daily"), None, (), 1.0)
    made = draft(source, Entry(title, "1", "https://daily.example/1", "Words."), None, source.publisher, MORNING)
    assert (made is None) is none
