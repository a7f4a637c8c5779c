"""The platform Slack, put together from its parts: sending, receiving, channels, people."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.model.clock import SystemClock
from bot.model.delivery import NotSent, SendOutcome, Sent
from bot.model.event import Asker, Event, EventKind
from bot.model.messages import Message, split
from bot.model.outgoing import Delivery
from bot.model.ports import Inbox
from bot.model.settings import Settings
from handlers.slack import events
from handlers.slack.abilities import Abilities
from handlers.slack.activity import Activity
from handlers.slack.blocks import fits
from handlers.slack.channels import Channels
from handlers.slack.events import NAME, Me
from handlers.slack.home import HomeTab
from handlers.slack.people import People
from handlers.slack.prompts import Suggestions
from handlers.slack.receiving import Receiver
from handlers.slack.sending import Sender
from handlers.slack.session import Session
from handlers.slack.unfurling import Unfurling
from handlers.slack.web import Refused, Unanswered
from handlers.slack.windows import Windows

GRACE_SECONDS = 2.0  # for the Home tabs that are still being drawn when the platform closes


class Workspace:
    """One workspace."""

    name = NAME
    one_way = False
    amends = True

    def __init__(self, settings: Settings, inbox: Inbox, client: AsyncWebClient, me: Me) -> None:
        now = SystemClock(settings.now).now
        self._session = session = Session(client, me, inbox, now, Abilities(now))
        self._by_members = settings.slack.settings_by == "members"
        self._channels = channels = Channels(session, settings.slack.channels)
        self._people = people = People(session)
        windows = Windows(session)
        self._activity = Activity(session)
        suggestions = Suggestions(session)
        self._sender = Sender(session, people, windows, self._activity, suggestions)
        self._connected: Callable[[], Awaitable[bool]] | None = None  # None: the socket was never open
        unfurling = Unfurling(session, people, settings.web.address)
        self._receiver = Receiver(
            session, channels, people, windows, HomeTab(session, channels), unfurling=unfurling, suggestions=suggestions
        )

    def parts(self, message: Message) -> tuple[Message, ...]:
        """Parts that each fit into one message of Slack."""
        return split(message, fits)

    async def send(self, delivery: Delivery) -> SendOutcome:
        return await self._sender.send(delivery)

    async def edit(self, delivery: Delivery) -> SendOutcome:
        return await self._sender.edit(delivery)

    async def find(self, delivery: Delivery) -> Sent | NotSent | None:
        return await self._sender.find(delivery)

    async def introduce(self, event: Event) -> Event | None:
        """The event with the names of the asker and the channel, and with what the asker may change; None: they are no
        member of the workspace."""
        person = await self._people.person(event.asker.id)
        zone = person.zone if person and person.member else None
        if event.kind is EventKind.JOINED:
            return replace(event, channel_name=await self._channels.name(event.address), zone=zone)
        if person is not None and not person.member:
            return None
        may_set = event.private or self._by_members or (person is not None and person.admin)
        if event.id.startswith(events.FROM_HOME) and not event.private:
            may_set = may_set and await self._shares(event.address, event.asker.id)
        name = person.name if person else event.asker.name
        there = event.channel_name
        if there == event.address:
            there = name if event.private else await self._channels.name(event.address)
        return replace(event, asker=Asker(event.asker.id, name, may_set=may_set), channel_name=there, zone=zone)

    async def _shares(self, address: str, person: str) -> bool:
        """Whether the person is in the channel."""
        return address in {place.address for place in await self._channels.shared_with(person)}

    async def direct(self, person: str) -> str | None:
        return await self._people.direct(person)

    def guards(self, _address: str, /) -> bool:
        """False: only members of the workspace can write to the bot."""
        return False

    def private(self, address: str, /) -> bool:
        """Whether it is a conversation with one person."""
        return events.is_direct(address)

    async def broadcasts(self, _address: str, _reply_to: str | None = None, /) -> bool:
        """False: whoever reads a channel can write there."""
        return False

    async def administers(self, address: str, person: str) -> bool:
        """Whether the person is in the channel, and whoever may change its settings."""
        who = await self._people.person(person)
        if who is None or not who.member or not (self._by_members or who.admin):
            return False
        try:
            return await self._shares(address, person)
        except (Refused, Unanswered):
            return False

    async def located(self, _name: str, /) -> None:
        """None: Slack's names of channels are those that are on record."""

    async def load(self) -> None:
        """Learn where the bot is; called once, when events can be received."""
        await self._channels.load()

    async def receive(self, body: Mapping[str, Any]) -> BoltResponse:
        return await self._receiver.receive(body)

    def end(self, error: str) -> None:
        """Slack refused the token with this error."""
        self._session.end(error)

    def hears_while(self, connected: Callable[[], Awaitable[bool]]) -> None:
        """Whether it hears is what this says: whether Slack's socket is open."""
        self._connected = connected

    def working(self, event: Event, doing: str, /) -> None:
        """Under the question, as the status of its thread."""
        self._activity.show(event, doing)

    async def hears(self) -> bool:
        """Whether the socket is open, and its pings are answered."""
        return self._connected is not None and await self._connected()

    async def ended(self) -> str:
        """Wait until the token is refused; what to do then."""
        return await asyncio.shield(self._session.ended)

    async def close(self) -> None:
        await self._session.tasks.close(GRACE_SECONDS)
