"""The shapes that programs rely on: editions, signals and questions as JSON objects."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from bot.model.brief import Account, Brief, Edition, Quiet, Unable
from bot.model.channel import Channel
from bot.model.evidence import Evidence
from bot.model.question import QuestionRecord
from bot.model.signal import Signal, SignalArticle

# --- for programs ----------------------------------------------------------------------------------------------------


def edition_json(edition: Edition) -> dict[str, Any]:
    """The edition in the shape programs rely on (version 1): see “What a program may rely on” in docs/operating.md."""
    outcome = {Brief: "brief", Quiet: "quiet", Unable: "unable"}[type(edition)]
    items = edition.items if isinstance(edition, Brief) else ()
    return {
        "version": 1,
        "outcome": outcome,
        "date": edition.on.isoformat(),
        "account": _account_json(edition.account),
        "signals": [signal_json(item.signal, number=item.number, delta=item.delta) for item in items],
    }


def _account_json(account: Account) -> dict[str, Any]:
    return {
        "articles": account.articles,
        "sources": account.sources,
        "publishers": account.publishers,
        "failed_sources": account.failed_sources,
        "muted": account.muted,
        "reason": account.reason,
        "nearest": [
            {"id": f"s{near.signal_id}", "title": near.title, "strength": near.strength, "lacked": near.lacked}
            for near in account.nearest
        ],
        "note": account.note,
    }


def signal_json(signal: Signal, *, number: int | None = None, delta: str | None = None) -> dict[str, Any]:
    """One signal in that shape; outside a brief it has no number and no delta (null)."""
    return {
        "id": f"s{signal.id}",
        "number": number,
        "title": signal.title,
        "strength": signal.strength.total,
        "parts": {name: part.points for name, part in signal.strength.parts()},
        "confidence": str(signal.confidence.level),
        "dimensions": [str(each) for each in signal.dimensions],
        "topics": list(signal.topics),
        "places": list(signal.places),
        "actors": list(signal.actors),
        "detected_on": signal.detected_on.isoformat(),
        "delta": delta,
        "analysis": signal.analysis,
        "composed_by": signal.composed_by,
        "change_mind": signal.change_mind,
        "contrary": [_quote_json(each) for each in signal.contrary],
        "revisions": [
            {"at": _stamp(each.at), "strength": each.strength.total, "why": each.why} for each in signal.revisions
        ],
        "articles": [_article_json(each) for each in signal.articles],
    }


def _article_json(article: SignalArticle) -> dict[str, Any]:
    return {
        "read_by": article.read_by,
        "title": article.title,
        "publisher": article.publisher.name,
        "link": article.link,
        "published": _stamp(article.published),
        "reasoning": "\n\n".join(article.reasoning),
        "quotes": [_quote_json(each) for each in article.evidence],
    }


def _quote_json(of: Evidence) -> dict[str, Any]:
    return {"text": of.quote, "anchor": of.anchor, "start": of.start, "end": of.end}


def question_json(record: QuestionRecord, channel: Channel | None) -> dict[str, Any]:
    """What was asked and answered; `channel` is where."""
    return {
        "at": _stamp(record.at),
        "platform": channel.platform if channel else None,
        "channel": channel.name if channel else None,
        "thread": record.thread or None,
        "asker": record.asker,
        "question": record.question,
        "signal": f"s{record.signal_id}" if record.signal_id is not None else None,
        "answer": record.answer,
        "quotes": [_quote_json(each) for each in record.cited],
    }


def _stamp(instant: datetime) -> str:
    return instant.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
