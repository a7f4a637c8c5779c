"""What is old and nothing cites is dropped; what was told, asked about or is cited stays, and every quote is proved."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import func, insert, select

from bot.model.article import Article
from bot.model.brief import Account, Brief, BriefItem, Near, Quiet
from bot.model.channel import FOREVER, Channel, ChannelSettings
from bot.model.finding import Rejection
from bot.model.label import CategoryKind, Label
from bot.model.question import QuestionRecord
from bot.model.retention import Cursor, Spared, Step
from bot.model.run import RunReport
from bot.model.signal import Batch, Revision, Signal, SignalState
from storage import schema
from storage.store import SqlStore
from tests import make
from tests.clock import MORNING
from tests.storage.engines import of_a_file

DAY = timedelta(days=1)
LATER = MORNING + 400 * DAY
OLD = LATER - 180 * DAY


def signal(id: int, *of: Article, **fields: object) -> Signal:
    """A closed signal of these articles."""
    revisions = tuple(Revision(id, n, MORNING, "news", None, make.strength(), a.id) for n, a in enumerate(of, 1))
    base = make.signal(id, articles=tuple(map(make.member, of)), revisions=revisions, state=SignalState.CLOSED)
    return replace(base, **fields)  # type: ignore[arg-type]


async def articles(store: SqlStore, count: int, fetched: datetime = MORNING) -> tuple[Article, ...]:
    """Analysed ones, each rejected: a signal may cite them all the same."""
    made = (
        make.article(n, f"{make.TEXT} {n}.", sha256=f"{n}", fetched=fetched, link=f"https://meridian.example/{n}")
        for n in range(1, count + 1)
    )
    kept = await make.stored(store, *made)
    readings = tuple(Rejection(one.id, "sport", "It is about sport.", "extractive") for one in kept)
    await store.signals.save(Batch(readings=readings), fetched)
    return kept


async def channel(store: SqlStore) -> Channel:
    return (await store.channels.ensure("console", "here", "Terminal", ChannelSettings(), MORNING))[0]


async def drop(store: SqlStore, before: datetime = OLD, unlisted: datetime = MORNING - DAY) -> int:
    """All walks to their end; how many rows went."""
    kept, old = await store.retention.spared(), store.retention
    gone = 0
    walks: tuple[Callable[[Cursor | None], Awaitable[Step]], ...] = (
        partial(old.drop_signals, before, kept),
        partial(old.drop_articles, before, kept),
        partial(old.drop_entries, before, unlisted),
        partial(old.drop_runs, before),
    )
    for walk in walks:
        last: Cursor | None = None
        while (step := await walk(last)).last is not None:
            gone, last = gone + step.dropped, step.last
        gone += step.dropped
    return gone


async def rows(store: SqlStore, *tables: str) -> dict[str, int]:
    async with store._database.read() as connection:
        counted = [await connection.scalar(select(func.count()).select_from(schema.metadata.tables[t])) for t in tables]
    return dict(zip(tables, (each or 0 for each in counted), strict=True))


async def test_what_nothing_cites_is_dropped(store: SqlStore) -> None:
    """Its text, its reading and what its entry said are gone; the newer, the unread and the cited are as they were."""
    old = await articles(store, 120)
    (cited, *_) = old
    await store.signals.save(Batch(signals=(signal(1, cited, state=SignalState.NEW),)), MORNING)
    (unread,) = await make.stored(store, make.article(7, "Not read yet.", link="https://meridian.example/unread"))
    assert await drop(store) == 119 + 2  # the articles with their entries, and the entries of the cited and the unread
    assert await rows(store, "articles", "readings") == {"articles": 2, "readings": 1}
    assert set(await store.articles.get([each.id for each in (*old, unread)])) == {cited.id, unread.id}
    assert [row.evidence.quote async for row in store.signals.audit()] == [make.evidence(cited, 0).quote]
    assert await drop(store) == 0


async def test_what_is_young_stays(store: SqlStore) -> None:
    """What was fetched on the day itself or later is not looked at."""
    await articles(store, 3, fetched=OLD)
    assert await drop(store) == 0
    assert await drop(store, before=OLD + timedelta(microseconds=1)) == 3


async def test_a_signal_nobody_heard_of_goes_whole(store: SqlStore) -> None:
    """With its members, quotes, revisions, labels and index row; what another signal carries stays; its id is not given
    again."""
    a, b = await articles(store, 2)
    gone, kept = signal(1, a, topics=("eels",)), signal(2, b, state=SignalState.FADING)
    await store.signals.save(Batch(signals=(gone, kept)), MORNING)
    await drop(store)
    assert [each async for each in store.signals.every()] == [kept]
    assert not await store.signals.search("eels", 5)
    assert {label.value for label in await store.signals.labels()} >= {"AI", "Micron"}
    assert "eels" not in {label.value for label in await store.signals.labels()}
    assert await rows(store, "evidence", "revisions", "signal_labels", "articles") == {
        "evidence": 1,
        "revisions": 1,
        "signal_labels": 8,
        "articles": 1,
    }
    assert await store.signals.next_id() > 2


async def told(store: SqlStore, one: Signal) -> None:
    here = await channel(store)
    await store.briefs.record(
        here, Brief(MORNING.date(), Account(1, 1, 1, 0, 0), (BriefItem(1, one, "new"),)), (), MORNING
    )


async def nearly_told(store: SqlStore, one: Signal) -> None:
    nearest = (Near(one.id, one.title, 5, "novelty"),)
    await store.briefs.record(
        await channel(store), Quiet(MORNING.date(), Account(1, 1, 1, 0, 0, nearest=nearest)), (), MORNING
    )


async def asked(store: SqlStore, one: Signal) -> None:
    here = await channel(store)
    await store.questions.add(QuestionRecord(0, here.id, "t", "Anna", "why?", "So.", one.id, MORNING))


async def cited(store: SqlStore, one: Signal) -> None:
    here, quotes = await channel(store), one.articles[0].evidence
    await store.questions.add(QuestionRecord(0, here.id, "t", "Anna", "who?", "They.", None, MORNING, quotes))


async def judged(store: SqlStore, one: Signal) -> None:
    await store.channels.judge((await channel(store)).id, one.id, "anna", True, MORNING)


async def muted(store: SqlStore, one: Signal) -> None:
    label = Label(CategoryKind.SIGNAL, str(one.id), one.title)
    await store.channels.mute((await channel(store)).id, label, FOREVER, "Anna", MORNING)


async def shown(store: SqlStore, one: Signal) -> None:
    from bot.model.messages import text
    from bot.model.outgoing import addressed

    said = addressed(await channel(store), "reply:7", 1, text(f"s{one.id} is about chips."))
    await store.outbox.put(said, MORNING)


@pytest.mark.parametrize("heard", [told, nearly_told, asked, cited, judged, muted, shown])
async def test_what_anybody_heard_of_stays(store: SqlStore, heard: object) -> None:
    """A signal that was told, named on a quiet day, asked about, cited, judged, muted or shown stays with its texts."""
    a, b = await articles(store, 2)
    one = signal(1, a)
    await store.signals.save(Batch(signals=(one, signal(2, b))), MORNING)
    await heard(store, one)  # type: ignore[operator]
    await drop(store)
    assert [each async for each in store.signals.every()] == [one]
    assert list(await store.articles.get([a.id, b.id])) == [a.id]
    dossier = await store.signals.dossier(1)
    assert dossier is not None
    assert dossier.texts == (a,)


async def test_versions_and_copies_keep_together(store: SqlStore) -> None:
    """The original of a copy and the earlier version go only after what points at them; a newer version of what was
    told stays, since it may be what takes the quote back."""
    (first,) = await articles(store, 1)
    one = signal(1, first)
    await store.signals.save(Batch(signals=(one,)), MORNING)
    newer = make.article(2, "It says something else.", link=first.link, fetched=MORNING, publisher=first.publisher)
    copy = make.article(3, make.TEXT, link="https://wire.example/3", fetched=MORNING, publisher=make.publisher("Wire"))
    newer, copy = await make.stored(store, newer, copy)
    readings = (Rejection(newer.id, "sport", "It is about sport.", "extractive"),)
    await store.signals.save(Batch(readings=readings, copies=((copy.id, newer.id),)), MORNING)
    await told(store, one)
    await drop(store)
    assert list(await store.articles.get([first.id, newer.id, copy.id])) == [first.id, newer.id]


async def test_what_is_listed_for_ever_is_recognised_for_ever(store: SqlStore) -> None:
    """Of an entry its keys stay, for a dated one as long as a feed was noted to list it; an undated one's for good."""
    dated, undated = await articles(store, 2)
    async with store._database.write() as connection:
        await connection.execute(schema.entries.update().where(schema.entries.c.id == 2).values(published=None))
    await drop(store)
    assert await rows(store, "articles", "entries") == {"articles": 0, "entries": 2}
    await drop(store, unlisted=OLD)
    assert await rows(store, "entries") == {"entries": 1}
    assert (dated.id, undated.id) == (1, 2)


