"""What a channel is told on a date is decided and rendered once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

from bot.briefing.schedule import tell_due
from bot.briefing.service import BriefingService
from bot.delivery.outbox import OutboxSender, deliver
from bot.model.brief import Account, Quiet
from bot.model.signal import Batch
from bot.model.stores import Store
from tests import make
from tests.chat import SETTINGS, TODAY, Chat, channel, looked, platforms
from tests.clock import MORNING, FakeClock


def briefing(store: Store, clock: FakeClock, chat: Chat) -> BriefingService:
    return BriefingService(store, OutboxSender(store, platforms(chat), clock), clock)


async def test_a_date_is_told_once(store: Store, clock: FakeClock) -> None:
    """Two ticks at once, or a restart in between, decide one brief for a channel and date."""
    chat, here = Chat(), await channel(store, settings=replace(SETTINGS, quiet_line=True))
    service = briefing(store, clock, chat)
    both = await asyncio.gather(service.tell(here, TODAY), service.tell(here, TODAY))
    assert sum(stored is not None for stored in both) == 1
    assert await service.tell(here, TODAY) is None
    await deliver(store, platforms(chat), clock)
    assert len(chat.log) == 1


async def test_a_brief_is_rendered_once_and_told(store: Store, clock: FakeClock) -> None:
    """What is due is decided, rendered, stored, told; what changes afterwards does not change what is told."""
    await looked(store)
    article = (await make.stored(store, make.article(id=1)))[0]
    signal = make.signal(id=1, articles=(make.member(article),))
    await store.signals.save(Batch((make.finding(article.id),), signals=(signal,)), MORNING)
    chat, here = Chat(), await channel(store)
    await tell_due(store, briefing(store, clock, chat), clock, 6 * 3600)
    await store.signals.save(Batch(signals=(replace(signal, title="Something else"),)), MORNING)
    await deliver(store, platforms(chat), clock)
    assert signal.title in chat.words[0]
    stored = await store.briefs.get(here.id, TODAY)
    assert stored
    assert stored.numbers == ((1, 1),)


async def test_a_quiet_morning_says_nothing_unless_it_should(store: Store, clock: FakeClock) -> None:
    """Quiet is recorded without a word; with `quiet on` it is one line."""
    await looked(store)
    chat = Chat()
    service, silent = briefing(store, clock, chat), await channel(store)
    speaking = await channel(store, "C2", replace(SETTINGS, quiet_line=True))
    stored = [await service.tell(each, TODAY) for each in (silent, speaking)]
    assert [s.outcome for s in stored if s] == ["quiet", "quiet"]
    await deliver(store, platforms(chat), clock)
    assert [address for address, *_ in chat.log] == ["C2"]
    assert "\n" not in chat.words[0]


async def test_a_slot_slept_through_is_recorded_as_such(store: Store, clock: FakeClock) -> None:
    """Past the catch-up window the date is recorded as unable, and today's slot is still told."""
    await looked(store)
    chat, here = Chat(), await channel(store)
    assert await tell_due(store, briefing(store, clock, chat), clock, 6 * 3600) == 2
    yesterday, today = [await store.briefs.get(here.id, TODAY - timedelta(days=ago)) for ago in (1, 0)]
    assert yesterday
    assert yesterday.outcome == "unable"
    assert today
    assert today.outcome == "quiet"
    assert await tell_due(store, briefing(store, clock, chat), clock, 6 * 3600) == 0


async def test_channels_out_of_reach_are_owed_nothing_yet(store: Store, clock: FakeClock) -> None:
    """A channel whose platform is not open is neither told nor marked as missed."""
    await channel(store)
    service = BriefingService(store, OutboxSender(store, {}, clock), clock)
    assert await tell_due(store, service, clock, 6 * 3600) == 0


async def test_opening_the_terminal_is_asking(store: Store, clock: FakeClock) -> None:
    """The first opening of a day tells, a quiet morning too; a later one shows the same again, once each."""
    await looked(store)
    chat, here = Chat(), await channel(store)
    for times in (1, 2, 3):
        service = briefing(store, clock, chat)
        await service.show_today(here)
        await service.show_today(here)
        await deliver(store, platforms(chat), clock)
        assert len(chat.log) == times
    assert len(set(chat.words)) == 1
    assert "Quiet" in chat.words[0]


async def test_a_morning_passed_over_in_silence_is_put_into_words_when_asked(store: Store, clock: FakeClock) -> None:
    """A quiet morning recorded without a word by the ticker is said when the terminal is opened."""
    chat, here = Chat(), await channel(store)
    quiet = Quiet(TODAY, Account(12, 3, 2, 0, reason="Nothing reached the bar of 6."))
    await store.briefs.record(here, quiet, (), MORNING)
    await briefing(store, clock, chat).show_today(here)
    await deliver(store, platforms(chat), clock)
    assert "Nothing reached the bar of 6." in chat.words[0]
