"""What words said to the bot mean: make the request, and check the shape of the reply. Pure functions."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from bot.analysts.claude.checks import addresses, plain
from bot.analysts.claude.prompts import prompt
from bot.analysts.claude.requests import Outcome, Replied, Request
from bot.analysts.claude.schemas import IntentReply, parsed, schema
from bot.model.intent import Intent, IntentKind

EFFORT = "low"
MOST_TOKENS = 400
LONGEST = 80  # characters of the words behind a command's name


def request(said: str, commands: Mapping[str, str], model: str, wrong: Sequence[str] = ()) -> Request:
    """The request to say what `said` means; `commands` maps each name that may be proposed to what it does."""
    asked: dict[str, object] = {"commands": dict(commands), "said": said}
    if wrong:
        asked["wrong"] = list(wrong)
    block = {"type": "text", "text": json.dumps(asked, ensure_ascii=False, separators=(",", ":"))}
    return Request("intent", model, prompt("intent"), (block,), MOST_TOKENS, EFFORT, schema(IntentReply))


def intent(outcome: Outcome, commands: Mapping[str, str]) -> Intent | str:
    """The intent that the reply states, or what is wrong with it in words for the model."""
    if not isinstance(outcome, Replied):
        return outcome.why
    reply = parsed(IntentReply, outcome.text)
    if isinstance(reply, str):
        return reply
    if reply.kind is not IntentKind.COMMAND:
        return Intent(reply.kind)
    name, words = plain(reply.command).lower(), plain(reply.words)
    if name not in commands:
        return "command: it is none of those given"
    if len(words) > LONGEST or addresses(words):
        return f"words: at most {LONGEST} characters, and no address"
    return Intent(reply.kind, name, words)
