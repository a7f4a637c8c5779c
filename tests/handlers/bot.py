"""The bot on a chat platform, composed as the app composes it, over the real store with a small archive in it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

from bot.app.application import channel_settings
from bot.app.services import Services, open_services
from bot.conversation.request import Context
from bot.delivery.operators import Operators
from bot.model.channel import Channel
from bot.model.ports import Platform
from bot.model.settings import load
from bot.model.stores import Store
from tests.clock import MORNING, PATIENCE, FakeClock
from tests.talk import archive, open_talk

TODAY = MORNING.date()


@dataclass
class Bot:
    """What the app has open while it runs."""

    name: str  # of the platform
    context: Context
    platforms: dict[str, Platform]
    services: Services
    delivered: Callable[[], bool] = lambda: True  # whether the platform has handed over all that people did

    @property
    def store(self) -> Store:
        return self.context.store

    async def channel(self, address: str) -> Channel:
        found = await self.store.channels.find(self.name, address)
        assert found, f"the bot knows no channel {address}"
        return found

    async def known(self, address: str, name: str = "") -> Channel:
        """A channel in which the bot spoke before it was started."""
        settings = channel_settings(self.context.settings)
        made, _ = await self.store.channels.ensure(
            self.name, address, name or address, settings, MORNING - MORNING.resolution
        )
        return made

    async def tells(self, address: str) -> None:
        """This morning's brief, and wait until it is on its way no longer."""
        channel = await self.channel(address)
        await self.services.briefing.tell(channel, TODAY)
        await self.services.sender.wait_concluded(channel.id, f"brief:{TODAY.isoformat()}")

    async def until(self, holds: Callable[[], Awaitable[object]]) -> None:
        """Wait until something holds of the store; the test fails if it never does."""
        async with asyncio.timeout(PATIENCE):
            while not await holds():  # noqa: ASYNC110 - it looks at the store, as another process would
                await asyncio.sleep(0.01)

    async def at_rest(self) -> None:
        """Wait until everything heard is answered and everything said is sent."""

        async def resting() -> bool:
            return self.delivered() and not await self.store.inbox.open() and await self.store.outbox.idle(self.name)

        await self.until(resting)


@asynccontextmanager
async def running(store: Store, clock: FakeClock, *names: str, **settings: Any) -> AsyncIterator[Bot]:
    """The bot on the platforms `names`, the first of them its own, in a store with three signals; a brief tells two."""
    talk = await open_talk(store, clock)
    if not await store.signals.latest(1):
        await archive(store)
    brief = settings.pop("brief", {"timezone": "Europe/Rome"})
    loaded = load(brief=brief, **settings)
    platforms: dict[str, Platform] = {}
    operators = Operators(store, loaded.operator.users, platforms, clock)
    context = replace(talk.context, settings=loaded, operators=operators, platforms=platforms)
    async with open_services(context, platforms, names) as services:
        yield Bot(names[0], context, platforms, services)
