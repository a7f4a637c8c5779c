"""Evidence: how often the analyst's first quote, or one of its three, reports the article's event (JSON lines)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from time import process_time

from bot.analysts.lexical import lexicon_hits, picks, salience
from bot.analysts.lexical.words import scan
from bot.model.article import Article
from bot.model.evidence import Span
from tests.bench.halves import halves
from tests.make import article


def run(argument: Path) -> dict[str, object]:
    """Shares of articles, and milliseconds an article; the sentences are the data's own, and there is no title.

    `salience` learned its weights on the first half of the topics; which features to have, and how the third sentence
    is chosen, was compared on both.
    """
    rows = [json.loads(line) for line in argument.read_text("utf-8").splitlines() if line]
    given = [joined(number, row["sentences"]) for number, row in enumerate(rows)]
    scan(given[0])  # reads the lists, once for all
    started = process_time()
    chosen: list[list[int]] = []
    for each in given:
        cut = scan(each)
        found = picks.choose(salience.sentences(cut, lexicon_hits.hits(cut)))
        chosen.append([sentence.number for sentence in found])
    spent = process_time() - started
    gold = [set(row["event_sentences"]) for row in rows]
    learned, held_out = halves(list(zip(chosen, gold, strict=True)), [row["story"] for row in rows])
    return {
        "articles": len(rows),
        **_right([*learned, *held_out]),
        "learned_on": _right(learned),
        "held_out": _right(held_out),
        "first_sentence_alone": round(sum(0 in right for right in gold) / len(rows), 4),
        "ms_an_article": round(1000 * spent / len(rows), 3),
    }


def _right(chosen: Sequence[tuple[list[int], set[int]]]) -> dict[str, float]:
    """Shares of articles whose first choice, or one of the first three, reports the event."""
    first = sum(bool(numbers) and numbers[0] in right for numbers, right in chosen)
    within = sum(bool(right & set(numbers[:3])) for numbers, right in chosen)
    return {
        "first_right": round(first / max(1, len(chosen)), 4),
        "right_within_three": round(within / max(1, len(chosen)), 4),
    }


def joined(id: int, sentences: Sequence[str]) -> Article:
    """An article of these sentences, without a title."""
    spans: list[Span] = []
    at = 0
    for sentence in sentences:
        spans.append((at, at + len(sentence)))
        at += len(sentence) + 1
    return article(id, " ".join(sentences), title="", sentences=tuple(spans))
