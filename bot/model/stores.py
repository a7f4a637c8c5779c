"""The store as Protocols, one for each noun. Every method may raise `bot.model.errors.StorageError` or a subclass."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from bot.model.archive import Archive
from bot.model.article import Article, ArticleDraft
from bot.model.channel import Channel, ChannelSettings, Memento, Mute
from bot.model.delivery import SendOutcome
from bot.model.event import Event
from bot.model.evidence import AuditRow
from bot.model.feed import Check, EntryKeys, StoredEntry
from bot.model.finding import PassedOver
from bot.model.label import Label
from bot.model.outgoing import Delivery
from bot.model.question import QuestionRecord
from bot.model.rereading import Rereading
from bot.model.retention import Retention
from bot.model.run import Call, Diagnosis, LookAccount, RunReport, Shortage, Spending
from bot.model.signal import Batch, Dossier, Signal
from bot.model.source import Publisher, Source, SourceHealth, SourceOrigin, SourceSpec
from bot.model.told import Briefs, Corrections


class Sources(Protocol):
    """Sources and their health."""

    async def sync(self, declared: Sequence[tuple[SourceSpec, Publisher]], now: datetime) -> None:
        """Add, update and drop the sources of origin FILE, so that they are those that are declared."""

    async def add(self, spec: SourceSpec, publisher: Publisher, origin: SourceOrigin, now: datetime) -> Source:
        """Add a source, or make a dropped one with the same URL active again."""

    async def drop(self, source_id: int) -> None:
        """Mark the source DROPPED."""

    async def all(self) -> tuple[Source, ...]:
        """All that are not DROPPED, sorted by name; GONE ones included."""

    async def health(self) -> Mapping[int, SourceHealth]:
        """The health by source id; of a source never checked the defaults."""

    async def due(self, now: datetime) -> tuple[tuple[Source, SourceHealth], ...]:
        """ACTIVE sources whose `due_at` is None or has come, the longest overdue first."""

    async def checked(self, ids: Sequence[int]) -> Mapping[int, datetime | None]:
        """By the id of each of these sources when it was last checked; None: never."""

    async def record(self, check: Check, now: datetime) -> tuple[StoredEntry, ...]:
        """Store one check in one transaction; returns the entries of which an article is now to be made."""


class Articles(Protocol):
    """Entries, and the articles made of them."""

    async def known(self, source_id: int, keys: Sequence[EntryKeys]) -> tuple[tuple[StoredEntry, EntryKeys], ...]:
        """The source's entries that share any key with any of `keys`, each with its own keys."""

    async def waiting(self, limit: int) -> tuple[StoredEntry, ...]:
        """Entries of which an article is to be made, newest publication first."""

    async def still_waiting(self, ids: Sequence[int]) -> frozenset[int]:
        """Those of these entries of which an article is yet to be made."""

    async def save(self, entry_id: int, draft: ArticleDraft, now: datetime) -> Article:
        """Store the article and mark the entry READ in one transaction; returns the article as it is stored.

        If the publisher already has an article of the same link: with the same text it is that article, with another
        text the new one becomes its next version.
        """

    async def save_all(self, made: Sequence[tuple[int, ArticleDraft]], now: datetime) -> tuple[Article, ...]:
        """`save` for many (entry id, draft) pairs, in order and in one transaction."""

    async def skip(self, entry_id: int) -> None:
        """Mark the entry PASSED: it has no text."""

    async def unread(self, limit: int) -> tuple[Article, ...]:
        """Articles not yet analysed, oldest publication first, without those the analyst failed on three times."""

    async def get(self, ids: Sequence[int]) -> Mapping[int, Article]:
        """The articles by id; an id that does not exist is left out."""

    async def since(self, at: datetime) -> tuple[Article, ...]:
        """Analysed articles fetched since `at`, oldest first."""

    async def passed_over(self, since: datetime) -> tuple[PassedOver, ...]:
        """Articles fetched since then that were rejected or are not (yet) read, newest publication first."""


