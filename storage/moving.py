"""Move an archive to another database, batch by batch in the order of its keys; one that was cut off goes on.

    source, as of one moment | rows after the last key noted | a batch, and its last key, in one transaction → target
    target                   | rows that point into their own table → last ids given → search index
    both                     | every row read again and compared; every quote cut again → the mark goes

The target is marked from its first row to its last check, so that nothing but this takes it for whole (migrate.py).
Of the source nothing but a lease is written: no bot runs on either database meanwhile.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Column, Date, Row, Select, Table, bindparam, func, insert, literal, or_, select, tuple_
from sqlalchemy import update as update_
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import stores
from bot.model.errors import LeaseHeld, StorageError
from bot.model.ports import Clock, Progress
from storage import leases, migrate, search
from storage.engine import Database, located
from storage.engines.engine import engine_of
from storage.migrate import MOVING
from storage.moving_tables import moving, plain_tables
from storage.schema import REVISION, signals
from storage.signals import SqlSignals
from storage.whole import load

ROWS = 500
"""Rows of one transaction: one of articles is some megabytes then."""
SIGNALS = 100
"""Signals that are indexed in one transaction."""

Prove = Callable[[stores.Signals], Awaitable[tuple[int, tuple[str, ...]]]]
"""Cuts every stored quote again: (how many there are, a sentence for each that is not as in its text)."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What a move has brought over, in all its runs."""

    place: str  # where the archive is now
    rows: int
    quotes: int
    seconds: float  # that this run took


async def move(source: str, target: str, *, clock: Clock, prove: Prove, progress: Progress) -> Moved:
    """Copy the archive at the address `source` to the empty or half filled database at `target`, and check it there.

    LeaseHeld while a bot runs on either; StorageError where one cannot be used, the target holds something else, or
    what has arrived is not what was sent.
    """
    began = clock.now()
    await asyncio.to_thread(_ready, located(source), located(target))
    async with _held(located(source)) as here, _held(located(target)) as there:
        done = _Move(here, there, progress)
        rows = await done.copy()
        await done.finish()
        progress.step("Cutting every quote again", 0, 0)
        quotes, wrong = await prove(SqlSignals(there))
        if wrong:
            raise StorageError(
                f"{there.place} cannot be trusted, nor {here.place}: {wrong[0]} (see `bellwether audit`)."
            )
        async with there.write() as connection:
            await connection.run_sync(moving.drop)
    return Moved(there.place, rows, quotes, (clock.now() - began).total_seconds())


# --- whether it may begin ------------------------------------------------------------------------------------------


def _ready(source: URL, target: URL) -> None:
    """Make an empty target ready. StorageError where there is no whole archive of this version to move, or it is one
    database."""
    place = engine_of(source).place
    if _identity(source) == _identity(target):
        raise StorageError(f"{place} would be moved to itself: name another database.")
    if source.get_backend_name() == "sqlite" and not Path(place).is_file():
        raise StorageError(f"There is no database at {place} to move.")
    engine_of(source).prepare()
    found = migrate.look(source)
    if found.moving:
        raise migrate.unfinished(place)
    if found.revision is None:
        raise StorageError(f"There is nothing at {place} to move.")
    if found.revision != REVISION:
        raise StorageError(
            f"{place} is at schema {found.revision}, and this version of The Bellwether at {REVISION}: start the newer "
            "of the two on it once, and move it with that version."
        )
    engine_of(target).prepare()
    if not migrate.look(target).moving:
        migrate.to_head(target)


def _identity(url: URL) -> object:
    if url.get_backend_name() == "sqlite":
        return Path(url.database or "").expanduser().resolve()
    return url.host, url.port or 5432, url.database


