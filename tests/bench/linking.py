"""How well stories are told apart: B³ of joins as articles arrive and one consolidation after them."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.model.article import Article, DatedBy, TextOrigin
from bot.model.finding import ArticleKind, Finding, Part
from bot.model.signal import Signal
from bot.model.source import Publisher
from bot.signals import consolidation, joining, likeness, linking
from bot.text.proper_names import names
from tests.bench.halves import halves

UNDATED = datetime(2026, 3, 27, tzinfo=UTC)


def run(argument: Path) -> dict[str, object]:
    """B³ precision, recall and F1 (Bagga & Baldwin 1998) on a file of stories, or that it is absent; one core's time.

    `joined_f1` is before consolidation, articles per second are those of joining. Records without a date are undated
    articles, as they would be in a feed.
    """
    if not argument.is_file():
        return {"bench": "linking", "absent": str(argument)}
    records = [json.loads(line) for line in argument.read_text(encoding="utf-8").splitlines() if line.strip()]
    articles = [article_of(at, record) for at, record in enumerate(records)]
    findings = [finding_of(article) for article in articles]
    started = time.perf_counter()
    home, signals, index = stream(articles, findings)
    streamed = time.perf_counter()
    merged = dict(consolidation.consolidate(signals.values(), index))
    ended = time.perf_counter()
    gold = [record["story"] for record in records]
    precision, recall, f1 = b_cubed(gold, [merged.get(each, each) for each in home])
    return {
        "bench": "linking",
        "file": argument.name,
        "articles": len(records),
        "stories": len(set(gold)),
        "signals": len(signals) - len(merged),
        "precision": round(precision, 4),
        "recall": round(recall, 4),
        "f1": round(f1, 4),
        "joined_f1": round(b_cubed(gold, home)[2], 4),
        "f1_of_halves": [_alone(half) for half in halves(records, gold)],
        "seconds": round(ended - started, 2),
        "consolidation_seconds": round(ended - streamed, 2),
        "articles_per_second": round(len(records) / (streamed - started)),
    }


def _alone(kept: Sequence[dict[str, Any]]) -> float:
    """F1 on half of the stories as if there were no others."""
    articles = [article_of(at, record) for at, record in enumerate(kept)]
    home, signals, index = stream(articles, [finding_of(article) for article in articles])
    merged = dict(consolidation.consolidate(signals.values(), index))
    return round(b_cubed([record["story"] for record in kept], [merged.get(each, each) for each in home])[2], 4)


def stream(
    articles: Sequence[Article], findings: Sequence[Finding]
) -> tuple[list[int], dict[int, Signal], likeness.LiveIndex]:
    """Each article's signal, the signals by id, and their index, as the pipeline makes them."""
    index, signals, home = likeness.LiveIndex(), dict[int, Signal](), list[int]()
    for article, finding in zip(articles, findings, strict=True):
        relation = linking.decide(finding, article, index.candidates(finding, article))
        if relation.signal_id is None:
            signal = joining.open_signal(len(signals) + 1, article, finding, (), None, article.fetched)
        else:
            signal = joining.join(signals[relation.signal_id], article, finding, (), relation, article.fetched)
        signals[signal.id] = signal
        index.update(signal, article, finding)
        home.append(signal.id)
    return home, signals, index


def article_of(at: int, record: dict[str, Any]) -> Article:
    published = datetime.fromisoformat(record["published"]) if record["published"] else UNDATED
    name = record["publisher"] or f"publisher {at}"
    return Article(
        id=at,
        source_id=1,
        publisher=Publisher(name.casefold(), name),
        link=f"https://example.org/{at}",
        title=record["title"],
        text=record["text"] or record["title"],
        sentences=(),
        sha256="",
        published=published,
        dated_by=DatedBy.FEED if record["published"] else DatedBy.ARRIVAL,
        language="en",
        text_from=TextOrigin.FEED if record["text"] else TextOrigin.TITLE,
        text_note=None,
        weight=1.0,
        fetched=published,
    )


def finding_of(article: Article) -> Finding:
    return Finding(
        article_id=article.id,
        claim=article.title,
        dimensions=(),
        topics=(),
        places=(),
        actors=tuple(names(article.title))[:8],
        picks=(),
        reasoning=(),
        consequence=Part(1),
        substance=Part(1),
        kind=ArticleKind.NEWS,
        read_by="extractive",
    )


def b_cubed(gold: Sequence[object], found: Sequence[object]) -> tuple[float, float, float]:
    """Precision, recall and F1, each item weighing the same."""
    by_gold, by_found, by_both = Counter(gold), Counter(found), Counter(zip(gold, found, strict=True))
    precision = sum(count * count / by_found[pair[1]] for pair, count in by_both.items()) / max(1, len(gold))
    recall = sum(count * count / by_gold[pair[0]] for pair, count in by_both.items()) / max(1, len(gold))
    return precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0
