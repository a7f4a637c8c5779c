"""Rows written: one, or all of a scope made exactly what is wanted, in a statement a kind of change.

Many rows are tuples in the order of their table's columns, and become what the driver takes a column at a time: value
by value and by their names SQLAlchemy spends longer on them than the database does on writing them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from importlib import import_module
from typing import Any

from sqlalchemy import ClauseElement, Dialect, Table, and_, bindparam, delete, insert, select, type_coerce
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
    """Keep the rows, each in the place of the one that has its key."""
    if rows:
        sheet = _sheet(table, connection.dialect)
        await connection.exec_driver_sql(sheet.write, sheet.bound(rows))


async def reconcile(
    connection: AsyncConnection, table: Table, ids: Collection[int], wanted: Sequence[Values]
) -> set[int]:
    """Of the rows whose first column is one of the ids: keep what is wanted, write what differs, delete the rest.

    `wanted` are all rows of these ids and of others, which have none. The ids that had rows.
    """
    sheet = _sheet(table, connection.dialect)
    have: dict[Values, Values] = {}
    if ids:
        rows = map(tuple, await connection.execute(sheet.read, {"ids": ids}))
        have = {row[: sheet.keys]: row for row in rows}
    want = {row[: sheet.keys]: row for row in sheet.bound(wanted)}
    if differing := [row for key, row in want.items() if have.get(key) != row]:
        await connection.exec_driver_sql(sheet.write, differing)
    if gone := [key for key in have if key not in want]:
        await connection.exec_driver_sql(sheet.delete, gone)
    return {row[0] for row in have}


class _Sheet:
    """How rows of a table are read and written as the driver knows them. Its key must be its first columns."""

    def __init__(self, table: Table, dialect: Dialect) -> None:
        self.keys = len(table.primary_key)
        self._binds = [column.type.dialect_impl(dialect).bind_processor(dialect) for column in table.c]
        raw = (type_coerce(column, NullType()) for column in table.c)
        first, *rest = table.c
        self.read = select(*raw).where(first.in_(bindparam("ids", expanding=True)))
        new = insert_of(table, dialect)
        changed = {column.name: new.excluded[column.name] for column in rest[self.keys - 1 :]}
        self.write = _sql(new.on_conflict_do_update(index_elements=table.primary_key, set_=changed), dialect)
        same = and_(*(column == bindparam(column.name) for column in table.primary_key))
        self.delete = _sql(delete(table).where(same), dialect)

    def bound(self, rows: Iterable[Values]) -> list[Values]:
        columns = zip(*rows, strict=True)
        done = [each if bind is None else map(bind, each) for bind, each in zip(self._binds, columns, strict=False)]
        return list(zip(*done, strict=True))


def insert_of(table: Table, dialect: Dialect) -> Any:
    """An INSERT of the database's own, which can say what becomes of a row that is there already.

    Those of SQLite and PostgreSQL do so alike.
    """
    return import_module(f"sqlalchemy.dialects.{dialect.name}").insert(table)


def _sql(statement: ClauseElement, dialect: Dialect) -> str:
    return str(statement.compile(dialect=dialect))


_sheet = lru_cache(maxsize=32)(_Sheet)
