"""The tests' Slack speaks to Slack's own SDKs, and refuses what Slack refuses."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.clock import FakeClock
from tests.servers import slack_methods
from tests.servers.slack import Broken, Hang, Limited, Lost, NoConnection, Refused, Slack, serve, slack_server
from tests.servers.slack_people import FULL_EVENTS


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
    handler = AsyncSocketModeHandler(app, slack.settings["slack_app_token"], ping_interval=0.2)
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


MODAL: dict[str, Any] = {
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


async def test_a_whisper_in_a_thread_that_nobody_answered(slack: Slack) -> None:
    """It is taken, and nobody sees it; where the thread has a reply it is seen."""
    room, calls = slack.room("signals").id, client(slack)
    root = (await calls.chat_postMessage(channel=room, text="x"))["ts"]
    whisper = {"channel": room, "user": slack.person("anna").id, "thread_ts": root}
    await calls.chat_postEphemeral(text="unseen", **whisper)
    assert slack.ephemerals("anna") == []
    await slack.says("ben", "signals", "hm", thread=root)
    await calls.chat_postEphemeral(text="seen", **whisper)
    assert [each.text for each in slack.ephemerals("anna")] == ["seen"]


FAULTS: dict[str, tuple[Any, type[Exception], bool]] = {
    "lost": (Lost(), aiohttp.ServerDisconnectedError, True),
    "refused": (Refused("channel_not_found"), SlackApiError, False),
    "limited": (Limited(7), SlackApiError, False),
    "broken": (Broken(503), SlackApiError, False),
    "broken, accepted": (Broken(500, accepted=True), SlackApiError, True),
    "cut": (NoConnection(), aiohttp.ServerDisconnectedError, False),
}


@pytest.mark.parametrize("name", FAULTS)
async def test_faults(slack: Slack, name: str) -> None:
    """A scripted fault is met once, and says truly whether the message was accepted."""
    fault, raised, stands = FAULTS[name]
    slack.script("chat.postMessage", fault)
    with pytest.raises(raised):
        await client(slack).chat_postMessage(channel="signals", text="Hi")
    assert bool(slack.messages("signals")) == stands
    await client(slack).chat_postMessage(channel="signals", text="Hi")
    assert len(slack.called("chat.postMessage")) == 2


async def test_a_call_that_hangs(slack: Slack) -> None:
    """It is never answered, whether or not it was accepted; other calls are."""
    slack.script("chat.postMessage", Hang(accepted=True))
    calling = asyncio.create_task(client(slack).chat_postMessage(channel="signals", text="Hi"))
    await slack.until(lambda: slack.messages("signals"))
    await client(slack).auth_test()
    assert not calling.done()
    calling.cancel()
    await asyncio.gather(calling, return_exceptions=True)


async def test_nothing_listens(slack: Slack) -> None:
    """While it is unreachable connections are refused; afterwards it is at the same address, with what it held."""
    web = client(slack)
    await web.chat_postMessage(channel="signals", text="Hi")
    async with slack.unreachable():
        with pytest.raises(aiohttp.ClientConnectorError):
            await web.chat_postMessage(channel="signals", text="Hi")
    await web.chat_postMessage(channel="signals", text="Hi again")
    assert [each.text for each in slack.messages("signals")] == ["Hi", "Hi again"]


# --- what is refused ------------------------------------------------------------------------------------------------

SECTION_TOO_LONG = [section("x" * 3001)]
ANNA, CARLA, DEPLOY = "U0ANNA0001", "U0CARLA001", "U0DEPLOY01"

REFUSALS: dict[str, tuple[str, dict[str, Any], str]] = {
    "no such method": ("chat.shout", {}, "unknown_method"),
    "no channel": ("chat.postMessage", {"text": "x"}, "invalid_arguments"),
    "a parameter unknown": (
        "chat.postMessage",
        {"channel": "#signals", "text": "x", "colour": "red"},
        "invalid_arguments",
    ),
    "a channel unknown": ("chat.postMessage", {"channel": "C0NONE", "text": "x"}, "channel_not_found"),
    "a channel it is not in": ("chat.postMessage", {"channel": "#news", "text": "x"}, "not_in_channel"),
    "a private one it is not in": ("chat.postMessage", {"channel": "#secret", "text": "x"}, "channel_not_found"),
    "an archived one": ("chat.postMessage", {"channel": "#attic", "text": "x"}, "is_archived"),
    "no words": ("chat.postMessage", {"channel": "#signals"}, "no_text"),
    "blocks": ("chat.postMessage", {"channel": "#signals", "blocks": SECTION_TOO_LONG}, "invalid_blocks"),
    "too many words": ("chat.postMessage", {"channel": "#signals", "text": "x" * 40_001}, "msg_too_long"),
    "metadata": (
        "chat.postMessage",
        {"channel": "#signals", "text": "x", "blocks": "{"},
        "invalid_arguments",
    ),
    "no such thread": (
        "chat.postMessage",
        {"channel": "#signals", "text": "x", "thread_ts": "1.2"},
        "thread_not_found",
    ),
    "a bot's messages": ("chat.postMessage", {"channel": DEPLOY, "text": "x"}, "cannot_dm_bot"),
    "an absent reader": (
        "chat.postEphemeral",
        {"channel": "#board", "user": CARLA, "text": "x"},
        "user_not_in_channel",
    ),
    "no such message": ("chat.update", {"channel": "SIGNALS", "ts": "1.2", "text": "x"}, "message_not_found"),
    "another's message": ("chat.update", {"channel": "SIGNALS", "ts": "SAID", "text": "x"}, "cant_update_message"),
    "another's, deleted": ("chat.delete", {"channel": "SIGNALS", "ts": "SAID"}, "cant_delete_message"),
    "history elsewhere": ("conversations.history", {"channel": "NEWS"}, "not_in_channel"),
    "a page too large": ("conversations.history", {"channel": "SIGNALS", "limit": 5000}, "invalid_limit"),
    "a page unknown": ("conversations.history", {"channel": "SIGNALS", "cursor": "x"}, "invalid_cursor"),
    "replies to nothing": ("conversations.replies", {"channel": "SIGNALS", "ts": "1.2"}, "thread_not_found"),
    "joining a private one": ("conversations.join", {"channel": "BOARD"}, "method_not_supported_for_channel_type"),
    "a stranger's messages": ("conversations.open", {"users": "U0STRANGE1"}, "user_not_found"),
    "a kind unknown": ("conversations.list", {"types": "secret"}, "invalid_types"),
    "nobody": ("users.info", {"user": "U0NOBODY"}, "user_not_found"),
    "a trigger unknown": ("views.open", {"trigger_id": "1.2.3", "view": MODAL}, "invalid_trigger_id"),
    "a view": ("views.open", {"trigger_id": "1.2.3", "view": {**MODAL, "title": plain("x" * 25)}}, "invalid_arguments"),
    "a view unknown": ("views.update", {"view_id": "V0", "view": MODAL}, "not_found"),
    "a bot's Home tab": ("views.publish", {"user_id": DEPLOY, "view": MODAL}, "invalid_arguments"),
    "the wrong token": ("apps.connections.open", {}, "not_allowed_token_type"),
    "a file never sent": ("files.completeUploadExternal", {"files": [{"id": "F0"}]}, "file_not_found"),
    "a file of nothing": ("files.getUploadURLExternal", {"filename": "x.png", "length": 0}, "invalid_arguments"),
}


async def refused(web: AsyncWebClient, method: str, given: dict[str, Any]) -> dict[str, Any]:
    with pytest.raises(SlackApiError) as caught:
        await web.api_call(method, json=given)
    return dict(caught.value.response.data)


@pytest.mark.parametrize("name", REFUSALS)
async def test_refusals(slack: Slack, name: str) -> None:
    """Each with Slack's own code; nothing is changed by a call that is refused."""
    method, given, error = REFUSALS[name]
    said = await slack.says("anna", "signals", "Morning")
    ids = {room.name.upper(): room.id for room in slack.rooms.values()} | {"SAID": said.ts}
    given = {key: ids.get(value, value) if isinstance(value, str) else value for key, value in given.items()}
    assert (await refused(client(slack), method, given))["error"] == error
    assert [each.text for each in slack.messages("signals", by=None)] == ["Morning"]


