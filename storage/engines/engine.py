"""What the store asks of a database, and the choice of one by its address."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

import sqlalchemy
from sqlalchemy import URL, Connection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.model.errors import StorageError
from bot.model.run import Diagnosis
from storage.engines.coordination import Coordination


class Engine(Protocol):
    """One database at its address."""

    place: str
    """How the database is named to people: its file, or server and name."""

    def prepare(self) -> None:
        """Make ready what must be there before the database is opened; StorageError where that fails."""

    def writer(self) -> AsyncEngine:
        """A pool of one connection; its transactions hold the database's only right to write from their beginning."""

    def readers(self, size: int) -> AsyncEngine:
        """A pool of connections that cannot write; each transaction sees one moment."""

    def migrator(self) -> sqlalchemy.Engine:
        """As `writer`, for migrations, which are not async; no connection of it is kept."""

    def refuse_unfit(self, connection: Connection) -> None:
        """StorageError where the database cannot keep every text that there is, or is too old to keep any."""

    def sentence(self, error: BaseException | None) -> StorageError:
        """The error that tells a person of this failure, and what to do."""

    def coordination(self) -> Coordination:
        """What its processes need of each other; it is to be closed."""

    async def now(self, connection: AsyncConnection) -> datetime:
        """The instant by the one clock on which all processes of the database agree."""

    async def release_memory(self, writer: AsyncConnection) -> None:
        """Let go of what the writer's connection holds in memory."""

    async def last_ids(self, reader: AsyncConnection) -> dict[str, int]:
        """By table the last id it gave, where the database counts them: such an id is never given again."""

    async def give_after(self, writer: AsyncConnection, last: Mapping[str, int]) -> None:
        """Let each table give its next id after its last one, where the database counts them."""

    def faults(self) -> tuple[str, ...]:
        """What is wrong with what is stored, a sentence each; none where it is whole. StorageError."""

    async def diagnose(self, reader: AsyncConnection) -> tuple[Diagnosis, ...]:
        """What an operator may want to know of the database itself, beside what is in it."""


def engine_of(url: URL) -> Engine:
    """The engine that keeps the database at `url`; a driver is imported only where it is the configured one's."""
    if url.get_backend_name() == "postgresql":
        from storage.engines.postgresql import PostgreSQL

        return PostgreSQL(url)
    from storage.engines.sqlite import SQLite

    return SQLite(url)
