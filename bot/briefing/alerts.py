"""What a channel is told at once: signals that newly reach the strength it asked for, and whatever it watches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.briefing.briefs import Moment, heard
from bot.briefing.deltas import TOLD_TODAY, is_news
from bot.briefing.hearing import watch_of
from bot.briefing.inputs import Inputs
from bot.model import times
from bot.model.brief import BriefItem
from bot.model.channel import Channel, Watch
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


@dataclass(frozen=True, slots=True)
class AtOnce:
    """A signal to be told at once, and why."""

    item: BriefItem
    watch: Watch | None = None  # None: it reached the strength that the channel asked for


async def watched(store: Store, channel: Channel, moment: Moment) -> tuple[AtOnce, ...]:
    """What the channel watches and was not told, the strongest first; nothing is recorded."""
    watches = channel.settings.watched(moment.now)
    if not watches or _paused(channel, moment.now):
        return ()
    members = taxonomy.load().members
    found = [(signal, watch) for signal in await moment.live() if (watch := watch_of(signal, watches, members))]
    if not found:
        return ()
    inputs = await _inputs(store, channel, moment, channel.created)
    told = [
        AtOnce(item, watch)
        for signal, watch in found
        for item in decide(replace(inputs, since=watch.since, weighed=watch.since, signals=(signal,)))
    ]
    return tuple(sorted(told, key=lambda each: (-each.item.signal.strength.total, each.item.signal.id)))


async def due(store: Store, channel: Channel, moment: Moment) -> tuple[AtOnce, ...]:
    """The signals to alert the channel of at that moment, the strongest first; nothing is recorded."""
    settings, now = channel.settings, moment.now
    if settings.alert is None or _paused(channel, now):
        return ()
    since = settings.alert_from or channel.created
    reached = tuple(each for each in await moment.live() if _reached(each, settings.alert, since))
    if not reached:
        return ()
    inputs = await _inputs(store, channel, moment, since)
    return tuple(AtOnce(item) for item in decide(replace(inputs, signals=reached)))


async def _inputs(store: Store, channel: Channel, moment: Moment, since: datetime) -> Inputs:
    """What is decided from, without signals."""
    return Inputs(
        channel=channel,
        on=times.local(moment.now, channel.settings.timezone).date(),
        now=moment.now,
        since=since,
        weighed=since,
        look=_NO_ACCOUNT,
        signals=(),
        mutes=await store.channels.mutes(channel.id, moment.now),
        told=await store.briefs.told(channel.id),
        members=taxonomy.load().members,
    )


def decide(inputs: Inputs) -> tuple[BriefItem, ...]:
    """The signals of `inputs` that are not muted, are asked for, and have a change this channel was not told."""
    news = [
        (signal, delta)
        for signal, delta in heard(inputs)
        if signal.id not in inputs.told or signal.changed > inputs.told[signal.id].at
    ]
    news.sort(key=lambda each: (-each[0].strength.total, each[0].id))
    fresh = [(signal, delta) for signal, delta in news if delta != TOLD_TODAY]
    return tuple(BriefItem(number, signal, delta) for number, (signal, delta) in enumerate(fresh, 1))


def _reached(signal: Signal, strength: int, since: datetime) -> bool:
    """Whether it has at least that strength, by more than having been read again, and had news after `since` (what a
    merge brought in is no news)."""
    own = [each for each in signal.revisions if each.brought_from is None]
    by_articles = any(each.strength.total >= strength for each in own if each.stance is not Stance.REREAD)
    news = (each.at > since and is_news(each, before) for before, each in zip((None, *own), own, strict=False))
    return signal.strength.total >= strength and by_articles and any(news)
