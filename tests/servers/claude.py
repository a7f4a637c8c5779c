"""A Messages API on a real socket: it refuses what the API refuses, answers from a brain, and keeps what it was asked.

    async with claude_server() as server:
        os.environ["ANTHROPIC_BASE_URL"] = server.url
        server.brain = good                                  # every call from now on
        server.script(overloaded(), good)                    # one call after the other, the last stays
        server.brains["compose"] = refusing                  # of one step alone
        assert server.asked("read")[0].data["article"] …

A step is known by the title of the schema it asks for (`ReadReply` is "read"); one without a schema is "answer".
Brains are in tests/servers/claude_brains.py.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import uuid
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

from bot.analysts.claude.caching import BYTES_A_TOKEN, MINIMUMS, MOST
from tests.clock import PATIENCE
from tests.servers.claude_rules import MODELS, Json, Model, Refused, check, cites, documents

LIVES = {"5m": timedelta(minutes=5), "1h": timedelta(hours=1)}
CHUNK = 24  # characters of a text delta


@dataclass(frozen=True)
class Cited:
    """A piece of an answer and what it cites: (document, first block, block after the last)."""

    text: str
    places: tuple[tuple[int, int, int], ...] = ()


@dataclass(frozen=True)
class Turn:
    """What the model does with one request."""

    parts: tuple[Cited, ...] = ()
    thinking: str = ""  # a thinking block before the rest; "": none
    stop: str = "end_turn"
    status: int = 200
    error: str = "api_error"  # the error's type, where the status is none of success
    code: str | None = None  # error.details.error_code
    words: str = ""  # of the error
    headers: Mapping[str, str] = field(default_factory=dict)
    hang: bool = False  # nothing is ever sent
    cut: int | None = None  # the connection breaks after so many bytes of the body; None: it does not
    early: bool = False  # a stream ends well-formed, without its message_delta and message_stop
    broken: bool = False  # a stream holds an event that is no JSON
    fails: bool = False  # a stream ends in an error event, after a status of 200
    forged: bool = False  # citations say another text than the blocks they point at
    wild: str | None = None  # the whole body of the reply, of a shape that the API does not have; None: it has

    @property
    def text(self) -> str:
        return "".join(part.text for part in self.parts)


def said(text: str, **how: Any) -> Turn:
    return Turn((Cited(text),), **how)


@dataclass(frozen=True)
class Ask:
    """One request that was let in."""

    body: Json
    path: str = "/v1/messages"
    batched: bool = False

    @property
    def step(self) -> str:
        shape = self.body.get("output_config", {}).get("format") or {}
        title = shape.get("schema", {}).get("title", "")
        return str(title).removesuffix("Reply").lower() or "answer"

    @property
    def system(self) -> str:
        system = self.body.get("system", "")
        return system if isinstance(system, str) else "\n".join(block["text"] for block in system)

    @property
    def data(self) -> Any:
        """The JSON of the user's last turn; None: its text is no JSON."""
        with contextlib.suppress(ValueError):
            return json.loads(self.user)
        return None

    @property
    def user(self) -> str:
        content = self.body["messages"][-1]["content"]
        if isinstance(content, str):
            return content
        return "\n".join(block["text"] for block in content if block["type"] == "text")

    @property
    def sentences(self) -> list[list[str]]:
        """The blocks of each document, as citations number them."""
        return [[piece["text"] for piece in block["source"]["content"]] for block in documents(self.body)]


Brain = Callable[[Ask], Turn]


@dataclass
class Batch:
    id: str
    made: datetime
    asks: list[tuple[str, Json]]
    canceled: bool = False


