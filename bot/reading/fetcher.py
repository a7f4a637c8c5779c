"""The Fetcher over HTTP: conditional requests for feeds, pages as robots.txt allows, parsing in worker threads."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from typing import TYPE_CHECKING, ParamSpec, TypeVar
from urllib.parse import urljoin, urlsplit

import httpx

from bot.model.echoing import cut
from bot.model.errors import SourcesError
from bot.model.feed import (
    Fetched,
    FetchFailed,
    FetchOutcome,
    Forward,
    Gone,
    NoPage,
    NotModified,
    Offered,
    PageOutcome,
)
from bot.model.ports import Clock
from bot.model.settings import Settings
from bot.model.source import Source, SourceHealth
from bot.reading.addresses import host_name
from bot.reading.decoding import decode
from bot.reading.http_client import NAME, HttpClient, RequestFailed, Response, is_downgraded, open_client
from bot.reading.pages import read_page
from bot.reading.transport import Resolve, Resolver
from bot.reading.walls import is_challenge

if TYPE_CHECKING:
    from protego import Protego
from bot.reading.feeds import parse_feed

_FEED_TYPES = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"
)
_PAGE_TYPES = "text/html, application/xhtml+xml;q=0.9, */*;q=0.5"
_WORKERS = 2  # parsing holds the interpreter's lock, so more threads would only wait for one another
_FORWARDS = 2  # pages that only point on, in a row
_SEEN_OF_ERROR = 64_000  # bytes of a page that is no feed, in which a challenge shows
_ROBOTS_VALID, _ROBOTS_RETRY = timedelta(days=1), timedelta(hours=1)
_ROBOTS_BYTES = 512_000  # RFC 9309, 2.5: a parser must read at least 500 kibibytes

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(slots=True)
class _Robots:
    """What a host's robots.txt says, and until when that is valid."""

    until: datetime | None = None  # None: not asked yet
    rules: Protego | bool = True  # True: everything is allowed; False: nothing
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class HttpFetcher:
    """The Fetcher port over HTTP; made by `open_fetcher`."""

    def __init__(self, http: HttpClient, clock: Clock, workers: ThreadPoolExecutor) -> None:
        self._http = http
        self._clock = clock
        self._workers = workers
        self._robots: dict[str, _Robots] = {}

    async def feed(self, source: Source, health: SourceHealth) -> FetchOutcome:
        """Fetch and parse the feed, unless it is unchanged since the validators in `health`."""
        headers = {"Accept": _FEED_TYPES}
        headers |= {"If-None-Match": health.etag} if health.etag else {}
        headers |= {"If-Modified-Since": health.last_modified} if health.last_modified else {}
        response = await self._http.get(source.url, headers)
        if isinstance(response, RequestFailed):
            return FetchFailed(response.why, unreachable=response.unreachable)
        now = self._clock.now()
        if response.status == 304 and (health.etag or health.last_modified):
            etag, modified = _validators(response)
            return NotModified(_fresh_for(response.headers, now), response.moved_to, etag, modified)
        if response.status == 410:
            return Gone()
        if not 200 <= response.status < 300:
            return FetchFailed(_refused(response), _retry_after(response.headers, now))
        return await self._parsed(response, now)

    async def _parsed(self, response: Response, now: datetime) -> FetchOutcome:
        document = await self._in_worker(parse_feed, response.body, response.content_type, response.url)
        host = cut(host_name(response.url))
        if not response.whole and (isinstance(document, str) or not document.entries):
            return FetchFailed(f"{host} broke off in the middle of the feed.")
        if isinstance(document, str):
            return FetchFailed(_challenge(response) or document)
        # A feed that was cut off is read as far as it goes; without validators, so that it is fetched whole next time.
        etag, modified = _validators(response) if response.whole else (None, None)
        wait = max(_fresh_for(response.headers, now) or 0, document.ttl or 0) or None
        return Fetched(document, etag, modified, wait, response.moved_to)

    async def page(self, url: str) -> PageOutcome:
        """Fetch the page and extract the article's text; robots.txt is honoured, on every host a redirect leads to.

        A stub that only points on is followed like a redirect.
        """
        at = url
        for _ in range(_FORWARDS + 1):
            response = await self._http.get(at, {"Accept": _PAGE_TYPES}, downgrade=False, gate=self._robots_refusal)
            if isinstance(response, RequestFailed):
                return NoPage(response.why)
            if not 200 <= response.status < 300:
                return NoPage(_refused(response))
            found = await self._in_worker(read_page, response.body, response.content_type, response.url, at)
            if not isinstance(found, Forward):
                return found
            if is_downgraded(response.url, found.to):
                return NoPage(f"{host_name(at)} redirects from https to http, which we do not follow for pages.")
            at = found.to
        return NoPage(f"{host_name(url)} points on to other pages more than {_FORWARDS} times.")

    async def offered(self, url: str) -> Offered:
        """Where the site of a page may have its feeds; a site that is known by its rules is not asked."""
        from bot.reading.discovery import of_known_site, offered  # with lxml: only who adds a source needs it

        if known := of_known_site(url):
            return Offered((known,))
        response = await self._http.get(url, {"Accept": _PAGE_TYPES})
        if isinstance(response, RequestFailed) or not 200 <= response.status < 300:
            return await self._in_worker(offered, "", url)
        markup = decode(response.body, response.content_type).text
        return await self._in_worker(offered, markup, response.url, response.headers.get("link"))

    async def document(self, url: str) -> str:
        """The text at a URL. Raises SourcesError where it cannot be read."""
        response = await self._http.get(url, {"Accept": "*/*"})
        if isinstance(response, Response) and 200 <= response.status < 300 and response.whole:
            return decode(response.body, response.content_type).text
        why = response.why if isinstance(response, RequestFailed) else _refused(response)
        raise SourcesError(f"The sources file at {url} cannot be read: {why}", where=url)

    async def _in_worker(self, job: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._workers, partial(job, *args, **kwargs))

    # --- robots.txt

    async def _robots_refusal(self, url: str) -> str | None:
        """Why the host's robots.txt forbids the URL, in words for a person; None: it does not."""
        parts = urlsplit(url)
        robots = self._robots.setdefault(f"{parts.scheme}://{parts.netloc}", _Robots())
        async with robots.lock:
            if robots.until is None or robots.until <= self._clock.now():
                await self._load_robots(robots, url)
        if robots.rules is True:
            return None
        if robots.rules is False:
            return (
                f"{parts.hostname} does not say what it allows (its robots.txt cannot be read), so we do not read it."
            )
        if robots.rules.can_fetch(url, NAME):
            return None
        return f"{parts.hostname} asks programs not to read this page (robots.txt)."

    async def _load_robots(self, robots: _Robots, url: str) -> None:
        """Fetch the rules. RFC 9309, 2.3.1: a 4xx allows everything; no response forbids everything, here for 1 h."""
        response = await self._http.get(urljoin(url, "/robots.txt"), {"Accept": "text/plain, */*;q=0.5"})
        good = isinstance(response, Response) and 200 <= response.status < 300
        if isinstance(response, Response) and (good or (400 <= response.status < 500 and response.status != 429)):
            robots.rules = await self._in_worker(_parse_robots, response.body) if good else True
            robots.until = self._clock.now() + _ROBOTS_VALID
        else:
            robots.rules, robots.until = False, self._clock.now() + _ROBOTS_RETRY
        if not isinstance(robots.rules, bool) and (delay := robots.rules.crawl_delay(NAME)):
            self._http.slow_down(url, delay)


