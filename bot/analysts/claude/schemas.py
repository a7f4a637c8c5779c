"""The shapes of Claude's replies, and what must hold of them that no schema enforces.

Every field is required and nothing is bounded, as the API wants it; ranges and lengths are checked here. One constant
schema a step: one that varied would be compiled anew for every article.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.model.finding import ArticleKind, Dimension

MOST_PICKS, MOST_LABELS, MOST_ACTORS, MOST_PARAGRAPHS = 3, 4, 8, 4
LONGEST_TITLE, LONGEST_PARAGRAPH = 260, 1200  # characters
LONGEST_RUN = 3  # sentences of one quote
_OBJECT = re.compile(r"\{.*\}", re.DOTALL)
_Shape = TypeVar("_Shape", bound=BaseModel)

Reason = Literal[
    "none", "sport", "celebrity", "service", "press release", "opinion", "live blog", "listicle", "sponsored", "thin",
    "nothing structural",
]  # fmt: skip


class _Reply(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Named(_Reply):
    """A name as the reply uses it, and as it is written in the article (another script, another spelling)."""

    name: str
    written: str


class PickReply(_Reply):
    first: int
    last: int
    anchor: str


class ReadReply(_Reply):
    """What is said of one article."""

    verdict: Literal["finding", "rejection"]
    reason: Reason
    why: str
    kind: ArticleKind
    stance: Literal["none", "contradicts", "corrects"]
    dimensions: tuple[Dimension, ...]
    topics: tuple[str, ...]
    places: tuple[str, ...]
    actors: tuple[Named, ...]
    picks: tuple[PickReply, ...]
    reasoning: tuple[str, ...]
    claim: str
    consequence: int
    consequence_why: str
    evidence: int
    evidence_why: str


class RelateReply(_Reply):
    """Which candidate an article belongs to."""

    id: str
    relation: Literal["develops", "repeats", "contradicts", "none"]
    why: str


class ComposeReply(_Reply):
    """The text of a signal."""

    names: tuple[Named, ...]
    analysis: tuple[str, ...]
    title: str
    change_mind: str
    contrary: tuple[int, ...]


class AnswerPartReply(_Reply):
    text: str
    sentences: tuple[int, ...]
    inference: bool


class AnswerReply(_Reply):
    """An answer by sentence numbers, where citations are not to be had."""

    silent: bool
    parts: tuple[AnswerPartReply, ...]


class Translation(_Reply):
    n: int
    text: str


class TranslateReply(_Reply):
    translations: tuple[Translation, ...]


@cache
def schema(shape: type[BaseModel]) -> dict[str, Any]:
    """The shape as the API takes it, without the titles of its parts: they are paid for and say nothing."""
    from bot.analysts.claude.client import transform

    whole = transform(shape)
    return {**_untitled(whole), "title": whole["title"]}


def _untitled(node: Any) -> Any:
    if isinstance(node, list):
        return [_untitled(each) for each in node]
    if not isinstance(node, dict):
        return node
    return {name: _untitled(each) for name, each in node.items() if name != "title" or isinstance(each, dict)}


def parsed(shape: type[_Shape], text: str) -> _Shape | str:
    """The reply, or what is wrong with it, in words for the model. Talk around one JSON object is passed over."""
    match = _OBJECT.search(text)
    if match is None:
        return "The reply holds no JSON object."
    try:
        return shape.model_validate_json(match.group())
    except ValidationError as error:
        wrong = error.errors()[:3]
        return "; ".join(f"{'.'.join(map(str, each['loc'])) or 'the reply'}: {each['msg']}" for each in wrong)


# --- ranges ----------------------------------------------------------------------------------------------------------


def out_of_range(reply: ReadReply, sentences: int) -> list[str]:
    """What in a finding no article of so many sentences can have; empty for a rejection."""
    if reply.verdict == "rejection":
        return [] if reply.reason != "none" else ["reason: a rejection needs one"]
    wrong = [f"picks: there is no run {p.first} to {p.last}" for p in reply.picks if not _stands(p, sentences)]
    if not 1 <= len(reply.picks) <= MOST_PICKS:
        wrong.append(f"picks: 1 to {MOST_PICKS}")
    if not 0 <= reply.consequence <= 4:
        wrong.append("consequence: 0 to 4")
    if not 0 <= reply.evidence <= 2:
        wrong.append("evidence: 0 to 2")
    if not reply.dimensions:
        wrong.append("dimensions: at least one")
    if not 1 <= len(reply.reasoning) <= MOST_PARAGRAPHS:
        wrong.append(f"reasoning: 1 to {MOST_PARAGRAPHS} paragraphs")
    return wrong + too_long("claim", (reply.claim,), LONGEST_TITLE) + too_long("reasoning", reply.reasoning)


def _stands(pick: PickReply, sentences: int) -> bool:
    return 0 <= pick.first <= pick.last < sentences and pick.last - pick.first < LONGEST_RUN


def too_long(name: str, texts: Sequence[str], limit: int = LONGEST_PARAGRAPH) -> list[str]:
    """A complaint where one of the texts is empty, or over the limit in characters."""
    if any(not each.strip() for each in texts):
        return [f"{name}: it is empty"]
    return [f"{name}: at most {limit} characters"] if any(len(each) > limit for each in texts) else []
