"""Run a command if the asker may, and say what it would do where it is only asked about."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from bot.conversation.request import Command, Request, buttons, choice, refuse, tell
from bot.model.doors import Role, door, opens
from bot.model.echoing import echo
from bot.model.messages import Choice, Reply

NO_SETTINGS = "Only those who run this channel may change its settings; asking is open to all."
NO_OPERATOR = "Only the operator of this bot may do that."
NO_SOURCES = "Only the operator of this bot may change what it reads; “sources” shows it to everybody."
LABELS = {"brief": "Brief now", "help": "Help", "signals": "Newest signals", "pause 7d": "Pause for a week"}
"""What buttons are called that type these commands; others are called as they are typed."""
_CHANGING = frozenset(("forget", "useful", "useless", "start", "claim", "allow", "refuse"))
_EMPTY = frozenset(("", "now", "here", "again", "all", "everything", "please", "it", "this"))
"""Words after a command without words that add nothing to it."""
_EDITING = ("add", "drop", "remove", "delete")


async def run(command: Command, request: Request, *, asked: bool) -> AsyncIterator[Reply]:
    """The replies of the command; to whom may not use it a refusal, and where it was `asked` with a question mark and
    would change something, what it would do."""
    words = await _previewed(command, request) if asked and changes(command, request.words) else None
    if words is not None:
        typed = f"{command.name} {request.words.rstrip('?! ')}".strip()
        yield await shown(words, (typed,), command, request)
    elif refusal := refusal_of(command, request):
        yield refuse(refusal)
    elif command.alone and request.words.lower() not in _EMPTY:
        yield await _takes_none(command, request)
    else:
        async for reply in command.run(request):
            yield reply


async def _previewed(command: Command, request: Request) -> Sequence[str] | None:
    if command.role is Role.OPERATOR:
        return None
    from bot.conversation.commands.previews import preview

    return await preview(command.name, request)


async def _takes_none(command: Command, request: Request) -> Reply:
    words = f"“{command.name}” takes no words, so I do not know what {echo(request.words)} is to do."
    return refuse(words, choices=await offers((command.name,), request))


async def shown(words: Sequence[str], typed: Sequence[str], command: Command, request: Request) -> Reply:
    """What the command would do, with buttons for those who may do it."""
    if refusal := refusal_of(command, request):
        return refuse(*words, refusal)
    return tell(*words, choices=await offers(typed, request))


def refusal_of(command: Command, request: Request) -> str | None:
    """Why the asker may not use the command; None: they may."""
    name = door(command.name, request.words)
    if opens(request.event.asker, name):
        return None
    if name != command.name:
        return NO_SOURCES
    return NO_OPERATOR if command.role is Role.OPERATOR else NO_SETTINGS


def changes(command: Command, words: str) -> bool:
    """Whether the command with these words changes or deletes anything."""
    edits = command.name == "sources" and words.lower().startswith(_EDITING)
    return command.role is Role.ADMIN or command.name in _CHANGING or edits


async def offers(commands: Sequence[str], request: Request) -> tuple[Choice, ...]:
    """A button for each command as it would be typed."""
    return buttons(*[choice(await _label(each, request), each) for each in commands])


async def _label(typed: str, request: Request) -> str:
    """What the button is called: with a signal's title in place of its id."""
    from bot.conversation.meaning import short
    from bot.conversation.parse import SIGNAL_ID

    words = LABELS.get(typed, typed)
    if match := SIGNAL_ID.search(words):
        signal = await request.store.signals.get(int(match[1]))
        words = words.replace(match[0], f"“{short(signal.title)}”" if signal else "it")
    return words[:1].upper() + words[1:]
