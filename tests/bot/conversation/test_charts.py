"""The command `chart` in dialogues."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest_asyncio

from bot.briefing.chart import Bar, png
from bot.model.finding import Stance
from bot.model.messages import Picture
from bot.model.signal import Batch, Revision
from bot.model.stores import Store
from tests import make
from tests.clock import MORNING, FakeClock
from tests.talk import Talk, archive, open_talk


@pytest_asyncio.fixture
async def talk(store: Store, clock: FakeClock) -> Talk:
    opened = await open_talk(store, clock)
    _, port, _ = await archive(store)
    first = replace(port.revisions[0], at=MORNING - timedelta(days=3), strength=make.strength(3, 2, 1, 0))
    same = replace(port.revisions[1], at=MORNING - timedelta(days=2), strength=make.strength(3, 2, 1, 0))
    second = Revision(42, 3, MORNING, "a second publisher confirms", Stance.DEVELOPS, port.strength, same.article_id)
    await store.signals.save(Batch(signals=(replace(port, revisions=(first, same, second)),)), MORNING)
    return opened


def picture(talk: Talk) -> Picture:
    return next(block for block in talk.heard[-1].message.blocks if isinstance(block, Picture))


async def test_of_a_signal(talk: Talk) -> None:
    """Each day's strength in the picture and in its words; below, what moved it and the article that did."""
    said = (await talk.say("chart s42")).splitlines()
    assert picture(talk).alt == ("strength of s42 by day, Tuesday 24 March to Friday 27 March: ▅▅▅▅, from 6 to 7")
    assert picture(talk).png.startswith(b"\x89PNG")
    assert said[2].startswith("- Tuesday 24 March: 6, first seen · Noordhaven dockers strike over driverless cranes")
    assert said[3] == (
        "- Friday 27 March: 7, a second publisher confirms · Ships pass Noordhaven by as strike enters third day "
        "Gazette do Sul"
    )


async def test_the_days_on_which_it_moved_stand_out(talk: Talk) -> None:
    """Its picture is that of its days with the two marked on which its strength changed, each day named."""
    await talk.say("chart s42")
    days = [Bar(6, "24 Mar", moved=True), Bar(6, "25 Mar"), Bar(6, "26 Mar"), Bar(7, "27 Mar", moved=True)]
    assert picture(talk).png == png(days)
    assert picture(talk).png != png([replace(day, moved=not day.moved) for day in days])


async def test_of_a_signal_of_today(talk: Talk) -> None:
    """One day is named once, as no stretch of days."""
    first = await talk.store.signals.get(42)
    assert first is not None
    opened = Revision(50, 1, MORNING, "first seen", Stance.OPENS, first.strength, first.articles[0].article_id)
    await talk.store.signals.save(Batch(signals=(replace(first, id=50, revisions=(opened,)),)), MORNING)
    await talk.say("chart s50")
    assert picture(talk).alt.startswith("strength of s50 by day, Friday 27 March: ")


async def test_of_the_signal_talked_about(talk: Talk) -> None:
    """Without a name it is that of the signal at hand."""
    await talk.say("why s42")
    await talk.say("chart")
    assert picture(talk).alt.startswith("strength of s42")


async def test_of_a_category(talk: Talk) -> None:
    """The strongest of each day of a month, with the signals that were it."""
    said = await talk.say("chart trade")
    assert picture(talk).alt.startswith(
        "strongest news about trade by day, Thursday 26 February to Friday 27 March: ····"
    )
    assert picture(talk).alt.endswith("at most 7")
    assert "- Friday 27 March: 7, Driverless cranes are closing Noordhaven as dockers strike s42" in said
    assert await talk.say("chart health") == "Nothing about health changed in the last 30 days."


async def test_of_nothing(talk: Talk) -> None:
    """A word that names neither is said to name none."""
    assert (await talk.say("chart zebras")).startswith("No signal goes by “zebras”")