@asynccontextmanager
async def _held(url: URL) -> AsyncIterator[Database]:
    """The database, with no bot at it, nor a part of one. LeaseHeld where there is."""
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(aclosing(Database(url)))
        ours = ("run", "cycle")
        for name in ours:
            await stack.enter_async_context(leases.lease(database, name))
        async with database.read() as connection:
            found = await leases.holders(connection, await database.engine.now(connection))
        if others := [(name, who) for name, who in found.items() if name not in ours]:
            name, who = others[0]
            raise LeaseHeld(f"Another process ({who}) works on {database.place} (“{name}”): stop it first.", holder=who)
        yield database


# --- copying -------------------------------------------------------------------------------------------------------


class _Move:
    """One run of a move; what earlier runs have done is noted in the target's table `moving`, by name."""

    def __init__(self, source: Database, target: Database, progress: Progress) -> None:
        self._source = source
        self._target = target
        self._progress = progress
        self._tables = plain_tables()
        self._total = 0
        self._done = 0

    async def copy(self) -> int:
        """Bring all rows over; how many there are. StorageError where the target holds something else."""
        async with self._source.read() as reader:
            counts = {name: await _count(reader, table) for name, table in self._tables.items()}
            self._total = sum(counts.values())
            await self._begin(counts)
            for name, table in self._tables.items():
                await self._copy_table(reader, table)
                await self._point(reader, table)
                self._done += counts[name]
            given = await self._source.engine.last_ids(reader)
        async with self._target.write() as writer:
            last = {
                t.name: await _last_id(writer, t, given)
                for t in self._tables.values()
                if t.autoincrement_column is not None
            }
            await self._target.engine.give_after(writer, last)
        return self._total

    async def _begin(self, counts: dict[str, int]) -> None:
        """Mark the target; StorageError where it holds anything but what was moved there from this source."""
        place, stamp = self._source.place, json.dumps(counts)
        async with self._target.write() as writer:
            if not await writer.run_sync(lambda sync: sync.dialect.has_table(sync, MOVING)):
                if any([await _count(writer, table) for table in self._tables.values()]):
                    raise StorageError(f"{self._target.place} holds something already: name an empty database.")
                await writer.run_sync(moving.create)
                await writer.execute(
                    insert(moving), [{"name": "source", "value": place}, {"name": "counts", "value": stamp}]
                )
                return
            begun = await _noted(writer, "source")
            if begun != place:
                raise StorageError(f"{self._target.place} is half filled from {begun}: go on from there, or empty it.")
            if await _noted(writer, "counts") != stamp:
                raise StorageError(
                    f"{place} has changed since it began to be moved: empty {self._target.place} and begin again."
                )

    async def _copy_table(self, reader: AsyncConnection, table: Table) -> None:
        """Bring over the rows after the last one that has come; what points into the table itself is left out yet."""
        own = _own_references(table)
        async with self._target.read() as noted:
            last = _key_of(table, await _noted(noted, table.name))
        brought = 0
        async for rows in _batches(reader, table, last):
            given = [{**row._mapping, **dict.fromkeys(own)} for row in rows]
            async with self._target.write() as writer:
                await writer.execute(insert(table), given)
                await _note(writer, table.name, _key_text(table, rows[-1]))
            brought += len(rows)
            self._progress.step("Copying rows", self._done + brought, self._total)

    async def _point(self, reader: AsyncConnection, table: Table) -> None:
        """Fill in what points into the table itself, now that all its rows are there."""
        own = _own_references(table)
        if not own:
            return
        (key,) = table.primary_key
        pointing = or_(*(table.c[name].is_not(None) for name in own))
        change = update_(table).where(key == bindparam("at")).values({name: bindparam(f"to_{name}") for name in own})
        async for rows in _batches(reader, table, None, pointing):
            given = [{"at": row._mapping[key.name], **{f"to_{n}": row._mapping[n] for n in own}} for row in rows]
            async with self._target.write() as writer:
                await writer.execute(change, given)

    # --- when all is there

    async def finish(self) -> None:
        """Index the signals, and compare every row. StorageError where one differs."""
        await self._index()
        async with self._source.read() as one, self._target.read() as other:
            done = 0
            for table in self._tables.values():
                if await _count(one, table) != await _count(other, table):
                    raise self._differs(table)
                async for rows in _batches(one, table, None):
                    if set(rows) != set(await _same(other, table, rows)):
                        raise self._differs(table)
                    done += len(rows)
                    self._progress.step("Comparing rows", done, self._total)

    def _differs(self, table: Table) -> StorageError:
        return StorageError(
            f"{self._target.place} has not become what {self._source.place} is ({table.name}), which was changed "
            f"meanwhile: empty it and move again."
        )

    async def _index(self) -> None:
        """Make the signals findable, those after the last one that is."""
        while True:
            async with self._target.write() as writer:
                last = int(await _noted(writer, "signal_search") or 0)
                page = select(signals).where(signals.c.id > last).order_by(signals.c.id).limit(SIGNALS)
                whole = await load(writer, page)
                if not whole:
                    return
                await search.index(writer, whole)
                await _note(writer, "signal_search", str(whole[-1].id))
            self._progress.step("Indexing signals", 0, 0)


