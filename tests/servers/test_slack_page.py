"""The page that draws what a Slack holds: every word is on it, markup is drawn, and nothing of it is markup itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from tests.clock import FakeClock
from tests.servers import slack_page
from tests.servers.slack import slack_server
from tests.servers.slack_page import mrkdwn, page

TITLE = "AI infrastructure efficiency is collapsing hardware shortage premiums as model compression spreads"
QUOTED = [
    {"type": "text", "text": "“If models can run with "},
    {"type": "text", "text": "materially lower memory requirements", "style": {"bold": True}},
    {"type": "text", "text": " without losing performance, the cost of serving each query drops meaningfully” "},
    {"type": "link", "url": "https://example.org/#:~:text=If", "text": "Financial Times ↗"},
]


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def text(words: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": words}


def button(label: str, **how: Any) -> dict[str, Any]:
    return {"type": "button", "text": plain(label), **how}


def option(label: str) -> dict[str, Any]:
    return {"text": plain(label), "value": label}


MENU = {"type": "overflow", "options": [option("Mute AI"), option("Mute Micron")]}
BRIEF: list[dict[str, Any]] = [
    {"type": "header", "text": plain("The Bellwether · Friday 27 March")},
    {"type": "context", "elements": [text("3 signals · 412 articles from 38 sources · 2 muted")]},
    {"type": "divider"},
    {"type": "section", "text": text(f"*1  {TITLE}*")},
    {"type": "context", "elements": [text("●●●●●●●●○○ *8* · economic · technological · AI · US · 1 article · new")]},
    {
        "type": "section",
        "text": text("Market repricing reveals that bets on <scarcity> were contingent.".replace("<", "&lt;")),
    },
    {"type": "rich_text", "elements": [{"type": "rich_text_quote", "elements": QUOTED}]},
    {"type": "actions", "elements": [button("Why?", style="primary"), button("Evidence"), MENU]},
]
MODAL: dict[str, Any] = {
    "type": "modal",
    "title": plain("Mute"),
    "submit": plain("Mute"),
    "close": plain("Cancel"),
    "blocks": [
        {"type": "input", "label": plain("What"), "element": {"type": "static_select", "options": [option("AI")]}},
        {
            "type": "input",
            "label": plain("How long"),
            "hint": plain("It can be undone."),
            "element": {"type": "radio_buttons", "options": [option("A day"), option("A week")]},
        },
    ],
}
HOME: dict[str, Any] = {
    "type": "home",
    "blocks": [{"type": "section", "text": text("*#signals*"), "accessory": button("Pause")}],
}


async def test_everything_is_on_the_page(clock: FakeClock) -> None:
    """Rooms, threads, ephemeral messages, modals and Home tabs of a whole Slack."""
    async with slack_server(clock) as slack:
        web = AsyncWebClient(token=slack.web.bot_token, base_url=slack.settings["slack_api_url"])
        room, anna = slack.room("signals").id, slack.person("anna").id
        posted = await web.chat_postMessage(channel=room, text="3 signals", blocks=BRIEF)
        await slack.says("anna", "signals", "why 1?", thread=posted["ts"])
        await web.chat_postMessage(
            channel=room, text="> Because.\n*Nobody* says <https://a.example|so>.", thread_ts=posted["ts"]
        )
        await web.chat_postEphemeral(channel=room, user=anna, text="help, mutes, undo")
        await web.views_publish(user_id=anna, view=HOME)
        await slack.slash("anna", "signals", "mute")
        await web.views_open(trigger_id=slack.envelopes[-1].payload["trigger_id"], view=MODAL)
        drawn = page(slack)
    for words in (
        "# signals",
        TITLE,
        "&lt;scarcity",
        "Why?",
        "Mute Micron",
        "why 1?",
        "Only visible to you",
        "How long",
        "Pause",
    ):
        assert words in drawn
    assert '<div class="quote">“If models can run with <b>materially lower' in drawn
    assert '<div class="quote">Because.</div><b>Nobody</b> says <a href="https://a.example">so</a>.' in drawn
    assert drawn.count('class="message reply"') == 1
    assert drawn.count('class="message human reply"') == 1


def test_markup_is_drawn() -> None:
    """Bold, links and mentions are; signs that are escaped, or stand amid words, are not."""
    assert mrkdwn("*bold* _it_ ~no~ `x`") == "<b>bold</b> <i>it</i> <s>no</s> <code>x</code>"
    assert mrkdwn("2*3*4 snake_case_name") == "2*3*4 snake_case_name"
    assert mrkdwn("&lt;!channel&gt; &amp;") == "&lt;!channel&gt; &amp;"
    assert mrkdwn("<!here> <@U1|anna>") == '<span class="ring">@here</span> <span class="ring">anna</span>'


def test_a_recorded_list_is_drawn(tmp_path: Path) -> None:
    """From a file to a file."""
    source, target = tmp_path / "said.json", tmp_path / "said.html"
    source.write_text(json.dumps([{"text": "x", "blocks": BRIEF}, MODAL, HOME]), encoding="utf-8")
    slack_page.main(str(source), str(target))
    drawn = target.read_text(encoding="utf-8")
    assert drawn.startswith("<!doctype html>")
    assert TITLE in drawn
    assert drawn.count('class="view') == 2
