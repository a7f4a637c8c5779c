"""What a channel is told on one local date: store → Inputs → decide → Brief | Quiet | Unable.

    live signals | not muted, asked for, with news for this channel | at or above the bar | strongest first | at most N
    look account | could we look at all? | why was it quiet? what came nearest?

`decide` is pure; `edition` gathers what it decides from and records nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from bot.briefing.deltas import TOLD_TODAY, Change, delta_of, since_words
from bot.briefing.hearing import asked_for, is_muted, watch_of
from bot.briefing.inputs import Inputs
from bot.briefing.views.wording import count
from bot.model import times
from bot.model.brief import Account, Brief, BriefItem, Edition, Near, Quiet, StoredBrief, Unable
from bot.model.channel import Channel, ChannelSettings
from bot.model.run import LookAccount
from bot.model.signal import Signal
from bot.model.stores import Store
from bot.signals import strength
from bot.text import languages, taxonomy

NEAREST = 3
NO_ROOM = "room"
"""What a signal at or above the bar lacked that stood behind `most` others."""
WATCHED = "watched"
"""How the delta of a signal begins that stands in a brief because it is watched."""
MEMORY = timedelta(days=60)
"""How far back something may have been told and its correction still be said."""


# --- gathering -----------------------------------------------------------------------------------------------------


class Moment:
    """What all channels' briefs of one moment share, read once however many are due."""

    def __init__(self, store: Store, now: datetime, live: tuple[Signal, ...] | None = None) -> None:
        """`live`: the signals to decide from; None: all that are live."""
        self.now = now
        self._store = store
        self._live = live
        self._looks: dict[datetime, LookAccount] = {}
        self._notes: dict[datetime, str | None] = {}

    async def live(self) -> tuple[Signal, ...]:
        if self._live is None:
            self._live = await self._store.signals.live()
        return self._live

    async def look(self, since: datetime) -> LookAccount:
        if since not in self._looks:
            self._looks[since] = await self._store.runs.look(since, self.now)
        return self._looks[since]

    async def note(self, since: datetime) -> str | None:
        """What kept the model from reading since then; None: nothing."""
        if since not in self._notes:
            shortage = await self._store.calls.shortage(since)
            self._notes[since] = shortage.words if shortage else None
        return self._notes[since]


async def edition(
    store: Store,
    channel: Channel,
    on: date,
    now: datetime,
    *,
    since: datetime | None = None,
    down: bool = False,
    moment: Moment | None = None,
) -> Edition:
    """What the channel is told on its local date `on`, as of `now`; nothing is recorded.

    `since` is the last slot's instant; None: when the brief before this date was decided, else the slot before it
    (also where that brief only records a morning slept through).
    What the channel was told on `on` itself is in it again, marked as told today. `moment`: of `now`, where others are
    briefed at it too.
    """
    moment = moment or Moment(store, now)
    settings = channel.settings
    last = await store.briefs.last(channel.id, before=on)
    since = since or _since(last, _slot_before(settings, on, now))
    weighed = await _weighed(store, channel.id, last)
    inputs = Inputs(
        channel=channel,
        on=on,
        now=now,
        since=since,
        weighed=min(since, weighed or since),
        look=await moment.look(since),
        signals=await moment.live(),
        first=weighed is None,
        down=down,
        mutes=await store.channels.mutes(channel.id, now),
        told=await store.briefs.told(channel.id),
        corrections=tuple(each for each in await store.corrections.of(channel.id, now - MEMORY) if not each.opened),
        note=await moment.note(since),
        members=taxonomy.load().members,
    )
    return decide(inputs)


def _since(last: StoredBrief | None, slot_before: datetime) -> datetime:
    """A morning slept through is put on record later than its slot, which looking is accounted for from."""
    if last is None:
        return slot_before
    return min(last.decided, slot_before) if last.outcome == "unable" else last.decided


async def _weighed(store: Store, channel_id: int, last: StoredBrief | None) -> datetime | None:
    """When signals were last weighed for the channel: an unable day weighed nothing. None: never yet."""
    if last and last.outcome == "unable":
        last = await store.briefs.last(channel_id, before=last.on, but="unable")
    return last.decided if last else None


def _slot_before(settings: ChannelSettings, on: date, now: datetime) -> datetime:
    """On Monday for mon-fri it is Friday's; a day earlier where the channel has no weekdays."""
    this = min(times.slot(on, settings.at, settings.timezone), now)
    found = times.previous_slot(this, settings.at, settings.timezone, settings.days)
    return found[1] if found else now - timedelta(days=1)


# --- deciding ------------------------------------------------------------------------------------------------------


def decide(inputs: Inputs) -> Edition:
    """Brief, Quiet or Unable, from the record alone.

    Unable: fewer than half of the enabled sources were successfully checked since the last slot, or analysis failed on
    more than half of the new articles, or the bot was down. Quiet: nothing with news for this channel reached its bar.
    """
    if reason := _unable(inputs):
        return Unable(inputs.on, _account(inputs, reason=reason))
    heard, muted = _heard(inputs)
    above = [news for news in heard if news.signal.strength.total >= inputs.channel.settings.bar]
    above.sort(key=lambda news: _order(news.signal, inputs.now))
    told, no_room, below = _chosen(heard, above, inputs)
    nearest = _nearest(no_room, below, inputs.now)
    muted_above = sum(signal.strength.total >= inputs.channel.settings.bar for signal in muted)
    if not told:
        reason = _why_quiet(inputs, muted_above)
        return Quiet(inputs.on, _account(inputs, muted=muted_above, reason=reason, nearest=nearest))
    items = tuple(BriefItem(number, news.signal, news.delta) for number, news in enumerate(told, 1))
    account = _account(inputs, muted=muted_above, nearest=nearest)
    return Brief(inputs.on, account, items, inputs.corrections)


