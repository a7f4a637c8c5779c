"""What an analyst is given with a question: the texts, and for a model what is on record beside them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

from bot.model.question import Answer, QuestionRecord
from bot.model.signal import Batch, Dossier
from bot.model.stores import Store
from tests.chat import Chat
from tests.clock import MORNING, FakeClock
from tests.talk import Reader, Talk, archive, open_talk


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


async def opened(store: Store, clock: FakeClock, noting: Noting) -> Talk:
    """A talk with the archive, a signal related to s42, and s42 told here."""
    talk = await open_talk(store, clock)
    _, port, _ = await archive(store)
    title = "Driverless cranes are emptying Belhaven’s docks as dockers leave"
    elder = replace(port, id=12, title=title, articles=(), revisions=(), contrary=())
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


async def test_what_is_being_done_is_said_in_passing(store: Store, clock: FakeClock) -> None:
    """While its texts are read the platform may show how many; of what was only overheard nothing is shown."""
    talk = await opened(store, clock, Noting(understands=True))
    chat = Chat()
    talk.context = replace(talk.context, platforms={talk.channel.platform: chat})
    await talk.replies("why s42 how much does the detour cost a ship?")
    assert [doing for _, doing in chat.doings] == ["reading 2 articles"]
    await talk.replies("how much does the detour cost a ship?", addressed=False)
    assert len(chat.doings) == 1
