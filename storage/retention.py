"""Retention: old rows that nothing cites are dropped, a few in a transaction, beside everything else that is done.

    signals  | closed, old, nobody was told of it, asked about it or judged it → gone with its labels and index row
    articles | old, read, in no signal, never told or cited, the original or earlier version of none → gone
    entries  | old, and so is their article → only what they are recognised by is left, and later nothing
    runs     | old → gone

Candidates are looked up by a reader and looked at again in the transaction that drops them. The room they leave in the
file is used again by what comes: it stops growing, and no other page has to be moved, as a vacuum would.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Table,
    Text,
    and_,
    bindparam,
    delete,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
    true,
    tuple_,
    type_coerce,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.feed import Entry, EntryState
from bot.model.label import CategoryKind
from bot.model.retention import Cursor, Spared, Step
from bot.model.signal import SignalState
from storage import search
from storage.articles import ATTEMPTS
from storage.columns import Instant
from storage.engine import Database
from storage.schema import (
    articles,
    briefs,
    deliveries,
    entries,
    evidence,
    labels,
    mutes,
    questions,
    readings,
    revisions,
    runs,
    signal_aliases,
    signal_articles,
    signal_labels,
    signals,
    told,
    told_quotes,
    verdicts,
)

_PAGE = 50
"""Rows dropped in one transaction, so that nothing that waits to be written waits long."""
_SCANNED = 200
"""Rows that are looked at in one step where most of them stay."""
_EVERY = true()
_EVER = datetime.min.replace(tzinfo=UTC)
_TITLE = 200  # characters of a title by which an edited entry is recognised
_NEAREST = re.compile(r'"signal_id":(\d+)')
_MENTIONED = re.compile(r"\bs(\d{1,9})\b")


class SqlRetention:
    """bot.model.retention.Retention over SQL; its methods raise StorageError, or a child, where the database fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def spared(self) -> Spared:
        """What questions, their answers, mutes, replies and quiet briefs name; it is read a page at a time."""
        named: set[int] = set()
        cited: set[int] = set()
        async for row in self._pages(questions.c.id, questions.c.signal_id, questions.c.cited):
            named.update([row.signal_id] if row.signal_id else [])
            cited.update(each.article_id for each in row.cited)
        async for row in self._pages(briefs.c.id, type_coerce(briefs.c.account, Text)):
            named.update(map(int, _NEAREST.findall(row.account)))
        replies = deliveries.c.purpose.startswith("reply:", autoescape=True)
        async for row in self._pages(deliveries.c.seq, type_coerce(deliveries.c.message, Text), where=replies):
            named.update(map(int, _MENTIONED.findall(row.message)))
        async for row in self._pages(mutes.c.id, mutes.c.value, where=mutes.c.kind == CategoryKind.SIGNAL):
            named.add(int(row.value))
        return Spared(await self._standing(named), frozenset(cited))

    async def drop_signals(self, before: datetime, spared: Spared, after: Cursor | None) -> Step:
        """Drop some signals that closed without news since `before` and that nobody ever heard of."""
        found, last = await self._candidates(signals, signals.c.changed, before, after, _unheard())
        ids = [id_ for id_ in found if id_ not in spared.signals]
        if not ids:
            return Step(0, last)
        async with self._database.write() as connection:
            ids = await _still(connection, signals, ids, _unheard())
            ids = await _without_cited(connection, ids, spared.articles)
            await _drop_signals(connection, ids)
        return Step(len(ids), last)

    async def drop_articles(self, before: datetime, spared: Spared, after: Cursor | None) -> Step:
        """Drop some articles fetched before then that no signal cites, with their readings."""
        found, last = await self._candidates(articles, articles.c.fetched, before, after, _uncited())
        ids = [id_ for id_ in found if id_ not in spared.articles]
        if not ids:
            return Step(0, last)
        async with self._database.write() as connection:
            ids = await _still(connection, articles, ids, _uncited())
            await _forget_entries(connection, entries.c.article_id.in_(ids))
            await connection.execute(delete(readings).where(readings.c.article_id.in_(ids)))
            await connection.execute(delete(articles).where(articles.c.id.in_(ids)))
        return Step(len(ids), last)

    async def drop_entries(self, before: datetime, unlisted: datetime, after: Cursor | None) -> Step:
        """Leave of some entries that were first seen, and read last, before then only what they are recognised by.

        What was left of a dated one is dropped where no feed was noted to list it since `unlisted`: should it come
        back, its date is older than what is read. What is undated stays for good.
        """
        page = await self._entries(after)
        whole = [row.id for row in page if row.state in _ENDED and max(row.first_seen, row.fetched or _EVER) < before]
        left = [row for row in page if row.state is EntryState.FORGOTTEN]
        keys = [row.id for row in left if row.published and row.first_seen < unlisted]
        async with self._database.write() as connection:
            await _forget_entries(connection, entries.c.id.in_(whole))
            await connection.execute(delete(entries).where(entries.c.id.in_(keys)))
        young = not left and all(row.first_seen >= before for row in page)  # as are those behind it: ids rise with time
        ended = len(page) < _SCANNED or young
        return Step(len(whole) + len(keys), None if ended else (page[-1].first_seen, page[-1].id))

    async def drop_runs(self, before: datetime, after: Cursor | None) -> Step:  # noqa: ARG002 - a walk's step
        """Drop some reports of cycles that ended before then; never the last one."""
        last = select(func.max(runs.c.id)).scalar_subquery()
        some = select(runs.c.id).where(runs.c.finished < before, runs.c.id < last).limit(_SCANNED)
        async with self._database.write() as connection:
            gone = (await connection.execute(delete(runs).where(runs.c.id.in_(some)))).rowcount
        return Step(gone, (before, 0) if gone == _SCANNED else None)

    async def _candidates(
        self, table: Table, at: Any, before: datetime, after: Cursor | None, which: ColumnElement[bool]
    ) -> tuple[list[int], Cursor | None]:
        """(ids of some rows that may be dropped, where to go on), in the order of the instant `at`."""
        query = select(table.c.id, at.label("at")).where(at < before, which).order_by(at, table.c.id).limit(_PAGE)
        if after is not None:
            query = query.where(tuple_(at, table.c.id) > tuple_(literal(after[0], Instant), after[1]))
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        return [row.id for row in rows], (rows[-1].at, rows[-1].id) if len(rows) == _PAGE else None

    async def _entries(self, after: Cursor | None) -> Sequence[Any]:
        query = (
            select(entries.c.id, entries.c.state, entries.c.first_seen, entries.c.published, articles.c.fetched)
            .outerjoin_from(entries, articles)
            .where(entries.c.id > (after[1] if after else 0))
            .order_by(entries.c.id)
            .limit(_SCANNED)
        )
        async with self._database.read() as connection:
            return (await connection.execute(query)).all()

    async def _pages(self, key: Any, *columns: Any, where: ColumnElement[bool] = _EVERY) -> AsyncIterator[Row[Any]]:
        """Rows in the order of their key; nothing is held open between two pages."""
        last = 0
        while True:
            query = select(key.label("key"), *columns).where(key > last, where).order_by(key).limit(_SCANNED)
            async with self._database.read() as connection:
                rows = (await connection.execute(query)).all()
            for row in rows:
                yield row
            if len(rows) < _SCANNED:
                return
            last = rows[-1].key

    async def _standing(self, ids: set[int]) -> frozenset[int]:
        """The ids, and those of the signals that they were merged into."""
        async with self._database.read() as connection:
            merged = {row.id: row.survivor_id for row in await connection.execute(select(signal_aliases))}
        return frozenset(ids) | {merged[id_] for id_ in ids if id_ in merged}


