"""The methods of the tests' Slack: what each takes, and what it does to the workspace."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from tests.servers import slack_rules as rules
from tests.servers.slack_web import SCOPES, Kind, Method, Refuse, Web
from tests.servers.slack_world import APP, ENTERPRISE, TEAM, Message, Person, Room

METHODS: dict[str, Method] = {}
_MESSAGE: dict[str, Kind] = {
    "text": "text",
    "blocks": "json",
    "attachments": "json",
    "as_user": "flag",
    "link_names": "flag",
    "parse": "text",
    "thread_ts": "text",
    "icon_emoji": "text",
    "icon_url": "text",
    "username": "text",
    "markdown_text": "text",
}
_POST: dict[str, Kind] = {
    "metadata": "json",
    "mrkdwn": "flag",
    "reply_broadcast": "flag",
    "unfurl_links": "flag",
    "unfurl_media": "flag",
    "container_id": "text",
}
_PAGE: dict[str, Kind] = {"cursor": "text", "limit": "number"}
_SPAN: dict[str, Kind] = {
    "oldest": "text",
    "latest": "text",
    "inclusive": "flag",
    "include_all_metadata": "flag",
    **_PAGE,
}
_LISTED: dict[str, Kind] = {"types": "list", "exclude_archived": "flag", **_PAGE}


def method(
    name: str,
    required: Mapping[str, Kind] | None = None,
    optional: Mapping[str, Kind] | None = None,
    *,
    scope: str | None = None,
    takes: Literal["bot", "app", "any"] = "bot",
) -> Callable[[Callable[[Web, dict[str, Any]], Mapping[str, Any]]], Callable[[Web, dict[str, Any]], Mapping[str, Any]]]:
    def register(run: Callable[[Web, dict[str, Any]], Mapping[str, Any]]) -> Any:
        METHODS[name] = Method(run, required or {}, optional or {}, scope, takes)
        return run

    return register


def page(items: Sequence[Any], given: Mapping[str, Any], least: int = 100) -> tuple[Sequence[Any], dict[str, Any]]:
    """A page of the items, and what is said of the next one."""
    limit = given.get("limit", least)
    if not 1 <= limit <= 1000:
        raise Refuse("invalid_limit")
    try:
        start = int(base64.b64decode(given.get("cursor") or "bmV4dDow").decode().removeprefix("next:"))
    except ValueError:
        raise Refuse("invalid_cursor") from None
    following = start + limit
    cursor = base64.b64encode(f"next:{following}".encode()).decode() if following < len(items) else ""
    return items[start:following], {"response_metadata": {"next_cursor": cursor}}


# --- the methods: the bot itself ------------------------------------------------------------------------------------


@method("auth.test", takes="any")
def auth_test(web: Web, given: dict[str, Any]) -> Mapping[str, Any]:
    bot = web.world.bot
    return {
        "url": "https://acme.slack.com/",
        "team": "Acme",
        "user": bot.name,
        "team_id": TEAM,
        "user_id": bot.id,
        "bot_id": bot.bot_id,
        "is_enterprise_install": False,
        **({"enterprise_id": ENTERPRISE} if web.world.enterprise else {}),
    }


@method("apps.connections.open", scope="connections:write", takes="app")
def connections_open(web: Web, given: dict[str, Any]) -> Mapping[str, Any]:
    base = web.url.replace("http", "ws", 1)
    return {"url": f"{base}/link/?ticket={web.sockets.ticket()}&app_id={APP}"}


# --- the methods: messages ------------------------------------------------------------------------------------------


@method("chat.postMessage", {"channel": "text"}, {**_MESSAGE, **_POST}, scope="chat:write")
def post_message(web: Web, given: dict[str, Any]) -> Mapping[str, Any]:
    room = web.addressed(given["channel"])
    web.checked(given)
    message = web.posted(room, given)
    return {"channel": room.id, "ts": message.ts, "message": message.wire(metadata=True)}


@method("chat.postEphemeral", {"channel": "text", "user": "text"}, _MESSAGE, scope="chat:write")
def post_ephemeral(web: Web, given: dict[str, Any]) -> Mapping[str, Any]:
    room = web.addressed(given["channel"])
    if web.world.bot.id not in room.members:
        raise Refuse("not_in_channel")
    if given["user"] not in room.members:
        raise Refuse("user_not_in_channel")
    web.checked(given)
    return {"message_ts": web.posted(room, given, only_for=given["user"]).ts}


@method(
    "chat.update",
    {"channel": "text", "ts": "text"},
    {**_MESSAGE, "metadata": "json", "reply_broadcast": "flag", "file_ids": "list"},
    scope="chat:write",
)
def update(web: Web, given: dict[str, Any]) -> Mapping[str, Any]:
    """Blocks and metadata that are not given stay; an empty list of blocks takes them away."""
    room = web.seen(given["channel"])
    message = web.own(room, given["ts"], "cant_update_message")
    if room.archived:
        raise Refuse("is_archived")
    if message.streaming:
        raise Refuse("streaming_state_conflict")
    kept = {"blocks": message.blocks, "metadata": message.metadata} | given
    web.checked(kept, most_text=rules.MAX_UPDATED_TEXT)
    before = Message(**message.__dict__)
    message.text = given.get("text", message.text if "blocks" not in given else "")
    message.blocks = web.world.named(kept["blocks"]) if "blocks" in given else message.blocks
    message.metadata = kept["metadata"] or None
    message.edited = {"user": message.user, "ts": web.world.stamp()}
    message.sent = {**message.sent, **given}
    message.state = {}
    web.on_message(message, "changed", before)
    return {"channel": room.id, "ts": message.ts, "text": message.text, "message": message.wire(metadata=True)}


@method("chat.delete", {"channel": "text", "ts": "text"}, {"as_user": "flag"}, scope="chat:write")
def delete(web: Web, given: dict[str, Any]) -> Mapping[str, Any]:
    room = web.seen(given["channel"])
    message = web.own(room, given["ts"], "cant_delete_message")
    message.gone = True
    web.on_message(message, "deleted", message)
    return {"channel": room.id, "ts": message.ts}


@method("chat.getPermalink", {"channel": "text", "message_ts": "text"})
def permalink(web: Web, given: dict[str, Any]) -> Mapping[str, Any]:
    room = web.seen(given["channel"])
    message = room.find(given["message_ts"])
    if message is None:
        raise Refuse("message_not_found")
    tail = f"?thread_ts={message.thread_ts}&cid={room.id}" if message.is_reply else ""
    link = f"https://acme.slack.com/archives/{room.id}/p{message.ts.replace('.', '')}{tail}"
    return {"channel": room.id, "permalink": link}


# --- the methods: conversations -------------------------------------------------------------------------------------


def _within(messages: Sequence[Message], given: Mapping[str, Any]) -> list[Message]:
    oldest, latest = float(given.get("oldest") or 0), float(given.get("latest") or "inf")
    inclusive = given.get("inclusive", False)

    def fits(message: Message) -> bool:
        at = float(message.ts)
        return oldest <= at <= latest if inclusive else oldest < at < latest

    return [each for each in messages if fits(each)]


def _told(room: Room, message: Message, given: Mapping[str, Any]) -> dict[str, Any]:
    replies = [] if message.is_reply else room.replies(message.ts)
    thread = {
        "reply_count": len(replies),
        "reply_users": sorted({each.user for each in replies}),
        "reply_users_count": len({each.user for each in replies}),
        "latest_reply": replies[-1].ts if replies else None,
        "is_locked": False,
        "subscribed": False,
    }
    return message.wire(metadata=given.get("include_all_metadata", False)) | (thread if replies else {})


@method("conversations.history", {"channel": "text"}, _SPAN)
def history(web: Web, given: dict[str, Any]) -> Mapping[str, Any]:
    room = web.seen(given["channel"])
    web.of_kind(room, "history")
    web.inside(room.id)
    found = _within([each for each in room.standing if each.shown], given)[::-1]
    some, following = page(found, given)
    more = bool(following["response_metadata"]["next_cursor"])
    told = {"messages": [_told(room, each, given) for each in some], "has_more": more, "pin_count": 0}
    return told | (following if more else {"response_metadata": None})


@method("conversations.replies", {"channel": "text", "ts": "text"}, _SPAN)
def replies(web: Web, given: dict[str, Any]) -> Mapping[str, Any]:
    room = web.seen(given["channel"])
    web.of_kind(room, "history")
    web.inside(room.id)
    parent = room.find(given["ts"])
    if parent is None:
        raise Refuse("thread_not_found")
    found = [parent, *_within(room.replies(parent.ts), given)]
    some, following = page(found, given, 1000)
    more = bool(following["response_metadata"]["next_cursor"])
    told = {"messages": [_told(room, each, given) for each in some], "has_more": more}
    return told | (following if more else {})


@method("conversations.info", {"channel": "text"}, {"include_locale": "flag", "include_num_members": "flag"})
def info(web: Web, given: dict[str, Any]) -> Mapping[str, Any]:
    room = web.seen(given["channel"])
    web.of_kind(room, "read")
    return {"channel": room.wire()}


def _rooms(web: Web, given: Mapping[str, Any]) -> list[Room]:
    """The rooms of the asked types that the bot can know of."""
    kinds = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}
    asked = given.get("types", ["public_channel"])
    for each in asked:
        if each not in kinds:
            raise Refuse("invalid_types")
        web.need(f"{SCOPES[kinds[each]]}:read")
    wanted = {kinds[each] for each in asked}
    visible = [each for each in web.world.rooms.values() if not each.gone and each.kind in wanted]
    known = [each for each in visible if not each.private or web.world.bot.id in each.members]
    return [each for each in known if not (given.get("exclude_archived") and each.archived)]


@method("conversations.list", {}, _LISTED)
def list_rooms(web: Web, given: dict[str, Any]) -> Mapping[str, Any]:
    some, following = page([each.wire() for each in _rooms(web, given)], given)
    return {"channels": some, **following}


@method("users.conversations", {}, {**_LISTED, "user": "text"})
def user_rooms(web: Web, given: dict[str, Any]) -> Mapping[str, Any]:
    who = given.get("user", web.world.bot.id)
    if who not in web.world.people:
        raise Refuse("user_not_found")
    some, following = page([each.wire() for each in _rooms(web, given) if who in each.members], given)
    return {"channels": some, **following}


@method("conversations.members", {"channel": "text"}, _PAGE)
def members(web: Web, given: dict[str, Any]) -> Mapping[str, Any]:
    room = web.seen(given["channel"])
    web.of_kind(room, "read")
    some, following = page(sorted(room.members), given)
    return {"members": some, **following}


@method("conversations.join", {"channel": "text"}, scope="channels:join")
def join(web: Web, given: dict[str, Any]) -> Mapping[str, Any]:
    room = web.seen(given["channel"])
    if room.kind != "channel":
        raise Refuse("method_not_supported_for_channel_type")
    if room.archived:
        raise Refuse("is_archived")
    already = web.world.bot.id in room.members
    if not already:
        room.members.add(web.world.bot.id)
        web.on_join(room)
    warned = {"warning": "already_in_channel", "response_metadata": {"warnings": ["already_in_channel"]}}
    return {"channel": room.wire(), **(warned if already else {})}


@method(
    "conversations.open",
    {},
    {"users": "list", "channel": "text", "return_im": "flag", "prevent_creation": "flag"},
    scope="im:write",
)
def open_direct(web: Web, given: dict[str, Any]) -> Mapping[str, Any]:
    if len(given.get("users", [])) != 1:
        raise Refuse("users_list_not_supplied" if not given.get("users") else "not_enough_users")
    room = web.opened(given["users"][0])
    return {"channel": room.wire() if given.get("return_im") else {"id": room.id}}


# --- the methods: people --------------------------------------------------------------------------------------------


@method("users.info", {"user": "text"}, {"include_locale": "flag"}, scope="users:read")
def user_info(web: Web, given: dict[str, Any]) -> Mapping[str, Any]:
    person: Person | None = web.world.people.get(given["user"])
    if person is None:
        raise Refuse("user_not_found")
    return {"user": person.wire()}


@method("users.list", {}, {**_PAGE, "include_locale": "flag"}, scope="users:read")
def user_list(web: Web, given: dict[str, Any]) -> Mapping[str, Any]:
    some, following = page([each.wire() for each in web.world.people.values() if each.team == TEAM], given)
    return {"members": some, **following}


# --- the methods: views ---------------------------------------------------------------------------------------------

_TRIGGER: dict[str, Kind] = {"trigger_id": "text", "interactivity_pointer": "text"}


@method("views.open", {"view": "json"}, _TRIGGER)
def open_view(web: Web, given: dict[str, Any]) -> Mapping[str, Any]:
    shown = web.shown(given["view"], "modal")
    user, _ = web.redeem(given.get("trigger_id"))
    return {"view": web.new_view(user, shown).wire()}


@method("views.push", {"view": "json"}, _TRIGGER)
def push_view(web: Web, given: dict[str, Any]) -> Mapping[str, Any]:
    shown = web.shown(given["view"], "modal")
    user, below = web.redeem(given.get("trigger_id"))
    if below is None:
        raise Refuse("not_found")
    if sum(each.root == below.root and each.open for each in web.world.views.values()) >= 3:
        raise Refuse("push_limit_reached")
    return {"view": web.new_view(user, shown, below).wire()}


@method("views.update", {"view": "json"}, {"view_id": "text", "external_id": "text", "hash": "text"})
def update_view(web: Web, given: dict[str, Any]) -> Mapping[str, Any]:
    views = [*web.world.views.values(), *web.world.homes.values()]
    named = given.get("view_id"), given.get("external_id")
    view = next((each for each in views if named in ((each.id, None), (None, each.shown.get("external_id")))), None)
    if view is None or not view.open:
        raise Refuse("not_found")
    if given.get("hash", view.hash) != view.hash:
        raise Refuse("hash_conflict")
    shown = web.shown(given["view"], view.shown["type"])
    return {"view": web.changed_view(view, shown).wire()}


@method("views.publish", {"user_id": "text", "view": "json"}, {"hash": "text"})
def publish_view(web: Web, given: dict[str, Any]) -> Mapping[str, Any]:
    if not web.home_tab:
        raise Refuse("not_enabled")
    person = web.world.people.get(given["user_id"])
    if person is None or person.bot_id or person.team != TEAM:
        raise Refuse("invalid_arguments", response_metadata={"messages": ["[ERROR] user not found"]})
    shown = web.shown(given["view"], "home")
    home = web.world.homes.get(person.id)
    if home and given.get("hash", home.hash) != home.hash:
        raise Refuse("hash_conflict")
    if home is None:
        home = web.new_view(person.id, shown)
        web.world.homes[person.id] = web.world.views.pop(home.id)
    else:
        web.changed_view(home, shown)
    return {"view": home.wire()}


# --- the methods: files ---------------------------------------------------------------------------------------------


@method(
    "files.getUploadURLExternal",
    {"filename": "text", "length": "number"},
    {"alt_txt": "text", "snippet_type": "text"},
    scope="files:write",
)
def upload_url(web: Web, given: dict[str, Any]) -> Mapping[str, Any]:
    if given["length"] < 1:
        raise Refuse("invalid_arguments", response_metadata={"messages": ["[ERROR] must be greater than 0: length"]})
    name = f"F0{web.world.number():08}"
    web.world.files[name] = {**given, "id": name, "data": None, "shared": False}
    return {"file_id": name, "upload_url": f"{web.url}/upload/{name}"}


@method(
    "files.completeUploadExternal",
    {"files": "json"},
    {"channel_id": "text", "channels": "list", "initial_comment": "text", "thread_ts": "text", "blocks": "json"},
    scope="files:write",
)
def complete_upload(web: Web, given: dict[str, Any]) -> Mapping[str, Any]:
    told = []
    for each in given["files"]:
        file = web.world.files.get(each.get("id"))
        if file is None or file["data"] is None or file["shared"] or len(file["data"]) != file["length"]:
            raise Refuse("file_not_found")
        told.append({"id": file["id"], "title": each.get("title") or file["filename"], "name": file["filename"]})
    if unknown := {name for each in given["files"] for name in each} - {"id", "title", "highlight_type"}:
        raise Refuse("invalid_arguments", response_metadata={"messages": [f"[ERROR] unknown: {sorted(unknown)}"]})
    named = given.get("channels") or [given["channel_id"]] if given.get("channel_id") or given.get("channels") else []
    rooms = [web.addressed(each) for each in named]
    for room in rooms:
        text = given.get("initial_comment", "")
        message = web.posted(room, {"text": text, "thread_ts": given.get("thread_ts"), "blocks": given.get("blocks")})
        message.files = [{**each, "alt_txt": web.world.files[each["id"]].get("alt_txt", "")} for each in told]
    for each in told:
        web.world.files[each["id"]]["shared"] = True
    return {"files": told}


# --- the methods: work objects ---------------------------------------------------------------------------------------


@method(
    "chat.unfurl",
    optional={
        "channel": "text",
        "ts": "text",
        "unfurl_id": "text",
        "source": "text",
        "unfurls": "json",
        "metadata": "json",
    },
    scope="links:write",
)
def unfurl(web: Web, given: dict[str, Any]) -> Mapping[str, Any]:
    if "unfurls" not in given and "metadata" not in given:
        raise Refuse("missing_unfurls")
    if not given.get("unfurl_id"):
        raise Refuse("missing_unfurl_id" if given.get("source") else "missing_channel")
    if given.get("source") not in ("composer", "conversations_history"):
        raise Refuse("invalid_source" if given.get("source") else "missing_source")
    links = web.world.shared.get(given["unfurl_id"])
    if links is None:
        raise Refuse("invalid_unfurl_id")
    found = (given.get("metadata") or {}).get("entities") or []
    for each in found:
        if wrong := rules.wrong_entity(each):
            raise Refuse.because(wrong)
        if each.get("app_unfurl_url") not in links:
            raise Refuse("cannot_unfurl_url")
    web.world.unfurled[given["unfurl_id"]] = found
    return {}


@method(
    "entity.presentDetails",
    {"trigger_id": "text"},
    {"metadata": "json", "user_auth_required": "flag", "user_auth_url": "text", "error": "json"},
)
def present_details(web: Web, given: dict[str, Any]) -> Mapping[str, Any]:
    web.redeem(given["trigger_id"])
    clicked = web.world.entity_triggers.get(given["trigger_id"])
    if clicked is None:
        raise Refuse("invalid_trigger_id")
    if "metadata" not in given and "error" not in given:
        raise Refuse("missing_metadata")
    if "metadata" in given:
        if wrong := rules.wrong_entity(given["metadata"]):
            raise Refuse.because(wrong)
        if given["metadata"]["external_ref"] != clicked:
            raise Refuse("entity_metadata_does_not_match_trigger")
    web.world.details.append(given.get("metadata") or given["error"])
    return {}
