"""What setting up a chat platform takes: the settings that `bellwether setup` asks for, and where a person finds them.

A platform's folder in `handlers/` offers it as `SETUP` in a module `setup`, beside `greet(settings, place, message)`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Secret:
    """A token or key that stands in the environment or in `.env`."""

    variable: str  # its name there, such as SLACK_BOT_TOKEN; in lower case it is the name of the setting
    label: str  # what it is called where a person finds it
    begins: str = ""  # how each begins; "": that differs


@dataclass(frozen=True, slots=True)
class PlatformSetup:
    """A chat platform, as a person sets it up."""

    name: str  # of its folder and of its table in the settings
    title: str
    guide: tuple[str, ...]  # where to get what is asked for, a step each
    secrets: tuple[Secret, ...]
    key: str  # the setting that names the places in which the bot begins by itself
    place: str  # the question for them
