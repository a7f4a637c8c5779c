"""Briefs: what each channel was told on each date, and the quotes it was told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, delete, distinct, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.article import TextOrigin
from bot.model.brief import Brief, Edition, Quiet, StoredBrief, Told, ToldQuote
from bot.model.channel import Channel
from bot.model.evidence import Evidence
from bot.model.messages import Message
from bot.model.outgoing import addressed
from bot.model.signal import Signal
from bot.model.source import Publisher
from storage import nouns, outbox
from storage.engine import Database
from storage.merge import standing
from storage.rows import insert_one
from storage.schema import articles, brief_items, briefs, channels, deliveries, signals, told, told_quotes

_WHOLE = (TextOrigin.FEED, TextOrigin.PAGE)
_NEWER = articles.alias("newer")


def _newest(*where: ColumnElement[bool]) -> Select[Any]:
    """The latest brief of those, a row for each of its items."""
    latest = select(briefs.c.id).where(*where).order_by(briefs.c.on.desc()).limit(1).correlate(None).scalar_subquery()
    return (
        select(briefs, brief_items.c.number, brief_items.c.signal_id)
        .outerjoin(brief_items)
        .where(briefs.c.id == latest)
        .order_by(brief_items.c.number)
    )


_OF_CHANNEL = briefs.c.channel_id == bindparam("of")
LAST = _newest(_OF_CHANNEL)
OF_DATE = _newest(_OF_CHANNEL, briefs.c.on == bindparam("date"))


class SqlBriefs:
    """bot.model.stores.Briefs over SQL; its methods raise StorageError, or a child, where the database fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, channel_id: int, on: date) -> StoredBrief | None:
        """What the channel was told on that date; None: nothing is on record."""
        async with self._database.read() as connection:
            rows = await connection.execute(OF_DATE, {"of": channel_id, "date": on})
            return nouns.brief(rows.all())

    async def last(self, channel_id: int, *, before: date | None = None, but: str | None = None) -> StoredBrief | None:
        """The channel's newest edition, of a date before `before` and of an outcome other than `but`; None: there is
        none.
        """
        if not before and not but:
            async with self._database.read() as connection:
                return nouns.brief((await connection.execute(LAST, {"of": channel_id})).all())
        where = [briefs.c.on < before] if before else []
        where += [briefs.c.outcome != but] if but else []
        async with self._database.read() as connection:
            return await _first(connection, briefs.c.channel_id == channel_id, *where)

    async def dates(self, since: date) -> Mapping[int, tuple[date, ...]]:
        """By active channel's id the dates on record since then, newest first, and the newest before where there are
        none.

        A channel at a time by its index, so that the archive's length does not matter.
        """
        newest = (
            select(func.max(briefs.c.on))
            .where(briefs.c.channel_id == channels.c.id)
            .correlate(channels)
            .scalar_subquery()
        )
        query = (
            select(briefs.c.channel_id, briefs.c.on)
            .join_from(channels, briefs)
            .where(channels.c.active, (briefs.c.on >= since) | (briefs.c.on == newest))
            .order_by(briefs.c.on.desc())
        )
        found: dict[int, list[date]] = {}
        async with self._database.read() as connection:
            for channel_id, on in await connection.execute(query):
                found.setdefault(channel_id, []).append(on)
        return {channel_id: tuple(dates) for channel_id, dates in found.items()}

    async def record(
        self, channel: Channel, edition: Edition, messages: Sequence[Message], now: datetime
    ) -> StoredBrief | None:
        """The edition as kept, with what it tells and its messages in the outbox; None: the channel had one of that
        date.

        The deliveries' purpose is "brief:<date>", their parts count from 1. A told quote that stands in one of the
        edition's corrections is withdrawn with it.
        """
        async with self._database.write() as connection:
            there = (briefs.c.channel_id == channel.id, briefs.c.on == edition.on)
            if await connection.scalar(select(briefs.c.id).where(*there)) is not None:
                return None
            brief_id = await _insert(connection, channel.id, edition, now)
            if isinstance(edition, Brief):
                await _correct(connection, channel.id, edition)
                await _tell(connection, channel.id, brief_id, edition, now)
            for part, message in enumerate(messages, 1):
                await outbox.put(connection, addressed(channel, purpose(edition.on), part, message), now)
            return await _first(connection, *there)

    async def alert(
        self, channel: Channel, signal: Signal, on: date, messages: Sequence[Message], now: datetime
    ) -> bool:
        """Whether the channel is told of the signal now; False: it was already, at this revision.

        The deliveries' purpose is "alert:s42.7", of the signal and its revision.
        """
        purpose = f"alert:s{signal.id}.{_revision(signal)}"
        async with self._database.write() as connection:
            if await outbox.under(connection, channel.id, purpose):
                return False
            signal_id = await standing(connection, signal.id)
            row = {"channel_id": channel.id, "signal_id": signal_id, "on": on}
            same = [told.c[name] == value for name, value in row.items()]
            values = _told_row(signal, now)
            if not (await connection.execute(update(told).where(*same).values(**values))).rowcount:
                await connection.execute(insert(told).values(**row, **values))
            await _keep_quotes(connection, channel.id, [(signal_id, signal)], now)
            for part, message in enumerate(messages, 1):
                await outbox.put(connection, addressed(channel, purpose, part, message), now)
            return True

    async def alerted(self, channel_id: int, since: datetime) -> int:
        """How many signals the channel was alerted of since then."""
        alerts = (deliveries.c.purpose.startswith("alert:", autoescape=True), deliveries.c.created >= since)
        query = select(func.count(distinct(deliveries.c.purpose))).where(deliveries.c.channel_id == channel_id, *alerts)
        async with self._database.read() as connection:
            return await connection.scalar(query) or 0

    async def again(self, channel_id: int, on: date) -> tuple[Message, ...]:
        """The messages of the brief of that date, in order; none where there is no brief."""
        async with self._database.read() as connection:
            return tuple(d.message for d in await outbox.under(connection, channel_id, purpose(on)))

    async def told(self, channel_id: int) -> Mapping[int, Told]:
        """By signal id what the channel was last told of it."""
        query = select(told).where(told.c.channel_id == channel_id).order_by(told.c.at)
        async with self._database.read() as connection:
            rows = await connection.execute(query)
            return {
                row.signal_id: Told(row.signal_id, row.on, row.at, row.revision, row.strength, row.publishers)
                for row in rows
            }

    async def told_anywhere(self) -> frozenset[int]:
        """The ids of the signals that any channel was ever told of."""
        async with self._database.read() as connection:
            return frozenset(await connection.scalars(select(told.c.signal_id).distinct()))

    async def withdrawn(self, channel_id: int, since: datetime) -> tuple[ToldQuote, ...]:
        """Quotes told since then whose article has a newer version without them, and that no correction has named yet.

        A newer version that is only a summary says nothing against quotes of a whole text.
        """
        async with self._database.read() as connection:
            rows = await _superseded(connection, channel_id, since)
            kept = select(articles.c.id, articles.c.text).where(articles.c.id.in_({row.newer for row in rows}))
            texts = {row.id: row.text for row in await connection.execute(kept)}
        missing = {row.evidence: row for row in rows if row.evidence.quote not in texts[row.newer]}
        return tuple(_told_quote(evidence, row) for evidence, row in missing.items())


