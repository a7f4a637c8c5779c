"""The bot in a process of its own that kills itself at a given point: after a commit, before a send, or after it.

    python -m tests.crash.victim DATABASE PLATFORM BEGINNING SPEED POINT

The points are counted from 1 as they come; with 0 it is never killed, and ends on SIGTERM. It prints the time
whenever it has nothing in hand.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.app.platforms import platform_module
from bot.app.services import open_services
from bot.briefing.schedule import tell_due
from bot.briefing.service import BriefingService, Form
from bot.delivery.operators import Operators
from bot.model.delivery import SendOutcome
from bot.model.messages import Message
from bot.model.outgoing import Delivery
from bot.model.ports import Platform
from bot.model.settings import load
from storage.engine import Database
from storage.store import SqlStore, open_store
from tests.crash.clock import FastClock
from tests.talk import open_talk

CATCH_UP = 6 * 3600.0


class Points:
    """Counts what passes, and ends the process at the one it was given."""

    def __init__(self, fatal: int) -> None:
        self._fatal = fatal
        self._passed = 0

    def passes(self) -> None:
        self._passed += 1
        if self._passed == self._fatal:
            os.kill(os.getpid(), signal.SIGKILL)


def watch_commits(points: Points) -> None:
    write = Database.write

    @asynccontextmanager
    async def watched(self: Database) -> AsyncIterator[AsyncConnection]:
        async with write(self) as connection:
            yield connection
        points.passes()

    Database.write = watched  # type: ignore[method-assign]


def watch_sends(platform: Any, points: Points) -> None:
    def watched(send: Callable[[Delivery], Awaitable[SendOutcome]]) -> Callable[[Delivery], Awaitable[SendOutcome]]:
        async def sending(delivery: Delivery) -> SendOutcome:
            points.passes()
            outcome = await send(delivery)
            points.passes()
            return outcome

        return sending

    platform.send, platform.edit = watched(platform.send), watched(platform.edit)


class Elsewhere:
    """What a teller knows of a platform that this process or another has open."""

    def __init__(self, name: str) -> None:
        self.platforms: dict[str, Form] = {name: self}
        module = platform_module(name)
        self._cut, self.amends = module.cut, module.AMENDS

    def parts(self, message: Message) -> tuple[Message, ...]:
        cut: tuple[Message, ...] = self._cut(message)
        return cut

    def wake(self) -> None: ...


@asynccontextmanager
async def _alone(store: SqlStore) -> AsyncIterator[None]:
    """A file is one process's; on a server several live at the same time."""
    if store.is_shared:
        yield
        return
    async with store.lease("run", wait=True):
        yield


async def main(database: str, name: str, clock: FastClock, fatal: int) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    points = Points(fatal)
    settings = load(brief={"timezone": "UTC"})
    async with open_store(database, clock=clock) as store, _alone(store):
        talk = await open_talk(store, clock)  # type: ignore[arg-type] # a clock is a clock
        platforms: dict[str, Platform] = {}
        operators = Operators(store, settings.operator.users, platforms, clock)
        desk = replace(talk.context, settings=settings, operators=operators)
        watch_commits(points)
        async with open_services(desk, platforms, (name,)) as services:
            briefing = services.briefing
            if store.is_shared:
                briefing = BriefingService(store, Elsewhere(name), clock)
            watched: Platform | None = None
            while not stop.is_set():
                if (opened := platforms.get(name)) is not watched and opened is not None:
                    watch_sends(opened, points)
                    watched = opened
                await tell_due(store, briefing, clock, CATCH_UP)
                if not await store.inbox.open() and await store.outbox.idle(name):
                    print(time.time(), flush=True)
                await clock.sleep(1.0)


if __name__ == "__main__":
    given = FastClock(float(sys.argv[3]), float(sys.argv[4]))
    asyncio.run(main(sys.argv[1], sys.argv[2], given, int(sys.argv[5])))
