"""A signal grows old: new, developing, fading, closed; and when time alone next changes that."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.model.finding import Stance
from bot.model.signal import Signal, SignalState

DAY = timedelta(days=1)
FADES_AFTER = timedelta(days=3)


# --- growing old ---------------------------------------------------------------------------------------------------


def next_change(signal: Signal, now: datetime, live_seconds: int) -> datetime | None:
    """When time alone may next change the signal's state; None: never again."""
    last = max((signal.opened, *_voiced(signal)))
    instants = (signal.opened + DAY, last + FADES_AFTER, last + timedelta(seconds=live_seconds))
    return min((at for at in instants if at > now), default=None)


def _voiced(signal: Signal) -> list[datetime]:
    """When the articles with a voice of their own joined."""
    return [member.joined for member in signal.articles if member.stance is not Stance.COPY]


def state(signal: Signal, now: datetime, live_seconds: int) -> SignalState:
    """new: one article, opened within a day; fading: no news for three days; closed: none for `live_seconds`.

    News is an article with a voice of its own; anything else is developing.
    """
    voiced = _voiced(signal)
    silence = now - max((signal.opened, *voiced))
    if silence >= timedelta(seconds=live_seconds):
        return SignalState.CLOSED
    if silence >= FADES_AFTER:
        return SignalState.FADING
    return SignalState.NEW if len(voiced) == 1 and now - signal.opened < DAY else SignalState.DEVELOPING
