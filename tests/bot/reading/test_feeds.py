"""The edge at the wire: a real socket that evolves, fails and lies, and what becomes of it."""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
import socket
import zlib
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpcore
import httpx
import pytest

from bot.model import settings as settings_module
from bot.model.errors import SourcesError
from bot.model.feed import FeedDocument, Fetched, FetchFailed, FetchOutcome, Gone, NoPage, NotModified, PageText
from bot.model.settings import PipelineSettings
from bot.model.source import Publisher, Source, SourceHealth
from bot.reading.addresses import is_public, is_written_private
from bot.reading.decoding import decode
from bot.reading.feeds import parse_feed
from bot.reading.fetcher import open_fetcher
from bot.reading.http_client import MAX_REDIRECTS
from bot.reading.pages import read_page
from bot.text.markup import html_to_text
from tests.bot.reading.web import web
from tests.clock import MORNING, FakeClock, skip
from tests.servers.feeds import Answer, FeedServer, bomb, item, rss

FEED = rss(item("One"), item("Two"))
URL = "https://daily.example/feed.xml"


def source(url: str) -> Source:
    return Source(1, url, "The Daily", Publisher("daily", "The Daily"), None, (), 1.0)


async def read(clock: FakeClock, url: str, health: SourceHealth | None = None, **how: Any) -> FetchOutcome:
    async with web(clock, **how) as opened:
        return await opened.feed(source(url), health or SourceHealth(1))


def fetched(outcome: FetchOutcome) -> Fetched:
    assert isinstance(outcome, Fetched), outcome
    return outcome


def failed(outcome: FetchOutcome) -> FetchFailed:
    assert isinstance(outcome, FetchFailed), outcome
    return outcome


def parsed(body: bytes | str, content_type: str | None = None) -> FeedDocument:
    document = parse_feed(body.encode() if isinstance(body, str) else body, content_type, URL)
    assert isinstance(document, FeedDocument), document
    return document


# --- asking


async def test_a_feed_is_read_and_asked_for_again_with_its_validators(server: FeedServer, clock: FakeClock) -> None:
    """ETag and Last-Modified come back, and a 304 is well; we say who we are."""
    server.put("/feed", FEED, etag='"1"', modified="Fri, 27 Mar 2026 06:00:00 GMT")
    first = fetched(await read(clock, server.url("/feed")))
    assert [entry.title for entry in first.document.entries] == ["One", "Two"]
    health = SourceHealth(1, etag=first.etag, last_modified=first.last_modified)
    unchanged = await read(clock, server.url("/feed"), health)
    assert unchanged == NotModified(None, etag=first.etag, last_modified=first.last_modified)
    asked = server.seen("/feed")[1].headers
    assert asked["if-none-match"] == '"1"'
    assert asked["if-modified-since"] == "Fri, 27 Mar 2026 06:00:00 GMT"
    assert asked["user-agent"].startswith("Bellwether/")


@pytest.mark.parametrize("status", [200, 403, 429, 503])
async def test_a_challenge_is_called_one(server: FeedServer, clock: FakeClock, status: int) -> None:
    """Whatever its status: the sentence says what it is and what to do, for a feed and for a page."""
    body = (
        "<html><head><title>Just a moment...</title></head><body><script src='/cdn-cgi/challenge-platform/x'></script>"
    )
    server.put("/feed", body, status=status, type="text/html")
    assert "bot challenge" in failed(await read(clock, server.url("/feed"))).why
    if status != 200:
        found = await page(clock, server, "/feed")
        assert isinstance(found, NoPage)
        assert "use another feed" in found.why


async def test_unchanged_without_having_been_read_is_a_failure(server: FeedServer, clock: FakeClock) -> None:
    """A 304 to a first look is a lie."""
    server.put("/feed", status=304)
    assert "nothing has changed" in failed(await read(clock, server.url("/feed"))).why


