"""What a watch would have told: the news of the signals it means, as they came. Nothing is read or recorded here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.briefing.deltas import news
from bot.model import times
from bot.model.signal import Signal


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a watch would have told in a stretch of time."""

    signals: tuple[Signal, ...] = ()  # told of at all, the strongest first
    times: int = 0  # how often anything would have been told
    held_back: int = 0  # how many of these would have waited for the next brief, by the limit a day


def receipt(signals: Iterable[Signal], since: datetime, zone: str, most: int) -> Receipt:
    """What would have been told since then of these signals, each change once, at most `most` at once a day of `zone`.

    News of one instant is told once: a look finds them together.
    """
    told = {signal.id: (signal, {each.at for each in news(signal) if each.at > since}) for signal in signals}
    heard = [(signal, at) for signal, at in told.values() if at]
    days = Counter(times.local(at, zone).date() for _, instants in heard for at in instants)
    held_back = sum(max(0, number - most) for number in days.values())
    return Receipt(_strongest([signal for signal, _ in heard]), days.total(), held_back)


def _strongest(signals: Sequence[Signal]) -> tuple[Signal, ...]:
    return tuple(sorted(signals, key=lambda signal: (-signal.strength.total, signal.id)))
