"""The Bot API on a real socket, with the people and chats behind it: it refuses, loses and limits as Telegram does.

    async with telegram_server() as telegram, open_platform(load(**telegram.settings), inbox):
        anna = telegram.user("Anna")
        telegram.starts(anna)                                            # each thing people do has its verb
        hello = await telegram.until(lambda: telegram.told(anna.chat))   # no sleeping: asked again at each change
        press = telegram.presses(anna, hello[-1], "Why 1")
        await telegram.until(lambda: press.answer)

        group = telegram.adds_bot(anna, telegram.group("Desk", anna))
        telegram.says(anna, group, "/why 2", reply_to=…, quote="…")
        telegram.script("sendMessage", Limited(3), None, Lost())         # faults in turn; None: all goes well
        await telegram.down()                                            # no network; up() on the same port
        assert telegram.called("sendMessage")[0].given["text"] == …

What people do is in telegram_people.py, what the bot may do in telegram_calls.py, what is refused in telegram_rules.py.
"""

from __future__ import annotations

import asyncio
import json
import math
import re
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiohttp import web
from aiohttp.multipart import BodyPartReader

from tests.clock import MORNING
from tests.servers.ports import bound
from tests.servers.telegram_calls import CALLS, chat_at
from tests.servers.telegram_chats import Chat
from tests.servers.telegram_people import People
from tests.servers.telegram_rules import Json, Refusal, Upload, bad, read

TOKEN = "123456:" + "A" * 35
TERMINATED = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
LIMITED = ("sendMessage", "sendRichMessage", "sendPhoto", "editMessageText", "editMessageReplyMarkup")
"""Calls that count against the limits."""


# --- faults --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Lost:
    """The call is done; the connection breaks before its answer."""


@dataclass(frozen=True)
class NoConnection:
    """The connection breaks before the call is done."""


@dataclass(frozen=True)
class Hang:
    """The call is not done, and never answered."""


@dataclass(frozen=True)
class Garbled:
    """The call is done; its answer is no JSON."""


@dataclass(frozen=True)
class Broken:
    """A gateway in front of Telegram answers, with a page."""

    status: int = 502
    kept: bool = False  # whether the call is done nevertheless


@dataclass(frozen=True)
class Limited:
    """Too many requests; not done."""

    retry_after: int


@dataclass(frozen=True)
class Refused:
    """An error in Telegram's shape; not done."""

    code: int
    description: str


Fault = Lost | NoConnection | Hang | Garbled | Broken | Limited | Refused


@dataclass(frozen=True)
class Call:
    """What the bot asked, and how it was answered."""

    method: str
    given: Json  # as read; as it came where it could not be read
    status: int | None  # None: not answered
    description: str  # "": done


@dataclass
class Limits:
    """Telegram's limits on messages, in a time that a test may own; what exceeds them is always counted.

    https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
    """

    monotonic: Callable[[], float] = time.monotonic
    enforced: bool = False
    exceeded: list[str] = field(default_factory=list)
    _sent: dict[str, deque[float]] = field(default_factory=dict)

    def wait(self, chat: Chat) -> float:
        """Seconds until a message may go to this chat; 0: now, and it is counted."""
        now = self.monotonic()
        rules = [("overall", 30, 1.0), (f"chat {chat.id}", 1, 1.0)]
        if chat.type in ("group", "supergroup"):
            rules.append((f"group {chat.id}", 20, 60.0))
        longest = 0.0
        for name, most, seconds in rules:
            recent = self._sent.setdefault(name, deque())
            while recent and recent[0] <= now - seconds:
                recent.popleft()
            if len(recent) >= most:
                self.exceeded.append(f"more than {most} in {seconds:.0f} s: {name}")
                longest = max(longest, recent[len(recent) - most] + seconds - now)
        if not (self.enforced and longest):
            for name, _, _ in rules:
                self._sent[name].append(now)
        return longest


# --- the server ----------------------------------------------------------------------------------------------------


