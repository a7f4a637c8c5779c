"""Why something was not heard, and why it was quiet: dialogues over the real store."""

from __future__ import annotations

from dataclasses import replace

import pytest
import pytest_asyncio

from bot.briefing import briefs
from bot.conversation.question import Kind, understand
from bot.model.brief import Brief
from bot.model.finding import Rejection
from bot.model.signal import Batch
from bot.model.stores import Store
from tests import make
from tests.clock import MORNING, FakeClock
from tests.talk import Talk, archive, open_talk, told


@pytest_asyncio.fixture
async def talk(store: Store, clock: FakeClock) -> Talk:
    opened = await open_talk(store, clock)
    await archive(store)
    return opened


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("why did I not get the water story?", "the water story"),
        ("Why didn’t we hear about the chips?", "the chips"),
        ("why did you not tell me about the strike?", "the strike"),
        ("why was the strike not in the brief?", "the strike"),
        ("why wasn't Nordline in today's brief?", "nordline"),
        ("why was I not told about the strike today?", "the strike"),
        ("How come I didn’t hear about the cranes?", "the cranes"),
        ("why did we miss the strike?", "the strike"),
        ("why did nobody tell me about the strike this week?", "the strike"),
        ("why did the strike not make it into the brief?", "the strike"),
        ("why didn't Nordline make today's brief?", "nordline"),
        ("and why is there nothing about AI today?", "ai"),
        ("why not a word on the strike?", "the strike"),
    ],
)
def test_what_is_asked_after(said: str, words: str) -> None:
    """However it is put, it is known what was missed."""
    found = understand(said)
    assert found.kind is Kind.NOT_HEARD
    assert found.missed == words


@pytest.mark.parametrize(
    "said",
    [
        "why was it quiet today?",
        "why so quiet?",
        "why was there no brief?",
        "why no brief",
        "why did I not get a brief today?",
        "why didn't we get anything this morning?",
        "why nothing today?",
        "How come it was quiet this morning?",
        "was it quiet today?",
        "why did the brief not come?",
        "why is the brief empty?",
    ],
)
def test_quiet_is_asked_after(said: str) -> None:
    """Why a morning was quiet is not about one thing."""
    found = understand(said)
    assert found.kind is Kind.NOT_HEARD
    assert found.missed == ""


@pytest.mark.parametrize(
    "said",
    ["why?", "why did Micron fall?", "why 2", "who did not get paid?", "quiet", "quiet on", "why did no one die?"],
)
def test_other_questions_are_left_alone(said: str) -> None:
    """A question about the world is none about what was heard."""
    assert understand(said).kind is not Kind.NOT_HEARD


async def test_below_the_bar(talk: Talk) -> None:
    """The strength, the bar, and what it is short of."""
    said = await talk.say("why did I not get the water rights story?")
    assert said.startswith("Its strength is 5, below the bar of 6 here: it is short of corroboration.")
    assert "s43: Cities are buying water rights from growers" in said


async def test_muted(talk: Talk) -> None:
    """What is muted is said, and until when."""
    await talk.say("mute chips for 7d")
    said = await talk.say("why did I not get the Nimbus Memory story?")
    assert said.startswith("It is muted here: chips, until Friday 3 April")


async def test_not_asked_for(talk: Talk) -> None:
    """A channel that hears of one thing alone is reminded of it."""
    await talk.say("only water")
    said = await talk.say("why did I not hear about Nimbus Memory?")
    assert said.startswith("This channel hears of water alone; “only off” ends that.")


async def test_told_already(talk: Talk) -> None:
    """What was told is told once, and it is said when."""
    edition = await briefs.edition(talk.store, talk.channel, MORNING.date(), MORNING)
    assert isinstance(edition, Brief)
    await told(talk, edition)
    said = await talk.say("why did I not get the Nimbus Memory story?")
    assert said.startswith("It was told here today, with a strength of 8. Nothing changed since; it is told once.")
    assert await talk.say("why was it quiet today?") == "Today was not quiet: 2 signals were told here at 08:30."


async def test_no_room(talk: Talk) -> None:
    """What reached the bar behind others is said to have found no room."""
    narrow = replace(talk.channel, settings=replace(talk.channel.settings, most=1))
    await talk.store.channels.save(narrow)
    edition = await briefs.edition(talk.store, narrow, MORNING.date(), MORNING)
    assert isinstance(edition, Brief)
    await told(talk, edition)
    said = await talk.say("why did I not get the Noordhaven strike?")
    assert said.startswith("It reached the bar of 6, but a brief holds at most 1 signal here.")


async def test_not_yet(talk: Talk) -> None:
    """What came after the last brief is for the next one."""
    said = await talk.say("why did I not get the Noordhaven strike?")
    assert said.startswith("It came after the last brief was decided: it is for the next one.")


async def test_rejected(talk: Talk) -> None:
    """An article that was left out is named, with the reason on record."""
    (article,) = await make.stored(talk.store, make.article(9, "They won.", title="Kelby win the harbour cup"))
    no = Rejection(article.id, "sport", "It is about sport.", "extractive")
    await talk.store.signals.save(Batch(readings=(no,)), MORNING)
    said = await talk.say("why did I not get the Kelby cup win?")
    assert "Kelby win the harbour cup" in said
    assert "It was read and rejected (sport): It is about sport." in said


async def test_waiting(talk: Talk) -> None:
    """An article that is stored and not read yet is said to wait."""
    await make.stored(talk.store, make.article(9, "They won.", title="Kelby win the harbour cup"))
    assert "It is stored, and waits to be read." in await talk.say("why did I not get the Kelby cup win?")


async def test_half_of_the_words_name_nothing(talk: Talk) -> None:
    """What has no more than half of the words asked after is another thing, an article as well as a signal."""
    await make.stored(talk.store, make.article(9, "They won.", title="Kelby win the harbour cup"))
    assert (await talk.say("why did I not hear of the Kelby landing?")).startswith("It was never seen.")
    assert (await talk.say("why did I not hear of the Noordhaven landing?")).startswith("It was never seen.")
    assert "Kelby win" in await talk.say("why did I not hear of the Kelby harbour landing?")


async def test_never_seen(talk: Talk) -> None:
    """What no stored article speaks of was never seen."""
    said = await talk.say("why did I not hear of the moon landing?")
    assert said.startswith("It was never seen. None of the ")
    assert "goes by “moon landing”" in said


async def test_no_brief_yet(talk: Talk) -> None:
    """Before the first brief there is nothing to be quiet."""
    assert (await talk.say("why was it quiet today?")).startswith("No brief was decided here yet. The next brief comes")


async def test_a_day_on_which_nothing_was_decided(talk: Talk) -> None:
    """Where today has had no brief it says why and when the next comes, then what the last was."""
    edition = await briefs.edition(talk.store, talk.channel, MORNING.date(), MORNING)
    assert isinstance(edition, Brief)
    await told(talk, edition)
    talk.clock.advance(86_400)
    await talk.say("pause 7d")
    said = await talk.say("why was it quiet today?")
    assert said.startswith("Today’s is not decided. The brief is paused here. The next brief comes on ")
    assert "Friday was not quiet: 2 signals were told here at 08:30." in said
