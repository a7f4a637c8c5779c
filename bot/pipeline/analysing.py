"""Third step of a cycle: the analyst reads the articles, and each finding joins a live signal or opens a new one.

articles | set wire copies aside | analyst → readings
findings | sentence numbers → quotes | join or open | score
signals  | merge those that are one | compare with closed ones | sketch | store, one transaction a round
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
from bot.model.threads import beside
from bot.pipeline.composing import dossier, with_composition
from bot.pipeline.tally import Tally
from bot.pipeline.working_set import ROUND_SIZE, WorkingSet
from bot.reading.publishers import Publishers
from bot.signals import joining, linking, merging, strength
from bot.signals.consolidation import consolidate
from bot.signals.copies import CopyIndex
from bot.text import evidence
from bot.text.languages import NEEDS_MODEL

READ_AT_ONCE = 50  # articles given to the analyst in one call
READ_TIME = timedelta(
    seconds=60
)  # of reading, after which a round ends early, so that what a model has read is stored soon
BACKLOG = 5000  # unread articles offered to the analyst for reading in the background
CLOSED_COMPARED = 3  # closed signals that a new one is compared with
ACTORS_COMPARED = 5  # actors of a new signal by which closed ones are looked up


def with_quotes(article: Article, reading: Reading) -> tuple[Reading, tuple[Evidence, ...]]:
    """The reading and a finding's quotes; a finding without a sentence that can be quoted becomes a Rejection."""
    if not isinstance(reading, Finding):
        return reading, ()
    quotes = tuple(cut for pick in reading.picks if (cut := evidence.cut(article, pick)) is not None)
    if not quotes:
        return Rejection(article.id, "thin", "No sentence of it could be quoted.", reading.read_by), ()
    return reading, quotes


@dataclass
class Round:
    """What one round of analysis has done so far, before it is stored."""

    articles: dict[int, Article]
    copies: dict[int, int]  # article id → id of the original it copies
    next_id: int
    readings: list[Reading] = field(default_factory=list)
    changed: dict[int, Signal] = field(default_factory=dict)
    opened: dict[int, tuple[Finding, Article, Sequence[Candidate]]] = field(default_factory=dict)  # by signal id
    merged: list[tuple[int, int]] = field(default_factory=list)  # (absorbed, survivor) of stored signals
    absorbed: int = 0  # how many were absorbed, ones not stored before included

    def count(self, tally: Tally) -> None:
        """Add what this round did to the cycle's counts."""
        names = {Finding: "findings", Rejection: "rejections", Unread: "unread"}
        for reading in self.readings:
            tally.add(names[type(reading)])
            if isinstance(reading, Unread) and NEEDS_MODEL in reading.why:
                tally.languages[self.articles[reading.article_id].language] += 1
        tally.add("copies", len(self.copies))
        tally.add("opened", len(self.opened) + self.absorbed - len(self.merged))
        tally.add("changed", len(self.changed))
        tally.add("merged", self.absorbed)


