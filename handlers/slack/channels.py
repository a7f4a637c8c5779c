"""The channels of the workspace: which the bot is in, what they are called, and who shares them with it."""

from __future__ import annotations

import logging
import uuid
from collections.abc import AsyncIterator, Collection, Mapping
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.model.channel import Place
from bot.model.event import Asker, Event, EventKind
from handlers.slack import events, web
from handlers.slack.events import NAME
from handlers.slack.session import Session
from handlers.slack.web import Refused, Unanswered, call

log = logging.getLogger(__name__)

KINDS = "public_channel,private_channel"
GROUP = "a group conversation"
"""What a direct conversation of several people is called; Slack names it by all their handles."""


class Channels:
    """Asks Slack about channels."""

    def __init__(self, session: Session, named: Collection[str]) -> None:
        """`named`: the names or ids of the channels that the settings name."""
        self._session = session
        self._named = named
        self._kinds = f"{KINDS},mpim"  # what the token lets us list
        self._inside: set[str] = set()  # channels the bot is known to be in

    async def name(self, address: str) -> str:
        """The channel's name with a #, or GROUP; its id where it has none, or Slack does not say now."""
        try:
            channel = (await call(self._session.client.conversations_info(channel=address)))["channel"]
        except (Refused, Unanswered):
            return address
        if channel.get("is_mpim"):
            return GROUP
        return f"#{channel['name']}" if channel.get("name") else address

    async def is_inside(self, address: str) -> bool:
        """Whether the bot is in the channel; True where Slack does not say now."""
        if address in self._inside:
            return True
        try:
            channel = (await call(self._session.client.conversations_info(channel=address)))["channel"]
        except Refused:
            return False
        except Unanswered:
            return True
        if any(channel.get(each) for each in ("is_im", "is_mpim", "is_member")):
            self._inside.add(address)
            return True
        return False

    def left(self, address: str) -> None:
        """The bot is in this channel no longer."""
        self._inside.discard(address)

    async def shared_with(self, user: str) -> tuple[Place, ...]:
        """The channels in which both the user and the bot are. Raises Refused, Unanswered."""
        theirs = {each["id"] async for each in self._conversations(user=user)}
        return tuple(each for each in await self._session.inbox.places(NAME) if each.address in theirs)

    async def _conversations(self, **whose: str) -> AsyncIterator[Mapping[str, Any]]:
        """The channels of a user; without one, the bot's own. Raises Refused, Unanswered."""
        try:
            async for each in self._of_kinds(self._kinds, whose):
                yield each
        except Refused as refused:
            if refused.error != "missing_scope" or self._kinds == KINDS:
                raise
            self._kinds = KINDS  # it was installed before the manifest asked for group conversations
            async for each in self._of_kinds(KINDS, whose):
                yield each

    def _of_kinds(self, kinds: str, whose: Mapping[str, str]) -> AsyncIterator[Mapping[str, Any]]:
        def ask(cursor: str | None) -> Any:
            return self._session.client.users_conversations(
                types=kinds, exclude_archived=True, limit=web.PAGE, cursor=cursor, **whose
            )

        return web.pages(ask, "channels")

    # --- at the start

    async def load(self) -> None:
        """Join the channels that the settings name, and put into the inbox where the bot was added or removed while it
        was not running."""
        try:
            await self._join_named()
            found = {str(each["id"]): bool(each.get("is_mpim")) async for each in self._conversations()}
        except (Refused, Unanswered) as error:
            log.warning("where the bot is in Slack cannot be found out now: %s", error)
            return
        inbox = self._session.inbox
        known = {place.address for place in await inbox.places(NAME) if not events.is_direct(place.address)}
        for address in (address for address, several in found.items() if not several and address not in known):
            await inbox.accept(self._change(address, EventKind.JOINED, ""))
        for address in known - found.keys():
            await inbox.accept(self._change(address, EventKind.LEFT, "it was removed while it was not running"))

    def _change(self, address: str, kind: EventKind, how: str) -> Event:
        asker = Asker(self._session.me.user, "")
        return Event(NAME, f"away:{uuid.uuid4().hex}", address, address, asker, how, self._session.now(), kind=kind)

    async def _join_named(self) -> None:
        wanted = {name.removeprefix("#").lower() for name in self._named}
        if not wanted:
            return
        async for channel in all_channels(self._session.client):
            names = names_of(channel) & wanted
            wanted -= names
            if names and not channel.get("is_member"):
                await self._join(str(channel["id"]), str(channel.get("name")))
        for name in sorted(wanted):
            log.error("Slack knows no channel “%s”; invite the bot there if it is private.", name)

    async def _join(self, address: str, name: str) -> None:
        try:
            await call(self._session.client.conversations_join(channel=address))
        except Refused as refused:
            log.error("The bot cannot join #%s by itself (%s): invite it there.", name, refused.error)


def all_channels(client: AsyncWebClient) -> AsyncIterator[Mapping[str, Any]]:
    """Every channel that the bot's token can see. Raises Refused, Unanswered."""

    def ask(cursor: str | None) -> Any:
        return client.conversations_list(types=KINDS, exclude_archived=True, limit=web.PAGE, cursor=cursor)

    return web.pages(ask, "channels")


def names_of(channel: Mapping[str, Any]) -> set[str]:
    """What the settings may call the channel by: its name and its id, in lower case."""
    return {str(channel.get("name", "")).lower(), str(channel["id"]).lower()}
