"""The cycle over a real server and a real store: what it keeps, what it takes up again, what it never lets stop it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from bot.analysts.extractive import Extractive
from bot.model.article import Article, ArticleDraft
from bot.model.finding import Finding, Reading, Stance, Unread
from bot.model.ports import Analyst
from bot.model.run import RunReport
from bot.model.settings import PipelineSettings, load
from bot.model.signal import Candidate, Relation, Signal, SignalState
from bot.model.source import Publisher, SourceSpec
from bot.pipeline.cycle import Pipeline
from bot.pipeline.working_set import WorkingSet
from bot.reading.fetcher import open_fetcher
from bot.reading.publishers import Publishers
from bot.text.tokenisation import _terms_in as terms_known
from storage.store import SqlStore
from tests.clock import MORNING, FakeClock
from tests.servers.feeds import FeedServer, feed_server, item, rss

DAY = timedelta(days=1).total_seconds()
FIRST = (
    "<p>Northvale Lithium will close its Calderon refinery and cut 1,400 jobs, the company said. Prices of lithium "
    "carbonate have fallen 62 per cent in a year, and the refinery lost $340m, according to its chief executive, Mara "
    "Olvid.</p><p>“No refinery in Chile earns its costs at this price,” Mara Olvid said. Northvale Lithium supplies a "
    "fifth of the battery makers of Europe.</p>"
)
SECOND = (
    "<p>The closure of the Calderon refinery by Northvale Lithium takes a tenth of Chile's lithium carbonate off the "
    "market, the ministry of mining said. Analysts at Torvik Research expect battery makers in Europe to pay 18 per "
    "cent more by summer.</p><p>“Northvale Lithium is the first to go, not the last,” said Jonas Berg of Torvik "
    "Research.</p>"
)
OTHER = (
    "<p>Denmark's parliament has passed a law that bans new gas boilers in homes from next year, by 98 votes to 71. "
    "The law affects 310,000 households, the climate ministry said.</p><p>“Nobody will be left in the cold,” said Ida "
    "Krogh, the climate minister.</p>"
)


@pytest.fixture
async def server() -> AsyncIterator[FeedServer]:
    async with feed_server() as opened:
        yield opened


def story(title: str, body: str, **fields: str | None) -> str:
    return item(title, description=body, **fields)


def closes(**fields: str | None) -> str:
    return story("Northvale Lithium closes Calderon refinery as lithium prices collapse", FIRST, **fields)


def confirms(**fields: str | None) -> str:
    return story("Calderon closure by Northvale Lithium lifts battery costs in Europe", SECOND, **fields)


class Failing(Extractive):
    """The embedded analyst on a bad day: it fails on what it is told to."""

    def __init__(self, *words: str) -> None:
        super().__init__()
        self.words = words
        self.asked = 0

    async def read(self, articles: Sequence[Article]) -> list[Reading]:
        self.asked += sum(any(word in article.text for word in self.words) for article in articles)
        readings = await super().read(articles)
        return [
            Unread(article.id, "it would not") if any(word in article.text for word in self.words) else reading
            for article, reading in zip(articles, readings, strict=True)
        ]


@asynccontextmanager
async def pipeline(
    store: SqlStore, clock: FakeClock, analyst: Analyst | None = None, **settings: Any
) -> AsyncIterator[Pipeline]:
    chosen = PipelineSettings(host_pause=0, workers=0, **settings)
    async with open_fetcher(load(pipeline=chosen, allow_private_hosts=True), clock) as web:
        yield Pipeline(
            store=store,
            fetcher=web,
            analyst=analyst or Extractive(),
            clock=clock,
            settings=chosen,
            publishers=Publishers.load(),
            zone="UTC",
        )


async def reads(store: SqlStore, clock: FakeClock, *urls: str) -> None:
    """Sources at these addresses, each of a publisher of its own."""
    declared = [(SourceSpec(url, f"Daily {n}"), Publisher(f"daily{n}", f"Daily {n}")) for n, url in enumerate(urls, 1)]
    await store.sources.sync(declared, clock.now())


async def looked(running: Pipeline) -> RunReport:
    report = await running.cycle()
    assert report is not None
    return report


async def archive(store: SqlStore) -> list[Signal]:
    return [signal async for signal in store.signals.every()]


async def test_a_second_publisher_joins_and_confirms(server: FeedServer, store: SqlStore, clock: FakeClock) -> None:
    """A story told by two publishers is one signal, with a revision that says who confirmed, and a point more."""
    server.put("/one.xml", rss(closes()))
    server.put("/two.xml", rss())
    await reads(store, clock, server.url("/one.xml"), server.url("/two.xml"))
    async with pipeline(store, clock) as running:
        first = await looked(running)
        server.put("/two.xml", rss(confirms()))
        clock.advance(3 * 3600)
        second = await looked(running)
    (signal,) = await archive(store)
    assert (first.opened, second.opened, second.changed) == (1, 0, 1)
    assert signal.strength.corroboration.points == 1
    assert signal.revisions[-1].stance is Stance.DEVELOPS
    assert "a second publisher confirms (Daily 2)" in signal.revisions[-1].why


async def test_the_same_twice_changes_nothing(server: FeedServer, store: SqlStore, clock: FakeClock) -> None:
    """A feed read again without news brings nothing; between the looks no memory of words is held."""
    server.put("/one.xml", rss(closes()), etag='"1"')
    await reads(store, clock, server.url("/one.xml"))
    async with pipeline(store, clock) as running:
        await looked(running)
        assert not terms_known("en")
        before = await archive(store)
        clock.advance(3600)
        again = await looked(running)
    assert (again.checked, again.articles, again.opened, again.changed) == (1, 0, 0, 0)
    assert await archive(store) == before


async def test_a_new_process_goes_on_where_the_old_one_was(
    server: FeedServer, store: SqlStore, clock: FakeClock
) -> None:
    """What is known by heart is made again from the store: the next process joins what the last one opened."""
    server.put("/one.xml", rss(closes()))
    server.put("/two.xml", rss())
    await reads(store, clock, server.url("/one.xml"), server.url("/two.xml"))
    async with pipeline(store, clock) as running:
        await looked(running)
    server.put("/two.xml", rss(confirms()))
    clock.advance(3 * 3600)
    async with pipeline(store, clock) as running:
        await looked(running)
    assert len(await archive(store)) == 1


async def test_another_process_between_two_cycles_is_noticed(
    server: FeedServer, store: SqlStore, clock: FakeClock
) -> None:
    """A `brief` that looks beside the running bot opens a signal; the running bot joins it at its next look."""
    server.put("/one.xml", rss())
    server.put("/two.xml", rss())
    await reads(store, clock, server.url("/one.xml"), server.url("/two.xml"))
    async with pipeline(store, clock) as running, pipeline(store, clock) as beside:
        await looked(running)
        server.put("/one.xml", rss(closes()))
        clock.advance(3600)
        await looked(beside)
        server.put("/two.xml", rss(confirms()))
        clock.advance(3600)
        await looked(running)
    (signal,) = await archive(store)
    assert len(signal.articles) == 2


async def test_what_was_left_half_done_is_taken_up(server: FeedServer, store: SqlStore, clock: FakeClock) -> None:
    """A process that dies after reading and before analysis loses nothing: the next cycle analyses what waits."""

    class Dying(Extractive):
        async def read(self, articles: Sequence[Article]) -> list[Reading]:
            raise KeyboardInterrupt

    server.put("/one.xml", rss(closes(), story("Denmark bans new gas boilers in homes", OTHER)), etag='"1"')
    await reads(store, clock, server.url("/one.xml"))
    async with pipeline(store, clock, Dying()) as running:
        with pytest.raises(KeyboardInterrupt):
            await running.cycle()
    assert await archive(store) == []
    async with pipeline(store, clock) as running:
        report = await looked(running)
    assert (report.entries, report.articles, report.findings) == (0, 0, 2)
    assert len(await archive(store)) == 2


async def test_what_the_analyst_fails_on_is_tried_again_later(
    server: FeedServer, store: SqlStore, clock: FakeClock
) -> None:
    """An article the analyst fails on stops no other; it is tried once a cycle, thrice in all, and counted."""
    server.put("/one.xml", rss(closes(), story("Denmark bans new gas boilers in homes", OTHER)))
    await reads(store, clock, server.url("/one.xml"))
    analyst = Failing("Denmark")
    async with pipeline(store, clock, analyst) as running:
        reports = []
        for _ in range(5):
            reports.append(await looked(running))
            clock.advance(3600)
    assert [report.unread for report in reports] == [1, 1, 1, 0, 0]
    assert analyst.asked == 3
    assert len(await archive(store)) == 1


async def test_an_entry_with_nothing_to_read_is_passed_over_for_good(
    server: FeedServer, store: SqlStore, clock: FakeClock
) -> None:
    """Without a title, a text and a page it becomes no article and waits for none; what stands beside it is read."""
    nothing = story("", "", link="https://daily.example/clip.mp4", guid="clip")
    server.put("/one.xml", rss(nothing, closes()))
    await reads(store, clock, server.url("/one.xml"))
    async with pipeline(store, clock) as running:
        report = await looked(running)
    assert (report.entries, report.articles, report.findings) == (2, 1, 1)
    assert await store.articles.waiting(9) == ()


async def test_a_fault_of_ours_in_one_source_stops_no_other(
    server: FeedServer, store: SqlStore, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bug that one feed wakes is that source's failure in the report; the others are read."""
    from bot.reading import feeds, fetcher

    parse = feeds.parse_feed

    def cursed(body: bytes, content_type: str | None, url: str) -> Any:
        if url.endswith("/one.xml"):
            raise RuntimeError("a bug")
        return parse(body, content_type, url)

    monkeypatch.setattr(fetcher, "parse_feed", cursed)
    server.put("/one.xml", rss(closes()))
    server.put("/two.xml", rss(confirms()))
    await reads(store, clock, server.url("/one.xml"), server.url("/two.xml"))
    async with pipeline(store, clock) as running:
        report = await looked(running)
    assert (report.checked, report.failed, report.findings) == (2, 1, 1)
    assert "Daily 1" in report.notes[0]


