"""The one table of commands: what help shows, what the platforms register, and what dispatch runs."""

from __future__ import annotations

from bot.briefing.views.wording import message, para, strong
from bot.conversation.commands import access, charts, elsewhere, mutes, people, questions, settings, signals, sources
from bot.conversation.parse import near_miss
from bot.conversation.request import Command, Request, Who, buttons, choice, one
from bot.model.messages import Audience, Bullets, Choices, Reply, Run


async def _help(request: Request) -> Reply:
    word = request.words.lower().strip("/“”\"'")
    if not word:
        blocks = [
            block
            for title, commands in FAMILIES
            for block in (para(strong(title)), Bullets(tuple(map(_usage, commands))))
        ]
        free = para("Anything else, in a thread or reply of mine, is a question about that signal.", quiet=True)
        return Reply(message(*blocks, free), Audience.ASKER)
    if command := TABLE.get(word):
        return Reply(
            message(para(strong(command.usage), f": {command.summary}."), para(command.details)), Audience.ASKER
        )
    near = near_miss(word, NAMES)
    offered = Choices(buttons(choice(f"help {near}", f"help {near}"))) if near else None
    there_is_none = para(f"There is no command “{word}”; “help” lists what there is.")
    return Reply(message(there_is_none, offered), Audience.ASKER, refused=True)


def _usage(command: Command) -> tuple[Run, ...]:
    return strong(command.usage), Run(f": {command.summary}")


HELP = Command(
    "help",
    "help [command]",
    "this list, or one command in full",
    "“help mute” tells all about mute.",
    Who.ASKER,
    one(_help),
    fits=lambda words: len(words.split()) <= 1,
    aliases=("commands",),
)

FOR = elsewhere.command(lambda: TABLE)

FAMILIES: tuple[tuple[str, tuple[Command, ...]], ...] = (
    ("Signals", (*signals.COMMANDS, *charts.COMMANDS)),
    ("What is heard here", mutes.COMMANDS),
    ("When and how much", (*settings.COMMANDS, FOR)),
    ("What is read", sources.COMMANDS),
    ("The bot", (*people.COMMANDS, *questions.COMMANDS, *access.COMMANDS, HELP)),
)

COMMANDS: tuple[Command, ...] = tuple(command for _, commands in FAMILIES for command in commands)

NAMES: tuple[str, ...] = tuple(command.name for command in COMMANDS)

TABLE: dict[str, Command] = {name: command for command in COMMANDS for name in (command.name, *command.aliases)}
"""Every word a command goes by."""
