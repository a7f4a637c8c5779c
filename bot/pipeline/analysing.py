"""The third step of a cycle: articles are read, and what they show joins a signal or opens one.

articles | copies set aside | analyst → readings
findings | numbers → quotes | join or open | score
signals  | merge what is one | compare with closed ones | sketch | keep, in one transaction a round
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.model.article import Article
from bot.model.evidence import Evidence
from bot.model.finding import Finding, Reading, Rejection, Unread
from bot.model.ports import Analyst, Clock, Progress
from bot.model.signal import Batch, Candidate, Signal
from bot.model.stores import Store
from bot.pipeline.composing import dossier, worded
from bot.pipeline.tally import Tally
from bot.pipeline.working_set import ROUND, WorkingSet
from bot.reading.publishers import Publishers
from bot.signals import joining, linking, merging, strength
from bot.signals.consolidation import consolidate
from bot.signals.copies import CopyIndex
from bot.text import evidence

SLICE = 50  # articles the analyst is given at once
HASTE = timedelta(seconds=60)  # of reading after which a round ends early: what a model has read must not be lost
AHEAD = 5000  # unread articles that are looked at for what can be read in the background
KNOWN_BEFORE = 3  # closed signals a new one is compared with
NAMES = 5  # actors of a new one by which they are looked up


@dataclass
class Round:
    """One round of analysis in the making."""

    articles: dict[int, Article]
    copies: dict[int, int]  # article → the original it copies
    next_id: int
    readings: list[Reading] = field(default_factory=list)
    changed: dict[int, Signal] = field(default_factory=dict)
    opened: dict[int, tuple[Finding, Article, Sequence[Candidate]]] = field(default_factory=dict)  # not stored yet
    merged: list[tuple[int, int]] = field(default_factory=list)  # (absorbed, survivor) of stored signals
    absorbed: int = 0  # signals, stored or not

    def count(self, tally: Tally) -> None:
        """Add what this round did to the cycle's counts."""
        names = {Finding: "findings", Rejection: "rejections", Unread: "unread"}
        for reading in self.readings:
            tally.add(names[type(reading)])
        tally.add("copies", len(self.copies))
        tally.add("opened", len(self.opened) + self.absorbed - len(self.merged))
        tally.add("changed", len(self.changed))
        tally.add("merged", self.absorbed)


