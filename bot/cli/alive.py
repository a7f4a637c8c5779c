"""`status --check`: whether a running bot looks at its sources, for a health check each minute.

It loads the settings and two rows of the database, not the bot.
"""

from __future__ import annotations

from datetime import timedelta

from bot.model.clock import SystemClock
from bot.model.settings import Settings, database_url
from storage.glance import glance

STALE_CYCLES = 3  # missed cycles after which a running bot counts as dead
STARTING = timedelta(minutes=10)  # added to that: a first cycle takes a while


def what_is_wrong(settings: Settings, *, sample: bool = False) -> str | None:
    """What is wrong with a running bot, in words; None: a cycle has ended lately. Raises StorageError."""
    now = SystemClock(settings.now).now()
    finished = glance(_url(settings, sample=sample)).finished
    if finished is None:
        return "the sources were never read"
    last = f"the sources were last read at {finished:%Y-%m-%d %H:%M} UTC"
    if now - finished < -STARTING:
        return f"{last}, which is still to come: check the clock"
    return last if now - finished > timedelta(seconds=STALE_CYCLES * settings.pipeline.every) + STARTING else None


def _url(settings: Settings, *, sample: bool) -> str:
    if not sample:
        return database_url(settings)
    from bot.app.sample_edition import sample_database

    return sample_database(settings, SystemClock(settings.now).now())
