"""Run a command if the asker may, or offer it: with what is set, what it would have told lately, and a button."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from bot.conversation.commands import people
from bot.conversation.commands.previews import preview
from bot.conversation.commands.table import TABLE
from bot.conversation.labels import at_hand_label
from bot.conversation.meaning import short
from bot.conversation.parse import SIGNAL_ID, parse
from bot.conversation.plain_words import HELLO, THIS, Proposal
from bot.conversation.request import Command, Request, Who, buttons, choice, echo, may_use, say, tell
from bot.model.messages import Choice, Reply

NO_SETTINGS = "Only those who run this channel may change its settings; asking is open to all."
NO_OPERATOR = "Only the operator of this bot may do that."
LABELS = {"brief": "Brief now", "help": "Help", "signals": "Newest signals", "pause 7d": "Pause for a week"}
"""What buttons are called that type these commands; others are called as they are typed."""
_CHANGING = frozenset(("forget", "useful", "useless", "start", "claim", "allow", "refuse"))
_EMPTY = frozenset(("", "now", "here", "again", "all", "everything", "please", "it", "this"))
"""Words after a command without words that add nothing to it."""
_EDITING = ("add", "drop", "remove", "delete")


async def run(command: Command, request: Request, *, asked: bool) -> AsyncIterator[Reply]:
    """The replies of the command; to whom may not use it a refusal, and where it was `asked` with a question mark and
    would change something, what it would do."""
    previewed = asked and _changes(command, request.words)
    words = await preview(command.name, request) if previewed and command.who is not Who.OPERATOR else None
    if words is not None:
        typed = f"{command.name} {request.words.rstrip('?! ')}".strip()
        yield await _shown(words, (typed,), command, request)
    elif refusal := _refusal(command, request):
        yield tell(refusal)
    elif command.alone and request.words.lower() not in _EMPTY:
        yield await _takes_none(command, request)
    else:
        async for reply in command.run(request):
            yield reply


async def _takes_none(command: Command, request: Request) -> Reply:
    words = f"“{command.name}” takes no words, so I do not know what {echo(request.words)} is to do."
    return tell(words, choices=await _offers((command.name,), request))


async def _shown(words: Sequence[str], typed: Sequence[str], command: Command, request: Request) -> Reply:
    """What the command would do, with buttons for those who may do it."""
    if refusal := _refusal(command, request):
        return tell(*words, refusal)
    return tell(*words, choices=await _offers(typed, request))


def _refusal(command: Command, request: Request) -> str | None:
    if may_use(request.event.asker, command.who):
        return None
    return NO_OPERATOR if command.who is Who.OPERATOR else NO_SETTINGS


def _changes(command: Command, words: str) -> bool:
    """Whether the command with these words changes or deletes anything."""
    edits = command.name == "sources" and words.lower().startswith(_EDITING)
    return command.who is Who.SETTINGS or command.name in _CHANGING or edits


async def answer(proposal: Proposal, request: Request) -> AsyncIterator[Reply]:
    """The replies to a request in plain words."""
    if proposal.run:
        async for reply in _read(proposal.commands[0], request):
            yield reply
    elif proposal.commands:
        yield await offered(proposal, request)
    else:
        yield say(proposal.words)


async def _read(typed: str, request: Request) -> AsyncIterator[Reply]:
    """The replies of a command that only reads."""
    if typed == HELLO:
        yield await people.greet(request)
        return
    said = parse(typed, TABLE)
    async for reply in TABLE[said.name or "help"].run(request.saying(said.words)):
        yield reply


async def offered(proposal: Proposal, request: Request) -> Reply:
    """The commands that may be meant, as buttons, with what the first of them would do."""
    typed = await _with_signal(proposal.commands, request)
    said = parse(typed[0], TABLE)
    command = TABLE[said.name or "help"]
    if proposal.cannot:
        return tell(proposal.words, choices=await _offers(typed, request))
    words = await preview(command.name, request.saying(said.words)) or ()
    lead = (proposal.words,) if proposal.words else ()
    return await _shown((*lead, *words), typed, command, request)


async def _with_signal(commands: Sequence[str], request: Request) -> tuple[str, ...]:
    """With the signal that is talked about where "this" is to be muted; without that where there is none."""
    if THIS not in commands:
        return tuple(commands)
    signal = await at_hand_label(request)
    this = (f"mute s{signal.id}",) if signal else ()
    return (*this, *(each for each in commands if each != THIS))


async def _offers(commands: Sequence[str], request: Request) -> tuple[Choice, ...]:
    return buttons(*[choice(await _label(each, request), each) for each in commands])


async def _label(typed: str, request: Request) -> str:
    """What the button is called: with a signal's title in place of its id."""
    words = LABELS.get(typed, typed)
    if match := SIGNAL_ID.search(words):
        signal = await request.store.signals.get(int(match[1]))
        words = words.replace(match[0], f"“{short(signal.title)}”" if signal else "it")
    return words[:1].upper() + words[1:]
