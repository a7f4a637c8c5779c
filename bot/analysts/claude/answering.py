"""A question to a signal's articles: put with citations, or by sentence numbers, and the answer made of the reply.

Pure. A cited piece must be what its sentences say, joined, or it is no citation; what is shown is cut from the text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.analysts.claude.checks import Support
from bot.analysts.claude.prompts import prompt
from bot.analysts.claude.reading import NAME
from bot.analysts.claude.shapes import AnswerReply, parsed, schema
from bot.analysts.claude.wire import Piece, Request, Said
from bot.analysts.lexical.words import orders
from bot.types import Answer, AnswerPart, Article, Dossier, Evidence, QuestionRecord

MOST_TOKENS = 2_000
EFFORT = "low"
SHOWN = 40_000  # characters of all articles
EARLIER = 3  # questions of the thread
SILENT = "NOT IN SOURCES"
CONNECTING = 3  # words of an uncited piece that only joins what is cited
_INFERS = re.compile(r"(?:It follows that|This suggests|That suggests|This would mean)\b")


@dataclass(frozen=True, slots=True)
class Shelf:
    """The articles as they are shown: of each, the sentences in order."""

    articles: tuple[tuple[Article, tuple[int, ...]], ...]

    def sentence(self, document: int, block: int) -> str:
        article, numbers = self.articles[document]
        return article.sentence(numbers[block])


def shelf(dossier: Dossier) -> Shelf:
    """Every text once, the newest first, as far as there is room; sentences that speak to machines are left out."""
    room, held = SHOWN, []
    present = {article.id for article in dossier.texts}
    for article in sorted(dossier.texts, key=lambda each: each.published, reverse=True):
        if article.copy_of in present:
            continue
        numbers = []
        for number, (start, end) in enumerate(article.sentences):
            room -= end - start
            if room >= 0 and article.text[start:end].strip() and not orders(article.sentence(number)):
                numbers.append(number)
        if numbers:
            held.append((article, tuple(numbers)))
    return Shelf(tuple(held))


def _asked(question: str, history: Sequence[QuestionRecord]) -> dict[str, Any]:
    earlier = [{"question": each.question, "answer": each.answer[:400]} for each in history[-EARLIER:]]
    return {"question": question, "earlier": earlier}


def _json(asked: Mapping[str, Any]) -> str:
    return json.dumps(asked, ensure_ascii=False, separators=(",", ":"))


def request(question: str, held: Shelf, history: Sequence[QuestionRecord], model: str) -> Request:
    """With citations: the articles as documents whose blocks are their sentences."""
    documents = [
        {
            "type": "document",
            "title": f"{article.publisher.name}, {article.published.date().isoformat()}",
            "source": {
                "type": "content",
                "content": [{"type": "text", "text": article.sentence(number)} for number in numbers],
            },
            "citations": {"enabled": True},
        }
        for article, numbers in held.articles
    ]
    asked = {"type": "text", "text": _json(_asked(question, history))}
    return Request("answer", model, prompt("answer"), (*documents, asked), MOST_TOKENS, EFFORT)


def answer(said: Said, held: Shelf) -> Answer:
    """The answer in a reply with citations, as far as it has come."""
    if said.text.strip().startswith(SILENT):
        return Answer((), silent=True, final=said.whole, answered_by=NAME)
    parts: list[AnswerPart] = []
    joining = ""
    for piece in said.pieces:
        cites = _evidence(piece, held)
        if cites:
            parts.append(_part(joining + piece.text, cites))
            joining = ""
        elif _INFERS.match(piece.text.strip()) and parts:
            parts += _inferred(piece.text, [cite for part in parts for cite in part.cites])
        else:
            joining = piece.text if len(piece.text.split()) <= CONNECTING else ""
    return Answer(tuple(parts), silent=not parts, final=said.whole, answered_by=NAME)


def _evidence(piece: Piece, held: Shelf) -> tuple[Evidence, ...]:
    """The quotes of its citations, each cut from the text, where the citation says what its sentences say."""
    found = []
    for each in piece.citations:
        if not 0 <= each.document < len(held.articles):
            continue
        article, numbers = held.articles[each.document]
        if not 0 <= each.start < each.end <= len(numbers):
            continue
        if "".join(held.sentence(each.document, block) for block in range(each.start, each.end)) == each.text:
            found += _cut(article, numbers[each.start : each.end])
    return tuple(dict.fromkeys(found))


def _cut(article: Article, numbers: Sequence[int]) -> list[Evidence]:
    """A quote a run of neighbouring sentences."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    spans = [(article.sentences[run[0]][0], article.sentences[run[-1]][1]) for run in runs]
    return [Evidence(article.id, start, end, start, end, article.text[start:end]) for start, end in spans]


def _part(words: str, cites: tuple[Evidence, ...]) -> AnswerPart:
    """The sentence with its quotes; the quotes alone where it brings in something of its own."""
    support = Support(" ".join(each.quote for each in cites))
    return AnswerPart(support.kept(" ".join(words.split())), cites)


def _inferred(words: str, cites: Sequence[Evidence]) -> list[AnswerPart]:
    kept = Support(" ".join(each.quote for each in cites)).kept(" ".join(words.split()))
    return [AnswerPart(kept, inference=True)] if kept else []


# --- by numbers, where citations are not to be had -------------------------------------------------------------------


def request_numbered(
    question: str, held: Shelf, history: Sequence[QuestionRecord], model: str, wrong: Sequence[str] = ()
) -> Request:
    asked = _asked(question, history)
    asked["articles"] = [
        {
            "publisher": article.publisher.name,
            "sentences": [
                [at, article.sentence(number)] for at, (of, number) in enumerate(_all(held)) if of is article
            ],
        }
        for article, _ in held.articles
    ]
    if wrong:
        asked["wrong"] = list(wrong)
    block = {"type": "text", "text": _json(asked)}
    return Request("answer", model, prompt("answer"), (block,), MOST_TOKENS, EFFORT, schema(AnswerReply))


def _all(held: Shelf) -> list[tuple[Article, int]]:
    """(article, sentence) by the number it is shown under."""
    return [(article, number) for article, numbers in held.articles for number in numbers]


def numbered(text: str, held: Shelf) -> Answer | str:
    """The answer in a reply by numbers, or what is wrong with it."""
    reply = parsed(AnswerReply, text)
    if isinstance(reply, str):
        return reply
    places = _all(held)
    strange = [n for part in reply.parts for n in part.sentences if not 0 <= n < len(places)]
    if strange:
        return f"sentences: there is none numbered {strange[0]}"
    parts: list[AnswerPart] = []
    for part in reply.parts:
        cites = tuple(cite for n in part.sentences for cite in _cut(places[n][0], [places[n][1]]))
        if part.inference and parts:
            parts += _inferred(part.text, cites or [cite for each in parts for cite in each.cites])
        elif cites:
            parts.append(_part(part.text, cites))
    return Answer(tuple(parts), silent=reply.silent or not parts, answered_by=NAME)
