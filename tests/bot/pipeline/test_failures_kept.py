"""No failure is forgotten: whatever a feed or a page makes fail is recorded, said, and not asked for at every look."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

import pytest

from bot.model.article import Article
from bot.model.errors import StorageError, StorageFull, log_failure, one_of
from bot.model.tasks import task_group
from bot.pipeline.cycle import Pipeline
from storage.store import SqlStore
from tests.bot.pipeline.test_cycle import looked, pipeline, reads
from tests.clock import FakeClock
from tests.servers.feeds import Answer, FeedServer, feed_server, item, rss

NO_ADDRESSES = (
    "http://[", "http://[::1", "//[x]/", "http://127.0.0.1:99999/", "http://127.0.0.1:port/", "http:///", "http://%00/",
)  # fmt: skip
NO_CHARSETS = (
    "idna", "hex", "base64", "zlib", "rot13", "punycode", "undefined", "unicode_escape", "utf-7", "x" * 900,
)  # fmt: skip
FEED = rss(item("Prices fall", description="<p>Prices fell by a third, said the bank.</p>"))
ODD_BYTES = b"<rss><channel><title>Caf\xe9</title><item><title>Pr\xecces</title><guid>1</guid></item></channel></rss>"

ANSWERS = {
    **{f"moved to {each}": Answer(status=301, headers={"Location": each}) for each in NO_ADDRESSES},
    **{f"in {each[:20]}": Answer(ODD_BYTES, type=f"text/xml; charset={each}") for each in NO_CHARSETS},
    **{f"linking {each}": Answer(rss(item("One", link=each))) for each in NO_ADDRESSES},
    "half a letter": Answer('{"items": [{"id": "\\ud800", "title": "\\udfff", "url": "https://a.example/\\ud800"}]}'),
    "a number without end": Answer('{"items": [{"id": 1' + "0" * 5000 + "}]}"),
    "an id of infinity": Answer('{"items": [{"id": 1e999, "title": "One"}]}'),
    "lists as fields": Answer('{"items": [{"id": [1], "title": {"a": 1}, "url": ["x"], "date_published": [2]}]}'),
    "nested beyond reason": Answer("[" * 100_000),
    "markup nested beyond reason": Answer("<rss><channel><item>" + "<b>" * 2_000),
    "a year without end": Answer(rss(item("One", pubDate="Fri, 27 Mar 99999999999 06:00:00 GMT"))),
    "validators of no letters": Answer(FEED, headers={"ETag": "\x01", "Cache-Control": "max-age=" + "9" * 40}),
    "a wait without end": Answer(status=503, headers={"Retry-After": "9" * 400}),
    "a wait in no calendar": Answer(status=503, headers={"Retry-After": "Fri, 99 Foo 20260 99:99:99"}),
}  # fmt: skip


@pytest.fixture
async def server() -> Any:
    async with feed_server() as opened:
        yield opened


@pytest.mark.parametrize("name", ANSWERS)
async def test_an_odd_answer_is_read_or_recorded(
    server: FeedServer, store: SqlStore, clock: FakeClock, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    """Read, or failed with a sentence, it is due again when its turn comes; the source beside it is read."""
    server.script("/odd", ANSWERS[name])
    server.put("/plain", FEED)
    await reads(store, clock, server.url("/odd"), server.url("/plain"))
    async with pipeline(store, clock, pages=False) as running:
        await looked(running)
        await looked(running)
    health = await store.sources.health()
    odd, plain = (health[source.id] for source in await store.sources.all())
    assert len(server.seen("/odd")) <= 1
    assert odd.due_at is not None
    assert odd.due_at > clock.now()
    assert (odd.succeeded_at is None) == bool(odd.error)
    assert (odd.error or ".").endswith((".", "?"))
    assert "fault of ours" not in (odd.error or "")
    assert plain.succeeded_at is not None
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


ODD_PAGES = {
    **{f"canonical {each}": f'<link rel="canonical" href="{each}">' for each in NO_ADDRESSES},
    **{f"leading to {each}": f'<meta http-equiv="refresh" content="0; url={each}">' for each in NO_ADDRESSES},
    "data without end": f'<script type="application/ld+json">{"[" * 100_000}</script>',
    "a date of no calendar": '<meta name="date" content="99999-99-99T99:99:99Z">',
}


@pytest.mark.parametrize("name", ODD_PAGES)
async def test_an_odd_page_is_read_once(server: FeedServer, store: SqlStore, clock: FakeClock, name: str) -> None:
    """Its entry becomes an article, of the page or of the feed's own words, and the page is not asked for again."""
    server.put("/page", f"<html><head>{ODD_PAGES[name]}</head><body><p>Too little.</p></body></html>", type="text/html")
    server.put("/feed", rss(item("Prices fall by a third", link=server.url("/page"), description="<p>So they do.</p>")))
    await reads(store, clock, server.url("/feed"))
    async with pipeline(store, clock) as running:
        for _ in range(3):
            await looked(running)
            clock.advance(3600)
    assert len(server.seen("/page")) == 1
    assert not await store.articles.waiting(10)


