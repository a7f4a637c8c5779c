"""Several processes on one database: who was overtaken writes no more, work is shared out, and each hears of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, aclosing
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url, update

from bot.model.channel import ChannelSettings
from bot.model.errors import LeaseHeld, StorageError
from bot.model.messages import text
from bot.model.outgoing import addressed
from storage import leases, schema
from storage.engine import Database, located
from storage.engines import postgresql_coordination
from storage.leases import TERM
from storage.store import SqlStore
from tests.clock import MORNING, PATIENCE, FakeClock, SteppedClock
from tests.servers import postgres
from tests.servers.wire import wire


@pytest.fixture
def terms() -> SteppedClock:
    """The clock by which leases last."""
    return SteppedClock()


@pytest.fixture
async def pair(address: str, terms: SteppedClock) -> AsyncIterator[tuple[SqlStore, SqlStore]]:
    """Two processes, as a database knows them."""
    async with AsyncExitStack() as stack:
        opened = [await stack.enter_async_context(aclosing(Database(located(address)))) for _ in range(2)]
        yield SqlStore(opened[0], FakeClock(), terms), SqlStore(opened[1], FakeClock(), terms)


async def overtake(other: SqlStore, name: str) -> None:
    """What another process does once a lease's term is over."""
    taken = update(schema.leases).where(schema.leases.c.name == name).values(holder="another")
    async with other._database.write() as connection:
        await connection.execute(taken)


async def test_who_was_overtaken_writes_no_more(pair: tuple[SqlStore, SqlStore]) -> None:
    """A leader that slept past its term wakes: the database refuses its writings, and those of tasks it started."""
    one, two = pair

    async def writes() -> None:
        async with one.lease("cycle"):
            await one.memory.keep("told", "once")
            await overtake(two, "cycle")
            with pytest.raises(LeaseHeld, match="another has taken over its work"):
                await asyncio.create_task(one.memory.keep("told", "twice"))
            await two.memory.keep("by", "two")
            await one.memory.keep("told", "thrice")

    with pytest.raises(LeaseHeld):
        await writes()
    assert (await one.memory.recall("told"), await one.memory.recall("by")) == ("once", "two")
    await one.memory.keep("told", "later, as any other process")


async def test_who_was_overtaken_claims_no_message(pair: tuple[SqlStore, SqlStore]) -> None:
    """The sender's task began before the platform's lease, and is refused all the same."""
    one, two = pair
    for name in ("C1", "C2"):
        channel, _ = await one.channels.ensure("slack", name, name, ChannelSettings(), MORNING)
        await one.outbox.put(addressed(channel, "notice:1", 1, text("Hello.")), MORNING)
    claims = asyncio.Queue[None]()

    async def sends() -> None:
        while True:
            await claims.get()
            first = await one.outbox.claim(MORNING, ["slack"])
            assert first is not None
            claims.task_done()

    sender = asyncio.create_task(sends())
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(one.lease("platform:slack"))
        claims.put_nowait(None)
        await claims.join()
        await overtake(two, "platform:slack")
        claims.put_nowait(None)
        with pytest.raises(LeaseHeld):
            await sender
    left = await two.outbox.claim(MORNING, ["slack"])
    assert left is not None
    assert left.address == "C2"


async def test_what_is_left_open_is_answered_once(pair: tuple[SqlStore, SqlStore]) -> None:
    """Two processes answer the same question: the second answer is dropped whole, however many parts it has."""
    from bot.model.event import Asker, Event

    one, two = pair
    channel, _ = await one.channels.ensure("slack", "C1", "#desk", ChannelSettings(), MORNING)
    event = Event("slack", "e1", "C1", "#desk", Asker("U1", "Anna"), "why 1", MORNING)
    assert await one.inbox.accept(event, MORNING)
    said = [addressed(channel, "reply:e1", part, text("Because.")) for part in (1, 2)]
    await two.inbox.answered(event, said[:1], MORNING)
    await one.inbox.answered(event, said, MORNING, {"answered by": "one"})
    assert len(await one.outbox.under(channel.id, "reply:e1")) == 1
    assert await one.memory.recall("answered by") is None


@pytest.mark.parametrize("engine", ["postgresql"])
async def test_work_is_shared_out(pair: tuple[SqlStore, SqlStore], address: str) -> None:
    """A piece of work is one process's at a time, also within a process; it is free when that is done, or is dead."""
    one, two = pair
    assert one.is_shared
    async with one.share("host a.example") as mine, two.share("host a.example") as theirs:
        assert (mine, theirs) == (True, False)
        async with one.share("host a.example") as again, two.share("host b.example") as other:
            assert (again, other) == (False, True)
    async with two.share("host a.example") as mine:
        assert mine
        cut(address)
        async with one.share("host a.example") as free:
            assert free


