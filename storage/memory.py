"""Small facts by name that outlive the process."""

from __future__ import annotations

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.engine import Database
from storage.schema import memory

RECALL = select(memory.c.value).where(memory.c.name == bindparam("of"))
KEEP = update(memory).where(memory.c.name == bindparam("of")).values(value=bindparam("kept"))


class SqlMemory:
    """bot.model.stores.Memory over SQL; its methods raise StorageError, or a child, where the database fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def recall(self, name: str) -> str | None:
        """What was kept under that name last; None: nothing."""
        async with self._database.read() as connection:
            return await recall(connection, name)

    async def keep(self, name: str, value: str) -> None:
        """Keep the value under that name, in place of what was there."""
        async with self._database.write() as connection:
            await keep(connection, name, value)


async def recall(connection: AsyncConnection, name: str) -> str | None:
    """What was kept under that name last; None: nothing."""
    return await connection.scalar(RECALL, {"of": name})


async def keep(connection: AsyncConnection, name: str, value: str) -> None:
    """Keep the value under that name, in place of what was there."""
    if not (await connection.execute(KEEP, {"of": name, "kept": value})).rowcount:
        await connection.execute(insert(memory).values(name=name, value=value))
