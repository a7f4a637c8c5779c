"""HTTP GET with limits: bounded in time and size, polite to hosts, and never to a private address.

url | wait for the host's turn | resolve, check, connect | read up to the limit | redirect? again : response
"""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
import urllib.request
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from http.cookiejar import CookieJar, DefaultCookiePolicy
from urllib.parse import urljoin, urlsplit

import httpcore
import httpx

from bot.model.echoing import cut, echo
from bot.model.ports import Clock
from bot.model.settings import PipelineSettings
from bot.model.version import VERSION
from bot.reading.addresses import host_name, is_written_private, private_refusal
from bot.reading.http_body import ENCODINGS, Body
from bot.reading.transport import GuardedBackend, GuardedTransport, PrivateAddress, Resolve

log = logging.getLogger(__name__)

NAME = "Bellwether"
"""The user agent that rules in a robots.txt are looked up for."""
USER_AGENT = f"{NAME}/{VERSION} (news brief bot; feed reader)"
MAX_REDIRECTS = 5
_PERMANENT = (301, 308)
_REDIRECTS = (301, 302, 303, 307, 308)
_ERROR_BODY = 64_000  # bytes read of an error's body, so that the connection can be used again
_CONNECT = 8.0  # seconds for a connection, at most
_MAX_CRAWL_DELAY = 10.0  # seconds

Gate = Callable[[str], Awaitable[str | None]]
"""Called with the URL before each request, redirects included: why it may not be made; None: it may."""


@dataclass(frozen=True, slots=True)
class Response:
    """A response after redirects, whatever its status, its body read."""

    status: int
    url: str  # after redirects
    headers: Mapping[str, str]
    body: bytes
    whole: bool = True  # False: the connection broke off in the middle
    moved_to: str | None = None  # the new address if all redirects were permanent; None: there was none, or not all

    @property
    def content_type(self) -> str | None:
        return self.headers.get("content-type")


@dataclass(frozen=True, slots=True)
class RequestFailed:
    """No usable response."""

    why: str  # one sentence for a person
    unreachable: bool = False  # nothing answered at all