async def test_a_refusal_says_where(slack: Slack) -> None:
    """As Slack does: in `errors` and in `response_metadata`."""
    told = await refused(client(slack), "chat.postMessage", {"channel": "signals", "blocks": SECTION_TOO_LONG})
    assert told["errors"] == ["must be less than 3001 characters [json-pointer:/blocks/0/text/text]"]
    assert told["response_metadata"]["messages"] == [f"[ERROR] {told['errors'][0]}"]


async def test_tokens(slack: Slack) -> None:
    """None, a wrong one, the app's own, a revoked one: each is refused in its own way."""
    for token, error in (
        (None, "not_authed"),
        ("xoxb-wrong", "invalid_auth"),
        (slack.web.app_token, "not_allowed_token_type"),
    ):
        assert (await refused(client(slack, token=token), "users.list", {}))["error"] == error
    await slack.revokes_token()
    assert (await refused(client(slack), "auth.test", {}))["error"] == "token_revoked"
    await slack.revokes_token(uninstalls=True)
    assert (await refused(client(slack), "auth.test", {}))["error"] == "account_inactive"


async def test_scopes(slack: Slack) -> None:
    """A scope that was not granted is named, and auth.test tells those that were."""
    slack.scopes = ("chat:write", "channels:read")
    web = client(slack)
    assert (await web.auth_test()).headers["x-oauth-scopes"] == "chat:write,channels:read"
    told = await refused(web, "conversations.history", {"channel": slack.room("signals").id})
    assert (told["error"], told["needed"]) == ("missing_scope", "channels:history")
    assert told["provided"] == "chat:write,channels:read"
    assert (await refused(web, "conversations.list", {"types": "im"}))["needed"] == "im:read"
    assert len((await web.conversations_list())["channels"]) == 4