async def test_wire_copies_bring_no_second_voice(server: FeedServer, store: SqlStore, clock: FakeClock) -> None:
    """The same text in another paper is a member without a voice, and corroborates nothing."""
    server.put("/one.xml", rss(closes()))
    server.put("/two.xml", rss(story("Lithium: Calderon refinery to close", FIRST)))
    await reads(store, clock, server.url("/one.xml"), server.url("/two.xml"))
    async with pipeline(store, clock) as running:
        report = await looked(running)
    (signal,) = await archive(store)
    assert (report.copies, signal.strength.corroboration.points) == (1, 0)
    assert [member.stance for member in signal.articles] == [Stance.OPENS, Stance.COPY]


async def test_after_a_restart_a_copy_is_no_original(server: FeedServer, store: SqlStore, clock: FakeClock) -> None:
    """A new process remembers the originals of the last days, and no copy beside them."""
    server.put("/one.xml", rss(closes()))
    server.put("/two.xml", rss(story("Lithium: Calderon refinery to close", FIRST)))
    await reads(store, clock, server.url("/one.xml"), server.url("/two.xml"))
    async with pipeline(store, clock) as running:
        await looked(running)
    restarted = WorkingSet(store, clock, live_seconds=3600)
    await restarted.load()
    original, copy = await store.articles.since(clock.now() - timedelta(days=4))
    assert len(restarted.copies) == 1
    assert restarted.copies.original_of(copy) == copy.copy_of == original.id


