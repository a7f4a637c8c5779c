"""Who operates the bot, how one becomes it, and how they are told."""

from __future__ import annotations

import re

import pytest

from bot.delivery.operators import Operators
from bot.delivery.outbox import deliver
from bot.model.channel import FOREVER, ChannelSettings
from bot.model.stores import Store
from tests.chat import Chat, platforms
from tests.clock import FakeClock


async def test_the_code_works_once(store: Store, clock: FakeClock) -> None:
    """The same code is printed until somebody said it; then there is none, and it does nothing any more."""
    operators = Operators(store, (), {}, clock)
    code = await operators.code()
    assert code
    assert re.fullmatch(r"[A-Z2-9]{5}-[A-Z2-9]{5}", code)
    assert await operators.code() == code
    assert await operators.claim("chat", "U1", "WRONG-CODES") is False
    assert not await operators.operates("chat", "U1")
    assert await operators.claim("chat", "U1", f" {code.lower().replace('-', ' ')} ") is True
    assert await operators.operates("chat", "U1")
    assert not await operators.operates("other", "U1")
    assert await operators.claim("chat", "U2", code) is None
    assert await Operators(store, (), {}, clock).code() is None


@pytest.mark.parametrize(("named", "known"), [("U1", True), ("chat:U1", True), ("Chat:U1", True), ("other:U1", False)])
async def test_the_settings_name_them(store: Store, clock: FakeClock, named: str, known: bool) -> None:
    """By an id alone, or with its platform; then there is nothing to claim."""
    operators = Operators(store, (named,), {}, clock)
    assert await operators.operates("chat", "U1") is known
    assert await operators.code() is None


async def test_they_are_told_in_private(store: Store, clock: FakeClock, caplog: pytest.LogCaptureFixture) -> None:
    """Each in their own conversation, where no brief comes for it; who cannot be reached finds it in the log."""
    chat = Chat()
    await Operators(store, ("U1", "chat:77", "other:U3"), platforms(chat), clock).tell("Something broke; mend it.")
    await deliver(store, platforms(chat), clock)
    assert [(address, words) for address, words, _ in chat.log] == [("DU1", "Something broke; mend it.")]
    here = await store.channels.find("chat", "DU1")
    assert here
    assert here.settings.paused_until == FOREVER
    assert "Something broke; mend it." in caplog.text


async def test_an_operators_channel_keeps_name_and_settings_through_a_notice(store: Store, clock: FakeClock) -> None:
    """Who has set up the conversation with the bot finds it as it was, and a second notice lands in the same place."""
    own = ChannelSettings(bar=8, paused_until=None)
    mine, _ = await store.channels.ensure("chat", "DU1", "Ada", own, clock.now())
    chat = Chat()
    operators = Operators(store, ("chat:U1",), platforms(chat), clock)
    for sentence in ("Something broke.", "It broke again."):
        await operators.tell(sentence)
    await deliver(store, platforms(chat), clock)
    assert chat.words == ["Something broke.", "It broke again."]
    assert await store.channels.get(mine.id) == mine
    assert await store.channels.find("chat", "DU1") == mine


async def test_a_notice_with_a_name_is_told_once(store: Store, clock: FakeClock) -> None:
    """Under its name it is told once though it is asked for again; without one it is told each time."""
    chat = Chat()
    operators = Operators(store, ("chat:U1",), platforms(chat), clock)
    for _ in range(2):
        await operators.tell("Once.", once="disk")
        await operators.tell("Always.")
    await deliver(store, platforms(chat), clock)
    assert sorted(chat.words) == ["Always.", "Always.", "Once."]
