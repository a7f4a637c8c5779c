"""The JSON schemas of Claude's replies, and the checks of ranges and lengths that a schema cannot make.

The API wants every field required and supports no bounds. There is one constant schema a step, because the API compiles
each new schema, and one that varied would be compiled for every article.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.model.finding import ArticleKind, Dimension
from bot.model.intent import IntentKind

MOST_PICKS, MOST_LABELS, MOST_ACTORS, MOST_PARAGRAPHS = 3, 4, 8, 4
LONGEST_TITLE, LONGEST_PARAGRAPH = 260, 1200  # characters
LONGEST_RUN = 3  # sentences of one quote, at most
_OBJECT = re.compile(r"\{.*\}", re.DOTALL)
_Shape = TypeVar("_Shape", bound=BaseModel)

Reason = Literal[
    "none", "sport", "celebrity", "service", "press release", "opinion", "live blog", "listicle", "sponsored", "thin",
    "nothing structural",
]  # fmt: skip


class _Reply(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Named(_Reply):
    """A name as the reply uses it, and as the article writes it (in another script or spelling)."""

    name: str
    written: str


class PickReply(_Reply):
    """A quote: sentences first..last (inclusive, from 0), and the words to emphasise in it."""

    first: int
    last: int
    anchor: str


class ReadReply(_Reply):
    """The reading of one article, grounds before judgements: a model writes the fields in this order."""

    picks: tuple[PickReply, ...]
    reasoning: tuple[str, ...]
    claim: str
    dimensions: tuple[Dimension, ...]
    topics: tuple[str, ...]
    places: tuple[str, ...]
    actors: tuple[Named, ...]
    kind: ArticleKind
    stance: Literal["none", "contradicts", "corrects"]
    consequence_why: str
    consequence: int
    evidence_why: str
    evidence: int
    why: str
    reason: Reason
    verdict: Literal["finding", "rejection"]


class RelateReply(_Reply):
    """Which candidate an article belongs to."""

    why: str
    id: str
    relation: Literal["develops", "repeats", "contradicts", "none"]


class ReasoningReply(_Reply):
    """What follows from article number `n` of a signal alone."""

    n: int
    paragraphs: tuple[str, ...]


class ComposeReply(_Reply):
    """The text and the labels of a signal, from its single articles to its title."""

    names: tuple[Named, ...]
    reasoning: tuple[ReasoningReply, ...]
    analysis: tuple[str, ...]
    title: str
    change_mind: str
    contrary: tuple[int, ...]
    actors: tuple[Named, ...]
    dimensions: tuple[Dimension, ...]
    topics: tuple[str, ...]
    places: tuple[str, ...]


class AnswerPartReply(_Reply):
    """A statement of an answer, with the numbers of the sentences it rests on."""

    text: str
    sentences: tuple[int, ...]
    inference: bool


class AnswerReply(_Reply):
    """An answer by sentence numbers, for models without citations."""

    silent: bool
    parts: tuple[AnswerPartReply, ...]


class Translation(_Reply):
    """The translation of text number `n`."""

    n: int
    text: str


class TranslateReply(_Reply):
    """Translations of several texts."""

    translations: tuple[Translation, ...]


class IntentReply(_Reply):
    """What somebody wants; `command` and `words` are empty unless it is a command."""

    kind: IntentKind
    command: str
    words: str


@cache
def schema(shape: type[BaseModel]) -> dict[str, Any]:
    """The JSON schema for the API, without the titles of its parts: they cost tokens and say nothing."""
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
    """The parsed reply, or what is wrong with it in words for the model. Text around the JSON object is ignored."""
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
    """What is out of range in the reply to an article of so many `sentences`, in words for the model."""
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
    """What is wrong, in words for the model, if one of the texts is empty or longer than `limit` characters."""
    if any(not each.strip() for each in texts):
        return [f"{name}: it is empty"]
    return [f"{name}: at most {limit} characters"] if any(len(each) > limit for each in texts) else []
