"""A morning with people in it, during which the bot is killed again and again; and what stands in the end.

Each platform has a Stage: it knows who says what, and counts on the platform's side what was answered.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from bot.model.channel import ChannelSettings
from bot.model.delivery import DeliveryState
from storage.store import open_store
from tests import forking
from tests.clock import MORNING, PATIENCE, FakeClock
from tests.crash.clock import SPEED, FastClock
from tests.forking import ROOT, Process
from tests.servers.slack import Hang, Message, Sent, Slack, our_manifest, slack_server
from tests.servers.telegram import Hang as Silence
from tests.servers.telegram import Telegram, telegram_server
from tests.servers.telegram_chats import Chat
from tests.servers.telegram_chats import Message as ChatMessage
from tests.talk import archive

MOST_POINTS = 45
"""About as many as a life has in which everything is said; a life that gets through them ends by itself."""


class Stage(Protocol):
    """One platform's morning."""

    name: str
    clock: FastClock

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

    def said(self) -> bool:
        """Whether people have said all they have to say."""

    def handed_over(self) -> bool:
        """Whether the bot has taken all that was said the last time people spoke."""

    def faults(self, doubts: int) -> list[str]:
        """What is missing or doubled, one sentence each; of what is missing, so many messages may be in doubt."""

    async def change(self) -> None:
        """Wait until something changes there, or a moment."""

    def grow(self, channels: int) -> None:
        """Have so many channels await a brief."""

    def briefs(self) -> int:
        """How many of their messages stand there."""


class SlackStage:
    """Two channels with a brief each, one to which the bot is invited, four questions in threads."""

    name = "slack"

    def __init__(self, slack: Slack, clock: FastClock) -> None:
        self.slack = slack
        self.clock = clock
        self._asked: list[tuple[str, Sent]] = []
        self._invited: Sent | None = None
        self._before = 0  # how much had been sent to the bot when people spoke last
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
        self._before = len(self.slack.envelopes)
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

    def said(self) -> bool:
        return len(self._asked) == 4

    def handed_over(self) -> bool:
        return all(each.acked for each in self.slack.envelopes[self._before :])

    def faults(self, doubts: int) -> list[str]:
        """Slack's doubts are settled by its history: none is left."""
        briefs = [(room, len(self._briefs(room))) for room in self._briefed]
        wrong = [f"{count} briefs in #{room}" for room, count in briefs if count != 1]
        wrong += [f"{len(each)} answers to question {n}" for n, each in enumerate(self._answers(), 1) if len(each) != 1]
        greetings = len(self.slack.messages("news"))
        wrong += [f"{greetings} greetings in #news"] if greetings != 1 else []
        return [*wrong, f"{doubts} messages in doubt"] if doubts else wrong

    async def change(self) -> None:
        with suppress(AssertionError):
            await self.slack.until(lambda: False, 0.3)


class TelegramStage:
    """Two groups with a greeting and a brief each, four questions in them."""

    name = "telegram"

    def __init__(self, telegram: Telegram, clock: FastClock) -> None:
        self.telegram = telegram
        self.clock = clock
        self._anna = telegram.user("Anna")
        self._groups = [telegram.group(title, self._anna) for title in ("Desk", "Board")]
        self._asked: list[ChatMessage] = []

    @property
    def environment(self) -> dict[str, str]:
        given = {name.upper(): str(value) for name, value in self.telegram.settings.items()}
        return {**given, "BELLWETHER_OPERATOR__USERS": f"telegram:{self._anna.id}"}

    @property
    def addresses(self) -> tuple[str, ...]:
        return tuple(str(group.id) for group in self._groups)

    def grow(self, channels: int) -> None:
        self._groups = [self.telegram.group(f"Desk {number}", self._anna) for number in range(channels)]
        for group in self._groups:
            group.members[self.telegram.bot.id] = "member"

    def briefs(self) -> int:
        return sum(bool(self._said(group, "2 signals")) for group in self._groups)

    async def speak(self) -> None:
        if not self._asked:
            for group in self._groups:
                self.telegram.adds_bot(self._anna, group)
        said = ("/strength s41", "/evidence s42", "/strength s42", "/evidence s41")
        if len(self._asked) < len(said):
            group = self._groups[len(self._asked) % 2]
            self._asked.append(self.telegram.says(self._anna, group, said[len(self._asked)]))
        else:
            self.telegram.delivers_again()

    async def hang(self) -> None:
        before = len(self.telegram.called("sendMessage"))
        self.telegram.script("sendMessage", Silence())
        with suppress(AssertionError):
            await self.telegram.until(lambda: len(self.telegram.called("sendMessage")) > before, 10)

    def _said(self, group: Chat, words: str) -> int:
        return sum(words in each.words for each in self.telegram.told(group))

    def _answers(self) -> list[int]:
        told = [each for group in self._groups for each in self.telegram.told(group)]
        return [sum(each.reply_to is asked for each in told) for asked in self._asked]

    def _counts(self) -> list[int]:
        stands = [self._said(group, words) for group in self._groups for words in ("2 signals", "reads many sources")]
        return [*stands, *self._answers()]

    def said(self) -> bool:
        return len(self._asked) == 4

    def handed_over(self) -> bool:
        return not self.telegram.pending and not self.telegram.again

    def faults(self, doubts: int) -> list[str]:
        counts = self._counts()
        doubled = [f"{count} messages where one should be" for count in counts if count > 1]
        missing = counts.count(0)
        return doubled + ([f"{missing} messages missing, {doubts} in doubt"] if missing > doubts else [])

    async def change(self) -> None:
        with suppress(AssertionError):
            await self.telegram.until(lambda: False, 0.3)


