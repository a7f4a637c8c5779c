"""One cycle, from the sources to the stored signals; every step's outcome is a value, failures included.

    sources due | fetch → parse → entries kept               collect   (feeds.py, articles.py)
    entries     | feed's text, page or summary → articles    read      (articles.py)
    articles    | copies set aside | analyst → readings      analyse   (dedupe.py, analysts/)
    findings    | numbers → quotes | join or open | score    analyse   (evidence.py, link.py, strength.py)
    signals     | merge what is one | sketch | keep          analyse   (likeness.py, analysts/)
    signals     | let fade what is silent                    settle    (link.py)
    signals     | that may be told and have news → text      compose   (analysts/)

Killed between two steps, the next cycle takes up what the store says is left: entries without a text, articles
without a reading. What is indexed in memory can be made again from the store.
"""

from __future__ import annotations

import asyncio
import heapq
import logging
import secrets
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.briefing import briefs
from bot.model.article import Article, ArticleDraft
from bot.model.channel import ChannelSettings
from bot.model.errors import LeaseHeld, StorageError
from bot.model.evidence import Evidence
from bot.model.feed import FetchFailed, FetchOutcome, Gone, StoredEntry
from bot.model.finding import Finding, Reading, Rejection, Unread
from bot.model.ports import Analyst, Clock, Fetcher, Progress
from bot.model.run import RunReport
from bot.model.settings import PipelineSettings
from bot.model.signal import Batch, Candidate, Composition, Dossier, Signal, SignalState
from bot.model.source import Source, SourceHealth, SourceState
from bot.model.stores import Store
from bot.reading.articles import check, draft, publisher, wants_page
from bot.reading.sources import Publishers
from bot.signals import ageing, joining, linking, merging, strength
from bot.signals.consolidation import consolidate
from bot.signals.copies import CopyIndex
from bot.signals.likeness import LiveIndex
from bot.signals.tokens import TokenCache
from bot.text import evidence
from bot.text.languages import NEEDS_MODEL

log = logging.getLogger(__name__)

ROUND = 500  # articles analysed, consolidated and stored at once
SLICE = 50  # articles the analyst is given at once
HASTE = timedelta(seconds=60)  # of reading after which a round ends early: what a model has read must not be lost
BY_HEART = 2000  # articles last read that are kept in memory, for a signal is composed from all of its texts
COPY_WINDOW = timedelta(days=4)  # how far back a wire copy's original is looked for
PATIENCE = timedelta(seconds=90)  # after which no further page is asked for in a cycle: what waits can wait
MANY = 12  # sources of which one answers within HOPE seconds, if there is a network
HOPE = 5.0
WAITING = 5000  # entries taken up in one cycle
KNOWN_BEFORE = 3  # closed signals a new one is compared with
NAMES = 5  # actors of a new one by which they are looked up
WRITER = "cycle.writer"  # who last changed the archive: another process's changes make our index stale


class Tally:
    """Counts of one cycle on their way into its RunReport."""

    def __init__(self) -> None:
        self.counts: defaultdict[str, int] = defaultdict(int)
        self.notes: list[str] = []
        self.languages: Counter[str | None] = Counter()  # of articles unread for want of word lists

    def add(self, name: str, count: int = 1) -> None:
        self.counts[name] += count

    def report(self, started: datetime, finished: datetime) -> RunReport:
        return RunReport(
            started, finished, notes=tuple(self.notes), languages=tuple(self.languages.most_common()), **self.counts
        )


class Unwatched:
    """The Progress of a cycle nobody watches."""

    def step(self, name: str, done: int, total: int) -> None:
        """Nobody is told."""


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