class ClaudeServer:
    """The API's side; `now` is its clock, by which caches grow old and batches end."""

    def __init__(self, brain: Brain, now: Callable[[], datetime]) -> None:
        self.url = ""
        self.brain = brain
        self.brains: dict[str, Brain] = {}
        self.models: dict[str, Model] = dict(MODELS)
        self.key = "test-key"
        self.asks: list[Ask] = []
        self.usages: list[tuple[Ask, dict[str, Any]]] = []
        self.refusals: list[str] = []
        self.batches: dict[str, Batch] = {}
        self.batches_take = timedelta(0)
        self.batches_fail: Turn | None = None  # how making one fails; None: it does not
        self.output_tokens: Callable[[Ask, Turn], tuple[int, int]] = _lengths
        self._now = now
        self._script: list[Brain] = []
        self._hung = 0
        self._more_hang = asyncio.Condition()
        self._cached: dict[tuple[str, str], datetime] = {}

    def script(self, *brains: Brain) -> None:
        """These in turn, whatever the step; the last one stays."""
        self._script = list(brains)

    def asked(self, step: str) -> list[Ask]:
        return [ask for ask in self.asks if ask.step == step]

    async def hanging(self, times: int) -> None:
        """Wait until so many requests have come that are never answered."""
        async with asyncio.timeout(PATIENCE), self._more_hang:
            await self._more_hang.wait_for(lambda: self._hung >= times)

    def _turn(self, ask: Ask) -> Turn:
        if self._script:
            brain = self._script.pop(0) if len(self._script) > 1 else self._script[0]
        else:
            brain = self.brains.get(ask.step, self.brain)
        return brain(ask)

    # --- the wire

    def application(self) -> web.Application:
        app = web.Application(middlewares=[self._guard], client_max_size=64 << 20)
        app.router.add_post("/v1/messages", self._messages)
        app.router.add_post("/v1/messages/count_tokens", self._count)
        app.router.add_post("/v1/messages/batches", self._make_batch)
        app.router.add_get("/v1/messages/batches/{id}", self._batch)
        app.router.add_post("/v1/messages/batches/{id}/cancel", self._cancel)
        app.router.add_get("/v1/messages/batches/{id}/results", self._results)
        app.router.add_get("/v1/models", self._models)
        app.router.add_get("/v1/models/{id}", self._model)
        return app

    @web.middleware
    async def _guard(self, request: web.Request, handler: Any) -> web.StreamResponse:
        """Who may ask, and how complaints are worded."""
        try:
            given = request.headers.get("authorization", "").removeprefix("Bearer ") or request.headers.get("x-api-key")
            if given != self.key:
                raise Refused("invalid x-api-key", 401, "authentication_error")
            if not request.headers.get("anthropic-version"):
                raise Refused("anthropic-version: header is required")
            response: web.StreamResponse = await handler(request)
        except Refused as complaint:
            self.refusals.append(str(complaint))
            return _error(complaint.status, complaint.kind, str(complaint))
        except web.HTTPNotFound:
            return _error(404, "not_found_error", f"Not found: {request.path}")
        return response

    async def _messages(self, request: web.Request) -> web.StreamResponse:
        body = await _json(request)
        check(body, self.models)
        ask = Ask(body)
        self.asks.append(ask)
        turn = self._turn(ask)
        if turn.hang:
            await self._hang()
        if turn.status != 200:
            return _error(turn.status, turn.error, turn.words or turn.error, turn.code, turn.headers)
        if turn.wild is not None:
            return web.Response(text=turn.wild, content_type="application/json", headers=_headers())
        usage = self._usage(ask, turn)
        if body.get("stream"):
            return await _stream(request, ask, turn, usage)
        whole = json.dumps(_message(ask, turn, usage)).encode()
        if turn.cut is None:
            return web.Response(body=whole, content_type="application/json", headers=_headers())
        return await _cut(request, "application/json", whole, turn.cut)

    async def _hang(self) -> None:
        self._hung += 1
        async with self._more_hang:
            self._more_hang.notify_all()
        await asyncio.Event().wait()

    async def _count(self, request: web.Request) -> web.Response:
        body = await _json(request)
        check(body, self.models, counting=True)
        return web.json_response({"input_tokens": _tokens(json.dumps(body))}, headers=_headers())

    # --- what is billed

    def _usage(self, ask: Ask, turn: Turn, tier: str = "standard") -> dict[str, Any]:
        """Tokens as they would be billed, by the request's bytes; of them a marked prefix is written or read."""
        read, written, briefly = self._prefixes(ask)
        output, thinking = self.output_tokens(ask, turn)
        usage = {
            "input_tokens": max(1, _tokens("".join(each for each, _ in _pieces(ask.body))) - read - written),
            "output_tokens": output,
            "output_tokens_details": {"thinking_tokens": thinking},
            "cache_read_input_tokens": read,
            "cache_creation_input_tokens": written,
            "cache_creation": {
                "ephemeral_1h_input_tokens": written - briefly,
                "ephemeral_5m_input_tokens": briefly,
            },
            "service_tier": tier,
        }
        self.usages.append((ask, usage))
        return usage

    def _prefixes(self, ask: Ask) -> tuple[int, int, int]:
        """Tokens (read, written, of these for five minutes) of what the marks close, by what was sent lately."""
        read = written = briefly = 0
        for said, life in _marked(ask.body):
            size = _tokens(said)
            if size < MINIMUMS.get(ask.body["model"], MOST):
                continue
            key, now = (ask.body["model"], said), self._now()
            if key in self._cached and now - self._cached[key] < LIVES[life]:
                read = size
            else:
                briefly += (size - read - written) * (life == "5m")
                written = size - read
            self._cached[key] = now
        return read, written, briefly

    # --- batches

    async def _make_batch(self, request: web.Request) -> web.Response:
        if (turn := self.batches_fail) is not None:
            if turn.hang:
                await self._hang()
            return _error(turn.status, turn.error, turn.words)
        body = await _json(request)
        asks = body.get("requests") if isinstance(body, dict) else None
        if not asks or set(body) != {"requests"}:
            raise Refused("requests: Field required")
        named = [each.get("custom_id") for each in asks]
        if len(set(named)) < len(named) or not all(isinstance(name, str) and 0 < len(name) <= 64 for name in named):
            raise Refused("requests: custom_id must be unique and 1 to 64 characters")
        for each in asks:
            check(each["params"], self.models)
        batch = Batch(f"msgbatch_{uuid.uuid4().hex[:12]}", self._now(), [(e["custom_id"], e["params"]) for e in asks])
        self.batches[batch.id] = batch
        return web.json_response(self._told(batch), headers=_headers())

    async def _batch(self, request: web.Request) -> web.Response:
        return web.json_response(self._told(self._found(request)), headers=_headers())

    async def _cancel(self, request: web.Request) -> web.Response:
        batch = self._found(request)
        batch.canceled = True
        return web.json_response(self._told(batch), headers=_headers())

    async def _results(self, request: web.Request) -> web.Response:
        batch = self._found(request)
        lines = []
        for name, body in reversed(batch.asks):  # results come in no particular order
            if batch.canceled:
                result: dict[str, Any] = {"type": "canceled"}
            else:
                ask = Ask(body, "/v1/messages/batches", batched=True)
                self.asks.append(ask)
                turn = self._turn(ask)
                result = {"type": "errored", "error": _complaint(turn.error, turn.words or turn.error)}
                if turn.status == 200:
                    result = {"type": "succeeded", "message": _message(ask, turn, self._usage(ask, turn, "batch"))}
            lines.append(json.dumps({"custom_id": name, "result": result}))
        return web.Response(text="\n".join(lines) + "\n", content_type="application/binary", headers=_headers())

    def _found(self, request: web.Request) -> Batch:
        batch = self.batches.get(request.match_info["id"])
        if batch is None:
            raise Refused("no such batch", 404, "not_found_error")
        return batch

    def _told(self, batch: Batch) -> dict[str, Any]:
        ended = batch.canceled or self._now() - batch.made >= self.batches_take
        many, counts = len(batch.asks), dict.fromkeys(("canceled", "errored", "expired", "processing", "succeeded"), 0)
        counts["canceled" if batch.canceled else "succeeded" if ended else "processing"] = many
        return {
            "id": batch.id,
            "type": "message_batch",
            "processing_status": "ended" if ended else "in_progress",
            "request_counts": counts,
            "created_at": batch.made.isoformat(),
            "expires_at": (batch.made + timedelta(days=1)).isoformat(),
            "ended_at": self._now().isoformat() if ended else None,
            "results_url": f"{self.url}/v1/messages/batches/{batch.id}/results" if ended else None,
        }

    # --- models

    async def _models(self, _request: web.Request) -> web.Response:
        data = [_info(model) for model in self.models.values()]
        first, last = (data[0]["id"], data[-1]["id"]) if data else (None, None)
        whole = {"data": data, "has_more": False, "first_id": first, "last_id": last}
        return web.json_response(whole, headers=_headers())

    async def _model(self, request: web.Request) -> web.Response:
        name = request.match_info["id"]
        if name not in self.models:
            raise Refused(f"model: {name}", 404, "not_found_error")
        return web.json_response(_info(self.models[name]), headers=_headers())


