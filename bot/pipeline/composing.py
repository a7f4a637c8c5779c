"""The last step of a cycle: signals that may be told and have news are given their text."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace

from bot.briefing import deltas
from bot.model.article import Article
from bot.model.ports import Analyst, Clock, Progress
from bot.model.signal import Batch, Composition, Dossier, Signal
from bot.model.stores import Store
from bot.pipeline.working_set import WorkingSet
from bot.signals.related import related

RELATED = 3  # signals that a model is shown beside the one it writes


class Composer:
    """Has the analyst write the texts of signals; `bar` is the least strength for that while there is no channel."""

    def __init__(self, store: Store, analyst: Analyst, clock: Clock, bar: int, known: WorkingSet) -> None:
        self._store = store
        self._analyst = analyst
        self._clock = clock
        self._bar = bar
        self._known = known

    async def compose(self, progress: Progress) -> None:
        """Write the texts of the signals that may be told and have news, once a cycle each, the strongest first."""
        bar = await self._least_bar()
        due = sorted(
            (signal for signal in self._known.live.values() if deltas.to_compose(signal, bar)),
            key=lambda signal: (-signal.strength.total, signal.id),
        )
        if not due:
            return
        progress.step("Composing signals", 0, len(due))
        texts = await self._store.articles.get(sorted({m.article_id for s in due for m in s.articles}))
        said = await asyncio.gather(*[self._analyst.compose(await self._whole(signal, texts)) for signal in due])
        told = await self._store.briefs.told_anywhere()
        written = [with_composition(s, each, told=s.id in told) for s, each in zip(due, said, strict=True)]
        changed = {after.id: after for before, after in zip(due, written, strict=True) if after != before}
        if changed:
            await self._store.signals.save(Batch(signals=tuple(changed.values())), self._clock.now())
            self._known.live.update(changed)
        progress.step("Composing signals", len(due), len(due))

    async def _whole(self, signal: Signal, texts: Mapping[int, Article]) -> Dossier:
        """The dossier with related signals, which a model is shown and the embedded analyst does not need."""
        given = dossier(signal, texts)
        if not self._analyst.understands:
            return given
        return replace(given, related=await related(self._store, signal, RELATED))

    async def _least_bar(self) -> int:
        """The least strength at which any channel is told of a signal."""
        channels = [channel.settings for channel in await self._store.channels.active()]
        return min((min(each.bar, each.alert or each.bar) for each in channels), default=self._bar)


def dossier(signal: Signal, texts: Mapping[int, Article]) -> Dossier:
    """The signal with those of its articles that are in `texts` (by article id)."""
    return Dossier(signal, tuple(texts[m.article_id] for m in signal.articles if m.article_id in texts))


def with_composition(signal: Signal, said: Composition, *, told: bool = False) -> Signal:
    """The signal with its composed title, analysis and the rest put in; `told`: a channel was told of it already.

    Labels of the signal as a whole are taken over once, with its first settled text, and never after it was told: from
    then on buttons name them by their places (`s42.a3`), so they only grow.
    """
    reasoned = dict(said.reasoning)
    first = said.settled and signal.composed_upto is None and not told
    return replace(
        signal,
        title=said.title,
        analysis=said.analysis,
        change_mind=said.change_mind,
        contrary=said.contrary,
        composed_by=said.composed_by,
        composed_upto=len(signal.revisions) if said.settled else signal.composed_upto,
        articles=tuple(
            replace(m, reasoning=reasoned[m.article_id]) if m.article_id in reasoned else m for m in signal.articles
        ),
        dimensions=(first and said.dimensions) or signal.dimensions,
        topics=(first and said.topics) or signal.topics,
        places=(first and said.places) or signal.places,
        actors=(first and said.actors) or signal.actors,
    )
