"""What is shown while an answer is being made: “typing…”, and in a private chat the answer's draft as it grows."""

from __future__ import annotations

import asyncio
import logging
import zlib
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from telegram import Bot
from telegram.constants import ChatAction

from bot.model.delivery import Sent
from bot.model.event import Event
from bot.model.messages import Message
from bot.model.outgoing import Delivery
from handlers.telegram import rich
from handlers.telegram.abilities import Ability
from handlers.telegram.addresses import other_chat, parse_address
from handlers.telegram.presses import Presses
from handlers.telegram.rendering import payload
from handlers.telegram.session import Session
from handlers.telegram.web import CallFailed, Refused, Revoked, UnknownMethod, best_effort, call

log = logging.getLogger(__name__)

DRAFT = "draft:"
"""How the ref of an answer's draft begins, which is not a message in the chat's history."""
DRAFT_SECONDS = 1.0  # between two drafts of an answer
QUICK_SECONDS = 1.0  # an answer that takes longer is announced by “typing…”
TYPING_SECONDS = 4.5  # between two announcements; Telegram shows each for 5 s
MAX_TYPINGS = 40  # announcements for one answer


def draft_ref(delivery: Delivery) -> str:
    """The ref of an answer's drafts: they all replace each other under one number."""
    return f"{DRAFT}{zlib.crc32(delivery.purpose.encode()) or 1}"


class Activity:
    """Shows that an answer is being made. All of it may fail without consequence."""

    def __init__(self, session: Session, presses: Presses) -> None:
        self._session = session
        self._presses = presses
        self._drafted: dict[str, float] = {}  # ref of the last draft → when it was sent

    async def show_draft(self, delivery: Delivery) -> Sent:
        """Show an answer's early version: a draft in a private chat, “typing…” elsewhere; at most one a second."""
        ref, place = draft_ref(delivery), parse_address(delivery.address)
        if self._session.pace.now() - self._drafted.get(ref, -DRAFT_SECONDS) < DRAFT_SECONDS:
            return Sent(ref)
        self._drafted = {ref: self._session.pace.now()}
        if place.chat < 0 or not await self._drawn(delivery.message, place.chat, int(ref.removeprefix(DRAFT))):
            await self._typing(other_chat(delivery.reply_to) or place.chat, place.thread)
        return Sent(ref)

    async def _drawn(self, message: Message, chat: int, number: int) -> bool:
        """Whether Telegram shows it as a draft, in the form that its final message will have, or else as text."""
        if (shown := rich.content(message)) and self._session.abilities.has(Ability.RICH, chat):
            asked = {"chat_id": chat, "draft_id": number, "rich_message": shown}
            if await self._tried(
                Ability.RICH_DRAFT, chat, lambda bot: bot.do_api_request("sendRichMessageDraft", asked)
            ):
                return True
        said = payload(message)
        return await self._tried(
            Ability.DRAFT, chat, lambda bot: bot.send_message_draft(chat, number, said.text, entities=said.entities)
        )

    async def _tried(self, ability: Ability, chat: int, ask: Callable[[Bot], Awaitable[Any]]) -> bool:
        """Make the call unless it is known to be in vain; whether it was not refused."""
        abilities = self._session.abilities
        if not abilities.has(ability, chat):
            return False
        try:
            await call(ask(self._session.bot))
        except (UnknownMethod, Revoked):  # to a server without the method, or to one that will not poll either
            abilities.miss(ability)
            return False
        except Refused as refused:
            log.debug("%s is refused in %s: %s", ability, chat, refused)
            abilities.refuse(ability, chat)
            return False
        except CallFailed as failed:
            log.debug("%s failed: %s", ability, failed)
        return True

    async def show_while_worked(self, event: Event) -> None:
        """Show “typing…” from one second on until the event is answered, and stop the spinner of a pressed button."""
        purpose, place = f"reply:{event.id}", parse_address(event.address)
        chat = other_chat(event.reply_to) or place.chat
        for number in range(MAX_TYPINGS):
            with suppress(TimeoutError):
                async with asyncio.timeout(TYPING_SECONDS if number else QUICK_SECONDS):
                    await self._session.inbox.worked(event)
                break
            await self._release(purpose)
            await self._typing(chat, place.thread if chat == place.chat else None)
        await self._release(purpose)

    async def _release(self, purpose: str) -> None:
        if query := self._presses.take(purpose):
            await self._presses.release(query)

    async def _typing(self, chat: int, thread: int | None) -> None:
        await best_effort(self._session.bot.send_chat_action(chat, ChatAction.TYPING, message_thread_id=thread))
