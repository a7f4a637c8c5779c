"""A brief that may not have arrived: said once in its channel, with a button that shows it, once to the operator."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from bot.delivery.operators import Operators
from bot.model import times
from bot.model.channel import Channel
from bot.model.delivery import Unknown
from bot.model.messages import Choice, Choices, Message, text
from bot.model.outgoing import Delivery, addressed
from bot.model.ports import Clock
from bot.model.stores import Store

BRIEF = "brief:"
"""How the purpose of a brief's deliveries begins; its date follows."""


class Doubts:
    """Says what became of briefs whose sending had an unknown outcome."""

    def __init__(self, store: Store, operators: Operators, clock: Clock, *, silent_on: Collection[str] = ()) -> None:
        """`silent_on`: platforms that show a brief again by themselves."""
        self._store = store
        self._operators = operators
        self._clock = clock
        self._silent_on = silent_on

    async def say(self, delivery: Delivery, outcome: Unknown) -> None:
        """Put both notices into the outbox, unless they were before; nothing, where the delivery is no brief."""
        if not delivery.purpose.startswith(BRIEF) or delivery.platform in self._silent_on:
            return
        channel = await self._store.channels.get(delivery.channel_id)
        once = f"doubt:{delivery.channel_id}:{delivery.purpose}"
        if channel is None or not channel.active or await self._store.memory.recall(once):
            return
        now, on = self._clock.now(), date.fromisoformat(delivery.purpose.removeprefix(BRIEF))
        notice = f"notice:{once}"
        if not await self._store.outbox.under(channel.id, notice):
            await self._store.outbox.put(addressed(channel, notice, 1, self._message(channel, on)), now)
        # In the operator's own conversation the notice with the button stands already, under the same purpose.
        await self._operators.tell(
            f"Whether the brief of {times.full_day(on)} arrived in {channel.name} on {channel.platform.title()} is not "
            f"known: {outcome.why}.",
            once=once,
        )
        await self._store.memory.keep(once, now.isoformat())

    def _message(self, channel: Channel, on: date) -> Message:
        today = times.local(self._clock.now(), channel.settings.timezone).date()
        which = "Today’s brief" if on == today else f"The brief of {times.full_day(on)}"
        said = text(f"{which} may not have arrived.")
        return Message((*said.blocks, Choices((Choice("Show it", f"brief {on.isoformat()}"),))), said.fallback)
