"""What the core asks of its store, as Protocols, one a noun.

Stores raise `bot.model.errors.StorageError` and its children.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date, datetime
from typing import Protocol

from bot.model.article import Article, ArticleDraft
from bot.model.brief import Edition, StoredBrief, Told, ToldQuote
from bot.model.channel import Channel, ChannelSettings, Memento, Mute
from bot.model.delivery import SendOutcome
from bot.model.event import Event
from bot.model.evidence import AuditRow
from bot.model.feed import Check, EntryKeys, StoredEntry
from bot.model.finding import PassedOver
from bot.model.label import Label
from bot.model.messages import Message
from bot.model.outgoing import Delivery
from bot.model.question import QuestionRecord
from bot.model.run import Call, LookAccount, RunReport, Shortage, Spending
from bot.model.signal import Batch, Dossier, Signal
from bot.model.source import Publisher, Source, SourceHealth, SourceOrigin, SourceSpec

# --- the store -----------------------------------------------------------------------------------------------------


class Sources(Protocol):
    async def sync(self, declared: Sequence[tuple[SourceSpec, Publisher]], now: datetime) -> None:
        """Make sources of origin FILE follow the sources file; what is no longer declared is DROPPED."""

    async def add(self, spec: SourceSpec, publisher: Publisher, origin: SourceOrigin, now: datetime) -> Source:
        """Add, or bring back a dropped one of the same address."""

    async def drop(self, source_id: int) -> None: ...

    async def all(self) -> tuple[Source, ...]:
        """All that are not dropped, by name; GONE ones included."""

    async def health(self) -> Mapping[int, SourceHealth]:
        """By source id; a source never checked has a row of defaults."""

    async def due(self, now: datetime) -> tuple[tuple[Source, SourceHealth], ...]:
        """ACTIVE sources whose `due_at` is None or has come, the longest overdue first."""

    async def record(self, check: Check, now: datetime) -> tuple[StoredEntry, ...]:
        """Keep one check in one transaction; the entries that now wait for their text."""


class Articles(Protocol):
    async def known(self, source_id: int, keys: Sequence[EntryKeys]) -> tuple[tuple[StoredEntry, EntryKeys], ...]:
        """Entries of the source that share any key with any of `keys`."""

    async def waiting(self, limit: int) -> tuple[StoredEntry, ...]:
        """Entries whose text is to be made, newest publication first."""

    async def save(self, entry_id: int, draft: ArticleDraft, now: datetime) -> Article:
        """Keep the text and mark the entry READ in one transaction.

        Where the publisher already has an article of the same link: the same text is that article (no new row), another
        text becomes its next version.
        """

    async def save_all(self, made: Sequence[tuple[int, ArticleDraft]], now: datetime) -> tuple[Article, ...]:
        """`save` for many (entry, text) pairs, in order and in one transaction."""

    async def skip(self, entry_id: int) -> None:
        """Mark the entry PASSED: there is nothing in it to read."""

    async def unread(self, limit: int) -> tuple[Article, ...]:
        """Articles not yet analysed, oldest publication first; one the analyst failed on thrice is left out."""

    async def get(self, ids: Sequence[int]) -> Mapping[int, Article]: ...

    async def since(self, at: datetime) -> tuple[Article, ...]:
        """Analysed articles fetched since `at`, oldest first."""

    async def passed_over(self, since: datetime) -> tuple[PassedOver, ...]:
        """Articles fetched since then that were rejected or are not (yet) read, newest publication first."""


class Signals(Protocol):
    async def next_id(self) -> int:
        """The lowest id never given; ids are never given again."""

    async def save(self, batch: Batch, now: datetime) -> None:
        """Keep a round of analysis in one transaction. Merged signals' members, told and mutes follow the survivor."""

    async def live(self) -> tuple[Signal, ...]:
        """All that are not CLOSED."""

    async def get(self, signal_id: int) -> Signal | None:
        """By id or alias; None: there never was one."""

    async def latest(self, limit: int, offset: int = 0) -> tuple[Signal, ...]:
        """The newest change first."""

    async def search(self, words: str, limit: int) -> tuple[Signal, ...]:
        """Those that match the words (title, analysis, categories, actors, quotes), best first."""

    async def closed(self, actors: Sequence[Sequence[str]], limit: int) -> tuple[tuple[Signal, ...], ...]:
        """For each list of names the CLOSED signals that carry one of them as a label, the latest opened first."""

    async def near(self, words: str, limit: int) -> tuple[Signal, ...]:
        """Those that match any of the rarer words, best first."""

    async def dossier(self, signal_id: int) -> Dossier | None: ...

    async def labels(self) -> tuple[Label, ...]:
        """Everything signals carry that could be muted, each once."""

    async def carrying(self, label: Label, since: datetime) -> tuple[Signal, ...]:
        """Signals changed since then that carry the label in any field, newest first."""

    def audit(self) -> AsyncIterator[AuditRow]:
        """Every stored quote with its text."""

    def every(self) -> AsyncIterator[Signal]:
        """The whole archive, oldest first."""


