"""Say what a command would do without doing it: what is set now, what it would have told lately, and a button.

This answers whatever would change something and ends in a question mark ("bar 7?"), and stands above what is offered
for a request in plain words.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from bot.briefing.views.wording import count
from bot.conversation.commands import mutes, settings, watches
from bot.conversation.labels import carried_since, label_words, resolve
from bot.conversation.parse import lasting
from bot.conversation.request import Request
from bot.conversation.slots import slot
from bot.model import locales, times
from bot.model.brief import StoredBrief
from bot.model.signal import Signal
from bot.text.listing import listed

DAYS = 30
"""How far back is said what a setting would have told."""
PAGE = 200  # signals read from the store at once

Preview = Callable[[Request], Awaitable[Sequence[str] | None]]


async def preview(name: str, request: Request) -> Sequence[str] | None:
    """The sentences for the command `name` with `request.words`; None: the words do not fit it, as it says itself."""
    found = PREVIEWS.get(name)
    return await found(request) if found else (NOTHING_YET,)


NOTHING_YET = "Asking changes nothing; the button does it."


# --- the record ------------------------------------------------------------------------------------------------------


async def _lately(request: Request) -> list[Signal]:
    """The signals of the last DAYS that are asked for and not muted here."""
    from bot.briefing import hearing

    since, members = _since(request), request.context.taxonomy.members
    only = request.channel.settings.only
    muted = await request.store.channels.mutes(request.channel.id, request.now)
    return [
        signal
        for signal in await _changed_since(request, since)
        if hearing.asked_for(only, signal, members) and not hearing.is_muted(signal, muted, members)
    ]


async def _changed_since(request: Request, since: datetime) -> list[Signal]:
    found: list[Signal] = []
    while page := await request.store.signals.latest(PAGE, len(found)):
        found += page
        if page[-1].changed < since:
            break
    return [signal for signal in found if signal.changed >= since]


async def _told(request: Request) -> Sequence[StoredBrief]:
    """The decisions of the last DAYS for this channel."""
    today = times.local(request.now, request.zone).date()
    return await request.store.briefs.span(request.channel.id, today - timedelta(days=DAYS), today)


def _since(request: Request) -> datetime:
    return request.now - timedelta(days=DAYS)


# --- how much --------------------------------------------------------------------------------------------------------


async def _bar(request: Request) -> Sequence[str] | None:
    wanted, bar = settings.number(request.words, 1, 10), request.channel.settings.bar
    if wanted is None:
        return None
    signals = await _lately(request)
    reach = [sum(signal.strength.total >= least for signal in signals) for least in (bar, wanted)]
    would = f"{reach[1]} would reach {wanted}" if wanted != bar else "that is so already"
    return (
        f"The bar is {bar} here.",
        f"Of the {count(len(signals), 'signal')} of the last {DAYS} days {reach[0]} reach it; {would}.",
    )


async def _most(request: Request) -> Sequence[str] | None:
    wanted, most = settings.number(request.words, 1, settings.MOST), request.channel.settings.most
    if wanted is None:
        return None
    from bot.briefing import briefs

    told = [each for each in await _told(request) if each.outcome == "brief"]
    longer = sum(len(each.numbers) > wanted for each in told)
    full = sum(any(near.lacked == briefs.NO_ROOM for near in each.account.nearest) for each in told)
    would = f"{longer} held more than {wanted}" if wanted < most else f"{full} had to leave something out"
    return (
        f"A brief holds at most {count(most, 'signal')} here.",
        f"Of the {count(len(told), 'brief')} of the last {DAYS} days {would}.",
    )


async def _alert(request: Request) -> Sequence[str] | None:
    wanted, at = settings.number(request.words, 1, 10), request.channel.settings.alert
    now = f"What reaches {at} is told here at once." if at else "Nothing is told here at once."
    if wanted is None:
        return (now,) if request.words.lower() == "off" else None
    reach = sum(signal.strength.total >= wanted for signal in await _lately(request))
    return now, f"Of the last {DAYS} days {count(reach, 'signal')} would have reached {wanted}."


# --- what ------------------------------------------------------------------------------------------------------------


async def _mute(request: Request) -> Sequence[str] | None:
    said = lasting(request.words, request.now, request.zone)
    resolved = await mutes.what_to_mute(request, said) if said.what else None
    if resolved is None or resolved.reply or not resolved.labels:
        return None
    wanted = {(label.kind, label.value) for label in resolved.labels}
    muted = await request.store.channels.mutes(request.channel.id, request.now)
    already = [each.label.name for each in muted if (each.label.kind, each.label.value) in wanted]
    names = listed([label_words(label, request.context.taxonomy) for label in resolved.labels])
    now = f"Muted already: {listed(already)}." if already else f"{names} {_is(resolved.labels)} not muted here."
    hidden = await carried_since(request, resolved.labels, _since(request))
    return now, *mutes.kinds_said(resolved, said), mutes.hidden_words(hidden, request, DAYS)


def _is(names: Sequence[object]) -> str:
    return "is" if len(names) == 1 else "are"


async def _only(request: Request) -> Sequence[str] | None:
    only = request.channel.settings.only
    if not request.words:
        return None
    now = f"This channel hears of {listed([label.name for label in only])} alone." if only else ""
    now = now or "This channel hears of everything."
    if request.words.lower() == "off":
        return (now,)
    resolved = await resolve(request, request.words, "only {}")
    if resolved.reply or not resolved.labels:
        return None
    found = await carried_since(request, resolved.labels, _since(request))
    names = listed([label_words(label, request.context.taxonomy) for label in resolved.labels])
    return now, f"Of the last {DAYS} days {count(len(found), 'signal')} {_is(found)} about {names}."


# --- when and how ----------------------------------------------------------------------------------------------------


async def _at(request: Request) -> Sequence[str] | None:
    if not request.words:
        return None
    try:
        new = settings.with_slot(request.channel.settings, slot(request.words))
    except ValueError:
        return None
    now = f"The brief comes at {settings.slot_words(request.channel.settings)}."
    if new == request.channel.settings:
        return now, "That is so already."
    comes = await settings.comes(request, new)
    return now, f"With {settings.slot_words(new)}: {comes[:1].lower()}{comes[1:]}"


async def _pause(request: Request) -> Sequence[str] | None:
    try:
        until = settings.pause_end(request.words, request.now, request.zone)
    except ValueError:
        return None
    ending = settings.pause_words(until, request.now, request.zone)
    comes = await settings.next_brief(request.store, request.channel, request.now)
    return comes, f"A pause would last {ending}; alerts are silent too."


async def _resume(request: Request) -> Sequence[str] | None:
    return (await settings.next_brief(request.store, request.channel, request.now),)


async def _unmute(request: Request) -> Sequence[str] | None:
    muted = await request.store.channels.mutes(request.channel.id, request.now)
    return (f"Muted here: {listed([each.label.name for each in muted])}.",) if muted and request.words else None


async def _quiet(request: Request) -> Sequence[str] | None:
    if request.words.lower() not in ("on", "off"):
        return None
    told = await _told(request)
    quiet = sum(each.outcome == "quiet" for each in told)
    now = "says so in one line" if request.channel.settings.quiet_line else "says nothing"
    were = "was" if quiet == 1 else "were"
    return (
        f"A quiet morning {now} here.",
        f"Of the {count(len(told), 'morning')} on record in the last {DAYS} days {quiet} {were} quiet.",
    )


async def _language(request: Request) -> Sequence[str] | None:
    word = request.words.lower()
    if word not in settings.OFF and not locales.language(word):
        return None
    now = locales.language_name(request.channel.settings.language or locales.ENGLISH)
    needs = () if request.context.analyst.translates else ("Another language needs Claude, which is not set up here.",)
    return f"Briefs and answers here are in {now}.", *needs


async def _watch(request: Request) -> Sequence[str] | None:
    said = lasting(request.words, request.now, request.zone)
    asked = await watches.what_to_watch(request, said) if said.what else None
    if asked is None or asked.reply:
        return None
    told = [await watches.receipt_words(request, labels) for labels in asked.wanted]
    return f"What is new about {watches.names_of(asked.wanted)} can be told here at once.", *told


PREVIEWS: dict[str, Preview] = {
    "bar": _bar, "most": _most, "alert": _alert, "mute": _mute, "hide": _mute, "only": _only, "at": _at,
    "unmute": _unmute, "pause": _pause, "resume": _resume, "quiet": _quiet, "language": _language,
    "watch": _watch,
}  # fmt: skip
"""By command; of one that is not here it is said that asking changes nothing."""