@pytest.mark.parametrize("engine", ["postgresql"])
async def test_each_hears_of_what_another_adds(
    pair: tuple[SqlStore, SqlStore], address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the table's name; first, and after a connection broke, that something may have been missed."""
    monkeypatch.setattr(postgresql_coordination, "AGAIN_SECONDS", 0.0)
    one, two = pair
    channel, _ = await one.channels.ensure("slack", "C1", "#desk", ChannelSettings(), MORNING)
    heard = one.changes()
    async with asyncio.timeout(PATIENCE), aclosing(heard):
        assert await anext(heard) == ""
        await two.outbox.put(addressed(channel, "notice:1", 1, text("Hello.")), MORNING)
        assert await anext(heard) == "deliveries"
        cut(address)
        assert await anext(heard) == ""


@pytest.mark.parametrize("engine", ["sqlite"])
async def test_a_file_is_one_process_at_a_time(pair: tuple[SqlStore, SqlStore]) -> None:
    """Its leases see to that; all work is whose it is, and nobody is woken."""
    one, two = pair
    assert not one.is_shared
    async with one.share("x") as mine, two.share("x") as theirs:
        assert (mine, theirs) == (True, True)
    waiting = asyncio.ensure_future(anext(one.changes()))
    await asyncio.sleep(0)
    assert not waiting.done()
    waiting.cancel()


@pytest.mark.parametrize("engine", ["postgresql"])
async def test_a_server_out_of_reach_for_a_term_ends_the_lease(
    pair: tuple[SqlStore, SqlStore], terms: SteppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Others may reach it, and have the lease by then: whoever cannot renew it gives up its work by itself."""

    async def fails(_hold: leases.Hold) -> bool:
        raise StorageError("The database cannot be reached.")

    async def held() -> None:
        async with pair[0].lease("cycle"):
            await asyncio.Future()

    monkeypatch.setattr(leases.Hold, "renew", fails)
    holder = asyncio.create_task(held())
    for _ in range(3):
        await terms.asleep(1)
        assert not holder.done()
        terms.advance(TERM / 3)
    with pytest.raises(LeaseHeld):
        await asyncio.wait_for(holder, PATIENCE)


@pytest.mark.parametrize("engine", ["postgresql"])
async def test_a_network_that_drops_packets(
    address: str, terms: SteppedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever is cut off gives up its lease by itself, another has it within a term, and what the first one still had
    on its way is refused when the network is back."""
    monkeypatch.setattr(leases, "ANSWER_SECONDS", 0.05)
    server = make_url(address)
    socket = ".s.PGSQL.5432"
    async with AsyncExitStack() as stack:
        line = await stack.enter_async_context(wire(Path(str(server.query["host"])) / socket, tmp_path / socket))
        through = server.update_query_dict({"host": str(tmp_path)})
        one, two = [SqlStore(Database(each), FakeClock(), terms) for each in (through, located(address))]
        on_its_way: list[asyncio.Task[None]] = []

        async def cut_off() -> None:
            async with one.lease("cycle"):
                await one.memory.keep("told", "once")
                line.broken = True
                on_its_way.append(asyncio.create_task(one.memory.keep("told", "twice")))
                await asyncio.Future()

        holder = asyncio.create_task(cut_off())
        for _ in range(3):
            await terms.asleep(1)
            terms.advance(TERM / 3)
        with pytest.raises(LeaseHeld):
            await asyncio.wait_for(holder, PATIENCE)
        async with two._database.write() as connection:  # as seen from another machine, where its pid means nothing
            await connection.execute(update(schema.leases).values(place="elsewhere"))
        async with two.lease("cycle"):
            await two.memory.keep("by", "two")
        line.broken = False
        cut(address)
        with pytest.raises((StorageError, LeaseHeld)):
            await asyncio.wait_for(on_its_way[0], PATIENCE)
        assert await two.memory.recall("told") == "once"
        await one._database.aclose()
        await two._database.aclose()


def cut(address: str) -> None:
    """End all connections of the bot, as the server does when it is started again."""
    ours = "application_name = 'bellwether' AND datname = current_database()"
    with psycopg.connect(postgres.plain(address), autocommit=True) as other:
        other.execute(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE {ours}".encode())
