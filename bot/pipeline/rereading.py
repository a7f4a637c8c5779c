"""Read stored articles again and revise their signals, in batches beside a running bot; one cut off goes on.

    articles of signals, then those in none | read, some batches at once, in order → readings
    readings that differ                    | lease of the signals | revise them → stored with how far it has come

Signals keep their ids, articles and texts, and nothing of it counts as news (signals/rereading.py): nobody is told
anything anew. An article that makes no signal today stays in the one it has. One that was passed over and would make
one is handed to the next look where it is of these days; an old one stays out: what is past is not told as new.
"""

from __future__ import annotations

from asyncio import Task, TaskGroup
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Collection, Mapping, Sequence
from contextlib import aclosing
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from json import dumps, loads
from secrets import token_hex
from typing import Literal

from bot.briefing.deltas import FRESH
from bot.model.article import Article
from bot.model.evidence import Evidence
from bot.model.finding import Finding, Reading, Rejection, Unread
from bot.model.ports import Clock, Progress
from bot.model.rereading import Change, Page, Read, Wanted
from bot.model.stores import Store
from bot.model.tasks import task_group
from bot.pipeline.analysing import with_quotes
from bot.pipeline.working_set import SIGNALS, WRITER_KEY
from bot.signals.rereading import Again, read_again

Part = Literal["signals", "alone"]
"""First the articles of signals are read, then those in none."""

SIGNALS_AT_ONCE = 25
"""Signals whose articles are read in one batch."""
ALONE_AT_ONCE = 50
"""Articles in no signal that are read in one batch."""
KEY = "reread"
"""In `Store.memory`: how far it has come; "" at its end."""


@dataclass(frozen=True, slots=True)
class Account:
    """How far a reading again has come, and what it has done so far."""

    reader: str  # who reads, for people
    since: str | None  # from when on, as ISO 8601 has it; None: all
    part: Part = "signals"
    last: int = 0  # id of the last signal, or article
    articles: int = 0  # read
    otherwise: int = 0  # of them those read otherwise than before
    signals: int = 0  # revised
    handed: int = 0  # to the next look
    stayed: int = 0  # in a signal, though they would make none today
    unread: int = 0  # that could not be read


