"""Entries of feeds: what was seen, by what it is known again, and whether it waits for its text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any, NoReturn

from sqlalchemy import Row, and_, bindparam, case, func, insert, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.errors import StorageError
from bot.model.feed import ChangedEntry, Entry, EntryKeys, EntryState, NewEntry, StoredEntry
from storage.columns import Instant, storable
from storage.schema import entries

_AT_ONCE = 500
"""Keys looked up in one statement, well below any engine's bound of parameters."""
_TEXTS_AT_ONCE = 50
"""Entries fetched in one statement: few are in memory as JSON too, and other tasks go on in between."""


async def add(
    connection: AsyncConnection, source_id: int, new: Sequence[NewEntry], now: datetime
) -> tuple[StoredEntry, ...]:
    """The new entries as kept, in order."""
    if not new:
        return ()
    rows = [
        {"source_id": source_id, "state": one.state, "first_seen": now, **_values(one.entry, one.keys)} for one in new
    ]
    last = await connection.scalar(select(func.max(entries.c.id))) or 0
    await connection.execute(insert(entries), rows)
    # Asked for afterwards: RETURNING in the order of the rows would be a statement a row in SQLite.
    mine = select(entries.c.id).where(entries.c.id > last, entries.c.source_id == source_id).order_by(entries.c.id)
    ids = (await connection.scalars(mine)).all()
    return tuple(
        StoredEntry(id_, source_id, row["entry"], row["fingerprint"], row["state"], now)
        for id_, row in zip(ids, rows, strict=True)
    )


async def change(
    connection: AsyncConnection, changed: Sequence[ChangedEntry], now: datetime
) -> tuple[StoredEntry, ...]:
    """Keep what changed, and return the entries that are to be read again; a FORGOTTEN one is noted as listed."""
    seen = case((entries.c.state == EntryState.FORGOTTEN, literal(now, Instant)), else_=entries.c.first_seen)
    for one in changed:
        again = {"state": EntryState.WAITING} if one.reread else {}
        values = {**_values(one.entry, one.keys), "first_seen": seen, **again}
        await connection.execute(update(entries).where(entries.c.id == one.id).values(**values))
    ids = [one.id for one in changed if one.reread]
    return tuple(map(stored, await connection.execute(select(entries).where(entries.c.id.in_(ids))))) if ids else ()


async def known(
    connection: AsyncConnection, source_id: int, keys: Sequence[EntryKeys]
) -> tuple[tuple[StoredEntry, EntryKeys], ...]:
    """The source's entries that share a key with any of `keys`, each with its own keys, by id."""
    found: dict[int, Row[Any]] = {}
    for start in range(0, len(keys), _AT_ONCE):
        query = select(entries).where(_any_key(source_id, keys[start : start + _AT_ONCE])).order_by(entries.c.id)
        found.update({row.id: row for row in await connection.execute(query)})
    return tuple((stored(row), EntryKeys(row.guid, row.link, row.fingerprint)) for row in found.values())


async def waiting(connection: AsyncConnection, limit: int) -> tuple[StoredEntry, ...]:
    """At most `limit` entries to be read, the newest first; an undated one counts from when it was first seen."""
    query = (
        select(entries.c.id)
        .where(entries.c.state == EntryState.WAITING)
        .order_by(func.coalesce(entries.c.published, entries.c.first_seen).desc(), entries.c.id)
        .limit(limit)
    )
    ids = (await connection.scalars(query)).all()
    found: dict[int, StoredEntry] = {}
    for start in range(0, len(ids), _TEXTS_AT_ONCE):
        rows = await connection.execute(select(entries).where(entries.c.id.in_(ids[start : start + _TEXTS_AT_ONCE])))
        found.update((row.id, stored(row)) for row in rows)
    return tuple(found[entry_id] for entry_id in ids)


async def still_waiting(connection: AsyncConnection, ids: Sequence[int]) -> frozenset[int]:
    """Those of these entries that are to be read."""
    found: set[int] = set()
    for start in range(0, len(ids), _AT_ONCE):
        query = select(entries.c.id).where(entries.c.id.in_(ids[start : start + _AT_ONCE]))
        found.update(await connection.scalars(query.where(entries.c.state == EntryState.WAITING)))
    return frozenset(found)


async def read(connection: AsyncConnection, texts: Sequence[tuple[int, int]]) -> None:
    """Mark entries READ, each with its article: (entry, article). StorageError where there is no such entry."""
    query = update(entries).where(entries.c.id == bindparam("entry_id"))
    rows = [{"entry_id": entry_id, "of": article_id} for entry_id, article_id in texts]
    done = await connection.execute(query.values(state=EntryState.READ, article_id=bindparam("of")), rows)
    if done.rowcount < len(rows):
        asked = [entry_id for entry_id, _ in texts]
        there = set((await connection.scalars(select(entries.c.id).where(entries.c.id.in_(asked)))).all())
        _refuse(next((entry_id for entry_id in asked if entry_id not in there), asked[0]))


async def passed(connection: AsyncConnection, entry_id: int) -> None:
    """Mark an entry PASSED; StorageError where there is no such entry."""
    query = update(entries).where(entries.c.id == entry_id).values(state=EntryState.PASSED)
    if not (await connection.execute(query)).rowcount:
        _refuse(entry_id)


def _refuse(entry_id: int) -> NoReturn:
    raise StorageError(f"There is no entry {entry_id} to keep a text for; it may be of another database.")


def stored(row: Row[Any]) -> StoredEntry:
    """The entry of a row."""
    return StoredEntry(
        id=row.id,
        source_id=row.source_id,
        entry=row.entry,
        fingerprint=row.fingerprint,
        state=row.state,
        first_seen=row.first_seen,
        article_id=row.article_id,
    )


def _any_key(source_id: int, keys: Sequence[EntryKeys]) -> Any:
    """Each branch names the source, so that each is a range of its own index."""
    wanted = {
        entries.c.guid: {storable(key.guid) for key in keys if key.guid is not None},
        entries.c.link: {storable(key.link) for key in keys if key.link is not None},
        entries.c.fingerprint: {storable(key.fingerprint) for key in keys},
    }
    return or_(*(and_(entries.c.source_id == source_id, column.in_(values)) for column, values in wanted.items()))


def _values(entry: Entry, keys: EntryKeys) -> dict[str, Any]:
    return {
        "guid": keys.guid,
        "link": keys.link,
        "fingerprint": storable(keys.fingerprint),
        "published": entry.published,
        "entry": _clean(entry),
    }


def _clean(entry: Entry) -> Entry:
    held: dict[str, Any] = {field.name: getattr(entry, field.name) for field in fields(entry)}
    clean: dict[str, Any] = {n: storable(value) if isinstance(value, str) else value for n, value in held.items()}
    return Entry(**clean)
