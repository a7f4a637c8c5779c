"""Listen for connections, and cut those that are slow, too long, or too many."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from weakref import WeakSet

from aiohttp import web
from aiohttp.web_protocol import RequestHandler

SHUTDOWN_SECONDS = 1.0  # that answers under way get to end when the bot is stopped


@dataclass(frozen=True, slots=True)
class Limits:
    """Of connections; times in seconds."""

    head: float = 10.0  # until the first request has come whole
    idle: float = 15.0  # between two requests, and until a further one has come whole
    whole: float = 120.0  # from the beginning of a connection to its end, however busy it is
    most: int = 200  # connections at once


class _Refused(asyncio.Protocol):
    """A connection too many: closed as it comes."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - a stream's protocol is given a stream
        transport.abort()


class _Guard:
    """Makes a protocol for every connection, and ends those that exceed the limits."""

    def __init__(self, server: web.Server, limits: Limits) -> None:
        self._server = server
        self._limits = limits
        self._heard: WeakSet[asyncio.BaseTransport] = WeakSet()  # connections on which a request came whole

    def accept(self) -> asyncio.Protocol:
        """Called by the loop for each new connection."""
        if len(self._server.connections) >= self._limits.most:
            return _Refused()
        handler = self._server()
        loop = asyncio.get_running_loop()
        loop.call_later(self._limits.head, self._cut_if_silent, handler)
        loop.call_later(self._limits.whole, _cut, handler)
        return handler

    def heard(self, request: web.BaseRequest) -> None:
        """Note that a request has come."""
        if request.transport is not None:
            self._heard.add(request.transport)

    def _cut_if_silent(self, handler: RequestHandler) -> None:
        if handler.transport is not None and handler.transport not in self._heard:
            _cut(handler)


def _cut(handler: RequestHandler) -> None:
    if isinstance(handler.transport, asyncio.Transport):
        handler.transport.abort()


def host_and_port(listen: str) -> tuple[str, int]:
    """The two parts of "host:port"; a host in brackets is of IPv6."""
    host, _, port = listen.rpartition(":")
    return host.strip("[]"), int(port)


def reason(error: OSError) -> str:
    """Why nobody can listen there, in words: “address already in use”; asyncio says it amid addresses and numbers."""
    if isinstance(error, socket.gaierror) or error.errno is None:
        return (error.strerror or str(error)).lower()
    return os.strerror(error.errno).lower()


async def why_not(listen: str) -> str | None:
    """Why nobody can listen on "host:port"; None: one can."""
    try:
        server = await asyncio.get_running_loop().create_server(asyncio.Protocol, *host_and_port(listen))
    except OSError as error:
        return reason(error)
    server.close()
    await server.wait_closed()
    return None


@asynccontextmanager
async def listening(application: web.Application, listen: str, limits: Limits) -> AsyncIterator[str]:
    """Answer on "host:port" by the application; yields "http://host:port". Raises OSError where that is taken."""
    runner = web.AppRunner(
        application,
        access_log=None,
        keepalive_timeout=limits.idle,
        lingering_time=1.0,
        shutdown_timeout=SHUTDOWN_SECONDS,
    )
    guard: _Guard | None = None

    async def note(request: web.Request, _response: web.StreamResponse) -> None:
        if guard:
            guard.heard(request)

    application.on_response_prepare.append(note)
    await runner.setup()
    assert runner.server is not None  # noqa: S101 - it is there once the runner is set up
    guard = _Guard(runner.server, limits)
    try:
        server = await asyncio.get_running_loop().create_server(guard.accept, *host_and_port(listen))
        async with server:
            yield f"http://{listen.rpartition(':')[0]}:{server.sockets[0].getsockname()[1]}"
    finally:
        await runner.cleanup()