@pytest.mark.parametrize(
    ("headers", "head", "wait"),
    [
        ({"Cache-Control": "public, max-age=1800", "Age": "300"}, "", 1500),
        ({"Cache-Control": "no-cache, max-age=1800"}, "", None),
        ({"Expires": format_datetime(MORNING + timedelta(hours=1), usegmt=True)}, "", 3600),
        ({"Expires": "0"}, "", None),
        ({}, "<ttl>60</ttl>", 3600),
        ({"Cache-Control": "max-age=60"}, "<ttl>60</ttl>", 3600),
        ({}, '<sy:updatePeriod xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">daily</sy:updatePeriod>', 86400),
        ({}, "<ttl>soon</ttl>", None),
    ],
)
async def test_what_server_and_feed_wish_is_heard(
    server: FeedServer, clock: FakeClock, headers: dict[str, str], head: str, wait: int | None
) -> None:
    """Cache-Control, Expires and the feed's own ttl become one wish, the longest."""
    server.put("/feed", rss(item("One"), head=head), headers=headers)
    assert fetched(await read(clock, server.url("/feed"))).wait == wait


@pytest.mark.parametrize(
    ("status", "headers", "words", "wait"),
    [
        (401, {}, "login", None),
        (403, {}, "does not let us", None),
        (404, {}, "nothing at this address", None),
        (429, {"Retry-After": "120"}, "later", 120),
        (503, {"Retry-After": format_datetime(MORNING + timedelta(minutes=10), usegmt=True)}, "trouble", 600),
        (500, {"Retry-After": "whenever"}, "trouble", None),
        (418, {}, "cannot use", None),
    ],
)
async def test_a_refusal_is_one_sentence(  # noqa: PLR0917 - a table's columns
    server: FeedServer, clock: FakeClock, status: int, headers: dict[str, str], words: str, wait: int | None
) -> None:
    """Each status is told in words, with how long the server asks us to wait."""
    server.put("/feed", "no", status=status, headers=headers)
    outcome = failed(await read(clock, server.url("/feed")))
    assert words in outcome.why
    assert outcome.wait == wait
    assert not outcome.unreachable


async def test_gone_is_gone(server: FeedServer, clock: FakeClock) -> None:
    """410 retires the source."""
    server.put("/feed", status=410)
    assert isinstance(await read(clock, server.url("/feed")), Gone)


# --- moving


async def test_permanent_redirects_move_a_source(server: FeedServer, clock: FakeClock) -> None:
    """301 and 308 all the way to a feed: it has moved. One 302 among them: it has not."""
    server.put("/new", FEED)
    server.redirect("/older", "/old", 308)
    server.redirect("/old", "/new", 301)
    server.redirect("/today", "/old", 302)
    assert fetched(await read(clock, server.url("/older"))).moved_to == server.url("/new")
    assert fetched(await read(clock, server.url("/today"))).moved_to is None
    server.redirect("/lost", "/page", 301)
    server.put("/page", "<html><body>Welcome</body></html>", type="text/html")
    failed(await read(clock, server.url("/lost")))


async def test_redirects_end(server: FeedServer, clock: FakeClock) -> None:
    """A loop is left after five."""
    server.redirect("/a", "/b", 302)
    server.redirect("/b", "/a", 302)
    assert "redirects more than" in failed(await read(clock, server.url("/a"))).why
    assert len(server.requests) == MAX_REDIRECTS + 1


# --- limits


async def test_links_do_not_carry_the_password_of_their_feed(server: FeedServer, clock: FakeClock) -> None:
    """What a feed gives relative to itself is told to readers, and the password in its address is not theirs."""
    server.put("/feed.xml", rss(item("One", link="/articles/1"), item("Two", link="2?p=1")))
    server.put("/feed.json", '{"version": "https://jsonfeed.org/version/1.1", "items": [{"title": "a", "url": "/a"}]}')
    server.put("/page", '<html><head><link rel="alternate" type="application/rss+xml" href="/feed.xml"></head>')
    base = server.url("").replace("//", "//user:hush@")
    found = [await read(clock, base + path) for path in ("/feed.xml", "/feed.json", "/page")]
    assert "hush" not in repr(found)
    assert server.url("/articles/1") in repr(found)
    assert server.url("/feed.xml: use that address.") in repr(found)


