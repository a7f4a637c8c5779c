"""The archive as it is read from outside: pages of signals by what they are filed under, and counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    FromClause,
    Select,
    Table,
    bindparam,
    exists,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.archive import ArchiveQuery, Counts, Stamp
from bot.model.label import CategoryKind, Label
from bot.model.signal import Signal
from storage import search
from storage.answer_times import answer_times
from storage.columns import parsed
from storage.engine import Database
from storage.schema import (
    articles,
    calls,
    deliveries,
    events,
    labels,
    questions,
    revisions,
    runs,
    signal_aliases,
    signal_labels,
    signals,
    sources,
    told,
)
from storage.whole import in_order, load

_MOST_FOUND = 2000
"""Signals that a search is cut at; nobody turns a hundred pages."""

_COMMON = 2000
"""Signals that make a label a common one."""
_PARTS = ("consequence", "evidence", "novelty", "corroboration")
_NEWEST = (signals.c.changed.desc(), signals.c.id.desc())


class SqlArchive:
    """bot.model.archive.Archive over SQL; its methods raise StorageError, or a child, where the database fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, query: ArchiveQuery, limit: int, offset: int = 0) -> tuple[Signal, ...]:
        """At most `limit` signals behind the first `offset`."""
        async with self._database.read() as connection:
            if query.words.strip():
                return await _search(connection, query, limit, offset)
            where = await _conditions(connection, query)
            return await load(connection, select(signals).where(*where).order_by(*_NEWEST).limit(limit).offset(offset))

    async def by_age(self, label: Label | None, limit: int, offset: int = 0) -> tuple[Signal, ...]:
        """At most `limit` signals behind the first `offset`, the earliest opened first; found in an index alone."""
        chosen = select(signals.c.id).order_by(signals.c.id) if label is None else _carriers(label)
        async with self._database.read() as connection:
            ids = list(await connection.scalars(chosen.limit(limit).offset(offset)))
            return await in_order(connection, ids)

    async def count(self, label: Label | None) -> int:
        """How many there are."""
        async with self._database.read() as connection:
            if label is None:
                return await _count(connection, signals)
            return await _count(connection, signal_labels, *_is(label))

    async def some(self, ids: Sequence[int]) -> tuple[Signal, ...]:
        """Those of the ids that exist, in their order."""
        async with self._database.read() as connection:
            return await in_order(connection, ids)

    async def carriers(self, labels: Sequence[Label], limit: int) -> Mapping[Label, tuple[int, ...]]:
        """By each of the labels the latest opened signals that carry it, found in an index alone."""
        found: dict[Label, list[int]] = {label: [] for label in labels}
        if labels:
            asked = {f"{name}{at}": getattr(each, name) for at, each in enumerate(labels) for name in ("kind", "value")}
            async with self._database.read() as connection:
                for at, id_ in await connection.execute(_latest(len(labels)), {"most": limit, **asked}):
                    found[labels[at]].append(id_)
        return {label: tuple(sorted(ids, reverse=True)) for label, ids in found.items()}

    async def labels(self, kind: CategoryKind) -> tuple[Label, ...]:
        """All labels of the kind, by name; one that was carried once is passed over."""
        carried = exists().where(signal_labels.c.kind == kind, signal_labels.c.value == labels.c.value)
        async with self._database.read() as connection:
            rows = await connection.execute(select(labels).where(labels.c.kind == kind, carried))
            found = [Label(row.kind, row.value, row.name) for row in rows]
        return tuple(sorted(found, key=lambda label: (label.name.casefold(), label.value)))

    async def label(self, kind: CategoryKind, value: str) -> Label | None:
        """The label with that value; None: no signal carries it."""
        same = _is(Label(kind, value, value))
        async with self._database.read() as connection:
            name = await connection.scalar(select(signal_labels.c.name).where(*same).limit(1))
        return None if name is None else Label(kind, value, name)

    async def told_on(self, on: date) -> tuple[Signal, ...]:
        """The signals told on that date."""
        ids = select(told.c.signal_id).where(told.c.on == on)
        async with self._database.read() as connection:
            found = await load(connection, select(signals).where(signals.c.id.in_(ids)).order_by(*_NEWEST))
        return tuple(sorted(found, key=lambda signal: -signal.strength.total))

    async def told_dates(self) -> tuple[date, ...]:
        """The dates on which anything was told, newest first."""
        async with self._database.read() as connection:
            return tuple(await connection.scalars(select(told.c.on).distinct().order_by(told.c.on.desc())))

    async def filed(self) -> Mapping[Label, tuple[int, ...]]:
        """By label the ids of its signals."""
        columns = (signal_labels.c.kind, signal_labels.c.value, signal_labels.c.name, signal_labels.c.signal_id)
        found: dict[tuple[CategoryKind, str], tuple[str, list[int]]] = {}
        async with self._database.read() as connection:
            for kind, value, name, id_ in await connection.execute(select(*columns).order_by(columns[3])):
                found.setdefault((kind, value), (name, []))[1].append(id_)
        return {Label(kind, value, name): tuple(ids) for (kind, value), (name, ids) in found.items()}

    async def told(self) -> Mapping[date, tuple[int, ...]]:
        """By date the ids of what was told."""
        found: dict[date, list[int]] = {}
        query = select(told.c.on, told.c.signal_id).distinct().order_by(told.c.on, told.c.signal_id)
        async with self._database.read() as connection:
            for on, id_ in await connection.execute(query):
                found.setdefault(on, []).append(id_)
        return {on: tuple(ids) for on, ids in found.items()}

    async def stamps(self) -> tuple[Stamp, ...]:
        """One of every signal, by id."""
        newest = select(func.max(revisions.c.number)).where(revisions.c.signal_id == signals.c.id).scalar_subquery()
        columns = (signals.c.id, signals.c.changed, newest, signals.c.composed_upto)
        async with self._database.read() as connection:
            rows = await connection.execute(select(*columns).order_by(signals.c.id))
            return tuple(Stamp(id_, changed, number or 0, upto or 0) for id_, changed, number, upto in rows)

    async def aliases(self) -> Mapping[int, int]:
        """By absorbed id the survivor's."""
        async with self._database.read() as connection:
            rows = await connection.execute(select(signal_aliases.c.id, signal_aliases.c.survivor_id))
            return {row.id: row.survivor_id for row in rows}

    async def counts(self) -> Counts:
        """How much is stored, a number a table or a state."""
        async with self._database.read() as connection:
            return Counts(
                articles=await _count(connection, articles),
                articles_waiting=await _count(connection, articles, articles.c.analysed.is_(None)),
                questions=await _count(connection, questions),
                events_open=await _count(connection, events, events.c.done.is_(False)),
                looks=await _count(connection, runs),
                sources=await _by_state(connection, sources),
                signals=await _by_state(connection, signals),
                deliveries=await _by_state(connection, deliveries),
                cost_usd=await connection.scalar(select(func.sum(calls.c.usd))) or 0.0,
                answers=await answer_times(connection),
            )


