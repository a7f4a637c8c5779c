"""Whether a running bot is well, told from what it records: that it looks at its sources, and hears what is said."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.model.hearing import Hearing

STALE_CYCLES = 3  # missed cycles after which a running bot counts as dead
STARTING = timedelta(minutes=10)  # added to that: a first cycle takes a while
DEAF = timedelta(minutes=10)  # a connection that is down for so long does not come back by itself


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


def deaf(hearing: Hearing, now: datetime) -> dict[str, str]:
    """By the name of each platform from which nothing has reached the bot for long, since when, in words."""
    long = {name: since for name, since in hearing.items() if since is not None and now - since > DEAF}
    return {name: f"since {since:%Y-%m-%d %H:%M} UTC" for name, since in long.items()}
