"""One holder at a time; a dead one is succeeded, a living one never, and one who lost it stops."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, insert, select, update

from bot.model.errors import LeaseHeld
from storage import leases, schema
from storage.leases import TERM
from storage.store import SqlStore, open_store
from tests.clock import FakeClock, SteppedClock


@pytest.fixture
def terms() -> SteppedClock:
    """The clock by which leases last."""
    return SteppedClock()


@pytest.fixture
async def pair(address: str, terms: SteppedClock) -> AsyncIterator[tuple[SqlStore, SqlStore]]:
    """Two stores on one database."""
    async with (
        open_store(address, clock=FakeClock(), lease_clock=terms) as one,
        open_store(address, clock=FakeClock(), lease_clock=terms) as two,
    ):
        yield one, two


async def hold_as(store: SqlStore, terms: SteppedClock, pid: int, place: str, seconds: float = 60) -> None:
    """A row as another process would have left it."""
    row = {"name": "run", "holder": "x", "process": "y", "pid": pid, "host": "elsewhere", "place": place}
    async with store._database.write() as connection:
        await connection.execute(delete(schema.leases))
        expires = terms.now() + timedelta(seconds=seconds)
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


async def test_it_is_renewed(pair: tuple[SqlStore, SqlStore], terms: SteppedClock) -> None:
    """A lease is kept beyond its term for as long as its holder lives."""
    one, two = pair
    async with one.lease("run"):
        for _ in range(6):
            await terms.asleep(1)
            terms.advance(TERM / 3)
        await terms.asleep(1)
        with pytest.raises(LeaseHeld):
            async with two.lease("run"):
                pass


async def test_waiting(pair: tuple[SqlStore, SqlStore], terms: SteppedClock) -> None:
    """Who waits has it when the holder lets go, and not before."""
    one, two = pair
    order = []

    async def wait() -> None:
        async with two.lease("run", wait=True):
            order.append("second")

    async with one.lease("run"):
        waiting = asyncio.create_task(wait())
        for _ in range(9):
            await terms.asleep(2)  # the renewal, and the one who waits
            terms.advance(TERM / 9)
        await terms.asleep(2)
        order.append("first")
    terms.advance(TERM / 9)
    await waiting
    assert order == ["first", "second"]


@pytest.fixture
async def alone(pair: tuple[SqlStore, SqlStore]) -> SqlStore:
    return pair[0]


async def test_a_dead_process_is_succeeded_at_once(alone: SqlStore, terms: SteppedClock) -> None:
    """A holder killed on this machine is succeeded at once, also one that had the number this process has now."""
    for pid in (dead_pid(), os.getpid()):
        await hold_as(alone, terms, pid, leases._place())
        async with alone.lease("run"):
            pass


async def test_a_living_process_is_not(alone: SqlStore, terms: SteppedClock) -> None:
    """A living process of this machine keeps what it holds until its term ends."""
    await hold_as(alone, terms, os.getppid(), leases._place())
    with pytest.raises(LeaseHeld, match=f"process {os.getppid()} on elsewhere"):
        async with alone.lease("run"):
            pass
    terms.advance(61)
    async with alone.lease("run"):
        pass


async def test_another_machines_is_waited_for(alone: SqlStore, terms: SteppedClock) -> None:
    """Of another machine's process nothing is known: its term decides."""
    await hold_as(alone, terms, dead_pid(), "another machine", seconds=TERM)
    with pytest.raises(LeaseHeld):
        async with alone.lease("run"):
            pass

    async def wait() -> None:
        async with alone.lease("run", wait=True):
            pass

    waiting = asyncio.create_task(wait())
    await terms.asleep(1)
    terms.advance(TERM - 1)
    await terms.asleep(1)
    assert not waiting.done()
    terms.advance(1)
    await waiting


async def test_by_itself_a_term_is_real_time(store: SqlStore) -> None:
    """Where no clock is named it is the machine's, whatever clock the program is given: other processes go by it."""
    async with store.lease("run"), store._database.read() as connection:
        (expires,) = (await connection.scalars(select(schema.leases.c.expires_at))).all()
    assert abs(expires - datetime.now(UTC)) < timedelta(days=1)


async def test_a_lost_lease_stops_its_holder(pair: tuple[SqlStore, SqlStore], terms: SteppedClock) -> None:
    """A holder that finds another in its place is stopped, and says why; the other keeps it."""
    one, two = pair

    async def work() -> None:
        async with one.lease("run"):
            async with two._database.write() as connection:
                await connection.execute(update(schema.leases).values(holder="another"))
            await terms.asleep(1)
            terms.advance(TERM / 3)
            await asyncio.Event().wait()

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

    async def halted() -> None:
        async with asyncio.timeout(None) as limit, one.lease("run"):
            limit.reschedule(0)
            await asyncio.Event().wait()

    with pytest.raises(TimeoutError):
        await halted()
    async with two.lease("run"):
        pass
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0
