"""Which addresses may be reached: private ones are refused before a connection is opened."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from functools import partial

import httpcore
import httpx

from bot.model.threads import unjoined

_ADDRESSES = 2  # of one name that are tried
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Host and port → addresses; raises OSError where the name is not known."""
Gate = Callable[[str], Awaitable[str | None]]
"""Asked before each hop of a request: why it may not be made; None: it may."""


# --- failures as sentences -----------------------------------------------------------------------------------------


class PrivateAddress(OSError):
    """A name that leads to private addresses alone."""


def is_private(host: str) -> str:
    return (
        f"{host} lies in a private network, which we do not read; "
        "set BELLWETHER_ALLOW_PRIVATE_HOSTS=true if it is yours."
    )


# --- addresses -----------------------------------------------------------------------------------------------------


def plainly_private(host: str) -> bool:
    """Whether the host is a private address as written, or this machine's name for itself."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return not public(host)
    except ValueError:
        return False


def public(address: str) -> bool:
    """Whether the address is one of the open internet; one that carries an IPv4 address is judged by that.

    ValueError where it is no address.
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return public(str(inner))
    return ip.is_global and not ip.is_multicast


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Connects to the very addresses it has checked: a name cannot answer differently in between."""

    def __init__(self, resolve: Resolve, *, allow_private: bool) -> None:
        self._resolve = resolve
        self._allow_private = allow_private
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the library's signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        found = list(dict.fromkeys(await self._resolve(host, port)))
        good = found if self._allow_private else [address for address in found if public(address)]
        if not good:
            raise PrivateAddress(host)
        trouble: Exception | None = None
        for address in sorted(good, key=lambda address: ":" in address)[:_ADDRESSES]:
            try:
                return await self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                trouble = error
        raise trouble or httpcore.ConnectError(host)

    async def sleep(self, seconds: float) -> None:
        await self._inner.sleep(seconds)


class _Stream(httpx.AsyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._response.aiter_stream():
            yield chunk

    async def aclose(self) -> None:
        await self._response.aclose()


class GuardedTransport(httpx.AsyncBaseTransport):
    """httpx over httpcore's pool with our backend; its errors reach us as httpcore's."""

    def __init__(self, backend: httpcore.AsyncNetworkBackend) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=httpx.create_ssl_context(),
            max_connections=None,
            max_keepalive_connections=20,
            keepalive_expiry=10.0,
            network_backend=backend,
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        answer = await self._pool.handle_async_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                extensions=request.extensions,
            )
        )
        return httpx.Response(
            answer.status, headers=answer.headers, stream=_Stream(answer), extensions=answer.extensions
        )

    async def aclose(self) -> None:
        await self._pool.aclose()


class Resolver:
    """The system's resolver, so many names at once: those that hang keep neither the others nor the process waiting."""

    def __init__(self, at_once: int) -> None:
        self._places = asyncio.Semaphore(at_once)

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        async with self._places:
            rows = await unjoined(partial(_looked_up, host, port), "resolve")
        return [str(row[4][0]) for row in rows]


def _looked_up(host: str, port: int) -> list[tuple[object, object, object, str, tuple[object, ...]]]:
    return list(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
