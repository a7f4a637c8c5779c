"""Briefs: what each channel was told on each date, and the quotes it was told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messages import Delivery, Message
from bot.types import (
    Brief,
    BriefItem,
    Channel,
    DeliveryState,
    Edition,
    Evidence,
    Publisher,
    Quiet,
    Signal,
    StoredBrief,
    TextOrigin,
    Told,
    ToldQuote,
)
from storage import outbox
from storage.engine import Database
from storage.merge import standing
from storage.rows import insert_one
from storage.schema import articles, brief_items, briefs, signals, told, told_quotes

_WHOLE = (TextOrigin.FEED, TextOrigin.PAGE)


class SqlBriefs:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, channel_id: int, on: date) -> StoredBrief | None:
        async with self._database.read() as connection:
            return await _first(connection, briefs.c.channel_id == channel_id, briefs.c.on == on)

    async def last(self, channel_id: int) -> StoredBrief | None:
        async with self._database.read() as connection:
            return await _first(connection, briefs.c.channel_id == channel_id)

    async def record(
        self, channel: Channel, edition: Edition, messages: Sequence[Message], now: datetime
    ) -> StoredBrief | None:
        """The deliveries' purpose is "brief:<date>", their parts count from 1. A told quote that stands in one of the
        edition's corrections is withdrawn with it."""
        async with self._database.write() as connection:
            there = (briefs.c.channel_id == channel.id, briefs.c.on == edition.on)
            if await connection.scalar(select(briefs.c.id).where(*there)) is not None:
                return None
            brief_id = await _insert(connection, channel.id, edition, now)
            if isinstance(edition, Brief):
                await _correct(connection, channel.id, edition)
                await _tell(connection, channel.id, brief_id, edition, now)
            for part, message in enumerate(messages, 1):
                await outbox.put(connection, _delivery(channel, edition.on, part, message), now)
            return await _first(connection, *there)

    async def again(self, channel_id: int, on: date) -> tuple[Message, ...]:
        async with self._database.read() as connection:
            return tuple(d.message for d in await outbox.under(connection, channel_id, purpose(on)))

    async def told(self, channel_id: int) -> Mapping[int, Told]:
        query = select(told).where(told.c.channel_id == channel_id).order_by(told.c.at)
        async with self._database.read() as connection:
            rows = await connection.execute(query)
            return {
                row.signal_id: Told(row.signal_id, row.on, row.at, row.revision, row.strength, row.publishers)
                for row in rows
            }

    async def withdrawn(self, channel_id: int, since: datetime) -> tuple[ToldQuote, ...]:
        """A newer version that is only a summary says nothing against quotes of a whole text."""
        async with self._database.read() as connection:
            rows = await _superseded(connection, channel_id, since)
            kept = select(articles.c.id, articles.c.text).where(articles.c.id.in_({row.newer for row in rows}))
            texts = {row.id: row.text for row in await connection.execute(kept)}
        missing = {row.evidence: row for row in rows if row.evidence.quote not in texts[row.newer]}
        return tuple(_told_quote(evidence, row) for evidence, row in missing.items())


def purpose(on: date) -> str:
    return f"brief:{on.isoformat()}"


async def _insert(connection: AsyncConnection, channel_id: int, edition: Edition, now: datetime) -> int:
    outcome = "brief" if isinstance(edition, Brief) else "quiet" if isinstance(edition, Quiet) else "unable"
    corrections = edition.corrections if isinstance(edition, Brief) else ()
    values = {"channel_id": channel_id, "on": edition.on, "outcome": outcome, "account": edition.account}
    return await insert_one(connection, briefs, {**values, "corrections": corrections, "decided": now})


