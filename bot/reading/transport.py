"""HTTP connections that cannot reach private addresses: name resolution, the check, and the transport for httpx."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from functools import cache, partial

import httpcore
import httpx

from bot.model.threads import in_daemon_thread
from bot.reading.addresses import is_public

_ADDRESSES_TRIED = 2  # of the addresses of one name

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Host and port → IP addresses; raises OSError where the name is not known."""


class PrivateAddress(OSError):
    """A name that resolves to private addresses only."""


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """An httpcore network backend that connects to no private address.

    It resolves a name, checks the addresses, and connects to those very addresses: a name that resolves to something
    else a moment later (DNS rebinding) gains nothing. Raises PrivateAddress where a name has private addresses only.
    """

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
        good = found if self._allow_private else [address for address in found if is_public(address)]
        if not good:
            raise PrivateAddress(host)
        trouble: Exception | None = None
        for address in sorted(good, key=lambda address: ":" in address)[:_ADDRESSES_TRIED]:
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


@cache
def trusted_authorities() -> ssl.SSLContext:
    """The certificate authorities that are trusted, read once a process: reading them takes some 20 ms."""
    return httpx.create_ssl_context()


class GuardedTransport(httpx.AsyncBaseTransport):
    """An httpx transport over httpcore's connection pool with a network backend of our own.

    httpx's own transport takes no backend. This one does not translate httpcore's errors into httpx's.
    """

    def __init__(self, backend: httpcore.AsyncNetworkBackend) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=trusted_authorities(),
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
    """The system's resolver, at most `at_once` names at a time, in threads that do not delay the process's end."""

    def __init__(self, at_once: int) -> None:
        self._slots = asyncio.Semaphore(at_once)

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        async with self._slots:
            rows = await in_daemon_thread(partial(_getaddrinfo, host, port), "resolve")
        return [str(row[4][0]) for row in rows]


def _getaddrinfo(host: str, port: int) -> list[tuple[object, object, object, str, tuple[object, ...]]]:
    return list(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