async def test_every_method_refuses_what_it_does_not_know(slack: Slack) -> None:
    """No method takes a misspelt parameter in silence."""
    for name, found in slack_methods.METHODS.items():
        token = slack.web.app_token if found.takes == "app" else slack.web.bot_token
        told = await refused(client(slack, token=token), name, {"chanel": "x"})
        assert told["error"] == "invalid_arguments", name
        assert "[ERROR] unknown parameter: chanel" in told["response_metadata"]["messages"]


# --- reading --------------------------------------------------------------------------------------------------------


async def test_history_comes_in_pages(slack: Slack) -> None:
    """Newest first, without replies; replies oldest first, after their parent."""
    web, room = client(slack), slack.room("signals").id
    stamps = [(await web.chat_postMessage(channel=room, text=str(number)))["ts"] for number in range(5)]
    for number in range(3):
        await web.chat_postMessage(channel=room, text=f"r{number}", thread_ts=stamps[2])
    seen, cursor = [], None
    while cursor != "":
        page = await web.conversations_history(channel=room, limit=2, cursor=cursor)
        seen += [each["text"] for each in page["messages"]]
        cursor = (page["response_metadata"] or {}).get("next_cursor", "") if page["has_more"] else ""
    assert seen == ["4", "3", "2", "1", "0"]
    newer = await web.conversations_history(channel=room, oldest=stamps[3])
    assert [each["text"] for each in newer["messages"]] == ["4"]
    both = await web.conversations_history(channel=room, oldest=stamps[3], latest=stamps[4], inclusive=True)
    assert [each["text"] for each in both["messages"]] == ["4", "3"]
    thread = await web.conversations_replies(channel=room, ts=stamps[2])
    assert [each["text"] for each in thread["messages"]] == ["2", "r0", "r1", "r2"]
    assert thread["messages"][0]["reply_count"] == 3


