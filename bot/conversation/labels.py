"""Resolve words to labels: a category, actor, publisher or signal; `s42.a3` is the third actor of signal 42."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.briefing import briefs
from bot.conversation.meaning import gather, which
from bot.conversation.parse import SIGNAL_ID, several
from bot.conversation.request import Request, buttons, choice, tell
from bot.model import locales
from bot.model.label import CategoryKind, Label
from bot.model.messages import Choice, Reply
from bot.model.signal import Signal
from bot.text import tokenisation
from bot.text.taxonomy import Taxonomy

LATELY = timedelta(days=7)
_REFERENCE = re.compile(r"s(\d{1,9})\.([dtpau])(\d{1,3})", re.IGNORECASE)
_PRONOUNS = frozenset(("it", "this", "that", "this one", "that one", "this signal", "the signal", "this story"))
_SIGNAL_WORDS = re.compile(r"#?\d{1,2}|.*\b(?:one|signal|story)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Resolved:
    """The labels that words mean, or the reply about the first word that could not be resolved."""

    labels: tuple[Label, ...] = ()
    reply: Reply | None = None  # None: every word was resolved


def signal_label(signal: Signal) -> Label:
    return Label(CategoryKind.SIGNAL, str(signal.id), f"s{signal.id} ({signal.title})")


def labels_of(signal: Signal, taxonomy: Taxonomy) -> tuple[tuple[str, Label], ...]:
    """(code, label) for each label of the signal; a code is `s42.a3`, its letter one of d, t, p, a, u (publisher)."""
    groups = {
        "d": [Label(CategoryKind.DIMENSION, str(each), str(each)) for each in signal.dimensions],
        "t": [Label(CategoryKind.TOPIC, each, each) for each in signal.topics],
        "p": [Label(CategoryKind.PLACE, each, place_name(each, taxonomy)) for each in signal.places],
        "a": [Label(CategoryKind.ACTOR, each, each) for each in signal.actors],
        "u": [Label(CategoryKind.PUBLISHER, each.key, each.name) for each in signal.publishers],
    }
    return tuple(
        (f"s{signal.id}.{letter}{number}", label)
        for letter, group in groups.items()
        for number, label in enumerate(group, 1)
    )


def place_name(code: str, taxonomy: Taxonomy) -> str:
    place = taxonomy.place(code)
    return place.name if place else code


# --- resolving -------------------------------------------------------------------------------------------------------


async def resolve(request: Request, words: str, again: str) -> Resolved:
    """The labels the words mean: the whole as one name, else its parts joined by commas or "and".

    `again` is the command to type with another name ("mute {} for 7d"), offered where a word means nothing.
    """
    whole = await _label(request, words, again)
    if isinstance(whole, Label):
        return Resolved((whole,))
    if whole:
        return Resolved(reply=whole)
    parts = several(words)
    found: list[Label] = []
    for part in parts:
        label = await _label(request, part, again if len(parts) == 1 else "mute {}")
        if isinstance(label, Label):
            found.append(label)
        else:
            return Resolved(reply=label or await _unknown(request, part, again if len(parts) == 1 else ""))
    unique = {(label.kind, label.value): label for label in found}
    return Resolved(tuple(unique.values()), None if found else await _unknown(request, words, again))


async def _label(request: Request, word: str, again: str) -> Label | Reply | None:
    """The label of one name; a reply if it refers to a signal that is missing or unclear; None if unknown."""
    name = word.strip().strip("“”\"'‘’").strip()
    if match := _REFERENCE.fullmatch(name):
        return await _referred(request, match)
    if SIGNAL_ID.fullmatch(name) or name.lower() in _PRONOUNS or re.fullmatch(r"#?\d{1,3}", name):
        return await _signal(request, name, again)
    if label := request.context.taxonomy.label(name):
        return label
    if label := await _known(request, name) or _translated_place(request, name):
        return label
    return await _signal(request, name, again) if _SIGNAL_WORDS.fullmatch(name) else None


async def _referred(request: Request, match: re.Match[str]) -> Label | Reply:
    """The label that a button's `s42.a3` refers to, or a reply that it is not there."""
    signal = await request.store.signals.get(int(match[1]))
    if signal is None:
        return tell(f"There is no s{match[1]}; “signals” lists the newest.")
    # An absorbed signal's id lives on as an alias; its references count along the survivor's own lists.
    wanted = f"s{signal.id}.{match[2].lower()}{int(match[3])}"
    found = next((label for code, label in labels_of(signal, request.context.taxonomy) if code == wanted), None)
    return found or tell(
        f"s{signal.id} carries no {match[2]}{match[3]}; “mute from s{signal.id}” lists what it carries."
    )


