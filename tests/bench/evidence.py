"""Evidence: how often the analyst's first quote, or one of its three, reports the article's event (JSON lines)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from time import process_time

from bot.analysts.lexical import lexicon, picks
from bot.analysts.lexical.words import scan
from bot.types import Article, Span
from tests.make import article


def run(argument: Path) -> dict[str, object]:
    """Shares of articles, and milliseconds an article; the sentences are the data's own, and there is no title."""
    rows = [json.loads(line) for line in argument.read_text("utf-8").splitlines() if line]
    given = [joined(number, row["sentences"]) for number, row in enumerate(rows)]
    words = lexicon.load()
    started = process_time()
    chosen: list[list[int]] = []
    for each in given:
        cut = scan(each)
        found = picks.choose(picks.sentences(cut, lexicon.hits(cut, words.english)))
        chosen.append([sentence.number for sentence in found])
    spent = process_time() - started
    gold = [set(row["event_sentences"]) for row in rows]
    first = sum(bool(numbers) and numbers[0] in right for numbers, right in zip(chosen, gold, strict=True))
    within = sum(bool(right & set(numbers)) for numbers, right in zip(chosen, gold, strict=True))
    return {
        "articles": len(rows),
        "first_right": round(first / len(rows), 4),
        "right_within_three": round(within / len(rows), 4),
        "first_sentence_alone": round(sum(0 in right for right in gold) / len(rows), 4),
        "ms_an_article": round(1000 * spent / len(rows), 3),
    }


def joined(id: int, sentences: Sequence[str]) -> Article:
    """An article of these sentences, without a title."""
    spans: list[Span] = []
    at = 0
    for sentence in sentences:
        spans.append((at, at + len(sentence)))
        at += len(sentence) + 1
    return article(id, " ".join(sentences), title="", sentences=tuple(spans))
