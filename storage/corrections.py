"""Corrections: what sources took back of what channels were told, and where that was said.

told quote | a newer version of its article lacks it             → a quote that no longer stands
told signal | a later revision of it, by an article that corrects → a claim that is corrected
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.article import TextOrigin
from bot.model.brief import Brief, Correction
from bot.model.evidence import Evidence
from bot.model.finding import Stance
from bot.model.messages import Card
from bot.model.outgoing import Delivery, amendment_of
from bot.model.source import Publisher
from bot.model.told import ALERT, WATCH
from storage import outbox
from storage.engine import Database
from storage.rows import insert_of
from storage.schema import (
    articles,
    brief_items,
    briefs,
    corrections,
    deliveries,
    evidence,
    revisions,
    signal_aliases,
    signals,
    told,
    told_quotes,
)

_WHOLE = (TextOrigin.FEED, TextOrigin.PAGE)
_NEWER = articles.alias("newer")
LONGEST = 240
"""Characters of a quote that says what was corrected; where it is longer, the headline does."""


class SqlCorrections:
    """bot.model.told.Corrections over SQL; its methods raise StorageError, or a child, where the database fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, channel_id: int, since: datetime) -> tuple[Correction, ...]:
        """All that was taken back of what the channel was told since then, in the order in which it became known."""
        async with self._database.read() as connection:
            found = [*await _quotes(connection, channel_id, since), *await _claims(connection, channel_id, since)]
            if not found:
                return ()
            said = {
                row.cause: row
                for row in await connection.execute(select(corrections).where(corrections.c.channel_id == channel_id))
            }
            names = await _aliases(connection, {each.signal_id for each in found})
        marked = [_marked(each, said.get(each.cause), names) for each in found]
        return tuple(sorted(marked, key=lambda each: (each.at, each.cause)))

    async def tellings(self, channel_id: int, correction: Correction) -> tuple[Delivery, ...]:
        """The deliveries that told the channel what was taken back, each with its message as it stands now."""
        ids = (correction.signal_id, *correction.known_as)
        before = deliveries.c.created.in_(correction.told) if correction.told else deliveries.c.created < correction.at
        async with self._database.read() as connection:
            query = outbox.selected().where(deliveries.c.channel_id == channel_id, before)
            at_once = [deliveries.c.purpose.startswith(f"{kind}:s{id_}.") for kind in (ALERT, WATCH) for id_ in ids]
            dates = await connection.scalars(
                select(briefs.c.on)
                .join(brief_items)
                .where(briefs.c.channel_id == channel_id, brief_items.c.signal_id.in_(ids))
            )
            mornings = deliveries.c.purpose.in_([f"brief:{on.isoformat()}" for on in dates])
            told_it = [
                each
                for each in await outbox.read(connection, query.where(or_(mornings, *at_once)))
                if _tells(each, ids)
            ]
            return tuple([await _as_it_stands(connection, each) for each in told_it])

    async def amend(
        self, channel_id: int, group: Sequence[Correction], deliveries: Sequence[Delivery], now: datetime
    ) -> bool:
        """Keep that they were said where it had been told, with what says so; False: that was kept of one of them."""
        causes = [each.cause for each in group]
        there = and_(corrections.c.channel_id == channel_id, corrections.c.cause.in_(causes))
        async with self._database.write() as connection:
            if await connection.scalar(select(corrections.c.cause).where(there, corrections.c.amended.is_not(None))):
                return False
            for cause in causes:
                await _mark(connection, channel_id, cause, amended=now)
            for delivery in deliveries:
                await outbox.put(connection, delivery, now)
            return True

    async def newest(self) -> tuple[int, int]:
        """(number of the newest article, of the newest writing of signals)."""
        query = select(
            select(func.max(articles.c.id)).scalar_subquery(), select(func.max(signals.c.stored)).scalar_subquery()
        )
        async with self._database.read() as connection:
            article, writing = (await connection.execute(query)).one()
        return article or 0, writing or 0


async def opened_with(connection: AsyncConnection, channel_id: int, brief: Brief) -> None:
    """Keep that the brief opened with its corrections."""
    for each in brief.corrections:
        await _mark(connection, channel_id, each.cause, opened=brief.on)


async def _mark(connection: AsyncConnection, channel_id: int, cause: str, **values: Any) -> None:
    new = insert_of(corrections, connection.dialect).values(channel_id=channel_id, cause=cause, **values)
    await connection.execute(new.on_conflict_do_update(index_elements=corrections.primary_key, set_=values))


def _marked(found: Correction, row: Row[Any] | None, names: Mapping[int, tuple[int, ...]]) -> Correction:
    amended, opened = (row.amended is not None, row.opened is not None) if row else (False, False)
    return replace(found, amended=amended, opened=opened, known_as=names.get(found.signal_id, ()))


