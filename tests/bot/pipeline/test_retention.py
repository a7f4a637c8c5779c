"""Old rows are dropped by the running bot: in small steps, once a day, and nothing dropped is read or told again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

from bot.model.feed import Entry, EntryState, FeedDocument, StoredEntry
from bot.model.retention import Cursor, Step
from bot.model.settings import KeepSettings, PipelineSettings
from bot.pipeline import retention
from bot.pipeline.retention import Retention
from bot.reading.entries import NOTED, decide
from bot.reading.entry_keys import keys
from storage.store import SqlStore
from tests.bot.pipeline.test_cycle import looked, pipeline, reads
from tests.clock import MORNING, FakeClock
from tests.servers.feeds import feed_server, item, rss

YEAR = timedelta(days=365)


async def test_what_was_dropped_is_not_read_again(store: SqlStore, clock: FakeClock) -> None:
    """An undated entry, and one that its feed dates anew each day, still listed after years, were read years ago."""

    def listed(*more: str) -> str:
        undated = item("Rates stay where they are, says the bank of Talvane", pubDate=None)
        redated = item("Ore prices halve in Marrowick as smelters close", pubDate=format_datetime(clock.now()))
        return rss(*more, undated, redated)

    async with feed_server() as feeds, pipeline(store, clock) as running:
        feeds.put("/a.xml", listed())
        await reads(store, clock, feeds.url("/a.xml"))
        assert (await looked(running)).articles == 2
        for _ in range(3):
            clock.advance(YEAR.total_seconds() + 86_400)
            feeds.put("/a.xml", listed())
            report = await looked(running)
            assert (report.entries, report.articles) == (0, 0)
        assert not await store.articles.since(MORNING - YEAR)
        feeds.put("/a.xml", listed(item("Rates rise after all", pubDate=format_datetime(clock.now()))))
        clock.advance(86_400)
        assert (await looked(running)).articles == 1


def forgotten(entry: Entry, at: Any) -> StoredEntry:
    bare = Entry(entry.title, published=entry.published, updated=entry.updated)
    return StoredEntry(1, 1, bare, keys(entry).fingerprint, EntryState.FORGOTTEN, at)


def test_a_forgotten_entry_is_known_by_its_keys() -> None:
    """Listed as it was, under a new date too, it is noted once a month; only other words within the window are news."""
    entry = Entry("Ore prices halve", "g1", "https://a.example/1", "They fell.", "<p>They fell.</p>", MORNING - YEAR)
    known = [(forgotten(entry, MORNING), keys(entry))]

    def again(given: Entry, days: float) -> tuple[int, list[bool]]:
        now = MORNING + timedelta(days=days)
        new, changed = decide(FeedDocument((given,)), known, now, 3 * 86_400)
        return len(new), [each.reread for each in changed]

    redated = replace(entry, published=MORNING, content="<p>They fell, and more.</p>")
    assert again(entry, 1) == again(redated, 1) == (0, [])
    assert again(entry, NOTED.days) == again(redated, NOTED.days) == (0, [False])
    assert again(replace(entry, summary="They rose."), 1) == (0, [])
    assert again(replace(entry, summary="They rose.", published=MORNING), 1) == (0, [True])


class Walked:
    """A store that has so many steps to do in each walk."""

    def __init__(self, steps: int) -> None:
        self.steps, self.done, self.befores = steps, 0, list[Any]()
        self.retention = self
        self.drop_signals = self.drop_articles = self.drop_entries = self.drop_runs = self.walk

    async def spared(self) -> None: ...

    async def walk(self, before: Any, *rest: Any) -> Step:
        self.befores.append(before)
        self.done += 1
        after: Cursor = rest[-1] or (before, 0)
        return Step(1, (before, after[1] + 1) if after[1] + 1 < self.steps else None)


async def test_a_cycle_does_some_steps_and_the_next_goes_on() -> None:
    """So that nothing waits long for it; when it is done, it rests until the next day."""
    clock, walked = FakeClock(), Walked(steps=90)
    dropping = Retention(walked, clock, KeepSettings(), PipelineSettings())  # type: ignore[arg-type]
    done = []
    for _ in range(5):
        await dropping.drop()
        done.append(walked.done)
    assert done == [retention.STEPS, 2 * retention.STEPS, 3 * retention.STEPS, 360, 360]
    clock.advance(86_400)
    await dropping.drop()
    assert walked.done == 360 + retention.STEPS


async def test_how_long_is_kept() -> None:
    """As the settings say; what live signals and the search for copies need stays however little they say."""
    assert await kept(articles="180d") == [730, 180]
    assert await kept(articles="1d", signals="1d") == [20, 20]


async def kept(**keep: str) -> list[int]:
    """How many days signals and articles stay."""
    clock, walked = FakeClock(), Walked(steps=1)
    await Retention(walked, clock, KeepSettings.model_validate(keep), PipelineSettings()).drop()  # type: ignore[arg-type]
    return [(clock.now() - each).days for each in walked.befores[:2]]
