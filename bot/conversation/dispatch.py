"""Answer an incoming event with replies.

The text is tried as a question why something was not reported, then as a command (run if the person may use it), and
else as a question.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

from bot.briefing import translation
from bot.conversation import not_heard, overheard, questions
from bot.conversation.commands import charts, signals
from bot.conversation.commands.table import TABLE
from bot.conversation.parse import parse
from bot.conversation.question import Kind, Question, understand
from bot.conversation.request import Command, Context, Request, Who, tell
from bot.model.channel import Channel
from bot.model.event import Asker, Event, EventKind
from bot.model.messages import Reply

__all__ = ["Context", "respond"]

NO_SETTINGS = "Only those who run this channel may change its settings; asking is open to all."
NO_OPERATOR = "Only the operator of this bot may do that."
QUESTION = 3  # words after a command's name from which text that does not fit the command is a question


async def respond(event: Event, channel: Channel, context: Context) -> AsyncIterator[Reply]:
    """Yield the replies to an event; a reply that is not `final` is to be replaced by the next one."""
    if event.kind is EventKind.LEFT:
        return
    said = parse(event.text, TABLE)
    question = understand(said.whole)
    command = TABLE[said.name] if said.name else None
    request = Request(event, channel, context, said.words)
    if not event.addressed:
        command, replies = None, overheard.answer(said, question, request)
    elif question.kind is Kind.NOT_HEARD:
        command, replies = None, not_heard.answer(question, request)
    elif command and not _asks(question, command, said.words):
        refusal = _refusal(command, event.asker)
        replies = _once(refusal) if refusal else command.run(request)
    else:
        replies = questions.answer(question, request.saying(said.whole))
    spoken = command is None or command in (*signals.COMMANDS, *charts.COMMANDS)
    async for reply in _in_language(replies, request) if spoken else replies:
        yield reply


async def _in_language(replies: AsyncIterator[Reply], request: Request) -> AsyncIterator[Reply]:
    """Translate final replies into the channel's language; drop partial ones if a translation will follow."""
    wanted, analyst = request.channel.settings.language, request.context.analyst
    async for reply in replies:
        if reply.final:
            yield replace(reply, message=await translation.translated(reply.message, analyst, wanted))
        elif wanted in (None, translation.OURS) or not analyst.translates:
            yield reply


def _asks(question: Question, command: Command, words: str) -> bool:
    """Whether text that begins with a command's name is a question: "most of the chips come from Taiwan?"."""
    meant_for_it = command.fits(words) and (question.free or not command.begins_questions)
    return len(words.split()) >= QUESTION and not meant_for_it


def _refusal(command: Command, asker: Asker) -> Reply | None:
    if command.who is Who.OPERATOR and not asker.operator:
        return tell(NO_OPERATOR)
    if command.who is Who.SETTINGS and not (asker.may_set or asker.operator):
        return tell(NO_SETTINGS)
    return None


async def _once(reply: Reply) -> AsyncIterator[Reply]:
    yield reply