def _chosen(
    heard: Sequence[Change], above: Sequence[Change], inputs: Inputs
) -> tuple[list[Change], list[Change], list[Change]]:
    """(what is told, what there is no room for, what is below the bar). What is watched and was not told at once is
    told behind the rest, whatever the bar and the room."""
    most = inputs.channel.settings.most
    kept = {news.signal.id for news in above[:most]}
    rest = [news for news in heard if news.signal.id not in kept]
    held = [news for news in rest if news.delta != TOLD_TODAY and _watched(news.signal, inputs)]
    left = {news.signal.id for news in held}
    held.sort(key=lambda news: _order(news.signal, inputs.now))
    told = [*above[:most], *(Change(news.signal, f"{WATCHED}, {news.delta}") for news in held)]
    no_room = [news for news in above[most:] if news.signal.id not in left]
    reached = {news.signal.id for news in above}
    return told, no_room, [news for news in rest if news.signal.id not in left | reached]


def _unable(inputs: Inputs) -> str | None:
    look, since = inputs.look, since_words(inputs.since, inputs)
    if inputs.down:
        return "The Bellwether was down when this brief was due, and for too long after it."
    if not look.sources:
        return "There are no sources to read; “sources add URL” adds one."
    if 2 * look.checked < look.sources:
        return f"Only {look.checked} of {count(look.sources, 'source')} could be read {since}."
    unlisted = sum(number for _, number in look.languages)
    if (words := languages.unread_words(look.languages)) and 2 * unlisted > look.analysed + look.unread:
        return f"{words}, of {count(look.analysed + look.unread, 'new article')} {since}."
    if 2 * look.unread > look.analysed + look.unread:
        return f"Analysis failed on {look.unread} of {count(look.analysed + look.unread, 'new article')} {since}."
    return None


def heard(inputs: Inputs) -> tuple[tuple[Signal, str], ...]:
    """What has news for this channel and may be said here, each with the news in words."""
    return tuple((news.signal, news.delta) for news in _heard(inputs)[0])


def _heard(inputs: Inputs) -> tuple[list[Change], list[Signal]]:
    """What has news for this channel and may be said here, and what a mute keeps back."""
    heard: list[Change] = []
    muted: list[Signal] = []
    mutes = [mute for mute in inputs.mutes if mute.until > inputs.now]
    for signal in inputs.signals:
        delta = delta_of(signal, inputs)
        if delta is None or not _is_asked_for(signal, inputs):
            continue
        if is_muted(signal, mutes, inputs.members):
            muted.append(signal)
        else:
            heard.append(Change(signal, delta))
    return heard, muted


def _is_asked_for(signal: Signal, inputs: Inputs) -> bool:
    """Whether the channel hears of it: a watch asks for more than “only” leaves."""
    return asked_for(inputs.channel.settings.only, signal, inputs.members) or _watched(signal, inputs)


def _watched(signal: Signal, inputs: Inputs) -> bool:
    return watch_of(signal, inputs.channel.settings.watched(inputs.now), inputs.members) is not None


def _order(signal: Signal, now: datetime) -> tuple[int, bool, float, int]:
    """Strongest first, then momentum, then the newest change; the id settles the rest."""
    return -signal.strength.total, not strength.momentum(signal, now), -signal.changed.timestamp(), signal.id


# --- the account ---------------------------------------------------------------------------------------------------


def _account(inputs: Inputs, *, muted: int = 0, reason: str | None = None, nearest: tuple[Near, ...] = ()) -> Account:
    look = inputs.look
    return Account(
        articles=look.articles,
        sources=look.sources,
        publishers=look.publishers,
        failed_sources=max(0, look.sources - look.checked),
        muted=muted,
        reason=reason,
        nearest=nearest,
        note=_note(inputs, reason),
    )


def _note(inputs: Inputs, reason: str | None) -> str | None:
    """What kept articles from being read, unless the reason says it already."""
    words = languages.unread_words(inputs.look.languages)
    unlisted = f"{words}." if words and not (reason or "").startswith(words) else None
    return " ".join(each for each in (inputs.note, unlisted) if each) or None


def _nearest(no_room: Sequence[Change], below: Iterable[Change], now: datetime) -> tuple[Near, ...]:
    """All that stood behind `most` others, so that nothing is left out unsaid; else the nearest three below the bar."""
    if no_room:
        return tuple(_near(news.signal, NO_ROOM) for news in no_room)
    ranked = sorted((news.signal for news in below), key=lambda signal: _order(signal, now))
    return tuple(_near(signal, strength.lacked(signal.strength)) for signal in ranked[:NEAREST])


def _near(signal: Signal, lacked: str) -> Near:
    return Near(signal.id, signal.title, signal.strength.total, lacked)


def _why_quiet(inputs: Inputs, muted: int) -> str:
    settings, since = inputs.channel.settings, since_words(inputs.since, inputs)
    if muted:
        kept = "The one signal" if muted == 1 else f"All {muted} signals"
        return f"{kept} that reached the bar of {settings.bar} {'is' if muted == 1 else 'are'} muted here."
    if not inputs.look.articles:
        return f"The sources brought no new articles {since}."
    if settings.only:
        names = ", ".join(label.name for label in settings.only)
        return f"Nothing new about {names} reached the bar of {settings.bar} {since}."
    return f"Nothing new reached the bar of {settings.bar} {since}."