async def test_a_body_is_bounded_after_decompression(server: FeedServer, clock: FakeClock) -> None:
    """A bomb of 50 MB in 50 kB is refused without being inflated; so is a plain body beyond the limit."""
    server.put("/bomb", bomb(50), headers={"Content-Encoding": "gzip"})
    server.put("/huge", b"<rss>" + b" " * 200_000)
    for path in ("/bomb", "/huge"):
        assert "more than we read" in failed(await read(clock, server.url(path), max_bytes=100_000)).why


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (gzip.compress(FEED.encode()), {"Content-Encoding": "gzip"}),
        (gzip.compress(FEED.encode()), {}),
        (gzip.compress(FEED[:200].encode()) + gzip.compress(FEED[200:].encode()), {"Content-Encoding": "gzip"}),
        (zlib.compress(FEED.encode()), {"Content-Encoding": "deflate"}),
        (zlib.compress(FEED.encode(), wbits=-15), {"Content-Encoding": "deflate"}),
        (FEED.encode(), {"Content-Encoding": "gzip"}),
        (FEED.encode(), {"Content-Encoding": "deflate"}),
    ],
)
async def test_compression_is_what_it_is_not_what_it_is_called(
    server: FeedServer, clock: FakeClock, body: bytes, headers: dict[str, str]
) -> None:
    """gzip with or without its header, in several members, both kinds of deflate, and plain text that claims any."""
    server.put("/feed", body, headers=headers)
    assert len(fetched(await read(clock, server.url("/feed"))).document.entries) == 2


def raw_deflate(first: int, stored: int) -> bytes:
    """FEED as raw deflate that begins with so many bytes in a stored block, of whose first byte the five highest bits
    are padding (RFC 1951, 3.2.4)."""
    begin, rest = FEED.encode()[:stored], FEED.encode()[stored:]
    size = len(begin).to_bytes(2, "little")
    return bytes((first, *size, *(255 - each for each in size))) + begin + zlib.compress(rest, wbits=-15)


@pytest.mark.parametrize(
    ("first", "stored"),
    [(0x08, 0), (0x00, 31)],
    ids=["the method of zlib, but no checksum", "the checksum of zlib, but no method"],
)
async def test_raw_deflate_that_half_looks_like_zlib_unpacks(
    server: FeedServer, clock: FakeClock, first: int, stored: int
) -> None:
    """Only both, the method and the checksum of the two bytes, make it zlib's (RFC 1950, 2.2)."""
    body = raw_deflate(first, stored)
    assert (body[0] & 15 == 8) is not (int.from_bytes(body[:2], "big") % 31 == 0)
    server.put("/feed", body, headers={"Content-Encoding": "deflate"})
    assert len(fetched(await read(clock, server.url("/feed"))).document.entries) == 2


class Endless(httpx.AsyncByteStream):
    """A body without end in pieces of a thousand bytes, which counts how many were read."""

    read = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while self.read < 1000:
            self.read += 1
            yield b" " * 1000


@pytest.mark.parametrize(("status", "pieces"), [(200, 101), (404, 65)])
async def test_reading_stops_at_the_limit(clock: FakeClock, status: int, pieces: int) -> None:
    """What a server sends beyond the limit is not even read; of an error's page some kilobytes are."""
    body = Endless()
    transport = httpx.MockTransport(lambda request: httpx.Response(status, stream=body))
    pipeline = PipelineSettings(workers=0).model_copy(update={"max_bytes": 100_000})
    settings = settings_module.load(allow_private_hosts=True).model_copy(update={"pipeline": pipeline})
    async with open_fetcher(settings, clock, transport=transport) as opened:
        failed(await opened.feed(source(URL), SourceHealth(1)))
    assert body.read == pieces


@pytest.mark.parametrize("at", [99_999, 100_000, 100_001])
async def test_a_body_of_exactly_the_limit_is_read(server: FeedServer, clock: FakeClock, at: int) -> None:
    """The limit itself is allowed, a byte more is not; packed or not."""
    server.put("/plain", FEED.ljust(at))
    server.put("/packed", gzip.compress(FEED.ljust(at).encode()), headers={"Content-Encoding": "gzip"})
    for path in ("/plain", "/packed"):
        outcome = await read(clock, server.url(path), max_bytes=100_000)
        assert isinstance(outcome, Fetched) is (at <= 100_000)


