"""What calls cost, and the daily budget: the worst case is reserved before a call, its real cost booked after it."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.model import times
from bot.model.ports import Clock, NotifyOperator
from bot.model.run import Call, Shortage
from bot.model.settings import AnalystSettings, Price
from bot.model.stores import Store

log = logging.getLogger(__name__)

MILLION = 1_000_000
WRITE = 2.0
"""What a token written to the one-hour cache costs, against one that is read plainly."""
BATCH = 0.5
STOPPED = "claude.stopped"
"""The name in memory of the date until which nothing is asked, and why."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one call as they are billed."""

    tokens_in: int = 0  # beside those of the cache
    tokens_out: int = 0  # thinking included
    cache_reads: int = 0
    cache_writes: int = 0

    def usd(self, price: Price, *, batched: bool = False) -> float:
        into, out, read = price
        tokens = self.tokens_in * into + self.tokens_out * out
        tokens += self.cache_reads * read + self.cache_writes * into * WRITE
        return tokens / MILLION * (BATCH if batched else 1.0)


def worst_case(constant: int, varying: int, most_out: int) -> Usage:
    """The most a request can be billed, by its bytes: no token is shorter than a byte, and its constant part may have
    to be written to the cache."""
    return Usage(tokens_in=varying, tokens_out=most_out, cache_writes=constant)


class Barred(Exception):
    """Nothing may be asked now; `str(error)` is one sentence for a reader."""


class Budget:
    """The day's money, shared by all that ask; the day is the zone's."""

    def __init__(
        self, store: Store, clock: Clock, settings: AnalystSettings, zone: str, notify: NotifyOperator
    ) -> None:
        self._store = store
        self._clock = clock
        self._settings = settings
        self._zone = zone
        self._notify = notify
        self._held = 0.0
        self._under_way = 0
        self._freed = asyncio.Condition()
        self.pledged = 0.0  # the worst of a batch under way
        self._told: date | None = None  # the day whose budget was said to be spent

    async def room(self) -> float:
        """US dollars that may still be spent today. Barred where calls are stopped."""
        await self._stopped()
        spent = sum(each.usd for each in await self._store.calls.spent(day_begins(self._clock.now(), self._zone)))
        return self._settings.daily_budget_usd - spent - self._held - self.pledged

    @asynccontextmanager
    async def holding(self, usd: float) -> AsyncIterator[None]:
        """So much is put aside while a call is under way; Barred where it could overdraw the day's budget.

        What other calls under way hold may yet come free: they are waited for before it is given up.
        """
        async with self._freed:
            while await self.room() < usd:
                if self._held <= 0.0:
                    raise Barred(await self._spent_out())
                await self._freed.wait()
            self._held += usd
            self._under_way += 1
        try:
            yield
        finally:
            async with self._freed:
                self._under_way -= 1
                self._held = self._held - usd if self._under_way else 0.0
                self._freed.notify_all()

    def pledge(self, usd: float) -> None:
        """So much is put aside for the batch under way."""
        self.pledged = usd

    async def _spent_out(self) -> str:
        now = self._clock.now()
        there = times.local(now, self._zone)
        words = (
            f"The day’s budget for Claude (${self._settings.daily_budget_usd:.2f}) was reached at {there:%H:%M}; "
            "what it could not pay for was done without a model."
        )
        if self._told != there.date():
            self._told = there.date()
            log.warning(words)
            await self._store.calls.short(Shortage(now, words))
        return words

    async def book(self, call: Call) -> None:
        await self._store.calls.record(call)

    def usd(self, model: str, usage: Usage, *, batched: bool = False) -> float:
        return usage.usd(self._settings.price(model), batched=batched)

    async def stop(self, why: str) -> None:
        """Ask nothing more until tomorrow, and tell the operator, once."""
        now = self._clock.now()
        tomorrow = times.local(now, self._zone).date() + timedelta(days=1)
        words = f"{why} Nothing more is asked of Claude until {times.full_day(tomorrow)}; the embedded analyst goes on."
        try:
            await self._stopped()
        except Barred:
            return
        await self._store.memory.keep(STOPPED, json.dumps([tomorrow.isoformat(), words]))
        await self._store.calls.short(Shortage(now, words))
        await self._notify(words)

    async def short(self, words: str) -> None:
        """Remember, for the brief, why the model was not to be had."""
        await self._store.calls.short(Shortage(self._clock.now(), words))

    async def _stopped(self) -> None:
        held = await self._store.memory.recall(STOPPED)
        if held is None:
            return
        until, words = json.loads(held)
        if times.local(self._clock.now(), self._zone).date() < date.fromisoformat(until):
            raise Barred(words)


def day_begins(now: datetime, zone: str) -> datetime:
    return times.slot(times.local(now, zone).date(), time(0), zone)
