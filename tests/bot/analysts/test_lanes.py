"""Lanes: so many requests at once, and people first."""

from __future__ import annotations

import asyncio
import contextlib

from bot.analysts.claude.lanes import Lanes


class Queue:
    """Requests that take a lane each, and keep it until they are let go."""

    def __init__(self, number: int) -> None:
        self.lanes = Lanes(number)
        self.entered: list[str] = []
        self._done: dict[str, asyncio.Event] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def ask(self, name: str, step: str = "read") -> None:
        self._done[name] = asyncio.Event()
        self._tasks[name] = asyncio.create_task(self._held(name, step))
        await asyncio.sleep(0)

    async def _held(self, name: str, step: str) -> None:
        async with self.lanes.lane(step):
            self.entered.append(name)
            await self._done[name].wait()

    async def let_go(self, *names: str) -> None:
        for name in names:
            self._done[name].set()
            await self._tasks[name]
            await asyncio.sleep(0)

    async def give_up(self, name: str) -> None:
        self._tasks[name].cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._tasks[name]


async def test_a_person_goes_before_what_waits() -> None:
    """Forty articles wait for a model that takes one request at a time; the question is next, and then they go on."""
    queue = Queue(1)
    for name in ("first", "second", "third"):
        await queue.ask(name)
    await queue.ask("question", "answer")
    await queue.ask("wish", "intent")
    await queue.let_go("first", "question", "wish", "second", "third")
    assert queue.entered == ["first", "question", "wish", "second", "third"]


async def test_as_many_as_there_are_lanes() -> None:
    """And no more; who comes when all is done need not wait."""
    queue = Queue(2)
    for name in ("a", "b", "c"):
        await queue.ask(name)
    assert queue.entered == ["a", "b"]
    await queue.let_go("a")
    assert queue.entered == ["a", "b", "c"]
    await queue.let_go("b", "c")
    await queue.ask("d")
    assert queue.entered[-1] == "d"
    await queue.let_go("d")


async def test_who_gives_up_keeps_no_lane() -> None:
    """While waiting, with a lane, or at the very moment at which it is given."""
    queue = Queue(1)
    for name in ("a", "b", "c", "d"):
        await queue.ask(name)
    await queue.give_up("b")
    await queue.give_up("a")
    await asyncio.sleep(0)
    assert queue.entered == ["a", "c"]
    queue._done["c"].set()
    await asyncio.sleep(0)  # its lane is given to the next
    await queue.give_up("d")
    await queue.ask("e")
    assert queue.entered[-1] == "e"
    await queue.let_go("e")
