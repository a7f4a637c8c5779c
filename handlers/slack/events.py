"""Translates what Slack delivers into Events of ours, without I/O; what is not for us becomes None."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from bot.model.event import Asker, Event, EventKind
from bot.model.outgoing import DRAFT, Delivery
from handlers.slack.blocks import FILL, FORM, PICK, filled
from handlers.slack.elements import SAY

NAME = "slack"
WRITTEN = frozenset({None, "thread_broadcast", "file_share", "me_message"})
"""Subtypes of messages that people wrote; all others are edits, deletions and notices."""
PRESSED = ("button", "feedback_buttons")
"""The types of elements whose value is a command."""
HOME_PLACE = "place"
"""The action of the channel picker in the Home tab."""
HERE, DIRECT = "here", "direct"
"""How the block ids of the Home tab's buttons begin: their commands are for the channel picked, or are answered in the
conversation with the person."""
FROM_HOME = "home:"
"""How the ids of events from the Home tab begin."""
PRESSED_IN_THREAD = "press-in-thread:"
"""How the ids of presses begin whose message is a reply in a thread."""

GONE = {
    "channel_left": "it was removed from the channel",
    "group_left": "it was removed from the channel",
    "channel_archive": "the channel was archived",
    "group_archive": "the channel was archived",
    "channel_deleted": "the channel was deleted",
    "group_deleted": "the channel was deleted",
}
REVOKED = frozenset({"tokens_revoked", "app_uninstalled"})

_ADDRESS = re.compile(r"<((?:https?|mailto):[^|>]+)(?:\|([^>]*))?>")
_PLACE = re.compile(r"<#(\w+)(?:\|([^>]*))?>")
_SPECIAL = re.compile(r"<!([^|>]+)(?:\|([^>]*))?>")
_PERSON = re.compile(r"<@([UW]\w+)(?:\|([^>]*))?>")

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Me:
    """The bot's own account."""

    user: str  # U…
    bot: str  # B…
    team: str  # T…
    workspace: str  # its name
    enterprise: str | None = None  # E…, of the organisation the workspace belongs to; None: to none


@dataclass(frozen=True, slots=True)
class Home:
    """Somebody's Home tab, as it is shown."""

    user: str
    place: str | None = None  # the address of the channel picked; None: none was picked yet


# --- words ---------------------------------------------------------------------------------------------------------