async def _signal(request: Request, name: str, again: str) -> Label | Reply:
    pronoun = name.lower() in _PRONOUNS
    meant = await which(request.saying("" if pronoun else name), again)
    if meant.signal:
        return signal_label(meant.signal)
    return meant.ask or tell("Name a signal by its number in the brief, or its id (s42).")


async def _known(request: Request, name: str) -> Label | None:
    """The label of that name on any signal, ignoring case and accents."""
    folded = tokenisation.fold(name)
    if not folded:
        return None
    known = await request.store.signals.labels()
    return next((label for label in known if folded in (tokenisation.fold(label.name), label.value.casefold())), None)


def _translated_place(request: Request, name: str) -> Label | None:
    """The place with that name in the channel's language."""
    language = request.channel.settings.language
    place = request.context.taxonomy.place(locales.place(name, language) or "") if language else None
    return Label(CategoryKind.PLACE, place.code, place.name) if place else None


async def _unknown(request: Request, word: str, again: str) -> Reply:
    """The reply about an unknown word, offering the nearest names."""
    known = await request.store.signals.labels()
    nearest = request.context.taxonomy.nearest(word, known)
    refused = f"I know no category, actor, publisher or signal called “{word}”, so nothing has changed."
    if not nearest:
        return tell(refused)
    offered = [await _offer(request, label, again) for label in nearest] if again else []
    names = ", ".join(label.name for label in nearest)
    return tell(refused, f"The nearest: {names}.", choices=buttons(*offered))


async def _offer(request: Request, label: Label, again: str) -> Choice | None:
    return choice(label.name, again.format(await reference(request, label)))


async def reference(request: Request, label: Label) -> str:
    """How a button refers to the label: by the code of a signal that carries it, else by the label's value."""
    carriers = await request.store.signals.carrying(label, request.now - 10 * LATELY)
    for signal in carriers[:1]:
        codes = {(each.kind, each.value): code for code, each in labels_of(signal, request.context.taxonomy)}
        if code := codes.get((label.kind, label.value)):
            return code
    return label.value


# --- what labels carry -----------------------------------------------------------------------------------------------


async def carried_lately(request: Request, labels: Iterable[Label]) -> tuple[Signal, ...]:
    """Signals of the last seven days that carry any of the labels, a region's members included, newest change first."""
    return await carried_since(request, labels, request.now - LATELY)


async def carried_since(request: Request, labels: Iterable[Label], since: datetime) -> tuple[Signal, ...]:
    """Signals changed since `since` that carry any of the labels, newest change first."""
    taxonomy = request.context.taxonomy
    found: dict[int, Signal] = {}
    for label in labels:
        for each in _spread(label, taxonomy):
            found.update({signal.id: signal for signal in await request.store.signals.carrying(each, since)})
    wanted = tuple(labels)
    kept = [s for s in found.values() if any(briefs.carries(s, label, taxonomy.members) for label in wanted)]
    return tuple(sorted(kept, key=lambda signal: (-signal.changed.timestamp(), signal.id)))


def _spread(label: Label, taxonomy: Taxonomy) -> Sequence[Label]:
    if label.kind is not CategoryKind.PLACE:
        return (label,)
    members = taxonomy.members(label.value)
    return (label, *(Label(CategoryKind.PLACE, code, place_name(code, taxonomy)) for code in members))


def label_words(label: Label, taxonomy: Taxonomy) -> str:
    """The label's name; for a region with the number of its members."""
    members = taxonomy.members(label.value) if label.kind is CategoryKind.PLACE else ()
    return f"{label.name} (with its {len(members)} members)" if members else label.name


async def at_hand_label(request: Request) -> Signal | None:
    """The signal of the thread, or the one last talked about; for `mute` without words."""
    scene = await gather(request)
    signal_id = scene.thread or scene.talked_about
    return await request.store.signals.get(signal_id) if signal_id else None
