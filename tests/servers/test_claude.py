"""The stand-in for Claude speaks the SDK's own types, and refuses what the API refuses."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import anthropic
import pytest
from anthropic.types import Message, ModelInfo, RawMessageStreamEvent
from anthropic.types.messages import MessageBatch, MessageBatchIndividualResponse
from pydantic import TypeAdapter

from tests.servers import claude_brains as brains
from tests.servers.claude import Ask, Cited, ClaudeServer, Turn, claude_server, events, said

SCHEMA: dict[str, Any] = {
    "title": "PlainReply",
    "type": "object",
    "properties": {"word": {"type": "string"}},
    "required": ["word"],
    "additionalProperties": False,
}
PLAIN: dict[str, Any] = {
    "model": "claude-haiku-5-5",
    "max_tokens": 100,
    "messages": [{"role": "user", "content": "Say a word."}],
}
DOCUMENT: dict[str, Any] = {
    "type": "document",
    "source": {"type": "content", "content": [{"type": "text", "text": "One."}, {"type": "text", "text": "Two."}]},
    "citations": {"enabled": True},
}


def plain(_ask: Ask) -> Turn:
    return said("Bellwether", thinking="A word …")


@pytest.fixture
async def server() -> AsyncIterator[ClaudeServer]:
    async with claude_server(plain) as opened:
        yield opened


@pytest.fixture
async def client(server: ClaudeServer) -> AsyncIterator[anthropic.AsyncAnthropic]:
    async with anthropic.AsyncAnthropic(api_key=server.key, base_url=server.url, max_retries=0) as opened:
        yield opened


async def test_a_message_is_the_sdks_message(client: anthropic.AsyncAnthropic) -> None:
    """A plain call gives a thinking block, a text block, a stop reason and usage, all of the SDK's own types."""
    reply = await client.messages.create(**PLAIN)
    again = Message.model_validate(reply.model_dump())
    assert [block.type for block in again.content] == ["thinking", "text"]
    assert (again.stop_reason, again.usage.output_tokens > 0) == ("end_turn", True)


async def test_a_stream_is_the_sdks_events(client: anthropic.AsyncAnthropic) -> None:
    """Every event of a stream validates strictly, and together they are the message."""
    adapter: TypeAdapter[Any] = TypeAdapter(RawMessageStreamEvent)
    stream = await client.messages.create(**PLAIN, stream=True)
    seen = [adapter.validate_python(event.model_dump()) async for event in stream]
    assert [seen[0].type, seen[-1].type] == ["message_start", "message_stop"]
    assert "".join(e.delta.text for e in seen if e.type == "content_block_delta" and e.delta.type == "text_delta") == (
        "Bellwether"
    )


async def test_citations_say_the_blocks_they_point_at(server: ClaudeServer, client: anthropic.AsyncAnthropic) -> None:
    """A citation's text is that of its blocks, joined; without citations asked for there are none."""
    server.brain = lambda _ask: Turn((Cited("Both.", ((0, 0, 2),)),))
    content = [DOCUMENT, {"type": "text", "text": "What?"}]
    reply = await client.messages.create(**{**PLAIN, "messages": [{"role": "user", "content": content}]})
    block = reply.content[0]
    assert block.type == "text"
    assert block.citations
    assert block.citations[0].cited_text == "One.Two."


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"temperature": 0.2}, "temperature"),
        ({"top_k": 3}, "top_k"),
        ({"colour": "green"}, "Extra inputs"),
        ({"model": "claude-nonesuch"}, "model"),
        ({"max_tokens": 10_000_000}, "max_tokens"),
        ({"messages": []}, "at least one message"),
        ({"messages": [*PLAIN["messages"], {"role": "assistant", "content": "{"}]}, "prefill"),
        ({"messages": [{"role": "user", "content": [{"type": "text", "text": " "}]}]}, "non-whitespace"),
        ({"tools": [{"name": "x"}], "tool_choice": {"type": "any"}}, "Forced tool use"),
        ({"output_config": {"effort": "extreme"}}, "effort"),
        ({"output_config": {"format": {"type": "json_schema", "schema": {"type": "object"}}}}, "additionalProperties"),
        (
            {"output_config": {"format": {"type": "json_schema", "schema": {"type": "integer", "minimum": 1}}}},
            "minimum",
        ),
        (
            {
                "output_config": {"format": {"type": "json_schema", "schema": SCHEMA}},
                "messages": [{"role": "user", "content": [DOCUMENT]}],
            },
            "citations",
        ),
        (
            {"messages": [{"role": "user", "content": [DOCUMENT, {**DOCUMENT, "citations": {"enabled": False}}]}]},
            "all or none",
        ),
        ({"system": [{"type": "text", "text": "x", "cache_control": {"type": "ephemeral", "ttl": "2h"}}]}, "ttl"),
        (
            {
                "system": [
                    {"type": "text", "text": "x", "cache_control": {"type": "ephemeral"}},
                    {"type": "text", "text": "y", "cache_control": {"type": "ephemeral", "ttl": "1h"}},
                ]
            },
            "must not come after",
        ),
        ({"thinking": {"type": "enabled", "budget_tokens": 2000}}, "enabled"),
        ({"thinking": {"type": "between_tools"}}, "between_tools"),
        ({"model": "claude-sonnet-5-5", "thinking": {"type": "disabled"}}, "disabled"),
        ({"model": "claude-opus-5-5", "thinking": {"type": "between_tools"}}, "between_tools"),
    ],
)
async def test_what_the_api_refuses_is_refused(
    client: anthropic.AsyncAnthropic, given: dict[str, Any], complaint: str
) -> None:
    """Unknown fields, sampling, prefill, forced tools, bad schemas, schemas with citations: 400 (no model: 404)."""
    body = {**PLAIN, **given}
    with pytest.raises(anthropic.APIStatusError, match=complaint) as caught:
        await client.post("/v1/messages", body=body, cast_to=Message)
    assert caught.value.status_code == (404 if given.get("model") == "claude-nonesuch" else 400)


