"""Commands about who is served: allow, refuse."""

from __future__ import annotations

import re
import uuid
from dataclasses import replace

from bot.briefing.views.greeting_view import greeting_message
from bot.briefing.views.wording import message, para
from bot.conversation.commands.settings import next_brief
from bot.conversation.request import Command, Request, at_most, one, tell
from bot.model.channel import FOREVER, Channel
from bot.model.echoing import echo
from bot.model.messages import Audience, Choice, Choices, Reply
from bot.model.outgoing import addressed

_ID = re.compile(r"c(\d{1,9})", re.IGNORECASE)


async def _allow(request: Request) -> Reply:
    channel = await _meant(request)
    if channel is None:
        return _unknown(request)
    if channel.allowed:
        return tell(f"“{channel.name}” is served already.")
    served = replace(channel, allowed=True, active=True)
    if channel.allowed is None and channel.settings.paused_until == FOREVER:
        # Somebody who wrote before being allowed: briefs start now, as with `start`; none from before is sent later.
        served = replace(served, settings=replace(channel.settings, paused_until=request.now))
    await request.store.channels.save(served)
    if served.id != request.channel.id:
        greeting = greeting_message(await next_brief(request.store, served, request.now))
        await request.store.outbox.put(addressed(served, f"notice:{uuid.uuid4().hex}", 1, greeting), request.now)
    return _decided(f"“{channel.name}” is served from now on.", Choice("Refuse", f"refuse c{channel.id}"))


async def _refuse(request: Request) -> Reply:
    channel = await _meant(request)
    if channel is None:
        return _unknown(request)
    if channel.allowed is False:
        return tell(f"“{channel.name}” is not served as it is.")
    await request.store.channels.save(replace(channel, allowed=False, active=False))
    words = f"“{channel.name}” is not served; its settings are kept."
    return _decided(words, Choice("Allow", f"allow c{channel.id}"))


def _decided(words: str, back: Choice) -> Reply:
    return Reply(message(para(words), Choices((back,))), Audience.HOME)


async def _meant(request: Request) -> Channel | None:
    """By its id; without words, where this was said."""
    if not request.words:
        return request.channel
    match = _ID.fullmatch(request.words)
    return await request.store.channels.get(int(match[1])) if match else None


def _unknown(request: Request) -> Reply:
    return tell(f"There is no channel {echo(request.words)}; it goes by an id, as in “allow c12”.")


COMMANDS = (
    Command(
        "allow",
        "allow [c12]",
        "have the bot serve a chat that asked for it",
        "Without an id it is the chat in which it is said.",
        one(_allow),
        fits=at_most(1),
    ),
    Command(
        "refuse",
        "refuse [c12]",
        "have the bot keep silent in a chat",
        "Its settings are kept, should you allow it again.",
        one(_refuse),
        fits=at_most(1),
    ),
)
