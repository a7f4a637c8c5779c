"""Sources, their health, and the checks that change both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, case, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.errors import StorageError
from bot.model.feed import Check, EntryState, StoredEntry
from bot.model.source import Publisher, Source, SourceHealth, SourceOrigin, SourceSpec, SourceState
from storage import entries, memory, nouns, source_sync
from storage.engine import Database
from storage.rows import insert_one
from storage.schema import source_health, sources

CLOCK_TOLERANCE = timedelta(minutes=1)
"""By how much a record may lie ahead of the clock before the clock is taken to have been set back."""

ALL = select(sources).where(sources.c.state != SourceState.DROPPED)
HEALTH = select(sources.c.id, source_health).outerjoin_from(sources, source_health)
DROP = (
    update(sources)
    .where(sources.c.id == bindparam("of"))
    .values(state=SourceState.DROPPED, origin=SourceOrigin.OPERATOR)
)


class SqlSources:
    """bot.model.stores.Sources over SQL; its methods raise StorageError, or a child, where the database fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def sync(self, declared: Sequence[tuple[SourceSpec, Publisher]], now: datetime) -> None:
        """Make the sources that follow the file what it declares, and drop those it no longer does.

        A source the server moved is known by the address it was declared under; one the operator added or dropped is
        the operator's, whatever the file says. Where neither the list nor, from without, a source has changed since the
        last time, nothing is written.
        """
        list_now = source_sync.fingerprint(declared)
        async with self._database.read() as connection:
            if await memory.recall(connection, nouns.FOLLOWED) == list_now:
                return
        async with self._database.write() as connection:
            await source_sync.follow(connection, declared, now)
            await memory.keep(connection, nouns.FOLLOWED, list_now)

    async def add(self, spec: SourceSpec, publisher: Publisher, origin: SourceOrigin, now: datetime) -> Source:
        """The source, added or brought back, also where it was gone; what the operator adds is the operator's."""
        async with self._database.write() as connection:
            row = await _find(connection, spec.url)
            if row is None:
                source_id = await _insert(connection, spec, publisher, origin, now)
            else:
                source_id = row.id
                owner = SourceOrigin.OPERATOR if SourceOrigin.OPERATOR in {origin, row.origin} else origin
                await _set(connection, source_id, state=SourceState.ACTIVE, origin=owner, moved_into=None)
                await _set(connection, source_id, **source_sync.declaration(spec, publisher, keep=row))
                await _due_now(connection, source_id)
            await _follow_again(connection)
            found = await connection.execute(select(sources).where(sources.c.id == source_id))
            return nouns.source(found.one())

    async def drop(self, source_id: int) -> None:
        """Drop a source for the operator: the sources file does not bring it back."""
        async with self._database.write() as connection:
            await connection.execute(DROP, {"of": source_id})
            await _follow_again(connection)

    async def all(self) -> tuple[Source, ...]:
        """The sources that are not dropped, by name."""
        async with self._database.read() as connection:
            return nouns.by_name(await connection.execute(ALL))

    async def health(self) -> Mapping[int, SourceHealth]:
        """By source id how it fares; a source never checked has defaults."""
        async with self._database.read() as connection:
            return {row.id: nouns.health(row.id, row) for row in await connection.execute(HEALTH)}

    async def due(self, now: datetime) -> tuple[tuple[Source, SourceHealth], ...]:
        """ACTIVE sources never checked or due by `now`, with how they fare, the longest overdue first.

        One that was checked later than `now` is due too: the clock was ahead then, and so is when it would be due.
        """
        due_at = source_health.c.due_at
        ahead = source_health.c.checked_at > now + CLOCK_TOLERANCE
        query = (
            select(sources, *(column for column in source_health.c if column.name != "source_id"))
            .outerjoin_from(sources, source_health)
            .where(sources.c.state == SourceState.ACTIVE, or_(due_at.is_(None), due_at <= now, ahead))
            .order_by(case((due_at.is_(None), 0), else_=1), due_at, sources.c.id)
        )
        async with self._database.read() as connection:
            return tuple((nouns.source(row), nouns.health(row.id, row)) for row in await connection.execute(query))

    async def checked(self, ids: Sequence[int]) -> Mapping[int, datetime | None]:
        """By the id of each of these sources when it was last checked; None: never."""
        query = select(source_health.c.source_id, source_health.c.checked_at)
        async with self._database.read() as connection:
            found = await connection.execute(query.where(source_health.c.source_id.in_(list(ids))))
            return {**dict.fromkeys(ids), **{row.source_id: row.checked_at for row in found}}

    async def record(self, check: Check, now: datetime) -> tuple[StoredEntry, ...]:
        """Keep one check, and return its entries that now wait: the new ones, and the changed ones to be read again.

        StorageError where there is no such source.
        """
        source_id = check.health.source_id
        async with self._database.write() as connection:
            await _keep_health(connection, check.health)
            await _keep_feed(connection, source_id, check)
            new = await entries.add(connection, source_id, check.new, now)
            again = await entries.change(connection, check.changed, now)
        return tuple(entry for entry in (*new, *again) if entry.state is EntryState.WAITING)


