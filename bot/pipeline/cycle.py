"""One cycle, from the sources to the stored signals; every step's outcome is a value, failures included.

    sources due | fetch → parse → store the entries          collect   (collecting.py, reading/)
    entries     | feed's text, page or summary → articles    make      (articles.py, reading/)
    articles    | set wire copies aside | analyst → readings analyse   (analysing.py, signals/, analysts/)
    findings    | sentences → quotes | join or open | score  analyse   (analysing.py, text/, signals/)
    signals     | merge those that are one | sketch | store  analyse   (analysing.py, signals/, analysts/)
    signals     | age those without news                     age       (signals/)
    signals     | write the texts of those that may be told  compose   (composing.py, analysts/)
    old rows    | drop what nothing cites, once a day        drop      (retention.py)

If the process is killed between two steps, the next cycle continues with what the store says is left: entries without
a text, articles without a reading. The index in memory (working_set.py) can be made again from the store.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.model import allocator
from bot.model.channel import ChannelSettings
from bot.model.errors import LeaseHeld
from bot.model.ports import Analyst, Clock, Fetcher, Progress
from bot.model.run import RunReport
from bot.model.settings import KeepSettings, PipelineSettings
from bot.model.signal import Batch, SignalState
from bot.model.stores import Store
from bot.pipeline.analysing import Analysis
from bot.pipeline.articles import ArticleMaker
from bot.pipeline.collecting import Collector
from bot.pipeline.composing import Composer
from bot.pipeline.retention import Retention
from bot.pipeline.tally import NoProgress, Tally
from bot.pipeline.working_set import COPY_WINDOW, SIGNALS, WorkingSet
from bot.reading.publishers import Publishers
from bot.signals import ageing
from bot.text import cache

MANY = 250
"""Articles read in a look from which the next is taken to bring as many: what is remembered of words then spares each a
tenth of its processor time."""


class Pipeline:
    """Runs the steps of a cycle in order; owns what they keep in memory between two cycles."""

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
        keep: KeepSettings | None = None,
    ) -> None:
        """`zone`: IANA name, for dates of detection. `bar`: least strength to compose while there is no channel.
        `keep`: None is the settings' default."""
        self._store = store
        self._clock = clock
        self._live_seconds = settings.live
        self._known = WorkingSet(store, clock, settings.live)
        self._collector = Collector(store, fetcher, clock, settings)
        self._maker = ArticleMaker(store, fetcher, clock, settings, publishers)
        self._analysis = Analysis(
            self._known, store=store, analyst=analyst, clock=clock, publishers=publishers, zone=ZoneInfo(zone)
        )
        self._composer = Composer(store, analyst, clock, bar, self._known)
        self._retention = Retention(store, clock, keep or KeepSettings(), settings)

    async def cycle(self, progress: Progress | None = None, *, eager: bool = False) -> RunReport | None:
        """Run one cycle and return its stored report; None: another process is running one now.

        `eager`: a person waits at the terminal, so sources that never answered are asked even if they are not due, and
        no article is left to the background. Several processes collect at the same time where the store is shared.
        Raises StorageError.
        """
        progress, started, tally = progress or NoProgress(), self._clock.now(), Tally()
        if self._store.is_shared:
            await self._collect(tally, progress, eager)
        try:
            async with self._store.lease("cycle"):
                if not self._store.is_shared:
                    await self._collect(tally, progress, eager)
                return await self._link(started, tally, progress, eager)
        except LeaseHeld:
            return None

    async def collect(self) -> None:
        """The cycle of a process that does not lead: sources into articles, which whoever leads reads. StorageError."""
        await self._collect(Tally(), NoProgress(), eager=False)

    async def lead(self) -> RunReport:
        """The cycle of the process that holds the lease "cycle" all the time, and its report. Raises StorageError, and
        LeaseHeld where it does not hold it any more."""
        started, tally = self._clock.now(), Tally()
        await self._collect(tally, NoProgress(), eager=False)
        return await self._link(started, tally, NoProgress(), eager=False)

    async def _collect(self, tally: Tally, progress: Progress, eager: bool) -> None:
        await self._collector.collect(tally, progress, eager)
        await self._maker.make(tally, progress)

    async def _link(self, started: datetime, tally: Tally, progress: Progress, eager: bool) -> RunReport:
        async with self._store.lease(SIGNALS, wait=True):
            await self._known.load()  # only now: loading a large archive must not delay the first requests
            await self._analysis.analyse(tally, progress, eager)
            await self._age()
            await self._composer.compose(progress)
            await self._known.mark_current()
        report = tally.report(started, self._clock.now())
        await self._store.runs.record(report)
        await self._retention.drop()
        await self._release_memory(report)
        return report

    async def _release_memory(self, report: RunReport) -> None:
        """Give back what only a look needs: after four days of `python -m tests.bench year` 59 MB of 245, of which 24
        are words and texts that were read."""
        if report.findings + report.rejections + report.unread < MANY:
            cache.forget()
        await self._store.release_memory()
        allocator.trim()

    async def _age(self) -> None:
        """Store the new state of signals without news; closed ones leave the memory."""
        now, aged = self._clock.now(), {}
        for signal in self._known.due_for_ageing(now):
            state = ageing.state(signal, now, self._live_seconds)
            if state is not signal.state:
                aged[signal.id] = replace(signal, state=state)
            self._known.schedule_ageing(signal, now)
        if aged:
            await self._store.signals.save(Batch(signals=tuple(aged.values())), now)
        self._known.live.update(aged)
        for signal_id in [each for each, signal in aged.items() if signal.state is SignalState.CLOSED]:
            self._known.forget(signal_id)
        self._known.copies.forget_before(now - COPY_WINDOW)
