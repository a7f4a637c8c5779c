"""Answer an incoming event with replies.

rated                → a verdict is kept, and nothing is said
overheard            → answered if it names the brief or the sources really say, else silence
why was I not told … → from the record
a request            → in plain words: offered as a command, or said to be impossible
a command            → run if the person may use it; ending in "?", it only says what it would do
anything else        → with a model, what it may mean is offered; otherwise a question
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta

from bot.briefing import translation
from bot.conversation import intents, not_heard, offering, overheard, plain_words, points, questions, ratings, running
from bot.conversation.commands import charts, replay, signals, sources
from bot.conversation.commands.table import TABLE
from bot.conversation.fillers import without_fillers
from bot.conversation.meaning import gather, which
from bot.conversation.parse import Said, parse
from bot.conversation.question import Kind, Question, understand
from bot.conversation.request import Command, Context, Request
from bot.model.channel import Channel
from bot.model.event import Event, EventKind
from bot.model.messages import Reply
from bot.model.secrecy import redacted

__all__ = ["Context", "respond"]

DOUBLE = timedelta(seconds=5)
"""Within which the same press again is a slip of the finger."""
QUESTION = 3  # words after a command's name from which text that does not fit the command is a question


async def respond(event: Event, channel: Channel, context: Context) -> AsyncIterator[Reply]:
    """Yield the replies to an event; a reply that is not `final` is to be replaced by the next one."""
    if event.kind is EventKind.LEFT:
        return
    event = _without_secrets(event)
    request = Request(event, channel, context)
    if event.kind is EventKind.RATED:
        await ratings.rate(request)
        return
    if event.pressed is not None and await _is_pressed_again(request):
        return
    said = parse(event.text, TABLE)
    spoken, replies = await _chosen(said, request) if event.addressed else (True, _overheard(said, request))
    async for reply in _in_language(replies, request) if spoken else replies:
        yield reply


def _without_secrets(event: Event) -> Event:
    """The event without the password or key of an address in what was said, unless it is said to read that address:
    everywhere else it would be repeated, or kept with a question."""
    said = parse(event.text, TABLE)
    needed = said.name is not None and TABLE[said.name] in sources.COMMANDS
    return event if needed else replace(event, text=redacted(event.text))


async def _is_pressed_again(request: Request) -> bool:
    """Whether the same person pressed the same button just before: a double press is answered once."""
    event, memory = request.event, request.store.memory
    name, button = f"pressed:{request.channel.id}:{event.asker.id}", f"{event.pressed} {event.text}"
    kept = json.loads(await memory.recall(name) or "{}")
    again = kept.get("button") == button and kept["event"] != event.key
    if again and event.at - datetime.fromisoformat(kept["at"]) < DOUBLE:
        return True
    await memory.keep(name, json.dumps({"button": button, "event": event.key, "at": event.at.isoformat()}))
    return False


def _overheard(said: Said, request: Request) -> AsyncIterator[Reply]:
    return overheard.answer(said, understand(said.whole), request.saying(said.words))


async def _chosen(said: Said, request: Request) -> tuple[bool, AsyncIterator[Reply]]:
    """Whether the replies are in the channel's language, and the replies to what was addressed to the bot."""
    question = understand(said.whole)
    if question.kind is Kind.NOT_HEARD:
        return True, not_heard.answer(question, request)
    if asked := points.asked(said.whole):
        return True, points.answer(asked, request)
    proposal = plain_words.propose(said.plain, request.channel.settings)
    if proposal and not (proposal.run and await _is_about_thread(question, request)):
        return False, offering.answer(proposal, request)
    said = _without_courtesies(said)
    command = TABLE[said.name] if said.name else None
    if command:
        said = replace(said, words=without_fillers(said.words, command))
    if command is None or _asks(question, command, said.words) or await _asks_of_the_world(said, question, request):
        free = request.saying(said.whole)
        if meant := await intents.proposed(said, question, free):
            return False, offering.answer(meant, request)
        return True, questions.answer(question, free)
    spoken = command in (*signals.COMMANDS, *replay.COMMANDS, *charts.COMMANDS)
    return spoken, running.run(command, request.saying(said.words), asked=said.whole.rstrip().endswith("?"))


async def _is_about_thread(question: Question, request: Request) -> bool:
    """Whether it is a question about the signal of the thread: "what's new?" below one."""
    return not question.free and (await gather(request)).thread is not None


def _without_courtesies(said: Said) -> Said:
    """ "Can you mute AI?" as "mute AI?"; what begins with no command behind its courtesies stays as it is."""
    bare = parse(plain_words.imperative(said.whole), TABLE)
    return bare if said.name is None and bare.name is not None else said


async def _in_language(replies: AsyncIterator[Reply], request: Request) -> AsyncIterator[Reply]:
    """Translate final replies into the channel's language; drop partial ones if a translation will follow."""
    wanted, analyst = request.channel.settings.language, request.context.analyst
    async for reply in replies:
        if reply.final:
            yield replace(reply, message=await translation.translated(reply.message, analyst, wanted))
        elif wanted in (None, translation.OURS) or not analyst.translates:
            yield reply


async def _asks_of_the_world(said: Said, question: Question, request: Request) -> bool:
    """Whether "how strong is the storm?" asks about a storm: its words name no signal."""
    if not (said.asks and said.words and question.free):
        return False
    return bool((await which(request.saying(said.words), said.name or "", question=True)).rest)


def _asks(question: Question, command: Command, words: str) -> bool:
    """Whether text that begins with a command's name is a question: "most of the chips come from Taiwan?"."""
    meant_for_it = command.fits(words) and (question.free or not command.begins_questions)
    return len(words.split()) >= QUESTION and not meant_for_it
