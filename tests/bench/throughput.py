"""How many articles a second are analysed, from the stored text to the stored signal, and how that grows."""

from __future__ import annotations

import asyncio
import json
import random
import re
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from inspect import iscoroutinefunction
from itertools import count, islice
from pathlib import Path
from typing import Any

from bot.__main__ import collect_garbage_less_often
from bot.analysts.extractive import Extractive
from bot.model.article import Article
from bot.model.feed import Check, Entry, EntryKeys, EntryState, NewEntry
from bot.model.settings import load
from bot.model.source import SourceHealth, SourceOrigin, SourceSpec
from bot.pipeline.cycle import Pipeline
from bot.reading.fetcher import open_fetcher
from bot.reading.publishers import Publishers
from bot.text.segmentation import sentences
from bot.text.term_weights import prior_rates
from bot.text.tokenisation import term
from storage.store import SqlStore, open_store
from tests.bench import peer
from tests.bench.linking import article_of
from tests.clock import FakeClock

SEED = 20260327
LOOK = 500  # articles a look at the sources brings
FEW = 1_000  # live articles
BETWEEN = (10_000, 50_000)  # live articles at which a run to more of them measures too
TIMED = 4  # looks measured at each size
_WORD = re.compile(r"[^\W\d_]{3,}")
_SURE = 5  # times a word stands in the file with a small letter before it is no name


def run(argument: Path, most: int) -> dict[str, object]:
    """Articles a second of the processor with FEW live articles, and milliseconds an article with FEW and with `most`.

    The file is told over and over, each time with its words exchanged among equally common ones, so that each time
    tells stories of its own. `saving` is the way of the texts into the store, `analysis` a whole look at them from
    there: read, recognised as copies or not, linked, consolidated, worded, stored. All threads count, the store's too.
    `by_live` has the articles a second by the number of live ones, those of BETWEEN too.
    `parts_ms` says what of the analysis is what. `peer` is `tests.bench.peer` on the same texts, and its ratio the
    peer's time divided by that of the whole analysis.
    """
    if not argument.is_file():
        return {"absent": str(argument)}
    records = [json.loads(line) for line in argument.read_text(encoding="utf-8").splitlines() if line.strip()]
    told = [article_of(at, record) for at, record in enumerate(records)]
    collect_garbage_less_often()  # as the bot does
    with tempfile.TemporaryDirectory() as folder:
        figures = asyncio.run(_measured(Path(folder), told, most))
    return {**figures, "peer": _peer(told, most, figures)}


def _peer(told: Sequence[Article], most: int, ours: dict[str, Any]) -> dict[str, float] | str:
    """The peer's milliseconds an article and how many times as long as ours they are, with FEW and with `most`."""
    if not peer.installed():
        return peer.MISSING
    few, many = peer.milliseconds(retold(told), (FEW, most), looks=TIMED, look=LOOK)
    return {
        "few_ms": round(few, 3),
        "many_ms": round(many, 3),
        "growth": round(many / few, 2),
        "ratio_few": round(few / ours["live_few"]["analysis_ms"], 2),
        "ratio_many": round(many / ours["live_many"]["analysis_ms"], 2),
    }


async def _measured(folder: Path, told: Sequence[Article], most: int) -> dict[str, Any]:
    async with opened(folder, retold(told)) as looks:
        found: dict[int, dict[str, Any]] = {}
        for live in (FEW, *(each for each in BETWEEN if each < most), most):
            await looks.grow(live)
            found[live] = await looks.timed()
    few, many = found[FEW], found[most]
    return {
        "articles_per_second": round(1000 / few["analysis_ms"]),
        "by_live": {live: round(1000 / each["analysis_ms"]) for live, each in found.items()},
        "growth": round(many["analysis_ms"] / few["analysis_ms"], 2),
        "live_few": few,
        "live_many": many,
    }


@asynccontextmanager
async def opened(folder: Path, articles: Iterator[Article]) -> AsyncIterator[Looks]:
    """Looks at these articles with an empty store in the folder, taken apart into their steps."""
    clock, loaded = FakeClock(), load()
    async with open_store(str(folder / "bench.db"), clock=clock) as store, open_fetcher(loaded, clock) as web:
        pipeline = Pipeline(
            store=store, fetcher=web, analyst=Extractive(), clock=clock, settings=loaded.pipeline,
            publishers=Publishers.load(), zone="UTC",
        )  # fmt: skip
        looks = Looks(store, pipeline, clock, articles)
        looks.watch.take_apart(pipeline, store)
        yield looks


