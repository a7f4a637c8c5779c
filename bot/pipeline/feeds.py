"""The edge to the sources: feeds, article pages and sources files become values, failures included.

source | robots or validators | net.py | parse_feed, read_page on a thread | outcome
"""

from __future__ import annotations

import asyncio
import calendar
import html
import io
import json
import logging
import re
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache, partial
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar
from urllib.parse import urljoin, urlsplit

import httpx

from bot.errors import SourcesError
from bot.pipeline.articles import next_due
from bot.pipeline.net import NAME, Answer, Failure, Net, Resolve, Resolver, client
from bot.pipeline.pages import decode, read_page
from bot.ports import Clock
from bot.settings import Settings
from bot.text import html_to_text, one_line
from bot.types import (
    Entry,
    FeedDocument,
    Fetched,
    FetchFailed,
    FetchOutcome,
    Gone,
    NoPage,
    NotModified,
    PageOutcome,
    Source,
    SourceHealth,
)

if TYPE_CHECKING:
    from protego import Protego

__all__ = ["Web", "next_due", "open_web", "parse_feed"]

_FEED_TYPES = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"
)
_PAGE_TYPES = "text/html, application/xhtml+xml;q=0.9, */*;q=0.5"
_TURN = 0.02  # seconds
_WORKERS = 2  # parsing is bound by the interpreter; more threads only wait for one another
_ROBOTS_DAY, _ROBOTS_HOUR = timedelta(days=1), timedelta(hours=1)
_ROBOTS_BYTES = 512_000  # RFC 9309, 2.5: a parser must read at least 500 kibibytes
_DAY = 86400

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(slots=True)
class _Robots:
    """What a host's robots.txt says, while it holds."""

    until: datetime | None = None  # None: not asked yet
    rules: Protego | bool = True  # a bool: everything is allowed, or nothing
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Web:
    """The Fetcher over HTTP. Opened by `open_web`."""

    def __init__(self, net: Net, clock: Clock, workers: ThreadPoolExecutor) -> None:
        self._net = net
        self._clock = clock
        self._workers = workers
        self._robots: dict[str, _Robots] = {}

    async def feed(self, source: Source, health: SourceHealth) -> FetchOutcome:
        """Read a feed, unless it is as `health` knows it."""
        headers = {"Accept": _FEED_TYPES}
        headers |= {"If-None-Match": health.etag} if health.etag else {}
        headers |= {"If-Modified-Since": health.last_modified} if health.last_modified else {}
        answer = await self._net.get(source.url, headers)
        if isinstance(answer, Failure):
            return FetchFailed(answer.why, unreachable=answer.unreachable)
        now = self._clock.now()
        if answer.status == 304 and (health.etag or health.last_modified):
            return NotModified(_wish(answer.headers, now), answer.moved_to)
        if answer.status == 410:
            return Gone()
        if not 200 <= answer.status < 300:
            return FetchFailed(_refused(answer), _retry_after(answer.headers, now))
        return await self._parsed(answer, now)

    async def _parsed(self, answer: Answer, now: datetime) -> FetchOutcome:
        document = await self._work(parse_feed, answer.body, answer.content_type, answer.url)
        host = urlsplit(answer.url).hostname
        if not answer.whole and (isinstance(document, str) or not document.entries):
            return FetchFailed(f"{host} broke off in the middle of the feed.")
        if isinstance(document, str):
            return FetchFailed(document)
        # A cut-off feed is read as far as it goes, and asked for whole again: no validators.
        etag = _plain(answer.headers.get("etag")) if answer.whole else None
        modified = _plain(answer.headers.get("last-modified")) if answer.whole else None
        wish = max(_wish(answer.headers, now) or 0, document.ttl or 0) or None
        return Fetched(document, etag, modified, wish, answer.moved_to)

    async def page(self, url: str) -> PageOutcome:
        """The article's text, robots.txt honoured, for each host a redirect leads to."""
        answer = await self._net.get(url, {"Accept": _PAGE_TYPES}, downgrade=False, gate=self._barred)
        if isinstance(answer, Failure):
            return NoPage(answer.why)
        if not 200 <= answer.status < 300:
            return NoPage(_refused(answer))
        return await self._work(read_page, answer.body, answer.content_type, answer.url)

    async def document(self, url: str) -> str:
        """The text at an address; SourcesError where it can't be had."""
        answer = await self._net.get(url, {"Accept": "*/*"})
        if isinstance(answer, Answer) and 200 <= answer.status < 300 and answer.whole:
            return decode(answer.body, answer.content_type)
        why = answer.why if isinstance(answer, Failure) else _refused(answer)
        raise SourcesError(f"The sources file at {url} cannot be read: {why}", where=url)

    async def _work(self, job: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._workers, partial(job, *args, **kwargs))

    # --- robots.txt

    async def _barred(self, url: str) -> str | None:
        """Why robots.txt keeps us from an address; None: it does not."""
        parts = urlsplit(url)
        robots = self._robots.setdefault(f"{parts.scheme}://{parts.netloc}", _Robots())
        async with robots.lock:
            if robots.until is None or robots.until <= self._clock.now():
                await self._ask(robots, url)
        if robots.rules is True:
            return None
        if robots.rules is False:
            return (
                f"{parts.hostname} does not say what it allows (its robots.txt cannot be read), so we do not read it."
            )
        if robots.rules.can_fetch(url, NAME):
            return None
        return f"{parts.hostname} asks programs not to read this page (robots.txt)."

    async def _ask(self, robots: _Robots, url: str) -> None:
        """RFC 9309, 2.3.1: 4xx allows everything, what can't be reached forbids everything (here: for an hour)."""
        answer = await self._net.get(urljoin(url, "/robots.txt"), {"Accept": "text/plain, */*;q=0.5"})
        good = isinstance(answer, Answer) and 200 <= answer.status < 300
        if isinstance(answer, Answer) and (good or (400 <= answer.status < 500 and answer.status != 429)):
            robots.rules = await self._work(_rules, answer.body) if good else True
            robots.until = self._clock.now() + _ROBOTS_DAY
        else:
            robots.rules, robots.until = False, self._clock.now() + _ROBOTS_HOUR
        if not isinstance(robots.rules, bool) and (delay := robots.rules.crawl_delay(NAME)):
            self._net.slow_down(url, delay)


