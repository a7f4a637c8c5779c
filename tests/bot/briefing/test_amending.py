"""What a source takes back is said where it was told: in the message, in its thread, in the next brief; once."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.briefing import briefs
from bot.briefing.amending import AmendmentWatch, amend_due
from bot.briefing.service import BriefingService
from bot.delivery.outbox import OutboxSender, deliver
from bot.model.brief import Brief
from bot.model.channel import Channel
from bot.model.delivery import Permanent
from bot.model.errors import StorageError
from bot.model.messages import Card, plain
from bot.model.outgoing import Delivery
from bot.model.signal import Batch
from bot.model.stores import Store
from tests.changes import corrected, lost
from tests.chat import SETTINGS, TODAY, Chat, channel, platforms
from tests.clock import FakeClock
from tests.talk import archive, checked

DAY = timedelta(days=1)


async def told(store: Store, clock: FakeClock, chat: Chat, address: str = "C1") -> Channel:
    """A channel that was told this morning's brief of two signals, s41 and s42."""
    if not await store.signals.latest(1):
        await archive(store, clock.now())
    here = await channel(store, address, replace(SETTINGS, timezone="Europe/Rome"))
    briefing = BriefingService(store, OutboxSender(store, platforms(chat), clock), clock)
    await briefing.tell(here, TODAY)
    await deliver(store, platforms(chat), clock)
    clock.advance(600)
    return here


async def amended(store: Store, clock: FakeClock, chat: Chat, watch: AmendmentWatch | None = None) -> list[Delivery]:
    """What is said now of what was taken back."""
    before = len(chat.deliveries)
    briefing = BriefingService(store, OutboxSender(store, platforms(chat), clock), clock)
    await amend_due(store, briefing, clock, watch or AmendmentWatch())
    await deliver(store, platforms(chat), clock)
    return chat.deliveries[before:]


def card(delivery: Delivery, signal_id: int) -> Card:
    return next(b for b in delivery.message.blocks if isinstance(b, Card) and b.signal_id == signal_id)


async def test_a_quote_that_no_longer_stands_is_struck_where_it_was_told(store: Store, clock: FakeClock) -> None:
    """The message is edited: the quote stays readable, a line says when and why; a line goes into its thread."""
    chat, watch = Chat(), AmendmentWatch()
    await told(store, clock, chat)
    (before,) = [each for each in chat.deliveries if "Nimbus" in plain(each.message)]
    assert await amended(store, clock, chat, watch) == []
    quote = await lost(store, clock, 41)
    edit, line = await amended(store, clock, chat, watch)
    now = card(edit, 41)
    assert (edit.replaces, line.reply_to, line.replaces) == (f"m{chat.deliveries.index(before) + 1}",) * 2 + (None,)
    assert (now.title, now.struck) == (card(before, 41).title, False)
    assert now.quote
    assert (now.quote.text, now.quote.struck) == (card(before, 41).quote.text, True)  # type: ignore[union-attr]
    (note,) = now.notes
    changed = "Meridian Times has changed its article: the words"
    assert note == f"Corrected Friday 27 March: {changed} struck through no longer stand in it."
    assert plain(line.message).startswith(f"Correction. {changed} “{quote}”")
    assert plain(line.message).endswith("[Why?] why s41")
    assert await amended(store, clock, chat) == [], "once"


async def test_a_claim_that_is_corrected_is_struck(store: Store, clock: FakeClock) -> None:
    """An article that corrects the signal strikes its title and analysis, not the quotes, which stand."""
    chat = Chat()
    await told(store, clock, chat)
    await corrected(store, clock, 42)
    edit, line = await amended(store, clock, chat)
    now = card(edit, 42)
    assert now.struck
    assert now.quote
    assert not now.quote.struck
    assert now.notes == ("Corrected Friday 27 March: Meridian Times corrects it: “Correction: it was half”.",)
    assert "has corrected “Driverless cranes are closing Noordhaven as dockers strike” (s42)" in plain(line.message)
    clock.advance(600)
    await corrected(store, clock, 42, "Correction: a third")
    edit, _ = await amended(store, clock, chat)
    assert len(card(edit, 42).notes) == 2, "what was said before stays"


