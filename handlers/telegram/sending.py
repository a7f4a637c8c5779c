"""Sends messages: posted, edited, or shown as a toast or a draft; what Telegram refuses is sent in a plainer form."""

from __future__ import annotations

import functools
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from telegram import ReplyParameters

from bot.model.delivery import NotSent, Permanent, SendOutcome, Sent, Unknown
from bot.model.messages import Audience, split
from bot.model.outgoing import Delivery
from handlers.telegram import ephemeral, posts, rendering, rich, web
from handlers.telegram.abilities import Ability
from handlers.telegram.activity import Activity, draft_ref
from handlers.telegram.addresses import GENERAL, ChatAddress, MessageRef, other_chat, parse_address, parse_ref
from handlers.telegram.channels import Channels
from handlers.telegram.keyboards import unstyled
from handlers.telegram.presses import Presses
from handlers.telegram.rendering import Payload, payload
from handlers.telegram.session import Session
from handlers.telegram.web import CallFailed, Moved, Refused, Revoked, Unanswered, UnknownMethod, call

log = logging.getLogger(__name__)

REVOKED_SECONDS = 60.0  # before a message is tried again after the token was refused
FOLLOW_UP_TRIES = 6
FOLLOW_UP_SECONDS, FOLLOW_UP_MOST = 2.0, 15.0
"""Tries, and seconds between two of them, for what must follow a message that has begun."""
WRITE_FIRST = "I can answer that only in private: write to me there first."
PICTURE_REFUSED = ("photo", "image", "media", "caption", "file")
"""Words of Telegram's refusals of a picture."""
FORMAT_REFUSED = ("entit", "keyboard", "button", "markup is too long")
"""Words of Telegram's refusals of entities and buttons."""
STYLE_REFUSED = "style"
"""A word of a refusal of coloured buttons."""

Send = Callable[[Payload], Awaitable[MessageRef]]