async def test_metadata_is_told_to_who_asks(slack: Slack) -> None:
    """Without include_all_metadata a message's metadata is left out; an update without it keeps it."""
    web, room = client(slack), slack.room("board").id
    metadata = {"event_type": "brief", "event_payload": {"id": "d1"}}
    posted = await web.chat_postMessage(channel=room, text="x", metadata=metadata)
    await web.chat_update(channel=room, ts=posted["ts"], text="y")
    assert "metadata" not in (await web.conversations_history(channel=room))["messages"][0]
    full = await web.conversations_history(channel=room, include_all_metadata=True)
    assert full["messages"][0]["metadata"] == metadata


async def test_whose_channels_they_are(slack: Slack) -> None:
    """The channels of a user that the bot can know of; members; people as they are."""
    web = client(slack)
    told = await web.users_conversations(user=CARLA, types="public_channel,private_channel")
    assert [each["name"] for each in told["channels"]] == ["general", "signals"]
    assert ANNA in (await web.conversations_members(channel=slack.room("board").id))["members"]
    assert (await web.users_info(user=ANNA))["user"]["is_admin"]
    assert (await web.users_info(user="U0STRANGE1"))["user"]["is_stranger"]
    opened = await web.conversations_open(users=ANNA)
    await web.chat_postMessage(channel=opened["channel"]["id"], text="Hello Anna")
    assert [each.text for each in slack.messages("@anna")] == ["Hello Anna"]


async def test_a_picture_is_uploaded(slack: Slack) -> None:
    """The three steps of the SDK end in a message with the file."""
    upload: dict[str, Any] = {"file": b"\x89PNG", "filename": "chart.png", "title": "Strength", "alt_txt": "8, then 9"}
    await client(slack).files_upload_v2(channel=slack.room("signals").id, initial_comment="A chart", **upload)
    message = slack.messages("signals")[0]
    assert (message.text, message.files[0]["title"], message.files[0]["alt_txt"]) == (
        "A chart",
        "Strength",
        "8, then 9",
    )


# --- views ----------------------------------------------------------------------------------------------------------

HOME = {
    "type": "home",
    "blocks": [
        section(
            "Channel", accessory={"type": "conversations_select", "action_id": "c", "placeholder": plain("Pick one")}
        ),
        {
            "type": "actions",
            "elements": [
                button("Pause"),
                {"type": "overflow", "action_id": "more", "options": [option("A"), option("B")]},
            ],
        },
    ],
}


async def test_triggers_work_once_and_not_for_long(slack: Slack, clock: FakeClock) -> None:
    """Three seconds of the clock, one use."""
    web = client(slack)
    await slack.slash("anna", "signals", "mute")
    trigger = slack.envelopes[-1].payload["trigger_id"]
    await web.views_open(trigger_id=trigger, view=MODAL)
    assert (await refused(web, "views.open", {"trigger_id": trigger, "view": MODAL}))["error"] == "exchanged_trigger_id"
    await slack.slash("anna", "signals", "mute")
    clock.advance(4)
    late = slack.envelopes[-1].payload["trigger_id"]
    assert (await refused(web, "views.open", {"trigger_id": late, "view": MODAL}))["error"] == "expired_trigger_id"