@pytest.mark.parametrize(
    ("error", "words", "unreachable"),
    [
        (httpx.ConnectTimeout("slow"), "daily.example did not answer.", True),
        (httpcore.ConnectTimeout("slow"), "daily.example did not answer.", True),
        (httpx.ReadTimeout("slow"), "daily.example stopped answering in the middle.", False),
        (httpcore.ReadTimeout("slow"), "daily.example stopped answering in the middle.", False),
        (httpx.WriteTimeout("slow"), "daily.example stopped answering in the middle.", False),
        (httpx.ConnectError("no route"), "daily.example cannot be reached.", True),
        (httpcore.ConnectError("no route"), "daily.example cannot be reached.", True),
        (httpx.RemoteProtocolError("odd"), "daily.example broke off the connection.", False),
        (TimeoutError(), "daily.example did not answer within 20 seconds.", False),
    ],
)
async def test_each_timeout_is_named_rightly(clock: FakeClock, error: Exception, words: str, unreachable: bool) -> None:
    """No connection, a connection that fell silent, and the time for all of it being over are three things; only
    without a connection it may be our own line that is down."""

    def refuse(request: httpx.Request) -> httpx.Response:
        raise error

    settings = settings_module.load(allow_private_hosts=True)
    settings = settings.model_copy(update={"pipeline": settings.pipeline.model_copy(update={"timeout": 20.0})})
    async with open_fetcher(settings, clock, transport=httpx.MockTransport(refuse)) as opened:
        outcome = failed(await opened.feed(source(URL), SourceHealth(1)))
    assert (outcome.why, outcome.unreachable) == (words, unreachable)


async def test_a_compression_nobody_asked_for_is_said(server: FeedServer, clock: FakeClock) -> None:
    server.put("/feed", b"\x0b\x02\x80", headers={"Content-Encoding": "br"})
    assert "did not ask for (br)" in failed(await read(clock, server.url("/feed"))).why


async def test_time_is_bounded_as_a_whole(server: FeedServer, clock: FakeClock) -> None:
    """A server that never answers, and one that sends a byte now and then, are both left in time."""
    server.put("/hang", hang=True)
    server.put("/drip", FEED, drip=1.0)
    for times, path in enumerate(("/hang", "/drip"), 1):
        reading = asyncio.create_task(read(clock, server.url(path), timeout=20))
        await server.asked(times)
        while not reading.done():
            skip(1.0)
            await asyncio.sleep(0.001)  # for the byte to arrive
        assert "did not answer within 20 seconds" in failed(await reading).why


async def test_a_cut_off_feed_is_read_as_far_as_it_goes(server: FeedServer, clock: FakeClock) -> None:
    """What came is kept, without validators, so that the rest is asked for again; nothing readable is a failure."""
    body = rss(*(item(f"Story {number}") for number in range(9)))
    server.put("/cut", body, etag='"1"', cut=len(body) * 2 // 3)
    server.put("/stump", body, cut=20)
    outcome = fetched(await read(clock, server.url("/cut")))
    assert 4 <= len(outcome.document.entries) < 9
    assert outcome.etag is None
    assert "broke off in the middle" in failed(await read(clock, server.url("/stump"))).why


async def test_one_host_is_asked_one_at_a_time_with_a_pause(server: FeedServer, clock: FakeClock) -> None:
    """Politeness by the clock: three requests to a host take two pauses, another host none."""
    for path in ("/1", "/2", "/3"):
        server.put(path, FEED)
    async with web(clock, host_pause=7.0) as opened:
        for path in ("/1", "/2", "/3"):
            await opened.feed(source(server.url(path)), SourceHealth(1))
        await opened.feed(source(server.url("/1", "127.0.0.9")), SourceHealth(1))
    assert clock.now() - MORNING == timedelta(seconds=14)


# --- out of reach


async def test_what_cannot_be_reached_is_told_apart(clock: FakeClock) -> None:
    """No such name, and nobody listening: unreachable, each in its own words."""

    async def nowhere(host: str, port: int) -> list[str]:
        if host == "nowhere.example":
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return ["127.0.0.1"]

    settings = settings_module.load(allow_private_hosts=True)
    async with open_fetcher(settings, clock, resolve=nowhere) as opened:
        unknown = failed(await opened.feed(source("https://nowhere.example/feed"), SourceHealth(1)))
        refused = failed(await opened.feed(source("http://closed.example:1/feed"), SourceHealth(1)))
    assert "nowhere.example cannot be found" in unknown.why
    assert "closed.example refuses connections" in refused.why
    assert unknown.unreachable
    assert refused.unreachable


async def test_a_server_without_tls_is_not_trusted(clock: FakeClock) -> None:
    """https to what does not speak it is a sentence."""

    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Speak plainly\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    listening = await asyncio.start_server(plain, "127.0.0.1", 0)
    async with listening:
        port = listening.sockets[0].getsockname()[1]
        outcome = failed(await read(clock, f"https://127.0.0.1:{port}/feed"))
    assert outcome.why.startswith("127.0.0.1 cannot be trusted: ")


@pytest.mark.parametrize("url", ["", "nonsense", "ftp://daily.example/x", "http://", "http://[::1", "http://a\x00b/"])
async def test_what_is_no_address_is_said(clock: FakeClock, url: str) -> None:
    assert "is not an address" in failed(await read(clock, url)).why


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/feed",
        "http://localhost:{port}/feed",
        "http://[::1]:{port}/feed",
        "http://[::ffff:127.0.0.1]:{port}/feed",
        "http://127.1:{port}/feed",
        "http://2130706433:{port}/feed",
        "http://169.254.169.254/latest",
        "http://10.0.0.1/feed",
    ],
)
async def test_private_addresses_are_refused(server: FeedServer, clock: FakeClock, url: str) -> None:
    """However they are written, unless the operator allows them; nothing is asked."""
    server.put("/feed", FEED)
    assert "private network" in failed(await read(clock, url.format(port=server.port), private=False)).why
    assert not server.requests


