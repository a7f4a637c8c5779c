"""A morning with people in it, during which the bot is killed again and again; and what stands in the end.

Each platform has a Stage: it knows who says what, and counts on the platform's side what was answered.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Protocol

import yaml

from bot.types import ChannelSettings
from storage.store import open_store
from tests.clock import MORNING, FakeClock
from tests.crash.clock import FastClock
from tests.process import ROOT
from tests.servers.slack import Hang, Message, Sent, Slack, slack_server
from tests.talk import archive

MANIFEST = ROOT / "seeds" / "slack-manifest.yaml"
PATIENCE = 60.0
MOST_POINTS = 45
"""About as many as a life has in which everything is said; a life that gets through them ends by itself."""


class Stage(Protocol):
    """One platform's morning."""

    name: str
    beginning: float  # of its clock

    @property
    def addresses(self) -> tuple[str, ...]:
        """The channels that await a brief this morning."""

    @property
    def environment(self) -> dict[str, str]:
        """What leads the bot there."""

    async def speak(self) -> None:
        """People say what they have to say; what was said before is delivered once more."""

    async def hang(self) -> None:
        """Wait for a message that is accepted and never answered."""

    def complete(self) -> bool:
        """Whether everything stands there that should."""

    def faults(self) -> list[str]:
        """What is missing or doubled, one sentence each."""

    async def change(self) -> None:
        """Wait until something changes there, or a moment."""

    def grow(self, channels: int) -> None:
        """Have so many channels await a brief."""

    def briefs(self) -> int:
        """How many of their messages stand there."""


class SlackStage:
    """Two channels with a brief each, one to which the bot is invited, four questions in threads."""

    name = "slack"

    def __init__(self, slack: Slack, beginning: float) -> None:
        self.slack = slack
        self.beginning = beginning
        self._asked: list[tuple[str, Sent]] = []
        self._invited: Sent | None = None
        self._briefed: tuple[str, ...] = ("signals", "board")

    @property
    def addresses(self) -> tuple[str, ...]:
        """The channels that await a brief this morning."""
        return tuple(self.slack.room(name).id for name in self._briefed)

    def grow(self, channels: int) -> None:
        names = [f"desk-{number}" for number in range(channels)]
        for name in names:
            self.slack.add_room(name, members=["anna", self.slack.bot.id])
        self._briefed = tuple(names)

    def briefs(self) -> int:
        return sum(bool(self._briefs(room)) for room in self._briefed)

    @property
    def environment(self) -> dict[str, str]:
        return {name.upper(): str(value) for name, value in self.slack.settings.items()}

    async def speak(self) -> None:
        if not self.slack.connected:
            return
        for _, sent in self._asked:
            await self.slack.redelivers(sent)
        if self._invited is None:
            self._invited = await self.slack.invites("news")
        else:
            await self.slack.redelivers(self._invited)
        said = ("strength s41", "evidence s42", "strength s42", "evidence s41")
        if len(self._asked) < len(said):
            words, room = said[len(self._asked)], ("signals", "board")[len(self._asked) % 2]
            self._asked.append((room, await self.slack.says("anna", room, f"@bellwether {words}")))

    async def hang(self) -> None:
        self.slack.script("chat.postMessage", Hang(accepted=True))
        with suppress(AssertionError):
            await self.slack.until(lambda: not self.slack.faults.get("chat.postMessage"), 10)

    def _briefs(self, room: str) -> list[Message]:
        return [each for each in self.slack.messages(room) if "2 signals" in each.words]

    def _answers(self) -> list[list[Message]]:
        return [self.slack.messages(room, thread=sent.payload) for room, sent in self._asked]

    def complete(self) -> bool:
        all_asked = len(self._asked) == 4 and all(self._answers())
        return all_asked and all(map(self._briefs, self._briefed)) and bool(self.slack.messages("news"))

    def faults(self) -> list[str]:
        briefs = [(room, len(self._briefs(room))) for room in self._briefed]
        wrong = [f"{count} briefs in #{room}" for room, count in briefs if count != 1]
        wrong += [f"{len(each)} answers to question {n}" for n, each in enumerate(self._answers(), 1) if len(each) != 1]
        greetings = len(self.slack.messages("news"))
        return wrong + ([f"{greetings} greetings in #news"] if greetings != 1 else [])

    async def change(self) -> None:
        with suppress(AssertionError):
            await self.slack.until(self.complete, 0.3)


@asynccontextmanager
async def slack_stage() -> AsyncIterator[SlackStage]:
    clock = FastClock(time.time())
    async with slack_server(clock) as slack:
        slack.install(yaml.safe_load(MANIFEST.read_text(encoding="utf-8")))
        yield SlackStage(slack, clock.beginning)


STAGES: dict[str, Callable[[], AbstractAsyncContextManager[Stage]]] = {"slack": slack_stage}


async def prepare(stage: Stage, database: Path) -> None:
    """A store with three signals, in which the bot has known its channels since yesterday."""
    async with open_store(str(database), clock=FakeClock()) as store:
        await archive(store)
        for address in stage.addresses:
            await store.channels.ensure(stage.name, address, address, ChannelSettings(), MORNING - timedelta(days=1))


async def play(stage: Stage, database: Path, rng: random.Random, kills: int) -> int:
    """Kill the bot so many times, then let it live until everything is said; how many kills there truly were."""
    await prepare(stage, database)
    killed = 0
    for _ in range(kills):
        killed += await _life(stage, database, rng)
    process = await start(stage, database, 0)
    await _rests(process)
    end = time.monotonic() + PATIENCE
    while not stage.complete() and time.monotonic() < end and process.returncode is None:
        await stage.speak()
        await stage.change()
    await stage.speak()
    await _rests(process)
    process.terminate()
    _, complaints = await asyncio.wait_for(process.communicate(), 20)
    assert process.returncode == 0, complaints.decode()
    return killed


async def _rests(process: asyncio.subprocess.Process) -> None:
    """Wait until the bot has nothing in hand, after what has been said has had a moment to reach it."""
    assert process.stdout
    since = time.time() + 0.3
    async with asyncio.timeout(PATIENCE):
        while (line := await process.stdout.readline()) and float(line) < since:
            pass


async def _life(stage: Stage, database: Path, rng: random.Random) -> bool:
    """One life that ends in a kill: at a point of its own, or while Slack or Telegram keeps it waiting."""
    hanging = rng.random() < 0.2
    process = await start(stage, database, 0 if hanging else rng.randint(1, MOST_POINTS))
    hang = asyncio.create_task(stage.hang()) if hanging else None
    end = time.monotonic() + PATIENCE
    while process.returncode is None and time.monotonic() < end:
        await stage.speak()
        if (hang and hang.done()) or (not hang and stage.complete()):
            break
        await stage.change()
    if hang:
        hang.cancel()
    if process.returncode is None:
        process.kill()
    await process.communicate()
    return True


async def start(stage: Stage, database: Path, fatal: int) -> asyncio.subprocess.Process:
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    home = {
        "HOME": str(database.parent),
        "XDG_DATA_HOME": str(database.parent),
        "XDG_CONFIG_HOME": str(database.parent),
    }
    words = (str(database), stage.name, repr(stage.beginning), str(fatal))
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.crash.victim",
        *words,
        cwd=database.parent,
        env={**kept, **home, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **stage.environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
