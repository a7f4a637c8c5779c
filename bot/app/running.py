"""Run the bot: read the sources, tell the briefs and answer, until it is stopped or the terminal's input ends."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta

from bot.app.application import App
from bot.app.opening import open_app
from bot.app.sample_edition import FICTION, replay_sample
from bot.app.services import Services, open_services
from bot.app.web_pages import serving_pages
from bot.briefing.alerts import AlertWatch
from bot.briefing.amending import AmendmentWatch, amend_due
from bot.briefing.health import HealthMonitor, account
from bot.briefing.schedule import alert_due, open_ticker, tell_due
from bot.model.errors import log_failure, one_of
from bot.model.run import RunReport
from bot.model.settings import Settings
from handlers.console.platform import NAME as CONSOLE
from handlers.console.platform import ConsolePlatform
from handlers.console.progress import ConsoleProgress

log = logging.getLogger(__name__)
CLOSE_SECONDS = 3.0  # that a cycle gets to end when the bot is stopped
FIRST_CYCLE = timedelta(minutes=10)  # how long a brief that is due at the start waits for the first cycle


async def run(settings: Settings, *, wait: bool = False, sample: bool = False) -> int:
    """Run until stopped, or until the terminal's input ends; returns the exit code.

    In the terminal, if no starter source can be reached and nothing is stored yet, the sample edition runs instead.
    `wait`: wait for another `run` on the same database to end. Raises the errors of `open_app`, LeaseHeld and
    PlatformError.
    """
    stop = asyncio.Event()
    with _stopped_by_signals(stop):
        if not sample:
            reached = await _until_stopped(_run(settings, wait=wait, sample=False), stop)
            if reached is not False:
                return 0
            _say("None of the starter sources can be reached, and nothing is stored yet: is there a network?")
        await _until_stopped(_run(settings, wait=wait, sample=True), stop)
    return 0


async def _run(settings: Settings, *, wait: bool, sample: bool) -> bool:
    """True when it ended by itself; False: nothing could be reached, and the sample edition should run instead."""
    async with open_app(settings, sample=sample) as app, app.store.lease("run", wait=wait):
        if sample:
            _say(FICTION)
            with ConsoleProgress() as progress:
                await replay_sample(app, progress)
        names = settings.chat_platforms if not sample else ()
        async with open_services(app.context, app.platforms, names or (CONSOLE,)) as services:
            console = app.platforms.get(CONSOLE)
            if isinstance(console, ConsolePlatform):
                return await _run_terminal(app, services, console)
            heard = len(names) > sum(each.one_way for each in app.platforms.values())
            if heard and (code := await app.context.operators.code()):
                _say(f"Nobody operates this bot yet. To do so, write to it: claim {code}")
            async with serving_pages(app, names), _ticking(app, services):
                await services.keeper.ended()
    return True


async def _run_terminal(app: App, services: Services, console: ConsolePlatform) -> bool:
    """In the terminal: run a cycle, show today's brief, then answer until the end of input; False: see `_run`."""
    if not app.sample:
        with ConsoleProgress() as progress:
            _log_look(await app.pipeline.cycle(progress, eager=True))
        if await _nothing_reached(app):
            return False
    channel = await app.terminal()
    await services.briefing.show_today(channel)
    await services.sender.wait_idle(CONSOLE)
    console.listen()
    async with serving_pages(app, ()), _ticking(app, services):
        await console.ended()
    return True


async def _nothing_reached(app: App) -> bool:
    """Whether none of the starter sources has ever answered, so that there is nothing to show."""
    if app.settings.sources or await app.store.signals.latest(1):
        return False
    health = (await app.store.sources.health()).values()
    return all(each.succeeded_at is None for each in health) and any(each.failures for each in health)


class _Cycles:
    """Runs one cycle at a time in a task of its own, so that a slow source delays no brief."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._begun = app.clock.now()
        self._has_ended = False
        self._health = HealthMonitor(app.store, app.context.operators.tell)
        self._task: asyncio.Task[RunReport | None] | None = None
        self._next = app.clock.now()

    @property
    def first_ended(self) -> bool:
        """Whether a cycle has ended since the start, or has had FIRST_CYCLE to do so."""
        return self._has_ended or self._app.clock.now() - self._begun > FIRST_CYCLE

    async def start_when_due(self) -> None:
        """Take the result of a cycle that has ended, and start the next one if it is due."""
        if self._task is not None and self._task.done():
            await self._finish(self._task)
            self._task = None
        if self._task is None and self._app.clock.now() >= self._next:
            self._next = self._app.clock.now() + timedelta(seconds=self._app.settings.pipeline.every)
            self._task = asyncio.create_task(self._app.pipeline.cycle())

    async def _finish(self, task: asyncio.Task[RunReport | None]) -> None:
        self._has_ended = True
        if task.cancelled():
            return
        if error := task.exception():
            log_failure(log, "a look at the sources failed; the next one comes all the same", error)
            await self._health.record_failure(one_of(error))
        elif report := task.result():
            _log_look(report)
            await self._health.record_report(report)

    async def close(self) -> None:
        """Cancel the cycle in progress; wait CLOSE_SECONDS for it at most."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task}, timeout=CLOSE_SECONDS)


def _log_look(report: RunReport | None) -> None:
    """A line about a look; where there was nothing to ask and nothing to read, only for who wants more."""
    if report is not None:
        level = logging.INFO if report.checked or report.articles else logging.DEBUG
        took = (report.finished - report.started).total_seconds()
        log.log(level, "Look: %s; %.0f s.", account(report), took)


@asynccontextmanager
async def _ticking(app: App, services: Services) -> AsyncIterator[None]:
    """At every tick start a cycle and tell what is due, until the context is left."""
    cycles, watch, amendments = _Cycles(app), AlertWatch(), AmendmentWatch()

    async def tick() -> None:
        await cycles.start_when_due()
        await services.keeper.note_hearing()
        if not cycles.first_ended:
            return  # after a late start, a brief that is due waits for what is read now
        await amend_due(app.store, services.briefing, app.clock, amendments)
        await tell_due(app.store, services.briefing, app.clock, app.settings.brief.catch_up)
        await alert_due(app.store, services.briefing, app.clock, app.settings.brief.alerts, watch)
        services.sender.wake()

    try:
        async with open_ticker(app.settings.schedule.tick, tick):
            yield
    finally:
        await cycles.close()


@contextmanager
def _stopped_by_signals(stop: asyncio.Event) -> Iterator[None]:
    """Set the event on SIGTERM and SIGINT."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    try:
        yield
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)


async def _until_stopped(work: Coroutine[object, object, bool], stop: asyncio.Event) -> bool | None:
    """The result of the work; None: it was stopped before its end."""
    task = asyncio.create_task(work)
    waiting = asyncio.create_task(stop.wait())
    await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if not task.done():
        task.cancel()
        await asyncio.wait({task})
        return None if task.cancelled() else task.result()
    return task.result()


def _say(sentence: str) -> None:
    print(sentence, file=sys.stdout, flush=True)  # noqa: T201 - said to the person at the terminal