def _rules(body: bytes) -> Protego:
    from protego import Protego

    rules: Protego = Protego.parse(body[:_ROBOTS_BYTES].decode("utf-8", "replace"))
    return rules


@contextmanager
def _long_turns() -> Iterator[None]:
    """Let threads keep the interpreter for 20 ms instead of 5: a parser interrupted at every packet takes a third
    longer, and nobody notices 20 ms in a conversation."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(_TURN)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


@asynccontextmanager
async def open_web(
    settings: Settings,
    clock: Clock,
    *,
    transport: httpx.AsyncBaseTransport | None = None,
    resolve: Resolve | None = None,
) -> AsyncIterator[Web]:
    """A Web while the context lasts. `transport` replaces the network whole, `resolve` only the way names are found."""
    pipeline = settings.pipeline
    async with AsyncExitStack() as stack:
        resolve = resolve or Resolver(pipeline.in_flight)
        workers = stack.enter_context(ThreadPoolExecutor(_WORKERS, thread_name_prefix="parse"))
        stack.enter_context(_long_turns())
        opened = client(pipeline, transport, resolve, allow_private=settings.allow_private_hosts)
        await stack.enter_async_context(opened)
        net = Net(opened, clock, pipeline, allow_private=settings.allow_private_hosts)
        yield Web(net, clock, workers)


# --- what servers say ----------------------------------------------------------------------------------------------


def _refused(answer: Answer) -> str:
    """A status that is no success, as a sentence."""
    host, status = urlsplit(answer.url).hostname, answer.status
    match status:
        case 304:
            return f"{host} says that nothing has changed, though we have read nothing there yet."
        case 401 | 402 | 407:
            return f"{host} asks for a login or a subscription ({status})."
        case 403 | 451:
            return f"{host} does not let us read this ({status})."
        case 404 | 410:
            return f"{host} has nothing at this address ({status})."
        case 429:
            return f"{host} asks us to come back later ({status})."
        case _ if status >= 500:
            return f"{host} has trouble of its own ({status})."
        case _:
            return f"{host} answers with what we cannot use ({status})."


def _plain(header: str | None) -> str | None:
    """A validator that can be sent back; None: there is none."""
    return header if header and header.isascii() and header.isprintable() else None


def _retry_after(headers: Mapping[str, str], now: datetime) -> int | None:
    """Seconds; None: no wish."""
    return _seconds_or_date(headers.get("retry-after"), now)


def _seconds_or_date(words: str | None, now: datetime) -> int | None:
    words = (words or "").strip()
    if re.fullmatch(r"\d{1,9}", words):
        return int(words) or None
    date = _http_date(words)
    return max(0, int((date - now).total_seconds())) or None if date else None


def _http_date(words: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(words)
    except (ValueError, TypeError, IndexError):
        return None
    return date.replace(tzinfo=UTC) if date.tzinfo is None else date


def _wish(headers: Mapping[str, str], now: datetime) -> int | None:
    """How long the answer says it holds, in seconds: Cache-Control's max-age less its Age, else Expires (RFC 9111)."""
    control = headers.get("cache-control", "").lower()
    if re.search(r"\bno-(?:cache|store)\b", control):
        return None
    if match := re.search(r"\bmax-age\s*=\s*\"?(\d{1,9})", control):
        age = headers.get("age", "")
        return max(0, int(match[1]) - (int(age) if re.fullmatch(r"\d{1,9}", age) else 0)) or None
    sent = _http_date(headers.get("date", "")) or now
    expires = _http_date(headers.get("expires", ""))
    return max(0, int((expires - sent).total_seconds())) or None if expires else None


