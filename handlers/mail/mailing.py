"""The addresses of the settings as channels: each gets what it is told as one mail. Nothing comes in by mail."""

from __future__ import annotations

import asyncio
import functools
import uuid
from collections.abc import Callable
from datetime import datetime

from bot.model.delivery import NotSent, Permanent, SendOutcome, Sent
from bot.model.event import Asker, Event, EventKind
from bot.model.messages import Message
from bot.model.outgoing import Delivery
from bot.model.ports import Inbox
from bot.model.settings import MailSettings
from bot.model.threads import in_daemon_thread
from handlers.mail.composing import envelope
from handlers.mail.smtp import MailServer, hand_over

NAME = "mail"
CONNECTIONS = 4  # at once; servers refuse a client that opens many
TURN_SECONDS = 60.0  # that a message waits for one of them
GONE = "its address is no longer in [mail] addresses"


class Mailing:
    """Mails what is sent; it takes no commands, and remembers nothing between two mails."""

    name = NAME
    one_way = True
    amends = False

    def __init__(
        self, settings: MailSettings, sender: str, server: MailServer, inbox: Inbox, now: Callable[[], datetime]
    ) -> None:
        self._addresses = tuple(dict.fromkeys(settings.addresses))
        self._sender = sender
        self._contact = settings.contact or sender
        self._server = server
        self._inbox = inbox
        self._now = now
        self._connections = asyncio.Semaphore(CONNECTIONS)

    async def subscribe(self) -> None:
        """Begin at addresses that are new in the settings, and leave those that were taken out."""
        before = {place.address for place in await self._inbox.places(NAME)}
        for address in self._addresses:
            if address not in before:
                await self._inbox.accept(self._change(address, EventKind.JOINED))
        for address in sorted(before.difference(self._addresses)):
            await self._inbox.accept(self._change(address, EventKind.LEFT, GONE))

    def _change(self, address: str, kind: EventKind, how: str = "") -> Event:
        id_ = f"settings:{uuid.uuid4().hex}"
        return Event(NAME, id_, address, address, Asker(address, address), how, self._now(), kind=kind)

    def parts(self, message: Message) -> tuple[Message, ...]:
        """Always one part: a mail may be long."""
        return (message,)

    async def send(self, delivery: Delivery) -> SendOutcome:
        """Hand the mail to the server; an early version of an answer is skipped, for the whole answer follows."""
        if delivery.draft:
            return Sent(delivery.id)
        if delivery.address not in self._addresses:
            return Permanent(GONE)
        mail = envelope(delivery, self._sender, self._contact, self._now())
        try:
            async with asyncio.timeout(TURN_SECONDS):
                await self._connections.acquire()
        except TimeoutError:
            return NotSent("the mail server is slow, and others are before it")
        try:
            return await in_daemon_thread(functools.partial(hand_over, self._server, mail), "bellwether-mail")
        finally:
            self._connections.release()

    async def edit(self, delivery: Delivery) -> SendOutcome:
        """Mail the newer version: what was mailed cannot be changed."""
        return await self.send(delivery)

    async def find(self, delivery: Delivery) -> None:
        """None: a mail that was handed over cannot be looked up."""

    async def introduce(self, event: Event) -> Event:
        """The event as it is: all of them come from the settings."""
        return event

    async def direct(self, person: str) -> None:
        """None: a mail to one person is the subscription itself."""

    def guards(self, _address: str, /) -> bool:
        """False: nobody can write to the bot there."""
        return False

    def private(self, _address: str, /) -> bool:
        """False: an address may be that of a list, and the brief comes there by itself."""
        return False

    async def broadcasts(self, _address: str, _reply_to: str | None = None, /) -> bool:
        """True: whoever reads it cannot write."""
        return True

    async def administers(self, _address: str, _person: str, /) -> bool:
        """False: an operator changes the settings of a subscription."""
        return False

    async def located(self, name: str, /) -> str | None:
        """The address as it stands in the settings, however its letters are written."""
        return next((each for each in self._addresses if each.casefold() == name.casefold()), None)

    def working(self, _event: Event, _doing: str, /) -> None:
        """Nothing: nobody waits at a mailbox for an answer."""

    async def hears(self) -> bool:
        """True: nothing that is said is missed, for nothing is said by mail."""
        return True

    async def ended(self) -> str:
        """Never: a server that fails is tried again with each mail."""
        await asyncio.Event().wait()
        return ""
