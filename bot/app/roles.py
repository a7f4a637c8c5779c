"""Which part of the bot's work a process does, where several share it: `run --role reader --role platform:slack`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.model.errors import SettingsError
from bot.model.settings import CHAT_PLATFORMS, Settings

READER, TELLER, WEB, PLATFORM = "reader", "teller", "web", "platform:"
NAMES = (READER, TELLER, WEB, *(f"{PLATFORM}{name}" for name in CHAT_PLATFORMS))
"""What may stand after --role; it may be given more than once."""


@dataclass(frozen=True, slots=True)
class Roles:
    """What one process does."""

    reads: bool  # collects from the sources, and reads and links what was collected if it leads
    tells: bool  # decides on briefs and alerts
    shows: bool  # serves the archive's pages
    platforms: tuple[str, ...]  # whose conversations it holds, and whose messages it sends


def roles(named: Sequence[str], settings: Settings) -> Roles:
    """The roles of those names. SettingsError where one needs what the settings do not say."""
    platforms = tuple(name for name in CHAT_PLATFORMS if f"{PLATFORM}{name}" in named)
    if missing := [name for name in platforms if name not in settings.chat_platforms]:
        raise SettingsError(
            f"The role {PLATFORM}{missing[0]} needs {missing[0].title()}'s settings: see docs/settings.md."
        )
    if WEB in named and settings.web.listen is None:
        raise SettingsError("The role web needs a place to listen: set [web] listen, as in 0.0.0.0:8080.")
    return Roles(READER in named, TELLER in named, WEB in named, platforms)
