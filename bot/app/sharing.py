"""Run a part of the bot in this process, beside others that do the rest, on one database: `run --role …`.

reader          sources → articles; whoever leads: articles → signals            (reader.py)
teller          channels due → briefs and alerts in the outbox                   (briefing/)
platform:<name> events → answers; outbox → messages                              (platforms.py, delivery/)
web             the archive's pages                                              (web_pages.py)

They meet in the database alone. What one adds wakes the others by its notifications; the ticks would find it too.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass

from bot.app.application import App
from bot.app.looks import FIRST_CYCLE
from bot.app.opening import open_app
from bot.app.platforms import platform_module
from bot.app.reader import Reader
from bot.app.roles import PLATFORM, Roles
from bot.app.running import say_who_operates
from bot.app.services import Services, open_services
from bot.app.telling import Telling
from bot.app.web_pages import serving_pages
from bot.briefing.schedule import open_ticker
from bot.briefing.service import BriefingService, Form
from bot.model.errors import SettingsError
from bot.model.messages import Message
from bot.model.settings import Settings

log = logging.getLogger(__name__)
ARTICLES, DELIVERIES, MISSED = "articles", "deliveries", ""
"""What `Store.changes` says that concerns us."""


async def run_roles(settings: Settings, roles: Roles) -> bool:
    """Do the roles' work until cancelled, or until no platform is left; always True.

    Raises the errors of `open_app`, PlatformError, and SettingsError where the database cannot be shared.
    """
    async with AsyncExitStack() as stack:
        app = await stack.enter_async_context(open_app(settings))
        if not app.store.is_shared:
            raise SettingsError(
                "Roles are for several processes on one PostgreSQL database; a file has one: start `bellwether run` "
                "without --role, or let BELLWETHER_DATABASE_URL name a server."
            )
        part = Part(app)
        if roles.platforms:
            part.services = await stack.enter_async_context(open_services(app.context, app.platforms, roles.platforms))
            await say_who_operates(app, roles.platforms)
        if roles.reads:
            part.reader = await stack.enter_async_context(Reader(app).running())
        if roles.tells:
            part.teller = Teller(app, part.services)
        if roles.shows:
            await stack.enter_async_context(serving_pages(app, roles.platforms))
        await stack.enter_async_context(_listening(part))
        await stack.enter_async_context(open_ticker(settings.schedule.tick, part.tick))
        await (part.services.keeper.ended() if part.services else asyncio.Future())
    return True


@dataclass
class Part:
    """What this process does of the bot's work; None: not that."""

    app: App
    services: Services | None = None
    reader: Reader | None = None
    teller: Teller | None = None

    async def tick(self) -> None:
        """Do what is due."""
        if self.reader:
            await self.reader.start_when_due()
        if self.services:
            await self.services.keeper.note_hearing()
        if self.teller:
            await self.teller.tell()
        self.wake(MISSED)

    def wake(self, changed: str) -> None:
        """Something was added to that table; MISSED: to some table perhaps."""
        if self.services and changed in (DELIVERIES, MISSED):
            self.services.sender.wake()
        if self.reader and changed in (ARTICLES, MISSED):
            self.reader.hurry()


@asynccontextmanager
async def _listening(part: Part) -> AsyncIterator[None]:
    async def listen() -> None:
        async with aclosing(part.app.store.changes()) as changes:
            async for changed in changes:
                part.wake(changed)

    listening = asyncio.create_task(listen())
    try:
        yield
    finally:
        listening.cancel()
        await asyncio.wait([listening])


# --- telling ---------------------------------------------------------------------------------------------------------


class _Elsewhere:
    """A platform that another process has open: what its messages can be."""

    def __init__(self, name: str) -> None:
        self._module = platform_module(name)
        self.amends: bool = self._module.AMENDS

    def parts(self, message: Message) -> tuple[Message, ...]:
        """As the port says."""
        cut: tuple[Message, ...] = self._module.cut(message)
        return cut


class Teller:
    """Decides on the briefs and alerts that are due; what it stores is sent by whoever has the platform open."""

    def __init__(self, app: App, services: Services | None) -> None:
        self._app = app
        self._services = services
        self._begun = app.clock.now()
        self._forms = {name: _Elsewhere(name) for name in app.settings.chat_platforms}
        self.platforms: Mapping[str, Form] = {}
        context = app.context
        briefing = BriefingService(app.store, self, app.clock, context.analyst, context.settings.web.address)
        self._telling = Telling(app, briefing)

    def wake(self) -> None:
        """The database wakes the others."""
        if self._services:
            self._services.sender.wake()

    async def tell(self) -> None:
        """Tell what is due, where some process has the platform open."""
        held = await self._app.store.holders()
        elsewhere = {name: each for name, each in self._forms.items() if f"{PLATFORM}{name}" in held}
        self.platforms = {**elsewhere, **self._app.platforms}
        if self.platforms and await self._was_read_lately():
            await self._telling.tell()

    async def _was_read_lately(self) -> bool:
        """Whether the readers have looked lately, or have had their time: after a stop of all, a brief that is due
        waits for what is read now."""
        now, last = self._app.clock.now(), await self._app.store.runs.last()
        waited = (now - self._begun) > FIRST_CYCLE
        return waited or (
            last is not None and (now - last.finished).total_seconds() <= self._app.settings.pipeline.every
        )