async def test_a_corrected_article_is_a_new_version_in_the_same_signal(
    server: FeedServer, store: SqlStore, clock: FakeClock
) -> None:
    """An article whose text changes stays where it was; both versions are stored, the publisher is one voice."""
    same = {"link": "https://daily.example/calderon", "guid": "calderon"}
    server.put("/one.xml", rss(closes(**same)))
    await reads(store, clock, server.url("/one.xml"))
    async with pipeline(store, clock, pages=False) as running:
        await looked(running)
        server.put("/one.xml", rss(story("Northvale Lithium closes refinery", FIRST.replace("1,400", "1,900"), **same)))
        clock.advance(3600)
        await looked(running)
    (signal,) = await archive(store)
    texts = await store.articles.get([member.article_id for member in signal.articles])
    assert sorted(article.version for article in texts.values()) == [1, 2]
    assert signal.strength.corroboration.points == 0
    for member in signal.articles:
        assert all(quote.quote in texts[member.article_id].text for quote in member.evidence)


async def test_pages_are_read_within_a_budget_and_the_rest_waits(
    server: FeedServer, store: SqlStore, clock: FakeClock
) -> None:
    """At most so many pages a source in one look; what waits is read in the next, newest first."""
    page = "<html><body><article><h1>T</h1>" + FIRST * 2 + "</article></body></html>"
    links = [server.url(f"/page{n}.html") for n in range(5)]
    for n in range(5):
        server.put(f"/page{n}.html", page.replace("Calderon", f"Calderon {n}"), type="text/html")
    items = [
        item(f"Refinery number {n} of Northvale closes", link=link, description="Short.")
        for n, link in enumerate(links)
    ]
    server.put("/one.xml", rss(*items))
    await reads(store, clock, server.url("/one.xml"))
    async with pipeline(store, clock, pages_per_source=2) as running:
        counts = []
        for _ in range(4):
            counts.append((await looked(running)).articles)
            clock.advance(3600)
    assert counts == [2, 2, 1, 0]