async def _aliases(connection: AsyncConnection, ids: Iterable[int]) -> Mapping[int, tuple[int, ...]]:
    found: dict[int, tuple[int, ...]] = {}
    query = select(signal_aliases).where(signal_aliases.c.survivor_id.in_(list(ids))).order_by(signal_aliases.c.id)
    for row in await connection.execute(query):
        found[row.survivor_id] = (*found.get(row.survivor_id, ()), row.id)
    return found


# --- quotes ----------------------------------------------------------------------------------------------------------


async def _quotes(connection: AsyncConnection, channel_id: int, since: datetime) -> list[Correction]:
    """Quotes told since then that the newest version of their article lacks.

    A newer version that is only a summary says nothing against quotes of a whole text.
    """
    rows = await _superseded(connection, channel_id, since)
    kept = select(articles.c.id, articles.c.text).where(articles.c.id.in_({each[-1].newer for each in rows.values()}))
    texts = {row.id: row.text for row in await connection.execute(kept)} if rows else {}
    gone = {quote: each for quote, each in rows.items() if quote.quote not in texts[each[-1].newer]}
    return [_quote(quote, each) for quote, each in gone.items()]


async def _superseded(connection: AsyncConnection, channel_id: int, since: datetime) -> dict[Evidence, list[Any]]:
    """Told quotes of articles with a newer version that is no poorer than their own, the newest version last."""
    query = (
        select(
            told_quotes.c.signal_id,
            told_quotes.c.at,
            told_quotes.c.evidence,
            signals.c.title,
            articles.c.publisher_key,
            articles.c.publisher_name,
            _NEWER.c.id.label("newer"),
            _NEWER.c.fetched,
        )
        .select_from(told_quotes.join(signals).join(articles))
        .join(_NEWER, (_NEWER.c.publisher_key == articles.c.publisher_key) & (_NEWER.c.link == articles.c.link))
        .where(
            told_quotes.c.channel_id == channel_id,
            told_quotes.c.at >= since,
            _NEWER.c.version > articles.c.version,
            _NEWER.c.text_from.in_(_WHOLE) | (_NEWER.c.text_from == articles.c.text_from),
        )
        .order_by(_NEWER.c.version, told_quotes.c.id)
    )
    found: dict[Evidence, list[Any]] = {}
    for row in await connection.execute(query):
        found.setdefault(row.evidence, []).append(row)
    return found


def _quote(quote: Evidence, rows: Sequence[Any]) -> Correction:
    row = rows[-1]
    return Correction(
        cause=f"a{quote.article_id}.{quote.start}.{quote.end}",
        signal_id=row.signal_id,
        title=row.title,
        publisher=Publisher(row.publisher_key, row.publisher_name),
        by=row.newer,
        at=row.fetched,
        words=quote.quote,
        evidence=quote,
        told=tuple(sorted({each.at for each in rows})),
    )


# --- claims ----------------------------------------------------------------------------------------------------------


async def _claims(connection: AsyncConnection, channel_id: int, since: datetime) -> list[Correction]:
    """Signals told since then that an article has corrected after that; what a merge brought in was its own affair."""
    first = and_(
        evidence.c.signal_id == told.c.signal_id,
        evidence.c.article_id == revisions.c.article_id,
        evidence.c.contrary.is_(False),
        evidence.c.position == 0,
    )
    query = (
        select(
            told.c.signal_id,
            revisions.c.at,
            revisions.c.article_id,
            signals.c.title,
            articles.c.title.label("headline"),
            articles.c.publisher_key,
            articles.c.publisher_name,
            evidence.c.quote,
        )
        .select_from(told.join(signals).join(revisions, revisions.c.signal_id == told.c.signal_id))
        .join(articles, articles.c.id == revisions.c.article_id)
        .outerjoin(evidence, first)
        .where(
            told.c.channel_id == channel_id,
            told.c.at >= since,
            revisions.c.stance == Stance.CORRECTS,
            revisions.c.brought_from.is_(None),
            revisions.c.at > told.c.at,
        )
    )
    found = {row.article_id: row for row in await connection.execute(query)}
    return [_claim(row) for row in found.values()]


def _claim(row: Any) -> Correction:
    publisher = Publisher(row.publisher_key, row.publisher_name)
    fits = row.quote is not None and len(row.quote) <= LONGEST
    said = row.quote if fits else row.headline
    return Correction(f"c{row.article_id}", row.signal_id, row.title, publisher, row.article_id, row.at, said)


# --- messages --------------------------------------------------------------------------------------------------------


def _tells(delivery: Delivery, ids: Sequence[int]) -> bool:
    return any(isinstance(block, Card) and block.signal_id in ids for block in delivery.message.blocks)


async def _as_it_stands(connection: AsyncConnection, delivery: Delivery) -> Delivery:
    """With the message of the last correction of it, if there was one."""
    if delivery.ref is None:
        return delivery
    edits = deliveries.c.purpose.endswith(amendment_of(delivery.purpose), autoescape=True)
    same = (deliveries.c.channel_id == delivery.channel_id, deliveries.c.replaces == delivery.ref, edits)
    found = await outbox.read(connection, outbox.selected().where(*same))
    return replace(delivery, message=found[-1].message) if found else delivery