class Sender:
    """Sends the deliveries of one bot."""

    def __init__(self, session: Session, channels: Channels, presses: Presses, activity: Activity) -> None:
        self._session = session
        self._channels = channels
        self._presses = presses
        self._activity = activity
        self._abilities = session.abilities

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
        reader, chat = await self._only_reader(delivery, query), _chat_of(delivery)
        if reader is not None:
            try:
                return await self._plainly(delivery, self._posting(delivery, reader=reader, query=query))
            except Refused as refused:
                log.debug("%s is shown to everybody there: %s", delivery.purpose, refused)
                self._abilities.refuse(Ability.EPHEMERAL, chat)
        return await self._richly(delivery, self._posting(delivery))

    async def _only_reader(self, delivery: Delivery, query: str | None) -> int | None:
        """Who alone is to see it; None: everybody there, because it is for them, or because they alone are there."""
        chat, asker = _chat_of(delivery), delivery.asker or ""
        if delivery.audience is not Audience.ASKER or chat > 0 or not asker.isdecimal():
            return None
        answered = parse_ref(delivery.reply_to)
        invited = query is not None or (answered is not None and answered.reader is not None)
        if not invited and not self._abilities.has(Ability.EPHEMERAL, chat):
            return None
        return None if await self._channels.broadcasts(chat) else int(asker)

    def _posting(self, delivery: Delivery, *, reader: int | None = None, query: str | None = None) -> Send:
        """How one message is posted where the delivery goes; `reader`: who alone sees it."""
        place, answered = parse_address(delivery.address), parse_ref(delivery.reply_to)
        chat, elsewhere = _chat_of(delivery), other_chat(delivery.reply_to)
        placed: dict[str, Any] = {"message_thread_id": None if answered else place.thread}  # a reply is in its topic
        if answered and answered.reader is None:
            placed["reply_parameters"] = ReplyParameters(answered.message, allow_sending_without_reply=True)
        if reader is not None:
            placed["api_kwargs"] = ephemeral.parameters(reader, query, answered)

        async def send(said: Payload) -> MessageRef:
            if said.rich:
                return MessageRef(await posts.rich(self._session.bot, chat, said, placed), elsewhere)
            work = posts.photo if said.picture else posts.text
            sent = await call(work(self._session.bot, chat, said, placed))
            number = ephemeral.number(sent)
            return MessageRef(number or sent.message_id, elsewhere, reader if number else None)

        return send

    async def _update(self, delivery: Delivery) -> MessageRef:
        on = parse_ref(delivery.replaces) or MessageRef(0)
        chat = on.chat or parse_address(delivery.address).chat
        afresh = replace(delivery, message=replace(delivery.message, silent=True))  # it changes what was told before
        if payload(delivery.message).picture:
            return await self._post(afresh)  # a text message cannot become a picture

        async def edit(said: Payload) -> MessageRef:
            if on.reader is None:
                await call(posts.edit(self._session.bot, chat, on.message, said))
            else:
                await ephemeral.edit(self._session.bot, chat, on, said)
            return on

        try:
            if on.reader is None:
                return await self._richly(delivery, edit, self._posting(afresh))
            return await self._plainly(delivery, edit, self._posting(afresh))
        except Refused as refused:
            if refused.says(web.NOT_MODIFIED):
                return on
            if on.reader is not None or refused.says(*web.NOT_EDITABLE):
                return await self._post(afresh)
            raise

    # --- the form of a message

    async def _richly(self, delivery: Delivery, send: Send, further: Send | None = None) -> MessageRef:
        """Sent as a rich message where it gains by that; where the server does not know them or the chat does not
        allow them, plainly, and so is what follows there."""
        chat, shown = _chat_of(delivery), rich.content(delivery.message)
        if shown is None or not self._abilities.has(Ability.RICH, chat):
            return await self._plainly(delivery, send, further)
        try:
            async with self._session.pace.slot(chat):
                return await self._styled(replace(payload(delivery.message), rich=shown), send)
        except UnknownMethod:
            self._abilities.miss(Ability.RICH)
        except Refused as refused:
            if refused.shut_out or refused.says(web.NOT_MODIFIED, *web.NOT_EDITABLE, *web.NO_TOPIC):
                raise
            log.warning("Telegram does not take %s as a rich message: %s", delivery.purpose, refused)
            self._abilities.refuse(Ability.RICH, chat)
        return await self._plainly(delivery, send, further)

    async def _plainly(self, delivery: Delivery, send: Send, further: Send | None = None) -> MessageRef:
        """Sent as text with entities: in several messages where it was cut for a rich one, and is too long for one.

        The first is sent by `send`, the others by `further` (None: by `send`).
        """
        first, *others = split(delivery.message, rendering.fits)
        async with self._session.pace.slot(_chat_of(delivery)):
            ref = await self._simplified(replace(delivery, message=first), send)
        for other in others:
            await self._follow_up(replace(delivery, message=other), further or send)
        return ref

    async def _follow_up(self, delivery: Delivery, send: Send) -> None:
        """Send what belongs to a message that has begun, waiting for its turn: it cannot be tried again later, for its
        beginning would come twice."""
        for _ in range(FOLLOW_UP_TRIES):
            try:
                async with self._session.pace.slot(_chat_of(delivery)):
                    await self._simplified(delivery, send)
                return
            except Unanswered as unanswered:
                if not isinstance(unanswered.outcome, NotSent):
                    raise
                wait = unanswered.outcome.retry_after
                await self._session.pace.sleep(min(FOLLOW_UP_SECONDS if wait is None else wait, FOLLOW_UP_MOST))
            except CallFailed as failed:
                log.warning("Telegram does not take a later part of %s: %s", delivery.purpose, failed)
                break
        raise Unanswered(Unknown("only the beginning of the message has arrived"))

    async def _styled(self, said: Payload, send: Send) -> MessageRef:
        """Sent with coloured buttons, where Telegram knows them."""
        if said.keyboard is None:
            return await send(said)
        plain = replace(said, keyboard=unstyled(said.keyboard))
        if not self._abilities.has(Ability.STYLE):
            return await send(plain)
        try:
            return await send(said)
        except Refused as refused:
            if not refused.says(STYLE_REFUSED):
                raise
            self._abilities.miss(Ability.STYLE)
            return await send(plain)

    async def _simplified(self, delivery: Delivery, send: Send) -> MessageRef:
        """Sent with picture, entities and buttons; where Telegram refuses the picture, with its description instead;
        where it refuses entities or buttons, as plain text."""
        said = payload(delivery.message)
        try:
            return await self._styled(said, send)
        except Refused as refused:
            if said.picture and refused.says(*PICTURE_REFUSED):
                log.warning("Telegram refuses the picture of %s: %s", delivery.purpose, refused)
                message = rendering.without_picture(delivery.message)
                return await self._simplified(replace(delivery, message=message), send)
            if not refused.says(*FORMAT_REFUSED):
                raise
            log.error("Telegram refuses the form of %s: %s", delivery.purpose, refused)
            return await send(replace(said, entities=(), keyboard=None))


def _chat_of(delivery: Delivery) -> int:
    """The chat it goes to: its channel's, or that of the message it answers."""
    return other_chat(delivery.reply_to) or parse_address(delivery.address).chat


def _permanent(delivery: Delivery, refused: Refused) -> SendOutcome:
    """The refusal as an outcome; one in a channel's discussion group says nothing of the channel."""
    outcome = web.permanent(refused)
    return replace(outcome, message_only=True) if other_chat(delivery.reply_to) else outcome
