"""What the core asks of the world, as Protocols; the store has a module of its own.

What can go wrong out there is a value, failures included.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime
from typing import Protocol

from bot.model.article import Article
from bot.model.channel import Place
from bot.model.delivery import NotSent, SendOutcome, Sent
from bot.model.event import Event
from bot.model.feed import FetchOutcome, PageOutcome
from bot.model.finding import Finding, Reading
from bot.model.messages import Message, Panel
from bot.model.outgoing import Delivery, Spoken
from bot.model.question import Answer, QuestionRecord
from bot.model.signal import Candidate, Composition, Dossier, Relation, Signal
from bot.model.source import Source, SourceHealth


class Clock(Protocol):
    def now(self) -> datetime:
        """The instant, aware, in UTC."""

    async def sleep(self, seconds: float) -> None: ...


class Progress(Protocol):
    """Who is told how far a cycle is."""

    def step(self, name: str, done: int, total: int) -> None: ...


class Fetcher(Protocol):
    """The way out to the sources."""

    async def feed(self, source: Source, health: SourceHealth) -> FetchOutcome: ...

    async def page(self, url: str) -> PageOutcome:
        """The article's text, robots.txt honoured."""

    async def document(self, url: str) -> str:
        """The text at an address (a sources file); bot.model.errors.SourcesError where it can't be had."""


class Analyst(Protocol):
    """A reader of articles; the embedded one and Claude are the same to everyone else."""

    name: str
    translates: bool  # whether it can say things in another language
    batches: bool  # whether it wants to be told what waits, to read much of it in the background

    async def ahead(self, waiting: Sequence[Article]) -> Collection[int]:
        """Be told of all articles that wait, before they are read round by round; the ids of those to leave for a
        later cycle."""

    async def read(self, articles: Sequence[Article]) -> Sequence[Reading]:
        """One reading an article, in order."""

    async def relate(self, finding: Finding, article: Article, candidates: Sequence[Candidate]) -> Relation: ...

    async def same(self, one: Signal, other: Signal) -> bool:
        """Whether two live signals that were found to be alike tell one story, and may be merged."""

    async def sketch(self, dossier: Dossier) -> Composition:
        """What stands at once, and for nothing; where it is not `settled`, `compose` is asked if it may be told."""

    async def compose(self, dossier: Dossier) -> Composition:
        """The signal's text at its best; only asked for signals that reach some channel's bar and have news since."""

    async def translate(self, texts: Sequence[str], language: str) -> Sequence[str | None]:
        """Each text in that language (ISO 639-1), in order; None: it could not be had, or needs no translation."""

    def answer(self, question: str, dossier: Dossier, history: Sequence[QuestionRecord]) -> AsyncIterator[Answer]:
        """The answer as it grows: each is whole in itself, the last is final."""


class Inbox(Protocol):
    async def accept(self, event: Event) -> bool:
        """Persist an inbound event before anything else happens to it; False: seen before."""

    async def worked(self, event: Event) -> None:
        """Wait until an accepted event is worked and what was answered is on its way no longer (sent, or given up)."""

    async def places(self, platform: str) -> tuple[Place, ...]:
        """The channels of the platform in which the bot speaks, by name."""

    async def ours(self, platform: str, address: str, thread: str) -> bool:
        """Whether that thread began with a message of ours, or we have answered in it."""

    async def panel(self, platform: str, address: str) -> Panel | None:
        """A channel's settings and signals, to look at and to change; None: we do not speak there."""

    async def spoken(self, platform: str, address: str, ref: str) -> Spoken | None:
        """The message of ours with that id; None: it is none, or not known any more."""

    async def addresses(self, platform: str) -> tuple[str, ...]:
        """Of all channels there ever were on the platform, those that were left included."""

    async def moved(self, platform: str, before: str, after: str) -> None:
        """A channel has another address from now on, and keeps everything."""


class Platform(Protocol):
    """A way of speaking. Found by its folder's name in `handlers/`: `open_platform(settings, inbox)` opens it."""

    name: str

    def parts(self, message: Message) -> tuple[Message, ...]:
        """The message cut where this platform must cut it, at borders of blocks: a card is never cut."""

    async def send(self, delivery: Delivery) -> SendOutcome: ...

    async def edit(self, delivery: Delivery) -> SendOutcome:
        """Replace the message `delivery.replaces` by `delivery.message`."""

    async def find(self, delivery: Delivery) -> Sent | NotSent | None:
        """An unknown delivery looked up in the platform's history: there, or not there; None: that can't be read."""

    async def introduce(self, event: Event) -> Event | None:
        """The event with what the platform must be asked first: the asker's name and rights, the channel's name.

        What cannot be had stays as it is, but for rights, which are then denied. None: it is not answered (a bot's, a
        stranger's).
        """

    async def direct(self, person: str) -> str | None:
        """The address of the private conversation with a person; None: there is none."""

    def guards(self, address: str, /) -> bool:
        """Whether strangers can speak to us there, so that nobody is served unless the operator allows it."""

    async def ended(self) -> str:
        """Wait until nobody can say anything here any more, and say why (the terminal's end of input, a token revoked);
        else never return."""
