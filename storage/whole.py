"""A signal as rows, and rows as a whole signal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import Row, Select, Table, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.types import (
    CategoryKind,
    Confidence,
    Evidence,
    Label,
    Publisher,
    Revision,
    Signal,
    SignalArticle,
)
from storage.rows import Values
from storage.schema import articles, evidence, revisions, signal_articles

_AT_ONCE = 1000
"""Signals whose parts are read in one statement."""

_PLAIN = (
    "id", "title", "analysis", "dimensions", "topics", "places", "actors", "strength", "state", "opened", "changed",
    "detected_on", "composed_by", "change_mind", "composed_upto",
)  # fmt: skip
_MEMBER = ("article_id", "joined", "stance", "reasoning", "consequence", "substance", "kind", "read_by")
_QUOTE = tuple(field.name for field in fields(Evidence))
_REVISION = ("number", "at", "why", "stance", "strength", "article_id", "brought_from")


def signal_row(signal: Signal) -> Values:
    return {
        **{name: getattr(signal, name) for name in _PLAIN},
        "confidence": signal.confidence.level,
        "confidence_reason": signal.confidence.reason,
    }


def member_rows(signal: Signal) -> list[Values]:
    return [
        {"signal_id": signal.id, "position": position, **{name: getattr(member, name) for name in _MEMBER}}
        for position, member in enumerate(signal.articles)
    ]


def quote_rows(signal: Signal) -> list[Values]:
    own = [(False, position, e) for member in signal.articles for position, e in enumerate(member.evidence)]
    against = [(True, position, e) for position, e in enumerate(signal.contrary)]
    return [
        {
            "signal_id": signal.id,
            "contrary": contrary,
            "position": position,
            **{name: getattr(e, name) for name in _QUOTE},
        }
        for contrary, position, e in (*own, *against)
    ]


def revision_rows(signal: Signal) -> list[Values]:
    return [{"signal_id": signal.id, **{name: getattr(r, name) for name in _REVISION}} for r in signal.revisions]


def label_rows(signal: Signal) -> list[Values]:
    return [
        {"signal_id": signal.id, "kind": label.kind, "value": label.value, "name": label.name}
        for label in labels(signal)
    ]


def labels(signal: Signal) -> list[Label]:
    """All that a signal carries and could be muted by, each once."""
    fields_ = (
        (CategoryKind.DIMENSION, signal.dimensions),
        (CategoryKind.TOPIC, signal.topics),
        (CategoryKind.PLACE, signal.places),
        (CategoryKind.ACTOR, signal.actors),
    )
    found = [Label(kind, str(value), str(value)) for kind, values in fields_ for value in values]
    found += [Label(CategoryKind.PUBLISHER, publisher.key, publisher.name) for publisher in signal.publishers]
    return list({(label.kind, label.value): label for label in found}.values())


def to_evidence(row: Row[Any]) -> Evidence:
    return Evidence(row.article_id, row.start, row.end, row.anchor_start, row.anchor_end, row.quote)


async def load(connection: AsyncConnection, query: Select[Any]) -> tuple[Signal, ...]:
    """The signals of the rows of `query`, whole, in its order; four statements a thousand signals."""
    heads = (await connection.execute(query)).all()
    found: list[Signal] = []
    for start in range(0, len(heads), _AT_ONCE):
        found += await _whole(connection, heads[start : start + _AT_ONCE])
    return tuple(found)


async def _whole(connection: AsyncConnection, heads: Sequence[Row[Any]]) -> list[Signal]:
    ids = [head.id for head in heads]
    quotes = await _by_signal(connection, _QUOTES, ids)
    members = await _by_signal(connection, _MEMBERS, ids)
    changes = await _by_signal(connection, _CHANGES, ids)
    return [_signal(head, members[head.id], quotes[head.id], changes[head.id]) for head in heads]


def _parts(table: Table, order: Any) -> Select[Any]:
    query = select(table)
    if table is signal_articles:
        a = articles.c
        shown = (a.title, a.publisher_key, a.publisher_name, a.link, a.published, a.language, a.text_from)
        query = select(table, *shown, a.text_note, a.copy_of).join_from(table, articles)
    return query.where(table.c.signal_id.in_(bindparam("ids", expanding=True))).order_by(table.c.signal_id, order)


_QUOTES = _parts(evidence, evidence.c.position)
_MEMBERS = _parts(signal_articles, signal_articles.c.position)
_CHANGES = _parts(revisions, revisions.c.number)
"""Built once: building a statement costs as much as running it."""


async def _by_signal(connection: AsyncConnection, query: Select[Any], ids: list[int]) -> dict[int, list[Row[Any]]]:
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in await connection.execute(query, {"ids": ids}):
        found[row.signal_id].append(row)
    return found


def _signal(head: Row[Any], members: list[Row[Any]], quotes: list[Row[Any]], changes: list[Row[Any]]) -> Signal:
    own: dict[int, list[Evidence]] = defaultdict(list)
    for row in quotes:
        if not row.contrary:
            own[row.article_id].append(to_evidence(row))
    return Signal(
        **{name: getattr(head, name) for name in _PLAIN},
        confidence=Confidence(head.confidence, head.confidence_reason),
        articles=tuple(_member(row, tuple(own[row.article_id])) for row in members),
        revisions=tuple(Revision(row.signal_id, **{name: getattr(row, name) for name in _REVISION}) for row in changes),
        contrary=tuple(to_evidence(row) for row in quotes if row.contrary),
    )


def _member(row: Row[Any], quotes: tuple[Evidence, ...]) -> SignalArticle:
    return SignalArticle(
        **{name: getattr(row, name) for name in _MEMBER},
        title=row.title,
        publisher=Publisher(row.publisher_key, row.publisher_name),
        link=row.link,
        published=row.published,
        evidence=quotes,
        language=row.language,
        text_from=row.text_from,
        text_note=row.text_note,
        copy_of=row.copy_of,
    )
