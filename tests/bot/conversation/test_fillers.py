"""Words that people put around a value: what is unmistakable is done, the rest is offered, and no name is cut."""

from __future__ import annotations

import pytest

from bot.conversation.commands.table import TABLE
from bot.conversation.fillers import without_fillers
from storage.store import SqlStore
from tests.clock import FakeClock
from tests.talk import archive, open_talk


@pytest.mark.parametrize(
    ("said", "holds"),
    [
        ("bar 7 from now on", "The bar is 7 now"),
        ("bar 7 please!", "The bar is 7 now"),
        ("bar to 7, thank you so much", "The bar is 7 now"),
        ("bar seven", "The bar is 7 now"),
        ("bar 7 or higher, thanks", "The bar is 7 now"),
        ("most 3 please", "at most 3 signals"),
        ("most 3 signals a brief, if you can", "at most 3 signals"),
        ("most 3 would be perfect :)", "at most 3 signals"),
        ("alert 9 thanks mate", "reaches 9"),
        ("quiet on from now on", "says so here in one line now"),
        ("at 9 from today on please 🙏", "at 09:00"),
        ("at 08:00 would be great", "at 08:00"),
        ("pause for a week, thanks a lot!", "until Friday 3 April"),
        ("pause from now on", "is paused here"),
        ("mute AI for a week thanks", "Muted AI until Friday 3 April"),
        ("mute AI for a week, thanks in advance!", "Muted AI until Friday 3 April"),
        ("mute AI from now on", "Muted AI for good"),
        ("mute AI please for a week", "Muted AI until Friday 3 April"),
        ("only AI going forward", "hears of AI alone"),
    ],
)
async def test_it_is_done_where_unmistakable(store: SqlStore, clock: FakeClock, said: str, holds: str) -> None:
    """Courtesies, "from now on", units and the like change nothing about what is meant."""
    await archive(store)
    talk = await open_talk(store, clock)
    assert holds in await talk.say(said)
    assert list(talk.buttons.values()) == ["undo 1"]


@pytest.mark.parametrize(
    ("said", "command"),
    [
        ("bar 7 for this week", "bar 7"),
        ("bar 7, it is too much otherwise", "bar 7"),
        ("most 3 until we are back", "most 3"),
        ("at 9 while I am in Oslo", "at 9"),
        ("bar 7 from now on?", "bar 7"),
        ("most 3, would you?", "most 3"),
    ],
)
async def test_it_is_offered_where_more_is_said(store: SqlStore, clock: FakeClock, said: str, command: str) -> None:
    """What the words add, the command cannot do; a question mark asks. Nothing changes before the button is pressed."""
    await archive(store)
    talk = await open_talk(store, clock)
    before = await talk.settings()
    await talk.say(said)
    assert list(talk.buttons.values()) == [command]
    assert await talk.settings() == before


async def test_what_follows_is_offered_too(store: SqlStore, clock: FakeClock) -> None:
    """Two commands in one breath are two buttons; what is none is left out."""
    await archive(store)
    talk = await open_talk(store, clock)
    await talk.say("bar 7 and most 3 please")
    assert list(talk.buttons.values()) == ["bar 7", "most 3"]
    await talk.say("at 8, mute AI and forget about lunch")
    assert list(talk.buttons.values()) == ["at 8", "mute AI"]


@pytest.mark.parametrize(
    ("said", "command"),
    [
        ("set the bar to 8 please", "bar 8"),
        ("can you do bar 7 from now on?", "bar 7"),
        ("I'd like most 3 from now on", "most 3"),
        ("raise the threshold to 9", "bar 9"),
        ("the limit should be 4", "most 4"),
        ("thank you, but can you send it at 9?", "at 09:00"),
    ],
)
async def test_a_value_in_a_sentence_is_offered(store: SqlStore, clock: FakeClock, said: str, command: str) -> None:
    """Where the sentence asks for nothing else."""
    talk = await open_talk(store, clock)
    await talk.say(said)
    assert list(talk.buttons.values()) == [command]


@pytest.mark.parametrize(
    "said", ["bar 77 for this week", "most of us like the brief", "bar 7 people went to and drank 3 to 4"]
)
async def test_what_only_begins_like_a_command_is_not_offered(store: SqlStore, clock: FakeClock, said: str) -> None:
    """A value that cannot be set, or a sentence."""
    await archive(store)
    talk = await open_talk(store, clock)
    before = await talk.settings()
    await talk.say(said)
    assert not [each for each in talk.buttons.values() if each.startswith(("bar", "most"))]
    assert await talk.settings() == before


@pytest.mark.parametrize(
    ("name", "words", "bare"),
    [
        ("mute", "Apocalypse Now", "Apocalypse Now"),
        ("mute", "Top Stories", "Top Stories"),
        ("mute", "Thanks", "Thanks"),
        ("mute", "only signals", "only signals"),
        ("mute", "the port strike please, thank you", "the port strike"),
        ("bar", "now", "now"),
        ("most", "3 items per brief please", "3"),
    ],
)
def test_no_name_is_cut(name: str, words: str, bare: str) -> None:
    """What stands beside a value is left out only behind commands that take one."""
    assert without_fillers(words, TABLE[name]) == bare
