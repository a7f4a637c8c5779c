"""Commands that have something told at once, however weak: watch, unwatch, watches."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.briefing.views.wording import count, message, para, strong
from bot.conversation.commands.mutes import ending_words
from bot.conversation.labels import at_hand_label, carried_since, resolve
from bot.conversation.parse import Lasting, lasting, several
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
from bot.model.channel import Watch
from bot.model.echoing import echo
from bot.model.label import Label
from bot.model.messages import Audience, Bullets, Choice, Choices, Reply, Run
from bot.text import tokenisation
from bot.text.listing import listed

DAYS = 30
"""How far back is said what a watch would have told."""
MOST = 25  # watches of a channel
SHOWN = 3  # titles of what a watch would have told
_EVERYTHING = frozenset(("everything", "all", "anything", "all of it", "the news", "all signals"))
_EITHER = re.compile(r"\s+or\s+|\s*;\s*", re.IGNORECASE)
_ID = re.compile(r"w(\d{1,9})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be watched, each a group of labels that a signal must carry together; or the reply why nothing is."""

    wanted: tuple[tuple[Label, ...], ...] = ()
    reply: Reply | None = None  # None: every word was understood


# --- watch -----------------------------------------------------------------------------------------------------------


async def _watch(request: Request) -> Reply:
    said = lasting(request.words, request.now, request.zone)
    if not said.what:
        return await _bare(request)
    if said.what.lower() in _EVERYTHING:
        offered = buttons(choice("Alert 6", "alert 6"))
        return tell("A watch names one thing. “alert 6” tells at once whatever reaches 6.", choices=offered)
    asked = await what_to_watch(request, said)
    return asked.reply or await _watched(request, asked.wanted, said)


async def what_to_watch(request: Request, said: Lasting) -> Wanted:
    """The groups of labels that the words mean: "Micron and export" is one of two, "copper, tin" are two of one."""
    groups = several(said.what) if "," in said.what else _EITHER.split(said.what)
    found: list[tuple[Label, ...]] = []
    for group in groups:
        again = ("watch {} " + said.tail).strip() if len(groups) == 1 else ""
        resolved = await resolve(request, group, again or "watch {}", any_words=said.complaint is None)
        if said.complaint and not resolved.labels:
            return Wanted(reply=refuse(said.complaint))
        if resolved.reply or not resolved.labels:
            return Wanted(reply=resolved.reply or refuse(f"I cannot tell what to watch in {echo(group)}."))
        found.append(resolved.labels)
    return Wanted(tuple(dict.fromkeys(found)))


async def _watched(request: Request, wanted: Sequence[tuple[Label, ...]], said: Lasting) -> Reply:
    there = request.channel.settings.watched(request.now)
    if all(any(_is_same(each, labels) and each.until == said.until for each in there) for labels in wanted):
        return tell(f"{names_of(wanted)} {'is' if len(wanted) == 1 else 'are'} watched here already.")
    kept = [each for each in there if not any(_is_same(each, labels) for labels in wanted)]
    if len(kept) + len(wanted) > MOST:
        return refuse(f"A channel watches at most {MOST} things; “watches” lists them, with a button that ends each.")
    ending = ending_words(said.until, request.now, request.zone)
    number = await remember(request, f"watched {names_of(wanted)} {ending}")
    made = tuple(_made(request, labels, said, number * 100 + place) for place, labels in enumerate(wanted))
    await _save(request, (*kept, *made))
    most = count(request.context.settings.brief.alerts, "time")
    said_so = (
        f"Watched {ending}: {names_of(wanted)}. What is new there is told here at once, also below the bar, at most "
        f"{most} a day; what comes on top is in the next brief. What is muted stays silent."
    )
    receipts = [await receipt_words(request, labels) for labels in wanted]
    return changed(request, number, said_so, *receipts, more=buttons(*map(_button, made)))


def _made(request: Request, labels: tuple[Label, ...], said: Lasting, number: int) -> Watch:
    return Watch(number, labels, request.now, said.until, request.event.asker.name)


async def _save(request: Request, watches: Sequence[Watch]) -> None:
    settings = replace(request.channel.settings, watches=tuple(watches))
    await request.store.channels.save(replace(request.channel, settings=settings))


def _is_same(watch: Watch, labels: Sequence[Label]) -> bool:
    return {(each.kind, each.value) for each in watch.labels} == {(each.kind, each.value) for each in labels}


def names_of(wanted: Sequence[tuple[Label, ...]]) -> str:
    """What is to be watched, in words: “tungsten”, Micron and “export”."""
    return listed([listed([label.name for label in labels]) for labels in wanted])


