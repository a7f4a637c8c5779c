"""Sends messages: posted, edited, or shown as a toast or a draft; what Telegram refuses is sent in a plainer form."""

from __future__ import annotations

import functools
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from telegram import InputFile, LinkPreviewOptions, Message, ReplyParameters

from bot.model.delivery import NotSent, Permanent, SendOutcome, Sent
from bot.model.messages import Audience
from bot.model.outgoing import Delivery
from handlers.telegram import ephemeral, rendering, web
from handlers.telegram.activity import Activity, draft_ref
from handlers.telegram.addresses import GENERAL, ChatAddress, MessageRef, other_chat, parse_address, parse_ref
from handlers.telegram.channels import Channels
from handlers.telegram.presses import Presses
from handlers.telegram.rendering import Payload, payload
from handlers.telegram.session import Session
from handlers.telegram.web import Moved, Refused, Revoked, Unanswered, call

log = logging.getLogger(__name__)

REVOKED_SECONDS = 60.0  # before a message is tried again after the token was refused
FOR_ALL_SECONDS = 3600.0
"""How long Telegram’s refusal to show a message to one person alone holds for a chat."""
WRITE_FIRST = "I can answer that only in private: write to me there first."
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
PICTURE_NAME = "chart.png"
PICTURE_REFUSED = ("photo", "image", "media", "caption", "file")
"""Words of Telegram's refusals of a picture."""
FORMAT_REFUSED = ("entit", "keyboard", "button", "markup is too long")
"""Words of Telegram's refusals of entities and buttons."""

Send = Callable[[Payload], Awaitable[MessageRef]]