# --- what may go ---------------------------------------------------------------------------------------------------

_ENDED = (EntryState.READ, EntryState.PASSED)


def _unheard() -> ColumnElement[bool]:
    """A closed signal that no channel was told of and no reader judged."""
    heard = (told, told_quotes, verdicts)
    return and_(
        signals.c.state == SignalState.CLOSED, *(not_(exists().where(t.c.signal_id == signals.c.id)) for t in heard)
    )


def _uncited() -> ColumnElement[bool]:
    """An article that was read, or given up, and that nothing points at.

    A newer version of one that was told stays: it may be what takes a told quote back.
    """
    other, shown = articles.alias(), articles.alias()
    at = articles.c.id
    cited = [exists().where(table.c.article_id == at) for table in (signal_articles, evidence, revisions, told_quotes)]
    cited += [exists().where(column == at) for column in (other.c.replaces, other.c.copy_of)]
    same = (shown.c.publisher_key == articles.c.publisher_key, shown.c.link == articles.c.link)
    newer = exists().where(*same, shown.c.version < articles.c.version, told_quotes.c.article_id == shown.c.id)
    done = or_(articles.c.analysed.is_not(None), articles.c.attempts >= ATTEMPTS)
    return and_(done, *map(not_, (*cited, newer)))


async def _still(
    connection: AsyncConnection, table: Table, ids: Sequence[int], which: ColumnElement[bool]
) -> list[int]:
    """Those of which it still holds."""
    return list(await connection.scalars(select(table.c.id).where(table.c.id.in_(ids), which)))


