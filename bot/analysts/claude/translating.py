"""Translating short texts: make the request, and choose the translations that can be shown. Pure functions."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from bot.analysts.claude.checks import addresses, figures_of, plain
from bot.analysts.claude.prompts import prompt
from bot.analysts.claude.requests import Outcome, Replied, Request
from bot.analysts.claude.schemas import TranslateReply, parsed, schema
from bot.model.messages import QUOTATION_MARKS

EFFORT = "low"
AT_ONCE = 40  # texts in one request
LONGER = 3  # a translation longer than so many times the text must have added something
SHORT = 40  # characters that any translation may have
LEAST_TOKENS, TOKENS_A_CHARACTER = 600, 1


def request(texts: Mapping[int, str], language: str, model: str, wrong: Sequence[str] = ()) -> Request:
    """The request to translate the numbered texts into `language` (ISO 639-1)."""
    asked: dict[str, object] = {"language": language, "texts": [[n, text] for n, text in texts.items()]}
    if wrong:
        asked["wrong"] = list(wrong)
    block = {"type": "text", "text": json.dumps(asked, ensure_ascii=False, separators=(",", ":"))}
    most = LEAST_TOKENS + TOKENS_A_CHARACTER * sum(map(len, texts.values()))
    return Request("translate", model, prompt("translate"), (block,), most, EFFORT, schema(TranslateReply))


def translations(outcome: Outcome, texts: Mapping[int, str]) -> tuple[dict[int, str | None], str]:
    """(translations by number, None: the text needs none; what is wrong with the rest, "": nothing)."""
    if not isinstance(outcome, Replied):
        return {}, outcome.why
    reply = parsed(TranslateReply, outcome.text)
    if isinstance(reply, str):
        return {}, reply
    found: dict[int, str | None] = {}
    for each in reply.translations:
        if each.n in texts and not each.text.strip():
            found[each.n] = None
        elif each.n in texts and _faithful(each.text, texts[each.n]):
            found[each.n] = _bare(each.text)
    missing = sorted(texts.keys() - found.keys())
    return found, f"translations: none that keeps the figures and adds nothing, of {missing}" if missing else ""


def _faithful(translated: str, text: str) -> bool:
    """Whether a translation keeps the digits, adds no address, and is not too long."""
    fits = len(translated) <= max(SHORT, LONGER * len(text))
    return fits and figures_of(translated) == figures_of(text) and addresses(translated) <= addresses(text)


def _bare(words: str) -> str:
    """The text without quotation marks around it: a translation is nobody's words."""
    return plain(words).strip("".join(QUOTATION_MARKS) + "“”’'").strip()