def _info(model: Model) -> dict[str, Any]:
    yes = {"supported": True}
    return {
        "type": "model",
        "id": model.name,
        "display_name": model.name.replace("-", " ").title(),
        "created_at": "2026-09-01T00:00:00Z",
        "lifecycle": model.lifecycle,
        "line": model.line,
        "max_input_tokens": 1_000_000,
        "max_tokens": model.most_tokens,
        "capabilities": {
            "batch": {"supported": model.batch},
            "citations": {"supported": model.citations},
            "code_execution": yes,
            "context_management": yes,
            "effort": {"supported": True, **dict.fromkeys(("low", "medium", "high", "max"), yes)},
            "image_input": yes,
            "pdf_input": yes,
            "server_tools": {"supported": True, "code_execution": yes, "web_search": yes},
            "structured_outputs": {"supported": model.structured},
            "thinking": {
                "supported": True,
                "types": {
                    kind: {"supported": kind in model.thinking}
                    for kind in ("adaptive", "between_tools", "disabled", "enabled")
                },
            },
        },
    }


# --- shapes ----------------------------------------------------------------------------------------------------------


async def _json(request: web.Request) -> Any:
    try:
        return json.loads(await request.read())
    except ValueError:
        raise Refused("The request body is not valid JSON.") from None