class Pipeline:
    """The cycle with what it knows by heart: the live signals and the recent texts."""

    def __init__(
        self,
        *,
        store: Store,
        fetcher: Fetcher,
        analyst: Analyst,
        clock: Clock,
        settings: PipelineSettings,
        publishers: Publishers,
        zone: str,
        bar: int = ChannelSettings().bar,
    ) -> None:
        """`bar`: the strength from which signals are composed while no channel has said what it wants to hear."""
        self._store = store
        self._fetcher = fetcher
        self._analyst = analyst
        self._clock = clock
        self._settings = settings
        self._publishers = publishers
        self._zone = ZoneInfo(zone)
        self._bar = bar
        self._token = secrets.token_hex(8)
        self._live: dict[int, Signal] = {}
        self._home: dict[int, int] = {}  # article → its signal
        self._ripening: list[tuple[datetime, int]] = []  # a heap of when to see to which signal's state
        self._cuts = TokenCache(ROUND)  # a round's articles are looked for copies first, and then linked
        self._index = LiveIndex(self._cuts)
        self._copies = CopyIndex(self._cuts)
        self._placed: dict[int, tuple[Article, Finding | None, Sequence[Evidence]]] = {}  # in this cycle
        self._texts: OrderedDict[int, Article] = OrderedDict()  # by heart, the latest used last
        self._loaded = False

    async def cycle(self, progress: Progress | None = None, *, eager: bool = False) -> RunReport | None:
        """Look once; the report as stored. None: another process is looking at this very moment.

        `eager`: somebody waits at a terminal, so sources that never answered yet are asked whether they are due or not.
        """
        try:
            async with self._store.lease("cycle"):
                return await self._cycle(progress or Unwatched(), eager)
        except LeaseHeld:
            return None

    async def _cycle(self, progress: Progress, eager: bool) -> RunReport:
        started, tally = self._clock.now(), Tally()
        await self._collect(tally, progress, eager)
        await self._read(tally, progress)
        await self._load()  # only now: a large archive must not keep the first source from being asked
        self._placed.clear()
        await self._analyse(tally, progress, eager)
        await self._settle()
        await self._compose(progress)
        await self._store.memory.keep(WRITER, self._token)
        self._loaded = True
        report = tally.report(started, self._clock.now())
        await self._store.runs.record(report)
        return report

    async def _load(self) -> None:
        """Index what the store holds, where it is not indexed yet or another process has changed it since."""
        current = self._loaded and await self._store.memory.recall(WRITER) == self._token
        self._loaded = False  # until the cycle is through: one that fails half way leaves the index in doubt
        if current:
            return
        self._index, self._copies = LiveIndex(self._cuts), CopyIndex(self._cuts)
        self._live = {signal.id: signal for signal in await self._store.signals.live()}
        self._home = {a.article_id: signal.id for signal in self._live.values() for a in signal.articles}
        self._ripening = [(self._clock.now(), signal_id) for signal_id in self._live]
        live = list(self._live.values())
        for start in range(0, len(live), ROUND):  # not all texts of an archive at once
            chosen = live[start : start + ROUND]
            texts = await self._store.articles.get([m.article_id for signal in chosen for m in signal.articles])
            for signal in chosen:
                self._index.add(signal, texts)
                await asyncio.sleep(0)  # it takes its time; others may speak meanwhile
        for article in await self._store.articles.since(self._clock.now() - COPY_WINDOW):
            if article.copy_of is None:
                self._copies.add(article)
                await asyncio.sleep(0)

    # --- collect: sources due | fetch → parse → entries kept

    async def _due(self, eager: bool) -> list[tuple[Source, SourceHealth]]:
        due = list(await self._store.sources.due(self._clock.now()))
        if eager:
            asked, health = {source.id for source, _ in due}, await self._store.sources.health()
            silent = [s for s in await self._store.sources.all() if s.id not in asked and s.state is SourceState.ACTIVE]
            due += [(source, health[source.id]) for source in silent if health[source.id].succeeded_at is None]
        return due

    async def _collect(self, tally: Tally, progress: Progress, eager: bool) -> None:
        due = await self._due(eager)
        done = 0

        async def one(source: Source, health: SourceHealth) -> None:
            nonlocal done
            outcome, new = await self._checked(source, health)
            done += 1
            progress.step("Reading sources", done, len(due))
            _count_check(tally, source, outcome)
            tally.add("entries", len(new))

        async with asyncio.TaskGroup() as group:
            looks = [group.create_task(one(source, health)) for source, health in due]
            if eager and len(looks) >= MANY:
                await _lose_hope(looks, tally)

    async def _checked(self, source: Source, health: SourceHealth) -> tuple[FetchOutcome, tuple[StoredEntry, ...]]:
        """One look at a source; a fault of ours in it is a failure of that source, and stops nothing else."""
        try:
            return await check(self._store, self._fetcher, source, health, self._clock, self._settings)
        except StorageError:
            raise
        except Exception as error:
            log.exception("%s could not be read", source.url)
            return FetchFailed(f"It could not be read by a fault of ours ({type(error).__name__})."), ()

    # --- read: entries → articles

    async def _read(self, tally: Tally, progress: Progress) -> None:
        """Make the texts of what waits, a source's one after the other and the sources beside each other.

        At most `pages_per_source` pages a source, and none once patience is out: the rest waits for the next cycle.
        """
        sources = {source.id: source for source in await self._store.sources.all()}
        lanes: defaultdict[int, list[StoredEntry]] = defaultdict(list)
        for stored in await self._store.articles.waiting(WAITING):
            if stored.source_id in sources:
                lanes[stored.source_id].append(stored)
        total, done = 0, 0
        until = self._clock.now() + PATIENCE

        async def lane(source: Source, chosen: Sequence[StoredEntry]) -> None:
            nonlocal done
            for together in self._together(chosen):
                if self._clock.now() < until or not self._wants_page(together[0]):
                    tally.add("articles", await self._made(together, source))
                done += len(together)
                progress.step("Reading articles", done, total)

        async with asyncio.TaskGroup() as group:
            for source_id, waiting in lanes.items():
                chosen = self._within_budget(waiting)
                total += len(chosen)
                group.create_task(lane(sources[source_id], chosen))

    def _wants_page(self, stored: StoredEntry) -> bool:
        return self._settings.pages and stored.entry.link is not None and wants_page(stored.entry)

    def _within_budget(self, waiting: Sequence[StoredEntry]) -> list[StoredEntry]:
        pages, chosen = 0, []
        for stored in waiting:
            pages += self._wants_page(stored)
            if pages <= self._settings.pages_per_source or not self._wants_page(stored):
                chosen.append(stored)
        return chosen

    def _together(self, chosen: Sequence[StoredEntry]) -> Iterator[list[StoredEntry]]:
        """Runs of entries that are kept in one transaction: one whose page is asked for alone, what a page took is kept
        at once; of the others up to SLICE."""
        run: list[StoredEntry] = []
        for stored in chosen:
            if run and (self._wants_page(stored) or self._wants_page(run[0]) or len(run) == SLICE):
                yield run
                run = []
            run.append(stored)
        if run:
            yield run

    async def _made(self, together: Sequence[StoredEntry], source: Source) -> int:
        """How many new articles stand; 0 where there was nothing to read or it was known."""
        drafts = [(stored.id, made) for stored in together if (made := await self._draft(stored, source)) is not None]
        now = self._clock.now()
        kept = await self._store.articles.save_all(drafts, now)
        return len({article.id for article in kept if article.fetched == now})

    async def _draft(self, stored: StoredEntry, source: Source) -> ArticleDraft | None:
        """The entry's text; None where there is nothing to read, or by a fault, which stops nothing else: then the
        entry waits for the next cycle."""
        await asyncio.sleep(0)  # a feed of many texts must not keep others from speaking
        entry, page = stored.entry, None
        try:
            if self._wants_page(stored) and entry.link:
                page = await self._fetcher.page(entry.link)
            made = draft(source, entry, page, publisher(entry, source, self._publishers), self._clock.now())
            if made is None:
                await self._store.articles.skip(stored.id)
        except StorageError:
            raise
        except Exception:
            log.exception("%s could not be made an article", entry.link or entry.title)
            return None
        return made

    # --- analyse: articles → readings → signals

    async def _analyse(self, tally: Tally, progress: Progress, eager: bool) -> None:
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
        unread = await self._store.articles.unread(WAITING)
        among, copied = CopyIndex(self._cuts), dict[int, int]()
        for article in unread:
            original = self._copies.original_of(article) or among.original_of(article)
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
            self._remember(article)
            if article.id in copies:
                self._join_copy(article, current)
            else:
                current.readings.append(await self._place(article, readings[article.id], current))
        await self._consolidate(current)
        await self._compare_with_closed(current)
        signals = await self._sketched(current)
        batch = Batch(tuple(current.readings), tuple(copies.items()), signals, tuple(current.merged))
        await self._store.signals.save(batch, self._clock.now())
        for signal in signals:
            self._live[signal.id] = signal
            self._watch(signal, self._clock.now())
        _count_round(tally, current)
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
        original = self._copies.original_of(article)
        if original is None:
            self._copies.add(article)
        return original

    def _join_copy(self, article: Article, current: Round) -> None:
        """A copy stands in its original's signal, if that is in one, without a voice."""
        original = current.copies[article.id]
        home = self._home.get(original)
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
            signal = joining.join(home, article, reading, quotes, relation, now, wire=self._publishers.wires)
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
                wire=self._publishers.wires,
            )
            current.opened[signal.id] = (reading, article, candidates)
            current.next_id += 1
        self._keep(signal, article, reading, quotes, current)
        return reading

    def _candidates(self, finding: Finding, article: Article, current: Round) -> tuple[Candidate, ...]:
        """The live signals it may join; a new version of an article belongs where the earlier one is."""
        if article.replaces in self._home:
            signal = self._signal(self._home[article.replaces], current)
            return (Candidate(signal, 1.0, ("an earlier version of the same article", *signal.actors[:2])),)
        return self._index.candidates(finding, article)

    async def _compare_with_closed(self, current: Round) -> None:
        """What opened a signal is not first seen where the archive has closed one like it."""
        opened = [(current.changed[each], *found) for each, found in current.opened.items()]
        earlier = await self._store.signals.closed(
            [finding.actors[:NAMES] for _, finding, _, _ in opened], KNOWN_BEFORE
        )
        for (signal, finding, article, candidates), closed in zip(opened, earlier, strict=True):
            if closed:
                known = [self._index.compare(each, finding, article) for each in closed]
                novelty = strength.novelty(finding, (*candidates, *known))
                current.changed[signal.id] = joining.known_before(signal, novelty, wire=self._publishers.wires)

    def _signal(self, signal_id: int, current: Round) -> Signal:
        return current.changed.get(signal_id) or self._live[signal_id]

    def _keep(
        self, signal: Signal, article: Article, finding: Finding | None, quotes: Sequence[Evidence], current: Round
    ) -> None:
        current.changed[signal.id] = signal
        self._placed[article.id] = (article, finding, quotes)
        self._home[article.id] = signal.id
        self._index.update(signal, article, finding)

    async def _sketched(self, current: Round) -> tuple[Signal, ...]:
        """The changed signals with their title and analysis written anew from all their articles."""
        changed = current.changed.values()
        return tuple([await self._sketch(signal, await self._held(signal)) for signal in changed])

    async def _held(self, signal: Signal) -> Mapping[int, Article]:
        """The texts of the signal's articles, by id."""
        wanted = [member.article_id for member in signal.articles]
        held = {each: self._texts[each] for each in wanted if each in self._texts}
        found = await self._store.articles.get(missing) if (missing := [e for e in wanted if e not in held]) else {}
        for article in found.values():
            self._remember(article)
        return {**held, **found}

    def _remember(self, article: Article) -> None:
        self._texts[article.id] = article
        self._texts.move_to_end(article.id)
        if len(self._texts) > BY_HEART:
            self._texts.popitem(last=False)

    async def _sketch(self, signal: Signal, texts: Mapping[int, Article]) -> Signal:
        return _worded(signal, await self._analyst.sketch(_dossier(signal, texts)))

    async def _consolidate(self, current: Round) -> None:
        """Merge, in memory, what is one since these articles came. Of a signal that was not stored nothing remains."""
        told = await self._store.briefs.told_anywhere()
        for absorbed, survivor in consolidate(current.changed.values(), self._index, told, beyond=True):
            gone, kept = self._signal(absorbed, current), self._signal(survivor, current)
            if not await self._analyst.same(kept, gone):
                continue
            one = self._one(kept, gone)
            current.changed[survivor] = one
            current.changed.pop(absorbed, None)
            current.absorbed += 1
            if current.opened.pop(absorbed, None) is None:
                current.merged.append((absorbed, survivor))
                self._live.pop(absorbed, None)
            self._index.merge(one, absorbed)
            self._home.update({member.article_id: survivor for member in gone.articles})

    def _one(self, survivor: Signal, absorbed: Signal) -> Signal:
        """Two signals as one. One that was opened in this very cycle was never told: its articles join as if they had
        done so at once, so that what changed reads as it happened."""
        now, wires = self._clock.now(), self._publishers.wires
        if any(m.article_id not in self._placed for m in absorbed.articles):
            return merging.merge(survivor, absorbed, now, wire=wires)
        for member in absorbed.articles:
            article, finding, quotes = self._placed[member.article_id]
            if finding is None:
                survivor = joining.join_copy(survivor, article, member.copy_of, now)
            else:
                survivor = joining.join(
                    survivor, article, finding, quotes, linking.taken(finding, survivor), now, wire=wires
                )
        return survivor

    # --- compose: signals that may be told and have news → text

    async def _compose(self, progress: Progress) -> None:
        """Once a cycle, the strongest first: however much came of a signal in it, its text is written once."""
        bar = await self._least_bar()
        due = sorted(
            (signal for signal in self._live.values() if briefs.to_compose(signal, bar)),
            key=lambda signal: (-signal.strength.total, signal.id),
        )
        if not due:
            return
        progress.step("Composing signals", 0, len(due))
        texts = await self._store.articles.get(sorted({m.article_id for s in due for m in s.articles}))
        said = await asyncio.gather(*(self._analyst.compose(_dossier(signal, texts)) for signal in due))
        worded = [_worded(signal, each) for signal, each in zip(due, said, strict=True)]
        changed = {after.id: after for before, after in zip(due, worded, strict=True) if after != before}
        if changed:
            await self._store.signals.save(Batch(signals=tuple(changed.values())), self._clock.now())
            self._live.update(changed)
        progress.step("Composing signals", len(due), len(due))

    async def _least_bar(self) -> int:
        """The least strength at which some channel hears of a signal."""
        channels = [channel.settings for channel in await self._store.channels.active()]
        return min((min(each.bar, each.alert or each.bar) for each in channels), default=self._bar)

    # --- settle: let fade what is silent

    async def _settle(self) -> None:
        now = self._clock.now()
        aged = {}
        for signal in self._ripe(now):
            state = ageing.state(signal, now, self._settings.live)
            if state is not signal.state:
                aged[signal.id] = replace(signal, state=state)
            self._watch(signal, now)
        if aged:
            await self._store.signals.save(Batch(signals=tuple(aged.values())), now)
        self._live.update(aged)
        for signal_id in [each for each, signal in aged.items() if signal.state is SignalState.CLOSED]:
            self._forget(signal_id)
        self._copies.forget_before(now - COPY_WINDOW)

    def _watch(self, signal: Signal, now: datetime) -> None:
        """See to the signal's state when time may change it."""
        if (at := ageing.next_change(signal, now, self._settings.live)) is not None:
            heapq.heappush(self._ripening, (at, signal.id))

    def _ripe(self, now: datetime) -> list[Signal]:
        """The live signals whose state time may have changed by now."""
        ids: dict[int, None] = {}
        while self._ripening and self._ripening[0][0] <= now:
            ids[heapq.heappop(self._ripening)[1]] = None
        return [self._live[each] for each in ids if each in self._live]

    def _forget(self, signal_id: int) -> None:
        """Drop from memory a signal that is closed."""
        for member in self._live.pop(signal_id).articles:
            if self._home.get(member.article_id) == signal_id:
                del self._home[member.article_id]
        self._index.remove(signal_id)


