"""What Slack delivers, as values: what is for us, whose words it is, and where the answer goes."""

from __future__ import annotations

from typing import Any

import pytest

from bot.model.event import EventKind
from handlers.slack.events import Me, heard, opened_home, plain_text, pressed, submitted, typed
from tests.clock import MORNING

ME = Me("U0BELL0001", "B0BELL0001", "T1", "Acme")


def message(text: str = "why?", **fields: Any) -> dict[str, Any]:
    event = {"type": "message", "channel": "C1", "channel_type": "channel", "user": "U1", "text": text, "ts": "17.1"}
    return {"event_id": "Ev1", "event": event | fields}


@pytest.mark.parametrize(
    ("typed_words", "words"),
    [
        ("<@U0BELL0001> why 2", "why 2"),
        ("hey <@U0BELL0001|bellwether>, why 2", "hey , why 2"),
        ("mute <@U7|carla> &amp; &lt;b&gt;", "mute @carla & <b>"),
        ("sources add <https://a.example/feed?x=1&amp;y=2|a.example>", "sources add https://a.example/feed?x=1&y=2"),
        ("in <#C1|news> and <#C2>", "in #news and #C2"),
        ("<!here> <!subteam^S1|@team> <mailto:a@b.example|a@b.example>", "@here @team a@b.example"),
    ],
)
def test_words_as_they_were_typed(typed_words: str, words: str) -> None:
    """Slack's marks are undone, and our own name is left out."""
    assert plain_text(typed_words, ME) == words


def test_where_a_message_belongs() -> None:
    """A mention is answered under it, a thread in the thread, a direct message plainly."""
    mention = heard(message("<@U0BELL0001> why"), ME)
    assert mention
    assert (mention.id, mention.thread, mention.reply_to, mention.addressed) == ("C1:17.1", None, "17.1", True)
    thread = heard(message(thread_ts="9.1"), ME)
    assert thread
    assert (thread.thread, thread.reply_to, thread.addressed) == ("9.1", "9.1", False)
    direct = heard(message(channel="D1", channel_type="im"), ME)
    assert direct
    assert (direct.reply_to, direct.private, direct.addressed) == (None, True, True)


@pytest.mark.parametrize(
    "fields",
    [
        {},  # nobody spoke to us
        {"bot_id": "B9", "text": "<@U0BELL0001> why"},
        {"user": "U0BELL0001", "text": "<@U0BELL0001> why"},
        {"user": None, "channel_type": "im"},
        {"subtype": "message_changed", "channel_type": "im"},
        {"subtype": "channel_join", "channel_type": "im"},
        {"text": " ", "channel_type": "im"},
        {"text": "<@U7> what do you think?", "thread_ts": "9.1"},
    ],
)
def test_what_is_not_for_us(fields: dict[str, Any]) -> None:
    """Other people's words, bots, edits, notices, and what is empty."""
    assert heard(message(**fields), ME) is None


def test_coming_and_going() -> None:
    """Only our own."""
    joined = {"event_id": "Ev2", "event": {"type": "member_joined_channel", "user": ME.user, "channel": "C1"}}
    event = heard(joined, ME)
    assert event
    assert (event.kind, event.address, event.id) == (EventKind.JOINED, "C1", "Ev2")
    assert heard({"event": {"type": "member_joined_channel", "user": "U1", "channel": "C1"}}, ME) is None
    left = heard({"event_id": "Ev3", "event": {"type": "channel_archive", "channel": "C1", "user": "U1"}}, ME)
    assert left
    assert (left.kind, left.text) == (EventKind.LEFT, "the channel was archived")


def test_a_slash_command() -> None:
    """Alone it asks for help; nobody else sees it."""
    body = {"command": "/bellwether", "text": "", "user_id": "U1", "user_name": "anna", "channel_id": "C1"}
    event = typed(body | {"trigger_id": "t1", "channel_name": "signals"}, ME, MORNING)
    assert (event.id, event.text, event.channel_name, event.unseen) == ("slash:t1", "help", "#signals", True)
    assert typed(body | {"trigger_id": "t1", "channel_id": "D1"}, ME, MORNING).private


def test_buttons_of_others_are_not_ours() -> None:
    """A menu that is only picked from says nothing yet, and foreign actions nothing at all."""
    assert pressed({"actions": [{"type": "static_select", "action_id": "pick:what"}]}, None, MORNING) is None
    assert pressed({"actions": [{"type": "button", "action_id": "other"}]}, None, MORNING) is None
    assert pressed({}, None, MORNING) is None
    assert submitted({"view": {"callback_id": "other"}}, MORNING) is None
    assert opened_home({"event": {"type": "app_home_opened", "tab": "messages", "user": "U1"}}) is None


def test_a_home_tab_with_nothing_picked() -> None:
    """A button in it that would speak in a channel has none to speak in."""
    body = {
        "actions": [{"type": "button", "action_id": "say:0", "block_id": "here:0", "value": "resume"}],
        "container": {"type": "view"},
        "view": {"private_metadata": "no json"},
    }
    assert pressed(body, None, MORNING) is None