async def test_a_home_tab_is_used(slack: Slack) -> None:
    """Opened, published, picked in, and replaced only by who saw its newest version."""
    web = client(slack)
    await slack.opens_home("anna")
    event = slack.envelopes[-1].payload["event"]
    assert (event["type"], event["user"], event["tab"], "view" in event) == ("app_home_opened", ANNA, "home", False)
    shown = await web.views_publish(user_id=ANNA, view=HOME)
    await slack.picks("anna", "home", "Pick one", "signals")
    action = slack.envelopes[-1].payload
    assert action["actions"][0]["selected_conversation"] == slack.room("signals").id
    assert action["container"] == {"type": "view", "view_id": shown["view"]["id"]}
    assert action["view"]["state"]["values"][action["actions"][0]["block_id"]]["c"]["selected_conversation"]
    assert slack.offered("anna", "home", "…") == ("A", "B")
    await slack.picks("anna", "home", "…", "B")
    assert slack.envelopes[-1].payload["actions"][0]["selected_option"]["value"] == "b"
    await web.views_publish(user_id=ANNA, view=HOME, hash=shown["view"]["hash"])
    told = await refused(web, "views.publish", {"user_id": ANNA, "view": HOME, "hash": shown["view"]["hash"]})
    assert told["error"] == "hash_conflict"
    with pytest.raises(AssertionError, match="anna does not see secret"):
        await slack.picks("anna", "home", "Pick one", "secret")


async def test_only_what_is_seen_can_be_clicked(slack: Slack) -> None:
    """Others' ephemeral messages, private channels, and labels that are not there."""
    web, board = client(slack), slack.room("board").id
    blocks = [{"type": "actions", "elements": [button("Undo")]}]
    await web.chat_postMessage(channel=board, text="x", blocks=blocks)
    await web.chat_postEphemeral(channel=board, user=ANNA, text="x", blocks=blocks)
    await slack.clicks("anna", slack.ephemerals("anna")[0], "Undo")
    payload = slack.envelopes[-1].payload
    assert payload["container"]["is_ephemeral"]
    assert "message" not in payload
    for user, message, label in (
        ("olga", slack.ephemerals("anna")[0], "Undo"),
        ("ben", slack.messages("board")[0], "Undo"),
        ("anna", slack.messages("board")[0], "Redo"),
    ):
        with pytest.raises(AssertionError):
            await slack.clicks(user, message, label)


async def test_a_required_field_keeps_a_modal_open(slack: Slack) -> None:
    """Slack does not send what is incomplete; and a modal can be closed."""
    await slack.slash("anna", "signals", "mute")
    await client(slack).views_open(trigger_id=slack.envelopes[-1].payload["trigger_id"], view=MODAL)
    with pytest.raises(AssertionError, match="How long"):
        await slack.submits("anna")
    await slack.closes("anna")
    assert slack.modal("anna") is None


ANSWERS: dict[str, dict[str, Any]] = {
    "errors elsewhere": {"response_action": "errors", "errors": {"other": "No"}},
    "an action unknown": {"response_action": "shout"},
    "a view that is none": {"response_action": "update", "view": {"type": "modal"}},
}


@pytest.mark.parametrize("name", ANSWERS)
async def test_an_answer_slack_cannot_use_fails_the_test(clock: FakeClock, name: str) -> None:
    """The server complains at its end."""

    async def run() -> None:
        async with slack_server(clock) as slack:
            app = AsyncApp(client=client(slack))

            @app.view("mute")
            async def submitted(ack: Any) -> None:
                await ack(ANSWERS[name])

            async with bolt(slack, app):
                await slack.slash("anna", "signals", "mute")
                await app.client.views_open(trigger_id=slack.envelopes[-1].payload["trigger_id"], view=MODAL)
                await (await slack.submits("anna", filled={"How long": "A day"})).acked()

    with pytest.raises(AssertionError, match="cannot use"):
        await run()


# --- sockets --------------------------------------------------------------------------------------------------------


ENDINGS: dict[str, Callable[[Slack], Awaitable[None]]] = {
    "closed": lambda slack: slack.drop_sockets("cleanly"),
    "cut": lambda slack: slack.drop_sockets("abruptly"),
    "silent": lambda slack: slack.drop_sockets("silently"),
    "announced": lambda slack: slack.asks_to_reconnect(),
}


