"""Commands that narrow what a channel hears: mute, unmute, mutes, only; and undo."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.briefing.views.wording import count, message, para, shown_title, strong
from bot.conversation.commands.settings import change, state_lines
from bot.conversation.labels import (
    LATELY,
    Resolved,
    at_hand_label,
    carried_lately,
    label_words,
    labels_of,
    nearest,
    offers,
    resolve,
    unquoted,
    words_label,
)
from bot.conversation.meaning import short, which
from bot.conversation.parse import Lasting, lasting
from bot.conversation.request import (
    Command,
    Request,
    at_most,
    buttons,
    changed,
    choice,
    one,
    refuse,
    remember,
    tell,
)
from bot.model import times
from bot.model.channel import FOREVER, Mute
from bot.model.echoing import echo
from bot.model.label import CategoryKind, Label
from bot.model.messages import Audience, Bullets, Choice, Choices, Form, FormField, Paragraph, Reply, Run
from bot.model.signal import Signal
from bot.text import tokenisation
from bot.text.listing import listed

SHOWN = 4  # titles of what a mute would have hidden
OFFERED_ACTORS = 6
LONG = (("a day", "1d"), ("a week", "7d"), ("for good", "for good"))
_FROM = re.compile(r"(?:from|of|in)\s+(.+)", re.IGNORECASE)
_LAST = frozenset(("it", "that", "this", "last", "the last", "the last one", "last change", "the last change"))
_EVERYTHING = frozenset(
    ("everything", "all", "all of it", "anything", "yourself", "you", "the bot", "the brief", "this channel", "here")
)
_WORDS = re.compile(r"words\s+(.+)", re.IGNORECASE)
_TOO_LONG = "A mute takes at most five words that say something: “mute words electric cars”."
WORDS_LAST = timedelta(days=30)
"""How long words that are no category are muted where no end is said."""
OFFERED_NEAR = 3
NEWEST = 50  # signals whose topics are offered to be muted
_MUTE_ID = re.compile(r"m(\d{1,9})", re.IGNORECASE)


# --- mute ------------------------------------------------------------------------------------------------------------


async def _mute(request: Request) -> Reply:
    if not request.words:
        return await _bare(request)
    if match := _FROM.fullmatch(request.words):
        return await _menu(request.saying(match[1]))
    said = lasting(request.words, request.now, request.zone)
    if not said.what or said.what.lower() in _EVERYTHING:
        offered = buttons(choice("Pause", "pause"), choice("Pause for a week", "pause 7d"))
        return tell("“pause” stops the brief here; a mute names what to hide: “mute AI for a week”.", choices=offered)
    resolved = await what_to_mute(request, said)
    return resolved.reply or await _muted(request, resolved, said)


async def what_to_mute(request: Request, said: Lasting) -> Resolved:
    """The labels that the words mean; any other words are a label of their own, unless "words" before says so."""
    again = ("mute {} " + said.tail).strip()
    if match := _WORDS.fullmatch(said.what):
        label = words_label(match[1])
        return Resolved((label,)) if label else Resolved(reply=refuse(_TOO_LONG))
    resolved = await resolve(request, said.what, again, any_words=said.complaint is None)
    if said.complaint and not resolved.labels:
        return Resolved(reply=refuse(said.complaint))
    return resolved


async def _muted(request: Request, resolved: Resolved, said: Lasting) -> Reply:
    store, channel, by = request.store, request.channel, request.event.asker.name
    ends = {label: mute_end(label, said, request.now) for label in resolved.labels}
    what = mute_phrase(ends, request)
    number = await remember(request, what)
    for label, until in ends.items():
        await store.channels.mute(channel.id, label, until, by, request.now)
    hidden = await carried_lately(request, resolved.labels)
    notes = [f"{_capital(what)}.{_back(ends)}", *kinds_said(resolved, said)]
    offered = await _instead(request, resolved, said)
    return changed(request, number, " ".join(notes), hidden_words(hidden, request), more=offered)


def mute_end(label: Label, said: Lasting, now: datetime) -> datetime:
    """Words that are no category are muted for WORDS_LAST unless an end was said."""
    if said.until == FOREVER and not said.tail and label.kind is CategoryKind.WORDS:
        return now + WORDS_LAST
    return said.until


def mute_phrase(ends: Mapping[Label, datetime], request: Request) -> str:
    """ "muted AI and water for good", with the labels that end together named together."""
    pieces = []
    for until in dict.fromkeys(ends.values()):
        names = [label_words(label, request.context.taxonomy) for label, end in ends.items() if end == until]
        pieces.append(f"{listed(names)} {ending_words(until, request.now, request.zone)}")
    return f"muted {listed(pieces)}"


def _back(ends: Mapping[Label, datetime]) -> str:
    """How to end the one mute that has no end by itself; "" where there is none or several."""
    (label, until), *others = ends.items()
    if others or until != FOREVER:
        return ""
    named = "" if label.kind is CategoryKind.SIGNAL else f" {label.name.strip('“”')}"
    return f" “unmute{named}” brings it back."


def kinds_said(resolved: Resolved, said: Lasting) -> Iterator[str]:
    """What the typed words became, where that is not what was typed."""
    if any(label.kind is CategoryKind.WORDS for label in resolved.labels):
        asked = _WORDS.fullmatch(said.what)
        why = "" if asked else "No category, actor or publisher goes by that, so "
        yield _capital(f"{why}whatever says the words is hidden.")
    for typed, label in resolved.widened:
        yield f"{echo(unquoted(typed))} belongs to {label.name} here, all of which is hidden."


async def _instead(request: Request, resolved: Resolved, said: Lasting) -> tuple[Choice, ...]:
    """Buttons for what may have been meant: the word alone instead of its category, a name that it may misspell."""
    tail = f" {said.tail}" if said.tail else ""
    typed = [unquoted(words) for words, _ in resolved.widened]
    narrow = [choice(f"Only {echo(words)}", f"mute words {words}{tail}") for words in typed]
    found: list[Choice] = [*buttons(*narrow)]
    for label in resolved.labels:
        if label.kind is CategoryKind.WORDS:
            near = await nearest(request, label.value)
            found += await offers(request, near, f"mute {{}}{tail}", "Mute {}")
    return tuple(found[:OFFERED_NEAR])


def hidden_words(hidden: Sequence[Signal], request: Request, days: int = LATELY.days) -> str:
    """What a mute would have hidden of the last days."""
    if not hidden:
        return f"It would have hidden nothing of the last {days} days."
    titles = "; ".join(f"{signal.title} ({signal.strength.total})" for signal in hidden[:SHOWN])
    more = f"; and {len(hidden) - SHOWN} more" if len(hidden) > SHOWN else ""
    bar = request.channel.settings.bar
    above = sum(signal.strength.total >= bar for signal in hidden)
    which_of = "" if above == len(hidden) else f", {above or 'none'} of them at or above the bar of {bar}"
    return f"It would have hidden {count(len(hidden), 'signal')} of the last {days} days{which_of}: {titles}{more}."


def ending_words(until: datetime, now: datetime, zone: str) -> str:
    """ "until Friday 3 April, 09:30", or "for good" """
    return "for good" if until == FOREVER else f"until {times.end_words(until, now, zone)}"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


async def _bare(request: Request) -> Reply:
    signal = await at_hand_label(request)
    if signal is None:
        words = "Say what to mute: “mute AI for a week”, “mute s42”, “mute Micron until friday”."
        return tell(words, choices=await offers(request, await _frequent(request), "mute {} 7d", "{} for a week"))
    return _form(signal, request)


async def _frequent(request: Request) -> list[Label]:
    """The topics of the newest signals, the most frequent first."""
    newest = await request.store.signals.latest(NEWEST)
    topics = Counter(topic for signal in newest for topic in signal.topics)
    return [Label(CategoryKind.TOPIC, topic, topic) for topic, _ in topics.most_common(OFFERED_NEAR)]


async def _menu(request: Request) -> Reply:
    meant = await which(request, "mute from")
    if meant.signal is None:
        return meant.ask or tell("Name a signal: “mute from s42”.")
    return _form(meant.signal, request)


def _form(signal: Signal, request: Request) -> Reply:
    """What a signal carries, to pick from, and for how long; as a form, and in words to type."""
    carried = labels_of(signal, request.context.taxonomy)
    actors = [pair for pair in carried if pair[1].kind is CategoryKind.ACTOR]
    kept = [pair for pair in carried if pair not in actors[OFFERED_ACTORS:]]
    options = (
        *((f"{label.name} ({label.kind})", code) for code, label in kept),
        (short(signal.title), f"s{signal.id}"),
    )
    names = ", ".join(label.name for _, label in kept)
    fields = (FormField("what", "What to mute", options), FormField("long", "For how long", LONG, "7d"))
    form = Form("Mute something", fields, "mute {what} {long}", "Mute")
    words = (
        f"Of “{shown_title(signal)}” (s{signal.id}) can be muted: {names}, or the signal itself. Type it, as in "
        f"“mute {kept[0][1].name} 7d”."
    )
    return Reply(message(para(words), form), Audience.ASKER, signal_id=signal.id)


# --- unmute, mutes ---------------------------------------------------------------------------------------------------


async def _unmute(request: Request) -> Reply:
    mutes = await request.store.channels.mutes(request.channel.id, request.now)
    if not mutes:
        return tell("Nothing is muted here.")
    if not request.words:
        return await _mutes(request)
    chosen = mutes if request.words.lower() in _EVERYTHING else await _matching(request, mutes)
    if not chosen:
        names = ", ".join(mute.label.name for mute in mutes)
        offered = buttons(*(unmute_button(mute) for mute in mutes))
        return refuse(f"{echo(request.words)} is not muted here; muted are: {names}.", choices=offered)
    names = listed([mute.label.name for mute in chosen])
    number = await remember(request, f"unmuted {names}")
    for mute in chosen:
        await request.store.channels.unmute(mute.id)
    again = ": it is heard here again" if len(chosen) == 1 else ""
    return changed(request, number, f"Unmuted {names}{again}.")


async def _matching(request: Request, mutes: Sequence[Mute]) -> list[Mute]:
    if match := _MUTE_ID.fullmatch(request.words):
        return [mute for mute in mutes if mute.id == int(match[1])]
    folded = tokenisation.fold(request.words)
    named = [mute for mute in mutes if folded in (tokenisation.fold(mute.label.name), mute.label.value.casefold())]
    if named:
        return named
    resolved = await resolve(request, request.words, "unmute {}")
    wanted = {(label.kind, label.value) for label in resolved.labels}
    return [mute for mute in mutes if (mute.label.kind, mute.label.value) in wanted]


def unmute_button(mute: Mute) -> Choice | None:
    return choice(f"Unmute {mute.label.name.strip('“”')}", f"unmute m{mute.id}")


async def _mutes(request: Request) -> Reply:
    """Each mute with its end and a button; and what else narrows this channel."""
    mutes = await request.store.channels.mutes(request.channel.id, request.now)
    only = request.channel.settings.only
    alone = para(f"This channel hears of {listed([each.name for each in only])} alone.") if only else None
    if not mutes:
        return Reply(message(para("Nothing is muted here."), alone), Audience.ASKER)
    items = tuple(mute_words(mute, request.now, request.zone) for mute in mutes)
    offered = buttons(*(unmute_button(mute) for mute in mutes))
    return Reply(message(para("Muted here:"), Bullets(items), alone, Choices(offered)), Audience.ASKER)


def mute_words(mute: Mute, now: datetime, zone: str) -> tuple[Run, ...]:
    """What is muted, until when, and by whom."""
    ending = ending_words(mute.until, now, zone)
    return strong(mute.label.name), Run(f", {ending} ({mute.label.kind}; muted by {mute.by})")


# --- only, undo ------------------------------------------------------------------------------------------------------


async def _only(request: Request) -> Reply:
    settings, words = request.channel.settings, request.words
    names = listed([label.name for label in settings.only])
    if not words:
        now = (
            f"This channel hears of {names} alone; “only off” ends that."
            if names
            else "This channel hears of everything."
        )
        return tell(now, "“only economic, AI, EU” has it hear of these alone.")
    if words.lower() in ("off", "none", *_EVERYTHING):
        if not settings.only:
            return tell("This channel hears of everything already.")
        return await change(
            request, "let everything be heard", replace(settings, only=()), "This channel hears of everything again."
        )
    resolved = await resolve(request, words, "only {}")
    if resolved.reply:
        return resolved.reply
    if any(label.kind is CategoryKind.SIGNAL for label in resolved.labels):
        return tell("“only” takes categories, actors or publishers: “only economic, AI, EU”.")
    return await _alone(request, resolved.labels)


async def _alone(request: Request, labels: tuple[Label, ...]) -> Reply:
    names = listed([label_words(label, request.context.taxonomy) for label in labels])
    heard = await carried_lately(request, labels)
    lately = f"Of the last 7 days that is {count(len(heard), 'signal')}."
    settings = replace(request.channel.settings, only=labels)
    return await change(
        request, f"let only {names} be heard", settings, f"From now on this channel hears of {names} alone.", lately
    )


async def _undo(request: Request) -> Reply:
    """Undo the change that the button was offered with, and no other; without a number the last one."""
    if request.words and request.words.lower() not in _LAST and not request.words.isdecimal():
        offered = buttons(choice("Undo the last change", "undo"))
        return refuse(f"“undo” takes back the last change here, and not {echo(request.words)}.", choices=offered)
    number = int(request.words) if re.fullmatch(r"\d{1,9}", request.words, re.ASCII) else None
    memento = await request.store.channels.undo(request.channel.id, request.event.key, number)
    if memento is None:
        return await _not_undone(number, request)
    channel = await request.store.channels.get(request.channel.id) or request.channel
    state = await state_lines(request.context.store, channel, request.now)
    by = Paragraph((Run(f"It was done by {memento.by}, {_when(memento.at, request)}."),), quiet=True)
    undone = para(f"Undone: {memento.what}.")
    return Reply(message(undone, para(" ".join(state)), by if memento.by else None), Audience.HOME)


async def _not_undone(number: int | None, request: Request) -> Reply:
    """The reply where there is nothing to undo, or where something else has changed since the button was offered."""
    channels, here = request.store.channels, request.channel.id
    asked = await channels.change(here, number) if number is not None else None
    newest = await channels.change(here)
    if asked and asked.undone:
        return tell(f"That is undone already: {asked.what}.")
    if not asked or not newest:
        return tell("There is nothing to undo here.")
    since = f"{newest.by} {newest.what}" if newest.by else newest.what
    return tell(
        f"Since then {since}, {_when(newest.at, request)}: that is taken back first.",
        choices=(Choice("Undo that", f"undo {newest.id}"),),
    )


def _when(at: datetime, request: Request) -> str:
    there = times.local(at, request.zone)
    today = times.local(request.now, request.zone).date()
    day = times.day_words(there.date(), today)
    return f"{day} at {there:%H:%M}" if day == "today" else f"on {day} at {there:%H:%M}"


COMMANDS = (
    Command(
        "mute",
        "mute X [for 7d]",
        "hide every signal that carries X, in any field",
        "X is a category (economic, AI, EU), an actor, a publisher or a signal; several with commas. A region hides "
        "its members too. Any other words hide what says them, for 30 days unless you say how long. Time: 7d, a week, "
        "until friday (which ends as Friday begins), for the weekend (which ends as Monday begins), for good.",
        one(_mute),
        aliases=("hide",),
    ),
    Command(
        "unmute",
        "unmute X",
        "hear of X again",
        "“unmute all” ends every mute here.",
        one(_unmute),
    ),
    Command(
        "mutes",
        "mutes",
        "what is muted here, and until when",
        "Each has a button that ends it.",
        one(_mutes),
        fits=at_most(2),
        alone=True,
    ),
    Command(
        "undo",
        "undo",
        "take back the last change here",
        "Again, and the change before it is taken back too.",
        one(_undo),
        fits=at_most(2),
    ),
    Command(
        "only",
        "only X, Y",
        "hear of these categories alone; “only off” ends it",
        "X and Y are categories, actors or publishers. A mute still hides.",
        one(_only),
    ),
)