async def _without_cited(connection: AsyncConnection, ids: list[int], cited: frozenset[int]) -> list[int]:
    """The signals without those that have one of the articles."""
    members = select(signal_articles.c.signal_id, signal_articles.c.article_id)
    rows = await connection.execute(members.where(signal_articles.c.signal_id.in_(ids)))
    kept = {row.signal_id for row in rows if row.article_id in cited}
    return [id_ for id_ in ids if id_ not in kept]


# --- dropping ------------------------------------------------------------------------------------------------------


async def _drop_signals(connection: AsyncConnection, ids: Sequence[int]) -> None:
    carried = select(signal_labels.c.kind, signal_labels.c.value).where(signal_labels.c.signal_id.in_(ids)).distinct()
    pairs = [tuple(row) for row in await connection.execute(carried)]
    for table in (signal_labels, evidence, revisions, signal_articles):
        await connection.execute(delete(table).where(table.c.signal_id.in_(ids)))
    await connection.execute(delete(signal_aliases).where(signal_aliases.c.survivor_id.in_(ids)))
    await connection.execute(delete(signals).where(signals.c.id.in_(ids)))
    await search.forget(connection, ids)
    same = (signal_labels.c.kind == labels.c.kind, signal_labels.c.value == labels.c.value)
    unused = (tuple_(labels.c.kind, labels.c.value).in_(pairs), not_(exists().where(*same)))
    await connection.execute(delete(labels).where(*unused))


async def _forget_entries(connection: AsyncConnection, which: ColumnElement[bool]) -> None:
    """Leave of them what they are recognised by; one that waits to be read again only loses its article."""
    rows = (await connection.execute(select(entries.c.id, entries.c.entry, entries.c.state).where(which))).all()
    if ended := [{"of": row.id, "bare": _keys_of(row.entry)} for row in rows if row.state in _ENDED]:
        left = {"state": EntryState.FORGOTTEN, "entry": bindparam("bare")}
        await connection.execute(update(entries).where(entries.c.id == bindparam("of")).values(**left), ended)
    without = update(entries).where(entries.c.id.in_([row.id for row in rows]))
    await connection.execute(without.values(article_id=None))


def _keys_of(entry: Entry) -> Entry:
    bare = Entry(entry.title[:_TITLE])
    return replace(bare, published=entry.published, updated=entry.updated)