async def test_signals_fade_and_close_with_silence(server: FeedServer, store: SqlStore, clock: FakeClock) -> None:
    """A signal without news fades after three days and is closed after `live`; it can still be asked for."""
    server.put("/one.xml", rss(closes()))
    await reads(store, clock, server.url("/one.xml"))
    async with pipeline(store, clock) as running:
        await looked(running)
        states = []
        for days in (0.5, 1, 2, 11):
            clock.advance(days * DAY)
            await looked(running)
            states.append((await archive(store))[0].state)
    assert states == [SignalState.NEW, SignalState.DEVELOPING, SignalState.FADING, SignalState.CLOSED]
    assert await store.signals.live() == ()
    assert await store.signals.get(1) is not None


async def test_a_new_process_closes_what_has_grown_old(server: FeedServer, store: SqlStore, clock: FakeClock) -> None:
    """A signal grows old while no bot runs, too: the first look of the next one closes it without any news."""
    server.put("/one.xml", rss(closes()))
    await reads(store, clock, server.url("/one.xml"))
    async with pipeline(store, clock) as running:
        await looked(running)
    clock.advance(15 * DAY)
    async with pipeline(store, clock) as running:
        await looked(running)
    assert [signal.state for signal in await archive(store)] == [SignalState.CLOSED]


async def test_a_closed_story_that_returns_is_no_longer_first_seen(
    server: FeedServer, store: SqlStore, clock: FakeClock
) -> None:
    """What the archive has closed is remembered: the story's return opens a signal, but not as something new."""
    server.put("/one.xml", rss(closes()))
    await reads(store, clock, server.url("/one.xml"))
    async with pipeline(store, clock) as running:
        await looked(running)
        clock.advance(15 * DAY)
        await looked(running)
        server.put("/one.xml", rss(confirms(pubDate=None)))
        clock.advance(3600)
        await looked(running)
    first, second = await archive(store)
    assert first.state is SignalState.CLOSED
    assert second.strength.novelty.points < 2
    assert "s1" in second.strength.novelty.facts[0]


