"""A Fetcher that is opened at its first request: most commands of the command line ask nobody on the web."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack

from bot.model.feed import FetchOutcome, Offered, PageOutcome
from bot.model.ports import Fetcher
from bot.model.source import Source, SourceHealth

Opening = Callable[[], AbstractAsyncContextManager[Fetcher]]


class DeferredFetcher:
    """The Fetcher that `opening` gives, entered on `stack`, which closes it, when it is first asked for something."""

    def __init__(self, stack: AsyncExitStack, opening: Opening) -> None:
        self._stack = stack
        self._opening = opening
        self._opened: Fetcher | None = None
        self._turn = asyncio.Lock()

    async def feed(self, source: Source, health: SourceHealth) -> FetchOutcome:
        """As the port says."""
        return await (await self._fetcher()).feed(source, health)

    async def page(self, url: str) -> PageOutcome:
        """As the port says."""
        return await (await self._fetcher()).page(url)

    async def offered(self, url: str) -> Offered:
        """As the port says."""
        return await (await self._fetcher()).offered(url)

    async def document(self, url: str) -> str:
        """As the port says."""
        return await (await self._fetcher()).document(url)

    async def _fetcher(self) -> Fetcher:
        async with self._turn:
            if self._opened is None:
                self._opened = await self._stack.enter_async_context(self._opening())
            return self._opened
