"""Doors: where strangers can find the bot it serves nobody until it is claimed, then whom its operators allow.

event | claimed? an operator's? allowed there? → a way in, or one sentence at the door, once; the operators decide
"""

from __future__ import annotations

import re
from dataclasses import replace
from enum import StrEnum

from bot.delivery.operators import Operators
from bot.model.channel import Channel
from bot.model.event import Event, EventKind
from bot.model.messages import Audience, Choice, Reply, text
from bot.model.stores import Store

UNCLAIMED = (
    "This bot serves nobody yet. Whoever runs it has to claim it first, with the code that was printed at its first "
    "start: “claim CODE”."
)
ASKED = "This bot is private. Its operator has been asked whether it may speak here, and it says so itself once it may."
_CLAIM = re.compile(r"/?claim\b", re.IGNORECASE)
_START = re.compile(r"/?start\b", re.IGNORECASE)


class Way(StrEnum):
    """What an event meets at the door of its channel."""

    OPEN = "open"
    CLAIMING = "claiming"  # heard, so that the bot can be claimed; nothing else is served there
    UNCLAIMED = "unclaimed"
    UNKNOWN = "unknown"  # nobody has decided about the channel
    REFUSED = "refused"

    @property
    def inside(self) -> bool:
        """Whether what was said is answered."""
        return self in (Way.OPEN, Way.CLAIMING)


class Doors:
    def __init__(self, store: Store, operators: Operators) -> None:
        self._store = store
        self._operators = operators

    async def way(self, event: Event, known: Channel | None) -> Way:
        """What the event meets; `known` is its channel, None where nothing was ever said there."""
        allowed = known.allowed if known else None
        if not await self._operators.known():
            return Way.CLAIMING if _CLAIM.match(event.text) else Way.UNCLAIMED
        if event.asker.operator or allowed:
            return Way.OPEN
        return Way.UNKNOWN if allowed is None else Way.REFUSED

    async def let_in(self, event: Event, channel: Channel) -> Channel:
        """The channel; one to which an operator brings the bot, or where they speak to it, is allowed by that."""
        if event.private or not event.asker.operator or channel.allowed is not None:
            return channel
        allowed = replace(channel, allowed=True)
        await self._store.channels.save(allowed)
        return allowed

    async def turned_away(self, way: Way, event: Event, channel: Channel) -> Reply | None:
        """What is said at the door; None: it was said already. Of a channel unheard of the operators are told."""
        if way is Way.REFUSED:
            return None
        name = f"door:{channel.id}"
        said = await self._store.memory.recall(name)
        if said == way and not (way is Way.UNCLAIMED and _START.match(event.text)):
            return None
        if way is Way.UNKNOWN:
            await self._ask(event, channel)
        await self._store.memory.keep(name, way)
        return Reply(text(UNCLAIMED if way is Way.UNCLAIMED else ASKED), Audience.ASKER)

    async def _ask(self, event: Event, channel: Channel) -> None:
        who, where = event.asker.name or "Somebody", event.platform.title()
        wants = "added the bot to" if event.kind is EventKind.JOINED else "speaks to the bot in"
        wish = f"{who} wants to use the bot" if event.private else f"{who} {wants} “{channel.name}”"
        await self._operators.tell(
            f"{wish} on {where}. “allow c{channel.id}” has it serve there, “refuse c{channel.id}” has it keep silent.",
            Choice("Allow", f"allow c{channel.id}"),
            Choice("Refuse", f"refuse c{channel.id}"),
        )
