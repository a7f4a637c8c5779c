"""Small talk to the bot: one warm sentence of what it is and can do, never "The sources do not say"."""

from __future__ import annotations

import pytest

from bot.conversation.small_talk import is_about_bot
from storage.store import SqlStore
from tests.clock import FakeClock
from tests.talk import archive, open_talk


@pytest.mark.parametrize(
    ("said", "holds"),
    [
        ("what time is it?", "It is 08:30 on Friday 27 March"),
        ("hi there, what day is it today?", "Friday 27 March"),
        ("who are you?", "I am The Bellwether"),
        ("what's your name", "I am The Bellwether"),
        ("are you human?", "a bot"),
        ("are you really a robot or a person?", "a bot"),
        ("who made you", "a bot"),
        ("am I talking to a machine?", "a bot"),
        ("how are you", "Very well"),
        ("Hello! How are you doing today?", "Very well"),
        ("ping", "I am here"),
        ("are you still there?", "I am here"),
        ("good night, bot", "Until soon"),
        ("see you on monday", "Until soon"),
        ("have a nice weekend everyone", "the same to you"),
        ("happy new year!", "the same to you"),
        ("we love your briefs", "kind of you"),
        ("you are so clever", "kind of you"),
        ("tell me a joke", "Jokes I cannot tell"),
        ("make us laugh", "Jokes I cannot tell"),
        ("how is the weather today?", "out of the window"),
        ("sorry about that", "No harm done"),
        ("do you like music?", "only a bot"),
        ("can you swim?", "only a bot"),
        ("what are your plans for the evening?", "only a bot"),
    ],
)
async def test_small_talk_is_answered_kindly(store: SqlStore, clock: FakeClock, said: str, holds: str) -> None:
    """In one sentence that says what it is for; nothing is looked up, offered or changed."""
    await archive(store)
    talk = await open_talk(store, clock)
    before = await talk.settings()
    answered = await talk.say(said)
    assert holds in answered
    assert answered.count(". ") == 0
    assert "\n" not in answered
    assert not talk.buttons
    assert await talk.settings() == before


async def test_a_question_through_the_bot_about_the_news_goes_to_the_evidence(
    store: SqlStore, clock: FakeClock
) -> None:
    """What asks the bot for what it has read is a question like any other; so is one that the sources answer."""
    await archive(store)
    talk = await open_talk(store, clock)
    assert (await talk.say("do you know anything about tungsten?")).startswith("The sources do not say")
    assert "$90,000" in await talk.say("will you tell me what the detour costs a ship, said Nordline?")


async def test_small_talk_among_people_is_left_alone(store: SqlStore, clock: FakeClock) -> None:
    """Not spoken to, the bot says nothing to it."""
    await archive(store)
    talk = await open_talk(store, clock)
    for said in ("how are you?", "what time is it?", "are you human?", "good night"):
        assert not await talk.replies(said, addressed=False, thread="m-1", reply_to="m-1")


def test_who_is_asked_about() -> None:
    """The bot itself, or what it has read."""
    assert is_about_bot("Do you dream of sheep?")
    assert is_about_bot("hey, is your boss nice")
    assert not is_about_bot("do you know who won?")
    assert not is_about_bot("what have you read about Kesa?")
    assert not is_about_bot("why did the port close?")
