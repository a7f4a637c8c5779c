"""Questions about a signal: make the request, with citations or by sentence numbers, and the answer from the reply.

Pure functions. A citation counts only if its text is that of the sentences it names; quotes are cut from the article.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.analysts.claude.checks import Support
from bot.analysts.claude.prompts import prompt
from bot.analysts.claude.reading import NAME
from bot.analysts.claude.requests import Piece, Replied, Request
from bot.analysts.claude.schemas import AnswerReply, parsed, schema
from bot.analysts.lexical.words import orders
from bot.briefing.views.strength_view import dossier_lines
from bot.model.article import Article
from bot.model.evidence import Evidence
from bot.model.question import Answer, AnswerPart, QuestionRecord
from bot.model.signal import Dossier

MOST_TOKENS = 2_000
EFFORT = "low"
SHOWN = 40_000  # characters of all articles together
EARLIER = 3  # earlier questions of the thread that are sent along
RECORD = 6_000  # characters of the signal's record
SILENT = "NOT IN SOURCES"
CONNECTING = 3  # an uncited piece of at most so many words only connects cited ones
_INFERS = re.compile(r"(?:It follows that|This suggests|That suggests|This would mean)\b")


@dataclass(frozen=True, slots=True)
class AnswerSources:
    """What Claude is shown: each article with the numbers of its sentences, and the signal's record."""

    articles: tuple[tuple[Article, tuple[int, ...]], ...]
    record: tuple[str, ...] = ()  # lines, shown after the articles

    def blocks(self, document: int) -> tuple[str, ...]:
        """The sentences of document number `document`, of which the record is the last; empty: there is none."""
        if document == len(self.articles):
            return self.record
        if not 0 <= document < len(self.articles):
            return ()
        article, numbers = self.articles[document]
        return tuple(map(article.sentence, numbers))


def answer_sources(dossier: Dossier) -> AnswerSources:
    """Every text once, the newest first, up to SHOWN characters, without sentences that give orders to a machine."""
    room, sources = SHOWN, []
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
            sources.append((article, tuple(numbers)))
    return AnswerSources(tuple(sources), _recorded(dossier))


def _recorded(dossier: Dossier) -> tuple[str, ...]:
    """The lines of the signal's record and of what is related to it, up to RECORD characters."""
    room, lines = RECORD, []
    for line in dossier_lines(dossier):
        room -= len(line)
        if room >= 0 and not orders(line):
            lines.append(line)
    return tuple(lines)


def _asked(question: str, history: Sequence[QuestionRecord]) -> dict[str, Any]:
    earlier = [{"question": each.question, "answer": each.answer[:400]} for each in history[-EARLIER:]]
    return {"question": question, "earlier": earlier}


def _json(asked: Mapping[str, Any]) -> str:
    return json.dumps(asked, ensure_ascii=False, separators=(",", ":"))


def request(question: str, sources: AnswerSources, history: Sequence[QuestionRecord], model: str) -> Request:
    """The request with citations: articles as documents whose blocks are their sentences."""
    titles = [f"{article.publisher.name}, {article.published.date().isoformat()}" for article, _ in sources.articles]
    documents: list[dict[str, Any]] = [
        {
            "type": "document",
            "title": title,
            "source": {
                "type": "content",
                "content": [{"type": "text", "text": text} for text in sources.blocks(number)],
            },
            "citations": {"enabled": True},
        }
        for number, title in enumerate((*titles, "The record of this signal"))
        if sources.blocks(number)
    ]
    # they are the same in the questions that follow: kept for five minutes, which begin anew with each question
    documents[-1]["cache_control"] = {"type": "ephemeral"}
    asked = {"type": "text", "text": _json(_asked(question, history))}
    return Request("answer", model, prompt("answer"), (*documents, asked), MOST_TOKENS, EFFORT)


def answer(said: Replied, sources: AnswerSources) -> Answer:
    """The answer in a reply with citations, as far as it has arrived."""
    if said.text.strip().startswith(SILENT):
        return Answer((), silent=True, final=said.whole, answered_by=NAME)
    parts: list[AnswerPart] = []
    joining = ""
    for piece in said.pieces:
        cites, record = _evidence(piece, sources)
        if cites or record:
            parts.append(_part(joining + piece.text, cites, record))
            joining = ""
        elif _INFERS.match(piece.text.strip()) and parts:
            parts += _inferred(piece.text, parts)
        else:
            joining = piece.text if len(piece.text.split()) <= CONNECTING else ""
    return Answer(tuple(parts), silent=not parts, final=said.whole, answered_by=NAME)


