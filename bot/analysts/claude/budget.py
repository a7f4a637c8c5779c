"""The daily budget: reserve the most a call can cost before it, and record its real cost after it."""

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
CACHE_WRITE_FACTOR = 2.0
"""Price of a token written to the one-hour cache, as a multiple of the price of an input token."""
BRIEF_WRITE_FACTOR = 1.25
"""The same for the cache of five minutes."""
BATCH_FACTOR = 0.5
"""Price of a call in a batch, as a share of the plain price."""
STOPPED = "claude.stopped"
"""Key in `Store.memory` of the JSON pair [date until which no call is made, why]."""
WARNED = "claude.warned"
"""Key in `Store.memory` of a JSON object: what the operator was warned of, and on which day."""


@dataclass(frozen=True, slots=True)
class Usage:
    """The tokens of one call, as billed."""

    tokens_in: int = 0  # those of the cache not counted
    tokens_out: int = 0  # thinking included
    cache_reads: int = 0
    cache_writes: int = 0
    brief_writes: int = 0  # of these: to the cache of five minutes

    def cost(self, price: Price, *, batched: bool = False) -> float:
        """In US dollars."""
        into, out, read = price
        tokens = self.tokens_in * into + self.tokens_out * out
        tokens += self.cache_reads * read + (self.cache_writes - self.brief_writes) * into * CACHE_WRITE_FACTOR
        tokens += self.brief_writes * into * BRIEF_WRITE_FACTOR
        return tokens / MILLION * (BATCH_FACTOR if batched else 1.0)


def worst_case(constant: int, kept: int, varying: int, most_out: int) -> Usage:
    """The most tokens a request can be billed for, by the bytes of its parts: `constant`, `kept` briefly, `varying`.

    No token is shorter than a byte, and all but the varying part may have to be written to a cache.
    """
    return Usage(tokens_in=varying, tokens_out=most_out, cache_writes=constant + kept, brief_writes=kept)


class CallsBlocked(Exception):
    """No call may be made now; `str(error)` is one sentence for a reader."""


class Budget:
    """What may be spent in a day of the time zone `zone`, shared by all callers."""

    def __init__(
        self, store: Store, clock: Clock, settings: AnalystSettings, zone: str, notify: NotifyOperator
    ) -> None:
        self._store = store
        self._clock = clock
        self._settings = settings
        self._zone = zone
        self._notify = notify
        self._reserved = 0.0  # US dollars, by calls in progress
        self._calls = 0  # in progress
        self._freed = asyncio.Condition()
        self.reserved_for_batch = 0.0  # US dollars, by the batch in progress
        self._told: date | None = None  # the last day on which it was noted that the budget is spent

    async def remaining(self) -> float:
        """US dollars that may still be spent today. Raises CallsBlocked if calls are stopped."""
        await self._raise_if_stopped()
        spent = sum(each.usd for each in await self._store.calls.spent(day_begins(self._clock.now(), self._zone)))
        return self._settings.daily_budget_usd - spent - self._reserved - self.reserved_for_batch

    @asynccontextmanager
    async def reserve(self, usd: float) -> AsyncIterator[None]:
        """Reserve so much while a call is in progress. Raises CallsBlocked if it could exceed the day's budget.

        Other calls in progress may turn out cheaper than they reserved, so it waits for them before it gives up.
        """
        async with self._freed:
            while await self.remaining() < usd:
                if self._reserved <= 0.0:
                    raise CallsBlocked(await self._note_exhausted())
                await self._freed.wait()
            self._reserved += usd
            self._calls += 1
        try:
            yield
        finally:
            async with self._freed:
                self._calls -= 1
                self._reserved = self._reserved - usd if self._calls else 0.0
                self._freed.notify_all()

    def reserve_for_batch(self, usd: float) -> None:
        """Reserve so much for the batch in progress; 0.0: there is none."""
        self.reserved_for_batch = usd

    async def _note_exhausted(self) -> str:
        """Record once a day that the budget is spent; returns the sentence for a reader."""
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

    async def record(self, call: Call) -> None:
        """Store what a call cost."""
        await self._store.calls.record(call)

    def cost(self, model: str, usage: Usage, *, batched: bool = False) -> float:
        """What a call of the model costs, in US dollars."""
        return usage.cost(self._settings.price(model), batched=batched)

    async def stop(self, why: str) -> None:
        """Make no more calls until tomorrow, and tell the operator, once."""
        now = self._clock.now()
        tomorrow = times.local(now, self._zone).date() + timedelta(days=1)
        words = f"{why} Nothing more is asked of Claude until {times.full_day(tomorrow)}; the embedded analyst goes on."
        try:
            await self._raise_if_stopped()
        except CallsBlocked:
            return
        await self._store.memory.keep(STOPPED, json.dumps([tomorrow.isoformat(), words]))
        await self._store.calls.short(Shortage(now, words))
        await self._notify(words)

    async def warn(self, words: str) -> None:
        """Tell the operator something that needs them, the same words once a day; calls go on."""
        today = times.local(self._clock.now(), self._zone).date().isoformat()
        held = json.loads(await self._store.memory.recall(WARNED) or "{}")
        if held.get(words) == today:
            return
        kept = {each: day for each, day in held.items() if day == today}
        await self._store.memory.keep(WARNED, json.dumps({**kept, words: today}))
        await self._notify(words)

    async def note_outage(self, words: str) -> None:
        """Store, for the next brief, why the model could not be used."""
        await self._store.calls.short(Shortage(self._clock.now(), words))

    async def _raise_if_stopped(self) -> None:
        held = await self._store.memory.recall(STOPPED)
        if held is None:
            return
        until, words = json.loads(held)
        if times.local(self._clock.now(), self._zone).date() < date.fromisoformat(until):
            raise CallsBlocked(words)


def day_begins(now: datetime, zone: str) -> datetime:
    """The instant at which the local day of `now` began."""
    return times.slot(times.local(now, zone).date(), time(0), zone)
