"""The tables as a move reads and writes them: as the drivers know their values, no nouns made of them on the way."""

from __future__ import annotations

from functools import cache

from sqlalchemy import Column, ForeignKey, MetaData, Table, Text, TypeDecorator
from sqlalchemy.types import TypeEngine

from storage import schema
from storage.migrate import MOVING

moving = Table(  # in a database that an archive is being moved to, and in no other
    MOVING,
    MetaData(),
    Column("name", Text, primary_key=True),  # what a run of the move has noted: source, counts, or a table
    Column("value", Text, nullable=False),
)


@cache
def plain_tables() -> dict[str, Table]:
    """Every table that is moved, by name, those that others point at first; who holds a lease is not moved.

    Made once: what is compiled of a statement is kept by its tables.
    """
    plain = MetaData()
    for table in schema.metadata.sorted_tables:
        if table is not schema.leases:
            Table(table.name, plain, *(_plain(column) for column in table.c))
    return {
        table.name: plain.tables[table.name] for table in schema.metadata.sorted_tables if table is not schema.leases
    }


def _plain(column: Column[object]) -> Column[object]:
    targets = [ForeignKey(each.target_fullname) for each in column.foreign_keys]
    return Column(
        column.name,
        _stored_type(column.type),
        *targets,
        primary_key=column.primary_key,
        nullable=column.nullable,
        autoincrement=column.autoincrement,
    )


def _stored_type(kind: TypeEngine[object]) -> TypeEngine[object]:
    return kind.impl_instance if isinstance(kind, TypeDecorator) else kind
