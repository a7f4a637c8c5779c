"""The store: every noun behind one opening."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager

from bot.model import archive, ports, stores, told
from bot.model.rereading import Rereading
from bot.model.retention import Retention
from bot.model.run import Diagnosis
from storage import leases
from storage.archive import SqlArchive
from storage.articles import SqlArticles
from storage.briefs import SqlBriefs
from storage.calls import SqlCalls
from storage.channels import SqlChannels
from storage.corrections import SqlCorrections
from storage.engine import Database, located
from storage.engines.engine import engine_of
from storage.inbox import SqlInbox
from storage.memory import SqlMemory
from storage.migrate import to_head
from storage.outbox import SqlOutbox
from storage.questions import SqlQuestions
from storage.rereading import SqlRereading
from storage.retention import SqlRetention
from storage.runs import SqlRuns
from storage.signals import SqlSignals
from storage.sources import SqlSources


class SqlStore:
    """bot.model.stores.Store over SQL; leases last by `lease_clock`, None: the machine's."""

    def __init__(self, database: Database, clock: ports.Clock, lease_clock: ports.Clock | None = None) -> None:
        self._database = database
        self._lease_clock = lease_clock
        self.sources: stores.Sources = SqlSources(database)
        self.articles: stores.Articles = SqlArticles(database)
        self.signals: stores.Signals = SqlSignals(database)
        self.channels: stores.Channels = SqlChannels(database)
        self.briefs: told.Briefs = SqlBriefs(database)
        self.corrections: told.Corrections = SqlCorrections(database)
        self.outbox: stores.Outbox = SqlOutbox(database, clock)
        self.inbox: stores.InboxLog = SqlInbox(database)
        self.questions: stores.Questions = SqlQuestions(database)
        self.runs: stores.Runs = SqlRuns(database)
        self.calls: stores.Calls = SqlCalls(database)
        self.memory: stores.Memory = SqlMemory(database)
        self.archive: archive.Archive = SqlArchive(database)
        self.retention: Retention = SqlRetention(database)
        self.rereading: Rereading = SqlRereading(database)

    async def faults(self) -> tuple[str, ...]:
        """What is wrong with the database itself, a sentence each; it is read beside everything else."""
        return await asyncio.to_thread(self._database.engine.faults)

    async def diagnose(self) -> tuple[Diagnosis, ...]:
        """What an operator may want to know of the database itself; StorageError where it fails."""
        async with self._database.read() as connection:
            return await self._database.engine.diagnose(connection)

    async def release_memory(self) -> None:
        """Drop what the writer holds in memory; StorageError where the database fails."""
        await self._database.release_memory()

    def lease(self, name: str, *, wait: bool = False) -> AbstractAsyncContextManager[None]:
        """Hold the database under that name while the body runs; LeaseHeld where another lives, unless `wait`."""
        return leases.lease(self._database, name, wait=wait, clock=self._lease_clock)

    @property
    def is_shared(self) -> bool:
        """Whether several processes may do the bot's work on it at the same time."""
        return self._database.coordination.is_shared

    def share(self, name: str) -> AbstractAsyncContextManager[bool]:
        """Whether the piece of work of that name is this process's while the body runs; False: another is at it.
        StorageError where the database fails."""
        return self._database.coordination.share(name)

    def changes(self) -> AsyncGenerator[str, None]:
        """The tables that any process adds to, as it happens; "" where some may have been missed. It does not end."""
        return self._database.coordination.changes()

    async def holders(self) -> Mapping[str, str]:
        """By name the leases that somebody living holds, with who that is; StorageError where the database fails."""
        async with self._database.read() as connection:
            clock, engine = self._lease_clock, self._database.engine
            return await leases.holders(connection, clock.now() if clock else await engine.now(connection))


@asynccontextmanager
async def open_store(
    url: str, *, clock: ports.Clock, lease_clock: ports.Clock | None = None
) -> AsyncIterator[SqlStore]:
    """The store at `sqlite:///…`, a bare path or `postgresql://…`, made (a file) and migrated where need be.

    Leases last by `lease_clock`, None: the machine's.

    Raises SchemaTooNew, StorageFull, StorageReadOnly, or StorageError where it can't be used for another reason.
    """
    address = located(url)
    engine_of(address).prepare()
    # In a thread and on a connection of its own: nothing waits for it, and a failure leaves nothing open.
    await asyncio.to_thread(to_head, address)
    async with aclosing(Database(address)) as database:
        yield SqlStore(database, clock, lease_clock)
