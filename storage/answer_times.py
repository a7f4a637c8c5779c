"""How long answers took: from when what somebody said was kept to when the last reply to it had arrived."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import BigInteger, Subquery, Text, func, literal, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.archive import ANSWER_BOUNDS, AnswerTimes
from bot.model.delivery import DeliveryState
from storage.schema import channels, deliveries, events

REPLY = "reply:"
"""How the purpose of a delivery begins that answers an event; the event's id follows."""
_SECOND = timedelta(seconds=1) // timedelta(microseconds=1)  # an instant is stored in microseconds


async def answer_times(connection: AsyncConnection) -> AnswerTimes:
    """Of all answers that arrived; a greeting, which nobody asked for, is none."""
    took = _took()
    counts = [func.count().filter(took.c.took <= bound * _SECOND) for bound in ANSWER_BOUNDS]
    query = select(func.count(), func.coalesce(func.sum(took.c.took), 0), *counts).select_from(took)
    count, total, *within = (await connection.execute(query)).one()
    return AnswerTimes(dict(zip(ANSWER_BOUNDS, within, strict=True)), count, float(total) / _SECOND)


def _took() -> Subquery:
    """By event the microseconds to its last reply."""
    said, arrived = type_coerce(events.c.accepted, BigInteger), type_coerce(deliveries.c.changed, BigInteger)
    return (
        select((func.max(arrived) - said).label("took"))
        .select_from(deliveries)
        .join(channels, channels.c.id == deliveries.c.channel_id)
        .join(
            events,
            (events.c.platform == channels.c.platform)
            & (events.c.event_id == func.substr(deliveries.c.purpose, len(REPLY) + 1)),
        )
        .where(
            deliveries.c.purpose.startswith(REPLY, autoescape=True),
            deliveries.c.state == DeliveryState.SENT,
            ~type_coerce(events.c.event, Text).contains(literal('"kind":"joined"')),
        )
        .group_by(events.c.seq, events.c.accepted)
        .subquery()
    )
