"""What the pipeline keeps in memory between cycles: live signals, their index, recent texts; all from the store."""

from __future__ import annotations

import asyncio
import heapq
import secrets
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from bot.model.article import Article
from bot.model.evidence import Evidence
from bot.model.finding import Finding
from bot.model.ports import Clock
from bot.model.signal import Signal
from bot.model.stores import Store
from bot.signals import ageing
from bot.signals.copies import CopyIndex
from bot.signals.likeness import LiveIndex
from bot.signals.tokens import TokenCache

ROUND_SIZE = 500  # articles analysed, consolidated and stored in one transaction
TEXTS_KEPT = 500  # articles kept in memory, least recently used out first: a signal is composed from all its texts
COPY_WINDOW = timedelta(days=4)  # how far back the original of a wire copy is looked for
WRITER_KEY = "cycle.writer"  # in `Store.memory`: which process last changed the archive, and so whose index is current

SIGNALS = "signals"
"""The lease of whoever changes signals, and must find in the store what it has in memory."""


class WorkingSet:
    """The live signals by id, and what is looked up about them; a signal closes after `live_seconds` without news."""

    def __init__(self, store: Store, clock: Clock, live_seconds: int) -> None:
        self._store = store
        self._clock = clock
        self._live_seconds = live_seconds
        self._token = secrets.token_hex(8)
        self._loaded = False
        self._ageing_due: list[tuple[datetime, int]] = []  # a heap of (when its state may change by age, signal id)
        self._texts: OrderedDict[int, Article] = OrderedDict()  # by id, the most recently used last
        self.live: dict[int, Signal] = {}
        self.signal_of: dict[int, int] = {}  # article id → id of its signal
        self.placements: dict[int, tuple[Article, Finding | None, Sequence[Evidence]]] = {}  # what joined in this cycle
        self.tokens = TokenCache(ROUND_SIZE)  # a round's texts are tokenised once: for copies, then for linking
        self.index = LiveIndex(self.tokens)
        self.copies = CopyIndex(self.tokens)

    async def load(self) -> None:
        """Read and index what the store holds, unless that is done and no other process has changed it since."""
        current = self._loaded and await self._store.memory.recall(WRITER_KEY) == self._token
        self._loaded = (
            False  # until the cycle ends: one that fails halfway leaves an index that may differ from the store
        )
        self.placements.clear()
        if current:
            return
        self.index, self.copies = LiveIndex(self.tokens), CopyIndex(self.tokens)
        self.live = {signal.id: signal for signal in await self._store.signals.live()}
        self.signal_of = {member.article_id: signal.id for signal in self.live.values() for member in signal.articles}
        self._ageing_due = [(self._clock.now(), signal_id) for signal_id in self.live]
        await self._index_signals()
        await self._index_copies()

    async def _index_signals(self) -> None:
        live = list(self.live.values())
        for start in range(0, len(live), ROUND_SIZE):  # not all texts in memory at once
            chosen = live[start : start + ROUND_SIZE]
            texts = await self._store.articles.get([m.article_id for signal in chosen for m in signal.articles])
            for signal in chosen:
                self.index.add(signal, texts)
                await asyncio.sleep(0)  # let other tasks run meanwhile

    async def _index_copies(self) -> None:
        for article in await self._store.articles.since(self._clock.now() - COPY_WINDOW):
            if article.copy_of is None:
                self.copies.add(article)
                await asyncio.sleep(0)

    async def mark_current(self) -> None:
        """Note that the memory now equals the store, and let go of what only this cycle needed; call it at its end."""
        await self._store.memory.keep(WRITER_KEY, self._token)
        self._loaded = True
        self.placements.clear()
        self.tokens.clear()
        self.index.settle()

    # --- texts

    def remember(self, article: Article) -> None:
        """Keep the text in memory; the least recently used one makes room."""
        self._texts[article.id] = article
        self._texts.move_to_end(article.id)
        if len(self._texts) > TEXTS_KEPT:
            self._texts.popitem(last=False)

    async def texts_of(self, signal: Signal) -> Mapping[int, Article]:
        """The signal's articles by id, from memory where possible, else from the store."""
        wanted = [member.article_id for member in signal.articles]
        held = {each: self._texts[each] for each in wanted if each in self._texts}
        found = await self._store.articles.get(missing) if (missing := [e for e in wanted if e not in held]) else {}
        for article in found.values():
            self.remember(article)
        return {**held, **found}

    # --- signals

    def keep(self, signals: Iterable[Signal]) -> None:
        """Take the signals as they are now stored."""
        now = self._clock.now()
        for signal in signals:
            self.live[signal.id] = signal
            self.schedule_ageing(signal, now)

    def schedule_ageing(self, signal: Signal, now: datetime) -> None:
        """Note when the signal's state may next change by age alone."""
        if (at := ageing.next_change(signal, now, self._live_seconds)) is not None:
            heapq.heappush(self._ageing_due, (at, signal.id))

    def due_for_ageing(self, now: datetime) -> list[Signal]:
        """The live signals whose state may have changed by age by now."""
        ids: dict[int, None] = {}
        while self._ageing_due and self._ageing_due[0][0] <= now:
            ids[heapq.heappop(self._ageing_due)[1]] = None
        return [self.live[each] for each in ids if each in self.live]

    def forget(self, signal_id: int) -> None:
        """Remove a closed signal."""
        for member in self.live.pop(signal_id).articles:
            if self.signal_of.get(member.article_id) == signal_id:
                del self.signal_of[member.article_id]
        self.index.remove(signal_id)
