"""Briefs and alerts for channels: decided, rendered once, and recorded together with the messages that carry them.

brief due | edition → render once → recorded with its deliveries, once a (channel, date)
"""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from bot.briefing import alerts, briefs, translation
from bot.briefing.views import brief_view
from bot.delivery.outbox import ON_ITS_WAY, Courier
from bot.model import times
from bot.model.brief import Brief, Quiet, StoredBrief, Unable
from bot.model.channel import Channel
from bot.model.messages import Message
from bot.model.outgoing import addressed
from bot.model.ports import Analyst, Clock
from bot.model.stores import Store


def local_date(channel: Channel, now: datetime) -> date:
    """The date it is where the channel is."""
    return now.astimezone(ZoneInfo(channel.settings.timezone)).date()


class Post:
    """Tells channels their briefs, by way of the outbox."""

    def __init__(self, store: Store, courier: Courier, clock: Clock, analyst: Analyst | None = None) -> None:
        """`analyst` puts briefs into a channel's language; None: they stay in ours."""
        self._store = store
        self._courier = courier
        self._clock = clock
        self._analyst = analyst

    def reaches(self, channel: Channel) -> bool:
        """Whether the channel's platform is open."""
        return channel.platform in self._courier.platforms

    async def tell(
        self,
        channel: Channel,
        on: date,
        *,
        since: datetime | None = None,
        down: bool = False,
        asked: bool = False,
        moment: briefs.Moment | None = None,
    ) -> StoredBrief | None:
        """Decide, render and record what the channel is told on a local date; None: that was done before.

        Quiet and unable mornings are recorded without a word, unless the channel wants the line or somebody `asked`.
        `down` records a slot that passed, beyond catching up, while the bot was not running. `moment`: what it shares
        with others that are told now.
        """
        if await self._store.briefs.get(channel.id, on) is not None:
            return None
        moment = moment or briefs.Moment(self._store, self._clock.now())
        edition = await briefs.edition(self._store, channel, on, moment.now, since=since, down=down, moment=moment)
        spoken = asked or isinstance(edition, Brief) or channel.settings.quiet_line
        messages = await self._rendered(brief_view.brief_message(edition, channel), channel) if spoken else ()
        stored = await self._store.briefs.record(channel, edition, messages, moment.now)
        self._courier.wake()
        return stored

    async def alert(self, channel: Channel, moment: briefs.Moment, most: int) -> int:
        """Tell at once what has reached the strength the channel asks to be alerted of; how many signals.

        At most so many a local day; the rest waits for the morning.
        """
        due = await alerts.due(self._store, channel, moment)
        if not due:
            return 0
        on = local_date(channel, moment.now)
        midnight = times.slot(on, time(0), channel.settings.timezone)
        left = max(0, most - await self._store.briefs.alerted(channel.id, midnight))
        for item in due[:left]:
            messages = await self._rendered(brief_view.alert_message(item, moment.now), channel)
            await self._store.briefs.alert(channel, item.signal, on, messages, moment.now)
        self._courier.wake()
        return len(due[:left])

    async def opened(self, channel: Channel) -> None:
        """Opening the terminal is asking: today's brief is told, or shown again as it was stored."""
        on = local_date(channel, self._clock.now())
        if await self.tell(channel, on, asked=True) is None:
            await self._show_again(channel, on)

    async def _show_again(self, channel: Channel, on: date) -> None:
        outbox, again = self._store.outbox, f"again:{on.isoformat()}"
        shown = await outbox.under(channel.id, again)
        told = await outbox.under(channel.id, f"brief:{on.isoformat()}")
        if any(delivery.state in ON_ITS_WAY for delivery in (*told, *shown)):
            return
        messages = await self._store.briefs.again(channel.id, on) or await self._retold(channel, on)
        for part, message in enumerate(messages, len(shown) + 1):
            await outbox.put(addressed(channel, again, part, message), self._clock.now())
        self._courier.wake()

    async def _retold(self, channel: Channel, on: date) -> tuple[Message, ...]:
        """A quiet or unable morning that was recorded without a word, in words."""
        stored = await self._store.briefs.get(channel.id, on)
        if stored is None or stored.outcome == "brief":
            return ()
        kind = Quiet if stored.outcome == "quiet" else Unable
        return await self._rendered(brief_view.brief_message(kind(on, stored.account), channel), channel)

    async def _rendered(self, message: Message, channel: Channel) -> tuple[Message, ...]:
        """In the channel's language, in the parts its platform takes."""
        if self._analyst:
            message = await translation.spoken(message, self._analyst, channel.settings.language)
        platform = self._courier.platforms.get(channel.platform)
        return platform.parts(message) if platform else (message,)