@pytest.mark.parametrize("how", ENDINGS)
async def test_the_sdk_comes_back(slack: Slack, how: str) -> None:
    """However a connection ends, the SDK opens another, and is sent what happens then."""
    app = AsyncApp(client=client(slack))

    @app.event("message")
    async def said(event: dict[str, Any]) -> None:
        return None

    async with bolt(slack, app):
        await ENDINGS[how](slack)
        await slack.until(lambda: slack.sockets.connected == 2 and slack.connected)
        await (await slack.says("anna", "signals", "Still there?")).acked()


async def test_several_connections(slack: Slack) -> None:
    """Each event goes to one of them, in turn; the hello says how many there are."""
    web = client(slack, token=slack.web.app_token)
    async with aiohttp.ClientSession() as session:
        sockets = [
            await session.ws_connect((await web.apps_connections_open(app_token=web.token or ""))["url"]) for _ in "ab"
        ]
        assert [(await each.receive_json())["num_connections"] for each in sockets] == [1, 2]
        for words in ("one", "two"):
            await slack.says("anna", "signals", words)
        received = [await each.receive_json() for each in sockets]
        assert {each["payload"]["event"]["text"] for each in received} == {"one", "two"}
        assert len(slack.unacked) == 2
        await sockets[0].send_json({"envelope_id": received[0]["envelope_id"]})
        await slack.until(lambda: len(slack.unacked) == 1)


async def test_a_connection_needs_a_ticket_and_socket_mode(slack: Slack) -> None:
    """A ticket is good for one connection; where Socket Mode is off the connection is ended at once, and says why."""
    web = client(slack, token=slack.web.app_token)
    slack.sockets.enabled = False
    url = (await web.apps_connections_open(app_token=web.token or ""))["url"]
    async with aiohttp.ClientSession() as session:
        socket = await session.ws_connect(url)
        assert (await socket.receive_json())["reason"] == "link_disabled"
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url)


async def test_an_acknowledgement_of_nothing_fails_the_test(clock: FakeClock) -> None:
    """And so does one given twice."""

    async def run() -> None:
        async with slack_server(clock) as slack, aiohttp.ClientSession() as session:
            web = client(slack, token=slack.web.app_token)
            socket = await session.ws_connect((await web.apps_connections_open(app_token=web.token or ""))["url"])
            await socket.send_json({"envelope_id": "env-0"})
            await slack.until(lambda: slack.complaints)

    with pytest.raises(AssertionError, match="not an acknowledgement"):
        await run()


async def test_a_response_url_serves_five_times(slack: Slack, clock: FakeClock) -> None:
    """It needs no token, posts where the bot is not, and ends after half an hour or five posts."""
    await slack.slash("anna", "news", "help")
    first = slack.envelopes[-1].payload["response_url"]
    await slack.slash("anna", "news", "help")
    second = slack.envelopes[-1].payload["response_url"]
    async with aiohttp.ClientSession() as session:
        said: list[dict[str, Any]] = [
            {"text": "Help."},
            {"text": "All", "response_type": "in_channel"},
            {"blocks": [{"type": "x"}]},
        ]
        codes = [(await session.post(first, json=each)).status for each in (*said, *said)]
        clock.advance(1801)
        codes.append((await session.post(second, json=said[0])).status)
    assert codes == [200, 200, 400, 200, 200, 404, 404]
    assert [each.text for each in slack.ephemerals("anna", "news")] == ["Help.", "Help."]
    assert [each.text for each in slack.messages("news")] == ["All", "All"]


async def test_whom_it_rang(slack: Slack) -> None:
    """Every mention that any of the bot's messages made is kept."""
    web, room = client(slack), slack.room("signals").id
    await web.chat_postMessage(channel=room, text="&lt;!channel&gt;")
    assert not slack.rung
    posted = await web.chat_postMessage(channel=room, text="<!channel>")
    await web.chat_delete(channel=room, ts=posted["ts"])
    assert slack.rung == ("!channel",)


