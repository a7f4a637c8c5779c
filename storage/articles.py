"""Articles: immutable texts in their versions, and whether they were analysed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Update, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.types import (
    Article,
    ArticleDraft,
    EntryKeys,
    EntryState,
    Finding,
    PassedOver,
    Publisher,
    Reading,
    Rejection,
    StoredEntry,
    Unread,
)
from storage import entries
from storage.engine import Database
from storage.schema import articles, readings

_ATTEMPTS = 3
"""How often the analyst may fail on an article before it is left out."""

_AT_ONCE = 500


class SqlArticles:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def known(self, source_id: int, keys: Sequence[EntryKeys]) -> tuple[tuple[StoredEntry, EntryKeys], ...]:
        async with self._database.read() as connection:
            return await entries.known(connection, source_id, keys)

    async def waiting(self, limit: int) -> tuple[StoredEntry, ...]:
        async with self._database.read() as connection:
            return await entries.waiting(connection, limit)

    async def save(self, entry_id: int, draft: ArticleDraft, now: datetime) -> Article:
        """An article without a link is known again by its publisher, title and text."""
        async with self._database.write() as connection:
            versions = await _versions(connection, draft)
            row = next((row for row in reversed(versions) if row.sha256 == draft.sha256), None)
            if row is None:
                row = await _insert(connection, draft, versions[-1] if versions else None, now)
            await entries.settle(connection, entry_id, EntryState.READ, row.id)
            return article(row)

    async def skip(self, entry_id: int) -> None:
        async with self._database.write() as connection:
            await entries.settle(connection, entry_id, EntryState.PASSED, None)

    async def unread(self, limit: int) -> tuple[Article, ...]:
        query = (
            select(articles)
            .where(articles.c.analysed.is_(None), articles.c.attempts < _ATTEMPTS)
            .order_by(articles.c.published, articles.c.id)
            .limit(limit)
        )
        async with self._database.read() as connection:
            return tuple(map(article, await connection.execute(query)))

    async def get(self, ids: Sequence[int]) -> Mapping[int, Article]:
        async with self._database.read() as connection:
            return await texts(connection, ids)

    async def since(self, at: datetime) -> tuple[Article, ...]:
        query = (
            select(articles)
            .where(articles.c.fetched >= at, articles.c.analysed.is_not(None))
            .order_by(articles.c.fetched, articles.c.id)
        )
        async with self._database.read() as connection:
            return tuple(map(article, await connection.execute(query)))

    async def passed_over(self, since: datetime) -> tuple[PassedOver, ...]:
        """Without their texts."""
        unread = readings.c.article_id.is_(None) & articles.c.copy_of.is_(None)
        query = (
            select(
                articles.c.title,
                articles.c.publisher_name.label("publisher"),
                articles.c.link,
                articles.c.published,
                readings.c.reason,
                readings.c.words,
                articles.c.trouble,
            )
            .join_from(articles, readings, isouter=True)
            .where(articles.c.fetched >= since, readings.c.reason.is_not(None) | unread)
            .order_by(articles.c.published.desc(), articles.c.id.desc())
        )
        async with self._database.read() as connection:
            return tuple(PassedOver(**row._mapping) for row in await connection.execute(query))


async def texts(connection: AsyncConnection, ids: Sequence[int]) -> dict[int, Article]:
    """Whole articles by id, in the order asked for."""
    wanted = list(dict.fromkeys(ids))
    found: dict[int, Article] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        query = select(articles).where(articles.c.id.in_(wanted[start : start + _AT_ONCE]))
        found.update({row.id: article(row) for row in await connection.execute(query)})
    return {id_: found[id_] for id_ in wanted if id_ in found}


async def keep_readings(
    connection: AsyncConnection, given: Sequence[Reading], copies: Sequence[tuple[int, int]], now: datetime
) -> None:
    """Mark what was read as analysed and keep what was said; what was not counts one failure more."""
    said = {reading.article_id: reading for reading in given if not isinstance(reading, Unread)}
    failed = [reading for reading in given if isinstance(reading, Unread)]
    if said:
        ids = list(said)
        await connection.execute(readings.delete().where(readings.c.article_id.in_(ids)))
        await connection.execute(insert(readings), [_reading(reading, now) for reading in said.values()])
        await connection.execute(update(articles).where(articles.c.id.in_(ids)).values(analysed=now))
    if copies:
        of = {"copy_of": bindparam("original"), "analysed": now}
        await connection.execute(_one().values(**of), [{"article": copy, "original": o} for copy, o in copies])
    if failed:
        again = {"attempts": articles.c.attempts + 1, "trouble": bindparam("why")}
        await connection.execute(_one().values(**again), [{"article": f.article_id, "why": f.why} for f in failed])


def _reading(reading: Finding | Rejection, now: datetime) -> dict[str, Any]:
    values = {"article_id": reading.article_id, "read_by": reading.read_by, "at": now}
    if isinstance(reading, Rejection):
        return {**values, "reason": reading.reason, "words": reading.words, "finding": None}
    return {**values, "reason": None, "words": None, "finding": reading}


def _one() -> Update:
    return update(articles).where(articles.c.id == bindparam("article"))


async def _versions(connection: AsyncConnection, draft: ArticleDraft) -> Sequence[Row[Any]]:
    """The versions there are of what the draft is of, oldest first; without a link: the very same text."""
    same: tuple[ColumnElement[bool], ...] = (articles.c.link == draft.link,)
    if draft.link is None:
        same = (articles.c.link.is_(None), articles.c.sha256 == draft.sha256, articles.c.title == draft.title)
    query = select(articles).where(articles.c.publisher_key == draft.publisher.key, *same)
    return (await connection.execute(query.order_by(articles.c.version, articles.c.id))).all()


async def _insert(
    connection: AsyncConnection, draft: ArticleDraft, earlier: Row[Any] | None, now: datetime
) -> Row[Any]:
    plain = (
        "source_id", "link", "title", "text", "sentences", "sha256", "published", "dated_by", "language", "text_from",
        "text_note", "weight",
    )  # fmt: skip
    values = {
        **{name: getattr(draft, name) for name in plain},
        "publisher_key": draft.publisher.key,
        "publisher_name": draft.publisher.name,
        "fetched": now,
        "attempts": 0,
        "version": earlier.version + 1 if earlier else 1,
        "replaces": earlier.id if earlier else None,
    }
    return (await connection.execute(insert(articles).values(**values).returning(*articles.c))).one()


def article(row: Row[Any]) -> Article:
    return Article(
        id=row.id,
        source_id=row.source_id,
        publisher=Publisher(row.publisher_key, row.publisher_name),
        link=row.link,
        title=row.title,
        text=row.text,
        sentences=row.sentences,
        sha256=row.sha256,
        published=row.published,
        dated_by=row.dated_by,
        language=row.language,
        text_from=row.text_from,
        text_note=row.text_note,
        weight=row.weight,
        fetched=row.fetched,
        version=row.version,
        replaces=row.replaces,
        copy_of=row.copy_of,
    )
