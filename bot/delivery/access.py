"""Decide whom the bot serves on platforms where strangers can write to it.

    event | has the bot an operator? is this one? is the channel allowed? → serve it, or refuse once with one sentence

Until somebody claims the bot (see `operators`) it serves nobody; after that, the channels its operators allow.
"""

from __future__ import annotations

import re
from dataclasses import replace

from bot.delivery.operators import Operators
from bot.model.channel import Channel
from bot.model.doors import Access, Role, served
from bot.model.event import Event, EventKind
from bot.model.messages import Audience, Choice, Reply, text
from bot.model.ports import Platform
from bot.model.stores import Store

UNCLAIMED = (
    "This bot serves nobody yet. Whoever runs it has to claim it first, with the code that was printed at its first "
    "start: “claim CODE”."
)
ASKED = "This bot is private. Its operator has been asked whether it may speak here, and it says so itself once it may."
_CLAIM = re.compile(r"/?claim\b", re.IGNORECASE)
_START = re.compile(r"/?start\b", re.IGNORECASE)


class AccessControl:
    """Decides about events by the operators and by `Channel.allowed`, and asks the operators where it must."""

    def __init__(self, store: Store, operators: Operators) -> None:
        self._store = store
        self._operators = operators

    async def decide(self, event: Event, known: Channel | None, platform: Platform) -> Access:
        """What is decided about the event; `known` is its channel, None if nothing was ever said there.

        Who runs an allowed channel is served in private too, so that it can be run from there.
        """
        allowed = known.allowed if known else None
        claims = bool(_CLAIM.match(event.text))
        if not await self._operators.known():
            return served(Role.READER, allowed, claimed=False, claims=claims)
        if event.asker.operator:
            role = Role.OPERATOR
        else:
            runs_another = allowed is None and event.private and await self._runs_a_channel(event, platform)
            role = Role.ADMIN if runs_another else Role.READER
        return served(role, allowed, claimed=True, claims=claims)

    async def _runs_a_channel(self, event: Event, platform: Platform) -> bool:
        """Whether the asker administers a channel that is served and whose readers cannot write."""
        for channel in await self._store.channels.active():
            if channel.platform != event.platform or not (channel.allowed or not platform.guards(channel.address)):
                continue
            if await platform.broadcasts(channel.address) and await platform.administers(
                channel.address, event.asker.id
            ):
                return True
        return False

    async def allow_by_operator(self, event: Event, channel: Channel) -> Channel:
        """Allow an undecided shared channel in which an operator says something; the channel as it then stands."""
        if event.kind is EventKind.RATED or event.private or not event.asker.operator or channel.allowed is not None:
            return channel
        allowed = replace(channel, allowed=True)
        await self._store.channels.save(allowed)
        return allowed

    async def refusal(self, decision: Access, event: Event, channel: Channel) -> Reply | None:
        """The reply to an event that is not answered; None: silence, because it was said before or is refused.

        About an undecided channel the operators are asked, once.
        """
        if decision is Access.REFUSED:
            return None
        name = f"door:{channel.id}"
        said = await self._store.memory.recall(name)
        if said == decision and not (decision is Access.UNCLAIMED and _START.match(event.text)):
            return None
        if decision is Access.UNDECIDED:
            await self._ask_operators(event, channel)
        await self._store.memory.keep(name, decision)
        return Reply(text(UNCLAIMED if decision is Access.UNCLAIMED else ASKED), Audience.ASKER)

    async def _ask_operators(self, event: Event, channel: Channel) -> None:
        who, where = event.asker.name or "Somebody", event.platform.title()
        wants = "added the bot to" if event.kind is EventKind.JOINED else "speaks to the bot in"
        wish = f"{who} wants to use the bot" if event.private else f"{who} {wants} “{channel.name}”"
        await self._operators.tell(
            f"{wish} on {where}. “allow c{channel.id}” has it serve there, “refuse c{channel.id}” has it keep silent.",
            Choice("Allow", f"allow c{channel.id}"),
            Choice("Refuse", f"refuse c{channel.id}"),
        )
