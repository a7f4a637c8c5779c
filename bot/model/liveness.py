"""Whether a running bot still looks at its sources, told from when its last cycle ended."""

from __future__ import annotations

from datetime import datetime, timedelta

STALE_CYCLES = 3  # missed cycles after which a running bot counts as dead
STARTING = timedelta(minutes=10)  # added to that: a first cycle takes a while


def stale(finished: datetime | None, now: datetime, every: int) -> str | None:
    """What is wrong with a bot that looks every so many seconds, in words; None: a cycle has ended lately.

    `finished` is when the last one ended; None: there was none.
    """
    if finished is None:
        return "the sources were never read"
    last = f"the sources were last read at {finished:%Y-%m-%d %H:%M} UTC"
    if now - finished < -STARTING:
        return f"{last}, which is still to come: check the clock"
    return last if now - finished > timedelta(seconds=STALE_CYCLES * every) + STARTING else None
