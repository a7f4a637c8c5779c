"""The command type, the request a command is given, and helpers that build replies."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from bot.briefing.views.wording import message, para
from bot.model.channel import Channel
from bot.model.doors import DOORS, Role
from bot.model.event import Event
from bot.model.messages import MAX_COMMAND_BYTES, Audience, Choice, Choices, Message, Paragraph, Reply

if TYPE_CHECKING:  # `help` needs none of them
    from bot.delivery.operators import Operators
    from bot.model.ports import Analyst, Clock, Fetcher, Platform
    from bot.model.settings import Settings
    from bot.model.stores import Store
    from bot.text.taxonomy import Taxonomy


@dataclass(frozen=True)
class Context:
    """The services that answering needs."""

    store: Store
    analyst: Analyst
    clock: Clock
    settings: Settings
    fetcher: Fetcher
    operators: Operators
    platforms: Mapping[str, Platform] = field(default_factory=dict)  # the open ones by name; it may change

    @property
    def taxonomy(self) -> Taxonomy:
        """The topics and places that are known; loaded at first use."""
        from bot.text import taxonomy

        return taxonomy.load()


@dataclass(frozen=True)
class Request:
    """One event to be answered, with its channel and the words after its command."""

    event: Event
    channel: Channel
    context: Context
    words: str = ""

    @property
    def store(self) -> Store:
        return self.context.store

    @property
    def analyst(self) -> Analyst:
        return self.context.analyst

    @property
    def now(self) -> datetime:
        return self.context.clock.now()

    @property
    def zone(self) -> str:
        return self.channel.settings.timezone

    @property
    def place(self) -> str:
        """The thread under which questions are stored; "" if said outside any thread."""
        return self.event.thread or self.event.reply_to or ""

    def working(self, doing: str) -> None:
        """Have the event's platform show in passing what is being done for it, as in “reading 5 articles”."""
        if platform := self.context.platforms.get(self.event.platform):
            platform.working(self.event, doing)

    def saying(self, words: str) -> Request:
        """The same request with other words."""
        return replace(self, words=words)


Run = Callable[[Request], AsyncIterator[Reply]]


@dataclass(frozen=True)
class Command:
    """A command of the bot."""

    name: str
    usage: str
    summary: str  # one line
    details: str  # what `help NAME` adds
    run: Run
    fits: Callable[[str], bool] = lambda _words: True
    """Whether the words can be its arguments: "most of the chips come from Taiwan?" is a question, not `most`."""
    aliases: tuple[str, ...] = ()
    begins_questions: bool = False  # its name may also begin a question that the record answers
    takes_value: bool = False  # its words are a value of a closed set: a number, a time, "on"
    alone: bool = False  # it takes no words: what follows it is said back, and it is not run

    @property
    def role(self) -> Role:
        """The least role of those who may use it."""
        return DOORS[self.name]


def at_most(count: int) -> Callable[[str], bool]:
    """The check of `Command.fits` that arguments are at most `count` words."""
    return lambda words: len(words.split()) <= count


def one(answer: Callable[[Request], Awaitable[Reply]]) -> Run:
    """A command that is answered by one reply."""

    async def run(request: Request) -> AsyncIterator[Reply]:
        yield await answer(request)

    return run


def say(*words: str, signal_id: int | None = None) -> Reply:
    """A reply of plain paragraphs, visible to everyone who sees the question."""
    return Reply(message(*map(para, words)), signal_id=signal_id)


def tell(*words: str, choices: Iterable[Choice] = ()) -> Reply:
    """A reply only the asker sees: help, lists of settings, errors."""
    buttons = tuple(choices)
    return Reply(message(*map(para, words), Choices(buttons) if buttons else None), Audience.ASKER)


def refuse(*words: str, choices: Iterable[Choice] = ()) -> Reply:
    """A reply only the asker sees: what they asked for is not done, and why."""
    return replace(tell(*words, choices=choices), refused=True)


def show(shown: Message, *, audience: Audience = Audience.THREAD, signal_id: int | None = None) -> Reply:
    return Reply(shown, audience, signal_id=signal_id)


def choice(label: str, command: str) -> Choice | None:
    """A button; None if its command is longer than MAX_COMMAND_BYTES."""
    return Choice(label, command) if len(command.encode()) <= MAX_COMMAND_BYTES else None


def buttons(*choices: Choice | None) -> tuple[Choice, ...]:
    return tuple(each for each in choices if each)


async def remember(request: Request, what: str) -> int:
    """Store the present settings for `undo` before they change, and return the number of this change.

    `what` names the change that follows, as in "set the bar to 7".
    """
    by, event = request.event.asker.name, request.event
    return await request.store.channels.remember(request.channel, what, by, event.key, request.now)


def changed(
    request: Request, number: int, *words: str, more: Iterable[Choice] = (), small: Paragraph | None = None
) -> Reply:
    """The channel's message about a changed setting: the new state, who changed it, and a button to undo the change.

    Who changed it is left out if no chat platform is configured, since then there is only one person.
    """
    who = request.event.asker.name
    alone = not request.context.settings.chat_platforms
    by = None if alone or not who else para(f"Changed by {who}.", quiet=True)
    undo = Choices((Choice("Undo", f"undo {number}"), *more))
    return Reply(message(*map(para, words), small, by, undo, fallback=" ".join(words)), Audience.HOME)
