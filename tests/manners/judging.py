"""What people say under a brief, from lines.toml, and whether what follows is what must happen."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bot.analysts.extractive import Extractive
from bot.briefing import briefs
from bot.briefing.views.brief_view import brief_message
from bot.model.brief import Brief
from bot.model.messages import Choices, Form, Message, plain
from tests.clock import MORNING
from tests.talk import Talk, choices, told

LINES = Path(__file__).parent / "lines.toml"
BRIEF, SIGNAL = "m-brief", "m-signal"
"""The ids of the messages that begin the two threads."""
REFUSED = ("The sources do not say", "I do not know", "I am not sure", "Nothing stored", "No signal goes by")
GREETED = "one brief in the morning"


@dataclass(frozen=True)
class Line:
    """Something that is said, and what must follow."""

    said: str
    then: str
    detail: str
    addressed: bool
    where: str  # "channel", "brief" or "signal"

    def __str__(self) -> str:
        to = "said" if self.addressed else "overheard"
        return f"{to} in {self.where}: {self.said!r} → {self.then} {self.detail}".rstrip()


@dataclass(frozen=True)
class Heard:
    """What followed."""

    words: str
    commands: Sequence[str]
    changed: bool
    replies: int


def lines(half: str, to: str) -> Iterator[Line]:
    """The lines of the part "first", "second" or "third" that are "overheard" or "said" to the bot."""
    for where, rows in tomllib.loads(LINES.read_text("utf-8"))[half][to].items():
        for said, then, *detail in rows:
            yield Line(said, then, detail[0] if detail else "", to == "said", where)


async def heard(talk: Talk, line: Line) -> Heard:
    """What follows the line in a channel that was told its brief this morning, with a thread under it."""
    thread = {"channel": None, "brief": BRIEF, "signal": SIGNAL}[line.where]
    talk.context = replace(talk.context, analyst=Extractive())
    before = await _state(talk)
    replies = await talk.replies(line.said, addressed=line.addressed, thread=thread, reply_to=thread)
    final = [reply.message for reply in replies if reply.final]
    words = "\n".join(plain(_without_buttons(each)) for each in final)
    commands = [choice.command for each in final for choice in choices(each)]
    return Heard(words, commands, before != await _state(talk), len(final))


async def set_up(talk: Talk) -> None:
    """The brief of the morning was told, and the whole of its second signal shown below it."""
    edition = await briefs.edition(talk.store, talk.channel, MORNING.date(), talk.clock.now())
    assert isinstance(edition, Brief)
    await told(talk, edition)
    await talk.sent(brief_message(edition, talk.channel), BRIEF, f"brief:{MORNING.date()}")
    shown = await talk.replies("why s42", thread=SIGNAL, reply_to=SIGNAL)
    await talk.sent(shown[-1].message, SIGNAL)
    talk.clock.advance(60)


async def _state(talk: Talk) -> object:
    channel = talk.channel.id
    mutes = await talk.store.channels.mutes(channel, talk.clock.now())
    asked = await talk.store.questions.all(None)
    return await talk.settings(), mutes, await talk.store.channels.verdicts(), bool(asked)


def _without_buttons(message: Message) -> Message:
    return Message(tuple(each for each in message.blocks if not isinstance(each, Choices | Form)), "")


def right(line: Line, after: Heard) -> bool:
    """Whether what followed is what must happen."""
    refused = after.words.startswith(REFUSED)
    if line.then == "silence":
        return not after.replies and not after.changed
    if not after.replies:
        return False
    match line.then:
        case "done":
            return after.changed and line.detail in after.words
        case "offer":
            return not after.changed and not refused and line.detail in after.commands
        case "cannot":
            able = not line.detail or line.detail in after.commands
            return not after.changed and not refused and able and _one_sentence(after.words)
        case "greeting":
            return not after.changed and GREETED in after.words
        case "answer":
            return not after.changed and not refused and line.detail in after.words
        case "unsaid":
            return not after.changed and bool(after.words)
    raise ValueError(f"“{line.then}” is nothing that can follow: {line}")


def _one_sentence(words: str) -> bool:
    return "cannot" in words and words.count(". ") == 0 and "\n" not in words
