"""The HTTP side of the tests' Slack: one call with its token, scopes, parameters and faults, uploads, response URLs."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from aiohttp import web

from tests.servers import slack_rules as rules
from tests.servers.slack_socket import Sockets
from tests.servers.slack_world import (
    APP_TOKEN,
    BOT_TOKEN,
    TEAM,
    TRIGGER_SECONDS,
    Broken,
    Called,
    Fault,
    Hang,
    Limited,
    Lost,
    Message,
    NoConnection,
    Refused,
    Room,
    View,
    Workspace,
)

FULLSCOPES = (
    "app_mentions:read",
    "assistant:write",
    "channels:history",
    "channels:join",
    "channels:read",
    "chat:write",
    "commands",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:read",
    "im:write",
    "links:read",
    "links:write",
    "mpim:history",
    "mpim:read",
    "users:read",
)
Kind = Literal["text", "number", "flag", "json", "list"]


class Refuse(Exception):
    """Answered as {"ok": false, "error": …} with the fields beside it."""

    def __init__(self, error: str, **fields: Any) -> None:
        super().__init__(error)
        self.error = error
        self.fields = fields

    @classmethod
    def because(cls, refusal: rules.Refusal) -> Refuse:
        if not refusal.messages:
            return cls(refusal.error)
        told = {"messages": [f"[ERROR] {each}" for each in refusal.messages]}
        return cls(refusal.error, errors=list(refusal.messages), response_metadata=told)


@dataclass(frozen=True)
class Method:
    """What a method takes, and what it does."""

    run: Callable[[Web, dict[str, Any]], Mapping[str, Any]]
    required: Mapping[str, Kind]
    optional: Mapping[str, Kind]
    scope: str | None  # None: it needs none, or which one depends on the channel
    takes: Literal["bot", "app", "any"] = "bot"  # whose token


class Web:
    """The HTTP side of one workspace."""

    def __init__(self, world: Workspace, sockets: Sockets, methods: Mapping[str, Method]) -> None:
        self.world = world
        self.methods = methods
        self.sockets = sockets
        self.url = ""  # of the server, without a slash at its end
        self.scopes: tuple[str, ...] = FULLSCOPES
        self.app_scopes: tuple[str, ...] = ("connections:write",)
        self.bot_token = BOT_TOKEN
        self.app_token = APP_TOKEN
        self.dead_tokens: dict[str, str] = {}  # token → the error it meets
        self.home_tab = True
        self.on_message: Callable[[Message, Literal["new", "changed", "deleted"], Message | None], None] = _nobody
        self.on_join: Callable[[Room], None] = lambda _: None

    def routes(self) -> list[web.RouteDef]:
        return [
            web.route("*", "/api/{method}", self.call),
            web.post("/upload/{file}", self.upload),
            web.post("/response/{id}", self.respond),
            web.get("/link/", self.sockets.serve),
        ]

    # --- one call

    async def call(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        given, token, wrong = await _parameters(request)
        self.world.calls.append(Called(name, given, token))
        fault = self._fault(name)
        self.world.change()
        if fault is None or isinstance(fault, Lost) or getattr(fault, "accepted", False):
            answer, status = self._answer(name, given, token, wrong)
            await self.world.flush()
            self.world.change()
        match fault:
            case Lost() | NoConnection() | Hang():
                return await self._unanswered(request, fault)
            case Refused(error, fields):
                answer, status = {"ok": False, "error": error, **fields}, 200
            case Broken() | Limited():
                return _failed(fault)
        headers = {} if token == self.app_token else {"x-oauth-scopes": ",".join(self.scopes)}
        return web.json_response(answer, status=status, headers=headers)

    def _fault(self, method: str) -> Fault | None:
        faults = self.world.faults.get(method)
        return faults.pop(0) if faults else None

    async def _unanswered(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        if isinstance(fault, Hang):
            await self.world.closing.wait()
        if request.transport:
            request.transport.abort()
        return web.Response(status=500)

    def _answer(
        self, name: str, given: dict[str, Any], token: str | None, wrong: str | None
    ) -> tuple[dict[str, Any], int]:
        try:
            found = self.methods.get(name)
            if found is None or name in self.world.lacking:
                raise Refuse("unknown_method", req_method=name)
            if wrong:
                raise Refuse(wrong)
            self._admit(found, token)
            return {"ok": True, **found.run(self, _typed(found, given))}, 200
        except Refuse as refusal:
            return {"ok": False, "error": refusal.error, **refusal.fields}, 200
        except Exception:  # noqa: BLE001 - a bug of this server must fail the test, not hide in a log
            self.world.complaints.append(traceback.format_exc())
            return {"ok": False, "error": "fatal_error"}, 500

    def _admit(self, found: Method, token: str | None) -> None:
        if token is None:
            raise Refuse("not_authed")
        if token in self.dead_tokens:
            raise Refuse(self.dead_tokens[token])
        if token not in (self.bot_token, self.app_token):
            raise Refuse("invalid_auth")
        given = "app" if token == self.app_token else "bot"
        if found.takes not in (given, "any"):
            raise Refuse("not_allowed_token_type")
        if found.scope:
            self.need(found.scope, self.app_scopes if given == "app" else self.scopes)

    def need(self, scope: str, scopes: Sequence[str] | None = None) -> None:
        held = self.scopes if scopes is None else scopes
        if scope not in held:
            raise Refuse("missing_scope", needed=scope, provided=",".join(held))

    # --- channels

    def seen(self, named: str) -> Room:
        """A room the bot can know of; channel_not_found otherwise."""
        room = self.world.rooms.get(named)
        if room is None or room.gone or (room.private and self.world.bot.id not in room.members):
            raise Refuse("channel_not_found")
        return room

    def inside(self, named: str) -> Room:
        room = self.seen(named)
        if self.world.bot.id not in room.members:
            raise Refuse("not_in_channel")
        return room

    def addressed(self, named: str) -> Room:
        """Where a message may go: a channel's id or name, or a user's id."""
        if (person := self.world.people.get(named)) and person is not self.world.bot:
            return self.opened(person.id)
        by_name = {room.name: room.id for room in self.world.rooms.values() if room.name}
        room = self.seen(by_name.get(named.removeprefix("#"), named))
        if self.world.bot.id not in room.members and "chat:write.public" not in self.scopes:
            raise Refuse("not_in_channel")
        if room.archived:
            raise Refuse("is_archived")
        return room

    def opened(self, user: str) -> Room:
        person = self.world.people.get(user)
        if person is None or person.team != TEAM:
            raise Refuse("user_not_found")
        if person.bot_id:
            raise Refuse("cannot_dm_bot")
        return self.world.direct(person)

    def of_kind(self, room: Room, what: Literal["read", "history"]) -> None:
        self.need(f"{SCOPES[room.kind]}:{what}")

    # --- messages

    def checked(self, given: Mapping[str, Any], *, most_text: int = rules.MAX_TEXT) -> None:
        for name in ("attachments", "markdown_text", "username", "icon_emoji", "icon_url"):
            if given.get(name):
                raise Refuse("invalid_arguments", response_metadata={"messages": [f"[ERROR] not known here: {name}"]})
        found = rules.wrong_message(given.get("text"), given.get("blocks"), given.get("metadata"), most_text=most_text)
        if found is None and (unknown := self.unknown_blocks(given.get("blocks") or ())):
            found = rules.Refusal("invalid_blocks", unknown)
        if found:
            raise Refuse.because(found)

    def unknown_blocks(self, blocks: Sequence[Any]) -> tuple[str, ...]:
        """What is said of blocks that this workspace does not have."""
        found = [(number, block["type"]) for number, block in enumerate(blocks) if block["type"] in self.world.lacking]
        return tuple(f"unsupported type: {kind} [json-pointer:/blocks/{number}/type]" for number, kind in found)

    def posted(self, room: Room, given: Mapping[str, Any], *, only_for: str | None = None) -> Message:
        """The bot's message, now standing in the room."""
        thread = given.get("thread_ts")
        parent = self._parent(room, thread) if thread else None
        message = Message(
            room.id,
            self.world.stamp(),
            self.world.bot.id,
            given.get("text") or "",
            self.world.named(given.get("blocks") or []),
            thread_ts=thread,
            parent_user=parent.user if parent else None,
            metadata=given.get("metadata"),
            bot_id=self.world.bot.bot_id,
            only_for=only_for,
            broadcast=bool(given.get("reply_broadcast")) and parent is not None,
            unseen=only_for is not None and parent is not None and not room.replies(parent.ts),
            sent=dict(given),
        )
        room.messages.append(message)
        if only_for is None:
            self.world.statuses.pop((room.id, thread or ""), None)
            if parent:
                parent.thread_ts = parent.ts
            self.on_message(message, "new", None)
        self.world.change()
        return message

    def _parent(self, room: Room, ts: str) -> Message:
        parent = room.find(ts)
        if parent is None:
            raise Refuse("thread_not_found")
        if parent.is_reply:
            raise Refuse("cannot_reply_to_message")
        return parent

    def own(self, room: Room, ts: str, error: str) -> Message:
        message = room.find(ts)
        if message is None:
            raise Refuse("message_not_found")
        if message.user != self.world.bot.id:
            raise Refuse(error)
        return message

    # --- views

    def shown(self, view: Any, surface: Literal["modal", "home"]) -> dict[str, Any]:
        if found := rules.wrong_view(view, surface):
            raise Refuse.because(found)
        return {**view, "blocks": self.world.named(view["blocks"])}

    def redeem(self, name: str | None) -> tuple[str, View | None]:
        """Whose a trigger is and the modal it arose in; it works once, for three seconds."""
        trigger = self.world.triggers.get(name or "")
        if trigger is None:
            raise Refuse("invalid_trigger_id")
        if trigger.used:
            raise Refuse("exchanged_trigger_id")
        age = self.world.clock.now() - trigger.at
        if trigger.expired or age > timedelta(seconds=TRIGGER_SECONDS):
            raise Refuse("expired_trigger_id")
        trigger.used = True
        return trigger.user, trigger.view

    def new_view(self, user: str, shown: dict[str, Any], below: View | None = None) -> View:
        name = f"V0{self.world.number():08}"
        view = View(name, user, shown, self._hash(), below.root if below else name, below.id if below else None)
        self.world.views[name] = view
        return view

    def changed_view(self, view: View, shown: dict[str, Any]) -> View:
        """The same view with other contents; what was filled in stays where block and action are the same."""
        kept = {(block["block_id"]): block for block in shown["blocks"]}
        view.state = {name: values for name, values in view.state.items() if name in kept}
        view.shown, view.hash, view.errors = shown, self._hash(), {}
        return view

    def _hash(self) -> str:
        return f"{int(self.world.clock.now().timestamp())}.{self.world.number():08x}"

    # --- files and response URLs

    async def upload(self, request: web.Request) -> web.Response:
        file = self.world.files.get(request.match_info["file"])
        data = await request.read()
        if file is None or file["data"] is not None:
            return web.Response(status=404, text="not found")
        file["data"] = data
        self.world.change()
        return web.Response(text=f"OK - {len(data)}")

    async def respond(self, request: web.Request) -> web.StreamResponse:
        """A post to the response_url of a slash command or a click."""
        name = request.match_info["id"]
        self.world.calls.append(Called("response_url", given := await request.json(), None))
        place, fault = self.world.response_urls.get(name), self._fault("response_url")
        match fault:
            case Refused(error):
                return web.json_response({"ok": False, "error": error}, status=404)
            case Broken() | Limited():
                return _failed(fault)
            case NoConnection() | Hang():
                return await self._unanswered(request, fault)
        if place is None or place.left == 0 or self.world.clock.now() - place.at > timedelta(minutes=30):
            return web.json_response({"ok": False, "error": "expired_url"}, status=404)
        place.left -= 1
        try:
            self.respond_to(place.room, place.user, place.message, given)
        except Refuse as refusal:
            return web.json_response({"ok": False, "error": refusal.error, **refusal.fields}, status=400)
        finally:
            await self.world.flush()
            self.world.change()
        return await self._unanswered(request, fault) if isinstance(fault, Lost) else web.Response(text="ok")

    def respond_to(self, room: Room, user: str, message: Message | None, given: Mapping[str, Any]) -> None:
        """Answered without a token: an ephemeral message, one in the channel, or a change of the one clicked."""
        if unknown := set(given) - _RESPONSE:
            raise Refuse("invalid_arguments", response_metadata={"messages": [f"[ERROR] unknown: {sorted(unknown)}"]})
        if given.get("delete_original"):
            if message:
                message.gone = True
            return
        self.checked(given)
        if given.get("replace_original") and message:
            message.text = given.get("text") or ""
            message.blocks = self.world.named(given.get("blocks") or [])
            return
        ephemeral = given.get("response_type", "ephemeral") == "ephemeral"
        self.posted(room, given, only_for=user if ephemeral else None)


