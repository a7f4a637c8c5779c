"""Open the chat platforms with the outbox sender and the inbox; find a platform's module by its name."""

from __future__ import annotations

import functools
import importlib.util
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from types import ModuleType

from bot.app.application import channel_settings
from bot.briefing.service import BriefingService
from bot.conversation.commands.panel import draw
from bot.conversation.dispatch import respond
from bot.conversation.request import Context
from bot.delivery.doubts import Doubts
from bot.delivery.inbox import InboxService
from bot.delivery.outbox import OutboxSender
from bot.model.errors import PlatformError
from bot.model.ports import Platform
from handlers.console.platform import NAME as CONSOLE


@dataclass(frozen=True)
class Services:
    """What sends and receives while the bot runs."""

    briefing: BriefingService
    sender: OutboxSender
    inbox: InboxService


@asynccontextmanager
async def open_services(
    context: Context, platforms: dict[str, Platform], names: Sequence[str]
) -> AsyncIterator[Services]:
    """Open the platforms of those `names` into `platforms`, then run the outbox sender and the inbox.

    Raises PlatformError where a platform does not exist or refuses to start.
    """
    async with AsyncExitStack() as stack:
        doubts = Doubts(context.store, context.operators, context.clock, silent_on=(CONSOLE,))
        sender = OutboxSender(context.store, platforms, context.clock, context.operators.tell, doubt=doubts.say)
        inbox = InboxService(
            context.store,
            sender,
            context.clock,
            respond=functools.partial(respond, context=context),
            draw=functools.partial(draw, context=context),
            defaults=channel_settings(context.settings),
            operators=context.operators,
        )
        stack.callback(platforms.clear)
        for name in names:
            platforms[name] = await stack.enter_async_context(
                platform_module(name).open_platform(context.settings, inbox)
            )
        await stack.enter_async_context(sender.running())
        await stack.enter_async_context(inbox.running())
        yield Services(BriefingService(context.store, sender, context.clock, context.analyst), sender, inbox)


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