async def _search(connection: AsyncConnection, query: ArchiveQuery, limit: int, offset: int) -> tuple[Signal, ...]:
    ranked = await search.find(connection, query.words, _MOST_FOUND)
    chosen = select(signals.c.id).where(signals.c.id.in_(ranked), *await _conditions(connection, query))
    kept = set(await connection.scalars(chosen))
    ids = [each for each in ranked if each in kept][offset : offset + limit]
    return await in_order(connection, ids)


async def _conditions(connection: AsyncConnection, query: ArchiveQuery) -> list[ColumnElement[bool]]:
    found = [await _carries(connection, label) for label in query.labels]
    if query.at_least > 1:
        found.append(_points() >= query.at_least)
    if query.since:
        found.append(signals.c.detected_on >= query.since)
    if query.until:
        found.append(signals.c.detected_on <= query.until)
    return found


async def _carries(connection: AsyncConnection, label: Label) -> ColumnElement[bool]:
    """That a signal carries the label: asked of each signal in turn where most carry it, otherwise of a list of them.

    In an archive of 100,000 signals that all carry it, a label's page takes 20 milliseconds instead of 800
    (`python -m tests.bench web`).
    """
    some = _carriers(label).limit(_COMMON).subquery()
    if await _count(connection, some) < _COMMON:
        return signals.c.id.in_(_carriers(label))
    return exists().where(signal_labels.c.signal_id == signals.c.id, *_is(label))


def _carriers(label: Label) -> Select[tuple[int]]:
    return select(signal_labels.c.signal_id).where(*_is(label)).order_by(signal_labels.c.signal_id)


@lru_cache(maxsize=64)
def _latest(count: int) -> CompoundSelect[int, int]:
    """Of so many labels the latest carriers, in one statement, each with its label's place.

    Seven labels take 1.0 milliseconds of a signal's page so, and 2.2 with a statement each, in an archive of 100,000
    signals (`python -m tests.bench web` times the whole page).
    """
    c = signal_labels.c
    parts = []
    for at in range(count):
        same = (c.kind == bindparam(f"kind{at}"), c.value == bindparam(f"value{at}"))
        latest = select(c.signal_id).where(*same).order_by(c.signal_id.desc()).limit(bindparam("most")).subquery()
        parts.append(select(literal(at), latest.c.signal_id))
    return union_all(*parts)


def _is(label: Label) -> tuple[ColumnElement[bool], ...]:
    return signal_labels.c.kind == label.kind, signal_labels.c.value == label.value


def _points() -> ColumnElement[int]:
    """The sum of the parts of strength; that of none is 0, which no condition asks for."""
    parts = parsed(signals.c.strength)
    consequence, evidence, novelty, corroboration = (parts[name]["points"].as_integer() for name in _PARTS)
    total: ColumnElement[int] = consequence + evidence + novelty + corroboration
    return total


async def _count(connection: AsyncConnection, table: FromClause, *where: ColumnElement[bool]) -> int:
    return await connection.scalar(select(func.count()).select_from(table).where(*where)) or 0


async def _by_state(connection: AsyncConnection, table: Table) -> dict[str, int]:
    state: Any = table.c.state
    rows = await connection.execute(select(state, func.count()).group_by(state))
    return {str(name): number for name, number in rows}