class Signals(Protocol):
    """Signals with their articles, evidence and revisions."""

    async def next_id(self) -> int:
        """The next free id; ids are never used again."""

    async def save(self, batch: Batch, now: datetime) -> None:
        """Store a round of analysis in one transaction; what belongs to an absorbed signal moves to the survivor."""

    async def live(self) -> tuple[Signal, ...]:
        """All that are not CLOSED."""

    async def changed(self, after: int | None) -> tuple[tuple[Signal, ...], int]:
        """(those not CLOSED stored since the writing with that number, the number of the newest writing).

        None: the number alone is wanted, and no signals.
        """

    async def get(self, signal_id: int) -> Signal | None:
        """By id or alias; None: there never was one."""

    async def latest(self, limit: int, offset: int = 0) -> tuple[Signal, ...]:
        """All signals, the latest changed first."""

    async def search(self, words: str, limit: int) -> tuple[Signal, ...]:
        """Those that match the words (title, analysis, categories, actors, quotes), best first."""

    async def closed(self, actors: Sequence[Sequence[str]], limit: int) -> tuple[tuple[Signal, ...], ...]:
        """For each list of names the CLOSED signals with one of them among their actors, the latest opened first."""

    async def near(self, words: str, limit: int) -> tuple[Signal, ...]:
        """Signals that match any of the rarer words, best first."""

    async def dossier(self, signal_id: int) -> Dossier | None:
        """The signal, by id or alias, with its articles' texts; None: there never was one."""

    async def labels(self) -> tuple[Label, ...]:
        """All labels of signals, each once."""

    async def carrying(self, label: Label, since: datetime) -> tuple[Signal, ...]:
        """Signals changed since then that have the label in any field, newest first."""

    def audit(self) -> AsyncIterator[AuditRow]:
        """Every stored quote with its text."""

    def every(self) -> AsyncIterator[Signal]:
        """The whole archive, oldest first."""


class Channels(Protocol):
    """Channels with their settings, mutes, changes and verdicts."""

    async def ensure(
        self, platform: str, address: str, name: str, settings: ChannelSettings, now: datetime, *, active: bool = True
    ) -> tuple[Channel, bool]:
        """(the channel, whether it is new): made with `settings` if it is new, and made active again if it was not.

        With `active` False a new one is made inactive, and an existing one stays as it is.
        """

    async def get(self, channel_id: int) -> Channel | None:
        """The channel with that id; None: there is none."""

    async def find(self, platform: str, address: str) -> Channel | None:
        """The channel at that address; None: there is none."""

    async def active(self) -> tuple[Channel, ...]:
        """All active channels of all platforms."""

    async def of(self, platform: str) -> tuple[Channel, ...]:
        """All channels of a platform, inactive ones included."""

    async def save(self, channel: Channel) -> None:
        """Store the channel with its settings."""

    async def move(self, platform: str, before: str, after: str) -> None:
        """Give the channel at `before` the address `after`.

        If there is a channel at `after` already, the older of the two gets the address and the other becomes inactive.
        """

    async def mutes(self, channel_id: int, now: datetime) -> tuple[Mute, ...]:
        """The channel's mutes in force, the first to end first."""

    async def muting(self, now: datetime) -> Mapping[int, tuple[int, ...]]:
        """By channel id the ids of its mutes in force; a channel without any is left out."""

    async def mute(self, channel_id: int, label: Label, until: datetime, by: str, now: datetime) -> Mute:
        """Mute the label, or change the end of its mute."""

    async def unmute(self, mute_id: int) -> None:
        """End the mute."""

    async def remember(self, channel: Channel, what: str, by: str, event: str, now: datetime) -> int:
        """Store the channel's settings and mutes before a change, for `undo`; returns the number of the change.

        Once per event: one that is processed again after a crash keeps the state before its first change.
        """

    async def undo(self, channel_id: int, event: str, number: int | None = None) -> Memento | None:
        """Restore the state before the newest change not undone yet, once per event; None: there is none.

        `number`: undo that change only, and only if no newer one stands.
        """

    async def change(self, channel_id: int, number: int | None = None) -> Memento | None:
        """The change with that number, undone or not; without a number the newest that is not undone."""

    async def judge(self, channel_id: int, signal_id: int, asker: str, useful: bool, now: datetime) -> None:
        """Store a reader's verdict; it replaces their earlier one."""

    async def unjudge(self, channel_id: int, signal_id: int, asker: str) -> None:
        """Take a reader's verdict back, if there is one."""

    async def verdicts(self, signal_id: int | None = None) -> tuple[int, int]:
        """(number of useful, number of useless) verdicts of one signal; None: of all."""


class Outbox(Protocol):
    """Deliveries, from stored to sent."""

    async def put(self, delivery: Delivery, now: datetime) -> None:
        """Store a delivery to be sent."""

    async def claim(self, now: datetime, platforms: Sequence[str]) -> Delivery | None:
        """The next delivery that may be sent, now marked SENDING; None: there is none.

        One at a time per channel, and parts in order: a delivery whose earlier part is not sent yet waits.
        """

    async def settle(
        self,
        delivery_id: str,
        outcome: SendOutcome,
        not_before: datetime | None,
        now: datetime,
        tries: int | None = None,
    ) -> None:
        """Sent → SENT with its ref; NotSent → PENDING from `not_before`; Permanent → DEAD; Unknown → UNKNOWN."""

    async def doubtful(self) -> tuple[Delivery, ...]:
        """What an earlier process left SENDING, and what is UNKNOWN, oldest first; call it before the first `claim`."""

    async def by_ref(self, channel_id: int, ref: str) -> Delivery | None:
        """The delivery that the platform gave the id `ref`; None: there is none."""

    async def spoken(self, channel_id: int, thread: str) -> bool:
        """Whether a message sent to the channel is the one with the id `thread`, or answers it."""

    async def under(self, channel_id: int, purpose: str) -> tuple[Delivery, ...]:
        """All deliveries with this purpose in the channel, in any state, by part."""

    async def troubled(self) -> tuple[Delivery, ...]:
        """UNKNOWN and DEAD deliveries of the last days, newest first, for `status`."""

    async def idle(self, platform: str) -> bool:
        """Whether nothing is PENDING or SENDING there."""