def test_a_schema_that_leads_back_to_itself_is_refused() -> None:
    """Recursion is refused wherever it starts."""
    from tests.servers.claude_rules import Refused, check

    node = {
        "type": "object",
        "properties": {"n": {"$ref": "#/$defs/N"}},
        "required": ["n"],
        "additionalProperties": False,
    }
    shape = {"type": "json_schema", "schema": {"$defs": {"N": node}, "$ref": "#/$defs/N"}}
    with pytest.raises(Refused, match="recursive"):
        check({**PLAIN, "output_config": {"format": shape}})


async def test_the_key_is_looked_at(server: ClaudeServer) -> None:
    """Another key is 401."""
    async with anthropic.AsyncAnthropic(api_key="wrong", base_url=server.url, max_retries=0) as client:
        with pytest.raises(anthropic.AuthenticationError):
            await client.messages.create(**PLAIN)


async def test_models_tell_what_they_can(client: anthropic.AsyncAnthropic) -> None:
    """The list and each model validate; an unknown one is 404."""
    listed = [ModelInfo.model_validate(model.model_dump()) async for model in client.models.list()]
    one = await client.models.retrieve("claude-sonnet-5-5")
    assert one.id in [model.id for model in listed]
    assert one.capabilities is not None
    assert one.capabilities.citations.supported
    with pytest.raises(anthropic.NotFoundError):
        await client.models.retrieve("nobody")


async def test_tokens_are_counted(client: anthropic.AsyncAnthropic) -> None:
    """count_tokens answers with a number."""
    counted = await client.messages.count_tokens(model=PLAIN["model"], messages=PLAIN["messages"])
    assert counted.input_tokens > 0


async def test_a_batch_ends_and_gives_its_results(client: anthropic.AsyncAnthropic) -> None:
    """A batch validates as the SDK's, and each result carries its custom_id, in whatever order."""
    made = await client.messages.batches.create(
        requests=[{"custom_id": f"a{n}", "params": PLAIN} for n in range(3)]  # type: ignore[typeddict-item]
    )
    assert MessageBatch.model_validate(made.model_dump()).processing_status == "ended"
    results = [
        MessageBatchIndividualResponse.model_validate(each.model_dump())
        async for each in await client.messages.batches.results(made.id)
    ]
    assert sorted(each.custom_id for each in results) == ["a0", "a1", "a2"]
    assert all(each.result.type == "succeeded" for each in results)


async def test_the_constant_part_is_written_once_and_then_read(
    server: ClaudeServer, client: anthropic.AsyncAnthropic
) -> None:
    """A marked system block is billed as written, then as read; one too short is neither."""
    block: Any = {"type": "text", "text": "rule " * 2000, "cache_control": {"type": "ephemeral", "ttl": "1h"}}
    first = await client.messages.create(**PLAIN, system=[block])
    then = await client.messages.create(**PLAIN, system=[block])
    block["text"] = "rule"
    short = await client.messages.create(**PLAIN, system=[block])
    assert (first.usage.cache_creation_input_tokens or 0) > 1000
    assert first.usage.cache_creation_input_tokens == then.usage.cache_read_input_tokens
    assert (short.usage.cache_creation_input_tokens, short.usage.cache_read_input_tokens) == (0, 0)


async def test_faults_are_those_of_the_wire(server: ClaudeServer, client: anthropic.AsyncAnthropic) -> None:
    """Each fault arrives as the SDK has it; a stream that ends early raises nothing and has no stop reason."""
    for brain, error in (
        (brains.overloaded(), anthropic.OverloadedError),
        (brains.limited("3"), anthropic.RateLimitError),
        (brains.without_credit, anthropic.PaymentRequiredError),
    ):
        server.script(brain)
        with pytest.raises(error):
            await client.messages.create(**PLAIN)
    server.script(brains.spent)
    with pytest.raises(anthropic.RateLimitError) as caught:
        await client.messages.create(**PLAIN)
    assert caught.value.error_code == "enforced_spend_limit_reached"
    server.script(lambda _ask: said("Bellwether", cut=40))
    with pytest.raises(anthropic.APIConnectionError):
        await client.messages.create(**PLAIN)
    server.script(lambda _ask: said("Bellwether", early=True))
    seen = [event async for event in await client.messages.create(**PLAIN, stream=True)]
    assert not any(event.type == "message_delta" for event in seen)


def test_an_answer_as_events_is_the_answer() -> None:
    """The events of a message carry all of its text."""
    message = {"content": [{"type": "text", "text": "x" * 100, "citations": None}], "usage": {"output_tokens": 3}}
    ending = {"stop_reason": "end_turn", "stop_sequence": None, "stop_details": None}
    text = "".join(each["delta"].get("text", "") for each in events({**message, **ending}) if "delta" in each)
    assert text == "x" * 100
    assert json.dumps(text)
