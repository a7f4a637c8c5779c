"""Socket Mode of the tests' Slack: real WebSockets, the envelopes sent on them, and how each was acknowledged."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Literal

from aiohttp import WSMsgType, web

from tests.clock import PATIENCE
from tests.servers.slack_world import APP, Workspace

Ending = Literal["cleanly", "abruptly", "silently"]


@dataclass(eq=False)
class Envelope:
    """Something on its way to the bot; sent again, it is another envelope with the same payload."""

    id: str
    kind: Literal["events_api", "slash_commands", "interactive"]
    payload: dict[str, Any]
    attempt: int = 0
    sent_at: float | None = None  # the loop's time; None: no socket was open
    seconds: float | None = None  # from sent to acknowledged; None: not acknowledged
    answer: Any = None  # the payload of the acknowledgement; None: it had none
    answered: Callable[[Any], None] | None = None  # what the platform does with it; None: nothing

    @property
    def acked(self) -> bool:
        return self.seconds is not None

    @property
    def event_id(self) -> str | None:
        return self.payload.get("event_id")

    def wire(self) -> dict[str, Any]:
        wire: dict[str, Any] = {
            "envelope_id": self.id,
            "type": self.kind,
            "payload": self.payload,
            "accepts_response_payload": self.kind != "events_api",
        }
        if self.kind == "events_api":
            wire |= {"retry_attempt": self.attempt, "retry_reason": "timeout" if self.attempt else ""}
        return wire


@dataclass
class Sent:
    """What somebody's doing sent to the bot; none where the bot is not told of it."""

    envelopes: list[Envelope]
    world: Workspace
    payload: Any = field(default=None)  # what was made of it: the Message said, the View submitted; None: nothing

    async def acked(self, patience: float = PATIENCE) -> None:
        """Wait until the bot has acknowledged all of it."""
        await self.world.until(lambda: all(each.acked for each in self.envelopes), patience)

    @property
    def ts(self) -> str:
        """Of the message that was said."""
        return str(self.payload.ts)


@dataclass(eq=False)
class Socket:
    wire: web.WebSocketResponse
    transport: asyncio.Transport
    mute: bool = False  # nothing is sent or answered any more, pings included, though the connection stands

    async def send(self, data: dict[str, Any]) -> None:
        """To a bot that was killed meanwhile it is sent in vain, as over any network."""
        with suppress(ConnectionResetError):
            await self.wire.send_json(data)


class Sockets:
    """All the bot's connections."""

    def __init__(self, world: Workspace) -> None:
        self.world = world
        self.open: list[Socket] = []
        self._every: list[Socket] = []  # those cut silently too
        self.connected = 0  # how many there ever were
        self.envelopes: list[Envelope] = []
        self.tickets: set[str] = set()
        self.enabled = True
        self._turn = 0

    def ticket(self) -> str:
        ticket = f"ticket-{self.world.number()}"
        self.tickets.add(ticket)
        return ticket

    async def serve(self, request: web.Request) -> web.StreamResponse:
        if request.query.get("ticket") not in self.tickets:
            return web.Response(status=401)
        self.tickets.discard(request.query["ticket"])
        wire = web.WebSocketResponse(autoping=False)
        await wire.prepare(request)
        transport = request.transport
        assert isinstance(transport, asyncio.Transport)
        socket = Socket(wire, transport)
        if not self.enabled:
            await self._disconnect(socket, "link_disabled")
            return wire
        self.open.append(socket)
        self._every.append(socket)
        self.connected += 1
        await socket.send(self._hello())
        self.world.change()
        try:
            await self._listen(socket)
        finally:
            if socket in self.open:
                self.open.remove(socket)
            self.world.change()
        return wire

    def _hello(self) -> dict[str, Any]:
        debug = {"host": "applink-test", "build_number": 1, "approximate_connection_time": 18060}
        info = {"app_id": APP}
        return {"type": "hello", "num_connections": len(self.open), "debug_info": debug, "connection_info": info}

    async def _listen(self, socket: Socket) -> None:
        async for message in socket.wire:
            if socket.mute:
                continue
            if message.type is WSMsgType.PING:
                with suppress(ConnectionResetError):
                    await socket.wire.pong(message.data)
            elif message.type is WSMsgType.TEXT:
                self._acknowledged(message.data)
                await self.world.flush()

    def _acknowledged(self, data: str) -> None:
        try:
            said = json.loads(data)
            envelope = next(each for each in self.envelopes if each.id == said["envelope_id"])
        except (ValueError, KeyError, TypeError, StopIteration):
            self.world.complaints.append(f"not an acknowledgement of anything sent: {data}")
            self.world.change()
            return
        if envelope.acked:
            self.world.complaints.append(f"acknowledged twice: {envelope.payload}")
        envelope.seconds = asyncio.get_running_loop().time() - (envelope.sent_at or 0)
        envelope.answer = said.get("payload")
        if envelope.answered:
            envelope.answered(envelope.answer)
        self.world.change()

    async def send(self, envelope: Envelope) -> None:
        """On one of the open connections, each in its turn; kept unsent where none is open."""
        self.envelopes.append(envelope)
        ready = [each for each in self.open if not each.wire.closed]
        if not ready:
            return
        self._turn += 1
        socket = ready[self._turn % len(ready)]
        envelope.sent_at = asyncio.get_running_loop().time()
        if not socket.mute:
            await socket.send(envelope.wire())

    async def again(self, envelope: Envelope) -> Envelope:
        """Deliver once more: another envelope, the same event_id, the next attempt."""
        repeated = Envelope(
            f"env-{self.world.number()}",
            envelope.kind,
            envelope.payload,
            envelope.attempt + 1,
            answered=envelope.answered,
        )
        await self.send(repeated)
        return repeated

    async def _disconnect(self, socket: Socket, reason: str) -> None:
        await socket.send({"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-test"}})
        await socket.wire.close()

    async def announce(self, reason: str) -> None:
        """Tell every connection that it will end (“warning”, “refresh_requested”, “link_disabled”)."""
        for each in tuple(self.open):
            await each.send({"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-test"}})

    async def drop(self, how: Ending) -> None:
        for each in tuple(self.open):
            self.open.remove(each)
            match how:
                case "cleanly":
                    await each.wire.close()
                case "abruptly":
                    each.transport.abort()
                case "silently":
                    each.mute = True
        self.world.change()

    def end(self) -> None:
        for each in self._every:
            each.transport.abort()
