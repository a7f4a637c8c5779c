"""Who holds the database: a lease by name, renewed while held, succeeded where its holder is dead.

Terms are counted by a clock of their own, the database's unless told otherwise: a program whose clock starts elsewhere
must still agree with other processes on when a term ends.

    take → the body, in which every writing asks in its own transaction whether the lease is still held → let go

A process that slept past its term and wakes cannot write any more, whatever it believes: the database refuses it.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.clock import SystemClock
from bot.model.errors import LeaseHeld, StorageError
from bot.model.ports import Clock
from storage.engine import Database, fenced
from storage.schema import leases

log = logging.getLogger(__name__)

ANSWER_SECONDS = 5.0
"""That a server gets to answer a renewal, in real time; where packets are lost it never does."""
TERM = 15.0
"""Seconds, by the lease's clock, that a lease lasts without renewal; it is renewed three times a term."""


@dataclass(frozen=True, slots=True)
class Hold:
    """One hold of one lease by this process."""

    database: Database
    name: str
    clock: Clock | None  # by which terms are counted; None: the database's
    id: str
    term: float = TERM  # seconds until it ends unless it is renewed

    async def take(self) -> Row[Any] | None:
        """None: the lease is ours now, taken over where its holder is dead or its term is over. Else the row of the
        living rival. StorageError where the database fails.
        """
        async with self.database.write() as connection:
            row = (await connection.execute(select(leases).where(leases.c.name == self.name))).one_or_none()
            now = await self._now(connection)
            if row is not None and _alive(row, now):
                return row
            await connection.execute(delete(leases).where(leases.c.name == self.name))
            mine = {"pid": os.getpid(), "process": _process(), "host": socket.gethostname(), "place": _place()}
            await connection.execute(
                insert(leases).values(name=self.name, holder=self.id, expires_at=self._end(now), **mine)
            )
            return None

    async def renew(self) -> bool:
        """Whether the lease is still ours, for another term; False: another holds it. StorageError where the database
        fails.
        """
        mine = update(leases).where(leases.c.name == self.name, leases.c.holder == self.id)
        async with self.database.write() as connection:
            end = self._end(await self._now(connection))
            return bool((await connection.execute(mine.values(expires_at=end))).rowcount)

    async def release(self) -> None:
        """Let go of the lease; nothing where another has it. StorageError where the database fails."""
        async with self.database.write() as connection:
            await connection.execute(delete(leases).where(leases.c.holder == self.id))

    async def fence(self, connection: AsyncConnection, database: Database) -> None:
        """LeaseHeld where another holds the lease of that database by now, or nobody."""
        if database is not self.database:
            return
        held = select(leases.c.name).where(leases.c.name == self.name, leases.c.holder == self.id)
        if await connection.scalar(held) is None:
            raise LeaseHeld(overtaken(self.name), holder="another process")

    async def _now(self, connection: AsyncConnection) -> datetime:
        return self.clock.now() if self.clock else await self.database.engine.now(connection)

    def _end(self, now: datetime) -> datetime:
        return now + timedelta(seconds=self.term)


async def holders(connection: AsyncConnection, now: datetime) -> dict[str, str]:
    """By name the leases that are held at `now`, with who holds each."""
    rows = (await connection.execute(select(leases).order_by(leases.c.name))).all()
    return {row.name: f"process {row.pid} on {row.host}" for row in rows if _alive(row, now)}


