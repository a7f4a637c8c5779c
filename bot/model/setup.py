"""What setting up a chat platform takes: the settings that `bellwether setup` asks for, and where a person finds them.

A platform's folder in `handlers/` offers it as `SETUP` in a module `setup`, beside `greet(settings, place, message)`.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.model.settings import PREFIX


@dataclass(frozen=True, slots=True)
class Secret:
    """A token or key that stands in the environment or in `.env`."""

    variable: str  # its name there, such as SLACK_BOT_TOKEN or BELLWETHER_MAIL__PASSWORD
    label: str  # what it is called where a person finds it
    begins: str = ""  # how each begins; "": that differs

    @property
    def path(self) -> tuple[str, ...]:
        """The setting: ("slack_bot_token",), or with its table ("mail", "password")."""
        return tuple(self.variable.lower().removeprefix(PREFIX.lower()).split("__"))


@dataclass(frozen=True, slots=True)
class Question:
    """A key of the platform's table in the settings file, as it is asked for."""

    key: str
    words: str
    like: str = ""  # the key whose value stands there to be changed where nothing is set; "": nothing does


@dataclass(frozen=True, slots=True)
class PlatformSetup:
    """A chat platform, as a person sets it up."""

    name: str  # of its folder and of its table in the settings
    title: str
    guide: tuple[str, ...]  # where to get what is asked for, a step each
    secrets: tuple[Secret, ...]
    key: str  # the setting that names the places in which the bot begins by itself
    place: str = ""  # the question for them, once the secrets are taken; "": it is among `questions`
    questions: tuple[Question, ...] = ()  # asked before the secrets; who has no answer to the first skips all of it
    one_way: bool = False  # whether nobody can write back