@dataclass(slots=True)
class _Host:
    """What is known of a host: it gets one request at a time, with a pause after each."""

    pause: float  # seconds
    free_at: datetime  # when the next request may be made
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class HttpClient:
    """GET requests over one httpx client; see the module's docstring."""

    def __init__(
        self, client: httpx.AsyncClient, clock: Clock, settings: PipelineSettings, *, allow_private: bool = False
    ) -> None:
        self._client = client
        self._clock = clock
        self._settings = settings
        self._allow_private = allow_private
        self._slots = asyncio.Semaphore(settings.in_flight)
        self._hosts: dict[str, _Host] = {}

    async def get(
        self, url: str, headers: Mapping[str, str], *, downgrade: bool = True, gate: Gate | None = None
    ) -> Response | RequestFailed:
        """Get `url`, following at most `MAX_REDIRECTS` redirects within `settings.timeout` seconds in all.

        `downgrade`: whether a redirect from https to http is followed. `gate` is asked before each request. Failures
        are returned, not raised.
        """
        left, permanent, first = float(self._settings.timeout), True, url
        for _ in range(MAX_REDIRECTS + 1):
            if refusal := self._refusal(url) or (gate and await gate(url)):
                return RequestFailed(refusal)
            response, took = await self._request(url, headers, left)
            if isinstance(response, RequestFailed) or (target := _target(response)) is None:
                moved = url if permanent and url != first and not is_downgraded(first, url) else None
                return replace(response, moved_to=moved) if isinstance(response, Response) else response
            if is_downgraded(url, target):
                if not downgrade:
                    return RequestFailed(
                        f"{host_name(url)} redirects from https to http, which we do not follow for pages."
                    )
                log.debug("%s redirects from https to http", url)
            permanent &= response.status in _PERMANENT
            left, url = max(0.05, left - took), target
        return RequestFailed(f"{host_name(first)} redirects more than {MAX_REDIRECTS} times.")

    def slow_down(self, url: str, seconds: float) -> None:
        """Pause at least `seconds` between requests to the host of `url`, as its robots.txt asks; 10 s at most."""
        host = self._host_of(url)
        host.pause = max(host.pause, min(seconds, _MAX_CRAWL_DELAY))

    def _host_of(self, url: str) -> _Host:
        name = urlsplit(url).netloc.rpartition("@")[2].lower()
        if name not in self._hosts:
            self._hosts[name] = _Host(self._settings.host_pause, self._clock.now())
        return self._hosts[name]

    def _refusal(self, url: str) -> str | None:
        """Why the URL cannot be requested at all; None: it can."""
        try:
            parts = urlsplit(url)
            host, scheme, _ = (parts.hostname or "").rstrip("."), parts.scheme.lower(), parts.port
        except ValueError:
            return f"{echo(url)} is not an address."
        if scheme not in ("http", "https") or not host:
            return f"{echo(url)} is not an address: it begins with https:// or http://."
        return None if self._allow_private or not is_written_private(host) else private_refusal(host)

    async def _request(
        self, url: str, headers: Mapping[str, str], left: float
    ) -> tuple[Response | RequestFailed, float]:
        """One request without redirects, and the seconds it took, the wait for its turn not counted."""
        host, now = self._host_of(url), asyncio.get_running_loop().time
        async with host.lock:
            if (early := (host.free_at - self._clock.now()).total_seconds()) > 0:
                await self._clock.sleep(
                    min(early, host.pause)
                )  # the minimum: a clock that was set back must not make us wait long
            async with self._slots:
                started = now()
                try:
                    return await self._bounded(url, headers, left), now() - started
                finally:
                    host.free_at = self._clock.now() + timedelta(seconds=host.pause)

    async def _bounded(self, url: str, headers: Mapping[str, str], left: float) -> Response | RequestFailed:
        try:
            async with asyncio.timeout(left):
                return await self._exchange(url, headers)
        except TimeoutError:
            return RequestFailed(f"{host_name(url)} did not answer within {self._settings.timeout:g} seconds.")
        except (httpx.HTTPError, httpx.InvalidURL, httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
            return _explained(error, url)
        except (httpcore.TimeoutException, UnicodeError, ValueError) as error:
            return _explained(error, url)

    async def _exchange(self, url: str, headers: Mapping[str, str]) -> Response | RequestFailed:
        request = self._client.build_request("GET", url, headers=dict(headers))
        response = await self._client.send(request, stream=True)
        try:
            return await self._received(response, url)
        finally:
            await response.aclose()

    async def _received(self, response: httpx.Response, url: str) -> Response | RequestFailed:
        good = 200 <= response.status_code < 300
        limit = self._settings.max_bytes if good else _ERROR_BODY
        encoding = response.headers.get("content-encoding", "").lower().rpartition(",")[2].strip()
        if good and encoding not in ENCODINGS:
            return RequestFailed(f"{host_name(url)} answers in a compression we did not ask for ({encoding}).")
        body = Body(limit, raw_deflate=encoding == "deflate")
        whole = True
        try:
            async for chunk in response.aiter_raw():
                body.feed(chunk)
                if body.full:
                    break
        except (httpx.ReadError, httpx.RemoteProtocolError, httpcore.ReadError, httpcore.RemoteProtocolError):
            whole = False
        if body.full and good:
            return RequestFailed(f"{host_name(url)} sends more than {limit / 1e6:g} MB, which is more than we read.")
        return Response(response.status_code, url, response.headers, bytes(body.data), whole and not body.broken)


def _target(response: Response) -> str | None:
    """The URL a redirect leads to, as it stands there if it is none; None: the response is no redirect."""
    location = response.headers.get("location", "").strip()
    if response.status not in _REDIRECTS or not location:
        return None
    try:
        return urljoin(response.url, location)
    except ValueError:
        return location


def is_downgraded(url: str, target: str) -> bool:
    return url.lower().startswith("https:") and target.lower().startswith("http:")


def _explained(error: Exception, url: str) -> RequestFailed:
    """An exception of a request as a sentence for a person."""
    host = cut(host_name(url))
    causes = list(_causes(error))
    if any(isinstance(cause, PrivateAddress) for cause in causes):
        return RequestFailed(private_refusal(host))
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return RequestFailed(
            f"The name {host} cannot be found; is it spelt right, and are we online?", unreachable=True
        )
    if trouble := next((cause for cause in causes if isinstance(cause, ssl.SSLError)), None):
        return RequestFailed(f"{host} cannot be trusted: {_certificate(trouble)}.")
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return RequestFailed(f"{host} refuses connections.", unreachable=True)
    if isinstance(error, httpx.ConnectTimeout | httpcore.ConnectTimeout):
        return RequestFailed(f"{host} did not answer.", unreachable=True)
    if isinstance(error, httpx.ConnectError | httpcore.ConnectError):
        return RequestFailed(f"{host} cannot be reached.", unreachable=True)
    if isinstance(error, httpx.TimeoutException | httpcore.TimeoutException):
        return RequestFailed(f"{host} stopped answering in the middle.")
    if isinstance(error, httpx.InvalidURL | UnicodeError | ValueError):
        return RequestFailed(f"{echo(url)} is not an address.")
    return RequestFailed(f"{host} broke off the connection.")


def _causes(error: BaseException | None) -> Iterable[BaseException]:
    """The exception, those it was raised from, and the members of groups among them."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        yield from error.exceptions if isinstance(error, BaseExceptionGroup) else ()
        error = error.__cause__ or error.__context__


def _certificate(error: ssl.SSLError) -> str:
    """What is wrong with a TLS connection, in words."""
    reason = getattr(error, "verify_message", "") or (error.reason or "no secure connection").replace("_", " ").lower()
    return f"its certificate fails ({reason})" if isinstance(error, ssl.SSLCertVerificationError) else reason


def open_client(
    settings: PipelineSettings, transport: httpx.AsyncBaseTransport | None, resolve: Resolve, *, allow_private: bool
) -> httpx.AsyncClient:
    """An httpx client that keeps no cookies and follows no redirects; `transport` replaces ours, in tests.

    If the environment names a proxy (HTTPS_PROXY …), the proxy resolves names and connects, so only IP addresses that
    are written in the URL can be refused; requests to this machine never go through it.
    """
    guarded = transport or GuardedTransport(GuardedBackend(resolve, allow_private=allow_private))
    proxied = transport is None and any(urllib.request.getproxies().get(name) for name in ("http", "https", "all"))
    here = {f"all://{host}": guarded for host in ("127.0.0.1", "localhost", "[::1]")}
    return httpx.AsyncClient(
        transport=None if proxied else guarded,
        mounts=here if proxied else None,
        trust_env=proxied,
        follow_redirects=False,
        headers={"User-Agent": USER_AGENT, "Accept-Encoding": "gzip, deflate"},
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        timeout=httpx.Timeout(settings.timeout, connect=min(_CONNECT, 0.4 * settings.timeout), pool=None),
    )
