"""Long polling: each update is put into the inbox before Telegram is told that it was received."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace

from telegram import MessageReactionUpdated, Update

from bot.model.backoff import backoff
from bot.model.delivery import NotSent
from bot.model.errors import StorageError
from bot.model.event import Event, EventKind
from handlers.telegram import events, reactions, web
from handlers.telegram.activity import Activity
from handlers.telegram.addresses import ChatAddress, MessageRef, parse_address
from handlers.telegram.callbacks import Callbacks, placed_under
from handlers.telegram.channels import Channels
from handlers.telegram.events import Incoming
from handlers.telegram.presses import Presses
from handlers.telegram.rights import Rights
from handlers.telegram.session import Session
from handlers.telegram.web import CallFailed, Revoked, Unanswered, call

log = logging.getLogger(__name__)

JUST_SENT_SECONDS = 2.0  # what was said in a chat so lately may not be on record yet
ANSWERED = "That was answered already; look below."
TOKEN_REFUSED = "its token is not valid any more. Get a new one from @BotFather, and start again."  # noqa: S105 - a sentence


class Receiver:
    """Receives the updates of one bot."""

    def __init__(
        self,
        session: Session,
        *,
        channels: Channels,
        rights: Rights,
        presses: Presses,
        callbacks: Callbacks,
        activity: Activity,
    ) -> None:
        self._session = session
        self._channels = channels
        self._rights = rights
        self._presses = presses
        self._callbacks = callbacks
        self._activity = activity
        self._failures = 0  # polls in a row
        self._ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def ended(self) -> str:
        """Wait until the token is refused; what to do then."""
        return await asyncio.shield(self._ended)

    @property
    def hears(self) -> bool:
        """Whether the last poll was answered, and what it brought is kept."""
        return not self._failures

    # --- polling

    async def listen(self) -> None:
        """Poll until the token is refused. An update is confirmed (by the next `offset`) only once it is stored."""
        offset = 0
        while not self._ended.done():
            try:
                updates = await self._poll(offset)
            except Revoked:
                self._ended.set_result(TOKEN_REFUSED)
                return
            except CallFailed as error:
                self._failures += 1
                await self._wait_after(error, self._failures)
                continue
            if self._failures:
                log.warning("Telegram answers again")
            self._failures = 0
            for update in updates:
                if not await self._stored(update):
                    self._failures += 1
                    await self._session.pace.sleep(backoff(self._failures, web.RETRY_SECONDS, web.RETRY_MOST))
                    break
                offset = update.update_id + 1

    async def _poll(self, offset: int) -> tuple[Update, ...]:
        return await call(
            self._session.bot.get_updates(offset, timeout=web.POLL_SECONDS, allowed_updates=events.ALLOWED)
        )

    async def _wait_after(self, error: CallFailed, failures: int) -> None:
        """Wait as long as Telegram asks, or else longer with each failure; only the first is logged."""
        if failures == 1:
            log.warning("Telegram cannot be asked for news now: %s", error)
        outcome = error.outcome if isinstance(error, Unanswered) else None
        asked = outcome.retry_after if isinstance(outcome, NotSent) else None
        await self._session.pace.sleep(
            asked if asked is not None else backoff(failures, web.RETRY_SECONDS, web.RETRY_MOST)
        )

    async def _stored(self, update: Update) -> bool:
        """Whether the update may be confirmed: it is stored, or of no use, or a fault of ours that would recur."""
        try:
            await self._receive(update)
        except StorageError as error:
            log.error("what was said on Telegram cannot be kept, and is asked for again: %s", error)
            return False
        except Exception:
            log.exception("Telegram's update %s is passed over", update.update_id)
        return True

    # --- updates

    async def _receive(self, update: Update) -> None:
        if update.effective_chat is not None:
            self._channels.note(update.effective_chat.id, update.effective_chat.type)
        if pair := events.migration(update):
            before, after = pair
            await self._channels.move(self._channels.address(before), str(after))
        elif change := update.my_chat_member:
            if event := events.membership_change(update, change, self._channels.address(change.chat.id)):
                await self._accept(event)
        elif reaction := update.message_reaction:
            await self._receive_reaction(update, reaction)
        elif query := update.callback_query:
            if event := await self._callbacks.event(update, query):
                await self._accept_press(event, query.id)
        elif (incoming := events.heard(update, self._session.me)) and (event := await self._in_channel(incoming)):
            await self._accept(event)

    async def _receive_reaction(self, update: Update, reaction: MessageReactionUpdated) -> None:
        """Reactions to what others said, and those that say nothing of use, are passed over."""
        verdict = reactions.verdict(reaction)
        if verdict is None:
            return
        chat, message = reaction.chat, MessageRef(reaction.message_id)
        recent = self._session.pace.was_used(chat.id, JUST_SENT_SECONDS)
        found = await self._channels.find(chat.id, chat.type, message, recent=recent)
        if found.spoken is not None:
            await self._accept(reactions.rated(update, reaction, verdict, found))

    async def _accept(self, event: Event) -> bool:
        """Store the event; whether it is new."""
        new = await self._session.inbox.accept(event)
        self._channels.add(event.address)
        if new and event.kind is EventKind.SAID:
            self._session.tasks.start(self._activity.show_while_worked(event))
        return new

    async def _accept_press(self, event: Event, query: str) -> None:
        if await self._accept(event):
            self._presses.add(event, query)  # before any other task runs, so before the event is answered
        else:
            self._session.tasks.start(self._presses.release(query, ANSWERED))

    # --- the channel of a message

    async def _in_channel(self, incoming: Incoming) -> Event | None:
        """The event in the channel it belongs to, a comment in that of its post; None: it is not for us."""
        event, chat = incoming.event, incoming.chat.id
        if incoming.post and (home := self._channels.known(incoming.post[0])):
            post = str(incoming.post[1])
            return replace(event, address=home, thread=post, replied=post, reply_to=f"{chat}/{event.reply_to}")
        if not incoming.for_us:
            return None
        if event.replied:
            found = await self._channels.find(chat, incoming.chat.type, MessageRef(int(event.replied)))
            event = placed_under(event, found)
            if found.ref.chat is not None:
                return replace(event, reply_to=f"{chat}/{event.reply_to}")
        return replace(event, address=await self._address(incoming))

    async def _address(self, incoming: Incoming) -> str:
        """The address of the chat's channel. In a forum it has one topic: the one in which an admin first spoke to us,
        or last said “start”."""
        chat, asker = incoming.chat.id, incoming.event.asker.id
        known = self._channels.known(chat)
        if incoming.topic is None:
            return known or str(chat)
        here = str(ChatAddress(chat, incoming.topic))
        chosen = known is not None and parse_address(known).topic is not None
        if known == here or (chosen and incoming.event.text.lower() != "start"):
            return known or here
        if not await self._rights.is_admin(chat, asker):
            return known or str(chat)
        if known is not None:
            await self._channels.move(known, here)
        self._channels.choose(here)
        return here