def plain_text(text: str, me: Me) -> str:
    """What a person typed, as plain text: without our own name, and with Slack's escapes and links undone."""
    words = _PERSON.sub(lambda match: "" if match[1] == me.user else f"@{match[2] or match[1]}", text)
    words = _ADDRESS.sub(lambda match: match[1] if match[1].startswith("http") else match[2] or match[1], words)
    words = _PLACE.sub(lambda match: f"#{match[2] or match[1]}", words)
    words = _SPECIAL.sub(lambda match: match[2] or f"@{match[1].partition('^')[0]}", words)
    return " ".join(words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").split())


def _instant(ts: object) -> datetime:
    """The instant of a Slack timestamp (seconds since 1970, as text); 1970 itself where it is none."""
    try:
        return datetime.fromtimestamp(float(str(ts)), UTC)
    except (ValueError, OverflowError):
        return datetime.fromtimestamp(0, UTC)


# --- events --------------------------------------------------------------------------------------------------------


def heard(body: Json, me: Me) -> Event | None:
    """An event of the Events API: a message that may be for us, or that the bot was added to or left a channel."""
    event: Json = body.get("event") or {}
    kind = event.get("type")
    if kind in ("message", "app_mention"):
        return _message(event, me)
    if kind == "member_joined_channel" and event.get("user") == me.user:
        return _membership_change(event, body, EventKind.JOINED, "")
    if kind in GONE:
        return _membership_change(event, body, EventKind.LEFT, GONE[str(kind)])
    return None


def agents_conversation(body: Json) -> str | None:
    """The address of the conversation with one person in which the event shows the app to be an agent; None: none."""
    event: Json = body.get("event") or {}
    shows = event.get("type") == "app_context_changed" or is_agents(event)
    return str(event.get("channel")) if shows else None


def opens_conversation(body: Json) -> bool:
    """Whether somebody opened their conversation with the bot."""
    event: Json = body.get("event") or {}
    return event.get("type") == "app_home_opened" and event.get("tab") == "messages"


def revoked(body: Json) -> bool:
    """Whether the app was removed from the workspace."""
    return (body.get("event") or {}).get("type") in REVOKED


def opened_home(body: Json) -> Home | None:
    """The Home tab that somebody opened."""
    event: Json = body.get("event") or {}
    if event.get("type") != "app_home_opened" or event.get("tab") != "home":
        return None
    return Home(str(event.get("user")), _shown(event.get("view") or {}))


def _membership_change(event: Json, body: Json, kind: EventKind, how: str) -> Event:
    channel = event.get("channel")
    address = str(channel.get("id") if isinstance(channel, Mapping) else channel)
    return Event(
        platform=NAME,
        id=str(body.get("event_id")),
        address=address,
        channel_name=address,
        asker=Asker(str(event.get("inviter") or event.get("user") or ""), ""),
        text=how,
        at=_instant(event.get("event_ts")),
        kind=kind,
    )


def _message(event: Json, me: Me) -> Event | None:
    """A message; a mention is delivered twice, as `message` and as `app_mention`, and both get the same id."""
    user, text = event.get("user"), str(event.get("text") or "")
    ignored = event.get("bot_id") or not user or user == me.user
    if ignored or event.get("subtype") not in WRITTEN or not text.strip():
        return None
    private = event.get("channel_type") == "im"
    thread = event.get("thread_ts")
    mentioned = f"<@{me.user}" in text
    if not (private or mentioned or thread) or (not mentioned and not private and _to_somebody_else(text)):
        return None
    return Event(
        platform=NAME,
        id=f"{event.get('channel')}:{event.get('ts')}",
        address=str(event.get("channel")),
        channel_name=str(event.get("channel")),
        asker=Asker(str(user), str(user)),
        text=plain_text(text, me),
        at=_instant(event.get("ts")),
        thread=thread,
        reply_to=thread if private and not is_agents(event) else thread or str(event.get("ts")),
        private=private,
        addressed=private or mentioned,
        begins=event.get("channel_type") != "mpim",
    )


def is_agents(event: Json) -> bool:
    """Whether the app is an agent in the conversation: Slack says what else the person is looking at only to agents.

    Each message that stands by itself there begins a thread, in which it is answered.
    """
    return isinstance(event.get("app_context"), Mapping)


def _to_somebody_else(text: str) -> bool:
    return bool(re.match(r"\s*<@[UW]", text))


def within_ours(body: Json, me: Me) -> bool:
    """Whether Slack says that the message is in a thread under a message of ours."""
    return (body.get("event") or {}).get("parent_user_id") == me.user


def inside_thread(delivery: Delivery) -> bool:
    """Whether what the delivery answers was said inside a thread with replies: Slack shows an ephemeral message only
    in such a thread. A message that is answered in a thread of its own stands outside of it."""
    event = delivery.purpose.removesuffix(DRAFT).removeprefix("reply:")
    said = event.startswith(f"{delivery.address}:") and event != f"{delivery.address}:{delivery.reply_to}"
    return delivery.reply_to is not None and (said or event.startswith(PRESSED_IN_THREAD))


# --- slash commands ------------------------------------------------------------------------------------------------


def typed(body: Json, me: Me, now: datetime) -> Event:
    """A slash command, as in `/bellwether why 2`."""
    address = str(body.get("channel_id"))
    return Event(
        platform=NAME,
        id=f"slash:{body.get('trigger_id')}",
        address=address,
        channel_name=f"#{body.get('channel_name') or address}",
        asker=Asker(str(body.get("user_id")), str(body.get("user_name") or body.get("user_id"))),
        text=plain_text(str(body.get("text") or "help"), me),
        at=now,
        private=is_direct(address),
        unseen=True,
        reply_url=reply_url(body),
    )


def reply_url(body: Json) -> str | None:
    """Where whoever typed or pressed something can be answered alone."""
    return str(body["response_url"]) if body.get("response_url") else None


_SELF_CONTAINED = re.compile(
    r"(?:help|signals|sources|more)\b|(?:show|why|strength|evidence|chart) s\d+\b", re.IGNORECASE
)


def needs_channel(event: Event) -> bool:
    """Whether the command is about the channel it was said in, its brief or its settings, and not about all that is
    read, or a signal named by its id."""
    return _SELF_CONTAINED.match(event.text) is None


def elsewhere(event: Event, direct: str) -> Event:
    """What was typed or pressed where the bot is not, as said in the conversation with the asker; its reply URL still
    leads to where it was said."""
    return replace(event, address=direct, channel_name=direct, private=True)


def is_direct(address: str) -> bool:
    """Whether the address is that of a conversation with one person."""
    return address.startswith("D")


# --- buttons and forms ---------------------------------------------------------------------------------------------


def pressed(body: Json, direct: str | None, now: datetime) -> Event | None:
    """A press of a button whose value is a command, or that sends a form; `direct` is the address of the conversation
    with who pressed it, which only a press in the Home tab needs."""
    action: Json = (body.get("actions") or [{}])[0]
    kind = str(action.get("action_id", "")).partition(":")[0]
    if action.get("type") not in PRESSED or kind not in (SAY, FILL):
        return None
    command = str(action.get("value") or "")
    if kind == FILL:
        command = filled(command, _picks(body, str(action.get("block_id"))))
    container: Json = body.get("container") or {}
    if container.get("type") == "view":
        return _pressed_at_home(body, action, command, direct, now)
    return _pressed_in_message(body, command, container, now)


def _pressed_in_message(body: Json, command: str, container: Json, now: datetime) -> Event:
    """A press under a message; under an ephemeral one it is answered in place, as the message itself was."""
    message: Json = body.get("message") or {}
    address = str(container.get("channel_id") or (body.get("channel") or {}).get("id"))
    hidden = bool(container.get("is_ephemeral"))
    thread = message.get("thread_ts") or container.get("thread_ts") or (None if hidden else container.get("message_ts"))
    private = is_direct(address)
    on = container.get("message_ts")
    inside = thread not in (None, on)
    return Event(
        platform=NAME,
        id=f"{PRESSED_IN_THREAD if inside else 'press:'}{body.get('trigger_id')}",
        address=address,
        channel_name=f"#{(body.get('channel') or {}).get('name') or address}",
        asker=presser(body),
        text=command,
        at=now,
        thread=thread,
        reply_to=None if private and thread == on else thread,
        private=private,
        unseen=True,
        pressed=str(on) if on else None,
        reply_url=reply_url(body) if hidden and not inside and not private else None,
    )


def _pressed_at_home(body: Json, action: Json, command: str, direct: str | None, now: datetime) -> Event | None:
    scope = str(action.get("block_id", "")).partition(":")[0]
    place = _shown(body.get("view") or {})
    address = direct if scope == DIRECT else place
    if address is None:
        return None
    return Event(
        platform=NAME,
        id=f"{FROM_HOME}{body.get('trigger_id')}",
        address=address,
        channel_name=address,
        asker=presser(body),
        text=command,
        at=now,
        private=scope == DIRECT,
        unseen=True,
    )


def presser(body: Json) -> Asker:
    """Who pressed a button, sent a form or used a shortcut."""
    user: Json = body.get("user") or {}
    return Asker(str(user.get("id")), str(user.get("name") or user.get("username") or user.get("id")))


def _picks(body: Json, block_id: str) -> dict[str, str]:
    """The options picked in a form's row of fields, by field."""
    state: Json = (body.get("view") or body).get("state") or {}
    row: Json = (state.get("values") or {}).get(block_id) or {}
    return dict(pair for action_id, state in row.items() if (pair := _pick(action_id, state)))


def _pick(action_id: str, state: Json) -> tuple[str, str] | None:
    kind, _, field = action_id.partition(":")
    option = state.get("selected_option")
    return (field, str(option["value"])) if kind == PICK and option else None


def picked_place(body: Json) -> Home | None:
    """The Home tab in which a channel was picked; None: something else was done."""
    action: Json = (body.get("actions") or [{}])[0]
    if action.get("action_id") != HOME_PLACE:
        return None
    place = (action.get("selected_option") or {}).get("value") or action.get("selected_conversation")
    return Home(str((body.get("user") or {}).get("id")), place)


def _shown(view: Json) -> str | None:
    """The address of the channel that a Home tab shows."""
    try:
        kept: dict[str, str] = json.loads(view.get("private_metadata") or "{}")
    except ValueError:
        return None
    return kept.get("place")


def home_of(body: Json) -> Home:
    """The Home tab in which a button was pressed."""
    return Home(str((body.get("user") or {}).get("id")), _shown(body.get("view") or {}))


# --- modals --------------------------------------------------------------------------------------------------------


def metadata(address: str, thread: str | None, command: str) -> str:
    """What a modal keeps for `submitted`: the channel and thread it belongs to, and its command."""
    return json.dumps({"address": address, "thread": thread, "say": command})


def submitted(body: Json, now: datetime) -> Event | None:
    """A modal that was submitted."""
    view: Json = body.get("view") or {}
    if view.get("callback_id") != FORM:
        return None
    kept = json.loads(view["private_metadata"])
    rows = (view.get("state") or {}).get("values") or {}
    picks = dict(pair for row in rows.values() for action, state in row.items() if (pair := _pick(action, state)))
    return Event(
        platform=NAME,
        id=f"sent:{view.get('id')}",
        address=kept["address"],
        channel_name=kept["address"],
        asker=presser(body),
        text=filled(kept["say"], picks),
        at=now,
        thread=kept["thread"],
        reply_to=kept["thread"],
        private=is_direct(kept["address"]),
        unseen=True,
    )