async def _follow_again(connection: AsyncConnection) -> None:
    """Let the next `sync` follow the list, though it may be the same: a source is another than the list made it."""
    await memory.keep(connection, nouns.FOLLOWED, "")


async def _revive(connection: AsyncConnection, row: Row[Any]) -> None:
    if row.state is SourceState.DROPPED:
        await _set(connection, row.id, state=SourceState.ACTIVE)
        await _due_now(connection, row.id)


async def _find(connection: AsyncConnection, url: str) -> Row[Any] | None:
    """The source declared under the address, else the one read there."""
    query = (
        select(sources)
        .where(or_(sources.c.declared == url, sources.c.url == url))
        .order_by(case((sources.c.declared == url, 0), else_=1), sources.c.id)
    )
    return (await connection.execute(query)).first()


async def _insert(
    connection: AsyncConnection, spec: SourceSpec, publisher: Publisher, origin: SourceOrigin, now: datetime
) -> int:
    values = {
        **source_sync.declaration(spec, publisher),
        "url": spec.url,
        "declared": spec.url,
        "origin": origin,
        "added": now,
    }
    return await insert_one(connection, sources, {**values, "state": SourceState.ACTIVE})


async def _set(connection: AsyncConnection, source_id: int, **values: Any) -> None:
    await connection.execute(update(sources).where(sources.c.id == source_id).values(**values))


async def _due_now(connection: AsyncConnection, source_id: int) -> None:
    await connection.execute(update(source_health).where(source_health.c.source_id == source_id).values(due_at=None))


async def _keep_health(connection: AsyncConnection, health: SourceHealth) -> None:
    values = asdict(health)
    same = source_health.c.source_id == health.source_id
    if (await connection.execute(update(source_health).where(same).values(**values))).rowcount:
        return
    if await connection.scalar(select(sources.c.id).where(sources.c.id == health.source_id)) is None:
        raise StorageError(f"There is no source {health.source_id} to keep a check of; it may be of another database.")
    await connection.execute(insert(source_health).values(**values))


async def _keep_feed(connection: AsyncConnection, source_id: int, check: Check) -> None:
    said = {"title": check.title, "feed_language": check.language}
    if values := {name: value for name, value in said.items() if value}:
        await _set(connection, source_id, **values)
    if check.gone:
        await _set(connection, source_id, state=SourceState.GONE)
    if check.moved_to:
        await _move(connection, source_id, check.moved_to)
        await _follow_again(connection)


async def _move(connection: AsyncConnection, source_id: int, url: str) -> None:
    """Where another source is read at the new address already, that one stays and this one is dropped."""
    there = (await connection.execute(select(sources).where(sources.c.url == url, sources.c.id != source_id))).first()
    if there is None:
        await _set(connection, source_id, url=url)
        return
    if there.state is SourceState.DROPPED:
        await _revive(connection, there)
        moved = (await connection.execute(select(sources.c.origin).where(sources.c.id == source_id))).one()
        await _set(connection, there.id, origin=moved.origin, moved_into=None)
    await _set(connection, source_id, state=SourceState.DROPPED, moved_into=there.id)
