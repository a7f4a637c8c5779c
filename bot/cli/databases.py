"""Which database a subcommand means, for those that need nothing else of the bot."""

from __future__ import annotations

from bot.model.clock import SystemClock
from bot.model.settings import Settings, database_url


def database_of(settings: Settings, *, sample: bool) -> str:
    """The address of the database of the settings, or that of the sample edition."""
    if not sample:
        return database_url(settings)
    from bot.app.sample_edition import sample_database  # `status --check` seldom needs it, and runs each minute

    return sample_database(settings, SystemClock(settings.now).now())
