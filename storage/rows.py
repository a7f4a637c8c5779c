"""Rows written: one, or all of a scope made exactly what is wanted, in a statement a kind of change."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

Values = dict[str, Any]


async def insert_one(connection: AsyncConnection, table: Table, values: Values) -> int:
    """The id the row was given."""
    key = (await connection.execute(insert(table).values(**values))).inserted_primary_key
    assert key is not None  # noqa: S101 - SQLAlchemy gives one for every single INSERT
    return int(key[0])


async def reconcile(
    connection: AsyncConnection, table: Table, scope: str, stored: Collection[int], wanted: Sequence[Values]
) -> None:
    """Of the rows whose column `scope` is one of the ids: keep what is wanted, write what differs, delete the rest.

    `stored` are the ids that have rows already; `wanted` gives every column of every row, of these ids and of new ones.
    """
    names = [column.name for column in table.c]
    keys = [column.name for column in table.primary_key]
    have: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    if stored:
        rows = await connection.execute(select(table).where(table.c[scope].in_(stored)))
        have = {tuple(row._mapping[name] for name in keys): tuple(row) for row in rows}
    want = {tuple(values[name] for name in keys): values for values in wanted}
    await _insert(connection, table, [values for key, values in want.items() if key not in have])
    differing = [v for key, v in want.items() if key in have and have[key] != tuple(v[name] for name in names)]
    await _update(connection, table, keys, differing)
    await _delete(connection, table, keys, [key for key in have if key not in want])


async def _insert(connection: AsyncConnection, table: Table, rows: list[Values]) -> None:
    if rows:
        await connection.execute(insert(table), rows)


async def _update(connection: AsyncConnection, table: Table, keys: list[str], rows: list[Values]) -> None:
    rest: Values = {column.name: bindparam(column.name) for column in table.c if column.name not in keys}
    if rows and rest:
        params = [{**{name: row[name] for name in rest}, **{f"key_{name}": row[name] for name in keys}} for row in rows]
        await connection.execute(update(table).where(_same(table, keys)).values(**rest), params)


async def _delete(connection: AsyncConnection, table: Table, keys: list[str], gone: list[tuple[Any, ...]]) -> None:
    if gone:
        params = [{f"key_{name}": value for name, value in zip(keys, key, strict=True)} for key in gone]
        await connection.execute(delete(table).where(_same(table, keys)), params)


def _same(table: Table, keys: list[str]) -> ColumnElement[bool]:
    return and_(*(table.c[name] == bindparam(f"key_{name}", type_=table.c[name].type) for name in keys))