async def test_a_name_that_leads_into_a_private_network_is_refused(server: FeedServer, clock: FakeClock) -> None:
    """The address that is checked is the one that is connected to, also behind a redirect."""
    server.put("/feed", FEED)

    async def inside(host: str, port: int) -> list[str]:
        return ["127.0.0.1", "10.1.2.3"]

    async with open_fetcher(settings_module.load(), clock, resolve=inside) as opened:
        outcome = failed(await opened.feed(source(f"http://innocent.example:{server.port}/feed"), SourceHealth(1)))
    assert "innocent.example lies in a private network" in outcome.why
    assert not server.requests


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:10.0.0.1", False),
        ("2002:7f00:1::", False),
        ("64:ff9b::a00:1", False),
        ("64:ff9b::5db8:d822", True),
        ("64:ff9b:1::1", False),
        ("fec0::1", False),
        ("::127.0.0.1", False),
        ("192.0.0.8", False),
        ("192.88.99.1", False),
        ("198.19.0.1", False),
        ("240.0.0.1", False),
        ("2001::1", False),
        ("2001:db8::1", False),
        ("3fff::1", False),
        ("5f00::1", False),
        ("2001:4860:4860::8888", True),
        ("192.0.1.1", True),
    ],
)
def test_public_is_what_the_open_internet_reaches(address: str, expected: bool) -> None:
    """Addresses that carry another are judged by it; what nobody was given is not public."""
    assert is_public(address) is expected


@pytest.mark.parametrize(
    ("host", "private"),
    [
        ("localhost", True),
        ("feeds.localhost.", True),
        ("printer.local", True),
        ("wiki.intranet", True),
        ("nas.home.arpa", True),
        ("127.1", True),
        ("2130706433", True),
        ("0x7f000001", True),
        ("0x7f.1", True),
        ("0177.0.0.1", True),
        ("１２７.0.0.1", True),
        ("[::1]", True),
        ("10.0.0.1", True),
        ("93.184.216.34", False),
        ("1572395042", False),
        ("local.example", False),
        ("10.example", False),
        ("9gag.example", False),
    ],
)
def test_a_private_host_is_known_by_every_spelling(host: str, private: bool) -> None:
    """Behind a proxy, which resolves names itself, the spelling is all that can be judged."""
    assert is_written_private(host) is private