def _evidence(piece: Piece, sources: AnswerSources) -> tuple[tuple[Evidence, ...], tuple[str, ...]]:
    """(quotes, lines of the record) that a piece cites; a citation with another text than its sentences' is dropped."""
    found, lines = list[Evidence](), list[str]()
    for each in piece.citations:
        blocks = sources.blocks(each.document)
        if not 0 <= each.start < each.end <= len(blocks) or "".join(blocks[each.start : each.end]) != each.text:
            continue
        if each.document == len(sources.articles):
            lines += blocks[each.start : each.end]
        else:
            article, numbers = sources.articles[each.document]
            found += _cut(article, numbers[each.start : each.end])
    return tuple(dict.fromkeys(found)), tuple(dict.fromkeys(lines))


def _cut(article: Article, numbers: Sequence[int]) -> list[Evidence]:
    """One quote for each run of consecutive sentences."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    spans = [(article.sentences[run[0]][0], article.sentences[run[-1]][1]) for run in runs]
    return [Evidence(article.id, start, end, start, end, article.text[start:end]) for start, end in spans]


def _part(words: str, cites: tuple[Evidence, ...], record: tuple[str, ...]) -> AnswerPart:
    """The sentence with what it rests on; that alone where it brings in something of its own."""
    whole = AnswerPart("", cites, record=record)
    return replace(whole, text=Support(_rests_on([whole]), prompt=prompt("answer")).supported(" ".join(words.split())))


def _inferred(words: str, parts: Sequence[AnswerPart]) -> list[AnswerPart]:
    kept = Support(_rests_on(parts), prompt=prompt("answer")).supported(" ".join(words.split()))
    return [AnswerPart(kept, inference=True)] if kept else []


def _rests_on(parts: Sequence[AnswerPart]) -> str:
    return " ".join(words for part in parts for words in (*(cite.quote for cite in part.cites), *part.record))


# --- by sentence numbers, for models without citations ---------------------------------------------------------------


def request_numbered(
    question: str, sources: AnswerSources, history: Sequence[QuestionRecord], model: str, wrong: Sequence[str] = ()
) -> Request:
    """The request by sentence numbers, for models without citations; `wrong`: what was wrong with the last reply."""
    asked = _asked(question, history)
    asked["articles"] = [
        {
            "publisher": article.publisher.name,
            "sentences": [
                [at, article.sentence(number)] for at, (of, number) in enumerate(_all(sources)) if of is article
            ],
        }
        for article, _ in sources.articles
    ]
    first = len(_all(sources))
    asked["record"] = [[first + at, line] for at, line in enumerate(sources.record)]
    if wrong:
        asked["wrong"] = list(wrong)
    block = {"type": "text", "text": _json(asked)}
    return Request("answer", model, prompt("answer"), (block,), MOST_TOKENS, EFFORT, schema(AnswerReply))


def _all(sources: AnswerSources) -> list[tuple[Article, int]]:
    """(article, sentence number in it), indexed by the number Claude is shown."""
    return [(article, number) for article, numbers in sources.articles for number in numbers]


def numbered(text: str, sources: AnswerSources) -> Answer | str:
    """The answer in a reply by sentence numbers, or what is wrong with the reply."""
    reply = parsed(AnswerReply, text)
    if isinstance(reply, str):
        return reply
    places = _all(sources)
    strange = [n for part in reply.parts for n in part.sentences if not 0 <= n < len(places) + len(sources.record)]
    if strange:
        return f"sentences: there is none numbered {strange[0]}"
    parts: list[AnswerPart] = []
    for part in reply.parts:
        cites = tuple(c for n in part.sentences if n < len(places) for c in _cut(places[n][0], [places[n][1]]))
        record = tuple(sources.record[n - len(places)] for n in part.sentences if n >= len(places))
        if part.inference and parts:
            parts += _inferred(part.text, [AnswerPart("", cites, record=record)] if cites or record else parts)
        elif cites or record:
            parts.append(_part(part.text, cites, record))
    return Answer(tuple(parts), silent=reply.silent or not parts, answered_by=NAME)
