"""The Fetcher over HTTP: conditional requests for feeds, pages as robots.txt allows, parsing in bounded workers."""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

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
from bot.reading.feeds import parse_feed
from bot.reading.http_client import HttpClient, RequestFailed, Response, is_downgraded, open_client
from bot.reading.pages import read_page
from bot.reading.robots import Robots
from bot.reading.transport import Resolve, Resolver
from bot.reading.walls import holds_challenge
from bot.reading.workers import Overrun, Workers, open_workers

_FEED_TYPES = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"
)
_PAGE_TYPES = "text/html, application/xhtml+xml;q=0.9, */*;q=0.5"
_FORWARDS = 2  # pages that only point on, in a row

log = logging.getLogger(__name__)


class HttpFetcher:
    """The Fetcher port over HTTP; made by `open_fetcher`."""

    def __init__(self, http: HttpClient, clock: Clock, workers: Workers) -> None:
        self._http = http
        self._clock = clock
        self._workers = workers
        self._robots = Robots(http, clock, workers)

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
            return FetchFailed(await self._refused(response), _retry_after(response.headers, now))
        return await self._parsed(response, now)

    async def _parsed(self, response: Response, now: datetime) -> FetchOutcome:
        host = cut(host_name(response.url))
        try:
            document = await self._workers.run(parse_feed, response.body, response.content_type, response.url)
        except Overrun as error:
            return FetchFailed(f"The feed of {host} {error.why}, so we have left it.")
        if not response.whole and (isinstance(document, str) or not document.entries):
            return FetchFailed(f"{host} broke off in the middle of the feed.")
        if isinstance(document, str):
            return FetchFailed(await self._challenge(response) or document)
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
            response = await self._http.get(at, {"Accept": _PAGE_TYPES}, downgrade=False, gate=self._robots.refusal)
            if isinstance(response, RequestFailed):
                return NoPage(response.why)
            if not 200 <= response.status < 300:
                return NoPage(await self._refused(response))
            try:
                found = await self._workers.run(read_page, response.body, response.content_type, response.url, at)
            except Overrun as error:
                return NoPage(f"The article’s page {error.why}.")
            if not isinstance(found, Forward):
                return found
            if is_downgraded(response.url, found.to):
                return NoPage(f"{host_name(at)} redirects from https to http, which we do not follow for pages.")
            at = found.to
        return NoPage(f"{host_name(url)} points on to other pages more than {_FORWARDS} times.")

    async def offered(self, url: str) -> Offered:
        """Where the site of a page may have its feeds; a site that is known by its rules is not asked."""
        from bot.reading.discovery import of_known_site, offered_by  # only who adds a source needs it

        if known := of_known_site(url):
            return Offered((known,))
        response = await self._http.get(url, {"Accept": _PAGE_TYPES})
        page, at, link = b"", url, None
        if isinstance(response, Response) and 200 <= response.status < 300:
            page, at, link = response.body, response.url, response.headers.get("link")
        kind = response.content_type if isinstance(response, Response) else None
        try:
            return await self._workers.run(offered_by, page, kind, at, link)
        except Overrun:
            return Offered()

    async def document(self, url: str) -> str:
        """The text at a URL. Raises SourcesError where it cannot be read."""
        response = await self._http.get(url, {"Accept": "*/*"})
        if isinstance(response, Response) and 200 <= response.status < 300 and response.whole:
            try:
                return (await self._workers.run(decode, response.body, response.content_type)).text
            except Overrun as error:
                raise SourcesError(f"The sources file at {url} {error.why}.", where=url) from None
        why = response.why if isinstance(response, RequestFailed) else await self._refused(response)
        raise SourcesError(f"The sources file at {url} cannot be read: {why}", where=url)

    async def _challenge(self, response: Response) -> str | None:
        """What to do where the server asks for a proof that a person reads; None: it does not."""
        try:
            if not await self._workers.run(holds_challenge, response.body, response.content_type):
                return None
        except Overrun:
            return None
        host = cut(host_name(response.url))
        return (
            f"{host} asks for proof that a person reads it (a bot challenge), which we do not give: "
            "use another feed of it, or ask it to let feed readers through."
        )

    async def _refused(self, response: Response) -> str:
        """A status other than 2xx as a sentence for a person."""
        return await self._challenge(response) or _of_status(response)


@asynccontextmanager
async def open_fetcher(
    settings: Settings,
    clock: Clock,
    *,
    transport: httpx.AsyncBaseTransport | None = None,
    resolve: Resolve | None = None,
) -> AsyncIterator[HttpFetcher]:
    """An HttpFetcher while the context lasts. In tests `transport` replaces the network, `resolve` the DNS.

    Through a `transport` nothing foreign comes: what it gives is parsed in this process.
    """
    pipeline = settings.pipeline
    async with AsyncExitStack() as stack:
        resolve = resolve or Resolver(pipeline.in_flight)
        workers = await stack.enter_async_context(open_workers(0 if transport else pipeline.workers))
        opened = open_client(pipeline, transport, resolve, allow_private=settings.allow_private_hosts)
        await stack.enter_async_context(opened)
        http = HttpClient(opened, clock, pipeline, allow_private=settings.allow_private_hosts)
        yield HttpFetcher(http, clock, workers)


# --- what servers say ----------------------------------------------------------------------------------------------


def _of_status(response: Response) -> str:
    """A status other than 2xx as a sentence for a person."""
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
