"""The tests' Slack streams, shows statuses and suggests prompts as Slack does, and refuses what Slack refuses."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.clock import FakeClock
from tests.servers.slack import Message, Slack, our_manifest, slack_server
from tests.servers.slack_rules import wrong_blocks

WORDS = {"type": "markdown_text", "text": "Hello"}


def section(text: str = "Hello") -> dict[str, Any]:
    return {"type": "section", "text": {"type": "plain_text", "text": text}}


def chunk(*blocks: dict[str, Any]) -> dict[str, Any]:
    return {"type": "blocks", "blocks": list(blocks)}


@pytest.fixture
async def slack(clock: FakeClock) -> AsyncIterator[Slack]:
    async with slack_server(clock) as server:
        server.install(our_manifest())
        yield server


@pytest.fixture
def web(slack: Slack) -> AsyncWebClient:
    given = slack.settings
    return AsyncWebClient(given["slack_bot_token"], base_url=given["slack_api_url"], retry_handlers=[])


@pytest.fixture
async def asked(slack: Slack) -> Message:
    """A question in #signals."""
    message: Message = (await slack.says("ben", "signals", "@bellwether why?")).payload
    return message


async def refusal(work: Awaitable[Any]) -> str:
    with pytest.raises(SlackApiError) as raised:
        await work
    return str(raised.value.response["error"])


def begin(web: AsyncWebClient, asked: Message, **how: Any) -> Awaitable[Any]:
    given: dict[str, Any] = {"channel": asked.channel, "thread_ts": asked.ts, "chunks": [WORDS]}
    given |= {"recipient_user_id": asked.user, "recipient_team_id": "T0ACME0001"} | how
    return web.chat_startStream(**given)


async def test_a_stream_from_its_beginning_to_its_end(slack: Slack, web: AsyncWebClient, asked: Message) -> None:
    """It grows by what is added, takes no update meanwhile, and is a message like others once it is stopped."""
    ts = (await begin(web, asked))["ts"]
    await web.chat_appendStream(channel=asked.channel, ts=ts, chunks=[chunk(section("there"))])
    (stream,) = slack.messages("signals", thread=asked)
    assert (stream.words, stream.streaming) == ("Hello\nthere", True)
    assert await refusal(web.chat_update(channel=asked.channel, ts=ts, text="x")) == "streaming_state_conflict"
    await web.chat_stopStream(channel=asked.channel, ts=ts, blocks=[section("end")])
    assert (stream.words, stream.streaming) == ("Hello\nthere\nend", False)
    await web.chat_update(channel=asked.channel, ts=ts, text="whole", blocks=[])
    assert stream.words == "whole"


@pytest.mark.parametrize(
    ("how", "error"),
    [
        ({"recipient_user_id": None}, "missing_recipient_user_id"),
        ({"recipient_team_id": None}, "missing_recipient_team_id"),
        ({"recipient_team_id": "T0OTHER001"}, "team_not_found"),
        ({"recipient_user_id": "U0NOBODY01"}, "user_not_found"),
        ({"thread_ts": "1.000001"}, "thread_not_found"),
        ({"channel": "C0NOWHERE1"}, "channel_not_found"),
        ({"chunks": [{"type": "song", "text": "la"}]}, "invalid_chunks"),
        ({"chunks": [{**WORDS, "text": "w" * 12_001}]}, "invalid_chunks"),
        ({"chunks": [chunk({"type": "song"})]}, "invalid_blocks"),
        ({"chunks": [chunk(*[section()] * 51)]}, "invalid_blocks"),
    ],
)
async def test_a_stream_that_is_refused(web: AsyncWebClient, asked: Message, how: dict[str, Any], error: str) -> None:
    """For nobody, of another thread, or of what is no block."""
    assert await refusal(begin(web, asked, **how)) == error


async def test_a_stream_that_is_not_open(slack: Slack, web: AsyncWebClient, asked: Message) -> None:
    """Stopped, ended by Slack, or never begun, it takes nothing more; nor more than fifty blocks in all."""
    ts = (await begin(web, asked, chunks=[chunk(*[section()] * 50)]))["ts"]
    assert await refusal(web.chat_appendStream(channel=asked.channel, ts=ts, chunks=[chunk(section())])) == (
        "invalid_blocks"
    )
    slack.ends_streams()
    for work in (
        web.chat_appendStream(channel=asked.channel, ts=ts, chunks=[WORDS]),
        web.chat_stopStream(channel=asked.channel, ts=ts),
    ):
        assert await refusal(work) == "message_not_in_streaming_state"
    assert await refusal(web.chat_stopStream(channel=asked.channel, ts=asked.ts)) == "message_not_owned_by_app"