class Rereader:
    """Reads again by `read`, at most `ahead` batches at once; `reader` is what people are told of who reads."""

    def __init__(
        self, store: Store, clock: Clock, read: Read, *, reader: str, ahead: int, wires: Collection[str] = ()
    ) -> None:
        self._store = store
        self._clock = clock
        self._read = read
        self._reader = reader
        self._ahead = ahead
        self._wires = wires

    async def run(self, wanted: Wanted, progress: Progress) -> tuple[Account, int]:
        """Read all that is wanted, or what a run with the same wish has left that was cut off.

        (The account of the whole, how many articles this run has read.) LeaseHeld where another does the same.
        """
        async with self._store.lease("reread"):
            account = begun = await self._begun(wanted)
            total = await self._store.rereading.count(wanted)
            async with task_group() as group, aclosing(self._batches(wanted, begun, group)) as batches:
                async for batch in batches:
                    account = await self._placed(batch, await batch.readings, account)
                    progress.step("Reading again", account.articles, max(total, account.articles))
            await self._store.memory.keep(KEY, "")
        return account, account.articles - begun.articles

    async def _begun(self, wanted: Wanted) -> Account:
        """Where a run with the same wish was cut off, else the beginning."""
        new = Account(self._reader, wanted.since.isoformat() if wanted.since else None)
        kept = await self._store.memory.recall(KEY)
        old = Account(**loads(kept)) if kept else new
        return old if (old.reader, old.since) == (new.reader, new.since) else new

    async def _batches(self, wanted: Wanted, begun: Account, group: TaskGroup) -> AsyncGenerator[_Batch, None]:
        """Each batch in order, while those behind it are being read."""
        waiting: deque[_Batch] = deque()
        async for part, page in self._pages(wanted, begun):
            waiting.append(_Batch(part, page, group.create_task(self._readings(page.articles))))
            if len(waiting) >= self._ahead:
                yield waiting.popleft()
        while waiting:
            yield waiting.popleft()

    async def _pages(self, wanted: Wanted, begun: Account) -> AsyncIterator[tuple[Part, Page]]:
        stored, last = self._store.rereading, begun.last
        if begun.part == "signals":
            while page := await stored.of_signals(wanted, last, SIGNALS_AT_ONCE):
                yield "signals", page
                last = page.last
            last = 0
        while page := await stored.alone(wanted, last, ALONE_AT_ONCE):
            yield "alone", page
            last = page.last

    async def _readings(self, articles: Sequence[Article]) -> dict[int, tuple[Reading, tuple[Evidence, ...]]]:
        said = await self._read(articles)
        return {each.id: with_quotes(each, reading) for each, reading in zip(articles, said, strict=True)}

    async def _placed(self, batch: _Batch, readings: _Readings, account: Account) -> Account:
        """Store what a batch says otherwise than before, with its signals; the account with it."""
        page = batch.page
        said = {each.article_id: each for each in page.said}
        read = {id_: each for id_, each in readings.items() if not isinstance(each[0], Unread)}
        other = {id_: each for id_, each in read.items() if each[0] != said[id_]}
        account = replace(
            account,
            part=batch.part,
            last=page.last,
            articles=account.articles + len(readings),
            unread=account.unread + len(readings) - len(read),
            otherwise=account.otherwise + len(other),
        )
        if not other:
            await self._store.memory.keep(KEY, _as_json(account))
            return account
        # Not while a bot changes them, which has the signals in its memory; it then reads them anew.
        async with self._store.lease(SIGNALS, wait=True):
            return await self._revised(page, other, account)

    async def _revised(self, page: Page, other: _Readings, account: Account) -> Account:
        """Revise the signals of what is read otherwise, and store all of it."""
        now, again = self._clock.now(), _again(page, other)
        found = await self._store.rereading.carrying(list(other))
        revised = [read_again(each, again, now, reader=self._reader, wire=self._wires) for each in found]
        changed = [new for new, old in zip(revised, found, strict=True) if new is not old]
        members = {member.article_id for signal in found for member in signal.articles}
        stay = {id_ for id_, (reading, _) in other.items() if id_ in members and isinstance(reading, Rejection)}
        handed = _handed(page, other, members, now)
        account = replace(
            account,
            signals=account.signals + len(changed),
            handed=account.handed + len(handed),
            stayed=account.stayed + len(stay),
        )
        said = [
            each for id_, (each, _) in other.items() if id_ not in {*stay, *handed} and not isinstance(each, Unread)
        ]
        kept = {KEY: _as_json(account)} | ({WRITER_KEY: token_hex(8)} if changed or handed else {})
        await self._store.rereading.save(Change(said, changed, handed, kept), now)
        return account


def _again(page: Page, other: _Readings) -> dict[int, Again]:
    """What was and is found in each article in which something was and is."""
    return {
        before.article_id: Again(before, after, quotes)
        for before in page.said
        if isinstance(before, Finding) and before.article_id in other
        for after, quotes in (other[before.article_id],)
        if isinstance(after, Finding)
    }


def _handed(page: Page, other: _Readings, members: Collection[int], now: datetime) -> list[int]:
    """The articles for the next look: of these days, in no signal, with a finding where there was none."""
    none = {each.article_id for each in page.said if not isinstance(each, Finding)}
    return [
        each.id
        for each in page.articles
        if each.published >= now - FRESH and each.id in none and each.id in other and each.id not in members
        if isinstance(other[each.id][0], Finding)
    ]


_Readings = Mapping[int, tuple[Reading, tuple[Evidence, ...]]]
"""By id of article what is said of it now, and its quotes."""


@dataclass(frozen=True, slots=True)
class _Batch:
    """A page of articles on its way."""

    part: Part
    page: Page
    readings: Task[dict[int, tuple[Reading, tuple[Evidence, ...]]]]


def _as_json(account: Account) -> str:
    return dumps(asdict(account))
