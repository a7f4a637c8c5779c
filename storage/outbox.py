"""The outbox: rendered messages on their way, claimed before they are sent and settled after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Row, Select, and_, bindparam, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.delivery import DeliveryState, NotSent, Permanent, SendOutcome, Sent, Unknown
from bot.model.outgoing import Delivery
from bot.model.ports import Clock
from storage.engine import Database
from storage.nouns import REMEMBERED
from storage.schema import channels, deliveries

OPEN = (DeliveryState.PENDING, DeliveryState.SENDING)
_PLAIN = (
    "id", "channel_id", "purpose", "part", "message", "state", "audience", "reply_to", "asker", "replaces", "ref",
    "not_before", "tries", "error",
)  # fmt: skip


def selected() -> Select[Any]:
    """Deliveries in the order in which they were put, with the channel's platform and the address it has now."""
    return (
        select(deliveries, channels.c.platform, channels.c.address)
        .join_from(deliveries, channels)
        .order_by(deliveries.c.seq)
    )


def _is_reply(table: FromClause) -> ColumnElement[bool]:
    return table.c.purpose.startswith("reply:", autoescape=True)


def _next() -> Select[Any]:
    """Of each lane (a channel's replies; whatever else it is told) only the first open delivery may go."""
    ahead = deliveries.alias("ahead")
    waits = (
        select(ahead.c.seq)
        .where(
            ahead.c.channel_id == deliveries.c.channel_id,
            ahead.c.state.in_(OPEN),
            ahead.c.seq < deliveries.c.seq,
            _is_reply(ahead) == _is_reply(deliveries),
        )
        .exists()
    )
    there = channels.c.platform.in_(bindparam("open", expanding=True))
    return selected().where(_may_go(), there, ~waits).limit(1)


def _may_go() -> ColumnElement[bool]:
    due = or_(deliveries.c.not_before.is_(None), deliveries.c.not_before <= bindparam("now"))
    return and_(deliveries.c.state == DeliveryState.PENDING, due)


TROUBLED = selected().where(
    or_(deliveries.c.state == DeliveryState.UNKNOWN, deliveries.c.state == DeliveryState.DEAD),
    deliveries.c.changed >= bindparam("since"),
)
_NEXT = _next()
_CLAIM = (
    update(deliveries)
    .where(deliveries.c.seq == bindparam("of"), deliveries.c.tries == bindparam("before"), _may_go())
    .values(state=DeliveryState.SENDING, tries=deliveries.c.tries + 1, changed=bindparam("now"))
)
_SEEN = select(deliveries.c.seq).where(deliveries.c.id == bindparam("one"))
_KEEP = insert(deliveries)
_OF = (deliveries.c.channel_id == bindparam("channel"), deliveries.c.purpose == bindparam("of"))
_UNDER = selected().where(*_OF)
_BEFORE = (
    select(deliveries.c.state, deliveries.c.error)
    .where(*_OF, deliveries.c.part == bindparam("before"))
    .order_by(deliveries.c.seq.desc())
)
"""Statements of every answer, built once: building one costs as much as running it."""


