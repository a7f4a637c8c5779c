"""What speaks and listens while the bot runs: platforms, courier, inbox; and how a platform is found by its name."""

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
from bot.delivery.inbox import InboxService
from bot.delivery.outbox import OutboxSender
from bot.model.errors import PlatformError
from bot.model.ports import Platform

# --- running -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Services:
    """What speaks and listens while the bot runs."""

    briefing: BriefingService
    sender: OutboxSender
    inbox: InboxService


@asynccontextmanager
async def open_services(
    context: Context, platforms: dict[str, Platform], names: Sequence[str]
) -> AsyncIterator[Services]:
    """The platforms of those names, courier and inbox, each leaning on those before it."""
    async with AsyncExitStack() as stack:
        sender = OutboxSender(context.store, platforms, context.clock, context.operators.tell)
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
            platforms[name] = await stack.enter_async_context(handler(name).open_platform(context.settings, inbox))
        await stack.enter_async_context(sender.running())
        await stack.enter_async_context(inbox.running())
        yield Services(BriefingService(context.store, sender, context.clock, context.analyst), sender, inbox)


def handler(name: str) -> ModuleType:
    """What speaks to the platform of that name: the file in handlers/, or `platform` in the folder.

    It offers `open_platform(settings, inbox)`, and a chat platform `diagnose(settings)`.
    """
    found = importlib.util.find_spec(f"handlers.{name}")
    if found is None:
        raise PlatformError(
            f"Tokens for {name.title()} are set, but this version cannot speak there; unset them to use the terminal.",
            platform=name,
        )
    folder = found.submodule_search_locations is not None
    return importlib.import_module(f"handlers.{name}.platform" if folder else f"handlers.{name}")
