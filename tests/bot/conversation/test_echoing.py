"""What a person wrote is cut when it is said back, wherever it is said back and however long it is."""

from __future__ import annotations

import pytest

from bot.conversation.commands.table import NAMES
from bot.model.echoing import ECHOED, cut, echo
from bot.model.messages import plain
from bot.reading.addresses import private_refusal
from storage.store import SqlStore
from tests.clock import FakeClock
from tests.talk import Talk, archive, open_talk

WORD = "x" * 300
SENTENCE = " ".join(["lorem"] * 80)
ADDRESSES = (
    f"https://{WORD}.example/feed", f"https://kesa.example/{WORD}", f"{WORD}.example", WORD, f"http://[{WORD}",
    f"ftp://kesa.example/{WORD}",
)  # fmt: skip
PHRASES = (
    "{}", "{}?", "tell me when {} appears", "stop sending me {}", "only about {}", "brieff {}", "for @{}: bar 5",
    "for c1: {}",
    "why did I not hear of {}?", "what about {}?", "mute {} for a week", "mute AI for {}", "mute words {}",
    "pause until {}", "at 09:00 Europe/{}", "help {}", "why 1 {}?", "send it in {}", "what do you know of {}?",
)  # fmt: skip


async def echoed(talk: Talk, said: str) -> str:
    """The longest word, or run of the same words, of all that is answered to it, partial replies included."""
    words = " ".join(plain(reply.message) for reply in await talk.replies(said))
    run = "lorem " * (words.count("lorem") // max(1, words.count("“lorem")))
    return max((*words.split(), run), key=len)


async def test_every_command_cuts_what_it_says_back(store: SqlStore, clock: FakeClock) -> None:
    """A word of 300 letters, a sentence of 80 words, behind each command, alone or before a question mark."""
    await archive(store)
    talk = await open_talk(store, clock)
    for name in NAMES:
        for said in (f"{name} {WORD}", f"{name} {SENTENCE}", f"{name} 1 {WORD}", f"{name} {WORD}?"):
            assert len(await echoed(talk, said)) <= ECHOED + 10, said[:30]


@pytest.mark.parametrize("phrase", PHRASES)
async def test_every_phrase_is_cut(store: SqlStore, clock: FakeClock, phrase: str) -> None:
    """Free text and requests in plain words too."""
    await archive(store)
    talk = await open_talk(store, clock)
    for long in (WORD, SENTENCE):
        assert len(await echoed(talk, phrase.format(long))) <= ECHOED + 10


@pytest.mark.parametrize("address", ADDRESSES)
async def test_an_address_is_cut(store: SqlStore, clock: FakeClock, address: str) -> None:
    """While it is read, where it is refused, and where no source goes by it."""
    talk = await open_talk(store, clock)
    for command in ("sources add", "sources drop"):
        assert len(await echoed(talk, f"{command} {address}")) <= ECHOED + 10
        assert talk.heard


def test_a_cut_says_that_it_is_one() -> None:
    """On one line, with a mark where something is left out; what is short stays whole."""
    assert (cut("a\n b"), echo(" port  strike ")) == ("a b", "“port strike”")
    assert cut(WORD) == "x" * (ECHOED - 1) + "…"
    assert len(private_refusal(WORD).split()[0]) == ECHOED
