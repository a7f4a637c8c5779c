"""The inbox, questions, cycles, and small facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from bot.model import messages
from bot.model.channel import Channel, ChannelSettings
from bot.model.delivery import DeliveryState, Sent
from bot.model.event import Asker, Event, EventKind
from bot.model.feed import Check
from bot.model.finding import Unread
from bot.model.outgoing import Delivery
from bot.model.question import QuestionRecord
from bot.model.run import LookAccount, RunReport
from bot.model.signal import Batch
from bot.model.source import SourceHealth
from bot.text.languages import NEEDS_MODEL
from storage.schema import metadata
from storage.store import SqlStore
from tests import make
from tests.clock import MORNING

HOUR = timedelta(hours=1)
EVENT = Event(
    platform="telegram", id="u1", address="-100", channel_name="Desk", asker=Asker("7", "Ann", operator=True),
    text="why 1", at=MORNING, thread="55", quoted="a\ud83d part", reply_to="55", kind=EventKind.SAID,
)  # fmt: skip


async def channel(store: SqlStore) -> Channel:
    return (await store.channels.ensure("telegram", "-100", "Desk", ChannelSettings(), MORNING))[0]


async def test_an_event_is_accepted_once(store: SqlStore) -> None:
    """However often it comes, an event is accepted once; it is open until it is done; another platform's is another."""
    event = replace(EVENT, quoted="a part")
    assert await store.inbox.accept(event, MORNING)
    assert not await store.inbox.accept(replace(event, text="other"), MORNING)
    other = replace(event, platform="slack")
    assert await store.inbox.accept(other, MORNING)
    assert await store.inbox.open() == (event, other)
    await store.inbox.done("telegram", "u1")
    assert await store.inbox.open() == (other,)
    assert not await store.inbox.accept(event, MORNING)


async def test_bad_words_of_a_person_are_kept(store: SqlStore) -> None:
    """Half a character in what a person wrote does not lose the event."""
    assert await store.inbox.accept(EVENT, MORNING)
    (kept,) = await store.inbox.open()
    assert kept == replace(EVENT, quoted="a\ufffd part")


async def test_an_answer_and_its_event_are_one(store: SqlStore) -> None:
    """An event is done exactly when its replies are in the outbox."""
    where = await channel(store)
    event = replace(EVENT, quoted=None)
    await store.inbox.accept(event, MORNING)
    replies = tuple(
        Delivery(f"d{n}", where.id, "telegram", "-100", "reply:u1", n, messages.text(f"{n}"), DeliveryState.PENDING)
        for n in (1, 2)
    )
    await store.inbox.answered(event, replies, MORNING)
    assert await store.inbox.open() == ()
    assert await store.outbox.under(where.id, "reply:u1") == replies


async def test_questions_by_thread(store: SqlStore) -> None:
    """A thread's last questions come oldest first, whole; forgetting deletes the thread's and no other's."""
    (article,) = await make.stored(store, make.article())
    await store.signals.save(Batch(signals=(make.signal(1, articles=(make.member(article),)),)), MORNING)
    where = await channel(store)
    base = QuestionRecord(0, where.id, "t1", "Ann", "Why?", "Because.", 1, MORNING, (make.evidence(article),), "{}")
    ids = [await store.questions.add(replace(base, question=f"{n}?")) for n in range(4)]
    await store.questions.add(other := replace(base, thread="t2", signal_id=None, cited=(), rest=None))
    assert await store.questions.thread(where.id, "t1", 2) == (
        replace(base, id=ids[2], question="2?"),
        replace(base, id=ids[3], question="3?"),
    )
    newest, *_ = await store.questions.all(9)
    assert replace(newest, id=0) == other
    assert await store.questions.forget(where.id, "t1") == 4
    assert await store.questions.forget(where.id, "t1") == 0
    assert len(await store.questions.all(9)) == 1


async def test_questions_for_the_operator(store: SqlStore) -> None:
    """All that was asked comes newest first; of one channel, or with words of the question or the answer."""
    here = await channel(store)
    there, _ = await store.channels.ensure("slack", "C1", "#there", ChannelSettings(), MORNING)
    base = QuestionRecord(0, here.id, "t1", "Ann", "Why 100%?", "Because.", None, MORNING)
    await store.questions.add(base)
    await store.questions.add(replace(base, question="Who?", answer="Nordline."))
    await store.questions.add(replace(base, channel_id=there.id, question="And who else?", answer="Nobody."))

    async def asked(limit: int | None = 9, **which: Any) -> list[str]:
        return [each.question for each in await store.questions.all(limit, **which)]

    assert await asked() == await asked(None) == ["And who else?", "Who?", "Why 100%?"]
    assert await asked(1) == ["And who else?"]
    assert await asked(channel_id=here.id) == ["Who?", "Why 100%?"]
    assert await asked(words="who") == ["And who else?", "Who?"]
    assert await asked(words="nordLINE") == ["Who?"]
    assert await asked(words="100%") == ["Why 100%?"]
    assert await asked(words="nothing", channel_id=there.id) == []