def _parse_robots(body: bytes) -> Protego:
    from protego import Protego

    rules: Protego = Protego.parse(body[:_ROBOTS_BYTES].decode("utf-8", "replace"))
    return rules


@asynccontextmanager
async def open_fetcher(
    settings: Settings,
    clock: Clock,
    *,
    transport: httpx.AsyncBaseTransport | None = None,
    resolve: Resolve | None = None,
) -> AsyncIterator[HttpFetcher]:
    """An HttpFetcher while the context lasts. In tests `transport` replaces the network, `resolve` the DNS."""
    pipeline = settings.pipeline
    async with AsyncExitStack() as stack:
        resolve = resolve or Resolver(pipeline.in_flight)
        workers = stack.enter_context(ThreadPoolExecutor(_WORKERS, thread_name_prefix="parse"))
        opened = open_client(pipeline, transport, resolve, allow_private=settings.allow_private_hosts)
        await stack.enter_async_context(opened)
        http = HttpClient(opened, clock, pipeline, allow_private=settings.allow_private_hosts)
        yield HttpFetcher(http, clock, workers)


# --- what servers say ----------------------------------------------------------------------------------------------


def _challenge(response: Response) -> str | None:
    """What to do where the server asks for a proof that a person reads; None: it does not."""
    if not is_challenge(decode(response.body[:_SEEN_OF_ERROR], response.content_type).text):
        return None
    host = cut(host_name(response.url))
    return (
        f"{host} asks for proof that a person reads it (a bot challenge), which we do not give: "
        "use another feed of it, or ask it to let feed readers through."
    )


def _refused(response: Response) -> str:
    """A status other than 2xx as a sentence for a person."""
    if words := _challenge(response):
        return words
    host, status = cut(host_name(response.url)), response.status
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


def _validators(response: Response) -> tuple[str | None, str | None]:
    """The ETag and the date of change, each None where it cannot be sent back."""
    return _plain(response.headers.get("etag")), _plain(response.headers.get("last-modified"))


def _plain(header: str | None) -> str | None:
    """A validator if it can be sent back in a header; else None."""
    return header if header and header.isascii() and header.isprintable() else None


def _retry_after(headers: Mapping[str, str], now: datetime) -> int | None:
    """Seconds that Retry-After asks to wait; None: it is absent or asks for none."""
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


def _fresh_for(headers: Mapping[str, str], now: datetime) -> int | None:
    """Seconds the response is fresh: Cache-Control's max-age minus Age, else Expires (RFC 9111); None: not said."""
    control = headers.get("cache-control", "").lower()
    if re.search(r"\bno-(?:cache|store)\b", control):
        return None
    if match := re.search(r"\bmax-age\s*=\s*\"?(\d{1,9})", control):
        age = headers.get("age", "")
        return max(0, int(match[1]) - (int(age) if re.fullmatch(r"\d{1,9}", age) else 0)) or None
    sent = _http_date(headers.get("date", "")) or now
    expires = _http_date(headers.get("expires", ""))
    return max(0, int((expires - sent).total_seconds())) or None if expires else None
