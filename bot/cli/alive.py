"""`status --check`: whether a running bot looks at its sources and hears what is said, for a health check each minute.

It loads the settings and two rows of the database, not the bot.
"""

from __future__ import annotations

from bot.cli.databases import database_of
from bot.model import hearing
from bot.model.clock import SystemClock
from bot.model.liveness import deaf, stale
from bot.model.settings import Settings
from storage.glance import glance


def what_is_wrong(settings: Settings, *, sample: bool = False) -> str | None:
    """What is wrong with a running bot, in words; None: a cycle has ended lately, and it hears what is said to it.

    Raises StorageError.
    """
    now = SystemClock(settings.now).now()
    found = glance(database_of(settings, sample=sample), (hearing.KEY,))
    unheard = deaf(hearing.from_json(found.memory[0]), now)
    return stale(found.finished, now, settings.pipeline.every) or _of_platforms(unheard)


def _of_platforms(since: dict[str, str]) -> str | None:
    named = ", ".join(f"{name.title()} {words}" for name, words in since.items())
    return f"nothing said there reaches the bot: {named}" if named else None