class Telegram(People):
    """The people, the chats, and the wire between them and the bot."""

    def __init__(self, *, now: Callable[[], datetime], privacy: bool, limits: Limits) -> None:
        super().__init__(now=now, privacy=privacy)
        self.limits = limits
        self.calls: list[Call] = []
        self.failures: list[Exception] = []  # of this server, not of the bot
        self.port = 0
        self._faults: dict[str, deque[Fault | None]] = {}
        self._poll: asyncio.Event | None = None  # set: another poller has come
        app = web.Application(client_max_size=10_000_000)
        app.router.add_route("*", "/bot{token}/{method}", self._asked)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True)
        self._listening: asyncio.Server | None = None
        self._socket = bound()

    @property
    def settings(self) -> dict[str, Any]:
        """What leads a bot here."""
        return {"telegram_bot_token": TOKEN, "telegram_api_url": f"http://127.0.0.1:{self.port}/bot"}

    @property
    def polled(self) -> bool:
        """Whether somebody is waiting for updates."""
        return self._poll is not None

    def script(self, method: str, *faults: Fault | None) -> None:
        """What goes wrong with the next calls of a method, in turn; None: nothing. After that all goes well."""
        self._faults.setdefault(method, deque()).extend(faults)

    def heal(self, method: str) -> None:
        """Nothing goes wrong with it any more."""
        self._faults.pop(method, None)

    def called(self, method: str) -> list[Call]:
        return [call for call in self.calls if call.method == method]

    def account(self) -> str:
        asked = [each for each in self.calls if each.method != "getUpdates"]
        told = [f"{each.method} {each.given} → {each.description or each.status}" for each in asked[-12:]]
        return "\n".join([super().account(), *told])

    async def up(self) -> None:
        """Listen, on the same port as ever."""
        self._listening = await asyncio.get_running_loop().create_server(self._protocol, sock=self._socket)
        self.port = self._socket.getsockname()[1]

    async def down(self) -> None:
        """No network: what is open breaks, and connections are refused."""
        if self._listening is None:
            return
        self._listening.close()
        self._listening = None
        # The port stays ours, though nobody listens on it.
        self._socket = bound(self.port)
        for connection in self._runner.server.connections if self._runner.server else ():
            if connection.transport is not None:
                connection.transport.abort()
        await asyncio.sleep(0)

    def _protocol(self) -> asyncio.Protocol:
        assert self._runner.server is not None
        return self._runner.server()

    async def open(self) -> None:
        await self._runner.setup()
        await self.up()

    async def close(self) -> None:
        await self.down()
        self._socket.close()
        await self._runner.cleanup()

    # --- the wire

    async def _asked(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        if (wrong := _wrong_token(request.match_info["token"])) is not None:
            return _error(wrong)
        if (method not in CALLS and method != "getUpdates") or method in self.unknown:
            self._record(Call(method, {}, 404, "Not Found: method not found"))
            return _error(Refusal(404, "Not Found: method not found"))
        try:
            raw = await _parameters(request)
        except Refusal as refusal:
            return _error(refusal)
        waiting = self._faults.get(method)
        fault = waiting.popleft() if waiting else None
        if isinstance(fault, (Lost, Garbled)) or (isinstance(fault, Broken) and fault.kept) or fault is None:
            answer = await self._done(method, raw)
            return await self._spoiled(request, fault, answer)
        self._record(Call(method, raw, None, type(fault).__name__))
        return await self._failed(request, fault)

    async def _done(self, method: str, raw: Json) -> web.Response:
        given = raw
        try:
            given = read(method, raw)
            self._keep_limits(method, given)
            result = await self._updates(given) if method == "getUpdates" else CALLS[method](self, given)
        except Refusal as refusal:
            self._record(Call(method, given, refusal.code, refusal.description))
            return _error(refusal)
        except Exception as failure:
            self.failures.append(failure)
            raise
        self._record(Call(method, given, 200, ""))
        return web.json_response({"ok": True, "result": result})

    def _record(self, call: Call) -> None:
        self.calls.append(call)
        self.changed()

    def _keep_limits(self, method: str, given: Json) -> None:
        if method in LIMITED:
            wait = self.limits.wait(chat_at(self, given.get("chat_id", 0)))
            if wait and self.limits.enforced:
                raise _too_many(math.ceil(wait))

    async def _spoiled(self, request: web.Request, fault: Fault | None, answer: web.Response) -> web.StreamResponse:
        """The answer to a call that was done, or what becomes of it."""
        match fault:
            case Lost():
                return _cut(request)
            case Garbled():
                return web.Response(text='{"ok": true, "result": {"message_id": ', content_type="application/json")
            case Broken(status=status):
                return web.Response(status=status, text="<html>Bad Gateway</html>", content_type="text/html")
            case _:
                return answer

    async def _failed(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        """The answer to a call that was not done."""
        match fault:
            case Limited(retry_after=seconds):
                return _error(_too_many(seconds))
            case Refused(code=code, description=description):
                return _error(Refusal(code, description))
            case Broken(status=status):
                return web.Response(status=status, text="<html>Bad Gateway</html>", content_type="text/html")
            case Hang():
                await asyncio.Event().wait()
        return _cut(request)

    # --- updates

    async def _updates(self, given: Json) -> list[Json]:
        """Long polling: what there is, else what comes within the timeout; a second poller ends the first."""
        limit, timeout = given.get("limit", 100), given.get("timeout", 0)
        if not 1 <= limit <= 100 or timeout < 0:
            raise bad("limit must be from 1 to 100 and timeout positive")
        if "allowed_updates" in given:
            self.allowed = frozenset(given["allowed_updates"]) or None
        self._confirm(given.get("offset", 0))
        if self._poll is not None:
            self._poll.set()
        other = self._poll = asyncio.Event()
        self.changed()
        try:
            async with asyncio.timeout(timeout):
                while not (self.pending or self.again):
                    await self._change_or(other)
        except TimeoutError:
            return []
        finally:
            if self._poll is other:
                self._poll = None
        again, self.again = self.again, []
        return (again + self.pending)[:limit]

    async def _change_or(self, other: asyncio.Event) -> None:
        # The event of this moment: what changes before its task begins would go unnoticed otherwise.
        waits = [asyncio.ensure_future(each) for each in (self._change.wait(), other.wait())]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waits:
                each.cancel()
        if other.is_set():
            raise Refusal(409, TERMINATED)

    def _confirm(self, offset: int) -> None:
        """Forget what comes before the offset; a negative one keeps so many from the end."""
        if offset < 0:
            self.pending = self.pending[offset:]
        self.pending = [each for each in self.pending if each["update_id"] >= offset]


def _wrong_token(token: str) -> Refusal | None:
    if token == TOKEN:
        return None
    well_formed = re.fullmatch(r"\d+:[\w-]{35}", token)
    return Refusal(401, "Unauthorized") if well_formed else Refusal(404, "Not Found")


def _too_many(seconds: int) -> Refusal:
    return Refusal(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def _error(refusal: Refusal) -> web.Response:
    shape: Json = {"ok": False, "error_code": refusal.code, "description": refusal.description}
    more = {"parameters": refusal.parameters} if refusal.parameters else {}
    return web.json_response(shape | more, status=refusal.code)


def _cut(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def _parameters(request: web.Request) -> Json:
    """Of the query, a form, a form with files, or JSON."""
    given: Json = dict(request.query)
    if request.content_type == "application/json":
        return given | _json(await request.text())
    if request.content_type == "multipart/form-data":
        async for part in await request.multipart():
            assert isinstance(part, BodyPartReader)
            data = bytes(await part.read(decode=True))
            given[part.name or ""] = Upload(part.filename, data) if part.filename else data.decode()
        return given
    return given | dict(await request.post())


def _json(body: str) -> Json:
    try:
        parsed: Json = json.loads(body or "{}")
    except ValueError:
        raise bad("can't parse JSON object") from None
    return parsed


# --- to open it ----------------------------------------------------------------------------------------------------


@asynccontextmanager
async def telegram_server(
    *,
    now: Callable[[], datetime] = lambda: MORNING,
    privacy: bool = True,
    monotonic: Callable[[], float] = time.monotonic,
    limited: bool = False,
) -> AsyncIterator[Telegram]:
    """Telegram on loopback while the context lasts; with `limited` it answers 429 where a limit is exceeded."""
    telegram = Telegram(now=now, privacy=privacy, limits=Limits(monotonic, limited))
    await telegram.open()
    try:
        yield telegram
    finally:
        await telegram.close()
    if telegram.failures:
        raise ExceptionGroup("the tests' Telegram itself failed", telegram.failures)


@asynccontextmanager
async def serve() -> AsyncIterator[dict[str, Any]]:
    """The settings that lead to a Telegram with nobody in it."""
    async with telegram_server() as telegram:
        yield telegram.settings
