"""A site's feeds are found from any address somebody gives for it."""

from __future__ import annotations

import pytest

from bot.reading.discovery import MOST, complete, of_known_site, offered
from tests.bot.reading.web import web
from tests.clock import FakeClock
from tests.servers.feeds import FeedServer

URL = "https://vale.example/news/"
RSS = "application/rss+xml"


@pytest.mark.parametrize(
    ("words", "address"),
    [
        ("https://a.example/feed", "https://a.example/feed"),
        ("http://a.example", "http://a.example"),
        ("a.example", "https://a.example"),
        ("www.a.example/news", "https://www.a.example/news"),
        ("<a.example>", "https://a.example"),
        ("feed:https://a.example/x", "https://a.example/x"),
        ("feed://a.example/x", "https://a.example/x"),
        ("feed:a.example", None),
        ("//a.example/x", "https://a.example/x"),
        ("localhost:8080/feed", "https://localhost:8080/feed"),
        ("gone", None),
        ("ftp://a.example/x", None),
        ("rsshub://twitter/x", None),
        ("https://", None),
        ("https://[", None),
        ("two words.example", None),
        ("", None),
    ],
)
def test_addresses_as_people_write_them(words: str, address: str | None) -> None:
    """Without a scheme, with a feed reader's, in brackets; words that are none are none."""
    assert complete(words) == address


@pytest.mark.parametrize(
    ("address", "feed"),
    [
        (
            "https://youtube.com/channel/UCabcdefghijklmnopqrst",
            "feeds/videos.xml?channel_id=UCabcdefghijklmnopqrst",
        ),
        ("https://youtube.com/playlist?list=PL123", "feeds/videos.xml?playlist_id=PL123"),
        ("https://www.youtube.com/@somebody", None),
        ("https://reddit.com/r/europe/", "https://www.reddit.com/r/europe/.rss"),
        ("https://old.reddit.com/user/me", "https://www.reddit.com/user/me/.rss"),
        ("https://github.com/python/cpython", "https://github.com/python/cpython/releases.atom"),
        ("https://github.com/python/cpython/commits/main", "https://github.com/python/cpython/commits/main.atom"),
        ("https://social.example/@anna", "https://social.example/@anna.rss"),
        ("https://medium.com/@anna", "https://medium.com/feed/@anna"),
        ("https://anna.substack.com/p/one", "https://anna.substack.com/feed"),
        ("https://vale.example/news", None),
    ],
)
def test_known_sites_have_their_rules(address: str, feed: str | None) -> None:
    """Channels, communities, projects and people."""
    found = of_known_site(address)
    assert found == feed or (feed is not None and (found or "").endswith(feed))


def test_what_a_head_offers() -> None:
    """RSS, Atom and JSON Feed under the page's base; no oEmbed, no interface, no comments, nothing commented out."""
    head = (
        '<base href="/deep/">'
        '<link rel="alternate" title="JSON" type="application/json" href="/wp-json/wp/v2/pages/2">'
        '<link rel="alternate" type="application/json+oembed" href="/wp-json/oembed/1.0/embed?url=x">'
        '<link rel="stylesheet alternate" type="text/xml" href="style.xml">'
        f'<!-- <link rel="alternate" type="{RSS}" href="/old"> -->'
        f'<link rel="alternate" type="{RSS}" title="Vale » Comments Feed" href="/comments/feed">'
        f'<link rel="alternate" type="{RSS}" title="Vale" href="feed">'
        '<link rel="ALTERNATE" type="application/atom+xml" href="https://vale.example/atom">'
        '<link rel="feed" href="/plain"><link rel="alternate" type="application/feed+json" href="/feed.json">'
        '<link rel="alternate" hreflang="de" href="/de">'
    )
    found = offered(f"<html><head>{head}</head><body></body></html>", URL).declared
    assert found[:4] == (
        "https://vale.example/deep/feed",
        "https://vale.example/atom",
        "https://vale.example/plain",
        "https://vale.example/feed.json",
    )
    assert not any(word in each for each in found for word in ("wp-json", "/old", "comments", "style"))
    assert "https://vale.example/de" not in found


def test_what_is_offered_elsewhere() -> None:
    """In the Link header, then by anchors, then at the usual places; feeds of comments last, at most a dozen."""
    header = '</api>; rel="https://api.w.org/", </h.xml>; rel="alternate"; type="application/rss+xml"'
    anchors = (
        '<a href="/comments.rss">Comments</a><a href="news.rss">News</a><a href="/about">RSS</a><a href="#rss">x</a>'
        '<a href="/business">Business</a><a href="mailto:rss@vale.example">Mail</a>'
    )
    found = offered(f"<html><body>{anchors}</body></html>", URL, header)
    assert found.declared == (
        "https://vale.example/h.xml",
        "https://vale.example/news/news.rss",
        "https://vale.example/about",
        "https://vale.example/comments.rss",
    )
    assert found.guessed[:3] == (
        "https://vale.example/news/feed",
        "https://vale.example/news/rss",
        "https://vale.example/feed",
    )
    assert offered("", "https://vale.example/").declared == ()
    many = "".join(f'<a href="/{n}.rss">x</a>' for n in range(40))
    assert len(offered(f"<html>{many}</html>", URL).declared) == MOST


async def test_a_site_is_asked_over_the_network(server: FeedServer, clock: FakeClock) -> None:
    """Where it does not answer, the usual places are left to try."""
    server.put(
        "/", f'<html><link rel="alternate" type="{RSS}" href="/f"></html>', type="text/html",
        headers={"Link": '</h>; rel="alternate"; type="application/atom+xml"'},
    )  # fmt: skip
    server.put("/gone", status=404)
    async with web(clock) as opened:
        assert (await opened.offered(server.url("/"))).declared == (server.url("/h"), server.url("/f"))
        assert (await opened.offered(server.url("/gone"))).guessed[0] == server.url("/gone/feed")
        assert (await opened.offered("https://github.com/a/b")).declared == ("https://github.com/a/b/releases.atom",)
