"""What a channel hears of: the labels that a signal carries, what “only” leaves, and what is watched."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.briefing.deltas import news
from bot.briefing.inputs import Members
from bot.model.channel import Mute, Watch
from bot.model.label import CategoryKind, Label
from bot.model.signal import Signal
from bot.signals import mentions


def carries(signal: Signal, label: Label, members: Members = lambda _code: ()) -> bool:
    """Whether the signal carries the label in any field, or says its words.

    A region is carried by whatever carries a member of it.
    """
    wanted = label.value.casefold()
    match label.kind:
        case CategoryKind.DIMENSION:
            return wanted in signal.dimensions
        case CategoryKind.TOPIC:
            return wanted in map(str.casefold, signal.topics)
        case CategoryKind.PLACE:
            return bool({label.value, *members(label.value)}.intersection(signal.places))
        case CategoryKind.ACTOR:
            return wanted in map(str.casefold, signal.actors)
        case CategoryKind.PUBLISHER:
            return wanted in (publisher.key.casefold() for publisher in signal.publishers)
        case CategoryKind.SIGNAL:
            return label.value == str(signal.id)
        case CategoryKind.WORDS:
            return mentions.says(signal, label.value)


def asked_for(only: Sequence[Label], signal: Signal, members: Members = lambda _code: ()) -> bool:
    """Whether a channel that hears of `only` these alone hears of the signal; of none named: of everything."""
    return not only or any(carries(signal, label, members) for label in only)


def is_muted(signal: Signal, mutes: Iterable[Mute], members: Members = lambda _code: ()) -> bool:
    """Whether one of the mutes, which are in force, hides the signal."""
    return any(carries(signal, mute.label, members) for mute in mutes)


# --- watches --------------------------------------------------------------------------------------------------------


def carries_all(signal: Signal, labels: Iterable[Label], members: Members = lambda _code: ()) -> bool:
    """Whether the signal carries each of the labels."""
    return all(carries(signal, label, members) for label in labels)


def watch_of(signal: Signal, watches: Sequence[Watch], members: Members = lambda _code: ()) -> Watch | None:
    """The first of the watches that means the signal and since which it has had news; None: there is none."""
    newest = last_news(signal) if watches else None
    if newest is None:
        return None
    return next((w for w in watches if newest > w.since and carries_all(signal, w.labels, members)), None)


def last_news(signal: Signal) -> datetime | None:
    """When the signal last had news; None: it never had any of its own."""
    return max((each.at for each in news(signal)), default=None)
