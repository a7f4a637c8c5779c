"""The bot on Telegram, whole but for its process: the wire, the library, the handler, the inbox, the commands, the
store.

Time is one clock: the bot's, its pace's and Telegram's, which refuses what comes faster than it allows.
"""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any
from unittest.mock import AsyncMock

import pytest

from bot.briefing.service import BriefingService, local_date
from bot.conversation.commands.panel import draw, draw_card
from bot.conversation.dispatch import respond
from bot.delivery.doubts import Doubts
from bot.delivery.inbox import InboxService
from bot.delivery.operators import Operators
from bot.delivery.outbox import OutboxSender
from bot.model.channel import Channel, ChannelSettings
from bot.model.ports import Platform
from bot.model.settings import Settings, load
from bot.model.signal import Signal
from bot.model.stores import Store
from handlers.telegram.chats import Chats
from handlers.telegram.pace import Pace
from handlers.telegram.platform import open_platform
from tests.clock import FakeClock
from tests.servers.telegram import Telegram, telegram_server
from tests.servers.telegram_chats import Chat, Message, User
from tests.talk import archive, open_talk

DEFAULTS = ChannelSettings(timezone="Europe/Rome")
RICH = ("sendRichMessage", "sendRichMessageDraft")
"""The methods of rich messages."""


@dataclass
class Scene:
    """Anna operates the bot; Ben and Carla do not."""

    telegram: Telegram
    store: Store
    clock: FakeClock
    signals: tuple[Signal, ...]
    anna: User
    ben: User
    carla: User
    chats: Chats
    inbox: InboxService
    sender: OutboxSender
    briefing: BriefingService

    async def channel(self, chat: Chat, topic: int | None = None) -> Channel:
        address = str(chat.id) if topic is None else f"{chat.id}:{topic}"
        found = await self.store.channels.find("telegram", address)
        assert found is not None, f"{chat.title} has no channel"
        return found

    async def next(self, chat: Chat, count: int = 1) -> list[Message]:
        """So many messages of the bot that were not seen before."""
        seen = self._seen.setdefault(chat.id, 0)
        told = await self.telegram.until(lambda: (found := self.telegram.told(chat))[seen:][count - 1 :] and found)
        self._seen[chat.id] = seen + count
        return told[seen : seen + count]

    async def says(self, user: User, chat: Chat, text: str, **how: Any) -> Message:
        """What is answered first to what is said."""
        self.skip(chat)
        self.telegram.says(user, chat, text, **how)
        return (await self.next(chat))[0]

    def skip(self, chat: Chat) -> None:
        """What was said so far is no answer to what comes."""
        self._seen[chat.id] = len(self.telegram.told(chat))

    async def starts(self, user: User) -> Message:
        self.skip(user.chat)
        self.telegram.starts(user)
        return (await self.next(user.chat))[0]

    async def group(self, title: str = "Desk", *members: User, kind: str = "group", **how: Any) -> Chat:
        """A group of Anna's with the bot in it, greeted."""
        chat: Chat = getattr(self.telegram, kind)(title, self.anna, *members, **how)
        self.telegram.adds_bot(self.anna, chat)
        await self.next(chat)
        return chat

    async def discussed(self) -> tuple[Chat, Chat, Message]:
        """A channel of Anna's, its discussion group with Ben in it, and the channel's brief."""
        discussion = self.telegram.supergroup("Talk", self.anna, self.ben)
        self.telegram.adds_bot(self.anna, discussion, admin=True)
        await self.next(discussion)
        channel = self.telegram.channel("Signals", self.anna, discussion)
        self.telegram.adds_bot(self.anna, channel)
        await self.next(channel)
        [post] = await self.brief(channel)
        self.skip(discussion)
        return channel, discussion, post

    async def brief(self, chat: Chat, topic: int | None = None) -> list[Message]:
        """Today's brief, as it comes."""
        channel = await self.channel(chat, topic)
        self.skip(chat)
        assert await self.briefing.tell(channel, local_date(channel, self.clock.now()))
        told = await self.store.outbox.under(channel.id, f"brief:{local_date(channel, self.clock.now())}")
        return await self.next(chat, len(told))

    async def pressed(self, user: User, message: Message, label: str, data: str | None = None) -> Any:
        """What a button's press was answered with, over the chat."""
        press = self.telegram.presses(user, message, label, data)
        return await self.telegram.until(lambda: press.answer is not None and (press.answer or {"text": ""}))

    async def settled(self) -> None:
        """Everything Telegram has for us is heard and answered."""
        await self.telegram.until(lambda: not self.telegram.pending)
        for event in await self.store.inbox.open():
            await self.inbox.worked(event)
        await self.sender.wait_idle("telegram")

    def __post_init__(self) -> None:
        self._seen: dict[int, int] = {}


@asynccontextmanager
async def opened(
    store: Store,
    clock: FakeClock,
    *,
    claimed: bool = True,
    privacy: bool = True,
    before: Callable[[Telegram, User], None] = lambda telegram, ben: None,
    unknown: frozenset[str] = frozenset(RICH),
    introduced: bool = False,
    **given: Any,
) -> AsyncIterator[Scene]:
    """The bot in front of a Telegram in which Anna, Ben and Carla have not spoken yet.

    What is to be there `before` it opens is given Ben, whom nobody knows. `unknown`: methods that this Telegram is too
    old to know; unless it is told otherwise it has no rich messages. `introduced`: whether the bot sets its commands
    and descriptions, whose six calls take a third of the time in which it opens.
    """
    async with telegram_server(
        now=clock.now, privacy=privacy, monotonic=lambda: clock.now().timestamp(), limited=True
    ) as telegram:
        people = telegram.user("Anna"), telegram.user("Ben"), telegram.user("Carla")
        telegram.unknown = unknown
        given = {**telegram.settings, "now": clock.now(), **given}
        settings = load(**given)
        before(telegram, people[1])
        signals = await archive(store, clock.now())
        named = (f"telegram:{people[0].id}",) if claimed else ()
        opening = running if introduced else _running_unintroduced
        async with opening(store, clock, settings, named) as (chats, inbox, sender):
            briefing = BriefingService(store, sender, clock)
            yield Scene(telegram, store, clock, signals, *people, chats, inbox, sender, briefing)


@asynccontextmanager
async def _running_unintroduced(*given: Any) -> AsyncIterator[tuple[Chats, InboxService, OutboxSender]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("handlers.telegram.platform._set_profile", AsyncMock())
        async with running(*given) as opened:
            yield opened


@asynccontextmanager
async def running(
    store: Store, clock: FakeClock, settings: Settings, operators: tuple[str, ...]
) -> AsyncIterator[tuple[Chats, InboxService, OutboxSender]]:
    """Platform, sender and inbox, as the app composes them; left, it is as if the bot had stopped."""
    platforms: dict[str, Platform] = {}
    told = Operators(store, operators, platforms, clock)
    desk = replace((await open_talk(store, clock)).context, settings=settings, operators=told, platforms=platforms)
    sender = OutboxSender(store, platforms, clock, told.tell, doubt=Doubts(store, told, clock).say)
    inbox = InboxService(
        store,
        sender,
        clock,
        respond=functools.partial(respond, context=desk),
        draw=functools.partial(draw, context=desk),
        card=functools.partial(draw_card, context=desk),
        defaults=DEFAULTS,
        operators=told,
    )
    pace = Pace(now=lambda: clock.now().timestamp(), sleep=clock.sleep)
    async with open_platform(settings, inbox, pace=pace) as chats:
        platforms["telegram"] = chats
        async with sender.running(), inbox.running():
            yield chats, inbox, sender
