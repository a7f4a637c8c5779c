"""Answer a request in plain words: run what only reads, offer what would change something, say what cannot be done."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from bot.conversation.commands import people
from bot.conversation.commands.previews import preview
from bot.conversation.commands.table import TABLE
from bot.conversation.labels import at_hand_label
from bot.conversation.parse import parse
from bot.conversation.plain_words import HELLO, THIS, Proposal
from bot.conversation.request import Request, say, tell
from bot.conversation.running import changes, offers, shown
from bot.conversation.small_talk import CLOCK
from bot.model.messages import Reply


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
    if typed == CLOCK:
        yield people.tell_time(request)
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
        return tell(proposal.words, choices=await offers(typed, request))
    would = changes(command, said.words)
    words = (await preview(command.name, request.saying(said.words)) or ()) if would else ()
    lead = (proposal.words,) if proposal.words else ()
    return await shown((*lead, *words), typed, command, request)


async def _with_signal(commands: Sequence[str], request: Request) -> tuple[str, ...]:
    """With the signal that is talked about where "this" is to be muted; without that where there is none."""
    if THIS not in commands:
        return tuple(commands)
    signal = await at_hand_label(request)
    this = (f"mute s{signal.id}",) if signal else ()
    return (*this, *(each for each in commands if each != THIS))
