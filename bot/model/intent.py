"""What words said to the bot mean, as an analyst takes them: a command, a question, or talk."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class IntentKind(StrEnum):
    """What somebody wants who says something to the bot."""

    COMMAND = "command"  # that the bot does or changes something
    QUESTION = "question"  # to know something about the news
    TALK = "talk"  # nothing of both: a greeting, a joke, a question about the bot itself


@dataclass(frozen=True, slots=True)
class Intent:
    """A guess at what is wanted; it has to be checked before anybody is shown it."""

    kind: IntentKind
    command: str = ""  # the name of the command that is meant; "": none
    words: str = ""  # what is to follow its name
