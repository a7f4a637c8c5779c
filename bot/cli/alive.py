"""`status --check`: whether a running bot looks at its sources and hears what is said, for a health check each minute.

It loads the settings and two rows of the database, not the bot.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.cli.databases import database_of
from bot.model import hearing
from bot.model.clock import SystemClock
from bot.model.liveness import stale
from bot.model.settings import Settings
from storage.glance import glance

DEAF = timedelta(minutes=10)  # a connection that is down for so long does not come back by itself


def what_is_wrong(settings: Settings, *, sample: bool = False) -> str | None:
    """What is wrong with a running bot, in words; None: a cycle has ended lately, and it hears what is said to it.

    Raises StorageError.
    """
    now = SystemClock(settings.now).now()
    found = glance(database_of(settings, sample=sample), (hearing.KEY,))
    deaf = _of_platforms(hearing.from_json(found.memory[0]), now)
    return stale(found.finished, now, settings.pipeline.every) or deaf


def _of_platforms(found: hearing.Hearing, now: datetime) -> str | None:
    deaf = [f"{name.title()} since {since:%Y-%m-%d %H:%M} UTC" for name, since in found.items() if _long(since, now)]
    return f"nothing said there reaches the bot: {', '.join(deaf)}" if deaf else None


def _long(since: datetime | None, now: datetime) -> bool:
    return since is not None and now - since > DEAF