async def test_forgetting_leaves_no_words(store: SqlStore) -> None:
    """What was said in a forgotten thread stands nowhere in the store any more; another thread's words stay, and
    neither event is new again."""
    where = await channel(store)
    secret, other = replace(EVENT, quoted=None, text="who sold Nordline?"), replace(EVENT, id="u2", thread="56")
    for event, said in ((secret, "Secretly so."), (other, "Openly so.")):
        await store.inbox.accept(event, MORNING)
        purpose = f"reply:{event.id}"
        reply = Delivery(event.id, where.id, "telegram", "-100", purpose, 1, messages.text(said), DeliveryState.PENDING)
        await store.inbox.answered(event, [reply], MORNING)
        while claimed := await store.outbox.claim(MORNING, ["telegram"]):
            await store.outbox.settle(claimed.id, Sent(f"m{event.id}"), None, MORNING)
        record = QuestionRecord(0, where.id, event.thread or "", "7", event.text, said, None, MORNING)
        await store.questions.add(record)
    assert await store.questions.forget(where.id, "55") == 1
    async with store._database.read() as connection:
        rows = [row for table in metadata.sorted_tables for row in await connection.execute(select(table))]
    dump = "\n".join(map(str, rows))
    assert "Nordline" not in dump
    assert "Secretly" not in dump
    assert "Openly" in dump
    found = await store.outbox.by_ref(where.id, "mu1")
    assert found
    assert messages.plain(found.message) == "Forgotten."
    assert not await store.inbox.accept(secret, MORNING)
    assert await store.inbox.get("telegram", "u2") == replace(other, quoted="a\ufffd part")


async def test_the_last_cycle(store: SqlStore) -> None:
    """The report that was recorded last comes back whole, also after one from a clock that was ahead."""
    assert await store.runs.last() is None
    late = RunReport(MORNING, MORNING + HOUR, checked=38, failed=2, notes=("One feed is gone.",))
    await store.runs.record(replace(late, finished=MORNING + 365 * 24 * HOUR, notes=()))
    await store.runs.record(late)
    assert await store.runs.last() == late


async def test_what_was_looked_at(store: SqlStore) -> None:
    """The account counts what was fetched since then, what of it was analysed or failed, and who answered."""
    assert await store.runs.look(MORNING, MORNING) == LookAccount(0, 0, 0, 0, 0, 0)
    given = [
        make.article(n, f"Text {n}.", sha256=f"{n}", publisher=make.publisher(f"P{n % 3}"), fetched=MORNING + n * HOUR)
        for n in range(6)
    ]
    kept = await make.stored(store, *given)
    sources = {one.publisher.name: one.source_id for one in kept}
    well = SourceHealth(sources["P0"], checked_at=MORNING + HOUR, succeeded_at=MORNING + HOUR)
    failed = SourceHealth(sources["P1"], checked_at=MORNING + HOUR, succeeded_at=MORNING - HOUR, failures=1)
    for health in (well, failed):
        await store.sources.record(Check(health), MORNING + HOUR)
    await store.sources.record(Check(SourceHealth(sources["P2"]), gone=True), MORNING + HOUR)
    readings = (
        make.finding(kept[2].id),
        make.finding(kept[0].id),
        Unread(kept[3].id, "No."),
        Unread(kept[0].id, "No."),
    )
    await store.signals.save(Batch(readings=readings, copies=((kept[4].id, kept[2].id),)), MORNING)
    look = await store.runs.look(MORNING + 2 * HOUR, MORNING + 4 * HOUR)
    assert look == LookAccount(articles=3, sources=2, checked=0, publishers=3, analysed=2, unread=1)
    assert (await store.runs.look(MORNING, MORNING + 9 * HOUR)).checked == 1


async def test_what_needs_a_model_is_counted_by_language(store: SqlStore) -> None:
    """Of what the analyst failed on, that which it has no word lists for; once it is read it counts no more."""
    given = [
        make.article(n, f"Text {n}.", sha256=f"{n}", fetched=MORNING, language=language)
        for n, language in enumerate(("ja", "ar", "ja", None, "ja"))
    ]
    kept = await make.stored(store, *given)
    unread = [Unread(each.id, f"It is in Japanese, which {NEEDS_MODEL}.") for each in kept[:4]]
    await store.signals.save(Batch(readings=(*unread, Unread(kept[4].id, "It broke."))), MORNING)
    look = await store.runs.look(MORNING, MORNING)
    assert look.languages == (("ja", 2), (None, 1), ("ar", 1))
    assert look.unread == 5
    await store.signals.save(Batch(readings=(make.finding(kept[0].id),)), MORNING)
    assert (await store.runs.look(MORNING, MORNING)).languages == ((None, 1), ("ar", 1), ("ja", 1))


async def test_small_facts(store: SqlStore) -> None:
    """A fact is kept under its name, the newer one in the older one's place."""
    assert await store.memory.recall("operator") is None
    await store.memory.keep("operator", "Ann")
    await store.memory.keep("operator", "Bob")
    assert await store.memory.recall("operator") == "Bob"