async def test_reports_of_cycles_go_but_for_the_last(store: SqlStore) -> None:
    """The last one says when the sources were read, however long ago that was."""
    ends = [MORNING + timedelta(hours=hours) for hours in range(450)]
    async with store._database.write() as connection:
        await connection.execute(insert(schema.runs), [{"finished": at, "report": RunReport(at, at)} for at in ends])
    await drop(store)
    last = await store.runs.last()
    assert last is not None
    assert last.started == MORNING + timedelta(hours=449)
    assert await rows(store, "runs") == {"runs": 1}


async def test_a_step_is_short(store: SqlStore) -> None:
    """One transaction drops fifty rows at most, and says where to go on."""
    await articles(store, 120)
    first = await store.retention.drop_articles(OLD, Spared(), None)
    assert first.dropped == 50
    second = await store.retention.drop_articles(OLD, Spared(), first.last)
    third = await store.retention.drop_articles(OLD, Spared(), second.last)
    assert (second.dropped, third.dropped, third.last) == (50, 20, None)


@of_a_file
async def test_the_room_is_used_again(store: SqlStore) -> None:
    """What was dropped leaves room that later texts take: the file does not grow by them."""
    await keep_texts(store, MORNING)
    before = await pages(store)
    assert await drop(store) == 200 + 1  # and the entry of the first
    await keep_texts(store, LATER)
    assert await pages(store) == before


async def keep_texts(store: SqlStore, at: datetime) -> None:
    """Two hundred long texts, analysed."""
    await make.stored(store, one := make.article(1, make.TEXT * 12, fetched=at))
    names = ("sentences", "published", "dated_by", "text_from", "weight", "text", "fetched", "title", "version")
    same = {name: getattr(one, name) for name in names}
    values = {**same, "source_id": 1, "publisher_key": "p", "publisher_name": "P", "attempts": 0, "analysed": at}
    rows = [{**values, "sha256": f"{n}", "link": f"https://p.example/{at:%Y}/{n}"} for n in range(200)]
    async with store._database.write() as connection:
        await connection.execute(insert(schema.articles), rows)


async def pages(store: SqlStore) -> int:
    async with store._database.read() as connection:
        return int((await connection.exec_driver_sql("PRAGMA page_count")).scalar_one())