async def _tell(connection: AsyncConnection, channel_id: int, brief_id: int, brief: Brief, now: datetime) -> None:
    if not brief.items:
        return
    lines = [
        {"brief_id": brief_id, "number": item.number, "signal_id": item.signal.id, "delta": item.delta}
        for item in brief.items
    ]
    await connection.execute(insert(brief_items), lines)
    ids = {item.signal.id: await standing(connection, item.signal.id) for item in brief.items}
    rows = {ids[item.signal.id]: _told_row(item, now) for item in brief.items}
    told_now = [{"channel_id": channel_id, "on": brief.on, "signal_id": id_, **row} for id_, row in rows.items()]
    await connection.execute(insert(told), told_now)
    quotes = [(ids[item.signal.id], quote) for item in brief.items for quote in _quotes(item.signal)]
    if quotes:
        await connection.execute(insert(told_quotes), [_quote_row(brief_id, n, *q) for n, q in enumerate(quotes, 1)])


def _told_row(item: BriefItem, now: datetime) -> dict[str, Any]:
    return {
        "at": now,
        "revision": max((revision.number for revision in item.signal.revisions), default=0),
        "strength": item.signal.strength.total,
        "publishers": len(item.signal.publishers),
    }


def _quotes(signal: Signal) -> tuple[Evidence, ...]:
    return (*(quote for member in signal.articles for quote in member.evidence), *signal.contrary)


def _quote_row(brief_id: int, number: int, signal_id: int, quote: Evidence) -> dict[str, Any]:
    return {
        "brief_id": brief_id,
        "number": number,
        "signal_id": signal_id,
        "article_id": quote.article_id,
        "evidence": quote,
    }


async def _correct(connection: AsyncConnection, channel_id: int, brief: Brief) -> None:
    if not brief.corrections:
        return
    query = (
        select(told_quotes)
        .join_from(told_quotes, briefs)
        .where(briefs.c.channel_id == channel_id, told_quotes.c.corrected.is_(None))
    )
    for row in (await connection.execute(query)).all():
        if any(row.evidence.quote in correction for correction in brief.corrections):
            same = (told_quotes.c.brief_id == row.brief_id, told_quotes.c.number == row.number)
            await connection.execute(update(told_quotes).where(*same).values(corrected=brief.on))


async def _superseded(connection: AsyncConnection, channel_id: int, since: datetime) -> list[Row[Any]]:
    """Told quotes of articles with a newer version, each with the newest (`newer`) that is no poorer than its own."""
    newer = articles.alias("newer")
    query = (
        select(
            told_quotes.c.signal_id,
            told_quotes.c.evidence,
            signals.c.title,
            articles.c.publisher_key,
            articles.c.publisher_name,
            articles.c.link,
            newer.c.id.label("newer"),
        )
        .select_from(told_quotes.join(briefs).join(signals).join(articles))
        .join(newer, (newer.c.publisher_key == articles.c.publisher_key) & (newer.c.link == articles.c.link))
        .where(
            briefs.c.channel_id == channel_id,
            briefs.c.decided >= since,
            told_quotes.c.corrected.is_(None),
            newer.c.version > articles.c.version,
            newer.c.text_from.in_(_WHOLE) | (newer.c.text_from == articles.c.text_from),
        )
        .order_by(told_quotes.c.brief_id, told_quotes.c.number, newer.c.version)
    )
    newest: dict[Evidence, Any] = {row.evidence: row for row in await connection.execute(query)}
    return list(newest.values())


def _told_quote(evidence: Evidence, row: Row[Any]) -> ToldQuote:
    publisher = Publisher(row.publisher_key, row.publisher_name)
    return ToldQuote(evidence, row.signal_id, row.title, publisher, row.link)


def _delivery(channel: Channel, on: date, part: int, message: Message) -> Delivery:
    return Delivery(
        id=uuid4().hex,
        channel_id=channel.id,
        platform=channel.platform,
        address=channel.address,
        purpose=purpose(on),
        part=part,
        message=message,
        state=DeliveryState.PENDING,
    )


async def _first(connection: AsyncConnection, *where: Any) -> StoredBrief | None:
    """The latest."""
    row = (await connection.execute(select(briefs).where(*where).order_by(briefs.c.on.desc()).limit(1))).first()
    if row is None:
        return None
    items = select(brief_items).where(brief_items.c.brief_id == row.id).order_by(brief_items.c.number)
    numbers = tuple((item.number, item.signal_id) for item in await connection.execute(items))
    return StoredBrief(row.channel_id, row.on, row.outcome, row.account, row.decided, numbers)