def _pieces(body: Json) -> Iterator[tuple[str, Json | None]]:
    """What a model reads of a request, in order, each piece with its mark for the cache.

    A schema stands before all else: the API makes a system prompt of it, and another schema makes another prefix
    (“Prompt modification and token costs” of the documentation of structured outputs).
    """
    if shape := (body.get("output_config") or {}).get("format"):
        yield json.dumps(shape, separators=(",", ":")), None
    system = body.get("system") or ()
    if isinstance(system, str):
        yield system, None
    turns = [block for m in body["messages"] if isinstance(m["content"], list) for block in m["content"]]
    for block in (*(system if isinstance(system, list) else ()), *turns):
        text = block["text"] if block["type"] == "text" else json.dumps(block["source"], ensure_ascii=False)
        yield text, block.get("cache_control")
    for message in body["messages"]:
        if isinstance(message["content"], str):
            yield message["content"], None


def _marked(body: Json) -> Iterator[tuple[str, str]]:
    """(all that is said up to a block marked for the cache, its life), the shortest first."""
    before = ""
    for said, control in _pieces(body):
        before += said
        if control:
            yield before, control.get("ttl", "5m")


def _tokens(text: str) -> int:
    return round(len(text.encode()) / BYTES_A_TOKEN)


def _lengths(_ask: Ask, turn: Turn) -> tuple[int, int]:
    """(output tokens, of those thinking) by the lengths of what is said."""
    thinking = _tokens(turn.thinking)
    return max(1, _tokens(turn.text)) + thinking, thinking


def _headers() -> dict[str, str]:
    return {"request-id": f"req_{uuid.uuid4().hex[:16]}"}


def _complaint(kind: str, words: str, code: str | None = None) -> dict[str, Any]:
    error: dict[str, Any] = {"type": kind, "message": words}
    if code:
        error["details"] = {"error_code": code}
    return {"type": "error", "error": error, "request_id": "req_1"}


def _error(
    status: int, kind: str, words: str, code: str | None = None, headers: Mapping[str, str] | None = None
) -> web.Response:
    return web.json_response(_complaint(kind, words, code), status=status, headers={**_headers(), **(headers or {})})


