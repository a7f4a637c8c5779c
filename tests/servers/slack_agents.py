"""The methods of the tests' Slack for what an agent shows while it works: statuses, suggested prompts, streams.

A stream grows until it is stopped, or until Slack ends it by itself (`Slack.ends_streams`); until then its message
takes no chat.update. Whom the message is for sees it grow; whoever reads its `blocks` sees what they see.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tests.servers import slack_rules as rules
from tests.servers.slack_methods import METHODS, method
from tests.servers.slack_web import Kind, Refuse, Web
from tests.servers.slack_world import Message, Room

__all__ = ("METHODS",)

MAX_MARKDOWN = 12_000
MAX_PROMPTS = 4
_CHUNKS: dict[str, Kind] = {"chunks": "json", "markdown_text": "text"}


# --- statuses and prompts --------------------------------------------------------------------------------------------


@method(
    "assistant.threads.setStatus",
    {"channel_id": "text", "thread_ts": "text"},
    {"status": "text", "loading_messages": "json", "icon_emoji": "text", "icon_url": "text", "username": "text"},
    scope="chat:write",
)
def set_status(web: Web, given: dict[str, Any]) -> Mapping[str, Any]:
    """It goes away with the bot's next message there, or with an empty one."""
    room = web.inside(given["channel_id"])
    root = room.find(given["thread_ts"])
    if root is None or root.is_reply:
        raise Refuse("invalid_thread_ts")
    if "status" not in given or len(given.get("loading_messages", [])) > 10:
        raise Refuse("invalid_arguments")
    web.world.statuses[room.id, root.ts] = given["status"]
    web.world.status_log.append(given["status"])
    return {}


@method(
    "assistant.threads.setSuggestedPrompts",
    {"channel_id": "text", "prompts": "json"},
    {"thread_ts": "text", "title": "text"},
    scope="assistant:write",
)
def set_prompts(web: Web, given: dict[str, Any]) -> Mapping[str, Any]:
    """Of an agent they belong to the whole conversation: with a thread the call does nothing, and does not say so."""
    room = web.seen(given["channel_id"])
    if room.kind != "im" or not web.world.agent:
        raise Refuse("not_allowed")
    prompts = given["prompts"]
    if not isinstance(prompts, list) or not 1 <= len(prompts) <= MAX_PROMPTS:
        raise Refuse("invalid_arguments", response_metadata={"messages": ["[ERROR] one to four prompts"]})
    if any(set(each) != {"title", "message"} or not all(each.values()) for each in prompts):
        raise Refuse("invalid_arguments", response_metadata={"messages": ["[ERROR] title and message of each"]})
    if "thread_ts" not in given:
        web.world.prompts[room.id] = {each["title"]: each["message"] for each in prompts}
    return {}


# --- streams ---------------------------------------------------------------------------------------------------------


@method(
    "chat.startStream",
    {"channel": "text", "thread_ts": "text"},
    {
        **_CHUNKS,
        "recipient_user_id": "text",
        "recipient_team_id": "text",
        "task_display_mode": "text",
        "icon_emoji": "text",
        "icon_url": "text",
        "username": "text",
    },
    scope="chat:write",
)
def start(web: Web, given: dict[str, Any]) -> Mapping[str, Any]:
    room = web.addressed(given["channel"])
    if room.kind != "im":
        _recipient(web, given)
    blocks = _streamed(web, given)
    message = web.posted(room, {"blocks": blocks, "thread_ts": given["thread_ts"]})
    message.sent = dict(given)
    message.streaming = True
    return {"channel": room.id, "ts": message.ts}


def _recipient(web: Web, given: Mapping[str, Any]) -> None:
    for name in ("recipient_user_id", "recipient_team_id"):
        if not given.get(name):
            raise Refuse(f"missing_{name}")
    person = web.world.people.get(given["recipient_user_id"])
    if person is None:
        raise Refuse("user_not_found")
    if person.team != given["recipient_team_id"]:
        raise Refuse("team_not_found")


@method("chat.appendStream", {"channel": "text", "ts": "text"}, _CHUNKS, scope="chat:write")
def append(web: Web, given: dict[str, Any]) -> Mapping[str, Any]:
    room, message = _growing(web, given)
    if not given.get("chunks") and not given.get("markdown_text"):
        raise Refuse("no_text")
    message.blocks += web.world.named(_streamed(web, given, message.blocks))
    return {"channel": room.id, "ts": message.ts}


@method(
    "chat.stopStream",
    {"channel": "text", "ts": "text"},
    {**_CHUNKS, "blocks": "json", "metadata": "json", "session_status": "text"},
    scope="chat:write",
)
def stop(web: Web, given: dict[str, Any]) -> Mapping[str, Any]:
    room, message = _growing(web, given)
    message.blocks += web.world.named(_streamed(web, given, message.blocks))
    if found := given.get("blocks"):
        if refusal := rules.wrong_message(None, found, given.get("metadata")):
            raise Refuse.because(refusal)
        message.blocks += web.world.named(found)
    message.metadata = given.get("metadata")
    message.streaming = False
    web.on_message(message, "changed", message)
    return {"channel": room.id, "ts": message.ts, "message": message.wire()}


def _growing(web: Web, given: Mapping[str, Any]) -> tuple[Room, Message]:
    room = web.inside(given["channel"])
    message = web.own(room, given["ts"], "message_not_owned_by_app")
    if not message.streaming:
        raise Refuse("message_not_in_streaming_state")
    return room, message


def _streamed(web: Web, given: Mapping[str, Any], before: Sequence[Any] = ()) -> list[dict[str, Any]]:
    """The blocks that the call adds."""
    chunks = list(given.get("chunks") or [])
    if given.get("markdown_text"):
        chunks.insert(0, {"type": "markdown_text", "text": given["markdown_text"]})
    blocks = [block for chunk in chunks for block in _of_chunk(chunk)]
    if len(before) + len(blocks) > rules.MAX_MESSAGE_BLOCKS:
        raise Refuse("invalid_blocks", errors=["no more than 50 items allowed [json-pointer:/blocks]"])
    if found := (*rules.wrong_blocks(blocks), *web.unknown_blocks(blocks)):
        raise Refuse.because(rules.Refusal("invalid_blocks", tuple(found)))
    return blocks


def _of_chunk(chunk: Any) -> list[dict[str, Any]]:
    match chunk:
        case {"type": "blocks", "blocks": list(blocks)} if len(chunk) == 2 and blocks:
            return list(blocks)
        case {"type": "markdown_text", "text": str(words)} if len(chunk) == 2 and 0 < len(words) <= MAX_MARKDOWN:
            return [{"type": "markdown", "text": words}]
    raise Refuse("invalid_chunks")
