"""One holder at a time; a dead one is succeeded, a living one never, and one who lost it stops."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, update

from bot.model.errors import LeaseHeld
from storage import leases, schema
from storage.store import SqlStore, open_store
from tests.clock import FakeClock

TERM = 0.3  # seconds


@pytest.fixture
async def pair(tmp_path: Path) -> AsyncIterator[tuple[SqlStore, SqlStore]]:
    """Two stores on one database, with short terms."""
    url = str(tmp_path / "b.db")
    async with (
        open_store(url, clock=FakeClock(), term=TERM) as one,
        open_store(url, clock=FakeClock(), term=TERM) as two,
    ):
        yield one, two


async def hold_as(store: SqlStore, pid: int, place: str, seconds: float = 60) -> None:
    """A row as another process would have left it."""
    row = {"name": "run", "holder": "x", "process": "y", "pid": pid, "host": "elsewhere", "place": place}
    async with store._database.write() as connection:
        await connection.execute(delete(schema.leases))
        expires = datetime.now(UTC) + timedelta(seconds=seconds)
        await connection.execute(insert(schema.leases).values(**row, expires_at=expires))


def dead_pid() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


async def test_one_at_a_time(pair: tuple[SqlStore, SqlStore]) -> None:
    """A second holder is refused in one sentence that says who holds it; other names are free; after, it is free."""
    one, two = pair
    async with one.lease("run"):
        with pytest.raises(LeaseHeld) as refusal:
            async with two.lease("run"):
                pass
        async with two.lease("cycle"):
            pass
    who = f"process {os.getpid()} on {socket.gethostname()}"
    assert str(refusal.value) == (
        f"Another `bellwether run` ({who}) is using this database; stop it first, or start with --wait."
    )
    assert refusal.value.holder == who
    async with two.lease("run"):
        pass


async def test_it_is_renewed(pair: tuple[SqlStore, SqlStore]) -> None:
    """A lease is kept beyond its term for as long as its holder lives."""
    one, two = pair
    async with one.lease("run"):
        await asyncio.sleep(2 * TERM)
        with pytest.raises(LeaseHeld):
            async with two.lease("run"):
                pass


async def test_waiting(pair: tuple[SqlStore, SqlStore]) -> None:
    """Who waits has it when the holder lets go, and not before."""
    one, two = pair
    order = []

    async def wait() -> None:
        async with two.lease("run", wait=True):
            order.append("second")

    async with one.lease("run"):
        waiting = asyncio.create_task(wait())
        await asyncio.sleep(TERM / 2)
        order.append("first")
    await waiting
    assert order == ["first", "second"]


async def test_a_dead_process_is_succeeded_at_once(store: SqlStore) -> None:
    """A holder killed on this machine is succeeded at once, also one that had the number this process has now."""
    for pid in (dead_pid(), os.getpid()):
        await hold_as(store, pid, leases._place())
        async with store.lease("run"):
            pass


async def test_a_living_process_is_not(store: SqlStore) -> None:
    """A living process of this machine keeps what it holds until its term ends."""
    await hold_as(store, os.getppid(), leases._place())
    with pytest.raises(LeaseHeld, match=f"process {os.getppid()} on elsewhere"):
        async with store.lease("run"):
            pass
    await hold_as(store, os.getppid(), leases._place(), seconds=-1)
    async with store.lease("run"):
        pass


async def test_another_machines_is_waited_for(pair: tuple[SqlStore, SqlStore]) -> None:
    """Of another machine's process nothing is known: its term decides."""
    store, _ = pair
    await hold_as(store, dead_pid(), "another machine", seconds=TERM)
    with pytest.raises(LeaseHeld):
        async with store.lease("run"):
            pass
    async with store.lease("run", wait=True):
        pass


async def test_a_lost_lease_stops_its_holder(pair: tuple[SqlStore, SqlStore]) -> None:
    """A holder that finds another in its place is stopped, and says why; the other keeps it."""
    one, two = pair

    async def work() -> None:
        async with one.lease("run"):
            async with two._database.write() as connection:
                await connection.execute(update(schema.leases).values(holder="another"))
            await asyncio.sleep(60)

    with pytest.raises(LeaseHeld, match="another has taken over"):
        await work()
    async with two._database.read() as connection:
        assert (await connection.scalars(select(schema.leases.c.holder))).all() == ["another"]


async def test_an_error_or_a_cancellation_lets_go(pair: tuple[SqlStore, SqlStore]) -> None:
    """However the body ends, the lease is let go, and the end stays what it was."""
    one, two = pair
    with pytest.raises(ZeroDivisionError):
        async with one.lease("run"):
            raise ZeroDivisionError
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05), one.lease("run"):
            await asyncio.sleep(60)
    async with two.lease("run"):
        pass
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0