async def test_threads_have_one_level(slack: Slack) -> None:
    """A reply cannot be replied to."""
    web, room = client(slack), slack.room("signals").id
    first = await web.chat_postMessage(channel=room, text="x")
    reply = await web.chat_postMessage(channel=room, text="y", thread_ts=first["ts"], reply_broadcast=True)
    told = await refused(web, "chat.postMessage", {"channel": room, "text": "z", "thread_ts": reply["ts"]})
    assert told["error"] == "cannot_reply_to_message"
    assert [each["text"] for each in (await web.conversations_history(channel=room))["messages"]] == ["y", "x"]


async def test_people_of_another_workspace(slack: Slack) -> None:
    """What a stranger says in a shared channel is marked as theirs."""
    slack.room("signals").members.add("U0STRANGE1")
    payload = (await slack.says("stranger", "signals", "Hello")).envelopes[0].payload
    assert payload["is_ext_shared_channel"]
    assert payload["event"]["user_team"] == payload["event"]["team"] != payload["team_id"]


async def test_what_others_do_to_messages(slack: Slack) -> None:
    """Edits, deletions and other bots, as Slack tells of them."""
    said = await slack.says("anna", "signals", "why 1?")
    await slack.edits("anna", said.payload, "why 2?")
    await slack.deletes(said.payload)
    await slack.another_bot_says("signals", "Deployed.")
    events = [each.payload["event"] for each in slack.envelopes]
    assert [event.get("subtype") for event in events] == [None, "message_changed", "message_deleted", None]
    assert (events[1]["message"]["text"], events[1]["previous_message"]["text"]) == ("why 2?", "why 1?")
    assert events[2]["deleted_ts"] == said.ts
    assert events[3]["bot_id"] == "B0DEPLOY01"


async def test_modals_lie_upon_one_another(slack: Slack) -> None:
    """A view pushed or updated takes the place on top; closing it uncovers the one below."""
    web = client(slack)
    await slack.slash("anna", "signals", "mute")
    first = {**MODAL, "blocks": [*MODAL["blocks"], {"type": "actions", "elements": [button("More")]}]}
    await web.views_open(trigger_id=slack.envelopes[-1].payload["trigger_id"], view=first)
    await slack.clicks("anna", "modal", "More")
    pushed = await web.views_push(trigger_id=slack.envelopes[-1].payload["trigger_id"], view=MODAL)
    await web.views_update(view_id=pushed["view"]["id"], view={**MODAL, "title": plain("More")})
    top = slack.modal("anna")
    assert top is not None
    assert top.title == "More"
    await slack.closes("anna")
    below = slack.modal("anna")
    assert below is not None
    assert (below.title, below.id) == ("Mute", pushed["view"]["root_view_id"])


async def test_an_event_is_delivered_again(slack: Slack) -> None:
    """With the same event_id, in another envelope, as a further attempt; what nobody heard is kept for it."""
    app = AsyncApp(client=client(slack))
    heard: list[str] = []

    @app.event("message")
    async def said(body: dict[str, Any]) -> None:
        heard.append(body["event_id"])

    missed = await slack.says("anna", "signals", "Anybody?")
    assert missed.envelopes[0].sent_at is None
    async with bolt(slack, app):
        await (await slack.redelivers(missed)).acked()
        again = await slack.redelivers()
        await again.acked()
        await slack.until(lambda: len(heard) == 2)
    assert heard == [missed.envelopes[0].event_id] * 2
    assert [each.attempt for each in slack.envelopes] == [0, 1, 1]


