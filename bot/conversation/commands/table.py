"""The one table of commands: what help shows, what the platforms register, and what dispatch runs."""

from __future__ import annotations

from collections.abc import Iterator

from bot.briefing.views.wording import message, para, strong
from bot.conversation.commands import (
    access,
    charts,
    elsewhere,
    mutes,
    people,
    questions,
    replay,
    settings,
    signals,
    sources,
    watches,
)
from bot.conversation.parse import near_miss
from bot.conversation.request import Command, Request, at_most, buttons, choice, one
from bot.model.doors import opens
from bot.model.echoing import echo
from bot.model.event import Asker
from bot.model.messages import Audience, Block, Bullets, Choice, Choices, Reply, Run

ALL = "all"
"""The word after `help` that lists every command."""
_INTRODUCTION = (
    "I read many sources around the clock and send one brief in the morning, only if they say something worth saying.",
    "Ask “why 1?”, or anything about a signal, and I show what the sources say.",
    "“mute AI for a week” hides what you do not want to hear of.",
    "“at 08:00 mon-thu” sets when the brief comes, “bar 7” and “most 3” how much is in it.",
    "Your own words will do: “too many”, “send it at 9”.",
)
_BUTTONS = (
    Choice("Brief now", "brief"),
    Choice("Mute …", "mute"),
    Choice("When …", "at"),
    Choice("Sources", "sources"),
    Choice("All commands", f"help {ALL}"),
)


async def _help(request: Request) -> Reply:
    return help_reply(request.words, request.event.asker)


def help_reply(words: str, asker: Asker) -> Reply:
    """What `help` says to that person: what the bot does, or all about the command named."""
    word = words.lower().strip("/“”\"'")
    if not word:
        return Reply(message(para(" ".join(_INTRODUCTION)), Choices(_BUTTONS)), Audience.ASKER)
    if command := TABLE.get(word):
        return Reply(message(para(*_usage(command), "."), para(command.details)), Audience.ASKER)
    if word == ALL:
        return Reply(message(*_listed(asker)), Audience.ASKER)
    near = near_miss(word, NAMES)
    offered = Choices(buttons(choice(f"help {near}", f"help {near}"))) if near else None
    there_is_none = para(f"There is no command {echo(word)}; “help all” lists what there is.")
    return Reply(message(there_is_none, offered), Audience.ASKER, refused=True)


def _listed(asker: Asker) -> Iterator[Block]:
    """Every command that the asker may use, by family."""
    for title, commands in FAMILIES:
        if usable := [command for command in commands if _may_use(asker, command)]:
            yield para(strong(title))
            yield Bullets(tuple(map(_usage, usable)))
    yield para("Anything else, in a thread or reply of mine, is a question about that signal.", quiet=True)


def _may_use(asker: Asker, command: Command) -> bool:
    if command.name == "claim":
        return not asker.operator
    return opens(asker, command.name)


def _usage(command: Command) -> tuple[Run, ...]:
    return Run(command.usage, strong=True, command=True), Run(f": {command.summary}")


HELP = Command(
    "help",
    "help [command]",
    "what I do here, or one command in full",
    "“help all” lists every command, “help mute” tells all about mute.",
    one(_help),
    fits=at_most(1),
)

FOR = elsewhere.command(lambda: TABLE)

FAMILIES: tuple[tuple[str, tuple[Command, ...]], ...] = (
    ("Signals", (*signals.COMMANDS, *replay.COMMANDS, *charts.COMMANDS)),
    ("What is heard here", (*mutes.COMMANDS, *watches.COMMANDS)),
    ("When and how much", (*settings.COMMANDS, FOR)),
    ("What is read", sources.COMMANDS),
    ("The bot", (*people.COMMANDS, *questions.COMMANDS, *access.COMMANDS, HELP)),
)

COMMANDS: tuple[Command, ...] = tuple(command for _, commands in FAMILIES for command in commands)

NAMES: tuple[str, ...] = tuple(command.name for command in COMMANDS)

TABLE: dict[str, Command] = {name: command for command in COMMANDS for name in (command.name, *command.aliases)}
"""Every word a command goes by."""
