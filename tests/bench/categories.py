"""Categories: macro-F1 of the first dimension the embedded analyst names, on labelled titles and texts (JSON lines)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from time import process_time

from bot.analysts.lexical import lexicon, subjects
from bot.analysts.lexical.words import scan
from bot.text import sentences
from tests.make import article

NONE = "political"
"""What an article without any known word counts as: the commonest dimension of general news."""


def run(argument: Path) -> dict[str, object]:
    """F1 by dimension, their mean, and milliseconds an article; every line counts, relevant to a brief or not."""
    rows = [json.loads(line) for line in argument.read_text("utf-8").splitlines() if line]
    given = [
        article(n, row["text"], title=row["title"], sentences=sentences(row["text"])) for n, row in enumerate(rows)
    ]
    words = lexicon.load()
    started = process_time()
    named: list[str] = []
    for each in given:
        cut = scan(each)
        found = subjects.dimensions(subjects.scores(cut, lexicon.hits(cut, words.english)))
        named.append(found[0].value if found else NONE)
    spent = process_time() - started
    by_label = f1([row["dimension"] for row in rows], named)
    return {
        "articles": len(rows),
        "macro_f1": round(sum(by_label.values()) / len(by_label), 4),
        "f1": {label: round(value, 4) for label, value in sorted(by_label.items())},
        "ms_an_article": round(1000 * spent / len(rows), 3),
    }


def f1(gold: Sequence[str], named: Sequence[str]) -> dict[str, float]:
    """By gold label: 2·tp / (2·tp + fp + fn)."""
    right = Counter(g for g, n in zip(gold, named, strict=True) if g == n)
    golds, names = Counter(gold), Counter(named)
    return {label: 2 * right[label] / (golds[label] + names[label]) for label in golds}