# --- feeds as served -----------------------------------------------------------------------------------------------

_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)  # what is dated before the web is not dated
_PERIODS = {"hourly": 3600, "daily": _DAY, "weekly": 7 * _DAY, "monthly": 30 * _DAY, "yearly": 365 * _DAY}
_ITEMS = re.compile(rb"<(?:\w+:)?(?:item|entry)[\s>]")
_ALTERNATE = re.compile(r"<link\b[^>]*>", re.IGNORECASE)
_FEED_LINK = re.compile(r"application/(?:rss\+xml|atom\+xml|feed\+json|json)", re.IGNORECASE)
_HREF = re.compile(r"""\bhref\s*=\s*(?:"([^"]+)"|'([^']+)'|([^\s>]+))""", re.IGNORECASE)
_DECLARED = re.compile(rb"""\A(<\?xml[^>]*?)\s+encoding\s*=\s*(?:"[^"]*"|'[^']*')""")


def parse_feed(body: bytes, content_type: str | None, url: str) -> FeedDocument | str:
    """A feed as served becomes a document; else one sentence that says why it is none. `url` is the feed's own.

    RSS, Atom and RDF are read by feedparser, and where that finds nothing, or less than a broken feed holds, by
    fastfeedparser; JSON Feed by ourselves. Links are absolute, titles plain, dates in UTC (naive ones taken for UTC).
    """
    stripped = body.lstrip(b"\xef\xbb\xbf \t\r\n\x00")
    if not stripped:
        return f"{_named(url)} sends an empty answer."
    if stripped[:1] in b"{[":
        return _parse_json(stripped, url)
    found, expected = _feedparsed(body, stripped, content_type, url)
    if (0 if found is None else len(found.entries)) < expected and (other := _fastparsed(stripped, url)):
        found = other if found is None or len(other.entries) > len(found.entries) else found
    return found or _no_feed(stripped, content_type, url)


def _named(url: str) -> str:
    return urlsplit(url).hostname or url


