"""The ports, as Protocols: what the bot needs from clock, network, analysts and chat platforms (stores: `stores.py`).

Expected failures (of a fetch, a reading, a send) are returned as values, not raised.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.model.article import Article
from bot.model.channel import Place
from bot.model.delivery import NotSent, SendOutcome, Sent
from bot.model.event import Event
from bot.model.feed import FetchOutcome, Offered, PageOutcome
from bot.model.finding import Finding, Reading
from bot.model.intent import Intent
from bot.model.messages import Card, Message, Panel
from bot.model.outgoing import Delivery, Spoken
from bot.model.question import Answer, QuestionRecord
from bot.model.signal import Candidate, Composition, Dossier, Relation, Signal
from bot.model.source import Source, SourceHealth

NotifyOperator = Callable[[str], Awaitable[None]]
"""Tell the people who operate the bot one sentence."""


class Clock(Protocol):
    """Tells the time, and waits; in tests it is set by hand."""

    def now(self) -> datetime:
        """The instant, aware, in UTC."""

    async def sleep(self, seconds: float) -> None:
        """Wait so many seconds of this clock."""


class Progress(Protocol):
    """Shows how far a cycle has come."""

    def step(self, name: str, done: int, total: int) -> None:
        """Of the step called `name`, `done` of `total` are done."""


class Fetcher(Protocol):
    """Reads feeds and pages."""

    async def feed(self, source: Source, health: SourceHealth) -> FetchOutcome:
        """The feed, unless it is unchanged since the validators in `health`."""

    async def page(self, url: str) -> PageOutcome:
        """The article on the page, if robots.txt allows it."""

    async def offered(self, url: str) -> Offered:
        """Where the site of a page may have its feeds."""

    async def document(self, url: str) -> str:
        """The text at a URL (a sources file). Raises bot.model.errors.SourcesError where it cannot be read."""


class Analyst(Protocol):
    """Reads articles and writes about signals; the embedded analyst and Claude both do."""

    name: str
    translates: bool  # whether it can translate
    understands: bool  # whether it can say what words mean
    batches: bool  # whether `ahead` should be called

    async def ahead(self, waiting: Sequence[Article]) -> Collection[int]:
        """Called with all waiting articles before they are read: which it will read in the background.

        Returns their ids; they are left for a later cycle.
        """

    async def read(self, articles: Sequence[Article]) -> Sequence[Reading]:
        """One reading an article, in order."""

    async def relate(self, finding: Finding, article: Article, candidates: Sequence[Candidate]) -> Relation:
        """Which of the candidates the finding joins, if any, and what it is to that signal."""

    async def same(self, one: Signal, other: Signal) -> bool:
        """Whether two similar live signals tell one story and may be merged."""

    async def sketch(self, dossier: Dossier) -> Composition:
        """A text at once and at no cost; if it is not `settled`, `compose` is called for signals that may be told."""

    async def compose(self, dossier: Dossier) -> Composition:
        """The best text; called only for signals that reach some channel's bar and have news since the last one."""

    async def translate(self, texts: Sequence[str], language: str) -> Sequence[str | None]:
        """Each text in that language (ISO 639-1), in order; None: there is no translation, or none is needed."""

    async def intent(self, said: str, commands: Mapping[str, str]) -> Intent | None:
        """What words said to the bot mean; `commands` maps names to what each does. None: it cannot say, or not now."""

    def answer(self, question: str, dossier: Dossier, history: Sequence[QuestionRecord]) -> AsyncIterator[Answer]:
        """The answer as it grows: each item holds all of it so far; the last one is `final`."""


class Inbox(Protocol):
    """What a platform tells of inbound events, and asks about the bot's channels and messages."""

    async def accept(self, event: Event) -> bool:
        """Store an inbound event before anything else happens to it; False: it was stored before."""

    async def worked(self, event: Event) -> None:
        """Wait until an accepted event is processed and its replies are sent or given up."""

    async def places(self, platform: str) -> tuple[Place, ...]:
        """The platform's active channels, sorted by name."""

    async def ours(self, platform: str, address: str, thread: str) -> bool:
        """Whether the thread began with a message of the bot, or the bot has answered in it."""

    async def panel(self, platform: str, address: str) -> Panel | None:
        """A channel's settings and latest signals with buttons; None: the channel is not active."""

    async def card(self, signal_id: int) -> Card | None:
        """The signal as it stands, under its own id or one it has absorbed, with the link to its page; None: there is
        none."""

    async def spoken(self, platform: str, address: str, ref: str) -> Spoken | None:
        """The bot's message with that id; None: it is not the bot's, or no longer known."""

    async def addresses(self, platform: str) -> tuple[str, ...]:
        """Of all channels there ever were on the platform, inactive ones included."""

    async def moved(self, platform: str, before: str, after: str) -> None:
        """Give the channel at the address `before` the address `after`; it keeps everything else."""


class Platform(Protocol):
    """A chat platform or the terminal; opened by `open_platform(settings, inbox)` of its module in `handlers/`."""

    name: str
    one_way: bool  # whether nothing that people say there can reach the bot
    amends: bool  # whether what was said there can be changed afterwards

    def parts(self, message: Message) -> tuple[Message, ...]:
        """The message cut between blocks into parts that fit into one message of the platform; a card is never cut."""

    async def send(self, delivery: Delivery) -> SendOutcome:
        """Send the message; every failure is an outcome.

        Where `delivery.draft` is true, it is an answer's version so far, and the platform shows it as it shows growing
        text best: a stream, a draft, a message to be edited, or not at all. The ref it returns comes back as `replaces`
        of the next version and of the whole answer.
        """

    async def edit(self, delivery: Delivery) -> SendOutcome:
        """Replace the message `delivery.replaces` by `delivery.message`; the whole answer ends what its drafts began.

        It may be called again for the same delivery, after a failure or in a later process.
        """

    async def find(self, delivery: Delivery) -> Sent | NotSent | None:
        """Look for a delivery in the platform's history: Sent if it is there, NotSent if not; None: unreadable."""

    async def introduce(self, event: Event) -> Event | None:
        """The event completed by asking the platform for the asker's name and rights and the channel's name.

        If the platform does not answer, names stay as they are and rights are denied. None: the event gets no answer
        (it is from a bot or a stranger).
        """

    async def direct(self, person: str) -> str | None:
        """The address of the private conversation with a person; None: there is none."""

    def guards(self, address: str, /) -> bool:
        """Whether strangers can write to the bot there, so that an operator must allow the channel first."""

    def private(self, address: str, /) -> bool:
        """Whether the channel is a conversation with one person."""

    async def broadcasts(self, address: str, reply_to: str | None = None) -> bool:
        """Whether what is said there, in answer to the message `reply_to`, is a post for readers who cannot write."""

    async def administers(self, address: str, person: str) -> bool:
        """Whether the person may change the settings of the channel; False where the platform does not say now."""

    async def located(self, name: str) -> str | None:
        """The address of the channel that the platform knows by this name; None: it knows none."""

    def working(self, event: Event, doing: str, /) -> None:
        """Show in passing what is being done about an event (“reading 5 articles”), until it is answered.

        Returns at once; a platform that has no place for it, or fails, shows nothing.
        """

    async def hears(self) -> bool:
        """Whether what is said there reaches the bot now; False while the connection is down and is made again."""

    async def ended(self) -> str:
        """Wait until nothing can be received any more (end of the terminal's input, revoked token); returns why."""
