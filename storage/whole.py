"""A signal as rows, and rows as a whole signal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from sqlalchemy import Row, Select, Table, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.evidence import Evidence
from bot.model.label import CategoryKind
from bot.model.signal import Confidence, Revision, Signal, SignalArticle
from bot.model.source import Publisher
from storage.rows import Values
from storage.schema import articles, evidence, revisions, signal_articles, signals

_AT_ONCE = 1000
"""Signals whose parts are read in one statement."""

_PLAIN = (
    "id", "title", "analysis", "dimensions", "topics", "places", "actors", "strength", "state", "opened", "changed",
    "detected_on", "composed_by", "change_mind", "composed_upto",
)  # fmt: skip
_MEMBER = ("article_id", "joined", "stance", "reasoning", "consequence", "substance", "kind", "read_by")
_REVISION = ("number", "at", "why", "stance", "strength", "article_id", "brought_from")

# In the order of the tables' columns.
head_row = attrgetter(
    "id", "title", "analysis", "dimensions", "topics", "places", "actors", "strength", "confidence.level",
    "confidence.reason", "state", "opened", "changed", "detected_on", "composed_by", "change_mind", "composed_upto",
)  # fmt: skip
_member_rest = attrgetter(*_MEMBER[1:])
_quote_rest = attrgetter("start", "end", "anchor_start", "anchor_end", "quote")
_revision = attrgetter(*_REVISION)


def member_rows(signal: Signal) -> list[Values]:
    """Its articles as rows of `signal_articles`, in order."""
    id_ = signal.id
    return [(id_, member.article_id, at, *_member_rest(member)) for at, member in enumerate(signal.articles)]


def quote_rows(signal: Signal) -> list[Values]:
    """Its quotes as rows of `evidence`, those of its articles first, then the contrary ones."""
    id_ = signal.id
    held = [(False, member.evidence) for member in signal.articles] + [(True, signal.contrary)]
    return [
        (id_, contrary, quote.article_id, position, *_quote_rest(quote))
        for contrary, quotes in held
        for position, quote in enumerate(quotes)
    ]


def revision_rows(signal: Signal) -> list[Values]:
    """Its revisions as rows of `revisions`."""
    id_ = signal.id
    return [(id_, *_revision(revision)) for revision in signal.revisions]


def label_rows(signal: Signal) -> list[Values]:
    """All that a signal carries and could be muted by, as rows of `signal_labels`."""
    held = (
        (CategoryKind.DIMENSION, signal.dimensions),
        (CategoryKind.TOPIC, signal.topics),
        (CategoryKind.PLACE, signal.places),
        (CategoryKind.ACTOR, signal.actors),
    )
    id_ = signal.id
    found: list[Values] = [(id_, kind, value, value) for kind, values in held for value in values]
    return found + [(id_, CategoryKind.PUBLISHER, each.key, each.name) for each in signal.publishers]


def to_evidence(row: Row[Any]) -> Evidence:
    """The quote of a row of `evidence`."""
    return Evidence(row.article_id, row.start, row.end, row.anchor_start, row.anchor_end, row.quote)


async def load(connection: AsyncConnection, query: Select[Any]) -> tuple[Signal, ...]:
    """The signals of the rows of `query`, whole, in its order; four statements a thousand signals."""
    heads = (await connection.execute(query)).all()
    found: list[Signal] = []
    for start in range(0, len(heads), _AT_ONCE):
        found += await _whole(connection, heads[start : start + _AT_ONCE])
    return tuple(found)


async def in_order(connection: AsyncConnection, ids: Sequence[int]) -> tuple[Signal, ...]:
    """The signals with these ids, whole, in the order of the ids; one that does not exist is left out."""
    if not ids:
        return ()
    found = {signal.id: signal for signal in await load(connection, select(signals).where(signals.c.id.in_(ids)))}
    return tuple(found[each] for each in ids if each in found)


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