class Failing:
    """A Fetcher or a part of the store of which one method raises what nobody expects."""

    def __init__(self, real: Any, method: str, error: Exception, *, only: str = "") -> None:
        self._real, self._method, self._error, self._only = real, method, error, only
        self.asked = 0

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._real, name)
        return self._failing(real) if name == self._method else real

    def _failing(self, real: Any) -> Any:
        async def failing(*args: Any, **kwargs: Any) -> Any:
            self.asked += 1
            if self._only in repr(args):
                raise self._error
            return await real(*args, **kwargs)

        return failing


async def articles(store: SqlStore, clock: FakeClock) -> Sequence[Article]:
    return await store.articles.since(clock.now().replace(year=2000))


async def test_a_fault_of_ours_is_a_failure_of_its_source(
    server: FeedServer, store: SqlStore, clock: FakeClock
) -> None:
    """What nobody expected to raise backs off as any other failure, and is said in the same place."""
    await reads(store, clock, server.url("/feed"))
    async with pipeline(store, clock) as running:
        failing = Failing(running._collector._fetcher, "feed", RecursionError("too deep"))
        running._collector._fetcher = failing
        for _ in range(3):
            await looked(running)
    (health,) = (await store.sources.health()).values()
    assert failing.asked == 1
    assert (health.failures, health.error) == (1, "It could not be read, by a fault of ours.")


async def test_a_page_that_makes_us_fail_leaves_the_feeds_own_words(
    server: FeedServer, store: SqlStore, clock: FakeClock
) -> None:
    """The article says why it holds no more, and the page is not asked for at every look."""
    server.put("/feed", rss(item("Prices fall by a third", link=server.url("/page"), description="<p>So they do.</p>")))
    await reads(store, clock, server.url("/feed"))
    async with pipeline(store, clock) as running:
        failing = Failing(running._maker._fetcher, "page", ValueError("Invalid IPv6 URL"))
        running._maker._fetcher = failing
        for _ in range(3):
            await looked(running)
    (article,) = await articles(store, clock)
    assert failing.asked == 1
    assert article.text_note == "The article’s page could not be read, by a fault of ours."


async def test_an_entry_that_cannot_be_stored_is_passed_over_and_named(
    server: FeedServer, store: SqlStore, clock: FakeClock
) -> None:
    """Its neighbours of the same feed are stored, the look ends, and its report says what is missing."""
    words = "<p>" + "Prices fell by a third this week, said the bank. " * 40 + "</p>"
    server.put("/feed", rss(*(item(f"Prices fall {n}", description=words) for n in ("one", "two", "three"))))
    await reads(store, clock, server.url("/feed"))
    async with pipeline(store, clock) as running:
        await _failing_to_store(running, "Prices fall two")
        report = await looked(running)
        assert (await looked(running)).articles == 0
    assert sorted(each.title for each in await articles(store, clock)) == ["Prices fall one", "Prices fall three"]
    assert report.articles == 2
    assert "Daily 1: “Prices fall two” could not be read, by a fault of ours." in report.notes


async def _failing_to_store(running: Pipeline, title: str) -> None:
    real = running._maker._store

    class Parts:
        articles = Failing(real.articles, "save_all", OverflowError("too large"), only=title)

        def __getattr__(self, name: str) -> Any:
            return getattr(real, name)

    running._maker._store = Parts()  # type: ignore[assignment]


async def test_a_group_of_failures_leaves_as_the_one_that_says_what_to_do() -> None:
    """Of several tasks that fail side by side, a person gets the sentence; a lone error stays what it is."""

    async def fail(error: Exception) -> None:
        raise error

    async def side_by_side() -> None:
        async with task_group() as group:
            group.create_task(fail(KeyError("x")))
            group.create_task(fail(StorageFull("The disk is full.")))

    with pytest.raises(StorageFull, match="disk is full"):
        await side_by_side()
    nested = ExceptionGroup("", [ExceptionGroup("", [KeyError("x")]), ValueError("y")])
    assert isinstance(one_of(nested), KeyError)
    assert isinstance(one_of(NotImplementedError()), NotImplementedError)


def test_the_log_gives_the_sentence_of_what_is_known(caplog: pytest.LogCaptureFixture) -> None:
    """Only what nobody expected comes with its traceback."""
    log = logging.getLogger("tests")
    log_failure(log, "a look failed", ExceptionGroup("", [StorageError("The disk is full.")]))
    log_failure(log, "a look failed", KeyError("x"))
    known, unknown = caplog.records
    assert (known.getMessage(), known.exc_info) == ("a look failed: The disk is full.", None)
    assert unknown.exc_info