class Analysis:
    """Has articles read in rounds, and puts the findings into signals."""

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
        """`zone`: whose date counts as the date on which a signal is first seen."""
        self._store = store
        self._analyst = analyst
        self._clock = clock
        self._wires = publishers.wires
        self._zone = zone
        self._known = known

    async def analyse(self, tally: Tally, progress: Progress, eager: bool) -> None:
        """Read all unread articles, a round at a time; one the analyst fails on is tried again in the next cycle."""
        tried = await self._left_to_background(eager)
        later = len(tried)
        while unread := [a for a in await self._store.articles.unread(ROUND_SIZE + len(tried)) if a.id not in tried]:
            done = await self._analyse_round(unread, tally)
            tried.update(done)
            progress.step("Weighing articles", len(tried) - later, len(tried) - later)

    async def _left_to_background(self, eager: bool) -> set[int]:
        """Ids of the articles that the analyst reads in the background, with their copies; none if a person waits."""
        if eager or not self._analyst.batches:
            return set()
        unread = await self._store.articles.unread(BACKLOG)
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
        """Process one round and store it in one transaction; returns the ids of the articles that were tried."""
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
        """(article id → id of its original, of the copies; article id → reading, of the others).

        Reads READ_AT_ONCE articles at a time; after READ_TIME the rest is left for the next round.
        """
        until = self._clock.now() + READ_TIME
        copies: dict[int, int] = {}
        readings: dict[int, Reading] = {}
        for start in range(0, len(unread), READ_AT_ONCE):
            if start and self._clock.now() >= until:
                break
            chosen = unread[start : start + READ_AT_ONCE]
            for article in chosen:
                if (original := await beside(len(article.text), self._copied, article)) is not None:
                    copies[article.id] = original
            originals = [article for article in chosen if article.id not in copies]
            said = await self._analyst.read(originals)
            readings.update(zip([article.id for article in originals], said, strict=True))
        return copies, readings

    def _copied(self, article: Article) -> int | None:
        """The id of the original it copies; None: it is an original itself, and is indexed as one."""
        original = self._known.copies.original_of(article)
        if original is None:
            self._known.copies.add(article)
        return original

    def _join_copy(self, article: Article, current: Round) -> None:
        """Put a copy into its original's signal, if it is in one; it does not count as a voice."""
        original = current.copies[article.id]
        home = self._known.signal_of.get(original)
        if home is not None:
            signal = joining.join_copy(self._signal(home, current), article, original, self._clock.now())
            self._keep(signal, article, None, (), current)

    async def _place(self, article: Article, reading: Reading, current: Round) -> Reading:
        """Put a finding into the signal it joins or opens; returns the reading to be stored."""
        reading, quotes = with_quotes(article, reading)
        if not isinstance(reading, Finding):
            return reading
        candidates = self._candidates(reading, article, current)
        relation = await self._analyst.relate(reading, article, candidates)
        offered = {candidate.signal.id for candidate in candidates}
        if relation.signal_id in offered and relation.signal_id is not None:
            home = self._signal(relation.signal_id, current)
            signal = joining.join(home, article, reading, quotes, relation, self._clock.now(), wire=self._wires)
        else:
            signal = self._opened(article, reading, quotes, candidates, current)
        self._keep(signal, article, reading, quotes, current)
        return reading

    def _opened(
        self,
        article: Article,
        finding: Finding,
        quotes: Sequence[Evidence],
        candidates: Sequence[Candidate],
        current: Round,
    ) -> Signal:
        """A new signal for a finding that joins none of the candidates."""
        now = self._clock.now()
        signal = joining.open_signal(
            current.next_id,
            article,
            finding,
            quotes,
            None,
            now,
            novelty=strength.novelty(finding, candidates),
            on=now.astimezone(self._zone).date(),
            wire=self._wires,
        )
        current.opened[signal.id] = (finding, article, candidates)
        current.next_id += 1
        return signal

    def _candidates(self, finding: Finding, article: Article, current: Round) -> tuple[Candidate, ...]:
        """The live signals it may join; a new version of an article joins the signal of the earlier one."""
        if article.replaces in self._known.signal_of:
            signal = self._signal(self._known.signal_of[article.replaces], current)
            return (Candidate(signal, 1.0, ("an earlier version of the same article", *signal.actors[:2])),)
        return self._known.index.candidates(finding, article)

    async def _compare_with_closed(self, current: Round) -> None:
        """Lower the novelty of new signals that are like a closed one of the archive; of those that have any."""
        signals = [(current.changed[each], *found) for each, found in current.opened.items()]
        opened = [each for each in signals if each[0].strength.novelty.points]
        earlier = await self._store.signals.closed(
            [finding.actors[:ACTORS_COMPARED] for _, finding, _, _ in opened], CLOSED_COMPARED
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
        self._known.placements[article.id] = (article, finding, quotes)
        self._known.signal_of[article.id] = signal.id
        self._known.index.update(signal, article, finding)

    async def _sketched(self, current: Round) -> tuple[Signal, ...]:
        """The changed signals with title and analysis sketched anew from all their articles."""
        changed = current.changed.values()
        return tuple([await self._sketch(signal, await self._known.texts_of(signal)) for signal in changed])

    async def _sketch(self, signal: Signal, texts: Mapping[int, Article]) -> Signal:
        return with_composition(signal, await self._analyst.sketch(dossier(signal, texts)))

    async def _consolidate(self, current: Round) -> None:
        """Merge, in memory, signals that are one now. Of a signal that was not stored before no trace remains."""
        told = await self._store.briefs.told_anywhere()
        for absorbed, survivor in consolidate(current.changed.values(), self._known.index, told, beyond=True):
            gone, kept = self._signal(absorbed, current), self._signal(survivor, current)
            if not await self._analyst.same(kept, gone):
                continue
            one = self._merged(kept, gone)
            current.changed[survivor] = one
            current.changed.pop(absorbed, None)
            current.absorbed += 1
            if current.opened.pop(absorbed, None) is None:
                current.merged.append((absorbed, survivor))
                self._known.live.pop(absorbed, None)
            self._known.index.merge(one, absorbed)
            self._known.signal_of.update({member.article_id: survivor for member in gone.articles})

    def _merged(self, survivor: Signal, absorbed: Signal) -> Signal:
        """Two signals merged into `survivor`.

        If the absorbed one was opened in this cycle, it was never told: its articles join one by one, as if they had
        done so at once, so that the revisions read as things happened.
        """
        now, wires = self._clock.now(), self._wires
        if any(m.article_id not in self._known.placements for m in absorbed.articles):
            return merging.merge(survivor, absorbed, now, wire=wires)
        for member in absorbed.articles:
            article, finding, quotes = self._known.placements[member.article_id]
            if finding is None:
                survivor = joining.join_copy(survivor, article, member.copy_of, now)
            else:
                survivor = joining.join(
                    survivor, article, finding, quotes, linking.taken(finding, survivor), now, wire=wires
                )
        return survivor
