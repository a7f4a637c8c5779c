"""Briefs: what each channel was told on each date, and the quotes it was told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, delete, distinct, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.brief import Brief, Edition, Quiet, StoredBrief, Told
from bot.model.channel import Channel
from bot.model.evidence import Evidence
from bot.model.messages import Message
from bot.model.outgoing import addressed
from bot.model.signal import Signal
from bot.model.told import ALERT, WATCH
from storage import corrections, nouns, outbox
from storage.engine import Database
from storage.merge import standing
from storage.rows import insert_one
from storage.schema import brief_items, briefs, channels, deliveries, told, told_quotes


def _editions() -> Select[Any]:
    """A row an item, and one for an edition without any."""
    return select(briefs, brief_items.c.number, brief_items.c.signal_id).outerjoin(brief_items)


def _newest(*where: ColumnElement[bool]) -> Select[Any]:
    """The latest brief of those, a row for each of its items."""
    latest = select(briefs.c.id).where(*where).order_by(briefs.c.on.desc()).limit(1).correlate(None).scalar_subquery()
    return _editions().where(briefs.c.id == latest).order_by(brief_items.c.number)


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

    async def span(self, channel_id: int, first: date, last: date) -> tuple[StoredBrief, ...]:
        """The channel's editions from the one date to the other, oldest first."""
        there = and_(briefs.c.channel_id == channel_id, briefs.c.on.between(first, last))
        query = _editions().where(there).order_by(briefs.c.on, brief_items.c.number)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        found = (nouns.brief(list(same)) for _, same in groupby(rows, key=attrgetter("id")))
        return tuple(each for each in found if each)

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

        The deliveries' purpose is "brief:<date>", their parts count from 1. No later brief opens with the edition's
        corrections.
        """
        async with self._database.write() as connection:
            there = (briefs.c.channel_id == channel.id, briefs.c.on == edition.on)
            if await connection.scalar(select(briefs.c.id).where(*there)) is not None:
                return None
            brief_id = await _insert(connection, channel.id, edition, now)
            if isinstance(edition, Brief):
                await corrections.opened_with(connection, channel.id, edition)
                await _tell(connection, channel.id, brief_id, edition, now)
            for part, message in enumerate(messages, 1):
                await outbox.put(connection, addressed(channel, purpose(edition.on), part, message), now)
            return await _first(connection, *there)

    async def alert(
        self,
        channel: Channel,
        signal: Signal,
        on: date,
        messages: Sequence[Message],
        now: datetime,
        *,
        kind: str = ALERT,
    ) -> bool:
        """Whether the channel is told of the signal now; False: it was already, at this revision.

        The deliveries' purpose is "alert:s42.7", of the signal and its revision, or "watch:s42.7".
        """
        which = f"s{signal.id}.{_revision(signal)}"
        async with self._database.write() as connection:
            if any([await outbox.under(connection, channel.id, f"{each}:{which}") for each in (ALERT, WATCH)]):
                return False
            signal_id = await standing(connection, signal.id)
            row = {"channel_id": channel.id, "signal_id": signal_id, "on": on}
            same = [told.c[name] == value for name, value in row.items()]
            values = _told_row(signal, now)
            if not (await connection.execute(update(told).where(*same).values(**values))).rowcount:
                await connection.execute(insert(told).values(**row, **values))
            await _keep_quotes(connection, channel.id, [(signal_id, signal)], now)
            for part, message in enumerate(messages, 1):
                await outbox.put(connection, addressed(channel, f"{kind}:{which}", part, message), now)
            return True

    async def alerted(
        self, channel_id: int, since: datetime, until: datetime | None = None, *, kind: str = ALERT
    ) -> int:
        """How many signals the channel was told at once for that reason since then, and before `until`."""
        told_so = [deliveries.c.purpose.startswith(f"{kind}:", autoescape=True), deliveries.c.created >= since]
        told_so += [deliveries.c.created < until] if until else []
        query = select(func.count(distinct(deliveries.c.purpose))).where(
            deliveries.c.channel_id == channel_id, *told_so
        )
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


def purpose(on: date) -> str:
    """What the deliveries of that date's brief are for: "brief:2026-03-27"."""
    return f"brief:{on.isoformat()}"


async def _insert(connection: AsyncConnection, channel_id: int, edition: Edition, now: datetime) -> int:
    outcome = "brief" if isinstance(edition, Brief) else "quiet" if isinstance(edition, Quiet) else "unable"
    said = tuple(each.words for each in edition.corrections) if isinstance(edition, Brief) else ()
    values = {"channel_id": channel_id, "on": edition.on, "outcome": outcome, "account": edition.account}
    return await insert_one(connection, briefs, {**values, "corrections": said, "decided": now})


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


async def _first(connection: AsyncConnection, *where: ColumnElement[bool]) -> StoredBrief | None:
    """The latest."""
    return nouns.brief((await connection.execute(_newest(*where))).all())
