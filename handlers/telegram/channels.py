"""Which channel a chat belongs to: with forum topics, discussion groups, and chats that move."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, replace

from telegram.constants import ChatType

from bot.model.event import Asker, Event, EventKind
from bot.model.outgoing import Spoken
from handlers.telegram.addresses import MessageRef, chat_name, parse_address
from handlers.telegram.events import NAME
from handlers.telegram.session import Session
from handlers.telegram.web import CallFailed, call

log = logging.getLogger(__name__)

RECENT_SECONDS = 10.0  # a message of ours may be on somebody's screen for a moment before it is on record
LOOKS, LOOK_SECONDS = 10, 0.05  # how often a recent message is looked up, and how long between
LINK_SECONDS = 300.0  # how long the channel of a discussion group is remembered before it is asked again


@dataclass(frozen=True, slots=True)
class OurMessage:
    """A message of ours in a chat, and the channel it belongs to."""

    address: str
    ref: MessageRef
    spoken: Spoken | None  # None: it is not on record (any more)


class Channels:
    """The addresses of the channels, by chat."""

    def __init__(self, session: Session, named: Collection[str]) -> None:
        """`named`: the chats that the settings name."""
        self._session = session
        self._names = named
        self._inbox = session.inbox
        self._addresses: dict[int, str] = {}
        self._named: set[int] = set()
        self._kinds: dict[int, str] = {}  # chat → what kind of chat Telegram says it is
        self._links: dict[int, tuple[int | None, float]] = {}  # discussion group → its channel, and until when it holds

    def known(self, chat: int) -> str | None:
        """The address of the chat's channel; None: the bot was never there."""
        return self._addresses.get(chat)

    def address(self, chat: int) -> str:
        """The address of the chat's channel, or the one it would have."""
        return self._addresses.get(chat, str(chat))

    def add(self, address: str) -> None:
        """Remember a channel, unless its chat has one already."""
        self._addresses.setdefault(parse_address(address).chat, address)

    def choose(self, address: str) -> None:
        """Let this be the address of its chat's channel (with another topic than before, perhaps)."""
        self._addresses[parse_address(address).chat] = address

    async def move(self, before: str, after: str) -> None:
        """The channel has a new address, and keeps its settings and history."""
        await self._inbox.moved(NAME, before, after)
        self._addresses.pop(parse_address(before).chat, None)
        self.choose(after)

    def is_named(self, address: str) -> bool:
        """Whether the settings name the channel's chat."""
        return parse_address(address).chat in self._named

    def note(self, chat: int, kind: str) -> None:
        """Remember what kind of chat it is."""
        self._kinds[chat] = kind

    async def broadcasts(self, chat: int) -> bool:
        """Whether it is a channel, in which everything said is a post; False where Telegram does not say now."""
        if chat > 0:
            return False
        if chat not in self._kinds:
            with suppress(CallFailed):
                self.note(chat, (await call(self._session.bot.get_chat(chat))).type)
        return self._kinds.get(chat) == ChatType.CHANNEL

    async def located(self, name: str) -> str | None:
        """The address of the channel whose chat has this @name; None: Telegram knows none, or we are not in it."""
        wanted = chat_name(name)
        if isinstance(wanted, int):
            return self.known(wanted)
        with suppress(CallFailed):
            return self.known((await call(self._session.bot.get_chat(wanted))).id)
        return None

    # --- messages of ours

    async def find(self, chat: int, kind: str, message: MessageRef, *, recent: bool = False) -> OurMessage:
        """A message of ours in a chat of that kind; in the discussion group of a channel it may be the channel's.

        `recent`: it may have been sent just now, and is waited for where it is not on record yet.
        """
        found = await self._find(chat, kind, message)
        for _ in range(LOOKS if recent else 0):
            if found.spoken is not None:
                break
            await asyncio.sleep(LOOK_SECONDS)
            found = await self._find(chat, kind, message)
        return found

    async def _find(self, chat: int, kind: str, message: MessageRef) -> OurMessage:
        address = self.address(chat)
        spoken = await self._inbox.spoken(NAME, address, str(message))
        if spoken is None and kind == ChatType.SUPERGROUP and (channel := await self._linked(chat)):
            ref = replace(message, chat=chat)
            if found := await self._inbox.spoken(NAME, self.address(channel), str(ref)):
                return OurMessage(self.address(channel), ref, found)
        return OurMessage(address, message, spoken)

    async def _linked(self, chat: int) -> int | None:
        """The channel whose posts are discussed in the group; None: there is none, or Telegram does not say now."""
        known = self._links.get(chat)
        if known is None or known[1] < self._session.pace.now():
            linked = known[0] if known else None
            with suppress(CallFailed):
                linked = (await call(self._session.bot.get_chat(chat))).linked_chat_id
            known = self._links[chat] = (linked, self._session.pace.now() + LINK_SECONDS)
        return known[0]

    # --- at the start

    async def load(self) -> None:
        """Remember all channels on record, and begin in the chats that the settings name."""
        for address in await self._inbox.addresses(NAME):
            with suppress(ValueError):  # a channel whose address was taken over by another
                self.choose(address)
        joined = {parse_address(place.address).chat for place in await self._inbox.places(NAME)}
        for name in self._names:
            await self._begin_in(name, joined)

    async def _begin_in(self, name: str, joined: Collection[int]) -> None:
        """Allow the chat, and greet it where the bot is not in it yet; private chats begin when the person writes."""
        wanted = chat_name(name)
        try:
            chat = await call(self._session.bot.get_chat(wanted))
        except CallFailed as error:
            log.error("Telegram shows the bot no chat “%s” (%s): add the bot there first.", name, error)
            if isinstance(wanted, int):
                self._named.add(wanted)
            return
        self._named.add(chat.id)
        if chat.type != ChatType.PRIVATE and chat.id not in joined:
            address, asker = self.address(chat.id), Asker(str(self._session.me.id), "")
            named = Event(
                NAME, f"named:{uuid.uuid4().hex}", address, chat.title or name, asker, "", self._session.now()
            )
            await self._inbox.accept(replace(named, kind=EventKind.JOINED))
            self.add(address)