# --- parsing

ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"
xml:base="https://daily.example/de/"><title>Täglich</title><entry><id>tag:1</id>
<title type="html">Häfen &amp;amp; &lt;b&gt;Schiffe&lt;/b&gt;</title><link rel="self" href="https://api.example/1"/>
<link href="a/1"/><updated>2026-03-27T07:00:00+02:00</updated><published>2026-03-27T06:00:00</published>
<summary>Kurz.</summary><content type="html">&lt;p&gt;Lang.&lt;/p&gt;</content>
<source><title>Tidewire</title><link href="https://tidewire.example/"/></source></entry></feed>"""


def test_atom_is_read_whole() -> None:
    """Titles plain, links absolute by xml:base, dates in UTC, the original source as the voice."""
    document = parsed(ATOM)
    (entry,) = document.entries
    assert (document.title, document.language) == ("Täglich", "de")
    assert (entry.title, entry.guid, entry.link) == ("Häfen & Schiffe", "tag:1", "https://daily.example/de/a/1")
    assert entry.published == datetime(2026, 3, 27, 6, tzinfo=UTC)
    assert entry.updated == datetime(2026, 3, 27, 5, tzinfo=UTC)
    assert (entry.summary, entry.content) == ("Kurz.", "<p>Lang.</p>")
    assert entry.voice == "https://tidewire.example/"


def test_rdf_and_rss_are_read() -> None:
    """RSS 1.0 and 2.0, Dublin Core dates, content:encoded, a source element."""
    rdf = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>T</title></channel>'
        '<item rdf:about="https://a.example/1">'
        "<title>One</title><link>https://a.example/1</link><dc:date>2026-03-27T06:00:00Z</dc:date></item></rdf:RDF>"
    )
    (entry,) = parsed(rdf).entries
    assert (entry.title, entry.link) == ("One", "https://a.example/1")
    assert datetime(2026, 3, 27, 6, tzinfo=UTC) in (entry.published, entry.updated)
    (entry,) = parsed(
        rss(item("One", link="/relative", pubDate="Fri, 27 Mar 2026 08:00 +0200", source="Reuters", guid=None))
    ).entries
    assert entry.link == "https://daily.example/relative"
    assert entry.published == datetime(2026, 3, 27, 6, tzinfo=UTC)
    assert entry.voice == "Reuters"


def test_json_feed_is_read() -> None:
    """Version 1.1, with its texts as text and its dates in UTC; other JSON is said to be none."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "T",
        "language": "en",
        "items": [
            {"id": 7, "url": "/7", "content_text": "a < b\n\nc", "date_published": "2026-03-27T06:00:00Z"},
            {"id": "8", "external_url": "https://a.example/8", "content_html": "<p>x</p>", "summary": "s"},
            "nonsense",
        ],
    }
    document = parsed(json.dumps(feed))
    assert [(entry.guid, entry.link) for entry in document.entries] == [
        ("7", "https://daily.example/7"),
        ("8", "https://a.example/8"),
    ]
    assert document.entries[0].published == datetime(2026, 3, 27, 6, tzinfo=UTC)
    assert document.entries[0].content == "a &lt; b<p>c"
    for other in ("{}", "[1]", "{broken"):
        assert isinstance(parse_feed(other.encode(), "application/json", URL), str)


@pytest.mark.parametrize(
    "body",
    [
        b"\xef\xbb\xbf\n\n" + rss(item("Größe")).encode(),
        rss(item("Größe")).replace("UTF-8", "ISO-8859-1").encode(),
        rss(item("Größe")).replace("UTF-8", "ISO-8859-1").encode("latin-1"),
        rss(item("Größe")).replace("UTF-8", "utf-16").encode("utf-16"),
        rss(item("Größe")).replace("UTF-8", "windows-1252").encode("cp1252"),
        rss(item("Größe")).replace("Größe", "Gr\x08&ouml;&szlig;e").encode(),
        rss(item("Größe")).replace("</channel></rss>", "").encode(),
        rss(item("Größe")).replace("The Daily", "Tom & Jerry <br> daily").encode(),
    ],
)
def test_broken_feeds_are_read_all_the_same(body: bytes) -> None:
    """Marks, lying declarations, control characters, undeclared entities, missing ends: the entry is there."""
    (entry,) = parsed(body, "text/xml; charset=iso-8859-5" if body[:1] == b"<" and b"\xc3" in body else None).entries
    assert entry.title == "Größe"


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("Thu, 01 Jan 1970 00:00:00 GMT", None),
        ("yesterday", None),
        ("2026-03-27T06:00:00", datetime(2026, 3, 27, 6, tzinfo=UTC)),
        ("Fri, 27 Mar 2026 06:00:00 EST", datetime(2026, 3, 27, 11, tzinfo=UTC)),
        (None, None),
    ],
)
def test_dates_are_in_utc_or_absent(date: str | None, expected: datetime | None) -> None:
    """A naive date is of UTC, the epoch is none."""
    assert parsed(rss(item("One", pubDate=date))).entries[0].published == expected


