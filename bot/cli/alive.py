"""`status --check`: whether a running bot looks at its sources, for a health check each minute.

It loads the settings and two rows of the database, not the bot.
"""

from __future__ import annotations

from bot.model.clock import SystemClock
from bot.model.liveness import stale
from bot.model.settings import Settings, database_url
from storage.glance import glance


def what_is_wrong(settings: Settings, *, sample: bool = False) -> str | None:
    """What is wrong with a running bot, in words; None: a cycle has ended lately. Raises StorageError."""
    finished = glance(_url(settings, sample=sample)).finished
    return stale(finished, SystemClock(settings.now).now(), settings.pipeline.every)


def _url(settings: Settings, *, sample: bool) -> str:
    if not sample:
        return database_url(settings)
    from bot.app.sample_edition import sample_database

    return sample_database(settings, SystemClock(settings.now).now())