class Analysis:
    """Reads articles in rounds, and places what they show among the live signals."""

    def __init__(
        self,
        known: WorkingSet,
        *,
        store: Store,
        analyst: Analyst,
        clock: Clock,
        publishers: Publishers,
        zone: ZoneInfo,
    ) -> None:
        """`zone`: where the date is taken from on which a signal is first seen."""
        self._store = store
        self._analyst = analyst
        self._clock = clock
        self._wires = publishers.wires
        self._zone = zone
        self._known = known

    async def analyse(self, tally: Tally, progress: Progress, eager: bool) -> None:
        tried = await self._left_for_later(eager)  # one the analyst fails on is tried again in the next cycle too
        later = len(tried)
        while unread := [a for a in await self._store.articles.unread(ROUND + len(tried)) if a.id not in tried]:
            done = await self._analyse_round(unread, tally)
            tried.update(done)
            progress.step("Weighing articles", len(tried) - later, len(tried) - later)

    async def _left_for_later(self, eager: bool) -> set[int]:
        """Articles the analyst reads in the background; where somebody waits nothing is put off."""
        if eager or not self._analyst.batches:
            return set()
        unread = await self._store.articles.unread(AHEAD)
        among, copied = CopyIndex(self._known.tokens), dict[int, int]()
        for article in unread:
            original = self._known.copies.original_of(article) or among.original_of(article)
            if original is None:
                among.add(article)
            else:
                copied[article.id] = original
        later = set(await self._analyst.ahead([article for article in unread if article.id not in copied]))
        return later | {copy for copy, original in copied.items() if original in later}

    async def _analyse_round(self, unread: Sequence[Article], tally: Tally) -> Sequence[int]:
        """Read, place, consolidate and keep articles in one transaction; the ids of those that were tried."""
        copies, readings = await self._readings(unread)
        tried = {a.id: a for a in unread if a.id in copies or a.id in readings}
        current = Round(tried, copies, await self._store.signals.next_id())
        for article in tried.values():
            self._known.remember(article)
            if article.id in copies:
                self._join_copy(article, current)
            else:
                current.readings.append(await self._place(article, readings[article.id], current))
        await self._consolidate(current)
        await self._compare_with_closed(current)
        signals = await self._sketched(current)
        batch = Batch(tuple(current.readings), tuple(copies.items()), signals, tuple(current.merged))
        await self._store.signals.save(batch, self._clock.now())
        self._known.keep(signals)
        current.count(tally)
        return list(tried)

    async def _readings(self, unread: Sequence[Article]) -> tuple[dict[int, int], dict[int, Reading]]:
        """The copies among the articles by their originals, and of the others what the analyst says, by article.

        A slice at a time: where reading takes long, what lies beyond is left for the next round.
        """
        until = self._clock.now() + HASTE
        copies: dict[int, int] = {}
        readings: dict[int, Reading] = {}
        for start in range(0, len(unread), SLICE):
            if start and self._clock.now() >= until:
                break
            chosen = unread[start : start + SLICE]
            copies.update({a.id: original for a in chosen if (original := self._copied(a)) is not None})
            originals = [article for article in chosen if article.id not in copies]
            said = await self._analyst.read(originals)
            readings.update(zip([article.id for article in originals], said, strict=True))
        return copies, readings

    def _copied(self, article: Article) -> int | None:
        """The original the article copies; None, and it is remembered as an original, where it copies none."""
        original = self._known.copies.original_of(article)
        if original is None:
            self._known.copies.add(article)
        return original

    def _join_copy(self, article: Article, current: Round) -> None:
        """A copy stands in its original's signal, if that is in one, without a voice."""
        original = current.copies[article.id]
        home = self._known.home.get(original)
        if home is not None:
            signal = joining.join_copy(self._signal(home, current), article, original, self._clock.now())
            self._keep(signal, article, None, (), current)

    async def _place(self, article: Article, reading: Reading, current: Round) -> Reading:
        """Put a finding into the signal it joins or opens; the reading as it is to be stored."""
        if not isinstance(reading, Finding):
            return reading
        quotes = [cut for pick in reading.picks if (cut := evidence.cut(article, pick)) is not None]
        if not quotes:
            return Rejection(article.id, "thin", "No sentence of it could be quoted.", reading.read_by)
        candidates = self._candidates(reading, article, current)
        relation = await self._analyst.relate(reading, article, candidates)
        offered = {candidate.signal.id for candidate in candidates}
        now = self._clock.now()
        if relation.signal_id in offered and relation.signal_id is not None:
            home = self._signal(relation.signal_id, current)
            signal = joining.join(home, article, reading, quotes, relation, now, wire=self._wires)
        else:
            novelty = strength.novelty(reading, candidates)
            on = now.astimezone(self._zone).date()
            signal = joining.open_signal(
                current.next_id,
                article,
                reading,
                quotes,
                None,
                now,
                novelty=novelty,
                on=on,
                wire=self._wires,
            )
            current.opened[signal.id] = (reading, article, candidates)
            current.next_id += 1
        self._keep(signal, article, reading, quotes, current)
        return reading

    def _candidates(self, finding: Finding, article: Article, current: Round) -> tuple[Candidate, ...]:
        """The live signals it may join; a new version of an article belongs where the earlier one is."""
        if article.replaces in self._known.home:
            signal = self._signal(self._known.home[article.replaces], current)
            return (Candidate(signal, 1.0, ("an earlier version of the same article", *signal.actors[:2])),)
        return self._known.index.candidates(finding, article)

    async def _compare_with_closed(self, current: Round) -> None:
        """What opened a signal is not first seen where the archive has closed one like it."""
        opened = [(current.changed[each], *found) for each, found in current.opened.items()]
        earlier = await self._store.signals.closed(
            [finding.actors[:NAMES] for _, finding, _, _ in opened], KNOWN_BEFORE
        )
        for (signal, finding, article, candidates), closed in zip(opened, earlier, strict=True):
            if closed:
                known = [self._known.index.compare(each, finding, article) for each in closed]
                novelty = strength.novelty(finding, (*candidates, *known))
                current.changed[signal.id] = joining.known_before(signal, novelty, wire=self._wires)

    def _signal(self, signal_id: int, current: Round) -> Signal:
        return current.changed.get(signal_id) or self._known.live[signal_id]

    def _keep(
        self, signal: Signal, article: Article, finding: Finding | None, quotes: Sequence[Evidence], current: Round
    ) -> None:
        current.changed[signal.id] = signal
        self._known.placed[article.id] = (article, finding, quotes)
        self._known.home[article.id] = signal.id
        self._known.index.update(signal, article, finding)

    async def _sketched(self, current: Round) -> tuple[Signal, ...]:
        """The changed signals with their title and analysis written anew from all their articles."""
        changed = current.changed.values()
        return tuple([await self._sketch(signal, await self._known.texts_of(signal)) for signal in changed])

    async def _sketch(self, signal: Signal, texts: Mapping[int, Article]) -> Signal:
        return worded(signal, await self._analyst.sketch(dossier(signal, texts)))

    async def _consolidate(self, current: Round) -> None:
        """Merge, in memory, what is one since these articles came. Of a signal that was not stored nothing remains."""
        told = await self._store.briefs.told_anywhere()
        for absorbed, survivor in consolidate(current.changed.values(), self._known.index, told, beyond=True):
            gone, kept = self._signal(absorbed, current), self._signal(survivor, current)
            if not await self._analyst.same(kept, gone):
                continue
            one = self._one(kept, gone)
            current.changed[survivor] = one
            current.changed.pop(absorbed, None)
            current.absorbed += 1
            if current.opened.pop(absorbed, None) is None:
                current.merged.append((absorbed, survivor))
                self._known.live.pop(absorbed, None)
            self._known.index.merge(one, absorbed)
            self._known.home.update({member.article_id: survivor for member in gone.articles})

    def _one(self, survivor: Signal, absorbed: Signal) -> Signal:
        """Two signals as one. One that was opened in this very cycle was never told: its articles join as if they had
        done so at once, so that what changed reads as it happened."""
        now, wires = self._clock.now(), self._wires
        if any(m.article_id not in self._known.placed for m in absorbed.articles):
            return merging.merge(survivor, absorbed, now, wire=wires)
        for member in absorbed.articles:
            article, finding, quotes = self._known.placed[member.article_id]
            if finding is None:
                survivor = joining.join_copy(survivor, article, member.copy_of, now)
            else:
                survivor = joining.join(
                    survivor, article, finding, quotes, linking.taken(finding, survivor), now, wire=wires
                )
        return survivor
