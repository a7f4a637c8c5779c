"""A signal's state by age (new, developing, fading, closed), and when the passing of time may next change it."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.model.finding import Stance
from bot.model.signal import Signal, SignalState

DAY = timedelta(days=1)
FADES_AFTER = timedelta(days=3)


# --- growing old ---------------------------------------------------------------------------------------------------


def next_change(signal: Signal, now: datetime, live_seconds: int) -> datetime | None:
    """The next instant at which the signal's state may change without a new article; None if there is none."""
    last = max((signal.opened, *_joining_times(signal)))
    instants = (signal.opened + DAY, last + FADES_AFTER, last + timedelta(seconds=live_seconds))
    return min((at for at in instants if at > now), default=None)


def _joining_times(signal: Signal) -> list[datetime]:
    """When each article that is not a wire copy joined."""
    return [member.joined for member in signal.articles if member.stance is not Stance.COPY]


def state(signal: Signal, now: datetime, live_seconds: int) -> SignalState:
    """The signal's state at `now`; wire copies are ignored throughout.

    NEW: one article, opened less than a day ago. FADING: no article for three days. CLOSED: none for `live_seconds`.
    DEVELOPING: anything else.
    """
    voiced = _joining_times(signal)
    silence = now - max((signal.opened, *voiced))
    if silence >= timedelta(seconds=live_seconds):
        return SignalState.CLOSED
    if silence >= FADES_AFTER:
        return SignalState.FADING
    return SignalState.NEW if len(voiced) == 1 and now - signal.opened < DAY else SignalState.DEVELOPING