class Channels(Protocol):
    async def ensure(
        self, platform: str, address: str, name: str, settings: ChannelSettings, now: datetime, *, active: bool = True
    ) -> tuple[Channel, bool]:
        """The channel, made from `settings` where it is new (True); brought back to active where it was left.

        Without `active` it is made, or stays, as one that is not spoken in.
        """

    async def get(self, channel_id: int) -> Channel | None: ...

    async def find(self, platform: str, address: str) -> Channel | None: ...

    async def active(self) -> tuple[Channel, ...]: ...

    async def of(self, platform: str) -> tuple[Channel, ...]:
        """All of a platform, those that were left included."""

    async def save(self, channel: Channel) -> None: ...

    async def move(self, platform: str, before: str, after: str) -> None:
        """Give the channel at one address another; a younger channel that stands there already makes room and is
        left, an older one stays and the other is left."""

    async def mutes(self, channel_id: int, now: datetime) -> tuple[Mute, ...]:
        """Those in force, the soonest to end first."""

    async def mute(self, channel_id: int, label: Label, until: datetime, by: str, now: datetime) -> Mute:
        """Mute, or move the end of a mute of the same label."""

    async def unmute(self, mute_id: int) -> None: ...

    async def remember(self, channel: Channel, what: str, by: str, event: str, now: datetime) -> int:
        """Keep the channel's settings and mutes as they are now, before a change, for `undo`; the change's number.

        Once an event, so that one that is worked again after a death changes from where it changed before.
        """

    async def undo(self, channel_id: int, event: str, number: int | None = None) -> Memento | None:
        """Put back what was before the newest change that stands, once an event; None: there is none to take back.

        `number`: that change alone, and only where none stands that is newer.
        """

    async def change(self, channel_id: int, number: int | None = None) -> Memento | None:
        """The change of that number, undone or not; without one the newest that stands."""

    async def judge(self, channel_id: int, signal_id: int, asker: str, useful: bool, now: datetime) -> None:
        """A reader's verdict; their newer one replaces it."""

    async def verdicts(self, signal_id: int | None = None) -> tuple[int, int]:
        """(useful, useless), of one signal or of all."""


class Briefs(Protocol):
    async def get(self, channel_id: int, on: date) -> StoredBrief | None: ...

    async def last(self, channel_id: int, *, before: date | None = None, but: str | None = None) -> StoredBrief | None:
        """The newest, of a date before that one, and of an outcome other than `but`; None where there is none."""

    async def dates(self, since: date) -> Mapping[int, tuple[date, ...]]:
        """By active channel's id, the dates on record since that one, newest first, and else the newest before it."""

    async def record(
        self, channel: Channel, edition: Edition, messages: Sequence[Message], now: datetime
    ) -> StoredBrief | None:
        """Keep the edition, what it tells and its rendered messages as deliveries, in one transaction, once a
        (channel, date); None: there was one already."""

    async def again(self, channel_id: int, on: date) -> tuple[Message, ...]:
        """The rendered messages of a stored brief, in order."""

    async def alert(
        self, channel: Channel, signal: Signal, on: date, messages: Sequence[Message], now: datetime
    ) -> bool:
        """Keep that the channel is told the signal at once, with its messages; False: it was, at this revision."""

    async def alerted(self, channel_id: int, since: datetime) -> int:
        """How many signals the channel was alerted of since then."""

    async def told(self, channel_id: int) -> Mapping[int, Told]:
        """By signal id, what the channel was last told of it."""

    async def told_anywhere(self) -> frozenset[int]:
        """The ids of the signals that some channel was told of, be it still ours or not."""

    async def withdrawn(self, channel_id: int, since: datetime) -> tuple[ToldQuote, ...]:
        """Quotes told since then whose article has a newer version that lacks them, not yet said in a correction."""


