"""Tell channels their briefs and alerts: decide, render, and store the result with its messages in the outbox.

brief due | edition → render → stored with its deliveries in one transaction, once per (channel, date)
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.briefing import alerts, briefs, translation
from bot.briefing.hearing import last_news
from bot.briefing.views import brief_view
from bot.briefing.views.web_links import with_links
from bot.briefing.views.wording import count
from bot.delivery.outbox import ON_ITS_WAY
from bot.model import times
from bot.model.brief import Brief, Quiet, StoredBrief, Unable
from bot.model.channel import Channel
from bot.model.messages import Message
from bot.model.outgoing import addressed
from bot.model.ports import Analyst, Clock
from bot.model.signal import Signal
from bot.model.stores import Store
from bot.model.told import ALERT, WATCH

log = logging.getLogger(__name__)


def local_date(channel: Channel, now: datetime) -> date:
    """The date in the channel's time zone."""
    return now.astimezone(ZoneInfo(channel.settings.timezone)).date()


def _midnight(on: date, channel: Channel) -> datetime:
    return times.slot(on, time(0), channel.settings.timezone)


def _log_brief(stored: StoredBrief, channel: Channel) -> None:
    said = count(len(stored.numbers), "signal") if stored.outcome == "brief" else stored.account.reason or ""
    log.info("Brief for %s on %s: %s, %s.", *_place(channel), stored.outcome, said.rstrip("."))


def _place(channel: Channel) -> tuple[str, str]:
    return channel.name, channel.platform.title()


class Form(Protocol):
    """What a message of a platform can be; every Platform knows it."""

    @property
    def amends(self) -> bool:
        """Whether what was said there can be changed afterwards."""

    def parts(self, message: Message) -> tuple[Message, ...]:
        """The message cut into parts that fit into one message of the platform each."""


class Carrier(Protocol):
    """Carries away what stands in the outbox; OutboxSender does, or one of another process."""

    @property
    def platforms(self) -> Mapping[str, Form]:
        """By name those to which it carries now."""

    def wake(self) -> None:
        """Something in the outbox is new."""


class BriefingService:
    """Puts briefs and alerts into the outbox."""

    def __init__(
        self,
        store: Store,
        sender: Carrier,
        clock: Clock,
        analyst: Analyst | None = None,
        address: str | None = None,
    ) -> None:
        """`analyst` translates briefs into a channel's language; None: they stay in English.

        `address` is where signals have their pages; None: no brief leads there.
        """
        self._store = store
        self._sender = sender
        self._clock = clock
        self._analyst = analyst
        self._address = address

    def wake(self) -> None:
        """Have the outbox looked at: something in it is new."""
        self._sender.wake()

    def form_of(self, channel: Channel) -> Form:
        """What the messages of the channel's platform can be. KeyError where it is not open."""
        return self._sender.platforms[channel.platform]

    def reaches(self, channel: Channel) -> bool:
        """Whether the channel's platform is open."""
        return channel.platform in self._sender.platforms

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
        """Decide, render and store what the channel is told on a local date; None: that was done before.

        A quiet or unable morning is stored without a message, unless the channel wants one or somebody `asked`.
        `down`: the bot was not running at the slot and past the catch-up window. `since`: the instant that the brief
        accounts from; None: the channel's last slot. `moment`: data shared with other briefs told now.
        """
        if await self._store.briefs.get(channel.id, on) is not None:
            return None
        moment = moment or briefs.Moment(self._store, self._clock.now())
        edition = await briefs.edition(self._store, channel, on, moment.now, since=since, down=down, moment=moment)
        spoken = asked or isinstance(edition, Brief) or channel.settings.quiet_line
        messages = await self.rendered(brief_view.brief_message(edition, channel), channel) if spoken else ()
        stored = await self._store.briefs.record(channel, edition, messages, moment.now)
        if stored is not None:
            _log_brief(stored, channel)
        self._sender.wake()
        return stored

    async def alert(self, channel: Channel, moment: briefs.Moment, most: int) -> int:
        """Tell the channel at once what is due: alerts, then what it watches; returns how many signals that were.

        At most `most` of each a local day; the rest waits for the morning's brief.
        """
        told = await self._at_once(channel, await alerts.due(self._store, channel, moment), ALERT, moment, most)
        watched = await alerts.watched(self._store, channel, moment)
        due = [each for each in watched if not await self._held_back(channel, each.item.signal, moment, most)]
        return told + await self._at_once(channel, due, WATCH, moment, most)

    async def _at_once(
        self, channel: Channel, due: Sequence[alerts.AtOnce], kind: str, moment: briefs.Moment, most: int
    ) -> int:
        if not due:
            return 0
        on = local_date(channel, moment.now)
        left = due[: max(0, most - await self._store.briefs.alerted(channel.id, _midnight(on, channel), kind=kind))]
        for each in left:
            messages = await self.rendered(brief_view.alert_message(each.item, moment.now, each.watch), channel)
            await self._store.briefs.alert(channel, each.item.signal, on, messages, moment.now, kind=kind)
        if left:
            log.info("%s for %s on %s: %s.", kind.title(), *_place(channel), count(len(left), "signal"))
        self._sender.wake()
        return len(left)

    async def _held_back(self, channel: Channel, signal: Signal, moment: briefs.Moment, most: int) -> bool:
        """Whether its news came on an earlier day that had no room left for it: the next brief tells it."""
        at = last_news(signal)
        on = local_date(channel, at) if at else local_date(channel, moment.now)
        if on >= local_date(channel, moment.now):
            return False
        that_day = _midnight(on, channel), _midnight(on + timedelta(days=1), channel)
        return await self._store.briefs.alerted(channel.id, *that_day, kind=WATCH) >= most

    async def show_today(self, channel: Channel) -> None:
        """Tell today's brief to a terminal that was opened, or show it again as it was stored."""
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
        self._sender.wake()

    async def _retold(self, channel: Channel, on: date) -> tuple[Message, ...]:
        """The message of a quiet or unable morning that was stored without one."""
        stored = await self._store.briefs.get(channel.id, on)
        if stored is None or stored.outcome == "brief":
            return ()
        kind = Quiet if stored.outcome == "quiet" else Unable
        return await self.rendered(brief_view.brief_message(kind(on, stored.account), channel), channel)

    async def rendered(self, message: Message, channel: Channel) -> tuple[Message, ...]:
        """The message in the channel's language, in the parts that its platform takes."""
        message = with_links(message, self._address)
        if self._analyst:
            message = await translation.translated(message, self._analyst, channel.settings.language)
        platform = self._sender.platforms.get(channel.platform)
        return platform.parts(message) if platform else (message,)
