"""Tasks and their owners: a set of background tasks, and a group whose failure is one exception."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager

from bot.model.errors import one_of

log = logging.getLogger(__name__)


@asynccontextmanager
async def task_group() -> AsyncIterator[asyncio.TaskGroup]:
    """An asyncio.TaskGroup that raises one exception of its tasks (see `one_of`) in place of a group of them."""
    try:
        async with asyncio.TaskGroup() as group:
            yield group
    except BaseExceptionGroup as raised:
        raise one_of(raised) from None


class Tasks:
    """Background tasks; call `close` before their owner ends. A task's exception is logged, not raised."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._running)

    def start(self, work: Coroutine[object, object, None]) -> asyncio.Task[None]:
        """Run the coroutine as a task of this set."""
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("a task failed", exc_info=error)

    async def one_ended(self) -> None:
        """Wait until any task ends; return at once if there is none."""
        if self._running:
            await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)

    async def close(self, grace: float) -> None:
        """Wait `grace` seconds for the running tasks, then cancel them and wait for their end."""
        if self._running and grace:
            await asyncio.wait(self._running, timeout=grace)
        while self._running:
            for task in self._running:
                task.cancel()
            await asyncio.wait(self._running)
