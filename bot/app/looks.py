"""While the bot runs: looks at the sources follow each other, one at a time, whatever becomes of one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from datetime import timedelta

from bot.app.application import App
from bot.briefing.health import HealthMonitor, account
from bot.model.errors import log_failure, one_of
from bot.model.run import RunReport

log = logging.getLogger(__name__)
CLOSE_SECONDS = 3.0  # that a cycle gets to end when the bot is stopped
FIRST_CYCLE = timedelta(minutes=10)  # how long a brief that is due at the start waits for the first cycle


class Looks:
    """Runs one cycle at a time in a task of its own, so that a slow source delays no brief."""

    def __init__(self, app: App, look: Callable[[], Coroutine[object, object, RunReport | None]] | None = None) -> None:
        """`look` is a cycle; None: the pipeline's."""
        self._app = app
        self._look = look or app.pipeline.cycle
        self._begun = app.clock.now()
        self._has_ended = False
        self._health = HealthMonitor(app.store, app.context.operators.tell)
        self._task: asyncio.Task[RunReport | None] | None = None
        self._next = app.clock.now()
        self._hurried = False

    @property
    def first_ended(self) -> bool:
        """Whether a cycle has ended since the start, or has had FIRST_CYCLE to do so."""
        return self._has_ended or self._app.clock.now() - self._begun > FIRST_CYCLE

    async def start_when_due(self) -> None:
        """Take the result of a cycle that has ended, and start the next one if it is due."""
        if self._task is not None and self._task.done():
            await self._finish(self._task)
            self._task = None
        if self._task is None and (self._app.clock.now() >= self._next or await self._is_wanted()):
            self._hurried = False
            self._next = self._app.clock.now() + timedelta(seconds=self._app.settings.pipeline.every)
            self._task = asyncio.create_task(self._look())

    def hurry(self) -> None:
        """Another process has stored articles, which may be read before the next cycle is due."""
        self._hurried = True

    async def _is_wanted(self) -> bool:
        return self._hurried and bool(await self._app.store.articles.unread(1))

    def cancel(self) -> None:
        """Break off the cycle in progress."""
        if self._task is not None:
            self._task.cancel()

    async def _finish(self, task: asyncio.Task[RunReport | None]) -> None:
        self._has_ended = True
        if task.cancelled():
            return
        if error := task.exception():
            log_failure(log, "a look at the sources failed; the next one comes all the same", error)
            await self._health.record_failure(one_of(error))
        elif report := task.result():
            log_look(report)
            await self._health.record_report(report)

    async def close(self) -> None:
        """Cancel the cycle in progress; wait CLOSE_SECONDS for it at most."""
        self.cancel()
        if self._task is not None:
            await asyncio.wait({self._task}, timeout=CLOSE_SECONDS)


def log_look(report: RunReport | None) -> None:
    """A line about a look; where there was nothing to ask and nothing to read, only for who wants more."""
    if report is not None:
        level = logging.INFO if report.checked or report.articles else logging.DEBUG
        took = (report.finished - report.started).total_seconds()
        log.log(level, "Look: %s; %.0f s.", account(report), took)