async def test_what_the_bot_says_comes_back_to_it(slack: Slack) -> None:
    """Its own messages and changes are events too, marked with its bot_id."""
    web, room = client(slack), slack.room("signals").id
    posted = await web.chat_postMessage(channel=room, text="x")
    await web.chat_update(channel=room, ts=posted["ts"], text="y")
    events = [each.payload["event"] for each in slack.envelopes]
    assert [event.get("subtype") for event in events] == [None, "message_changed"]
    assert events[0]["bot_id"] == slack.bot.bot_id
    assert (events[1]["message"]["text"], events[1]["previous_message"]["text"]) == ("y", "x")


async def test_what_happens_to_channels(slack: Slack) -> None:
    """Invited, archived, renamed, removed, deleted: each event as Slack names it, for public and private channels."""
    await slack.invites("news")
    joined = slack.envelopes[0].payload["event"]
    assert (joined["type"], joined["user"], joined["inviter"]) == ("member_joined_channel", slack.bot.id, ANNA)
    await slack.renames("news", "tidings")
    await slack.archives("tidings")
    await slack.removes("tidings")
    await slack.archives("board")
    await slack.removes("board")
    await slack.deletes("general")
    names = [each.payload["event"]["type"] for each in slack.envelopes]
    assert names == [
        "member_joined_channel",
        "message",
        "channel_rename",
        "channel_archive",
        "channel_left",
        "group_archive",
        "group_left",
        "channel_deleted",
    ]


async def test_who_is_told_what(slack: Slack) -> None:
    """No event of a channel the bot is not in, of one it is not subscribed to, or without the scope for it."""
    assert not (await slack.says("anna", "news", "@bellwether hello")).envelopes
    assert len((await slack.says("anna", "@anna", "@bellwether hello")).envelopes) == 1
    slack.events = tuple(each for each in FULL_EVENTS if each != "message.channels")
    assert [
        each.payload["event"]["type"] for each in (await slack.says("anna", "signals", "@bellwether hi")).envelopes
    ] == ["app_mention"]
    slack.scopes = ("chat:write",)
    assert not (await slack.says("anna", "signals", "@bellwether hi")).envelopes
    with pytest.raises(AssertionError, match="not a valid command"):
        await slack.slash("anna", "signals", "x", command="/mute")


async def test_as_people_type(slack: Slack) -> None:
    """Names, channels, links and signs become what Slack makes of them."""
    typed = slack.typed("@bellwether is <b> & #signals ok? see https://a.example/?x=1&y=2, mail me@anna, @channel")
    assert typed == (
        f"<@{slack.bot.id}> is &lt;b&gt; &amp; <#{slack.room('signals').id}|signals> ok? "
        "see <https://a.example/?x=1&amp;y=2>, mail me@anna, <!channel>"
    )


async def test_an_app_made_from_a_manifest(slack: Slack) -> None:
    """Only what the manifest asks for is granted."""
    slack.install(
        {
            "features": {"slash_commands": [{"command": "/bw"}]},
            "oauth_config": {"scopes": {"bot": ["chat:write"]}},
            "settings": {"event_subscriptions": {"bot_events": ["app_mention"]}, "socket_mode_enabled": True},
        }
    )
    assert (slack.scopes, slack.events, slack.commands) == (("chat:write",), ("app_mention",), ("/bw",))
    told = await refused(client(slack), "views.publish", {"user_id": ANNA, "view": HOME})
    assert told["error"] == "not_enabled"


async def test_the_settings_lead_here() -> None:
    """`serve` is what the contract of platforms starts."""
    async with serve() as given:
        web = AsyncWebClient(token=given["slack_bot_token"], base_url=given["slack_api_url"])
        assert (await web.auth_test())["user"] == "bellwether"


async def test_waiting_ends(slack: Slack) -> None:
    """What never comes fails the test, and says what was asked so far."""
    await client(slack).auth_test()
    with pytest.raises(AssertionError, match=r"auth\.test"):
        await slack.until(lambda: slack.messages("signals"), patience=0.01)
