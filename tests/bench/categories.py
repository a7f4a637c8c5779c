"""Categories: macro-F1 of the first dimension the embedded analyst names, on labelled titles and texts (JSON lines)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import process_time

from bot.analysts.lexical import lexicon_hits, subjects
from bot.analysts.lexical.words import scan
from bot.text.segmentation import sentences
from tests.bench.halves import halves
from tests.make import article

NONE = "political"
"""What an article without any known word counts as: the commonest dimension of general news."""


def run(argument: Path) -> dict[str, object]:
    """F1 by dimension, their mean, and milliseconds an article; every line counts, relevant to a brief or not."""
    rows = [json.loads(line) for line in argument.read_text("utf-8").splitlines() if line]
    given = [
        article(n, row["text"], title=row["title"], sentences=sentences(row["text"])) for n, row in enumerate(rows)
    ]
    scan(given[0])  # reads the lists, once for all
    started = process_time()
    named: list[str] = []
    for each in given:
        cut = scan(each)
        found = subjects.dimensions(subjects.scores(cut, lexicon_hits.hits(cut)))
        named.append(found[0].value if found else NONE)
    spent = process_time() - started
    pairs = [(row["dimension"], each) for row, each in zip(rows, named, strict=True)]
    by_label = f1(pairs)
    return {
        "articles": len(rows),
        "macro_f1": _macro(by_label),
        "macro_f1_of_halves": [_macro(f1(half)) for half in halves(pairs, [row["title"] for row in rows])],
        "f1": {label: round(value, 4) for label, value in sorted(by_label.items())},
        "ms_an_article": round(1000 * spent / len(rows), 3),
    }


def _macro(by_label: Mapping[str, float]) -> float:
    return round(sum(by_label.values()) / max(1, len(by_label)), 4)


def f1(pairs: Sequence[tuple[str, str]]) -> dict[str, float]:
    """Of gold and named label, by gold label: 2·tp / (2·tp + fp + fn)."""
    right = Counter(gold for gold, named in pairs if gold == named)
    golds, names = Counter(gold for gold, _ in pairs), Counter(named for _, named in pairs)
    return {label: 2 * right[label] / (golds[label] + names[label]) for label in golds}
