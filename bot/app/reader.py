"""A reader among several: it collects with the others, and links what all have collected while it leads.

collects | a host's sources, a source's entries: whoever is first            (pipeline/collecting.py, articles.py)
leads    | whoever holds the lease "cycle": reads, links, composes, reports  (pipeline/cycle.py)
         | it dies, or is halted past the lease's term → another, which loads the index anew
"""

from __future__ import annotations

import asyncio
import contextvars
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.app.application import App
from bot.app.looks import Looks
from bot.model.errors import LeaseHeld, StorageError
from bot.model.run import RunReport

log = logging.getLogger(__name__)
AGAIN_SECONDS = 2.0  # before the lead is asked for again where the database failed


class Reader:
    """Call `start_when_due` regularly while `running`."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._looks = Looks(app, self._look)
        self._lead: contextvars.Context | None = None  # in which what the leader writes is fenced; None: another leads

    @property
    def leads(self) -> bool:
        """Whether this process reads and links what all have collected."""
        return self._lead is not None

    async def start_when_due(self) -> None:
        """Start the next look if it is due, or wanted."""
        await self._looks.start_when_due()

    def hurry(self) -> None:
        """Articles were stored: whoever leads need not wait until the next look is due."""
        if self.leads:
            self._looks.hurry()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Reader]:
        """Stand by for the lead, until the context is left."""
        standing = asyncio.create_task(self._stand_by())
        try:
            yield self
        finally:
            await self._looks.close()
            standing.cancel()
            await asyncio.wait([standing])

    async def _look(self) -> RunReport | None:
        if self._lead is None:
            await self._app.pipeline.collect()
            return None
        return await asyncio.create_task(self._app.pipeline.lead(), context=self._lead)

    async def _stand_by(self) -> None:
        while True:
            try:
                async with self._app.store.lease("cycle", wait=True):
                    await self._keep_the_lead()
            except LeaseHeld as error:
                log.warning("%s", error)
            except StorageError as error:
                log.error("whether this process leads cannot be told: %s", error)
                await self._app.clock.sleep(AGAIN_SECONDS)

    async def _keep_the_lead(self) -> None:
        """Until it is lost, or the process ends."""
        log.info("This process leads the reading now.")
        self._lead = contextvars.copy_context()
        self._looks.hurry()
        try:
            await asyncio.Future()
        finally:
            self._lead = None
            self._looks.cancel()
