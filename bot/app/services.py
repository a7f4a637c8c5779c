"""What sends, receives and tells while the bot runs, over the platforms it has."""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from bot.app.application import channel_settings
from bot.app.platforms import PlatformKeeper
from bot.briefing.service import BriefingService
from bot.conversation.commands.panel import draw, draw_card
from bot.conversation.dispatch import respond
from bot.conversation.request import Context
from bot.delivery.doubts import Doubts
from bot.delivery.inbox import InboxService
from bot.delivery.outbox import OutboxSender
from bot.model.ports import Platform
from handlers.console.place import NAME as CONSOLE


@dataclass(frozen=True)
class Services:
    """What sends and receives while the bot runs."""

    briefing: BriefingService
    sender: OutboxSender
    inbox: InboxService
    keeper: PlatformKeeper


@asynccontextmanager
async def open_services(
    context: Context, platforms: dict[str, Platform], names: Sequence[str]
) -> AsyncIterator[Services]:
    """Run the outbox sender and the inbox, and open the platforms of those `names` into `platforms`.

    A platform that cannot be reached is opened later. Raises PlatformError where all of them refuse.
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
            card=functools.partial(draw_card, context=context),
            defaults=channel_settings(context.settings),
            operators=context.operators,
        )
        keeper = await stack.enter_async_context(PlatformKeeper(context, platforms, sender, inbox).keeping())
        await stack.enter_async_context(sender.running())
        await stack.enter_async_context(inbox.running())
        await keeper.open(names)
        address = context.settings.web.address
        briefing = BriefingService(context.store, sender, context.clock, context.analyst, address)
        yield Services(briefing, sender, inbox, keeper)