class InboxLog(Protocol):
    """Inbound events, open until they are answered."""

    async def accept(self, event: Event, now: datetime) -> bool:
        """Store the event under (platform, id); False: it is stored already."""

    async def open(self) -> tuple[Event, ...]:
        """Events that are not done, oldest first."""

    async def get(self, platform: str, event_id: str) -> Event | None:
        """The event, done or not; None: there is none."""

    async def done(self, platform: str, event_id: str) -> None:
        """Mark the event done, without a reply."""

    async def answered(
        self, event: Event, replies: Sequence[Delivery], now: datetime, remembered: Mapping[str, str] | None = None
    ) -> None:
        """Put the replies into the outbox and mark the event done, in one transaction; nothing where it is done.

        So an open event has no reply in the outbox. `remembered`: values for `Memory` by name, stored with it.
        """


class Questions(Protocol):
    """Questions and their answers."""

    async def add(self, record: QuestionRecord) -> int:
        """Store it; returns its id (`record.id` is ignored)."""

    async def get(self, question_id: int) -> QuestionRecord | None:
        """The question with that id; None: there is none, or it was forgotten."""

    async def thread(self, channel_id: int, thread: str, limit: int) -> tuple[QuestionRecord, ...]:
        """The thread's last questions, oldest first."""

    async def forget(self, channel_id: int, thread: str) -> int:
        """Delete the thread's questions and answers wherever their words are stored; returns how many there were."""

    async def all(
        self, limit: int | None, *, channel_id: int | None = None, words: str = ""
    ) -> tuple[QuestionRecord, ...]:
        """The newest first, at most `limit`; of one channel if given; with `words` in question or answer."""


class Runs(Protocol):
    """Reports of cycles."""

    async def record(self, report: RunReport) -> None:
        """Store the report."""

    async def last(self) -> RunReport | None:
        """The latest report; None: there is none."""

    async def look(self, since: datetime, now: datetime) -> LookAccount:
        """How much was read since then."""


class Calls(Protocol):
    """Calls of paid models, and what they cost."""

    async def record(self, call: Call) -> None:
        """Store the call."""

    async def spent(self, since: datetime) -> tuple[Spending, ...]:
        """The sums of the calls since then by model and step, the dearest first."""

    async def short(self, shortage: Shortage) -> None:
        """Store why the model could not be used, in place of the last reason."""

    async def shortage(self, since: datetime) -> Shortage | None:
        """Why the model could not be used, if that was since then; else None."""


class Memory(Protocol):
    """Values by name that outlive the process."""

    async def recall(self, name: str) -> str | None:
        """The value; None: there is none."""

    async def keep(self, name: str, value: str) -> None:
        """Store the value in place of the last one."""


class Store(Protocol):
    """All stores of one database."""

    sources: Sources
    articles: Articles
    signals: Signals
    channels: Channels
    briefs: Briefs
    corrections: Corrections
    outbox: Outbox
    inbox: InboxLog
    questions: Questions
    runs: Runs
    calls: Calls
    memory: Memory
    archive: Archive
    retention: Retention
    rereading: Rereading

    async def faults(self) -> tuple[str, ...]:
        """What is wrong with the database itself, a sentence each."""

    async def diagnose(self) -> tuple[Diagnosis, ...]:
        """What an operator may want to know of the database itself, beside what is in it."""

    async def release_memory(self) -> None:
        """Let go of what is held to make a look faster."""

    @property
    def is_shared(self) -> bool:
        """Whether several processes may do the bot's work on it at the same time."""

    def share(self, name: str) -> AbstractAsyncContextManager[bool]:
        """Whether the piece of work of that name is this process's while the context lasts; False: another is at it.

        It is free again at once where its process died.
        """

    def changes(self) -> AsyncGenerator[str, None]:
        """The tables ("articles", "deliveries", "leases") that any process adds to, as it happens, without an end; ""
        where some may have been missed. A sign to look, never the only one: nothing comes of a store that is not
        shared.
        """

    async def holders(self) -> Mapping[str, str]:
        """By name the leases that somebody living holds, with who that is."""

    def lease(self, name: str, *, wait: bool = False) -> AbstractAsyncContextManager[None]:
        """Hold the lease `name` ("run", "cycle") while the context lasts. Raises LeaseHeld if another process has it.

        `wait`: wait for it instead. After a holder on this machine was killed the lease is free at once, after any
        other within its term.
        """
