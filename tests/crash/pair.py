"""The same morning with two processes on one PostgreSQL database: they, and their connections, end again and again.

    python -m tests.crash --pairs --kills 200

Each blow is one of: a process killed at a point of its own (after a commit, before or after a send); all connections
to the database cut, as when it is started again; a process that sleeps until another has taken over, and wakes.
"""

from __future__ import annotations

import random
import signal
import time
from contextlib import suppress
from pathlib import Path

import psycopg

from tests.crash.stage import MOST_POINTS, Stage, doubts, prepare, settle, start
from tests.forking import Process
from tests.process import end
from tests.servers import postgres

CUT = b"""
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND application_name = 'bellwether'
"""
EXPIRE = b"UPDATE leases SET place = 'elsewhere', expires_at = 0"


class Pair:
    """Two processes of the bot, of which one may die at any moment and be begun again."""

    def __init__(self, stage: Stage, database: str, folder: Path, rng: random.Random) -> None:
        self.stage, self.database, self.folder, self.rng = stage, database, folder, rng
        self.processes: list[Process] = []

    async def begin(self, fatal: int) -> None:
        self.processes.append(await start(self.stage, self.database, fatal, self.folder))

    async def blow(self) -> None:
        """One thing goes wrong, and what died of it is begun again."""
        kind = self.rng.choices(("kill", "cut", "sleep"), (6, 2, 2))[0]
        first = self.processes[0]
        if kind == "kill":
            await self._lives_until_dead(first)
        else:
            await self._act(0.2)
            self._asked(CUT if kind == "cut" else b"SELECT 1")
        if kind == "sleep":
            with suppress(ProcessLookupError):
                first.send_signal(signal.SIGSTOP)
                self._asked(EXPIRE)
                await self._act(1.5)
                first.send_signal(signal.SIGCONT)
        await self._renewed()

    async def _lives_until_dead(self, process: Process) -> None:
        """At its point, or in a moment where it does nothing any more."""
        until = time.monotonic() + 2.0
        while process.returncode is None and time.monotonic() < until:
            await self._act(0.2)
        with suppress(ProcessLookupError):
            process.kill()
        await process.communicate()

    async def _renewed(self) -> None:
        """The next blow meets the other process, and in the place of a dead one there is a new one."""
        self.processes = [*self.processes[1:], self.processes[0]]
        for each in [each for each in self.processes if each.returncode is not None]:
            self.processes.remove(each)
            await each.communicate()
        while len(self.processes) < 2:
            await self.begin(self.rng.randint(1, MOST_POINTS))

    async def _act(self, seconds: float) -> None:
        await self.stage.speak()
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            await self.stage.change()

    def _asked(self, statement: bytes) -> None:
        with psycopg.connect(postgres.plain(self.database), autocommit=True) as connection:
            connection.execute(statement)


async def play(stage: Stage, database: str, folder: Path, rng: random.Random, blows: int) -> list[str]:
    """A morning with so many blows, and a quiet end; what is missing or doubled then."""
    await prepare(stage, database)
    pair = Pair(stage, database, folder, rng)
    try:
        for _ in range(2):
            await pair.begin(rng.randint(1, MOST_POINTS))
        for _ in range(blows):
            await pair.blow()
        for each in pair.processes:
            await end(each)
        pair.processes.clear()
        await pair.begin(0)
        await settle(stage, database, pair.processes[0])
        return stage.faults(await doubts(database))
    finally:
        for each in pair.processes:
            await end(each)