def _no_feed(body: bytes, content_type: str | None, url: str) -> str:
    text = decode(body[:200_000], content_type)
    if not re.search(r"<(?:!doctype html|html|head|body)\b", text[:5000], re.IGNORECASE):
        return f"{_named(url)} sends something that is no feed."
    for tag in _ALTERNATE.findall(text):
        href = _HREF.search(tag)
        if href and _FEED_LINK.search(tag) and "alternate" in tag.lower():
            address = urljoin(url, html.unescape(href[1] or href[2] or href[3]))
            return f"This is a web page, not a feed; its feed is at {address}: use that address."
    return "This is a web page, not a feed, and it names none."


# --- feedparser


@cache
def _feedparser() -> Any:
    """feedparser, told to prefer our parser of XML (its constant for just that)."""
    import feedparser  # noqa: TID251 - this is the file that parses feeds

    feedparser.api.PREFERRED_XML_PARSERS.insert(0, "bot.pipeline.sax")
    return feedparser


def _feedparsed(body: bytes, stripped: bytes, content_type: str | None, url: str) -> tuple[FeedDocument | None, int]:
    """The feed as feedparser reads it (None: it sees none), and how many entries there should be."""
    headers = {"content-location": url}
    if (clear := _as_utf8(stripped)) is not None:
        body, headers["content-type"] = clear, "application/xml; charset=utf-8"
    elif content_type:
        headers["content-type"] = content_type
    seen = len(_ITEMS.findall(stripped)) or 1
    try:
        parsed = _feedparser().parse(
            io.BytesIO(body), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
        found = _document(parsed, url) if parsed.entries or parsed.get("version") else None
    except Exception:  # broken feeds are endless, and none may stop a run
        log.info("feedparser stumbled over %s", url, exc_info=True)
        return None, seen
    return found, 0 if parsed.entries and not parsed.bozo else seen


def _as_utf8(stripped: bytes) -> bytes | None:
    """The feed without its encoding declaration where it is valid UTF-8, whatever it or the server say; else None."""
    try:
        stripped.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if b"\x00" in stripped[:200] else _DECLARED.sub(rb"\1", stripped, count=1)


def _document(parsed: Any, url: str) -> FeedDocument:
    feed = parsed.feed
    language = _text(feed.get("language")) or None
    entries = tuple(_entry(entry, language, url) for entry in parsed.entries)
    return FeedDocument(entries, _title(feed.get("title")) or None, language, _ttl(feed))


def _entry(entry: Any, language: str | None, url: str) -> Entry:
    content = max((_text(one.get("value")) for one in entry.get("content", ())), key=len, default="")
    summary = _text(entry.get("summary"))
    own = _text(entry.get("language") or entry.get("title_detail", {}).get("language"))
    return Entry(
        title=_title(entry.get("title")),
        guid=_text(entry.get("id")) or None,
        link=_link(entry, url),
        summary="" if summary == content else summary,
        content=content,
        # `get` of a feedparser dictionary warns and answers with another date where there is none
        published=_instant(dict.get(entry, "published_parsed") or dict.get(entry, "created_parsed")),
        updated=_instant(dict.get(entry, "updated_parsed")),
        language=own if own and own != language else None,
        voice=_voice(entry.get("source"), url),
    )


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _title(value: object) -> str:
    return one_line(html_to_text(_text(value)))


def _link(entry: Any, url: str) -> str | None:
    """The entry's own link, absolute; an id that is an address will do."""
    links = [one.get("href") for one in entry.get("links", ()) if one.get("rel", "alternate") == "alternate"]
    guid = _text(entry.get("id"))
    for found in (entry.get("link"), *links, guid if guid.startswith(("http://", "https://")) else None):
        if words := _text(found):
            base = entry.get("title_detail", {}).get("base") or url
            return _absolute(words, base, url)
    return None


def _absolute(link: str, base: str, url: str) -> str | None:
    if link.startswith(("http://", "https://")):
        return link
    try:
        joined = urljoin(urljoin(url, base), link)
        return joined if urlsplit(joined).scheme in ("http", "https") else None
    except ValueError:
        return None


def _voice(source: Any, url: str) -> str | None:
    """The link, else the title, of the original source an aggregator names; None: it names none."""
    if not source:
        return None
    link = _text(source.get("href") or source.get("link") or source.get("id"))
    link = link if link.startswith(("http://", "https://")) and link != url else ""
    return link or _title(source.get("title") or source.get("value")) or None


def _instant(parts: Any) -> datetime | None:
    """A struct_time in UTC as an instant; None: undated, unreadable, or before the web."""
    try:
        instant = datetime.fromtimestamp(calendar.timegm(parts), UTC) if parts else None
    except (ValueError, OverflowError, OSError, TypeError):
        return None
    return instant if instant and instant >= _EARLIEST else None


def _ttl(feed: Any) -> int | None:
    """<ttl> in minutes, else the syndication module's period; in seconds, to a day."""
    minutes, period = _text(feed.get("ttl")), _PERIODS.get(_text(feed.get("sy_updateperiod")).lower())
    if re.fullmatch(r"\d{1,6}", minutes) and int(minutes):
        return min(int(minutes) * 60, _DAY)
    if period:
        times = _text(feed.get("sy_updatefrequency"))
        return min(period // max(1, int(times) if re.fullmatch(r"\d{1,4}", times) else 1), _DAY) or None
    return None


# --- fastfeedparser


def _fastparsed(body: bytes, url: str) -> FeedDocument | None:
    import fastfeedparser  # noqa: TID251 - this is the file that parses feeds

    try:
        parsed = fastfeedparser.parse(body)
        feed = parsed.get("feed") or {}
        entries = tuple(_fast_entry(entry, url) for entry in parsed.get("entries") or ())
    except Exception:  # noqa: BLE001 - whatever a second opinion stumbles over, it has none
        return None
    return FeedDocument(entries, _title(feed.get("title")) or None, _text(feed.get("language")) or None)


def _fast_entry(entry: Mapping[str, Any], url: str) -> Entry:
    content = max((_text(one.get("value")) for one in entry.get("content") or ()), key=len, default="")
    summary = _text(entry.get("description") or entry.get("summary"))
    guid = _text(entry.get("id")) or None
    return Entry(
        title=_title(entry.get("title")),
        guid=guid,
        link=_absolute(_text(entry.get("link")), url, url) if _text(entry.get("link")) else None,
        summary="" if summary == content else summary,
        content=content,
        published=_iso(entry.get("published")),
        updated=_iso(entry.get("updated")),
    )


def _iso(words: object) -> datetime | None:
    try:
        instant = datetime.fromisoformat(_text(words))
    except ValueError:
        return None
    instant = instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
    return instant if instant >= _EARLIEST else None


# --- JSON Feed (https://www.jsonfeed.org/version/1.1/)


def _parse_json(body: bytes, url: str) -> FeedDocument | str:
    try:
        feed = json.loads(decode(body, None), strict=False)
    except (ValueError, RecursionError):
        return f"{_named(url)} sends something that is no feed (JSON that cannot be read)."
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        return f"{_named(url)} sends JSON, but no JSON Feed."
    entries = tuple(_json_entry(item, url) for item in items if isinstance(item, dict))
    return FeedDocument(entries, _title(feed.get("title")) or None, _text(feed.get("language")) or None)


def _json_entry(item: Mapping[str, Any], url: str) -> Entry:
    guid = item.get("id")
    link = _text(item.get("url")) or _text(item.get("external_url"))
    plain = html.escape(_text(item.get("content_text")), quote=False).replace("\n\n", "<p>")
    return Entry(
        title=_title(item.get("title")),
        guid=str(guid) if isinstance(guid, str | int | float) and str(guid).strip() else None,
        link=_absolute(link, url, url) if link else None,
        summary=_text(item.get("summary")),
        content=_text(item.get("content_html")) or plain,
        published=_iso(item.get("date_published")),
        updated=_iso(item.get("date_modified")),
        language=_text(item.get("language")) or None,
    )
