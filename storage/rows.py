"""Rows written: one, or all of a scope made exactly what is wanted, in a statement a kind of change.

Many rows are tuples in the order of their table's columns, and become what the driver takes a column at a time: value
by value and by their names SQLAlchemy spends longer on them than the database does on writing them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Table, and_, bindparam, delete, insert, select, type_coerce
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import NullType

Values = tuple[Any, ...]
"""Every column's value, in the table's order."""


async def insert_one(connection: AsyncConnection, table: Table, values: dict[str, Any]) -> int:
    """The id the row was given."""
    key = (await connection.execute(insert(table).values(**values))).inserted_primary_key
    assert key is not None  # noqa: S101 - SQLAlchemy gives one for every single INSERT
    return int(key[0])


async def write(connection: AsyncConnection, table: Table, rows: Sequence[Values]) -> None:
    """The rows kept, each in the place of the one that has its key."""
    if rows:
        sheet = _sheet(table)
        await connection.exec_driver_sql(sheet.write, sheet.bound(rows))


async def reconcile(
    connection: AsyncConnection, table: Table, scope: str, stored: Collection[int], wanted: Sequence[Values]
) -> None:
    """Of the rows whose column `scope` is one of the ids: keep what is wanted, write what differs, delete the rest.

    `stored` are the ids that have rows already; `wanted` are all rows of these ids and of new ones.
    """
    sheet = _sheet(table)
    have: dict[Values, Values] = {}
    if stored:
        query = sheet.raw.where(table.c[scope].in_(stored))
        have = {row[: sheet.keys]: row for row in map(tuple, await connection.execute(query))}
    want = {row[: sheet.keys]: row for row in sheet.bound(wanted)}
    if differing := [row for key, row in want.items() if have.get(key) != row]:
        await connection.exec_driver_sql(sheet.write, differing)
    if gone := [key for key in have if key not in want]:
        await connection.exec_driver_sql(sheet.delete, gone)


class _Sheet:
    """How rows of a table are read and written as the driver knows them. Its key must be its first columns."""

    def __init__(self, table: Table) -> None:
        self.keys = len(table.primary_key)
        self.raw = select(*(type_coerce(column, NullType()) for column in table.c))
        dialect = sqlite.dialect()
        self._binds = [column.type.dialect_impl(dialect).bind_processor(dialect) for column in table.c]
        kept = sqlite.insert(table)
        rest = {column.name: kept.excluded[column.name] for column in list(table.c)[self.keys :]}
        self.write = str(
            kept.on_conflict_do_update(index_elements=table.primary_key, set_=rest).compile(dialect=dialect)
        )
        same = and_(*(column == bindparam(column.name) for column in table.primary_key))
        self.delete = str(delete(table).where(same).compile(dialect=dialect))

    def bound(self, rows: Iterable[Values]) -> list[Values]:
        columns = zip(*rows, strict=True)
        done = [each if bind is None else map(bind, each) for bind, each in zip(self._binds, columns, strict=False)]
        return list(zip(*done, strict=True))


_sheet = cache(_Sheet)
