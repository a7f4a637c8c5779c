"""How much that is unrelated is drawn into stories: labelled stories mixed with headlines of other days and matters."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.signals import consolidation
from tests.bench.halves import halves
from tests.bench.linking import article_of, b_cubed, finding_of, stream

SEED = 20260327
UNRELATED = 2_000
BESIDE = (
    ("huffpost", "categories/huffpost.jsonl"),
    ("ag", "categories/ag.jsonl"),
    ("headlines", "linking/headlines.jsonl"),
)


def run(argument: Path) -> dict[str, object]:
    """By where the headlines are from (titles alone, undated, in one shuffled stream with the stories): the share of
    them that end in a signal with an article of a story, how many signals the others make, and the stories' B³ F1.

    A headline of another set may truly be of a story's own subject, and two of one set truly of one story.
    """
    stories = _records(argument / "linking/ecb-short.jsonl")
    return {name: _measured(stories, _records(argument / path)) for name, path in BESIDE if (argument / path).is_file()}


def _records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line]


def _measured(stories: Sequence[dict[str, Any]], others: Sequence[dict[str, Any]]) -> dict[str, object]:
    rng = random.Random(SEED)
    bare = {"text": "", "published": None, "story": None}
    beside = [
        {"title": record["title"], "publisher": f"publisher {at % 60}", **bare}
        for at, record in enumerate(rng.sample(others, UNRELATED))
    ]
    records = [*stories, *beside]
    rng.shuffle(records)
    articles = [article_of(at, record) for at, record in enumerate(records)]
    home, signals, index = stream(articles, [finding_of(article) for article in articles])
    merged = dict(consolidation.consolidate(signals.values(), index))
    found = [merged.get(each, each) for each in home]
    told = {each for each, record in zip(found, records, strict=True) if record["story"]}
    strange = [each for each, record in zip(found, records, strict=True) if not record["story"]]
    by_half = halves(strange, [record["title"] for record in records if not record["story"]])
    pairs = [(record["story"], each) for each, record in zip(found, records, strict=True) if record["story"]]
    return {
        "unrelated": len(strange),
        "drawn_in": round(sum(each in told for each in strange) / len(strange), 4),
        "drawn_in_of_halves": [round(sum(each in told for each in half) / len(half), 4) for half in by_half],
        "signals_of_the_others": len(set(strange) - told),
        "f1": round(b_cubed([story for story, _ in pairs], [each for _, each in pairs])[2], 4),
    }
