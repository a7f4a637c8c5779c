"""Which signals a channel is alerted of: those that have newly reached the strength it asked for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.briefing.briefs import Moment, heard
from bot.briefing.deltas import is_news
from bot.briefing.inputs import Inputs
from bot.model import times
from bot.model.brief import BriefItem
from bot.model.channel import Channel
from bot.model.finding import Stance
from bot.model.run import LookAccount
from bot.model.signal import Signal
from bot.model.stores import Store
from bot.text import taxonomy

_NO_ACCOUNT = LookAccount(0, 0, 0, 0, 0, 0)  # an alert does not say how much was read


class AlertWatch:
    """What the last tick looked at, so that the next one looks only at the signals stored since.

    A channel is shown all live signals again where what it asks for is no longer what it asked for then.
    """

    def __init__(self) -> None:
        self.newest: int | None = None  # number of the last writing that was looked at; None: none was yet
        self._asked: dict[int, object] = {}  # by id of channel

    def is_new(self, channel: Channel, mutes: Sequence[int], now: datetime) -> bool:
        """Whether the channel asks for something else than when it was last looked at: by its settings, by the ids of
        its mutes in force, or since a new day has begun there, by which alerts are counted."""
        return self._asked.get(channel.id) != _asks(channel, mutes, now)

    def note(self, channel: Channel, mutes: Sequence[int], now: datetime) -> None:
        """The channel was looked at."""
        self._asked[channel.id] = _asks(channel, mutes, now)

    def forget(self, channel: Channel) -> None:
        """The channel is to be looked at anew: its alerts failed."""
        self._asked.pop(channel.id, None)


def _asks(channel: Channel, mutes: Sequence[int], now: datetime) -> object:
    return channel, tuple(mutes), _paused(channel, now), times.local(now, channel.settings.timezone).date()


def _paused(channel: Channel, now: datetime) -> bool:
    until = channel.settings.paused_until
    return until is not None and now < until


async def due(store: Store, channel: Channel, moment: Moment) -> tuple[BriefItem, ...]:
    """The signals to alert the channel of at that moment, the strongest first; nothing is recorded."""
    settings, now = channel.settings, moment.now
    if settings.alert is None or _paused(channel, now):
        return ()
    since = settings.alert_from or channel.created
    reached = tuple(each for each in await moment.live() if _reached(each, settings.alert, since))
    if not reached:
        return ()
    inputs = Inputs(
        channel=channel,
        on=times.local(now, settings.timezone).date(),
        now=now,
        since=since,
        weighed=since,
        look=_NO_ACCOUNT,
        signals=reached,
        mutes=await store.channels.mutes(channel.id, now),
        told=await store.briefs.told(channel.id),
        members=taxonomy.load().members,
    )
    return decide(inputs)


def decide(inputs: Inputs) -> tuple[BriefItem, ...]:
    """The signals of `inputs` that are not muted, are asked for, and have a change this channel was not told."""
    news = [
        (signal, delta)
        for signal, delta in heard(inputs)
        if signal.id not in inputs.told or signal.changed > inputs.told[signal.id].at
    ]
    news.sort(key=lambda each: (-each[0].strength.total, each[0].id))
    fresh = [(signal, delta) for signal, delta in news if delta != "told today"]
    return tuple(BriefItem(number, signal, delta) for number, (signal, delta) in enumerate(fresh, 1))


def _reached(signal: Signal, strength: int, since: datetime) -> bool:
    """Whether it has at least that strength, by more than having been read again, and had news after `since` (what a
    merge brought in is no news)."""
    own = [each for each in signal.revisions if each.brought_from is None]
    by_articles = any(each.strength.total >= strength for each in own if each.stance is not Stance.REREAD)
    news = (each.at > since and is_news(each, before) for before, each in zip((None, *own), own, strict=False))
    return signal.strength.total >= strength and by_articles and any(news)
