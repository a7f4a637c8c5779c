"""The world behind HTTP: feeds and pages fetched politely, robots.txt heeded, parsing in worker threads."""

from __future__ import annotations

import asyncio
import logging
import re
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from typing import TYPE_CHECKING, ParamSpec, TypeVar
from urllib.parse import urljoin, urlsplit

import httpx

from bot.model.errors import SourcesError
from bot.model.feed import (
    Fetched,
    FetchFailed,
    FetchOutcome,
    Gone,
    NoPage,
    NotModified,
    PageOutcome,
)
from bot.model.ports import Clock
from bot.model.settings import Settings
from bot.model.source import Source, SourceHealth
from bot.reading.addresses import Resolve, Resolver
from bot.reading.http_client import NAME, HttpClient, RequestFailed, Response, open_client
from bot.reading.pages import decode, read_page

if TYPE_CHECKING:
    from protego import Protego
from bot.reading.feeds import parse_feed

_FEED_TYPES = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"
)
_PAGE_TYPES = "text/html, application/xhtml+xml;q=0.9, */*;q=0.5"
_SWITCH_INTERVAL = 0.02  # seconds
_WORKERS = 2  # parsing is bound by the interpreter; more threads only wait for one another
_ROBOTS_DAY, _ROBOTS_HOUR = timedelta(days=1), timedelta(hours=1)
_ROBOTS_BYTES = 512_000  # RFC 9309, 2.5: a parser must read at least 500 kibibytes

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(slots=True)
class _Robots:
    """What a host's robots.txt says, while it holds."""

    until: datetime | None = None  # None: not asked yet
    rules: Protego | bool = True  # a bool: everything is allowed, or nothing
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class HttpFetcher:
    """The Fetcher over HTTP. Opened by `open_web`."""

    def __init__(self, http: HttpClient, clock: Clock, workers: ThreadPoolExecutor) -> None:
        self._http = http
        self._clock = clock
        self._workers = workers
        self._robots: dict[str, _Robots] = {}

    async def feed(self, source: Source, health: SourceHealth) -> FetchOutcome:
        """Read a feed, unless it is as `health` knows it."""
        headers = {"Accept": _FEED_TYPES}
        headers |= {"If-None-Match": health.etag} if health.etag else {}
        headers |= {"If-Modified-Since": health.last_modified} if health.last_modified else {}
        answer = await self._http.get(source.url, headers)
        if isinstance(answer, RequestFailed):
            return FetchFailed(answer.why, unreachable=answer.unreachable)
        now = self._clock.now()
        if answer.status == 304 and (health.etag or health.last_modified):
            return NotModified(_fresh_for(answer.headers, now), answer.moved_to)
        if answer.status == 410:
            return Gone()
        if not 200 <= answer.status < 300:
            return FetchFailed(_refused(answer), _retry_after(answer.headers, now))
        return await self._parsed(answer, now)

    async def _parsed(self, answer: Response, now: datetime) -> FetchOutcome:
        document = await self._in_worker(parse_feed, answer.body, answer.content_type, answer.url)
        host = urlsplit(answer.url).hostname
        if not answer.whole and (isinstance(document, str) or not document.entries):
            return FetchFailed(f"{host} broke off in the middle of the feed.")
        if isinstance(document, str):
            return FetchFailed(document)
        # A cut-off feed is read as far as it goes, and asked for whole again: no validators.
        etag = _plain(answer.headers.get("etag")) if answer.whole else None
        modified = _plain(answer.headers.get("last-modified")) if answer.whole else None
        wait = max(_fresh_for(answer.headers, now) or 0, document.ttl or 0) or None
        return Fetched(document, etag, modified, wait, answer.moved_to)

    async def page(self, url: str) -> PageOutcome:
        """The article's text, robots.txt honoured, for each host a redirect leads to."""
        answer = await self._http.get(url, {"Accept": _PAGE_TYPES}, downgrade=False, gate=self._robots_refusal)
        if isinstance(answer, RequestFailed):
            return NoPage(answer.why)
        if not 200 <= answer.status < 300:
            return NoPage(_refused(answer))
        return await self._in_worker(read_page, answer.body, answer.content_type, answer.url)

    async def document(self, url: str) -> str:
        """The text at an address; SourcesError where it can't be had."""
        answer = await self._http.get(url, {"Accept": "*/*"})
        if isinstance(answer, Response) and 200 <= answer.status < 300 and answer.whole:
            return decode(answer.body, answer.content_type)
        why = answer.why if isinstance(answer, RequestFailed) else _refused(answer)
        raise SourcesError(f"The sources file at {url} cannot be read: {why}", where=url)

    async def _in_worker(self, job: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._workers, partial(job, *args, **kwargs))

    # --- robots.txt

    async def _robots_refusal(self, url: str) -> str | None:
        """Why robots.txt keeps us from an address; None: it does not."""
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
        """RFC 9309, 2.3.1: 4xx allows everything, what can't be reached forbids everything (here: for an hour)."""
        answer = await self._http.get(urljoin(url, "/robots.txt"), {"Accept": "text/plain, */*;q=0.5"})
        good = isinstance(answer, Response) and 200 <= answer.status < 300
        if isinstance(answer, Response) and (good or (400 <= answer.status < 500 and answer.status != 429)):
            robots.rules = await self._in_worker(_parse_robots, answer.body) if good else True
            robots.until = self._clock.now() + _ROBOTS_DAY
        else:
            robots.rules, robots.until = False, self._clock.now() + _ROBOTS_HOUR
        if not isinstance(robots.rules, bool) and (delay := robots.rules.crawl_delay(NAME)):
            self._http.slow_down(url, delay)


def _parse_robots(body: bytes) -> Protego:
    from protego import Protego

    rules: Protego = Protego.parse(body[:_ROBOTS_BYTES].decode("utf-8", "replace"))
    return rules


@contextmanager
def _longer_thread_turns() -> Iterator[None]:
    """Let threads keep the interpreter for 20 ms instead of 5: a parser interrupted at every packet takes a third
    longer, and nobody notices 20 ms in a conversation."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(_SWITCH_INTERVAL)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


@asynccontextmanager
async def open_fetcher(
    settings: Settings,
    clock: Clock,
    *,
    transport: httpx.AsyncBaseTransport | None = None,
    resolve: Resolve | None = None,
) -> AsyncIterator[HttpFetcher]:
    """A Web while the context lasts. `transport` replaces the network whole, `resolve` only the way names are found."""
    pipeline = settings.pipeline
    async with AsyncExitStack() as stack:
        resolve = resolve or Resolver(pipeline.in_flight)
        workers = stack.enter_context(ThreadPoolExecutor(_WORKERS, thread_name_prefix="parse"))
        stack.enter_context(_longer_thread_turns())
        opened = open_client(pipeline, transport, resolve, allow_private=settings.allow_private_hosts)
        await stack.enter_async_context(opened)
        http = HttpClient(opened, clock, pipeline, allow_private=settings.allow_private_hosts)
        yield HttpFetcher(http, clock, workers)


# --- what servers say ----------------------------------------------------------------------------------------------


def _refused(answer: Response) -> str:
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


def _fresh_for(headers: Mapping[str, str], now: datetime) -> int | None:
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
