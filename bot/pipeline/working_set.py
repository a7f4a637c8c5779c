"""What a cycle keeps in memory: the live signals, their index, recent texts; all of it made from the store."""

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

ROUND = 500  # articles analysed, consolidated and stored at once
TEXTS = 2000  # articles last read that are kept, for a signal is composed from all of its texts
COPY_WINDOW = timedelta(days=4)  # how far back a wire copy's original is looked for
WRITER = "cycle.writer"  # who last changed the archive: another process's changes make our index stale


class WorkingSet:
    """The live signals by id, with what is looked up about them; `live_seconds` of silence close a signal."""

    def __init__(self, store: Store, clock: Clock, live_seconds: int) -> None:
        self._store = store
        self._clock = clock
        self._live_seconds = live_seconds
        self._token = secrets.token_hex(8)
        self._loaded = False
        self._ripening: list[tuple[datetime, int]] = []  # a heap: when time may change the state of which signal
        self._texts: OrderedDict[int, Article] = OrderedDict()  # the latest used last
        self.live: dict[int, Signal] = {}
        self.home: dict[int, int] = {}  # article → its signal
        self.placed: dict[int, tuple[Article, Finding | None, Sequence[Evidence]]] = {}  # in this cycle
        self.tokens = TokenCache(ROUND)  # a round's articles are looked for copies first, and then linked
        self.index = LiveIndex(self.tokens)
        self.copies = CopyIndex(self.tokens)

    # --- from the store and back

    async def load(self) -> None:
        """Index what the store holds, where it is not indexed yet or another process has changed it since."""
        current = self._loaded and await self._store.memory.recall(WRITER) == self._token
        self._loaded = False  # until the cycle is through: one that fails half way leaves the index in doubt
        self.placed.clear()
        if current:
            return
        self.index, self.copies = LiveIndex(self.tokens), CopyIndex(self.tokens)
        self.live = {signal.id: signal for signal in await self._store.signals.live()}
        self.home = {member.article_id: signal.id for signal in self.live.values() for member in signal.articles}
        self._ripening = [(self._clock.now(), signal_id) for signal_id in self.live]
        await self._index_signals()
        await self._index_copies()

    async def _index_signals(self) -> None:
        live = list(self.live.values())
        for start in range(0, len(live), ROUND):  # not all texts of an archive at once
            chosen = live[start : start + ROUND]
            texts = await self._store.articles.get([m.article_id for signal in chosen for m in signal.articles])
            for signal in chosen:
                self.index.add(signal, texts)
                await asyncio.sleep(0)  # it takes its time; others may speak meanwhile

    async def _index_copies(self) -> None:
        for article in await self._store.articles.since(self._clock.now() - COPY_WINDOW):
            if article.copy_of is None:
                self.copies.add(article)
                await asyncio.sleep(0)

    async def seal(self) -> None:
        """The cycle is through: what is in memory is what the store holds."""
        await self._store.memory.keep(WRITER, self._token)
        self._loaded = True

    # --- texts

    def remember(self, article: Article) -> None:
        """Keep the text at hand; the one unused for longest makes room."""
        self._texts[article.id] = article
        self._texts.move_to_end(article.id)
        if len(self._texts) > TEXTS:
            self._texts.popitem(last=False)

    async def texts_of(self, signal: Signal) -> Mapping[int, Article]:
        """The signal's articles by id, from memory where they are there."""
        wanted = [member.article_id for member in signal.articles]
        held = {each: self._texts[each] for each in wanted if each in self._texts}
        found = await self._store.articles.get(missing) if (missing := [e for e in wanted if e not in held]) else {}
        for article in found.values():
            self.remember(article)
        return {**held, **found}

    # --- signals

    def keep(self, signals: Iterable[Signal]) -> None:
        """The signals as they are now stored; time may change their state later."""
        now = self._clock.now()
        for signal in signals:
            self.live[signal.id] = signal
            self.watch(signal, now)

    def watch(self, signal: Signal, now: datetime) -> None:
        """Note when time alone may next change the signal's state."""
        if (at := ageing.next_change(signal, now, self._live_seconds)) is not None:
            heapq.heappush(self._ripening, (at, signal.id))

    def ripe(self, now: datetime) -> list[Signal]:
        """The live signals whose state time may have changed by now."""
        ids: dict[int, None] = {}
        while self._ripening and self._ripening[0][0] <= now:
            ids[heapq.heappop(self._ripening)[1]] = None
        return [self.live[each] for each in ids if each in self.live]

    def forget(self, signal_id: int) -> None:
        """Drop a signal that is closed."""
        for member in self.live.pop(signal_id).articles:
            if self.home.get(member.article_id) == signal_id:
                del self.home[member.article_id]
        self.index.remove(signal_id)
