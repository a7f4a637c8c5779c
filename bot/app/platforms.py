"""Open each chat platform by itself, wait for those that cannot be reached, and end only when none is left.

name | open → receive until it ends     opened: the sender and the inbox begin there
     | cannot be reached → wait, again  said once, by the platforms that are open
     | refused, or ended → off          said once, by the platforms that are left

Where several processes run, a platform is opened by one of them, which holds the lease "platform:<name>"; the others
stand by. Whoever takes over settles what the one before has left.
"""

from __future__ import annotations

import asyncio
import importlib.util
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from types import ModuleType

from bot.conversation.request import Context
from bot.delivery.inbox import InboxService
from bot.delivery.outbox import OutboxSender
from bot.model import hearing
from bot.model.backoff import backoff
from bot.model.errors import LeaseHeld, PlatformError, PlatformUnreachable
from bot.model.ports import Platform
from bot.model.settings import CHAT_PLATFORMS

log = logging.getLogger(__name__)

RETRY_SECONDS, RETRY_MOST = 1.0, 60.0
"""Before a platform that cannot be reached is tried again: after the first failure, and at most."""
TELL_AFTER = 3  # failures; a network that comes a moment late is worth no message


class PlatformKeeper:
    """Keeps the chat platforms of the bot open, each in a task of its own.

    `platforms` are the open ones by name, as the sender and the operators see them.
    """

    def __init__(
        self, context: Context, platforms: dict[str, Platform], sender: OutboxSender, inbox: InboxService
    ) -> None:
        self._context = context
        self._platforms = platforms
        self._sender = sender
        self._inbox = inbox
        self._tasks: dict[str, asyncio.Task[str]] = {}  # by name; its result is why the platform is off
        self._tried: dict[str, asyncio.Event] = {}  # by name, set once opening it was tried
        self._hearing: hearing.Hearing | None = None  # as recorded; None: nothing was recorded since the start
        self._unsaid: list[str] = []  # why platforms are off, while nobody can be told
        self._standing_by: set[str] = set()  # names of those that another process may have open

    @asynccontextmanager
    async def keeping(self) -> AsyncIterator[PlatformKeeper]:
        """Close all platforms when the context is left."""
        try:
            yield self
        finally:
            for task in self._tasks.values():
                task.cancel()
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def open(self, names: Sequence[str]) -> None:
        """Begin to open the platforms, and wait until each was tried once.

        Raises PlatformError where none of them is open or worth waiting for.
        """
        for name in names:
            self._tried[name] = asyncio.Event()
            self._tasks[name] = asyncio.create_task(self._keep(name))
        for tried in self._tried.values():
            await tried.wait()
        await self._take_off()

    async def ended(self) -> None:
        """Wait for platforms to end, and tell the operators of each; raises PlatformError when none is left."""
        while self._tasks:
            await asyncio.wait(self._tasks.values(), return_when=asyncio.FIRST_COMPLETED)
            await self._take_off()

    async def note_hearing(self) -> None:
        """Record which platforms hear nothing, and since when, where that has changed: the health check reads it."""
        now, before = self._context.clock.now(), self._hearing
        self._hearing = {
            name: None if await self._hears(name) else (before or {}).get(name) or now
            for name in self._tried
            if name not in self._standing_by
        }
        if self._context.store.is_shared:
            await self._note_beside_others(self._hearing)
        elif self._hearing != before:
            await self._context.store.memory.keep(hearing.KEY, hearing.to_json(self._hearing))

    async def _note_beside_others(self, ours: hearing.Hearing) -> None:
        """Record what this process knows beside what others do, each time it is not there: two may write at once."""
        kept = await self._context.store.memory.recall(hearing.KEY)
        whole = hearing.to_json({**hearing.from_json(kept), **ours})
        if ours and whole != kept:
            await self._context.store.memory.keep(hearing.KEY, whole)

    async def _hears(self, name: str) -> bool:
        platform = self._platforms.get(name)
        return platform is not None and await platform.hears()

    # --- one platform

    async def _keep(self, name: str) -> str:
        """Open the platform, as often as it takes, until it refuses or ends; why it is off."""
        try:
            return await self._open_until_ended(name)
        except PlatformError as error:
            return str(error)
        except Exception as error:
            log.debug("%s failed", name, exc_info=error)
            return f"{name.title()} failed by a fault of ours; start with -v to see it, and report it."
        finally:
            self._tried[name].set()

    async def _open_until_ended(self, name: str) -> str:
        failures, told = 0, False
        while True:
            try:
                return await self._open(name)
            except LeaseHeld as error:
                log.warning("%s", error)
                continue
            except PlatformUnreachable as error:
                sentence = f"{_ended(str(error))} It is tried again until it answers."
            failures += 1
            if failures == 1:
                log.error("%s", sentence)
            if failures >= TELL_AFTER and not told and self._platforms:
                told = True
                await self._write(sentence)
            self._tried[name].set()
            await self._context.clock.sleep(backoff(failures, RETRY_SECONDS, RETRY_MOST))

    async def _open(self, name: str) -> str:
        """Open the platform and wait until it ends; why it did. Raises PlatformError."""
        async with (
            self._owning(name),
            platform_module(name).open_platform(self._context.settings, self._inbox) as platform,
        ):
            self._platforms[name] = platform
            log.info("%s is connected.", name.title())
            self._sender.opened(name)
            self._inbox.opened(name)
            self._tried[name].set()
            if self._is_shared(name):
                await self._context.operators.meet(platform)
            await self._say_unsaid()
            try:
                why = await platform.ended()
            finally:
                del self._platforms[name]
        return f"{name.title()} cannot be used any more: {why} Channels and their settings are kept."

    def _is_shared(self, name: str) -> bool:
        """Whether another process may want it too: a terminal is this one's."""
        return self._context.store.is_shared and name in CHAT_PLATFORMS

    @asynccontextmanager
    async def _owning(self, name: str) -> AsyncIterator[None]:
        """Wait until the platform is this process's alone, and learn what the one before has left."""
        store = self._context.store
        if not self._is_shared(name):
            yield
            return
        self._tried[name].set()  # whoever stands by is as ready as can be
        self._standing_by.add(name)
        async with store.lease(f"platform:{name}", wait=True):
            self._standing_by.discard(name)
            await self._sender.take_over(name)
            await self._inbox.take_over(name)
            yield

    # --- what is wrong

    async def _take_off(self) -> None:
        """Say why the platforms that have ended are off; raises PlatformError where none is left."""
        ended = [name for name, task in self._tasks.items() if task.done()]
        reasons = {name: self._tasks.pop(name).result() for name in ended}
        if reasons and not self._tasks:
            raise PlatformError(" ".join(reasons.values()), platform=", ".join(reasons))
        for name, reason in reasons.items():
            await self._say(f"{reason} The bot goes on without {name.title()}.")

    async def _say(self, sentence: str) -> None:
        """Log the sentence, and tell the operators as soon as a platform is open."""
        log.error("%s", sentence)
        self._unsaid.append(sentence)
        await self._say_unsaid()

    async def _say_unsaid(self) -> None:
        if not self._platforms:
            return
        unsaid, self._unsaid = self._unsaid, []
        for sentence in unsaid:
            await self._write(sentence)

    async def _write(self, sentence: str) -> None:
        await self._context.operators.write(sentence)
        self._sender.wake()


def _ended(sentence: str) -> str:
    """The sentence with a full stop, unless it is a question."""
    return sentence if sentence.endswith((".", "?")) else f"{sentence}."


def platform_module(name: str) -> ModuleType:
    """The module `platform` in the folder of that name in handlers/; raises PlatformError where there is none.

    It has `open_platform(settings, inbox)`; that of a chat platform also `diagnose(settings)`.
    """
    if importlib.util.find_spec(f"handlers.{name}") is None:
        raise PlatformError(
            f"Tokens for {name.title()} are set, but this version cannot speak there; unset them to use the terminal.",
            platform=name,
        )
    return importlib.import_module(f"handlers.{name}.platform")
