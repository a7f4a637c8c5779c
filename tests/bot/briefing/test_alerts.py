"""What is told at once: what newly reaches the strength asked for, once a revision, within bounds."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from weakref import WeakKeyDictionary

from bot.briefing import briefs
from bot.briefing.alerts import AlertWatch
from bot.briefing.schedule import alert_due
from bot.briefing.service import BriefingService
from bot.delivery.outbox import OutboxSender, deliver
from bot.model.brief import Brief, Quiet
from bot.model.channel import FOREVER, Channel
from bot.model.errors import StorageError
from bot.model.finding import Stance
from bot.model.label import CategoryKind, Label
from bot.model.messages import plain
from bot.model.signal import Batch, Revision, Signal
from bot.model.stores import Store
from tests import make
from tests.chat import SETTINGS, TODAY, Chat, channel, platforms
from tests.clock import FakeClock
from tests.talk import archive

WATCHES: WeakKeyDictionary[Store, AlertWatch] = WeakKeyDictionary()
"""What was looked at so far in each store, as while the bot runs."""


async def alerted(store: Store, clock: FakeClock, **settings: Any) -> Channel:
    """A channel that asked a minute ago to be alerted from strength 8 on, in an archive of three signals."""
    await archive(store, clock.now())
    given: dict[str, Any] = {"alert": 8, "alert_from": clock.now() - timedelta(minutes=1), "timezone": "Europe/Rome"}
    return await channel(store, settings=replace(SETTINGS, **given | settings))


async def grown(store: Store, clock: FakeClock, signal_id: int, *parts: int, why: str = "it grows") -> Signal:
    """The signal, of that strength by a development of this moment."""
    signal = await store.signals.get(signal_id)
    assert signal
    strength = make.strength(*parts)
    number = len(signal.revisions) + 1
    article = signal.articles[-1].article_id
    revision = Revision(signal_id, number, clock.now(), why, Stance.DEVELOPS, strength, article)
    new = replace(signal, strength=strength, changed=clock.now(), revisions=(*signal.revisions, revision))
    await store.signals.save(Batch(signals=(new,)), clock.now())
    return new


async def alerts(store: Store, clock: FakeClock, chat: Chat, most: int = 3) -> list[str]:
    """What the channel is told at once now."""
    before = len(chat.log)
    briefing = BriefingService(store, OutboxSender(store, platforms(chat), clock), clock)
    await alert_due(store, briefing, clock, most, WATCHES.setdefault(store, AlertWatch()))
    await deliver(store, platforms(chat), clock)
    return [words for _, words, _ in chat.log[before:]]


async def test_what_reaches_the_strength_is_told_at_once(store: Store, clock: FakeClock) -> None:
    """Once a revision; what stood there before the channel asked is no news; a further development is told again."""
    await alerted(store, clock)
    chat = Chat()
    assert await alerts(store, clock, chat) == []
    clock.advance(600)
    await grown(store, clock, 42, 3, 2, 2, 1)
    (told,) = await alerts(store, clock, chat)
    assert told.startswith("The Bellwether · at once\ns42  Driverless cranes are closing Noordhaven")
    assert "; 7 → 8" in told
    assert await alerts(store, clock, chat) == []
    clock.advance(600)
    await grown(store, clock, 42, 4, 2, 2, 1, why="the port closes")
    (again,) = await alerts(store, clock, chat)
    assert "; 8 → 9" in again


async def test_what_was_told_at_once_is_not_told_again_in_the_morning(store: Store, clock: FakeClock) -> None:
    """The next brief has it only if it has changed since."""
    here = await alerted(store, clock)
    chat = Chat()
    clock.advance(600)
    await grown(store, clock, 42, 3, 2, 2, 1)
    await alerts(store, clock, chat)
    clock.advance(60)
    brief = await briefs.edition(store, here, TODAY, clock.now())
    assert isinstance(brief, Brief)
    assert {item.signal.id: item.delta for item in brief.items}[42] == "told today"
    await store.briefs.record(here, brief, (), clock.now())
    clock.advance(86_400)
    after = await briefs.edition(store, here, TODAY + timedelta(days=1), clock.now())
    assert not isinstance(after, Brief) or 42 not in {item.signal.id for item in after.items}


async def test_bounds(store: Store, clock: FakeClock) -> None:
    """At most so many a local day; the rest waits for the morning; the next day it counts anew."""
    await alerted(store, clock)
    chat = Chat()
    clock.advance(600)
    for signal_id in (41, 42, 43):
        await grown(store, clock, signal_id, 4, 2, 2, 1)
    assert len(await alerts(store, clock, chat, most=2)) == 2
    assert await alerts(store, clock, chat, most=2) == []
    clock.advance(86_400)
    assert len(await alerts(store, clock, chat, most=2)) == 1


async def test_only_what_changed_is_looked_at(store: Store, clock: FakeClock) -> None:
    """A tick reads the signals stored since the last one; all of them where a channel asks for something else."""
    here = await alerted(store, clock)
    await alerts(store, clock, Chat())
    clock.advance(600)
    whole, read = store.signals.live, list[int]()

    async def counted() -> tuple[Signal, ...]:
        read.append(1)
        return await whole()

    store.signals.live = counted  # type: ignore[method-assign]
    assert await alerts(store, clock, Chat()) == []
    await grown(store, clock, 42, 3, 2, 2, 1)
    assert len(await alerts(store, clock, Chat())) == 1
    assert not read
    await store.channels.save(replace(here, settings=replace(here.settings, alert=9)))
    assert await alerts(store, clock, Chat()) == []
    assert read


async def test_an_alert_that_failed_is_tried_again(store: Store, clock: FakeClock) -> None:
    """What could not be told at one tick is told at the next, though nothing has changed."""
    await alerted(store, clock)
    await alerts(store, clock, Chat())
    clock.advance(600)
    await grown(store, clock, 42, 3, 2, 2, 1)
    record = store.briefs.alert

    async def failing(*_: Any) -> bool:
        raise StorageError("The disk is full.")

    store.briefs.alert = failing  # type: ignore[method-assign,assignment]
    assert await alerts(store, clock, Chat()) == []
    store.briefs.alert = record  # type: ignore[method-assign]
    assert len(await alerts(store, clock, Chat())) == 1


async def test_muted_paused_and_narrowed_channels_stay_silent(store: Store, clock: FakeClock) -> None:
    """A mute hides at once, a pause stops all, “only” holds here too; a channel that asks for no alerts gets none."""
    here = await alerted(store, clock)
    clock.advance(600)
    await grown(store, clock, 42, 4, 2, 2, 1)
    trade = Label(CategoryKind.TOPIC, "trade", "trade")
    silent: tuple[dict[str, Any], ...] = (
        {"paused_until": FOREVER},
        {"only": (Label(CategoryKind.TOPIC, "water", "water"),)},
        {"alert": None},
        {"alert": 10},
    )
    for settings in silent:
        await store.channels.save(replace(here, settings=replace(here.settings, **settings)))
        assert await alerts(store, clock, Chat()) == [], settings
    await store.channels.save(here)
    mute = await store.channels.mute(here.id, trade, FOREVER, "Anna", clock.now())
    assert await alerts(store, clock, Chat()) == []
    await store.channels.unmute(mute.id)
    assert len(await alerts(store, clock, Chat())) == 1


async def test_a_quote_told_at_once_is_corrected_too(store: Store, clock: FakeClock) -> None:
    """Where the article loses the words later, the next brief opens with that."""
    here = await alerted(store, clock)
    clock.advance(600)
    signal = await grown(store, clock, 41, 4, 2, 2, 1)
    assert len(await alerts(store, clock, Chat())) == 1
    article = (await store.articles.get([signal.articles[0].article_id]))[signal.articles[0].article_id]
    clock.advance(600)
    changed = make.article(text="Nothing of it is true.", publisher=article.publisher, link=article.link)
    await make.stored(store, replace(changed, fetched=clock.now()))
    (withdrawn, *_) = await store.corrections.of(here.id, clock.now() - timedelta(days=1))
    assert withdrawn.signal_id == 41
    edition = await briefs.edition(store, here, TODAY, clock.now())
    assert not isinstance(edition, Quiet)
    assert isinstance(edition, Brief)
    assert withdrawn in edition.corrections


def test_an_alert_reads_like_a_card() -> None:
    """With its id for a number, for it stands in no brief."""
    from bot.briefing.views.brief_view import alert_message
    from bot.model.brief import BriefItem
    from tests.clock import MORNING

    said = plain(alert_message(BriefItem(1, make.signal(), "new"), MORNING))
    assert said.startswith("The Bellwether · at once\ns42  Efficiency gains")