async def receipt_words(request: Request, labels: Sequence[Label]) -> str:
    """What watching the labels would have told in the last DAYS, in a sentence."""
    from bot.briefing import hearing, watching

    since, members = request.now - timedelta(days=DAYS), request.context.taxonomy.members
    muted = await request.store.channels.mutes(request.channel.id, request.now)
    found = [
        signal
        for signal in await carried_since(request, labels[:1], since)
        if hearing.carries_all(signal, labels, members) and not hearing.is_muted(signal, muted, members)
    ]
    would = watching.receipt(found, since, request.zone, request.context.settings.brief.alerts)
    name = listed([label.name for label in labels])
    if not would.times:
        return f"In the last {DAYS} days that would have told nothing about {name}."
    titles = "; ".join(f"{signal.title} ({signal.strength.total})" for signal in would.signals[:SHOWN])
    more = f"; and {len(would.signals) - SHOWN} more" if len(would.signals) > SHOWN else ""
    waited = f" {would.held_back} of them would have waited for the brief." if would.held_back else ""
    return (
        f"In the last {DAYS} days that would have told {count(would.times, 'piece')} of news about {name}, of "
        f"{count(len(would.signals), 'signal')}: {titles}{more}.{waited}"
    )


async def _bare(request: Request) -> Reply:
    signal = await at_hand_label(request)
    offered = buttons(
        choice("Watch this one", f"watch s{signal.id}") if signal else None, choice("All watches", "watches")
    )
    examples = "“watch tungsten”, “watch Micron and export for 2w”, “watch s42”"
    return tell(f"Say what to watch: {examples}.", choices=offered)


# --- unwatch, watches ------------------------------------------------------------------------------------------------


async def _unwatch(request: Request) -> Reply:
    there = request.channel.settings.watched(request.now)
    if not there:
        return tell("Nothing is watched here.")
    if not request.words:
        return await _watches(request)
    chosen = there if request.words.lower() in _EVERYTHING else await _matching(request, there)
    if not chosen:
        names = ", ".join(each.name for each in there)
        offered = buttons(*map(_button, there))
        return refuse(f"{echo(request.words)} is not watched here; watched are: {names}.", choices=offered)
    names = listed([each.name for each in chosen])
    number = await remember(request, f"stopped watching {names}")
    await _save(request, [each for each in there if each not in chosen])
    return changed(request, number, f"No longer watched: {names}.")


async def _matching(request: Request, there: Sequence[Watch]) -> Sequence[Watch]:
    """The watches that a button's number, the name of one, or what a signal must carry for it names."""
    if match := _ID.fullmatch(request.words):
        return [each for each in there if each.number == int(match[1])]
    folded = tokenisation.fold(request.words)
    named = [each for each in there if folded in (tokenisation.fold(words) for words in (each.name, _bare_name(each)))]
    if named:
        return named
    asked = await what_to_watch(request, lasting(request.words, request.now, request.zone))
    return [each for each in there if any(_is_same(each, labels) for labels in asked.wanted)]


def _bare_name(watch: Watch) -> str:
    return listed([label.name.strip("“”") for label in watch.labels])


def _button(watch: Watch) -> Choice | None:
    return choice(f"Stop watching {_bare_name(watch)}", f"unwatch w{watch.number}")


async def _watches(request: Request) -> Reply:
    """Each watch with its end and a button."""
    there = request.channel.settings.watched(request.now)
    if not there:
        return tell("Nothing is watched here. “watch tungsten” tells at once whatever is new of it.")
    items = tuple((strong(each.name), Run(_ending(each, request))) for each in there)
    offered = Choices(buttons(*map(_button, there)))
    return Reply(message(para("Watched here:"), Bullets(items), offered), Audience.ASKER)


def _ending(watch: Watch, request: Request) -> str:
    by = f" (asked for by {watch.by})" if watch.by else ""
    return f", {ending_words(watch.until, request.now, request.zone)}{by}"


COMMANDS = (
    Command(
        "watch",
        "watch X [for 2w]",
        "tell at once what is new about X, however weak",
        "X is a category, an actor, a publisher, a signal or any words; with “and” a signal must carry both, with "
        "commas each is watched. Each change is told once, a few a day at most, also below the bar; the rest is in the "
        "next brief. What is muted stays silent. It says what it would have told in the last 30 days.",
        one(_watch),
    ),
    Command(
        "unwatch",
        "unwatch X",
        "no longer tell it at once",
        "“unwatch all” ends every watch here.",
        one(_unwatch),
    ),
    Command(
        "watches",
        "watches",
        "what is watched here, and until when",
        "Each has a button that ends it.",
        one(_watches),
        fits=at_most(2),
        alone=True,
    ),
)
