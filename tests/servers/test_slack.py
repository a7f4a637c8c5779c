"""The tests' Slack speaks to Slack's own SDKs, and refuses what Slack refuses."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.clock import FakeClock
from tests.servers.slack import Broken, Hang, Limited, Lost, NoConnection, Refused, Slack, slack_server


@pytest.fixture
async def slack(clock: FakeClock) -> AsyncIterator[Slack]:
    async with slack_server(clock) as server:
        yield server


def client(slack: Slack, **how: Any) -> AsyncWebClient:
    given = {"token": slack.settings["slack_bot_token"], "retry_handlers": []} | how
    return AsyncWebClient(base_url=slack.settings["slack_api_url"], **given)


@asynccontextmanager
async def bolt(slack: Slack, app: AsyncApp) -> AsyncIterator[None]:
    """A Bolt app connected to it by Socket Mode."""
    handler = AsyncSocketModeHandler(app, slack.settings["slack_app_token"])
    await handler.connect_async()
    await slack.until(lambda: slack.connected)
    try:
        yield
    finally:
        await handler.close_async()


def section(text: str = "Hello", **how: Any) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **how}


def button(label: str, **how: Any) -> dict[str, Any]:
    return {"type": "button", "text": {"type": "plain_text", "text": label}, "action_id": f"do {label}", **how}


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def option(label: str) -> dict[str, Any]:
    return {"text": plain(label), "value": label.lower()}


MODAL = {
    "type": "modal",
    "callback_id": "mute",
    "title": plain("Mute"),
    "submit": plain("Mute"),
    "blocks": [
        {
            "type": "input",
            "block_id": "long",
            "label": plain("How long"),
            "element": {"type": "static_select", "action_id": "long", "options": [option("A day"), option("A week")]},
        }
    ],
}


async def test_a_message_is_posted_found_again_and_changed(slack: Slack) -> None:
    """What is posted stands in the history with its metadata, and can be updated and deleted."""
    web = client(slack)
    metadata = {"event_type": "brief", "event_payload": {"id": "d1"}}
    posted = await web.chat_postMessage(
        channel=slack.room("signals").id, text="Hi", blocks=[section()], metadata=metadata
    )
    found = await web.conversations_history(channel=posted["channel"], include_all_metadata=True, limit=5)
    assert found["messages"][0]["metadata"] == metadata
    assert found["messages"][0]["ts"] == posted["ts"]
    await web.chat_update(channel=posted["channel"], ts=posted["ts"], text="Changed", blocks=[section("Changed")])
    assert slack.messages("signals")[0].words == "Changed"
    await web.chat_delete(channel=posted["channel"], ts=posted["ts"])
    assert slack.messages("signals") == []


async def test_events_arrive_and_are_acknowledged(slack: Slack) -> None:
    """A mention comes as two events, and an answer stands in its thread."""
    app = AsyncApp(client=client(slack), process_before_response=False)
    heard: list[str] = []

    @app.event("app_mention")
    async def mentioned(event: dict[str, Any], say: Any) -> None:
        heard.append(event["text"])
        await say("Here is why.", thread_ts=event["ts"])

    @app.event("message")
    async def said(event: dict[str, Any]) -> None:
        heard.append("message")

    async with bolt(slack, app):
        asked = await slack.says("anna", "signals", "@bellwether why <2>?")
        await asked.acked()
        answers = await slack.until(lambda: slack.messages("signals", thread=asked.ts))
        await slack.until(lambda: len(heard) == 2)
    assert sorted(heard) == [f"<@{slack.bot.id}> why &lt;2&gt;?", "message"]
    assert answers[0].parent_user == slack.person("anna").id
    assert len({each.event_id for each in asked.envelopes}) == 2


async def test_a_command_opens_a_modal_that_is_filled_in(slack: Slack) -> None:
    """Slash command, trigger, modal, submission, and the ephemeral answer of the acknowledgement."""
    app = AsyncApp(client=client(slack))
    picked: list[Any] = []

    @app.command("/bellwether")
    async def command(ack: Any, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack("One moment.")
        await client.views_open(trigger_id=body["trigger_id"], view=MODAL)

    @app.view("mute")
    async def submitted(ack: Any, view: dict[str, Any]) -> None:
        picked.append(view["state"]["values"]["long"]["long"]["selected_option"]["value"])
        await ack()

    async with bolt(slack, app):
        sent = await slack.slash("anna", "signals", "mute AI")
        await sent.acked()
        assert slack.ephemerals("anna")[0].text == "One moment."
        modal = await slack.until(lambda: slack.modal("anna"))
        await (await slack.submits("anna", modal, {"How long": "A week"})).acked()
    assert picked == ["a week"]
    assert slack.modal("anna") is None


async def test_a_click_is_answered(slack: Slack) -> None:
    """A button's value comes with the message it stands in, and its response_url answers."""
    app = AsyncApp(client=client(slack))
    blocks = [{"type": "actions", "elements": [button("Why?", value="why s1")]}]

    @app.action("do Why?")
    async def clicked(ack: Any, body: dict[str, Any], respond: Any) -> None:
        await ack()
        await respond(f"{body['actions'][0]['value']} in {body['message']['ts']}", replace_original=False)

    async with bolt(slack, app):
        posted = await app.client.chat_postMessage(channel=slack.room("signals").id, text="x", blocks=blocks)
        await slack.clicks("ben", slack.messages("signals")[0], "Why?")
        answer = await slack.until(lambda: slack.ephemerals("ben"))
    assert answer[0].text == f"why s1 in {posted['ts']}"


FAULTS: dict[str, tuple[Any, type[Exception], bool]] = {
    "lost": (Lost(), aiohttp.ServerDisconnectedError, True),
    "refused": (Refused("channel_not_found"), SlackApiError, False),
    "limited": (Limited(7), SlackApiError, False),
    "broken": (Broken(503), SlackApiError, False),
    "broken, accepted": (Broken(500, accepted=True), SlackApiError, True),
    "hanging": (Hang(), TimeoutError, False),
    "cut": (NoConnection(), aiohttp.ServerDisconnectedError, False),
}


@pytest.mark.parametrize("name", FAULTS)
async def test_faults(slack: Slack, name: str) -> None:
    """A scripted fault is met once, and says truly whether the message was accepted."""
    fault, raised, stands = FAULTS[name]
    slack.script("chat.postMessage", fault)
    web = client(slack, timeout=1 if name == "hanging" else 30)
    with pytest.raises(raised):
        await web.chat_postMessage(channel=slack.room("signals").id, text="Hi")
    assert bool(slack.messages("signals")) == stands
    await web.chat_postMessage(channel=slack.room("signals").id, text="Hi")
    assert len(slack.called("chat.postMessage")) == 2
