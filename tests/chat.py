"""A platform that does as it is told, and channels, briefs and states in the real store: for tests of what is sent."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from bot.model.brief import Account, Brief
from bot.model.channel import Channel, ChannelSettings
from bot.model.delivery import NotSent, SendOutcome, Sent
from bot.model.errors import StorageFull
from bot.model.event import Event
from bot.model.feed import Check
from bot.model.messages import Message, plain, split, text
from bot.model.outgoing import Delivery
from bot.model.ports import Platform
from bot.model.source import SourceHealth, SourceSpec
from bot.model.stores import Store
from tests import make
from tests.clock import MORNING, PATIENCE

SETTINGS = ChannelSettings(paused_until=None)
TODAY = MORNING.date()
SETTINGS = ChannelSettings(paused_until=None)
FULL = StorageFull("The disk is full.")
Script = SendOutcome | Exception | asyncio.Event


class Chat:
    """A platform that does as it is told: next outcomes by address, and a memory of what reached it."""

    name = "chat"
    one_way = False
    amends = True

    def __init__(self, **scripts: Sequence[Script]) -> None:
        self.scripts = {address: list(script) for address, script in scripts.items()}
        self.log: list[tuple[str, str, str | None]] = []  # (address, words, what it replaced)
        self.deliveries: list[Delivery] = []
        self.held = asyncio.Event()  # a send has begun and waits
        self.history: dict[str, str] = {}  # delivery id → ref, where it can be looked up
        self.readable = False  # whether what is missing there is known to be missing
        self.names: dict[str, str] = {}  # of people, by id, where it must be asked for
        self.guarded: set[str] = set()  # addresses at which strangers can speak to us
        self.posts: set[str] = set()  # addresses at which what is said is a post for readers who cannot write
        self.admins: set[tuple[str, str]] = set()  # (address, person)
        self.located_at: dict[str, str] = {}  # name → address
        self.doings: list[tuple[str, str]] = []  # (event id, what was being done), as it was shown in passing

    @property
    def words(self) -> list[str]:
        return [words for _, words, _ in self.log]

    def parts(self, message: Message) -> tuple[Message, ...]:
        return split(message, lambda part: len(part) <= 3)

    async def send(self, delivery: Delivery) -> SendOutcome:
        script = self.scripts.get(delivery.address)
        step = script.pop(0) if script else None
        if isinstance(step, Exception):
            raise step
        if isinstance(step, asyncio.Event):
            self.held.set()
            await step.wait()
        elif step is not None:
            return step
        self.deliveries.append(delivery)
        self.log.append((delivery.address, plain(delivery.message), delivery.replaces))
        return Sent(delivery.replaces or f"m{len(self.log)}")

    async def edit(self, delivery: Delivery) -> SendOutcome:
        assert delivery.replaces
        return await self.send(delivery)

    async def find(self, delivery: Delivery) -> Sent | NotSent | None:
        ref = self.history.get(delivery.id)
        if ref is None:
            return NotSent("it is not there") if self.readable else None
        return Sent(ref)

    async def introduce(self, event: Event) -> Event:
        name = self.names.get(event.asker.id, event.asker.name)
        return replace(event, asker=replace(event.asker, name=name))

    async def direct(self, person: str) -> str | None:
        return f"D{person}" if person.startswith("U") else None

    def guards(self, address: str) -> bool:
        return address in self.guarded

    def private(self, address: str) -> bool:
        return address.startswith("D")

    async def broadcasts(self, address: str, reply_to: str | None = None) -> bool:
        return address in self.posts

    async def administers(self, address: str, person: str) -> bool:
        return (address, person) in self.admins

    async def located(self, name: str) -> str | None:
        return self.located_at.get(name)

    def working(self, event: Event, doing: str) -> None:
        self.doings.append((event.id, doing))

    async def hears(self) -> bool:
        return True

    async def ended(self) -> str:
        await asyncio.Event().wait()
        return ""


def platforms(chat: Chat) -> dict[str, Platform]:
    return {"chat": chat}


async def channel(store: Store, address: str = "C1", settings: ChannelSettings = SETTINGS) -> Channel:
    made, _ = await store.channels.ensure("chat", address, f"#{address}", settings, MORNING - timedelta(days=9))
    return made


async def told(store: Store, to: Channel, *messages: str, on: date = TODAY) -> None:
    """A brief with these messages, decided and stored."""
    edition = Brief(on, Account(1, 1, 1, 0), ())
    await store.briefs.record(to, edition, [text(words) for words in messages], MORNING)


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    """Wait until it holds; the test fails if it never does."""
    async with asyncio.timeout(PATIENCE):
        while not await holds():  # noqa: ASYNC110 - it looks at the store, as another process would
            await asyncio.sleep(0.01)


async def states(store: Store, of: Channel, purpose: str = f"brief:{TODAY}") -> list[str]:
    return [delivery.state.value for delivery in await store.outbox.under(of.id, purpose)]


class Faulty:
    """A part of the real store of which one method fails the first few times, as on a full disk."""

    def __init__(self, part: object, method: str, times: int, error: Exception) -> None:
        self._part = part
        self._method = method
        self._left = times
        self._error = error

    def __getattr__(self, name: str) -> object:
        if name == self._method and self._left:
            self._left -= 1
            raise self._error
        return getattr(self._part, name)


def faulty(store: Store, part: str, method: str, times: int, error: Exception = FULL) -> Store:
    """The real store, but for one method of one part."""
    copied = copy.copy(store)
    setattr(copied, part, Faulty(getattr(store, part), method, times, error))
    return copied


async def looked(store: Store) -> None:
    """One source there is, and it was read well this morning."""
    await store.sources.sync([(SourceSpec("https://meridian.example/feed"), make.publisher())], MORNING)
    source = (await store.sources.all())[0]
    await store.sources.record(Check(SourceHealth(source.id, checked_at=MORNING, succeeded_at=MORNING)), MORNING)
