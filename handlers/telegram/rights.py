"""Who may change a channel's settings: in groups and channels, their admins."""

from __future__ import annotations

import logging
from dataclasses import replace

from bot.model.event import Event, EventKind
from handlers.telegram.addresses import parse_address
from handlers.telegram.session import Session
from handlers.telegram.web import CallFailed, call

log = logging.getLogger(__name__)

KNOWN_SECONDS = 300.0  # how long it is remembered whether a person is an admin


class Rights:
    """Asks Telegram who is an admin, and remembers the answer for a while."""

    def __init__(self, session: Session, *, by_members: bool) -> None:
        """`by_members`: the settings let every member change what otherwise only admins may."""
        self._session = session
        self._by_members = by_members
        self._admins: dict[tuple[int, str], tuple[bool, float]] = {}  # (chat, person) → is one, and until when it holds

    async def introduce(self, event: Event) -> Event:
        """The event with what its asker may change: everything in a private chat; elsewhere only as an admin, or as any
        person where the settings let members."""
        if event.kind in (EventKind.JOINED, EventKind.RATED) or event.private:
            return event
        allowed = self._by_members and not event.asker.id.startswith("-")
        may_set = allowed or await self.is_admin(parse_address(event.address).chat, event.asker.id)
        return replace(event, asker=replace(event.asker, may_set=may_set))

    async def is_admin(self, chat: int, person: str) -> bool:
        """Whether the person is an admin of the chat; False where Telegram does not say."""
        if person == str(chat):
            return True  # an admin who speaks in the group's name, or the channel itself
        if not person.isdecimal():
            return False
        known = self._admins.get((chat, person))
        if known is not None and known[1] >= self._session.pace.now():
            return known[0]
        try:
            member = await call(self._session.bot.get_chat_member(chat, int(person)))
        except CallFailed as error:
            log.warning("what %s may do in %s cannot be found out: %s", person, chat, error)
            return False
        admin = member.status in (member.OWNER, member.ADMINISTRATOR)
        self._remember(chat, person, admin=admin)
        return admin

    def _remember(self, chat: int, person: str, *, admin: bool) -> None:
        now = self._session.pace.now()
        self._admins = {whom: known for whom, known in self._admins.items() if known[1] > now}
        self._admins[chat, person] = (admin, now + KNOWN_SECONDS)