@asynccontextmanager
async def lease(
    database: Database, name: str, *, wait: bool = False, clock: Clock | None = None
) -> AsyncIterator[None]:
    """Hold `name` while the body runs; LeaseHeld where another lives. Where the lease is lost to another meanwhile
    (this process slept past its term), the body is cancelled and LeaseHeld raised; what it still tries to write is
    refused. `clock`: None is the database's."""
    hold, waits = Hold(database, name, clock, uuid4().hex), clock or SystemClock()
    while (rival := await hold.take()) is not None:
        if not wait:
            raise LeaseHeld(refusal(name, rival), holder=f"process {rival.pid} on {rival.host}")
        log.debug("waiting for the lease “%s”, which process %d on %s holds", name, rival.pid, rival.host)
        await waits.sleep(TERM / 15)
    owner = asyncio.current_task()
    assert owner is not None  # noqa: S101 - a coroutine always runs in a task
    before, lost = owner.cancelling(), asyncio.Event()
    renewal = asyncio.create_task(_keep_renewing(hold, waits, owner, lost), name=f"renew the lease “{name}”")
    database.holds[name] = hold.fence
    try:
        try:
            with fenced(hold.fence):
                yield
        finally:
            del database.holds[name]
            await _end(hold, renewal)
    except asyncio.CancelledError:
        if not lost.is_set() or owner.uncancel() > before:
            raise
        raise LeaseHeld(overtaken(name), holder="another process") from None


async def _keep_renewing(hold: Hold, clock: Clock, owner: asyncio.Task[Any], lost: asyncio.Event) -> None:
    """A renewal that fails (a full disk, a long lock) is tried again: a file's lease is lost only to another holder. A
    server that is not reached for a whole term may be reached by others, to whom the lease is lost then.
    """
    until = clock.now() + timedelta(seconds=TERM)
    is_shared = hold.database.coordination.is_shared
    asked: asyncio.Task[bool | None] | None = None  # a renewal that has no answer yet
    try:
        while True:
            await clock.sleep(TERM / 3)
            asked = asked or asyncio.create_task(_renewed(hold))
            await asyncio.wait([asked], timeout=ANSWER_SECONDS if is_shared else None)
            held, asked = (asked.result(), None) if asked.done() else (None, asked)
            if held:
                until = clock.now() + timedelta(seconds=TERM)
            if held is False or (is_shared and clock.now() >= until):
                lost.set()
                owner.cancel()
                return
    finally:
        if asked is not None:
            asked.cancel()


async def _renewed(hold: Hold) -> bool | None:
    """False too where a lease is lost in whose body this one is held; None: the database failed."""
    try:
        return await hold.renew()
    except LeaseHeld:
        return False
    except StorageError:
        return None


async def _end(hold: Hold, renewal: asyncio.Task[None]) -> None:
    """Stop renewing, then let go; what can't be released now ends by itself."""
    renewal.cancel()
    await asyncio.wait([renewal])
    letting_go = asyncio.create_task(_let_go(hold))
    await asyncio.wait([letting_go], timeout=ANSWER_SECONDS if hold.database.coordination.is_shared else None)


async def _let_go(hold: Hold) -> None:
    with suppress(StorageError, LeaseHeld):
        await hold.release()


def _alive(row: Row[Any], now: datetime) -> bool:
    if row.place != _place():
        return bool(row.expires_at > now)
    if row.pid == os.getpid():
        return bool(row.process == _process())
    try:
        os.kill(row.pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return bool(row.expires_at > now)


@cache
def _process() -> str:
    """This process, told from an earlier one of the same number."""
    return uuid4().hex


@cache
def _place() -> str:
    """Where a pid means the same process: this host, since it was started, in this pid namespace."""
    boot, namespace = "", ""
    with suppress(OSError):
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    with suppress(OSError):
        namespace = str(Path("/proc/self/ns/pid").readlink())
    return f"{socket.gethostname()} {boot} {namespace}"


def overtaken(name: str) -> str:
    """That this process held the lease and another does now, and what to do, as one sentence."""
    return (
        f"This process was halted for so long that another has taken over its work (“{name}”): "
        "leave the other running, or stop it and start again."
    )


def refusal(name: str, rival: Row[Any]) -> str:
    """That another holds the lease, and what to do, as one sentence."""
    who = f"(process {rival.pid} on {rival.host})"
    if name == "run":
        return f"Another `bellwether run` {who} is using this database; stop it first, or start with --wait."
    return f"Another process {who} is at the same work (“{name}”) on this database; try again when it is done."
