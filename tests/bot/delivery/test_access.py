"""Where strangers can find the bot it serves nobody until it is claimed, then whom its operators allow."""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import pytest

from bot.conversation.commands.panel import draw_card
from bot.conversation.dispatch import respond
from bot.delivery.access import ASKED, UNCLAIMED
from bot.delivery.inbox import InboxService
from bot.delivery.operators import Operators
from bot.delivery.outbox import OutboxSender
from bot.model.channel import Channel, ChannelSettings
from bot.model.event import Asker, Event, EventKind
from bot.model.messages import Choices, Panel, text
from bot.model.stores import Store
from tests.chat import Chat, platforms
from tests.clock import FakeClock
from tests.talk import open_talk

OPERATOR = Asker("U1", "Ada")
STRANGER = Asker("S9", "Eve")


@dataclass
class Street:
    """A guarded group G1 and the private chats of an operator and a stranger, in front of the real commands."""

    store: Store
    chat: Chat
    inbox: InboxService
    sender: OutboxSender
    clock: FakeClock
    _events: int = 0

    async def hear(self, words: str, asker: Asker = STRANGER, address: str = "G1", **fields: object) -> list[str]:
        """What the bot says to it, wherever, by place."""
        self._events += 1
        before = len(self.chat.log)
        event = Event("chat", f"e{self._events}", address, f"#{address}", asker, words, self.clock.now())
        event = replace(event, **fields)  # type: ignore[arg-type]
        await self.inbox.accept(event)
        await self.inbox.worked(event)
        await self.sender.wait_idle("chat")
        return sorted(f"{address}: {said}" for address, said, _ in self.chat.log[before:])

    async def channel(self, address: str = "G1") -> Channel:
        channel = await self.store.channels.find("chat", address)
        assert channel is not None
        return channel


@pytest.fixture
async def street(store: Store, clock: FakeClock) -> AsyncIterator[Street]:
    async with opened(store, clock, "chat:U1") as street:
        yield street


@asynccontextmanager
async def opened(store: Store, clock: FakeClock, *operators: str) -> AsyncIterator[Street]:
    chat = Chat()
    chat.guarded |= {"G1", "G2", "DU1", "DS9"}
    sender = OutboxSender(store, platforms(chat), clock)
    desk = replace(
        (await open_talk(store, clock)).context, operators=Operators(store, operators, sender.platforms, clock)
    )

    async def draw(channel: Channel) -> Panel:
        return Panel(text(channel.name), text(""))

    inbox = InboxService(
        store,
        sender,
        clock,
        respond=lambda event, channel: respond(event, channel, desk),
        draw=draw,
        card=functools.partial(draw_card, context=desk),
        defaults=ChannelSettings(),
        operators=desk.operators,
    )
    async with sender.running(), inbox.running():
        yield Street(store, chat, inbox, sender, clock)


async def test_unclaimed_it_serves_nobody(store: Store, clock: FakeClock) -> None:
    """Until somebody has claimed the bot, a chat hears one sentence that names the claim, and no brief comes there."""
    async with opened(store, clock) as street:
        assert await street.hear("why 1") == [f"G1: {UNCLAIMED}"]
        assert await street.hear("why 1") == []
        assert await street.hear("start") == [f"G1: {UNCLAIMED}"]
        assert not (await street.channel()).active


async def test_it_is_claimed_where_it_serves_nobody(store: Store, clock: FakeClock) -> None:
    """The code opens the door to the one who says it; before that, a wrong one is told so."""
    async with opened(store, clock) as street:
        code = await Operators(store, (), {}, clock).code()
        [wrong] = await street.hear("claim WRONG-CODE", OPERATOR, "DU1", private=True)
        assert "not the code" in wrong
        [claimed] = await street.hear(f"/claim {code}", OPERATOR, "DU1", private=True)
        assert "You operate this bot from now on" in claimed
        assert not (await street.channel("DU1")).active
        greeting, *_ = await street.hear("start", OPERATOR, "DU1", private=True)
        assert "reads many sources" in greeting
        assert (await street.channel("DU1")).active


async def test_an_unknown_chat_is_told_once_and_the_operator_asked_once(street: Street) -> None:
    """Whatever is said there afterwards, nothing is answered until the operator has decided."""
    notice, asked = await street.hear("why 1")
    channel = await street.channel()
    assert (asked, channel.active, channel.allowed) == (f"G1: {ASKED}", False, None)
    assert notice.startswith(f"DU1: Eve speaks to the bot in “#G1” on Chat. “allow c{channel.id}”")
    shown = next(each.message for each in street.chat.deliveries if each.purpose.startswith("notice:"))
    buttons = next(each for each in shown.blocks if isinstance(each, Choices)).choices
    assert {each.label: each.command for each in buttons} == {
        "Allow": f"allow c{channel.id}",
        "Refuse": f"refuse c{channel.id}",
    }
    assert await street.hear("help") == []
    assert await street.hear("", kind=EventKind.JOINED) == []


async def test_allowed(street: Street) -> None:
    """The operator allows: the chat is greeted, is served, and briefs come there."""
    await street.hear("why 1")
    channel = await street.channel()
    decided, greeting, *_ = await street.hear(f"allow c{channel.id}", OPERATOR, "DU1", private=True)
    assert decided.startswith("DU1: “#G1” is served from now on.")
    assert greeting.startswith("G1: The Bellwether reads many sources")
    assert {each.part for each in street.chat.deliveries} == {1}
    assert (await street.channel()).active
    [answer] = await street.hear("mutes")
    assert "Nothing is muted" in answer
    [again] = await street.hear(f"allow c{channel.id}", OPERATOR, "DU1", private=True)
    assert "already" in again


async def test_refused(street: Street) -> None:
    """The operator refuses: nothing is said there any more, also to who was served before; a change of mind helps."""
    await street.hear("why 1")
    channel = await street.channel()
    await street.hear(f"allow c{channel.id}", OPERATOR, "DU1", private=True)
    [decided] = await street.hear(f"refuse c{channel.id}", OPERATOR, "DU1", private=True)
    assert "is not served" in decided
    assert await street.hear("mutes") == []
    assert not (await street.channel()).active
    await street.hear("allow", OPERATOR)
    assert (await street.channel()).active


async def test_who_knocks_in_private_begins_when_allowed(street: Street) -> None:
    """A person allowed need not say `start` again: their brief begins."""
    await street.hear("start", address="DS9", private=True)
    channel = await street.channel("DS9")
    said = await street.hear(f"allow c{channel.id}", OPERATOR, "DU1", private=True)
    assert "paused" not in " ".join(said)
    assert (await street.channel("DS9")).settings.paused_until == street.clock.now()


async def test_an_operator_brings_it_along(street: Street) -> None:
    """Where an operator adds the bot, or speaks to it, it is allowed; so it stays for everybody there."""
    greeting, *_ = await street.hear("", OPERATOR, kind=EventKind.JOINED)
    assert "reads many sources" in greeting
    assert (await street.channel()).allowed
    [answer] = await street.hear("mutes")
    assert "Nothing is muted" in answer


@pytest.mark.parametrize("words", ["allow c1", "refuse c1"])
async def test_only_an_operator_decides(street: Street, words: str) -> None:
    """Others are told so, where they are served at all."""
    street.chat.guarded.clear()
    [refusal] = await street.hear(words)
    assert "Only the operator" in refusal


async def test_an_unknown_id(street: Street) -> None:
    """An id that is no channel's allows nothing."""
    [answer] = await street.hear("allow c999", OPERATOR, "DU1", private=True)
    assert "There is no channel “c999”" in answer
