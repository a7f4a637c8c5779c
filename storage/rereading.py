"""Articles to be read again, page by page, and what becomes of it: readings, signals and how far it is, together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.article import Article
from bot.model.finding import Finding, Rejection
from bot.model.rereading import Page, Wanted
from bot.model.signal import Signal
from storage import memory
from storage.articles import texts
from storage.engine import Database
from storage.schema import articles, readings, signal_articles, signals
from storage.signals import keep_signals
from storage.whole import load

_IN_SIGNAL = exists().where(signal_articles.c.article_id == articles.c.id)
_REPLACED = (
    update(readings)
    .where(readings.c.article_id == bindparam("article"))
    .values(
        at=bindparam("now"), reason=bindparam("code"), words=bindparam("why"), finding=bindparam("found"),
        read_by=bindparam("reader"),
    )
)  # fmt: skip


class SqlRereading:
    """bot.model.rereading.Rereading over SQL; its methods raise StorageError, or a child, where the database fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def count(self, wanted: Wanted) -> int:
        """How many are wanted."""
        query = select(func.count()).select_from(articles.join(readings)).where(*_are(wanted))
        async with self._database.read() as connection:
            return await connection.scalar(query) or 0

    async def of_signals(self, wanted: Wanted, after: int, limit: int) -> Page | None:
        """The wanted articles of at most `limit` signals with ids after `after`; None: there is no such signal."""
        signal = signal_articles.c.signal_id
        members = signal_articles.join(articles).join(readings)
        ids = select(signal).select_from(members).where(signal > after, *_are(wanted)).distinct()
        async with self._database.read() as connection:
            found = list(await connection.scalars(ids.order_by(signal).limit(limit)))
            if not found:
                return None
            query = select(readings).select_from(members).where(signal.in_(found), *_are(wanted)).distinct()
            rows = (await connection.execute(query.order_by(readings.c.article_id))).all()
            return await _page(connection, rows, found[-1])

    async def alone(self, wanted: Wanted, after: int, limit: int) -> Page | None:
        """At most `limit` wanted articles that are in no signal, with ids after `after`; None: there is none."""
        where = (articles.c.id > after, ~_IN_SIGNAL, *_are(wanted))
        query = select(readings).join_from(articles, readings).where(*where).order_by(articles.c.id).limit(limit)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
            return await _page(connection, rows, rows[-1].article_id) if rows else None

    async def carrying(self, articles: Sequence[int]) -> tuple[Signal, ...]:
        """The signals that these articles are in, by id."""
        ids = select(signal_articles.c.signal_id).where(signal_articles.c.article_id.in_(articles))
        async with self._database.read() as connection:
            return await load(connection, select(signals).where(signals.c.id.in_(ids)).order_by(signals.c.id))

    async def save(
        self,
        said: Sequence[Finding | Rejection],
        signals: Sequence[Signal],
        remembered: Mapping[str, str],
        now: datetime,
    ) -> None:
        """Keep what is said of articles now, the signals, and the values by name: all or nothing.

        Of an article that is no longer there nothing is kept.
        """
        async with self._database.write() as connection:
            if said:
                await connection.execute(_REPLACED, [_values(each, now) for each in said])
            await keep_signals(connection, signals)
            for name, value in remembered.items():
                await memory.keep(connection, name, value)


def _are(wanted: Wanted) -> list[ColumnElement[bool]]:
    found = [articles.c.copy_of.is_(None), readings.c.read_by == wanted.read_by]
    return found if wanted.since is None else [*found, articles.c.published >= wanted.since]


async def _page(connection: AsyncConnection, rows: Sequence[Row[Any]], last: int) -> Page:
    found: dict[int, Article] = await texts(connection, [row.article_id for row in rows])
    return Page(tuple(found.values()), tuple(map(_reading, rows)), last)


def _reading(row: Row[Any]) -> Finding | Rejection:
    if row.finding is not None:
        finding: Finding = row.finding
        return finding
    return Rejection(row.article_id, row.reason, row.words, row.read_by)


def _values(said: Finding | Rejection, now: datetime) -> dict[str, object]:
    what: dict[str, object] = {"code": None, "why": None, "found": said}
    if isinstance(said, Rejection):
        what = {"code": said.reason, "why": said.words, "found": None}
    return {"article": said.article_id, "now": now, "reader": said.read_by, **what}
