"""The platform Telegram, put together from its parts: sending, receiving, channels, rights."""

from __future__ import annotations

from bot.model.delivery import NotSent, SendOutcome, Sent
from bot.model.event import Event
from bot.model.messages import Message, split
from bot.model.outgoing import Delivery
from bot.model.settings import Settings
from handlers.telegram import rendering, rich
from handlers.telegram.abilities import Ability
from handlers.telegram.activity import Activity
from handlers.telegram.addresses import other_chat, parse_address
from handlers.telegram.callbacks import Callbacks
from handlers.telegram.channels import Channels
from handlers.telegram.events import NAME
from handlers.telegram.presses import Presses
from handlers.telegram.receiving import Receiver
from handlers.telegram.rights import Rights
from handlers.telegram.sending import Sender
from handlers.telegram.session import Session

GRACE_SECONDS = 2.0  # for what is still being shown when the platform closes


class Chats:
    """All chats of one bot."""

    name = NAME
    one_way = False
    amends = True

    def __init__(self, settings: Settings, session: Session) -> None:
        self._session = session
        self._channels = channels = Channels(session, settings.telegram.chats)
        self._rights = rights = Rights(session, by_members=settings.telegram.settings_by == "members")
        presses = Presses(session.bot)
        activity = Activity(session, presses)
        self._sender = Sender(session, channels, presses, activity)
        self._receiver = Receiver(
            session,
            channels=channels,
            rights=rights,
            presses=presses,
            callbacks=Callbacks(session, channels, rights, presses),
            activity=activity,
        )

    def parts(self, message: Message) -> tuple[Message, ...]:
        """Parts that each fit into one message of Telegram: a rich one, where it gains by that."""
        richly = self._session.abilities.has(Ability.RICH) and rich.worthy(message.blocks)
        return split(message, rich.fits if richly else rendering.fits)

    async def send(self, delivery: Delivery) -> SendOutcome:
        return await self._sender.send(delivery)

    async def edit(self, delivery: Delivery) -> SendOutcome:
        return await self._sender.edit(delivery)

    async def find(self, delivery: Delivery) -> Sent | NotSent | None:
        return await self._sender.find(delivery)

    async def introduce(self, event: Event) -> Event | None:
        return await self._rights.introduce(event)

    async def direct(self, person: str) -> str | None:
        """The private chat with a person has the person's id; None for a chat that spoke in its own name."""
        return person if person.isdecimal() else None

    def guards(self, address: str, /) -> bool:
        """True except in the chats that the settings name: anybody can find a bot and write to it."""
        return not self._channels.is_named(address)

    def private(self, address: str, /) -> bool:
        """Whether it is a chat with one person."""
        return parse_address(address).chat > 0

    async def broadcasts(self, address: str, reply_to: str | None = None) -> bool:
        """True in Telegram's channels; what is answered in a channel's discussion group is no post."""
        return await self._channels.broadcasts(other_chat(reply_to) or parse_address(address).chat)

    async def administers(self, address: str, person: str) -> bool:
        """Whether the person is an admin of the group or channel, or it is their private chat."""
        return await self._rights.is_admin(parse_address(address).chat, person)

    async def located(self, name: str) -> str | None:
        """By the @name of a group or channel."""
        return await self._channels.located(name)

    async def load(self) -> None:
        """Learn where the bot is; called once, before `listen`."""
        await self._channels.load()

    async def listen(self) -> None:
        """Receive what is said, until the token is refused."""
        await self._receiver.listen()

    def working(self, _event: Event, _doing: str, /) -> None:
        """Nothing more than “typing…”, which is shown for every answer that takes a while."""

    async def hears(self) -> bool:
        """Whether the last poll was answered, and what it brought is kept."""
        return self._receiver.hears

    async def ended(self) -> str:
        return await self._receiver.ended()

    async def close(self) -> None:
        await self._session.tasks.close(GRACE_SECONDS)
