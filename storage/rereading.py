"""Articles to be read again, page by page, and what becomes of it: readings, signals and how far it is, together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.article import Article
from bot.model.finding import Finding, Reading, Rejection, Unread
from bot.model.rereading import Change, Page, Wanted
from bot.model.signal import Signal
from storage import memory
from storage.articles import ATTEMPTS, reading_row, texts
from storage.engine import Database
from storage.rows import write
from storage.schema import articles, readings, signal_articles, signals
from storage.signals import keep_signals
from storage.whole import load

_SAID = (readings.c.reason, readings.c.words, readings.c.read_by, readings.c.finding)
_IN_SIGNAL = exists().where(signal_articles.c.article_id == articles.c.id)


class SqlRereading:
    """bot.model.rereading.Rereading over SQL; its methods raise StorageError, or a child, where the database fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def count(self, wanted: Wanted) -> int:
        """How many are wanted."""
        query = select(func.count()).select_from(articles.outerjoin(readings)).where(*_are(wanted))
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
            query = select(readings.c.article_id, *_SAID).select_from(members).where(signal.in_(found), *_are(wanted))
            rows = (await connection.execute(query.distinct().order_by(readings.c.article_id))).all()
            return await _page(connection, rows, found[-1])

    async def alone(self, wanted: Wanted, after: int, limit: int) -> Page | None:
        """At most `limit` wanted articles that are in no signal, with ids after `after`; None: there is none."""
        where = (articles.c.id > after, ~_IN_SIGNAL, *_are(wanted))
        columns = (articles.c.id.label("article_id"), articles.c.trouble, *_SAID)
        query = select(*columns).join_from(articles, readings, isouter=True).where(*where)
        async with self._database.read() as connection:
            rows = (await connection.execute(query.order_by(articles.c.id).limit(limit))).all()
            return await _page(connection, rows, rows[-1].article_id) if rows else None

    async def carrying(self, articles: Sequence[int]) -> tuple[Signal, ...]:
        """The signals that these articles are in, by id."""
        ids = select(signal_articles.c.signal_id).where(signal_articles.c.article_id.in_(articles))
        async with self._database.read() as connection:
            return await load(connection, select(signals).where(signals.c.id.in_(ids)).order_by(signals.c.id))

    async def save(self, change: Change, now: datetime) -> None:
        """Keep what is said of articles now, the signals, and the values by name, and hand articles back: all or
        nothing. Of an article that is no longer there nothing is kept.
        """
        async with self._database.write() as connection:
            said = {each.article_id: each for each in change.said}
            query = select(articles.c.id).where(articles.c.id.in_(list(said)))
            there = list(await connection.scalars(query)) if said else []
            await write(connection, readings, [reading_row(said[each], now) for each in there])
            read = update(articles).where(articles.c.id.in_(there), articles.c.analysed.is_(None))
            await connection.execute(read.values(analysed=now))
            await _hand_back(connection, change.handed)
            await keep_signals(connection, change.signals)
            for name, value in change.remembered.items():
                await memory.keep(connection, name, value)


async def _hand_back(connection: AsyncConnection, ids: Sequence[int]) -> None:
    """Let the articles be as those that nobody has read yet."""
    await connection.execute(delete(readings).where(readings.c.article_id.in_(ids)))
    unread = {"analysed": None, "attempts": 0, "trouble": None}
    await connection.execute(update(articles).where(articles.c.id.in_(ids)).values(**unread))


def _are(wanted: Wanted) -> list[ColumnElement[bool]]:
    """They were read by that analyst, or given up."""
    given_up = readings.c.article_id.is_(None) & articles.c.analysed.is_(None) & (articles.c.attempts >= ATTEMPTS)
    found: list[ColumnElement[bool]] = [articles.c.copy_of.is_(None), (readings.c.read_by == wanted.read_by) | given_up]
    return found if wanted.since is None else [*found, articles.c.published >= wanted.since]


async def _page(connection: AsyncConnection, rows: Sequence[Any], last: int) -> Page:
    found: dict[int, Article] = await texts(connection, [row.article_id for row in rows])
    return Page(tuple(found.values()), tuple(map(_reading, rows)), last)


def _reading(row: Any) -> Reading:
    if row.finding is not None:
        finding: Finding = row.finding
        return finding
    if row.reason is None:
        return Unread(row.article_id, row.trouble or "")
    return Rejection(row.article_id, row.reason, row.words, row.read_by)