class Sender:
    """Sends the deliveries of one bot."""

    def __init__(self, session: Session, channels: Channels, presses: Presses, activity: Activity) -> None:
        self._session = session
        self._channels = channels
        self._presses = presses
        self._activity = activity
        self._for_all: dict[int, float] = {}  # chat → until when nothing is tried there that one person alone would see

    async def send(self, delivery: Delivery) -> SendOutcome:
        """Post it; as a toast where it answers a button and is short; as a draft where it is an early version."""
        if delivery.draft:
            return await self._activity.show_draft(delivery)
        query = self._presses.take(delivery.purpose)
        if query and (outcome := await self._presses.toast(delivery, query)):
            return outcome
        outcome = await self._outcome(delivery, functools.partial(self._post, query=query))
        if query:
            shut = isinstance(outcome, Permanent) and not outcome.message_only and _chat_of(delivery) > 0
            self._session.tasks.start(self._presses.release(query, WRITE_FIRST if shut else None))
        return outcome

    async def edit(self, delivery: Delivery) -> SendOutcome:
        """Replace the message; where it is gone, or was only a draft, post it."""
        if delivery.draft or parse_ref(delivery.replaces) is None:
            return await self.send(delivery)
        if query := self._presses.take(delivery.purpose):
            self._session.tasks.start(self._presses.release(query))
        return await self._outcome(delivery, self._update)

    async def find(self, delivery: Delivery) -> Sent | NotSent | None:
        """None, for Telegram shows a bot no history; but a draft or an edit can simply be sent once more."""
        if delivery.draft:
            return Sent(draft_ref(delivery))
        if parse_ref(delivery.replaces):
            return NotSent("the message can be edited once more")
        return None

    async def _outcome(self, delivery: Delivery, how: Callable[[Delivery], Awaitable[MessageRef]]) -> SendOutcome:
        """How the sending ends; a chat that has moved, or has lost the topic, is followed once."""
        for _ in range(2):
            try:
                return Sent(str(await how(delivery)))
            except Unanswered as unanswered:
                return unanswered.outcome
            except Revoked as revoked:
                return NotSent(str(revoked), REVOKED_SECONDS)
            except Moved as moved:
                delivery = await self._follow(delivery, ChatAddress(moved.chat, parse_address(delivery.address).topic))
            except Refused as refused:
                place = parse_address(delivery.address)
                if place.thread is None or not refused.says(*web.NO_TOPIC):
                    return _permanent(delivery, refused)
                delivery = await self._follow(delivery, ChatAddress(place.chat, GENERAL))
        return NotSent("the chat is moving")

    async def _follow(self, delivery: Delivery, address: ChatAddress) -> Delivery:
        """The delivery at the new address of its channel, which is recorded."""
        await self._channels.move(delivery.address, str(address))
        return replace(delivery, address=str(address))

    async def _post(self, delivery: Delivery, *, query: str | None = None) -> MessageRef:
        """Post it, where it is for its asker alone so that they alone see it, if Telegram allows that there."""
        reader = await self._only_reader(delivery, query)
        if reader is not None:
            try:
                return await self._sent(delivery, reader=reader, query=query)
            except Refused as refused:
                log.debug("%s is shown to everybody there: %s", delivery.purpose, refused)
                self._for_all[_chat_of(delivery)] = self._session.pace.now() + FOR_ALL_SECONDS
        return await self._sent(delivery)

    async def _only_reader(self, delivery: Delivery, query: str | None) -> int | None:
        """Who alone is to see it; None: everybody there, because it is for them, or because they alone are there."""
        chat, asker = _chat_of(delivery), delivery.asker or ""
        if delivery.audience is not Audience.ASKER or chat > 0 or not asker.isdecimal():
            return None
        answered = parse_ref(delivery.reply_to)
        invited = query is not None or (answered is not None and answered.reader is not None)
        if not invited and self._for_all.get(chat, 0.0) > self._session.pace.now():
            return None
        return None if await self._channels.broadcasts(chat) else int(asker)

    async def _sent(self, delivery: Delivery, *, reader: int | None = None, query: str | None = None) -> MessageRef:
        place, answered = parse_address(delivery.address), parse_ref(delivery.reply_to)
        chat, elsewhere = _chat_of(delivery), other_chat(delivery.reply_to)
        placed: dict[str, Any] = {"message_thread_id": None if answered else place.thread}  # a reply is in its topic
        if answered and answered.reader is None:
            placed["reply_parameters"] = ReplyParameters(answered.message, allow_sending_without_reply=True)
        if reader is not None:
            placed["api_kwargs"] = ephemeral.parameters(reader, query, answered)

        async def send(said: Payload) -> MessageRef:
            work = self._photo if said.picture else self._text
            sent = await call(work(chat, said, placed))
            number = ephemeral.number(sent)
            return MessageRef(number or sent.message_id, elsewhere, reader if number else None)

        async with self._session.pace.slot(chat):
            return await self._simplified(delivery, send)

    def _text(self, chat: int, said: Payload, placed: dict[str, Any]) -> Awaitable[Message]:
        return self._session.bot.send_message(
            chat,
            said.text,
            entities=said.entities,
            reply_markup=said.keyboard,
            link_preview_options=NO_PREVIEW,
            **placed,
        )

    def _photo(self, chat: int, said: Payload, placed: dict[str, Any]) -> Awaitable[Message]:
        file = InputFile(said.picture or b"", PICTURE_NAME)
        return self._session.bot.send_photo(
            chat, file, said.text, caption_entities=said.entities, reply_markup=said.keyboard, **placed
        )

    async def _update(self, delivery: Delivery) -> MessageRef:
        on = parse_ref(delivery.replaces) or MessageRef(0)
        chat = on.chat or parse_address(delivery.address).chat
        if payload(delivery.message).picture:
            return await self._post(delivery)  # a text message cannot become a picture

        async def edit(said: Payload) -> MessageRef:
            if on.reader is None:
                await call(self._edited(chat, on.message, said))
            else:
                await ephemeral.edit(self._session.bot, chat, on, said)
            return on

        try:
            async with self._session.pace.slot(chat):
                return await self._simplified(delivery, edit)
        except Refused as refused:
            if refused.says(web.NOT_MODIFIED):
                return on
            if on.reader is not None or refused.says(*web.NOT_EDITABLE):
                return await self._post(delivery)
            raise

    def _edited(self, chat: int, message: int, said: Payload) -> Awaitable[Message | bool]:
        return self._session.bot.edit_message_text(
            said.text,
            chat,
            message,
            entities=said.entities,
            reply_markup=said.keyboard,
            link_preview_options=NO_PREVIEW,
        )

    async def _simplified(self, delivery: Delivery, send: Send) -> MessageRef:
        """Sent with picture, entities and buttons; where Telegram refuses the picture, with its description instead;
        where it refuses entities or buttons, as plain text."""
        said = payload(delivery.message)
        try:
            return await send(said)
        except Refused as refused:
            if said.picture and refused.says(*PICTURE_REFUSED):
                log.warning("Telegram refuses the picture of %s: %s", delivery.purpose, refused)
                message = rendering.without_picture(delivery.message)
                return await self._simplified(replace(delivery, message=message), send)
            if not refused.says(*FORMAT_REFUSED):
                raise
            log.error("Telegram refuses the form of %s: %s", delivery.purpose, refused)
            return await send(Payload(said.text, (), None, said.picture))


def _chat_of(delivery: Delivery) -> int:
    """The chat it goes to: its channel's, or that of the message it answers."""
    return other_chat(delivery.reply_to) or parse_address(delivery.address).chat


def _permanent(delivery: Delivery, refused: Refused) -> SendOutcome:
    """The refusal as an outcome; one in a channel's discussion group says nothing of the channel."""
    outcome = web.permanent(refused)
    return replace(outcome, message_only=True) if other_chat(delivery.reply_to) else outcome
