"""Bad moments: a disk that fills at any write, and Ctrl-C at any time, are one sentence or none, never a traceback."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sqlite3
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.engine import Database, spoken
from tests import forking
from tests.clock import PATIENCE
from tests.forking import Process
from tests.process import Machine, end, ended, shown
from tests.servers.feeds import FeedServer, feed_server, item, rss

FEED = rss(
    item(
        "Memory chip stocks shed $100bn as shortage trade unwinds",
        description="<p>Micron, the largest American producer of memory chips, fell 19 per cent after researchers "
        "showed that models can be compressed. “Each query costs less,” said Shawn Kim of Arden Bank.</p>",
    )
)


@pytest.fixture
async def server() -> AsyncIterator[FeedServer]:
    async with feed_server() as opened:
        opened.put("/feed", FEED)
        yield opened


def machine(server: FeedServer, home: Path, empty_database: Path, **environment: str) -> Machine:
    """One with a source and an empty database."""
    sources, database = home / "sources.toml", home / "bellwether.db"
    sources.write_text(f'[[source]]\nurl = "{server.url("/feed")}"\n', encoding="utf-8")
    shutil.copy(empty_database, database)
    return Machine(
        home,
        BELLWETHER_SOURCES=str(sources),
        BELLWETHER_DATABASE_URL=str(database),
        BELLWETHER_ALLOW_PRIVATE_HOSTS="true",
        **environment,
    )


class Disk:
    """A disk that is full from a certain write on."""

    def __init__(self, room: int) -> None:
        self.room = room

    def fill(self, monkeypatch: pytest.MonkeyPatch) -> None:
        real, disk = Database.write, self

        @asynccontextmanager
        async def write(self: Database) -> AsyncIterator[AsyncConnection]:
            disk.room -= 1
            if disk.room < 0:
                with spoken(self.place):
                    raise full()
            async with real(self) as connection:
                yield connection

        monkeypatch.setattr(Database, "write", write)


def full() -> sqlite3.Error:
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorname = "SQLITE_FULL"
    return error


@pytest.mark.parametrize("words", [("brief",), ("ask", "mute", "AI"), ("sources", "drop", "127.0.0.1")])
async def test_a_disk_that_fills_at_any_write_is_one_sentence(
    server: FeedServer, tmp_path: Path, empty_database: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    """Each write of a command in turn is the first that finds no room, until there is room for all of them."""
    codes: list[int] = []
    room = 0
    while not codes or codes[-1] != 0:
        with monkeypatch.context() as patched:
            Disk(room).fill(patched)
            ran = await machine(server, tmp_path, empty_database).within(*words)
        codes.append(ran.code)
        assert room < 60, ran
        if ran.code:
            *_, last = ran.err.splitlines()
            assert ran.code == 5, ran
            assert last.startswith("bellwether: The disk is full at ")
            assert "Traceback" not in ran.err
        room += 1
    assert len(codes) > 1


@pytest.mark.parametrize("room", [60_000, 120_000])
async def test_a_file_that_may_not_grow_is_one_sentence(
    server: FeedServer, tmp_path: Path, empty_database: Path, room: int
) -> None:
    """The system itself refuses to write, at the first write or amid a look: nothing kept is lost, and the next look
    does the rest."""
    there = machine(server, tmp_path, empty_database)
    command = ("tests.full_disk", str(room), "brief")
    stopped = await ended(await forking.start(*command, cwd=there.home, env=there.environment))
    said = [line for line in stopped.err.splitlines() if not line.endswith("…")]
    assert (stopped.code, len(said)) == (5, 1), stopped
    assert said[0].startswith("bellwether: The database at ")
    assert "Memory chip stocks shed $100bn" in (await there.within("brief")).out
    audited = await there.within("audit")
    assert (audited.code, audited.out.splitlines()[-1]) == (0, "The database is whole.")


INTERRUPTED = """
import os, signal, sys

module = sys.argv.pop(1)

class Interrupting:
    def find_spec(self, name, path, target=None):
        if name == module:
            sys.meta_path.remove(self)
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Interrupting())
from bot.__main__ import main
sys.exit(main())
"""
"""The command of the words after the first, interrupted when it loads the module that the first one names."""


@pytest.mark.parametrize("words", [("run",), ("ask", "signals")])
@pytest.mark.parametrize("module", ["bot.cli.arguments", "bot.app.opening", "sqlalchemy"])
async def test_an_interrupt_while_modules_load_is_quiet(
    server: FeedServer, tmp_path: Path, empty_database: Path, module: str, words: tuple[str, ...]
) -> None:
    """From the first line of ours on, Ctrl-C ends the process without a word."""
    there = machine(server, tmp_path, empty_database)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        INTERRUPTED,
        module,
        *words,
        env=there.environment,
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=PIPE,
    )
    await quiet(process)


@pytest.mark.parametrize("words", [("run",), ("brief",)])
async def test_an_interrupt_while_a_source_is_read_is_quiet(
    server: FeedServer, tmp_path: Path, empty_database: Path, words: tuple[str, ...]
) -> None:
    """The look is left as it is, and the process ends."""
    server.put("/feed", hang=True)
    process = await machine(server, tmp_path, empty_database).start(*words)
    await server.asked(1)
    process.send_signal(signal.SIGINT)
    await quiet(process)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_stop_at_rest_is_quiet(
    server: FeedServer, tmp_path: Path, empty_database: Path, number: signal.Signals
) -> None:
    """Also when it goes to the whole group, as Ctrl-C does, and workers are there to hear it."""
    there = machine(server, tmp_path, empty_database, BELLWETHER_PIPELINE__WORKERS="1")
    process = await there.start("run", alone=True, anew=True)
    await shown(process.stdout, b"The Bellwether")
    os.killpg(process.pid, number)
    await quiet(process)


async def quiet(process: Process) -> None:
    """The process ends, and standard error holds its progress and at most a line more."""
    try:
        _, err = await asyncio.wait_for(process.communicate(), PATIENCE)
    finally:
        await end(process)
    said = [line for line in err.decode().splitlines() if not line.endswith("…")]
    assert len(said) <= 1, err.decode()
    assert process.returncode in {0, 3, 130, -signal.SIGINT}