class Outbox(Protocol):
    async def put(self, delivery: Delivery, now: datetime) -> None: ...

    async def claim(self, now: datetime, platforms: Sequence[str]) -> Delivery | None:
        """The next pending delivery that may go, marked SENDING and committed: parts in order, one a channel at once.
        A delivery whose earlier part is not yet sent waits."""

    async def settle(self, delivery_id: str, outcome: SendOutcome, not_before: datetime | None, now: datetime) -> None:
        """Sent → SENT with its ref; NotSent → PENDING from `not_before`; Permanent → DEAD; Unknown → UNKNOWN."""

    async def doubtful(self) -> tuple[Delivery, ...]:
        """What an earlier process left SENDING, and what is UNKNOWN, oldest first; asked before anything is claimed."""

    async def by_ref(self, channel_id: int, ref: str) -> Delivery | None: ...

    async def spoken(self, channel_id: int, thread: str) -> bool:
        """Whether a message sent there is that one, or answers it."""

    async def under(self, channel_id: int, purpose: str) -> tuple[Delivery, ...]:
        """All deliveries of exactly this purpose in the channel, whatever their state, by part."""

    async def troubled(self) -> tuple[Delivery, ...]:
        """UNKNOWN and DEAD deliveries of the last days, newest first, for `status`."""

    async def idle(self, platform: str) -> bool:
        """Whether nothing is PENDING or SENDING there."""


class InboxLog(Protocol):
    async def accept(self, event: Event, now: datetime) -> bool:
        """Keep the event under (platform, id); False: it is there already."""

    async def open(self) -> tuple[Event, ...]:
        """Accepted and not done, oldest first."""

    async def get(self, platform: str, event_id: str) -> Event | None: ...

    async def done(self, platform: str, event_id: str) -> None: ...

    async def answered(
        self, event: Event, replies: Sequence[Delivery], now: datetime, remembered: Mapping[str, str] | None = None
    ) -> None:
        """Put the replies into the outbox and mark the event done, in one transaction: an open event has no answer.

        `remembered`: what the memory holds from then on, by name; None: nothing new.
        """


class Questions(Protocol):
    async def add(self, record: QuestionRecord) -> int:
        """Keep it; its id (the given one is ignored)."""

    async def thread(self, channel_id: int, thread: str, limit: int) -> tuple[QuestionRecord, ...]:
        """The thread's last questions, oldest first."""

    async def forget(self, channel_id: int, thread: str) -> int:
        """Delete the thread's questions with their answers, wherever else their words are kept; how many there were."""

    async def all(
        self, limit: int | None, *, channel_id: int | None = None, words: str = ""
    ) -> tuple[QuestionRecord, ...]:
        """The newest first, `limit` at the most; of one channel; with the words in question or answer."""


class Runs(Protocol):
    async def record(self, report: RunReport) -> None: ...

    async def last(self) -> RunReport | None: ...

    async def look(self, since: datetime, now: datetime) -> LookAccount:
        """What was looked at since then."""


class Calls(Protocol):
    async def record(self, call: Call) -> None: ...

    async def spent(self, since: datetime) -> tuple[Spending, ...]:
        """What calls since then came to, by model and step, the dearest first."""

    async def short(self, shortage: Shortage) -> None:
        """Keep why the model was not to be had, in place of what was kept before."""

    async def shortage(self, since: datetime) -> Shortage | None:
        """Why the model was last not to be had; None: it was, since then."""


class Memory(Protocol):
    """Small facts by name that outlive the process."""

    async def recall(self, name: str) -> str | None: ...

    async def keep(self, name: str, value: str) -> None: ...


class Store(Protocol):
    sources: Sources
    articles: Articles
    signals: Signals
    channels: Channels
    briefs: Briefs
    outbox: Outbox
    inbox: InboxLog
    questions: Questions
    runs: Runs
    calls: Calls
    memory: Memory

    def lease(self, name: str, *, wait: bool = False) -> AbstractAsyncContextManager[None]:
        """Hold the database under `name` ("run", "cycle"), renewed while held; LeaseHeld where another lives.

        A holder killed on this machine is succeeded at once, any other within the lease's term.
        """
