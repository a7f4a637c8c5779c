"""Decide what is answered of what people say to each other in one of the bot's threads.

Answered is a question about what is clearly meant (a signal, actor or number of the brief at hand, or the thread's own
signal), and any other question only if the evidence really answers it. Nothing is changed or deleted.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace

from bot.conversation import not_heard, questions
from bot.conversation.commands.table import TABLE
from bot.conversation.meaning import Scene, at_hand, fully, gather, numbered_signals
from bot.conversation.parse import SIGNAL_ID, Said, trimmed
from bot.conversation.question import Kind, Question
from bot.conversation.request import Request
from bot.model.messages import Reply
from bot.model.signal import Signal
from bot.text import tokenisation
from bot.text.tokenisation import fold

SUBJECT = 2  # terms of a question from which it says by itself what it is about
READING = frozenset(("show", "why", "explain", "strength", "evidence", "quotes", "chart"))
"""Commands that only read out a signal."""
_ASKS = re.compile(
    r"\?\W*$|^(?:who|whom|whose|what(?! an?\b)|when|where|which|why|how)\b(?:\W+\w+){2}[^!]*$", re.IGNORECASE
)
_REFERENCE = re.compile(r"#?(\d{1,2})|s\d{1,9}", re.IGNORECASE)
_LEADING = re.compile(r"#?(\d{1,2})\s")
_WORD = re.compile(r"[^\W_]+")
_NUMBERED = re.compile(r"(?:(?:is|was|signal|number|no\.?|story)\s+)?#?(\d{1,2})", re.IGNORECASE)


async def answer(said: Said, question: Question, request: Request) -> AsyncIterator[Reply]:
    """Yield the replies, if any, to something that was not addressed to the bot; `request.words` follow the command."""
    scene = await gather(request)
    chosen = await _chosen(said, question, request, scene)
    if chosen is not None:
        async for reply in chosen:
            yield reply


async def _chosen(said: Said, question: Question, request: Request, scene: Scene) -> AsyncIterator[Reply] | None:
    """The replies; None: it is left alone."""
    if said.name == "more" and not said.words and scene.earlier and scene.earlier[-1].rest:
        return TABLE["more"].run(request)
    whole = request.saying(said.whole)
    near = [signal for _, signal in await numbered_signals(request, scene)]
    if said.name in READING and _names_one(said.words, scene, near):
        return TABLE[said.name].run(_spoken_to(request))
    if said.name in ("why", "explain") and (number := _LEADING.match(said.words)) and int(number[1]) in scene.numbers:
        return TABLE[said.name].run(request)
    if reference := _REFERENCE.fullmatch(trimmed(said.whole)):
        shown = reference[1] is None or int(reference[1]) in scene.numbers
        return TABLE["show"].run(request.saying(trimmed(said.whole))) if shown else None
    if said.name is not None and said.name not in READING:
        return None
    if question.kind is Kind.NOT_HEARD:
        return not_heard.answer(question, request) if _names(question.missed, near) else None
    if not (question.free or (await at_hand(request, scene, "why")).signal):
        return questions.answer(question, _spoken_to(whole)) if _is_named(question, scene, near) else None
    if _is_named(question, scene, near):
        return questions.answer(question, _spoken_to(whole)) if _asks(question, said, scene) else None
    return questions.answer(question, whole) if _asks(question, said, scene, SUBJECT) else None


def _asks(question: Question, said: Said, scene: Scene, terms: int = 0) -> bool:
    """Whether it is a question, of at least so many terms where nothing is talked about yet: "who is right?" says too
    little to be about the brief.
    """
    if not question.free:
        return True
    at_hand_already = scene.thread is not None or scene.talked_about is not None
    enough = at_hand_already or len(tokenisation.terms(said.whole)) >= terms
    return enough and _ASKS.search(said.whole) is not None


def _spoken_to(request: Request) -> Request:
    """The same request, answered also if the sources do not say."""
    return replace(request, event=replace(request.event, addressed=True))


def _is_named(question: Question, scene: Scene, near: list[Signal]) -> bool:
    """Whether the question names a signal, an actor or a number of the brief at hand."""
    return question.signal_id is not None or question.number in scene.numbers or _names(question.words, near)


def _names_one(words: str, scene: Scene, near: list[Signal]) -> bool:
    """Whether the words after a command do nothing but name a signal."""
    if number := _NUMBERED.fullmatch(words):
        return int(number[1]) in scene.numbers
    return SIGNAL_ID.search(words) is not None or any(fully(words, signal) for signal in near)


def _names(words: str, near: list[Signal]) -> bool:
    """Whether the words hold the name of an actor of one of these signals, or the id of any signal."""
    said = _padded(words)
    actors = (_padded(actor) for signal in near for actor in signal.actors)
    return SIGNAL_ID.search(words) is not None or any(actor.strip() and actor in said for actor in actors)


def _padded(words: str) -> str:
    """The folded words with one blank around each, so that a name is found as whole words only."""
    return f" {' '.join(_WORD.findall(fold(words)))} "
