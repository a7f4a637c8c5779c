"""Which signals of the archive are related to one: alike in title, actors and topics, and yet other signals."""

from __future__ import annotations

from bot.model.signal import Signal
from bot.model.stores import Signals
from bot.text import tokenisation

LOOKED_AT = 20  # archived signals among which related ones are chosen
SHARED = 2  # fewest words of title, actors and topics that related signals share


async def related(signals: Signals, signal: Signal, most: int) -> tuple[Signal, ...]:
    """At most `most` related signals, the nearest first."""
    candidates = await signals.near(_subject(signal), LOOKED_AT)
    return tuple(each for each in candidates if each.id != signal.id and _are_related(each, signal))[:most]


def _subject(signal: Signal) -> str:
    return " . ".join((signal.title, *signal.actors, *signal.topics))


def _are_related(one: Signal, other: Signal) -> bool:
    """Whether their titles, actors and topics share at least SHARED terms."""
    return len(set(tokenisation.terms(_subject(one))) & set(tokenisation.terms(_subject(other)))) >= SHARED
