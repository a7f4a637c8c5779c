"""The labels that signals carry, each once, beside the signals' own: kept up as signals are written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Dialect
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.rows import Values, insert_of
from storage.schema import labels


async def remember(connection: AsyncConnection, rows: Sequence[Values]) -> None:
    """Keep the labels of these rows of `signal_labels`; one that is known takes the name it has now."""
    found = {(kind, value): name for _, kind, value, name in rows}
    if found:
        given = [{"kind": kind, "value": value, "name": name} for (kind, value), name in found.items()]
        await connection.execute(_keep(connection.dialect), given)


def _keep(dialect: Dialect) -> Any:
    """A row that is the same already is not written again."""
    new = insert_of(labels, dialect)
    renamed = new.excluded.name
    return new.on_conflict_do_update(
        index_elements=labels.primary_key, set_={"name": renamed}, where=labels.c.name != renamed
    )