class Looks:
    """One look after the other, each at LOOK new articles."""

    def __init__(self, store: SqlStore, pipeline: Pipeline, clock: FakeClock, articles: Iterator[Article]) -> None:
        self.store, self.pipeline, self.clock, self.articles = store, pipeline, clock, articles
        self.seen = 0
        self.sums: defaultdict[str, float] = defaultdict(float)
        self.watch = _Watch()

    async def grow(self, live: int) -> None:
        while self.seen < live:
            await self.look()

    async def timed(self) -> dict[str, Any]:
        self.sums.clear()
        self.watch.parts.clear()
        for _ in range(TIMED):
            await self.look()
        return {
            "articles": self.seen,
            "saving_ms": round(1000 * self.sums["saving"] / (TIMED * LOOK), 3),
            "analysis_ms": round(1000 * self.sums["analysis"] / (TIMED * LOOK), 3),
            "parts_ms": {part: round(1000 * spent / (TIMED * LOOK), 3) for part, spent in self.watch.parts.items()},
            "copies": self.sums["copies"],
            "findings": self.sums["findings"],
            "signals": self.sums["opened"] - self.sums["merged"],
        }

    async def look(self) -> None:
        self.clock.advance(1)
        now = self.clock.now()
        articles = [replace(each, published=now, fetched=now) for each in islice(self.articles, LOOK)]
        self.seen += len(articles)
        started = time.process_time()
        await stored(self.store, articles)
        saved = time.process_time()
        with self.watch.part("rest"):
            report = await self.pipeline.cycle()
        assert report is not None
        self.sums["saving"] += saved - started
        self.sums["analysis"] += time.process_time() - saved
        for name in ("copies", "findings", "opened", "merged"):
            self.sums[name] += getattr(report, name)


class _Watch:
    """The processor's time by part of the analysis; a part within another counts for itself alone."""

    def __init__(self) -> None:
        self.parts: defaultdict[str, float] = defaultdict(float)
        self._open: list[str] = []
        self._since = 0.0

    def take_apart(self, pipeline: Pipeline, store: SqlStore) -> None:
        """Time the steps of this pipeline and whatever it asks of the store."""
        analysis, composer = pipeline._analysis, pipeline._composer
        for holder, steps in ((analysis, _STEPS), (composer, {"compose": "wording"})):
            for step, part in steps.items():
                setattr(holder, step, self._timed(getattr(holder, step), part))
        analysis._analyst.read = self._timed(analysis._analyst.read, "reading")  # type: ignore[method-assign]
        for held in (store.articles, store.signals, store.runs, store.memory, store.briefs, store.channels):
            for name in dir(held):
                if not name.startswith("_") and iscoroutinefunction(method := getattr(held, name)):
                    setattr(held, name, self._timed(method, _STORE_STEPS.get(name, "storing")))

    def _timed(self, step: Callable[..., Any], part: str) -> Callable[..., Any]:
        async def later(*given: Any, **named: Any) -> Any:
            if not self._open:  # asked by the benchmark itself
                return await step(*given, **named)
            with self.part(part):
                return await step(*given, **named)

        def at_once(*given: Any, **named: Any) -> Any:
            with self.part(part):
                return step(*given, **named)

        return later if iscoroutinefunction(step) else at_once

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        self._count()
        self._open.append(name)
        yield
        self._count()
        self._open.pop()

    def _count(self) -> None:
        now = time.process_time()
        if self._open:
            self.parts[self._open[-1]] += now - self._since
        self._since = now


_STEPS = {
    "_copied": "copies",
    "_place": "linking",
    "_join_copy": "linking",
    "_consolidate": "consolidation",
    "_compare_with_closed": "closed",
    "_sketched": "wording",
}
"""Steps of the analysis, and the part of the analysis each is."""
_STORE_STEPS = {"closed": "closed"}
"""The same for what the store is asked; "storing" where it is not listed."""


async def stored(store: SqlStore, articles: Sequence[Article]) -> None:
    """The articles kept, unread, all of one source."""
    now = articles[0].fetched
    spec = SourceSpec("https://bench.example/feed", "Bench")
    source = await store.sources.add(spec, articles[0].publisher, SourceOrigin.FILE, now)
    new = [
        NewEntry(Entry(each.title, link=each.link, published=now), EntryKeys(None, each.link, str(each.id)),
                 EntryState.WAITING)
        for each in articles
    ]  # fmt: skip
    waiting = await store.sources.record(Check(SourceHealth(source.id), new=tuple(new)), now)
    made = [(entry.id, replace(each, source_id=source.id)) for entry, each in zip(waiting, articles, strict=True)]
    await store.articles.save_all(made, now)


def retold(told: Sequence[Article]) -> Iterator[Article]:
    """The articles over and over without an end; from the second time on in other words."""
    rng = random.Random(SEED)
    pools = _pools(told)
    for turn in count():
        exchange: dict[str, str] = {}
        for pool in pools if turn else ():
            exchange.update(zip(pool, rng.sample(pool, len(pool)), strict=True))

        def other(match: re.Match[str], exchange: dict[str, str] = exchange) -> str:
            return exchange.get(match[0], match[0])

        for at, each in enumerate(told):
            id_, text = turn * len(told) + at, _WORD.sub(other, each.text)
            yield replace(
                each, id=id_, link=f"https://bench.example/{id_}", title=_WORD.sub(other, each.title), text=text,
                sha256=str(id_), sentences=sentences(text, "en"), language="en",
            )  # fmt: skip


def _pools(told: Sequence[Article]) -> list[list[str]]:
    """The file's names, and its words in small letters by how common they are in news; function words stay."""
    found = Counter(word for each in told for word in _WORD.findall(f"{each.title} {each.text}"))
    pools: dict[object, list[str]] = {}
    for word in sorted(found):
        stem = term(word.lower())
        if stem and (word.islower() or found[word.lower()] < _SURE):
            pools.setdefault(prior_rates().get(stem, "small" if word.islower() else "names"), []).append(word)
    return list(pools.values())