async def test_a_source_that_never_answered_is_asked_when_somebody_waits(
    server: FeedServer, store: SqlStore, clock: FakeClock
) -> None:
    """A failing source backs off, but a person at the terminal has it asked again if it never answered."""
    server.put("/one.xml", status=503)
    await reads(store, clock, server.url("/one.xml"))
    async with pipeline(store, clock) as running:
        await looked(running)
        server.put("/one.xml", rss(closes()))
        assert (await looked(running)).checked == 0
        report = await running.cycle(eager=True)
    assert report is not None
    assert (report.checked, report.findings) == (1, 1)


async def test_two_cycles_at_once_are_one(server: FeedServer, store: SqlStore, clock: FakeClock) -> None:
    """While one process looks, another's cycle stands back: there is one writer."""
    await reads(store, clock, server.url("/one.xml"))
    async with pipeline(store, clock) as running:
        async with store.lease("cycle"):
            assert await running.cycle() is None
        assert await running.cycle() is not None


async def test_where_nothing_can_be_reached_hope_is_lost_early(
    server: FeedServer, store: SqlStore, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody waits and a dozen of many sources refuse: the others are asked no further, and stay due."""
    monkeypatch.setattr("bot.pipeline.collecting.OFFLINE_SECONDS", 0.05)
    server.put("/one.xml", hang=True)
    refusing = [f"http://127.0.0.{n}:1/one.xml" for n in range(1, 13)]
    silent = [server.url("/one.xml", f"127.0.1.{n}") for n in range(1, 4)]
    await reads(store, clock, *refusing, *silent)
    async with pipeline(store, clock) as running:
        report = await running.cycle(eager=True)
    assert report is not None
    assert (report.checked, report.unreachable) == (len(refusing), len(refusing))
    assert {source.url for source, _ in await store.sources.due(clock.now())} == set(silent)


async def test_a_slow_network_is_a_network(
    server: FeedServer, store: SqlStore, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A dozen sources of which none has answered yet are waited for: each is read, however late."""
    monkeypatch.setattr("bot.pipeline.collecting.OFFLINE_SECONDS", 0.0)
    server.put("/one.xml", rss(closes()), drip=0.0001)
    await reads(store, clock, *(server.url("/one.xml", f"127.0.0.{n}") for n in range(1, 14)))
    async with pipeline(store, clock) as running:
        report = await running.cycle(eager=True)
    assert report is not None
    assert (report.checked, report.unreachable) == (13, 0)


async def test_a_slow_source_of_few_is_waited_for(
    server: FeedServer, store: SqlStore, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One source that takes its time is no sign of a missing network: its answer is read, however late."""
    monkeypatch.setattr("bot.pipeline.collecting.OFFLINE_SECONDS", 0.0)
    server.put("/one.xml", rss(closes()), drip=0.0001)
    await reads(store, clock, server.url("/one.xml"))
    async with pipeline(store, clock) as running:
        report = await running.cycle(eager=True)
    assert report is not None
    assert (report.checked, report.findings) == (1, 1)


THIRD = (
    "<p>Battery makers in Europe fear the closure of the Calderon refinery by Northvale Lithium: they expect to pay 21 "
    "per cent more for lithium carbonate, their federation said. It is the ministry of mining in Chile that they turn "
    "to, as analysts at Torvik Research do.</p>"
)


class Aloof(Extractive):
    """An analyst that sees no relation of an article with anything, until it is told to."""

    relates = False

    async def relate(self, finding: Finding, article: Article, candidates: Sequence[Candidate]) -> Relation:
        return await super().relate(finding, article, candidates if self.relates else ())


@pytest.mark.parametrize("apart", [False, True])
async def test_signals_that_are_one_story_become_one_for_good(
    server: FeedServer, store: SqlStore, clock: FakeClock, apart: bool
) -> None:
    """Opened in one look or in two, they are merged, and counted as that; the next article of the story joins the one
    that is left, whatever it looks most like."""
    server.put("/one.xml", rss(closes()))
    server.put("/two.xml", rss(*[confirms()] * (not apart)))
    server.put("/three.xml", rss())
    await reads(store, clock, *(server.url(f"/{name}.xml") for name in ("one", "two", "three")))
    analyst = Aloof()
    async with pipeline(store, clock, analyst) as running:
        reports = [await looked(running)]
        if apart:
            server.put("/two.xml", rss(confirms()))
            clock.advance(3600)
            reports.append(await looked(running))
        assert sum(report.opened for report in reports) == 2
        assert sum(report.merged for report in reports) == 1
        analyst.relates = True
        server.put("/three.xml", rss(story("Battery makers of Europe fear Calderon closure", THIRD)))
        clock.advance(3600)
        last = await looked(running)
    assert (last.opened, last.merged, last.copies) == (0, 0, 0)
    live = await store.signals.live()
    assert [(signal.id, len(signal.articles)) for signal in live] == [(1, 3)]


async def test_what_took_a_fetch_is_stored_by_itself(
    server: FeedServer, store: SqlStore, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An article whose page was fetched is stored at once, whatever waits before and behind it; those that need no
    page are stored together, at most fifty at a time."""
    page = "<html><body><article><h1>T</h1>" + FIRST * 2 + "</article></body></html>"
    whole = {f"whole {n}": story(f"whole {n}", FIRST, link=f"https://daily.example/{n}.mp4") for n in range(53)}
    paged = {}
    for n in range(3):
        server.put(f"/page{n}.html", page.replace("Calderon", f"Calderon {n}"), type="text/html")
        paged[f"paged {n}"] = story(f"paged {n}", "Short.", link=server.url(f"/page{n}.html"))
    order = ["paged 0", "whole 0", "paged 1", "paged 2", *list(whole)[1:]]
    dated = [clock.now() - timedelta(minutes=n) for n in range(len(order))]
    server.put(
        "/one.xml",
        rss(
            *(
                (whole | paged)[name].replace(format_datetime(MORNING), format_datetime(at))
                for name, at in zip(order, dated, strict=True)
            )
        ),
    )
    await reads(store, clock, server.url("/one.xml"))
    stored: list[list[str]] = []
    save = store.articles.save_all

    async def noted(drafts: Sequence[tuple[int, ArticleDraft]], now: datetime) -> Sequence[Article]:
        stored.append([draft.title for _, draft in drafts])
        return await save(drafts, now)

    monkeypatch.setattr(store.articles, "save_all", noted)
    async with pipeline(store, clock) as running:
        await looked(running)
    assert stored == [*([name] for name in order[:4]), order[4:54], order[54:]]


async def test_whoever_waits_sees_how_far_it_is(server: FeedServer, store: SqlStore, clock: FakeClock) -> None:
    """Each step says how much of it is done, and ends with all of it."""

    class Seen:
        def __init__(self) -> None:
            self.steps: dict[str, list[tuple[int, int]]] = {}

        def step(self, name: str, done: int, total: int) -> None:
            self.steps.setdefault(name, []).append((done, total))

    server.put("/one.xml", rss(closes(), story("Denmark bans new gas boilers in homes", OTHER)))
    server.put("/two.xml", rss(confirms()))
    await reads(store, clock, server.url("/one.xml"), server.url("/two.xml"))
    seen = Seen()
    async with pipeline(store, clock, pages=False) as running:
        await running.cycle(seen)
    assert {name: steps[-1] for name, steps in seen.steps.items()} == {
        "Reading sources": (2, 2),
        "Reading articles": (3, 3),
        "Weighing articles": (3, 3),
    }
    assert all(steps == sorted(steps) for steps in seen.steps.values())