def test_a_web_page_names_its_feed() -> None:
    """An address of a page says which address to use instead, or that it names none."""
    link = '<link rel="alternate" type="application/rss+xml" href="/rss?a=1&amp;b=2">'
    page = f"<!DOCTYPE html><html><head>{link}</head></html>"
    assert "https://daily.example/rss?a=1&b=2" in str(parse_feed(page.encode(), "text/html", URL))
    assert "names none" in str(parse_feed(b"<html><body>Hello</body></html>", "text/html", URL))
    assert "empty" in str(parse_feed(b" \n", None, URL))
    assert "no feed" in str(parse_feed(b"\x89PNG\r\n", "image/png", URL))
    assert parsed(rss()).entries == ()


@pytest.mark.parametrize("href", ['"/rss"', "'/rss'", "/rss", '"https://daily.example/rss"'])
def test_the_feed_of_a_page_is_found_however_its_address_is_quoted(href: str) -> None:
    """With either quotation mark or none; of another kind of link nothing is said."""
    page = f"<html><head><link rel=alternate type=application/atom+xml href={href}></head></html>"
    assert "its feed is at https://daily.example/rss:" in str(parse_feed(page.encode(), "text/html", URL))
    for other in ("stylesheet", "icon"):
        assert "names none" in str(parse_feed(page.replace("alternate", other).encode(), "text/html", URL))


# --- pages

PARAGRAPHS = "".join(
    f"<p>The ministry said on {day} that its rules would apply from the first of May to every port of the {where}.</p>"
    for day, where in zip(("Monday", "Tuesday", "Friday"), ("northern coast", "great lakes", "islands"), strict=True)
)
PAGE = (
    '<!DOCTYPE html><html lang="en-GB"><head><title>Ports</title><link rel="canonical" href="/news/ports">'
    '<meta property="article:published_time" content="2026-03-27T08:00:00+02:00"></head><body><nav>Home News</nav>'
    f"<article><h1>Ports close</h1>{PARAGRAPHS}</article><footer>All rights reserved</footer></body></html>"
)


async def page(clock: FakeClock, server: FeedServer, path: str = "/a") -> PageText | NoPage:
    async with web(clock) as opened:
        return await opened.page(server.url(path))


async def test_a_page_becomes_its_text(server: FeedServer, clock: FakeClock) -> None:
    """The article without what surrounds it, in paragraphs, and what the page says of itself."""
    server.put("/a", PAGE, type="text/html; charset=utf-8")
    found = await page(clock, server)
    assert isinstance(found, PageText)
    assert found.text.removeprefix("Ports close\n\n").count("\n\n") == 2
    assert found.text.count("The ministry said on ") == 3
    assert "rights reserved" not in found.text
    assert found.canonical == server.url("/news/ports")
    assert found.published == datetime(2026, 3, 27, 6, tzinfo=UTC)
    assert found.language == "en"
    assert [request.path for request in server.requests] == ["/robots.txt", "/a"]


@pytest.mark.parametrize(
    ("said", "published"),
    [
        ("2026-03-27T08:00:00", datetime(2026, 3, 27, 8, tzinfo=UTC)),
        ("1990-01-01T00:00:00Z", datetime(1990, 1, 1, tzinfo=UTC)),
        ("1990-01-01T00:00:00+01:00", None),
        ("1970-01-01T00:00:00Z", None),
        ("yesterday", None),
    ],
)
def test_a_page_dates_itself(said: str, published: datetime | None) -> None:
    """Without a zone as of UTC; a date from before there were pages, such as the clock's zero, is none."""
    found = read_page(PAGE.replace("2026-03-27T08:00:00+02:00", said).encode(), "text/html", URL)
    assert isinstance(found, PageText)
    assert found.published == published


async def test_robots_are_honoured_and_remembered(server: FeedServer, clock: FakeClock) -> None:
    """What robots.txt forbids us is not asked for, not even behind a redirect; it is asked for once a day."""
    server.put("/robots.txt", "User-agent: *\nDisallow: /premium/\nCrawl-delay: 3", type="text/plain")
    server.put("/a", PAGE, type="text/html")
    server.redirect("/b", "/premium/b", 302)
    async with web(clock) as opened:
        for path in ("/premium/a", "/b"):
            barred = await opened.page(server.url(path))
            assert isinstance(barred, NoPage)
            assert "robots.txt" in barred.why
        assert isinstance(await opened.page(server.url("/a")), PageText)
        assert len(server.seen("/robots.txt")) == 1
        assert clock.now() - MORNING >= timedelta(seconds=3)
        clock.advance(90_000)
        await opened.page(server.url("/a"))
    assert len(server.seen("/robots.txt")) == 2
    assert not server.seen("/premium/a") + server.seen("/premium/b")


