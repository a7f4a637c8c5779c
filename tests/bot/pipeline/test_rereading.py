"""What is read again revises its signals, and nobody is told because of it; whatever cuts it off, it goes on."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.briefing import alerts, briefs
from bot.cli.checks import audit
from bot.model.article import Article
from bot.model.brief import Brief, Quiet
from bot.model.channel import Channel, ChannelSettings
from bot.model.feed import Check
from bot.model.finding import Finding, Part, Pick, Reading, Rejection, Stance, Unread
from bot.model.rereading import Wanted
from bot.model.signal import Batch, Revision, Signal, SignalState
from bot.model.source import SourceHealth
from bot.pipeline import rereading
from bot.pipeline.rereading import Account, Rereader
from bot.pipeline.tally import NoProgress
from bot.pipeline.working_set import WRITER_KEY
from storage.store import SqlStore, open_store
from tests import make
from tests.clock import MORNING, FakeClock

ALL = Wanted("extractive")
LATER = MORNING + timedelta(hours=20)
WEAK = make.strength(consequence=1, evidence=1)


@pytest.fixture
async def store(tmp_path: Path, empty_database: Path, clock: FakeClock) -> AsyncIterator[SqlStore]:
    """Three signals of one article each, a closed one among them, and an article that makes none."""
    path = tmp_path / "bellwether.db"
    shutil.copy(empty_database, path)
    async with open_store(str(path), clock=clock, lease_clock=FakeClock()) as opened:
        texts = [f"{make.TEXT} So plant {n}." for n in range(4)]
        kept = await make.stored(opened, *(make.article(0, t, link=f"https://m.example/{t[-2]}") for t in texts))
        said: list[Reading] = [weak(one) for one in kept[:3]]
        said.append(Rejection(kept[3].id, "sport", "It is of sport.", "extractive"))
        signals = [signal(n, one) for n, one in enumerate(kept[:3], 1)]
        signals[2] = replace(signals[2], state=SignalState.CLOSED)
        await opened.signals.save(Batch(tuple(said), signals=tuple(signals)), MORNING)
        yield opened


def weak(article: Article) -> Finding:
    return make.finding(article.id, picks=(Pick(0, 0),), consequence=Part(1, ("a wording",)), substance=Part(1))


def strong(article: Article) -> Finding:
    """What a later version says of the article."""
    return make.finding(article.id, topics=("chips", "energy"), places=("KR",), consequence=Part(4, ("an order",)))


def signal(id: int, article: Article) -> Signal:
    found = weak(article)
    points = {"consequence": found.consequence, "substance": found.substance}
    opening = Revision(id, 1, MORNING, "first seen", Stance.OPENS, WEAK, article.id)
    return make.signal(id, articles=(make.member(article, **points),), strength=WEAK, revisions=(opening,))


def rereader(store: SqlStore, says: Callable[[Article], Reading], at: FakeClock | None = None) -> Rereader:
    async def read(articles: Sequence[Article]) -> list[Reading]:
        return [says(each) for each in articles]

    return Rereader(store, at or FakeClock(LATER), read, reader="the rules of version 9", ahead=2)


async def reread(store: SqlStore, says: Callable[[Article], Reading], wanted: Wanted = ALL) -> tuple[Account, int]:
    return await rereader(store, says).run(wanted, NoProgress())


async def test_a_signal_is_revised(store: SqlStore) -> None:
    """Its quotes, points and labels are those of now, its id, text and day those it had, and a revision says why."""
    before = await store.signals.get(1)
    account, done = await reread(store, strong)
    after = await store.signals.get(1)
    assert before is not None
    assert after is not None
    assert (account.articles, account.otherwise, account.signals, account.handed, done) == (4, 4, 3, 1, 4)
    assert after.articles[0].evidence[0].quote.startswith("“If models can run with")
    assert (after.strength.total, after.topics, after.places) == (8, ("AI", "chips", "energy"), ("US", "KR"))
    assert (after.changed, after.state, after.title) == (before.changed, before.state, before.title)
    assert after.revisions[:-1] == before.revisions
    last = after.revisions[-1]
    assert (last.stance, last.at, last.strength) == (Stance.REREAD, LATER, after.strength)
    assert last.why == (
        "read again by the rules of version 9: other quotes from Meridian Times, also under energy and South Korea and "
        "strength 4 → 8"
    )
    assert await audit(store.signals) == (3, ())
    assert {each.id for each in await store.signals.search("energy", 5)} == {1, 2, 3}
    closed = await store.signals.get(3)
    assert closed is not None
    assert closed.state is SignalState.CLOSED
    assert await store.memory.recall(WRITER_KEY)  # the bot reads its signals anew
    again, _ = await reread(store, strong)
    assert (again.articles, again.otherwise, again.signals) == (3, 0, 0)


async def test_what_makes_no_signal_today_stays(store: SqlStore) -> None:
    """An article of a signal stays in it as it was read, as does one that cannot be read; one alone stays alone."""

    def says(article: Article) -> Reading:
        if article.id == 1:
            return make.finding(1, picks=(Pick(70, 70),))  # of which nothing can be quoted
        return Unread(2, "it takes too long") if article.id == 2 else strong(article)

    before = [await store.signals.get(n) for n in (1, 2)]
    account, _ = await reread(store, says)
    assert (account.otherwise, account.signals, account.stayed, account.unread) == (3, 1, 1, 1)
    assert [await store.signals.get(n) for n in (1, 2)] == before
    assert len(await store.signals.latest(9)) == 3


@pytest.mark.parametrize(("days", "handed"), [(0, [4, 5]), (3, [])])
async def test_what_was_passed_over(store: SqlStore, days: int, handed: list[int]) -> None:
    """Of these days it is handed to the next look, given up unread or rejected; an old one makes no signal any more."""
    await make.stored(store, make.article(0, f"{make.TEXT} So plant 5.", link="https://m.example/5"))
    for _ in range(3):
        await store.signals.save(Batch((Unread(5, "it is in Klingon"),)), MORNING)
    account, _ = await rereader(store, strong, FakeClock(MORNING + timedelta(days=days))).run(ALL, NoProgress())
    assert (account.articles, account.otherwise, account.handed) == (5, 5, len(handed))
    assert [each.id for each in await store.articles.unread(9)] == handed
    assert len(await store.signals.latest(9)) == 3
    passed = await store.articles.passed_over(MORNING - timedelta(days=1))
    assert len(passed) == len(handed)
    assert all(each.trouble is None and each.reason is None for each in passed)


async def test_only_what_is_wanted(store: SqlStore) -> None:
    """Neither what a model has read nor what was published before the day."""
    assert (await reread(store, strong, Wanted("claude")))[0].articles == 0
    assert (await reread(store, strong, Wanted("extractive", LATER)))[0].articles == 0
    assert (await reread(store, strong, Wanted("extractive", MORNING - timedelta(days=1))))[0].articles == 4


async def test_nobody_is_told_anew(store: SqlStore, clock: FakeClock) -> None:
    """Strong enough only since it was read again, a signal is no alert, and once told not told again."""
    settings = ChannelSettings(timezone="UTC", bar=3, alert=7)
    channel, _ = await store.channels.ensure("chat", "here", "Desk", settings, MORNING - timedelta(days=1))
    told = await edition(store, channel, 0)
    assert isinstance(told, Brief)
    await store.briefs.record(channel, told, (), MORNING)
    other, _ = await store.channels.ensure("chat", "there", "Desk", settings, MORNING - timedelta(days=1))
    await reread(store, strong)
    assert isinstance(await edition(store, channel, 1), Quiet)
    moment = briefs.Moment(store, LATER)
    assert [await alerts.due(store, each, moment) for each in (channel, other)] == [(), ()]


async def edition(store: SqlStore, channel: Channel, days: int) -> object:
    now = MORNING + timedelta(days=days, seconds=1)
    await store.sources.record(Check(SourceHealth(1, checked_at=now, succeeded_at=now)), now)
    return await briefs.edition(store, channel, now.date(), now, since=now - timedelta(hours=9))


async def test_cut_off_it_goes_on(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was stored is not read again, and no signal is revised twice; with another wish it begins anew."""
    monkeypatch.setattr(rereading, "SIGNALS_AT_ONCE", 1)
    seen: list[int] = []

    def says(article: Article) -> Reading:
        seen.append(article.id)
        if len(seen) == 3:
            raise RuntimeError("the machine is gone")
        return strong(article)

    with pytest.raises(RuntimeError):
        await reread(store, says)
    first = list(seen)
    account, done = await reread(store, says)
    assert done < account.articles == 4
    assert (account.otherwise, account.signals) == (4, 3)
    assert sorted({*first, *seen}) == [1, 2, 3, 4]
    for number in (1, 2, 3):
        found = await store.signals.get(number)
        assert found is not None
        assert [each.stance for each in found.revisions] == [Stance.OPENS, Stance.REREAD]


async def test_beside_a_look(store: SqlStore) -> None:
    """While the bot changes signals nothing else does; it waits until the bot is done."""
    held, done = asyncio.Event(), asyncio.Event()

    async def look() -> None:
        async with store.lease("signals"):
            held.set()
            await done.wait()

    looking = asyncio.create_task(look())
    await held.wait()
    running = asyncio.create_task(reread(store, strong))
    for _ in range(50):
        await asyncio.sleep(0)
    assert not running.done()
    found = await store.signals.get(1)
    assert found is not None
    assert len(found.revisions) == 1
    done.set()
    await looking
    assert (await running)[0].signals == 3