async def test_the_next_brief_opens_with_it_once(store: Store, clock: FakeClock) -> None:
    """Whatever was said where it was told; the brief after that does not."""
    chat = Chat()
    here = await told(store, clock, chat)
    await lost(store, clock, 41)
    await corrected(store, clock, 42)
    await amended(store, clock, chat)
    opened = []
    for day in (1, 2):
        clock.advance(86_400)
        await checked(store, clock.now())
        await corrected(store, clock, 41, f"Correction {day}")  # after that brief
        edition = await briefs.edition(store, here, TODAY + day * DAY, clock.now())
        assert isinstance(edition, Brief)
        await store.briefs.record(here, edition, (), clock.now())
        opened.append(Counter("quote" if each.evidence else each.words for each in edition.corrections))
        clock.advance(60)
    assert opened[0] == Counter({"quote": 2, "Correction: it was half": 1, "Correction 1": 1})
    assert opened[1] == Counter({"Correction 2": 1})


async def test_it_waits_for_what_is_on_its_way_and_leaves_what_never_came(store: Store, clock: FakeClock) -> None:
    """A message that is not sent yet is amended once it is; one that was refused for good has nothing to amend."""
    chat = Chat(C2=[Permanent("gone", message_only=True)] * 9)
    briefing = BriefingService(store, OutboxSender(store, platforms(chat), clock), clock)
    await archive(store, clock.now())
    here = await channel(store, settings=replace(SETTINGS, timezone="Europe/Rome"))
    await briefing.tell(here, TODAY)
    clock.advance(600)
    await lost(store, clock, 41)
    watch = AmendmentWatch()
    await amend_due(store, briefing, clock, watch)
    await deliver(store, platforms(chat), clock)
    assert all(each.purpose.startswith("brief:") for each in chat.deliveries)
    assert [each.purpose.split()[0] for each in await amended(store, clock, chat, watch)] == ["amend", "correct"]
    await told(store, clock, chat, "C2")
    await lost(store, clock, 42)
    assert {each.address for each in await amended(store, clock, chat, watch)} == {"C1"}


async def test_where_nothing_can_be_changed_only_the_line_comes(store: Store, clock: FakeClock) -> None:
    """In the terminal and by mail what was said stays as it is."""
    chat = Chat()
    chat.amends = False
    await told(store, clock, chat)
    await corrected(store, clock, 42)
    (line,) = await amended(store, clock, chat)
    assert line.purpose.startswith("correct ")


async def test_a_merged_signal_is_amended_under_its_old_name(store: Store, clock: FakeClock) -> None:
    """The message still tells it by the id it had."""
    chat = Chat()
    await told(store, clock, chat)
    survivor = await store.signals.get(42)
    assert survivor
    await store.signals.save(Batch(signals=(survivor,), merged=((41, 42),)), clock.now())
    clock.advance(60)
    await corrected(store, clock, 42)
    edits = [each for each in await amended(store, clock, chat) if each.replaces]
    struck = {b.signal_id for each in edits for b in each.message.blocks if isinstance(b, Card) and b.struck}
    assert struck == {41, 42}


@pytest.mark.parametrize("seed", [3, 4])
async def test_killed_at_any_moment_it_is_said_once_everywhere(store: Store, clock: FakeClock, seed: int) -> None:
    """Two channels, five corrections, a process that dies before and after it writes: each is said once in each."""
    chance, chat = random.Random(seed), Chat()
    for address in ("C1", "C2"):
        await told(store, clock, chat, address)
    whole = store.corrections.amend

    async def killed(*given: Any) -> bool:
        if chance.random() < 0.3:
            raise StorageError("Killed before.")
        done = await whole(*given)
        if chance.random() < 0.3:
            raise StorageError("Killed after.")
        return done

    store.corrections.amend = killed  # type: ignore[method-assign,assignment]
    said = list[Delivery]()
    for turn in range(6):
        clock.advance(600)
        await (lost(store, clock, 41) if turn == 2 else corrected(store, clock, 42, f"Correction {turn}"))
        said += await amended(store, clock, chat)
    store.corrections.amend = whole  # type: ignore[method-assign]
    said += await amended(store, clock, chat)
    counts = Counter((each.address, each.purpose) for each in said)
    assert set(counts.values()) == {1}
    assert len(counts) == 2 * 6 * 2
    for address in ("C1", "C2"):
        last = [each for each in said if each.address == address and each.purpose.startswith("amend c")][-1]
        assert len(card(last, 42).notes) == 5