def _dossier(signal: Signal, texts: Mapping[int, Article]) -> Dossier:
    return Dossier(signal, tuple(texts[m.article_id] for m in signal.articles if m.article_id in texts))


def _worded(signal: Signal, said: Composition) -> Signal:
    """The signal with what was composed of it."""
    return replace(
        signal,
        title=said.title,
        analysis=said.analysis,
        change_mind=said.change_mind,
        contrary=said.contrary,
        composed_by=said.composed_by,
        composed_upto=len(signal.revisions) if said.settled else signal.composed_upto,
    )


async def _lose_hope(looks: Sequence[asyncio.Task[None]], tally: Tally) -> None:
    """Where somebody waits and nothing at all has answered for a while there is no network: ask no further."""
    await asyncio.wait(looks, timeout=HOPE)
    if tally.counts["checked"] == tally.counts["unreachable"]:
        for look in looks:
            look.cancel()


def _count_check(tally: Tally, source: Source, outcome: FetchOutcome) -> None:
    tally.add("checked")
    if isinstance(outcome, FetchFailed | Gone):
        tally.add("failed")
        tally.notes.append(f"{source.name}: {outcome.why}")
    if isinstance(outcome, FetchFailed) and outcome.unreachable:
        tally.add("unreachable")


def _count_round(tally: Tally, current: Round) -> None:
    names = {Finding: "findings", Rejection: "rejections", Unread: "unread"}
    for reading in current.readings:
        tally.add(names[type(reading)])
        if isinstance(reading, Unread) and NEEDS_MODEL in reading.why:
            tally.languages[current.articles[reading.article_id].language] += 1
    tally.add("copies", len(current.copies))
    tally.add("opened", len(current.opened) + current.absorbed - len(current.merged))
    tally.add("changed", len(current.changed))
    tally.add("merged", current.absorbed)