async def _batches(
    reader: AsyncConnection, table: Table, last: Sequence[Any] | None, *where: Any
) -> AsyncIterator[Sequence[Row[Any]]]:
    """The rows with a key after `last` (None: all), in the order of their keys, ROWS at a time."""
    while rows := (await reader.execute(_after(table, last).where(*where))).all():
        yield rows
        last = _key(table, rows[-1])


def _after(table: Table, last: Sequence[Any] | None) -> Select[Any]:
    keys = list(table.primary_key)
    query = select(table).order_by(*keys).limit(ROWS)
    if last is None:
        return query
    at = [literal(value, column.type) for column, value in zip(keys, last, strict=True)]
    return query.where(tuple_(*keys) > tuple_(*at) if len(keys) > 1 else keys[0] > at[0])


async def _same(reader: AsyncConnection, table: Table, rows: Sequence[Row[Any]]) -> Sequence[Row[Any]]:
    """The rows that have the keys of these."""
    keys = list(table.primary_key)
    wanted = [_key(table, row) for row in rows]
    if len(keys) == 1:
        return (await reader.execute(select(table).where(keys[0].in_([key for (key,) in wanted])))).all()
    return (await reader.execute(select(table).where(tuple_(*keys).in_(wanted)))).all()


async def _count(connection: AsyncConnection, table: Table) -> int:
    return await connection.scalar(select(func.count()).select_from(table)) or 0


async def _last_id(connection: AsyncConnection, table: Table, given: dict[str, int]) -> int:
    """The last id that the table gave, also where its row is gone."""
    (key,) = table.primary_key
    return max(await connection.scalar(select(func.max(key))) or 0, given.get(table.name, 0))


def _own_references(table: Table) -> list[str]:
    """The columns that point at rows of the same table."""
    return [column.name for column in table.c if any(each.column.table is table for each in column.foreign_keys)]


# --- keys, and how far it is ---------------------------------------------------------------------------------------


def _key(table: Table, row: Row[Any]) -> tuple[Any, ...]:
    return tuple(row._mapping[column.name] for column in table.primary_key)


def _key_text(table: Table, row: Row[Any]) -> str:
    return json.dumps([each.isoformat() if isinstance(each, date) else each for each in _key(table, row)])


def _key_of(table: Table, noted: str | None) -> tuple[Any, ...] | None:
    return None if noted is None else tuple(_typed(table.primary_key, json.loads(noted)))


def _typed(columns: Iterator[Column[Any]] | Any, values: Sequence[Any]) -> Iterator[Any]:
    for column, value in zip(columns, values, strict=True):
        yield date.fromisoformat(value) if isinstance(column.type, Date) else value


async def _noted(connection: AsyncConnection, name: str) -> str | None:
    return await connection.scalar(select(moving.c.value).where(moving.c.name == name))


async def _note(connection: AsyncConnection, name: str, value: str) -> None:
    if not (await connection.execute(update_(moving).where(moving.c.name == name).values(value=value))).rowcount:
        await connection.execute(insert(moving).values(name=name, value=value))
