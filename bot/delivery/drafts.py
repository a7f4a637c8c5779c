"""Show an answer while it grows: one message on the platform, edited as each newer version comes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import replace

from bot.delivery.outbox import OutboxSender
from bot.delivery.replies import answering, message_of, purpose_of
from bot.model.channel import Channel
from bot.model.event import Event
from bot.model.messages import Audience, Message, Reply
from bot.model.outgoing import DRAFT, Delivery, addressed
from bot.model.ports import Clock
from bot.model.stores import Store


class Drafts:
    """The early versions of the answer to one event, each an edit of the message before."""

    def __init__(self, store: Store, sender: OutboxSender, clock: Clock, event: Event, channel: Channel) -> None:
        self._store = store
        self._sender = sender
        self._clock = clock
        self._event = event
        self._channel = channel
        self._purpose = purpose_of(event) + DRAFT
        self._shown = 0
        self._ref: str | None = None  # the platform's id of the message that shows the answer

    async def resume(self) -> None:
        """Continue with the message that an earlier process began, once its fate is known."""
        self._remember(await self._sender.wait_concluded(self._channel.id, self._purpose))

    def finish(self, reply: Reply) -> Reply:
        """The final version, which replaces the drafts; the next reply to the event gets a message of its own."""
        placed = replace(reply, replaces=reply.replaces or self._ref)
        self._ref = None
        return placed

    def apologise(self, message: Message) -> Reply:
        """What ends the answer if it failed: it replaces what was shown of it, and is the asker's alone otherwise."""
        return self.finish(Reply(message, Audience.THREAD if self._ref else Audience.ASKER))

    async def show(self, reply: Reply) -> None:
        """Send a draft and wait until its fate is known."""
        platform = self._sender.platforms[self._channel.platform]
        message = platform.parts(message_of(self._event, reply))[0]
        delivery = addressed(self._channel, self._purpose, self._shown + 1, message)
        delivery = replace(answering(delivery, self._event, reply), replaces=reply.replaces or self._ref)
        await self._store.outbox.put(delivery, self._clock.now())
        self._sender.wake()
        self._remember(await self._sender.wait_concluded(self._channel.id, self._purpose))

    def _remember(self, drafts: Sequence[Delivery]) -> None:
        new, self._shown = drafts[self._shown :], len(drafts)
        self._ref = next((draft.ref for draft in reversed(new) if draft.ref), self._ref)


async def newest(replies: AsyncIterator[Reply]) -> AsyncGenerator[Reply, None]:
    """The replies, read ahead; a draft that a newer one overtakes before it is asked for is left out."""
    read: asyncio.Queue[Reply | None] = asyncio.Queue()

    async def read_ahead() -> None:
        try:
            async for reply in replies:
                read.put_nowait(reply)
        finally:
            read.put_nowait(None)

    reader = asyncio.create_task(read_ahead())
    try:
        while (reply := await read.get()) is not None:
            yield _latest(reply, read)
        await reader
    finally:
        reader.cancel()
        await asyncio.wait({reader})


def _latest(reply: Reply, read: asyncio.Queue[Reply | None]) -> Reply:
    """The newest version of a reply among those read so far."""
    while not reply.final and not read.empty():
        later = read.get_nowait()
        if later is None:
            read.put_nowait(None)
            break
        reply = later
    return reply
