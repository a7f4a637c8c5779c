"""An event becomes replies: text → command, who may, run; what is no command is a question."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

from bot.briefing import translation
from bot.conversation.commands import absent, charts, signals
from bot.conversation.commands.table import TABLE
from bot.conversation.parse import parse
from bot.conversation.questions import ask, asks
from bot.conversation.request import Command, Context, Request, Who, tell
from bot.model.channel import Channel
from bot.model.event import Asker, Event, EventKind
from bot.model.messages import Reply

__all__ = ["Context", "respond"]

NO_SETTINGS = "Only those who run this channel may change its settings; asking is open to all."
NO_OPERATOR = "Only the operator of this bot may do that."
QUESTION = 3  # words from which what does not fit a command is taken for a question


async def respond(event: Event, channel: Channel, context: Context) -> AsyncIterator[Reply]:
    """What is said to an event, in order; replies that are not `final` grow into the one that follows."""
    if event.kind is EventKind.LEFT:
        return
    said = parse(event.text, TABLE)
    command = TABLE[said.name] if said.name else None
    request = Request(event, channel, context, said.words)
    if missed := absent.absence(said.whole):
        command, replies = None, absent.answer(missed, request)
    elif command and not _is_question(command, said.words):
        refusal = _refusal(command, event.asker)
        replies = _once(refusal) if refusal else command.run(request)
    elif event.addressed or asks(said.whole):
        replies = ask(request.saying(said.whole))
    else:
        return  # people talking with each other in a thread of ours
    spoken = command is None or command in (*signals.COMMANDS, *charts.COMMANDS)
    async for reply in _in_language(replies, request) if spoken else replies:
        yield reply


async def _in_language(replies: AsyncIterator[Reply], request: Request) -> AsyncIterator[Reply]:
    """Answers in the channel's language; one that is still growing is not shown in ours first."""
    wanted, analyst = request.channel.settings.language, request.context.analyst
    async for reply in replies:
        if reply.final:
            yield replace(reply, message=await translation.translated(reply.message, analyst, wanted))
        elif wanted in (None, translation.OURS) or not analyst.translates:
            yield reply


def _is_question(command: Command, words: str) -> bool:
    """ "most of the chips come from Taiwan?" begins with a command's name, and is none."""
    return len(words.split()) >= QUESTION and not command.fits(words)


def _refusal(command: Command, asker: Asker) -> Reply | None:
    if command.who is Who.OPERATOR and not asker.operator:
        return tell(NO_OPERATOR)
    if command.who is Who.SETTINGS and not (asker.may_set or asker.operator):
        return tell(NO_SETTINGS)
    return None


async def _once(reply: Reply) -> AsyncIterator[Reply]:
    yield reply