def _message(ask: Ask, turn: Turn, usage: Json) -> dict[str, Any]:
    content: list[dict[str, Any]] = []
    if turn.thinking:
        content.append({"type": "thinking", "thinking": turn.thinking, "signature": "c2lnbmVk"})
    cited = cites(ask.body)
    for part in turn.parts:
        citations = [_citation(ask, place, turn) for place in part.places] if cited else []
        content.append({"type": "text", "text": part.text, "citations": citations or None})
    return {
        "id": f"msg_{uuid.uuid4().hex[:12]}",
        "type": "message",
        "role": "assistant",
        "model": ask.body["model"],
        "content": content,
        "stop_reason": turn.stop,
        "stop_sequence": None,
        "stop_details": {"type": "refusal", "category": None, "explanation": None} if turn.stop == "refusal" else None,
        "usage": usage,
    }


def _citation(ask: Ask, place: tuple[int, int, int], turn: Turn) -> dict[str, Any]:
    document, start, end = place
    words = "".join(ask.sentences[document][start:end])
    return {
        "type": "content_block_location",
        "cited_text": words.replace("e", "a") if turn.forged else words,
        "document_index": document,
        "document_title": documents(ask.body)[document].get("title"),
        "start_block_index": start,
        "end_block_index": end,
        "file_id": None,
    }


def events(message: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The message as the events of a stream."""
    usage = message["usage"]
    begun = {
        **message,
        "content": [],
        "stop_reason": None,
        "stop_details": None,
        "usage": {**usage, "output_tokens": 1},
    }
    yield {"type": "message_start", "message": begun}
    for at, block in enumerate(message["content"]):
        empty = {"text": "", "citations": None} if block["type"] == "text" else {"thinking": "", "signature": ""}
        yield {"type": "content_block_start", "index": at, "content_block": {"type": block["type"], **empty}}
        for delta in _deltas(block):
            yield {"type": "content_block_delta", "index": at, "delta": delta}
        yield {"type": "content_block_stop", "index": at}
    ending = {key: message[key] for key in ("stop_reason", "stop_sequence", "stop_details")}
    yield {"type": "message_delta", "delta": ending, "usage": {"output_tokens": usage["output_tokens"]}}
    yield {"type": "message_stop"}


def _deltas(block: Json) -> Iterator[dict[str, Any]]:
    if block["type"] == "thinking":
        yield {"type": "thinking_delta", "thinking": block["thinking"]}
        yield {"type": "signature_delta", "signature": block["signature"]}
        return
    for citation in block["citations"] or ():
        yield {"type": "citations_delta", "citation": citation}
    for at in range(0, len(block["text"]), CHUNK):
        yield {"type": "text_delta", "text": block["text"][at : at + CHUNK]}


async def _stream(request: web.Request, ask: Ask, turn: Turn, usage: Json) -> web.StreamResponse:
    lines = [_event(each["type"], json.dumps(each)) for each in events(_message(ask, turn, usage))]
    if turn.early or turn.fails or turn.broken:
        lines = lines[:-2]
    if turn.broken:
        lines.append(_event("content_block_delta", '{"type": "content_block_delta", "ind'))
    if turn.fails:
        lines.append(_event("error", json.dumps(_complaint("overloaded_error", "Overloaded"))))
    whole = b"".join([lines[0], _event("ping", '{"type": "ping"}'), *lines[1:]])
    if turn.cut is not None:
        return await _cut(request, "text/event-stream", whole, turn.cut)
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", **_headers()})
    await response.prepare(request)
    await response.write(whole)
    await response.write_eof()
    return response


def _event(name: str, data: str) -> bytes:
    return f"event: {name}\ndata: {data}\n\n".encode()


async def _cut(request: web.Request, kind: str, whole: bytes, after: int) -> web.StreamResponse:
    """The beginning of the body; then the connection is gone."""
    response = web.StreamResponse(headers={"Content-Type": kind, **_headers()})
    response.content_length = len(whole) + 1
    await response.prepare(request)
    await response.write(whole[:after])
    if request.transport is not None:
        request.transport.abort()
    return response


@asynccontextmanager
async def claude_server(brain: Brain, now: Callable[[], datetime] | None = None) -> AsyncIterator[ClaudeServer]:
    """A ClaudeServer on loopback while the context lasts."""
    server = ClaudeServer(brain, now or (lambda: datetime.now(UTC)))
    runner = web.AppRunner(server.application(), access_log=None, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    server.url = f"http://{host}:{port}"
    try:
        yield server
    finally:
        await runner.cleanup()
