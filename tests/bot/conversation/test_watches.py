"""Dialogues about watches: what is said to have something told at once, and what is answered."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.model.channel import FOREVER
from bot.model.label import CategoryKind
from bot.model.messages import Audience
from bot.model.stores import Store
from tests.clock import FakeClock
from tests.talk import GUEST, Talk, archive, open_talk


@pytest.fixture
async def talk(store: Store, clock: FakeClock) -> Talk:
    """Somebody in the terminal, with three signals in the archive."""
    talk = await open_talk(store, clock)
    await archive(store, clock.now())
    return talk


async def names(talk: Talk) -> list[str]:
    return [each.name for each in (await talk.settings()).watches]


async def test_a_watch_says_what_it_will_do_and_what_it_would_have_done(talk: Talk) -> None:
    """Until when, how often at most, and a receipt; everybody there hears of it, and one press takes it back."""
    answer = await talk.say("watch trade")
    assert answer == (
        "Watched for good: trade. What is new there is told here at once, also below the bar, at most 3 times a day; "
        "what comes on top is in the next brief. What is muted stays silent.\n"
        "In the last 30 days that would have told 2 pieces of news about trade, of 1 signal: Driverless cranes are "
        "closing Noordhaven as dockers strike (7).\n[Undo] undo 1\n[Stop watching trade] unwatch w100"
    )
    assert talk.heard[-1].audience is Audience.HOME
    undo = talk.buttons["Undo"]
    assert await talk.say("watch trade") == "trade is watched here already."
    undone = await talk.say(undo)
    assert undone.startswith("Undone: watched trade for good.")
    assert await names(talk) == []


@pytest.mark.parametrize(
    ("said", "watched"),
    [
        ("watch Nordline and strike", ["Nordline and “strike”"]),
        ("watch chips, water and trade", ["chips", "water", "trade"]),
        ("watch chips or water", ["chips", "water"]),
        ("watch electric ferries", ["“electric ferries”"]),
        ("watch s42", ["“Driverless cranes are closing Noordhaven as dockers strike”"]),
        ("watch the cranes one", ["“Driverless cranes are closing Noordhaven as dockers strike”"]),
        ("for c1 watch", []),
        ("watch", []),
        ("watch everything", []),
        ("watch trade?", []),
    ],
)
async def test_what_is_watched(talk: Talk, said: str, watched: list[str]) -> None:
    """With “and” a signal must carry both, with commas or “or” each is watched; a question changes nothing."""
    await talk.say(said)
    assert await names(talk) == watched


async def test_a_watch_can_have_an_end(talk: Talk) -> None:
    """ "for 2w", "until friday"; a later word on the same thing moves the end."""
    assert "Watched until Friday 10 April, 09:30: “tungsten”." in await talk.say("watch tungsten for 2w")
    (watch,) = (await talk.settings()).watches
    assert watch.until == watch.since + timedelta(days=14)
    assert "would have told nothing about “tungsten”" in await talk.say("watch tungsten")
    (watch,) = (await talk.settings()).watches
    assert watch.until == FOREVER
    assert watch.labels[0].kind is CategoryKind.WORDS


async def test_watches_are_listed_and_ended(talk: Talk) -> None:
    """By a button, by name, by all of them; what is not watched is said, with what is. An ended one is gone."""
    assert (await talk.say("watches")).startswith("Nothing is watched here.")
    await talk.say("watch trade for 1d")
    await talk.say("watch Nordline and strike")
    listed = await talk.say("what are you watching?")
    assert "- trade, until Saturday 28 March, 08:30 (asked for by Anna)\n- Nordline and “strike”, for good" in listed
    assert "watched are: trade" in await talk.say("unwatch unicorns")
    ended = await talk.say("unwatch nordline and strike")
    assert ended.startswith("No longer watched: Nordline and “strike”.")
    assert "Watched: trade and Nordline and “strike”." in await talk.say("undo")
    await talk.say("unwatch w200")
    talk.clock.advance(2 * 86_400)
    assert (await talk.say("watches")).startswith("Nothing is watched here.")
    assert await talk.say("unwatch trade") == "Nothing is watched here."


@pytest.mark.parametrize(
    ("said", "button", "watched"),
    [
        ("keep an eye on tungsten", "Watch tungsten", ["trade", "“tungsten”"]),
        ("please tell me when Nordline is mentioned", "Watch Nordline", ["trade", "Nordline"]),
        ("stop following trade", "Unwatch trade", []),
    ],
)
async def test_in_your_own_words(talk: Talk, said: str, button: str, watched: list[str]) -> None:
    """It is offered, with what it would have told lately, and done by a press."""
    await talk.say("watch trade")
    await talk.say(said)
    assert await names(talk) == ["trade"]
    await talk.say(talk.buttons[button])
    assert await names(talk) == watched


async def test_who_may_not_set_may_not_watch(talk: Talk) -> None:
    """It speaks to the whole channel: that is for those who run it; what is watched anybody may ask."""
    assert (await talk.say("watch trade", asker=GUEST)).startswith("Only those who run this channel")
    assert (await talk.say("watches", asker=GUEST)).startswith("Nothing is watched here.")


async def test_what_is_muted_is_not_in_the_receipt(talk: Talk) -> None:
    """A watch does not tell what a mute hides."""
    await talk.say("mute Nordline")
    assert "would have told nothing about trade" in await talk.say("watch trade")
