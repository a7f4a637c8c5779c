"""A channel is told once a date, what it was told is remembered, and a quote that no longer stands is found."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from bot.model import messages
from bot.model.article import Article, TextOrigin
from bot.model.brief import Account, Brief, BriefItem, Correction, Edition, Near, Quiet, StoredBrief, Told, Unable
from bot.model.channel import Channel, ChannelSettings
from bot.model.delivery import DeliveryState
from bot.model.feed import Check, Entry, EntryKeys, EntryState, NewEntry
from bot.model.signal import Batch, Revision, Signal
from bot.model.source import SourceHealth
from storage.store import SqlStore
from tests import make
from tests.clock import MORNING

DAY = timedelta(days=1)
FRIDAY = MORNING.date()
ACCOUNT = Account(412, 38, 31, 2, 2, None, (Near(40, "Nearly", 5, "corroboration"),))
HELLO = (messages.text("Part one."), messages.text("Part two."))


async def channel(store: SqlStore, address: str = "C1") -> Channel:
    return (await store.channels.ensure("slack", address, "#signals", ChannelSettings(), MORNING))[0]


async def signals(store: SqlStore, count: int = 1) -> tuple[Signal, ...]:
    """Signals 1, 2, 3 …, each of one article with one quote and one revision."""
    texts = [f"{make.TEXT} Number {n}." for n in range(1, count + 1)]
    kept = await make.stored(store, *(make.article(n, text, sha256=f"{n}") for n, text in enumerate(texts, 1)))
    made = tuple(
        make.signal(
            a.id, articles=(make.member(a),), revisions=(Revision(a.id, 1, MORNING, "seen", None, make.strength()),)
        )
        for a in kept
    )
    await store.signals.save(Batch(signals=made), MORNING)
    return made


def brief(*told: Signal, on: date = FRIDAY, corrections: tuple[Correction, ...] = ()) -> Brief:
    return Brief(on, ACCOUNT, tuple(BriefItem(n, s, "new") for n, s in enumerate(told, 1)), corrections)


async def test_recorded_once(store: SqlStore) -> None:
    """A brief is kept with its account, its numbers and its messages, once a channel and date."""
    told = await signals(store, 2)
    here, there = await channel(store), await channel(store, "C2")
    kept = await store.briefs.record(here, brief(*told), HELLO, MORNING)
    assert kept == StoredBrief(here.id, FRIDAY, "brief", ACCOUNT, MORNING, ((1, 1), (2, 2)))
    assert await store.briefs.record(here, Quiet(FRIDAY, ACCOUNT), HELLO, MORNING) is None
    assert await store.briefs.get(here.id, FRIDAY) == await store.briefs.last(here.id) == kept
    assert await store.briefs.again(here.id, FRIDAY) == HELLO
    assert await store.briefs.get(there.id, FRIDAY) is await store.briefs.last(there.id) is None
    assert await store.briefs.again(there.id, FRIDAY) == ()
    parts = await store.outbox.under(here.id, "brief:2026-03-27")
    assert [(d.part, d.state, d.message) for d in parts] == [
        (1, DeliveryState.PENDING, HELLO[0]),
        (2, DeliveryState.PENDING, HELLO[1]),
    ]


@pytest.mark.parametrize(("edition", "outcome"), [(Quiet, "quiet"), (Unable, "unable")])
async def test_quiet_and_unable(store: SqlStore, edition: type[Quiet | Unable], outcome: str) -> None:
    """Quiet and unable are told apart for ever, and tell nothing."""
    here = await channel(store)
    account = replace(ACCOUNT, reason="nothing cleared the bar")
    kept = await store.briefs.record(here, edition(FRIDAY, account), (), MORNING)
    assert kept is not None
    assert (kept.outcome, kept.account, kept.numbers) == (outcome, account, ())
    assert await store.briefs.told(here.id) == {}
    assert await store.outbox.idle("slack")


async def test_told(store: SqlStore) -> None:
    """What a channel was last told of each signal is known: the date, the revision, the strength, the publishers."""
    one, two = await signals(store, 2)
    here = await channel(store)
    await store.briefs.record(here, brief(one, two), (), MORNING)
    later = FRIDAY + DAY
    more = Revision(1, 2, MORNING + DAY, "more", None, make.strength(4))
    grown = replace(one, strength=make.strength(4), revisions=(*one.revisions, more))
    await store.signals.save(Batch(signals=(grown,)), MORNING)
    await store.briefs.record(here, brief(grown, on=later), (), MORNING + DAY)
    assert await store.briefs.told(here.id) == {
        1: Told(1, later, MORNING + DAY, 2, 8, 1),
        2: Told(2, FRIDAY, MORNING, 1, 7, 1),
    }
    assert (await store.briefs.last(here.id)) == await store.briefs.get(here.id, later)
    assert await store.briefs.told((await channel(store, "C2")).id) == {}
    assert await store.briefs.told_anywhere() == {1, 2}


async def test_told_follows_a_merge(store: SqlStore) -> None:
    """A telling of an absorbed signal is one of the survivor, at the revision it had then; the brief stays."""
    one, two = await signals(store, 2)
    here, there = await channel(store), await channel(store, "C2")
    await store.briefs.record(here, brief(two), (), MORNING)
    await store.briefs.record(there, brief(one, two), (), MORNING)
    merge = Revision(1, 3, MORNING + DAY, "merged", None, make.strength())
    seen = replace(two.revisions[0], signal_id=1, number=2)
    whole = replace(one, articles=one.articles + two.articles, revisions=(*one.revisions, seen, merge))
    await store.signals.save(Batch(signals=(whole,), merged=((2, 1),)), MORNING + DAY)
    assert await store.briefs.told(here.id) == {1: Told(1, FRIDAY, MORNING, 2, 7, 1)}
    assert await store.briefs.told(there.id) == {1: Told(1, FRIDAY, MORNING, 1, 7, 1)}
    kept = await store.briefs.last(here.id)
    assert kept is not None
    assert kept.numbers == ((1, 2),)
    assert await store.signals.get(2) == whole


async def test_a_brief_decided_before_a_merge(store: SqlStore) -> None:
    """A brief that names a signal merged in the meantime tells its survivor."""
    one, two = await signals(store, 2)
    here = await channel(store)
    await store.signals.save(Batch(merged=((2, 1),)), MORNING)
    await store.briefs.record(here, brief(one, two), (), MORNING)
    assert set(await store.briefs.told(here.id)) == {1}


# --- quotes that no longer stand -----------------------------------------------------------------------------------


async def new_version(store: SqlStore, of: Article, text: str, **fields: object) -> Article:
    keys = EntryKeys(None, None, text)
    (entry,) = await store.sources.record(
        Check(SourceHealth(of.source_id), new=(NewEntry(Entry("again"), keys, EntryState.WAITING),)), MORNING
    )
    draft = replace(of, text=text, sha256=hashlib.sha256(text.encode()).hexdigest(), **fields)  # type: ignore[arg-type]
    return await store.articles.save(entry.id, draft, MORNING + DAY)


async def told_yesterday(store: SqlStore, at: datetime = MORNING) -> tuple[Channel, Article, str]:
    (one,) = await signals(store)
    here = await channel(store)
    await store.briefs.record(here, brief(one), (), at)
    article = (await store.articles.get([1]))[1]
    return here, article, one.articles[0].evidence[0].quote


async def withdrawn(store: SqlStore, where: Channel, since: datetime = MORNING) -> list[str]:
    return [each.words for each in await store.corrections.of(where.id, since) if not each.opened]


async def test_a_quote_that_was_changed_is_withdrawn_once(store: SqlStore) -> None:
    """A told quote that a newer version lacks is named until a brief says so in its corrections."""
    here, article, quote = await told_yesterday(store)
    assert await withdrawn(store, here) == []
    await new_version(store, article, "Memory chip makers lost $10bn in value.")
    (told,) = await store.corrections.of(here.id, MORNING)
    assert (told.words, told.signal_id, told.publisher, told.told) == (quote, 1, article.publisher, (MORNING,))
    assert await withdrawn(store, here, MORNING + DAY) == []
    assert await withdrawn(store, await channel(store, "C2")) == []
    said: Edition = brief(on=FRIDAY + DAY, corrections=(told,))
    await store.briefs.record(here, said, (), MORNING + DAY)
    assert await withdrawn(store, here) == []


async def test_a_quote_that_still_stands(store: SqlStore) -> None:
    """A newer version that still has the words, or the newest that has them again, withdraws nothing."""
    here, article, quote = await told_yesterday(store)
    await new_version(store, article, f"Updated. {quote}")
    assert await withdrawn(store, here) == []
    await new_version(store, article, "Without it.")
    assert await withdrawn(store, here) == [quote]
    await new_version(store, article, f"With it again: {quote}")
    assert await withdrawn(store, here) == []


async def test_a_poorer_version_withdraws_nothing(store: SqlStore) -> None:
    """A version that is only a summary, because the page could not be had, says nothing against a whole text."""
    here, article, _ = await told_yesterday(store)
    await new_version(store, article, "A summary.", text_from=TextOrigin.SUMMARY, text_note="No page.")
    assert await withdrawn(store, here) == []


async def test_an_alert_says_whether_it_is_told_now(store: SqlStore) -> None:
    """Once a revision and channel: where it was told already, nothing is put out again."""
    here, there, (signal,) = await channel(store), await channel(store, "C2"), await signals(store)
    assert await store.briefs.alert(here, signal, FRIDAY, HELLO, MORNING)
    assert not await store.briefs.alert(here, signal, FRIDAY, HELLO, MORNING + DAY)
    assert await store.briefs.alert(there, signal, FRIDAY, HELLO, MORNING)
    assert len(await store.outbox.under(here.id, f"alert:s{signal.id}.1")) == len(HELLO)