def purpose(on: date) -> str:
    """What the deliveries of that date's brief are for: "brief:2026-03-27"."""
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
    rows = {ids[item.signal.id]: _told_row(item.signal, now) for item in brief.items}
    await _forget_alerts(connection, channel_id, brief.on, rows)
    told_now = [{"channel_id": channel_id, "on": brief.on, "signal_id": id_, **row} for id_, row in rows.items()]
    await connection.execute(insert(told), told_now)
    await _keep_quotes(connection, channel_id, [(ids[item.signal.id], item.signal) for item in brief.items], now)


async def _forget_alerts(connection: AsyncConnection, channel_id: int, on: date, ids: Iterable[int]) -> None:
    """What was told at once earlier that day is told by the brief again, with what changed since."""
    same = (told.c.channel_id == channel_id, told.c.on == on, told.c.signal_id.in_(list(ids)))
    await connection.execute(delete(told).where(*same))


async def _keep_quotes(
    connection: AsyncConnection, channel_id: int, signals: Iterable[tuple[int, Signal]], now: datetime
) -> None:
    quotes = [
        {
            "channel_id": channel_id,
            "at": now,
            "signal_id": signal_id,
            "article_id": quote.article_id,
            "evidence": quote,
        }
        for signal_id, signal in signals
        for quote in _quotes(signal)
    ]
    if quotes:
        await connection.execute(insert(told_quotes), quotes)


def _told_row(signal: Signal, now: datetime) -> dict[str, Any]:
    return {
        "at": now,
        "revision": _revision(signal),
        "strength": signal.strength.total,
        "publishers": len(signal.publishers),
    }


def _revision(signal: Signal) -> int:
    return max((revision.number for revision in signal.revisions), default=0)


def _quotes(signal: Signal) -> tuple[Evidence, ...]:
    return (*(quote for member in signal.articles for quote in member.evidence), *signal.contrary)


async def _correct(connection: AsyncConnection, channel_id: int, brief: Brief) -> None:
    if not brief.corrections:
        return
    query = select(told_quotes).where(told_quotes.c.channel_id == channel_id, told_quotes.c.corrected.is_(None))
    for row in (await connection.execute(query)).all():
        if any(row.evidence.quote in correction for correction in brief.corrections):
            await connection.execute(update(told_quotes).where(told_quotes.c.id == row.id).values(corrected=brief.on))


async def _superseded(connection: AsyncConnection, channel_id: int, since: datetime) -> list[Row[Any]]:
    """Told quotes of articles with a newer version, each with the newest (`newer`) that is no poorer than its own."""
    query = (
        select(
            told_quotes.c.signal_id,
            told_quotes.c.evidence,
            signals.c.title,
            articles.c.publisher_key,
            articles.c.publisher_name,
            articles.c.link,
            _NEWER.c.id.label("newer"),
        )
        .select_from(told_quotes.join(signals).join(articles))
        .join(_NEWER, (_NEWER.c.publisher_key == articles.c.publisher_key) & (_NEWER.c.link == articles.c.link))
        .where(
            told_quotes.c.channel_id == channel_id,
            told_quotes.c.at >= since,
            told_quotes.c.corrected.is_(None),
            _NEWER.c.version > articles.c.version,
            _NEWER.c.text_from.in_(_WHOLE) | (_NEWER.c.text_from == articles.c.text_from),
        )
        .order_by(told_quotes.c.id, _NEWER.c.version)
    )
    newest: dict[Evidence, Any] = {row.evidence: row for row in await connection.execute(query)}
    return list(newest.values())


def _told_quote(evidence: Evidence, row: Row[Any]) -> ToldQuote:
    publisher = Publisher(row.publisher_key, row.publisher_name)
    return ToldQuote(evidence, row.signal_id, row.title, publisher, row.link)


async def _first(connection: AsyncConnection, *where: ColumnElement[bool]) -> StoredBrief | None:
    """The latest."""
    return nouns.brief((await connection.execute(_newest(*where))).all())