async def test_robots_that_cannot_be_had_forbid_for_an_hour(server: FeedServer, clock: FakeClock) -> None:
    """RFC 9309: a server in trouble is left alone; then it is asked again."""
    server.script("/robots.txt", Answer(status=503), Answer(status=404))
    server.put("/a", PAGE, type="text/html")
    async with web(clock) as opened:
        assert isinstance(await opened.page(server.url("/a")), NoPage)
        clock.advance(3601)
        assert isinstance(await opened.page(server.url("/a")), PageText)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(PAGE, status=403, type="text/html"), "does not let us"),
        (Answer("<html><p>Subscribe.</p></html>", type="text/html"), "too little text"),
        (Answer(b"%PDF-1.7", type="application/pdf"), "no text to read (application/pdf)"),
        (Answer(b"", type="text/html"), "empty"),
    ],
)
async def test_a_page_that_cannot_be_had_says_why(
    server: FeedServer, clock: FakeClock, answer: Answer, words: str
) -> None:
    server.script("/a", answer)
    found = await page(clock, server)
    assert isinstance(found, NoPage)
    assert words in found.why


@pytest.mark.parametrize(
    ("body", "header"),
    [
        ("Größe".encode(), "text/html; charset=iso-8859-1"),
        ("Größe".encode("latin-1"), "text/html; charset=utf-8"[:9]),
        ("Größe".encode("cp1252"), None),
        ("Größe".encode("utf-16"), None),
        (b'<meta charset="iso-8859-15">' + "Größe".encode("iso-8859-15"), "text/html"),
        (b'<meta charset="no-such">' + "Größe".encode("cp1252"), "text/html; charset=neither"),
    ],
)
def test_bytes_become_text_whatever_they_are_said_to_be(body: bytes, header: str | None) -> None:
    """Marks and valid UTF-8 first, then what is said, then Windows-1252."""
    assert decode(body, header).text.endswith("Größe")


def test_a_page_of_any_kind_is_an_outcome(caplog: pytest.LogCaptureFixture) -> None:
    """Markup that makes no sense is a NoPage, quietly."""
    caplog.set_level(logging.INFO)
    for body in (b"\x00\x01", b"<html>" + b"<div>" * 3000, b"<!--", b"<html><body>" + b"<table>" * 300):
        assert isinstance(read_page(body, "text/html", URL), NoPage)


# --- sources files


async def test_a_sources_file_can_stand_at_an_address(server: FeedServer, clock: FakeClock) -> None:
    """Its text is had, or one sentence says why not."""
    server.put("/sources.toml", '[[source]]\nurl = "https://daily.example/"', type="text/plain")
    async with web(clock) as opened:
        assert "[[source]]" in await opened.document(server.url("/sources.toml"))
        with pytest.raises(SourcesError, match="nothing at this address"):
            await opened.document(server.url("/missing"))


async def test_a_feed_may_change_its_ids_at_every_visit(server: FeedServer, clock: FakeClock) -> None:
    """The server's lies reach us as they are: telling entries apart is not the edge's work."""
    server.put("/feed", lambda visit: rss(item("One", guid=f"visit-{visit}")))
    first = fetched(await read(clock, server.url("/feed"))).document.entries[0]
    second = fetched(await read(clock, server.url("/feed"))).document.entries[0]
    assert str(first.guid).endswith("visit-1")
    assert second == replace(first, guid=server.url("/visit-2"))


def test_a_picture_written_out_leaves_room_for_the_words_behind_it() -> None:
    """A text is cut where it is too long; what is no text in it is passed over first."""
    picture = f"<img src='data:image/png;base64,{'iVBORw0K' * 40_000}'>"
    document = parsed(rss(item("One", description=f"<p>Ports close.</p>{picture}<p>They open in May.</p>")))
    assert html_to_text(document.entries[0].summary) == "Ports close.\n\nThey open in May."