def _failed(fault: Broken | Limited) -> web.Response:
    if isinstance(fault, Broken):
        return web.Response(status=fault.status, text="upstream error", content_type="text/html")
    headers = {"Retry-After": str(fault.retry_after)}
    return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)


SCOPES = {"channel": "channels", "group": "groups", "im": "im", "mpim": "mpim"}
"""By the kind of room, what its scopes begin with."""
_RESPONSE = {
    "text",
    "blocks",
    "response_type",
    "replace_original",
    "delete_original",
    "thread_ts",
    "mrkdwn",
    "unfurl_links",
    "unfurl_media",
    "metadata",
}


def _nobody(message: Message, what: str, before: Message | None) -> None:
    return None


# --- parameters -----------------------------------------------------------------------------------------------------


async def _parameters(request: web.Request) -> tuple[dict[str, Any], str | None, str | None]:
    """The parameters, the token, and what is wrong with the body as such (None: nothing)."""
    given: dict[str, Any] = dict(request.query)
    wrong = None
    if request.content_type == "application/json":
        try:
            body = await request.json()
        except ValueError:
            body, wrong = {}, "invalid_json"
        if isinstance(body, dict):
            given |= body
        else:
            wrong = "json_not_object"
    elif request.can_read_body:
        given |= {name: str(value) for name, value in (await request.post()).items()}
    bearer = request.headers.get("Authorization", "")
    token = bearer.removeprefix("Bearer ") if bearer.startswith("Bearer ") else given.get("token")
    given.pop("token", None)
    return given, token, wrong


def _typed(found: Method, given: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters as values; invalid_arguments for one unknown, missing or of another kind."""
    known = {"team_id": "text", **found.required, **found.optional}  # Bolt names the team in every call
    wrong = [f"[ERROR] unknown parameter: {name}" for name in given if name not in known]
    wrong += [f"[ERROR] missing required field: {name}" for name in found.required if given.get(name) in (None, "")]
    typed: dict[str, Any] = {}
    for name, value in given.items():
        if name in known and value is not None:
            try:
                typed[name] = _KINDS[known[name]](value)
            except (ValueError, TypeError):
                wrong.append(f"[ERROR] must be a {known[name]}: {name}")
    if wrong:
        raise Refuse("invalid_arguments", response_metadata={"messages": wrong})
    return typed


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _flag(value: Any) -> bool:
    if value in (True, "1", "true", "True"):
        return True
    if value in (False, "0", "false", "False"):
        return False
    raise ValueError


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _list(value: Any) -> list[str]:
    return [each.strip() for each in _text(value).split(",")]


_KINDS: Mapping[Kind, Callable[[Any], Any]] = {
    "text": _text,
    "number": int,
    "flag": _flag,
    "json": _json,
    "list": _list,
}
