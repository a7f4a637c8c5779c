"""The inbox: what was said to us, kept before anything else happens to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.event import Event
from bot.model.outgoing import Delivery
from storage import memory, outbox
from storage.engine import Database
from storage.schema import events

_SAME = (events.c.platform == bindparam("at"), events.c.event_id == bindparam("id"))
_SEEN = select(events.c.seq).where(*_SAME)
_KEEP = insert(events)
_DONE = update(events).where(*_SAME, events.c.done.is_(False)).values(done=True)
"""Statements of every event, built once: building one costs as much as running it."""


class SqlInbox:
    """bot.model.stores.InboxLog over SQL; its methods raise StorageError, or a child, where the database fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def accept(self, event: Event, now: datetime) -> bool:
        """Whether the event was kept; False: it is there already."""
        async with self._database.write() as connection:
            if await connection.scalar(_SEEN, {"at": event.platform, "id": event.id}) is not None:
                return False
            values = {"platform": event.platform, "event_id": event.id, "accepted": now, "event": event}
            await connection.execute(_KEEP, {**values, "done": False})
            return True

    async def open(self) -> tuple[Event, ...]:
        """The events that are not done, in the order they came."""
        query = select(events.c.event).where(events.c.done.is_(False)).order_by(events.c.seq)
        async with self._database.read() as connection:
            return tuple((await connection.scalars(query)).all())

    async def get(self, platform: str, event_id: str) -> Event | None:
        """The event of that id; None: it was never accepted."""
        query = select(events.c.event).where(events.c.platform == platform, events.c.event_id == event_id)
        async with self._database.read() as connection:
            found: Event | None = await connection.scalar(query)
            return found

    async def done(self, platform: str, event_id: str) -> None:
        """Mark the event done: it needs no answer."""
        async with self._database.write() as connection:
            await _done(connection, platform, event_id)

    async def answered(
        self, event: Event, replies: Sequence[Delivery], now: datetime, remembered: Mapping[str, str] | None = None
    ) -> None:
        """Put the replies into the outbox, keep what is to be remembered and mark the event done, all or nothing."""
        async with self._database.write() as connection:
            if not await _done(connection, event.platform, event.id):
                return  # by another process, which had it from this one
            for name, value in (remembered or {}).items():
                await memory.keep(connection, name, value)
            for reply in replies:
                await outbox.put(connection, reply, now)


async def _done(connection: AsyncConnection, platform: str, event_id: str) -> bool:
    """Whether it was open until now."""
    return bool((await connection.execute(_DONE, {"at": platform, "id": event_id})).rowcount)
