"""What an analyst is given with a question: the texts, and for a model what is on record beside them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from bot.model.ports import Analyst
from bot.model.question import Answer, QuestionRecord
from bot.model.signal import Batch, Dossier
from bot.model.stores import Store
from storage.store import SqlStore
from tests.chain import chain
from tests.chat import Chat
from tests.clock import MORNING, FakeClock
from tests.servers.claude import Ask, Brain, Cited, Turn
from tests.talk import Reader, Talk, archive, open_talk

OCTOBER = datetime(2025, 10, 3, 7, 0, tzinfo=UTC)


class Noting(Reader):
    """Keeps the dossiers it was asked about; `understands`: whether it counts as a model."""

    def __init__(self, *, understands: bool) -> None:
        super().__init__()
        self.understands = understands
        self.seen: list[Dossier] = []

    async def answer(self, question: str, dossier: Dossier, history: Sequence[QuestionRecord]) -> AsyncIterator[Answer]:
        self.seen.append(dossier)
        async for each in super().answer(question, dossier, history):
            yield each


async def opened(store: Store, clock: FakeClock, noting: Analyst) -> Talk:
    """A talk with the archive, a signal of October related to s42, and s42 told here."""
    talk = await open_talk(store, clock)
    _, port, _ = await archive(store)
    title = "Driverless cranes are emptying Belhaven’s docks as dockers leave"
    elder = replace(port, id=12, title=title, articles=(), revisions=(), contrary=(), opened=OCTOBER)
    await store.signals.save(Batch(signals=(elder,)), MORNING)
    assert await store.briefs.alert(talk.channel, port, MORNING.date(), (), clock.now())
    talk.context = replace(talk.context, analyst=noting)
    return talk


async def test_a_model_sees_related_signals_and_what_was_told_here(store: Store, clock: FakeClock) -> None:
    """The nearest other signals of the archive, and when this channel last heard of the one that is asked about."""
    noting = Noting(understands=True)
    talk = await opened(store, clock, noting)
    await talk.say("why s42 how much does the detour cost a ship?")
    (dossier,) = noting.seen
    assert [each.id for each in dossier.related] == [12]
    assert dossier.told is not None
    assert (dossier.told.signal_id, dossier.told.strength) == (42, 7)


async def test_without_a_model_nothing_more_is_looked_up(store: Store, clock: FakeClock) -> None:
    """The embedded analyst answers from the texts alone."""
    noting = Noting(understands=False)
    talk = await opened(store, clock, noting)
    await talk.say("why s42 how much does the detour cost a ship?")
    (dossier,) = noting.seen
    assert (dossier.related, dossier.told) == ((), None)


async def test_what_another_channel_was_told_is_not_shown(store: Store, clock: FakeClock) -> None:
    """Another channel's memory is its own."""
    noting = Noting(understands=True)
    talk = await opened(store, clock, noting)
    given = talk.channel.settings
    talk.channel, _ = await store.channels.ensure("console", "other", "elsewhere", given, clock.now())
    await talk.say("why s42 how much does the detour cost a ship?")
    assert noting.seen[-1].told is None


# --- in a dialogue with a model --------------------------------------------------------------------------------------


def citing(*said: tuple[str, str]) -> Brain:
    """A mind that says one of these for the first line of the record that begins with its mark: (mark, words)."""

    def brain(ask: Ask) -> Turn:
        record = ask.sentences[-1]
        for mark, words in said:
            if mark.casefold() in ask.data["question"].casefold():
                start = next(at for at, line in enumerate(record) if mark in line)
                return Turn((Cited(words, ((len(ask.sentences) - 1, start, start + 1),)),))
        return Turn((Cited("NOT IN SOURCES"),))

    return brain


async def test_a_talk_about_what_is_remembered(store: SqlStore, clock: FakeClock) -> None:
    """Related signals, what was told here and what changed are answered from the record, and shown as such."""
    async with chain(store, clock) as there:
        talk = await opened(store, clock, there.analyst)
        there.claude.brains["answer"] = citing(
            ("Related signal", "Yes: s12 said in October that driverless cranes are emptying Belhaven’s docks."),
            ("last told", "This channel was told of it at strength 7."),
        )
        answered = await talk.say("why s42 is there a related signal from before?", thread="t", reply_to="t")
        assert "s12 said in October that driverless cranes are emptying Belhaven’s docks." in answered
        assert "On record: Related signal s12, first seen on 3 October 2025" in answered
        answered = await talk.say("and when was this channel last told of it?", thread="t", reply_to="t")
        assert "This channel was told of it at strength 7." in answered
        assert "On record: This channel was last told of it on " in answered
        (first, second) = there.claude.asked("answer")
        assert second.data["earlier"][0]["answer"].startswith("Yes: s12 said in October")
        assert second.sentences == first.sentences  # so that they are read from the cache
        assert any("strength 7, " in line for line in first.sentences[-1])  # what changed, and when


async def test_a_memory_of_its_own_is_struck_out(store: SqlStore, clock: FakeClock) -> None:
    """What an answer says of another signal must stand in the line that it cites: no name, figure or month besides."""
    async with chain(store, clock) as there:
        talk = await opened(store, clock, there.analyst)
        there.claude.brains["answer"] = citing(
            ("Related signal", "s12 said in March that Zephyrine Holdings closes 17 docks."),
        )
        answered = await talk.say("why s42 is there a related signal from before?", thread="t", reply_to="t")
        assert not {"March", "Zephyrine", "17"} & set(answered.replace(".", " ").split())


async def test_what_is_being_done_is_said_in_passing(store: Store, clock: FakeClock) -> None:
    """While its texts are read the platform may show how many; of what was only overheard nothing is shown."""
    talk = await opened(store, clock, Noting(understands=True))
    chat = Chat()
    talk.context = replace(talk.context, platforms={talk.channel.platform: chat})
    await talk.replies("why s42 how much does the detour cost a ship?")
    assert [doing for _, doing in chat.doings] == ["reading 2 articles"]
    await talk.replies("how much does the detour cost a ship?", addressed=False)
    assert len(chat.doings) == 1
