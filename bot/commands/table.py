"""The one table of commands: what help shows, what the platforms register, and what dispatch runs."""

from __future__ import annotations

from bot.commands import mutes, people, settings, signals, sources
from bot.commands.request import Command

FAMILIES: tuple[tuple[str, tuple[Command, ...]], ...] = (
    ("Signals", signals.COMMANDS),
    ("What is heard here", mutes.COMMANDS),
    ("When and how much", settings.COMMANDS),
    ("What is read", sources.COMMANDS),
    ("The bot", people.COMMANDS),
)

COMMANDS: tuple[Command, ...] = tuple(command for _, commands in FAMILIES for command in commands)

NAMES: tuple[str, ...] = tuple(command.name for command in COMMANDS)

TABLE: dict[str, Command] = {name: command for command in COMMANDS for name in (command.name, *command.aliases)}
"""Every word a command goes by."""