async def test_a_status(slack: Slack, web: AsyncWebClient, asked: Message) -> None:
    """Shown in a thread until something is said there."""
    where: dict[str, Any] = {"channel_id": asked.channel, "thread_ts": asked.ts}
    await web.assistant_threads_setStatus(**where, status="is reading …")
    assert slack.statuses == {(asked.channel, asked.ts): "is reading …"}
    await web.chat_postMessage(channel=asked.channel, thread_ts=asked.ts, text="There.")
    assert slack.statuses == {}
    wrong = web.assistant_threads_setStatus(channel_id=asked.channel, thread_ts="1.000001", status="is lost")
    assert await refusal(wrong) == "invalid_thread_ts"
    slack.scopes = ()
    assert await refusal(web.assistant_threads_setStatus(**where, status="is reading …")) == "missing_scope"


async def test_prompts(slack: Slack, web: AsyncWebClient) -> None:
    """Up to four, of an agent, in a conversation with one person; with a thread the call has no effect."""
    here = slack.direct("ben").id
    prompt = {"title": "Why?", "message": "why 1"}
    await web.assistant_threads_setSuggestedPrompts(channel_id=here, thread_ts="1.000001", prompts=[prompt])
    assert slack.prompts == {}
    await web.assistant_threads_setSuggestedPrompts(channel_id=here, prompts=[prompt])
    assert slack.prompts == {here: {"Why?": "why 1"}}
    for wrong in ([], [prompt] * 5, [{"title": "Why?"}], [{**prompt, "message": ""}]):
        work = web.assistant_threads_setSuggestedPrompts(channel_id=here, prompts=wrong)
        assert await refusal(work) == "invalid_arguments"
    elsewhere = web.assistant_threads_setSuggestedPrompts(channel_id=slack.room("signals").id, prompts=[prompt])
    assert await refusal(elsewhere) == "not_allowed"


async def test_what_a_workspace_lacks(slack: Slack, web: AsyncWebClient, asked: Message) -> None:
    """A method it does not know, a block it does not show; the refusal says which block."""
    slack.lacking |= {"chat.startStream", "table"}
    assert await refusal(begin(web, asked)) == "unknown_method"
    table = {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}
    with pytest.raises(SlackApiError) as raised:
        await web.chat_postMessage(channel=asked.channel, text="x", blocks=[section(), table])
    assert "/blocks/1/type" in str(raised.value.response["response_metadata"])


CONTAINER = {"type": "container", "title": {"type": "plain_text", "text": "Title"}, "child_blocks": [section()]}
BUTTON = {"text": {"type": "plain_text", "text": "Useful"}, "value": "useful s1"}
FEEDBACK = {"type": "feedback_buttons", "positive_button": BUTTON, "negative_button": BUTTON}
CELL = {"type": "raw_text", "text": "x"}


def series(*labels: str) -> dict[str, Any]:
    points = [{"label": each, "value": 1} for each in labels]
    chart = {"type": "bar", "series": [{"name": "s", "data": points}], "axis_config": {"categories": list(labels)}}
    return {"type": "data_visualization", "title": "Title", "chart": chart}


@pytest.mark.parametrize(
    ("block", "taken"),
    [
        (CONTAINER, True),
        ({**CONTAINER, "child_blocks": []}, False),
        ({**CONTAINER, "child_blocks": [section()] * 11}, False),
        ({**CONTAINER, "child_blocks": [CONTAINER]}, False),
        ({**CONTAINER, "title": {"type": "plain_text", "text": "x" * 151}}, False),
        ({**CONTAINER, "title": None}, False),
        ({**CONTAINER, "default_collapsed": True}, False),
        ({"type": "context_actions", "elements": [FEEDBACK]}, True),
        ({"type": "context_actions", "elements": [FEEDBACK] * 6}, False),
        ({"type": "actions", "elements": [FEEDBACK]}, False),
        (series("a", "b"), True),
        (series(*map(str, range(21))), False),
        (series("x" * 21), False),
        ({**series("a"), "title": "x" * 51}, False),
        ({"type": "table", "rows": [[CELL] * 20] * 100}, True),
        ({"type": "table", "rows": [[CELL] * 21]}, False),
        ({"type": "table", "rows": [[CELL]] * 101}, False),
    ],
)
def test_newer_blocks(block: dict[str, Any], taken: bool) -> None:
    """Slack's limits of containers, feedback, charts and tables."""
    assert (wrong_blocks([block]) == ()) is taken


def test_one_table_and_two_charts() -> None:
    """No message takes more."""
    table = {"type": "table", "rows": [[CELL]]}
    assert wrong_blocks([table, series("a"), series("a")]) == ()
    assert wrong_blocks([table, table])
    assert wrong_blocks([series("a")] * 3)