class SqlOutbox:
    """bot.model.stores.Outbox over SQL; its methods raise StorageError, or a child, where the database fails."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def put(self, delivery: Delivery, now: datetime) -> None:
        """Keep a delivery, once an id; one that follows a dead part of its purpose is dead too."""
        async with self._database.write() as connection:
            await put(connection, delivery, now)

    async def claim(self, now: datetime, platforms: Sequence[str]) -> Delivery | None:
        """The next delivery that may go, now SENDING; None: nothing may go on these platforms yet.

        Replies and what else a channel is told do not wait for each other; `tries` counts claims.
        """
        while True:
            async with self._database.read() as connection:
                row = (await connection.execute(_NEXT, {"now": now, "open": list(platforms)})).first()
            if row is None:
                return None
            async with self._database.write() as connection:
                await self._database.uphold(connection, f"platform:{row.platform}")
                taken = (await connection.execute(_CLAIM, {"of": row.seq, "before": row.tries, "now": now})).rowcount
            if taken:  # by nobody else meanwhile
                found = _delivery(row)
                return replace(found, state=DeliveryState.SENDING, tries=found.tries + 1)

    async def settle(
        self,
        delivery_id: str,
        outcome: SendOutcome,
        not_before: datetime | None,
        now: datetime,
        tries: int | None = None,
    ) -> None:
        """Keep what became of a delivery; where a part is dead, those that wait behind it are.

        That it was not sent counts for the claim it is said of: `tries`, None for any. Another may have claimed it
        since.
        """
        of = [deliveries.c.id == delivery_id]
        of += [deliveries.c.tries == tries] if tries is not None and isinstance(outcome, NotSent) else []
        async with self._database.write() as connection:
            await _set(connection, and_(*of), now, **_settled(outcome, not_before))
            if isinstance(outcome, Permanent):
                await _bury_rest(connection, delivery_id, outcome.why, now)

    async def doubtful(self) -> tuple[Delivery, ...]:
        """Deliveries that are SENDING or UNKNOWN, in the order they were put."""
        states = (DeliveryState.SENDING, DeliveryState.UNKNOWN)
        async with self._database.read() as connection:
            return await read(connection, selected().where(deliveries.c.state.in_(states)))

    async def by_ref(self, channel_id: int, ref: str) -> Delivery | None:
        """The delivery that became that message of the platform, the newest where an edit has the same; None: it is not
        ours.
        """
        query = selected().where(deliveries.c.channel_id == channel_id, deliveries.c.ref == ref)
        async with self._database.read() as connection:
            found = await read(connection, query)
        return found[-1] if found else None

    async def spoken(self, channel_id: int, thread: str) -> bool:
        """Whether a message that was sent there is that one, or answers it."""
        there = or_(deliveries.c.ref == thread, deliveries.c.reply_to == thread)
        query = select(deliveries.c.seq).where(
            deliveries.c.channel_id == channel_id, deliveries.c.state == DeliveryState.SENT, there
        )
        async with self._database.read() as connection:
            return await connection.scalar(query.limit(1)) is not None

    async def under(self, channel_id: int, purpose: str) -> tuple[Delivery, ...]:
        """The channel's deliveries of exactly that purpose, whatever their state, by part."""
        async with self._database.read() as connection:
            return await under(connection, channel_id, purpose)

    async def troubled(self) -> tuple[Delivery, ...]:
        """Deliveries that became UNKNOWN or DEAD in the last week, the newest first."""
        async with self._database.read() as connection:
            rows = await connection.execute(TROUBLED, {"since": self._clock.now() - REMEMBERED})
            return tuple(map(_delivery, rows))[::-1]

    async def idle(self, platform: str) -> bool:
        """Whether nothing is PENDING or SENDING on the platform."""
        query = (
            select(func.count())
            .select_from(deliveries.join(channels))
            .where(channels.c.platform == platform, deliveries.c.state.in_(OPEN))
        )
        async with self._database.read() as connection:
            return not await connection.scalar(query)


async def put(connection: AsyncConnection, delivery: Delivery, now: datetime) -> None:
    """Keep a delivery unless its id is known; it is DEAD where the part before it is."""
    if await connection.scalar(_SEEN, {"one": delivery.id}) is not None:
        return
    values = {name: getattr(delivery, name) for name in _PLAIN}
    same = {"channel": delivery.channel_id, "of": delivery.purpose, "before": delivery.part - 1}
    earlier = (await connection.execute(_BEFORE, same)).first() if delivery.part > 1 else None
    if earlier and earlier.state is DeliveryState.DEAD and delivery.state is DeliveryState.PENDING:
        values |= {"state": DeliveryState.DEAD, "error": earlier.error}
    await connection.execute(_KEEP, {**values, "created": now, "changed": now})


async def under(connection: AsyncConnection, channel_id: int, purpose: str) -> tuple[Delivery, ...]:
    """The channel's deliveries of exactly that purpose, by part."""
    found = await connection.execute(_UNDER, {"channel": channel_id, "of": purpose})
    return tuple(sorted(map(_delivery, found), key=lambda delivery: delivery.part))


def _settled(outcome: SendOutcome, not_before: datetime | None) -> dict[str, Any]:
    match outcome:
        case Sent(ref=ref):
            return {"state": DeliveryState.SENT, "ref": ref, "error": None, "not_before": None}
        case NotSent(why=why):
            return {"state": DeliveryState.PENDING, "error": why, "not_before": not_before}
        case Permanent(why=why):
            return {"state": DeliveryState.DEAD, "error": why}
        case Unknown(why=why):
            return {"state": DeliveryState.UNKNOWN, "error": why}


async def _bury_rest(connection: AsyncConnection, delivery_id: str, why: str, now: datetime) -> None:
    dead = (await connection.execute(select(deliveries).where(deliveries.c.id == delivery_id))).one_or_none()
    if dead is None:
        return
    behind = and_(
        deliveries.c.channel_id == dead.channel_id,
        deliveries.c.purpose == dead.purpose,
        deliveries.c.part > dead.part,
        deliveries.c.seq > dead.seq,
        deliveries.c.state == DeliveryState.PENDING,
    )
    await _set(connection, behind, now, state=DeliveryState.DEAD, error=why)


async def _set(connection: AsyncConnection, where: Any, now: datetime, **values: Any) -> None:
    await connection.execute(update(deliveries).where(where).values(**values, changed=now))


async def read(connection: AsyncConnection, query: Select[Any]) -> tuple[Delivery, ...]:
    """The deliveries of a query that was made of `selected`."""
    return tuple(map(_delivery, await connection.execute(query)))


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        platform=row.platform, address=row.address, created=row.created, **{name: getattr(row, name) for name in _PLAIN}
    )