@asynccontextmanager
async def telegram_stage(speed: float = SPEED) -> AsyncIterator[TelegramStage]:
    clock = FastClock(time.time(), speed)
    async with telegram_server(now=clock.now) as telegram:
        yield TelegramStage(telegram, clock)


@asynccontextmanager
async def slack_stage(speed: float = SPEED) -> AsyncIterator[SlackStage]:
    clock = FastClock(time.time(), speed)
    async with slack_server(clock) as slack:
        slack.install(our_manifest())
        yield SlackStage(slack, clock)


STAGES: dict[str, Callable[..., AbstractAsyncContextManager[Stage]]] = {
    "slack": slack_stage,
    "telegram": telegram_stage,
}


async def prepare(stage: Stage, database: Path | str) -> None:
    """A store with three signals, in which the bot has known its channels since after yesterday's slot."""
    async with open_store(str(database), clock=FakeClock()) as store:
        await archive(store)
        for address in stage.addresses:
            known, _ = await store.channels.ensure(
                stage.name, address, address, ChannelSettings(), MORNING - timedelta(hours=23)
            )
            await store.channels.save(replace(known, allowed=True))


async def doubts(database: Path | str) -> int:
    """How many messages the bot itself says may or may not have arrived."""
    async with open_store(str(database), clock=FakeClock()) as store:
        return sum(each.state is DeliveryState.UNKNOWN for each in await store.outbox.troubled())


async def play(stage: Stage, database: Path, rng: random.Random, kills: int) -> int:
    """Kill the bot so many times, then let it live until everything is said; how many kills there truly were."""
    await prepare(stage, database)
    killed = 0
    for _ in range(kills):
        killed += await _life(stage, database, rng)
    process = await start(stage, database, 0)
    await rests(process)
    await settle(stage, database, process)
    return killed


async def settle(stage: Stage, database: Path | str, process: Process) -> None:
    """Let it live until everything is said and nothing is in hand, and end it."""
    until = time.monotonic() + PATIENCE
    while not await done(stage, database) and time.monotonic() < until and process.returncode is None:
        await stage.speak()
        await stage.change()
    await stage.speak()
    await rests(process, stage.handed_over)
    process.terminate()
    _, complaints = await asyncio.wait_for(process.communicate(), PATIENCE)
    assert process.returncode == 0, complaints.decode()


async def done(stage: Stage, database: Path | str) -> bool:
    """Whether everything stands there, but for what is in doubt."""
    return stage.said() and not stage.faults(await doubts(database))


async def rests(process: Process, first: Callable[[], bool] = lambda: True) -> None:
    """Wait until it holds, and the bot has nothing in hand after that; or until it has ended."""
    assert process.stdout
    since: float | None = None  # when it held
    async with asyncio.timeout(PATIENCE):
        while line := await process.stdout.readline():
            if since is not None and float(line) >= since:
                return
            if since is None and first():
                since = time.time()


async def _life(stage: Stage, database: Path, rng: random.Random) -> bool:
    """One life that ends in a kill: at a point of its own, or while Slack or Telegram keeps it waiting."""
    hanging = rng.random() < 0.2
    process = await start(stage, database, 0 if hanging else rng.randint(1, MOST_POINTS))
    hang = asyncio.create_task(stage.hang()) if hanging else None
    end = time.monotonic() + PATIENCE
    while process.returncode is None and time.monotonic() < end:
        await stage.speak()
        if (hang and hang.done()) or (not hang and await done(stage, database)):
            break
        await stage.change()
    if hang:
        hang.cancel()
    if process.returncode is None:
        process.kill()
    await process.communicate()
    return True


async def start(stage: Stage, database: Path | str, fatal: int, folder: Path | None = None) -> Process:
    """A life that ends at its `fatal` point; `folder`: its home, None is where the database is."""
    folder = folder or Path(database).parent
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    home = {
        "HOME": str(folder),
        "XDG_DATA_HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder),
    }
    words = (str(database), stage.name, repr(stage.clock.beginning), repr(stage.clock.speed), str(fatal))
    given = {**kept, **home, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **stage.environment}
    return await forking.start("tests.crash.victim", *words, cwd=folder, env=given)
