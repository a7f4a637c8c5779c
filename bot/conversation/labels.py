"""Resolve words to labels: a category, actor, publisher or signal; `s42.a3` is the third actor of signal 42."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.briefing.views.wording import shown_title
from bot.conversation.meaning import gather, which
from bot.conversation.parse import SIGNAL_ID, several
from bot.conversation.request import Request, buttons, choice, refuse, tell
from bot.model import locales
from bot.model.echoing import echo
from bot.model.label import CategoryKind, Label
from bot.model.messages import Choice, Reply
from bot.model.signal import Signal
from bot.text import tokenisation
from bot.text.taxonomy import Taxonomy

LATELY = timedelta(days=7)
LONGEST_WORDS, MOST_WORDS = 40, 5  # characters and words of a label that is nothing but words
SAME = 4  # first letters that forms of one word share: technology, technological
SEARCHED = 200  # signals of the archive among which those that say certain words are looked for
_REFERENCE = re.compile(r"s(\d{1,9})\.([dtpau])(\d{1,3})", re.IGNORECASE)
_PRONOUNS = frozenset(("it", "this", "that", "this one", "that one", "this signal", "the signal", "this story"))
_SIGNAL_WORDS = re.compile(r"#?\d{1,2}|.*\b(?:one|signal|story)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Resolved:
    """The labels that words mean, or the reply about the first word that could not be resolved."""

    labels: tuple[Label, ...] = ()
    reply: Reply | None = None  # None: every word was resolved
    widened: tuple[tuple[str, Label], ...] = ()  # what was typed, and the category of another name that it became


def signal_label(signal: Signal) -> Label:
    return Label(CategoryKind.SIGNAL, str(signal.id), f"“{shown_title(signal)}”")


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


async def resolve(request: Request, words: str, again: str, *, any_words: bool = False) -> Resolved:
    """The labels the words mean: the whole as one name, else its parts joined by commas or "and".

    `again` is the command to type with another name ("mute {} for 7d"), offered where a word means nothing. With
    `any_words` such a word is a label of its own, of the kind WORDS.
    """
    whole = await _label(request, words, again)
    if isinstance(whole, Label):
        return _resolved([(words, whole)])
    if whole:
        return Resolved(reply=whole)
    parts = several(words)
    found: list[tuple[str, Label]] = []
    for part in parts:
        single = again if len(parts) == 1 else ""
        label = await _label(request, part, single or "mute {}")
        label = label or (words_label(part) if any_words else None)
        if not isinstance(label, Label):
            return Resolved(reply=label or await _unknown(request, part, single))
        found.append((part, label))
    return _resolved(found) if found else Resolved(reply=await _unknown(request, words, again))


def _resolved(found: Sequence[tuple[str, Label]]) -> Resolved:
    unique = {(label.kind, label.value): label for _, label in found}
    return Resolved(tuple(unique.values()), widened=tuple(pair for pair in found if _is_widened(*pair)))


def _is_widened(typed: str, label: Label) -> bool:
    """Whether a word stands for a topic or dimension of another name, which holds more than the word says."""
    if label.kind not in (CategoryKind.TOPIC, CategoryKind.DIMENSION) or _REFERENCE.fullmatch(typed.strip()):
        return False
    return tokenisation.fold(typed)[:SAME] != tokenisation.fold(label.name)[:SAME]


def words_label(words: str) -> Label | None:
    """The words themselves as a label; None where they say nothing, or are too many to be said again."""
    name = unquoted(words)
    kept = any(term[0].isalpha() for term in tokenisation.terms(name))
    short = len(name) <= LONGEST_WORDS and len(name.split()) <= MOST_WORDS
    return Label(CategoryKind.WORDS, tokenisation.fold(name), f"“{name}”") if kept and short else None


def unquoted(words: str) -> str:
    return words.strip().strip("“”\"'‘’").strip()


async def _label(request: Request, word: str, again: str) -> Label | Reply | None:
    """The label of one name; a reply if it refers to a signal that is missing or unclear; None if unknown."""
    name = unquoted(word)
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
        return refuse(f"There is no s{match[1]}; “signals” lists the newest.")
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
    refused = f"I know no category, actor, publisher or signal called {echo(word)}, so nothing has changed."
    near = await nearest(request, word)
    if not near:
        return refuse(refused)
    names = ", ".join(label.name for label in near)
    offered = await offers(request, near, again) if again else ()
    return refuse(refused, f"The nearest: {names}.", choices=offered)


async def nearest(request: Request, word: str) -> tuple[Label, ...]:
    """The labels whose names the word may misspell, begins, or is a word of."""
    return request.context.taxonomy.nearest(word, await request.store.signals.labels())


async def offers(request: Request, labels: Iterable[Label], again: str, title: str = "{}") -> tuple[Choice, ...]:
    """A button for each label that types `again` with it; `title` is its label's form."""
    return buttons(
        *[choice(title.format(label.name), again.format(await reference(request, label))) for label in labels]
    )


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
    from bot.briefing import hearing

    taxonomy = request.context.taxonomy
    found: dict[int, Signal] = {}
    wanted = tuple(labels)
    for label in wanted:
        found.update({signal.id: signal for signal in await _carrying(request, label, since)})
    kept = [s for s in found.values() if any(hearing.carries(s, label, taxonomy.members) for label in wanted)]
    return tuple(sorted(kept, key=lambda signal: (-signal.changed.timestamp(), signal.id)))


async def _carrying(request: Request, label: Label, since: datetime) -> list[Signal]:
    """Signals changed since then that may carry the label."""
    if label.kind is CategoryKind.WORDS:
        said = await request.store.signals.search(label.value, SEARCHED)
        return [signal for signal in said if signal.changed >= since]
    spread = _spread(label, request.context.taxonomy)
    return [signal for each in spread for signal in await request.store.signals.carrying(each, since)]


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
