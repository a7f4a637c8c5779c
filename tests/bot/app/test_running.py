"""While the bot runs: looks at the sources follow each other, one at a time, whatever becomes of one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace

from bot.app.looks import FIRST_CYCLE
from bot.app.looks import Looks as Cycles
from bot.briefing.health import FAILED_CYCLES
from bot.model.run import RunReport
from bot.model.stores import Store
from tests.clock import MORNING, FakeClock

EVERY = 900.0


class Looks:
    """An application whose looks end as they are told to, and what its operator hears."""

    def __init__(self, store: Store, clock: FakeClock) -> None:
        self.clock, self.store = clock, store
        self.settings = SimpleNamespace(pipeline=SimpleNamespace(every=EVERY))
        self.pipeline = SimpleNamespace(cycle=self._look)
        self.context = SimpleNamespace(operators=SimpleNamespace(tell=self._hear))
        self.told: list[str] = []
        self.begun = 0
        self.ends = asyncio.Event()
        self.error: Exception | None = None

    async def _look(self) -> RunReport:
        self.begun += 1
        await self.ends.wait()
        if self.error:
            raise self.error
        return RunReport(MORNING, MORNING, checked=1)

    async def _hear(self, sentence: str) -> None:
        self.told.append(sentence)


@asynccontextmanager
async def cycles(app: Looks) -> AsyncIterator[Cycles]:
    opened = Cycles(app)  # type: ignore[arg-type] # only what it looks at
    try:
        yield opened
    finally:
        await opened.close()


async def ticks(looks: Cycles, times: int = 1) -> None:
    for _ in range(times):
        await looks.start_when_due()
        await asyncio.sleep(0)  # what has been started begins, or ends
        await asyncio.sleep(0)


async def test_one_look_at_a_time_and_the_next_when_it_is_due(store: Store, clock: FakeClock) -> None:
    """The first at once; none beside one that is slow; after its end the next, no sooner than its time."""
    app = Looks(store, clock)
    async with cycles(app) as looks:
        await ticks(looks, 2)
        clock.advance(EVERY)
        await ticks(looks)
        assert app.begun == 1
        app.ends.set()
        await asyncio.sleep(0)
        await ticks(looks, 3)
        assert app.begun == 2
        clock.advance(EVERY - 1)
        await ticks(looks, 2)
        assert app.begun == 2
        clock.advance(1)
        await ticks(looks)
        assert app.begun == 3


async def test_looks_that_break_off_are_counted(store: Store, clock: FakeClock) -> None:
    """An error ends a look and not the bot, and when it comes again and again the operator hears of it."""
    app = Looks(store, clock)
    app.error = RuntimeError("the disk is on fire")
    app.ends.set()
    async with cycles(app) as looks:
        for _ in range(FAILED_CYCLES):
            assert app.told == []
            await ticks(looks)
            clock.advance(EVERY)
        await ticks(looks)
    assert app.begun == FAILED_CYCLES + 1
    assert ["looked in vain 3 times: the look broke off" in sentence for sentence in app.told] == [True]


async def test_a_late_brief_waits_for_the_first_look(store: Store, clock: FakeClock) -> None:
    """Until that has ended, or has had its time."""
    app = Looks(store, clock)
    async with cycles(app) as slow:
        await ticks(slow)
        clock.advance(FIRST_CYCLE.total_seconds())
        waited = [slow.first_ended]
        clock.advance(1)
        assert [*waited, slow.first_ended] == [False, True]
    async with cycles(app) as quick:
        waited = [quick.first_ended]
        app.ends.set()
        await ticks(quick, 2)
        assert [*waited, quick.first_ended] == [False, True]
