"""A button was pressed: a command becomes an event, a step of a form shows the form's next field."""

from __future__ import annotations

from dataclasses import replace

from telegram import CallbackQuery, MaybeInaccessibleMessage, Update
from telegram.constants import ChatType

from bot.model.event import Event
from bot.model.messages import Audience, Form
from handlers.telegram import ephemeral, events, keyboards
from handlers.telegram.addresses import MessageRef
from handlers.telegram.channels import RECENT_SECONDS, Channels, OurMessage
from handlers.telegram.presses import Presses
from handlers.telegram.rights import Rights
from handlers.telegram.session import Session
from handlers.telegram.web import Unanswered, best_effort

OLD = "This button is old. Type /help for what there is."
OLD_MENU = "This menu is old. Type it instead, as in: /mute AI 7d"
ADMINS_ONLY = "Only the admins of this channel may do that."
TOO_FAST = "Too much at once; press again in a moment."


class Callbacks:
    """Understands presses, and answers those that need no event."""

    def __init__(self, session: Session, channels: Channels, rights: Rights, presses: Presses) -> None:
        self._session = session
        self._channels = channels
        self._rights = rights
        self._presses = presses

    async def event(self, update: Update, query: CallbackQuery) -> Event | None:
        """The command of the pressed button as an event; None: the press needs no more than what was done here."""
        message, data = query.message, query.data
        if message is None or not data:
            self._session.tasks.start(self._presses.release(query.id, OLD))
            return None
        found = await self._found(query, message)
        words = self._form_step(query, message, found, data) if keyboards.is_step(data) else data
        if words is None:
            return None
        if not await self._may_press(message, query, words):
            self._session.tasks.start(self._presses.release(query.id, ADMINS_ONLY))
            return None
        if found.ref.reader is not None and keyboards.is_step(data):
            self._session.tasks.start(best_effort(ephemeral.delete(self._session.bot, message.chat.id, found.ref)))
        return placed_under(events.pressed(update, query, words, found.address, self._session.now()), found)

    async def _may_press(self, message: MaybeInaccessibleMessage, query: CallbackQuery, words: str) -> bool:
        """Under a channel's posts anybody may ask a question; everything else is for its admins, because everybody
        sees the result."""
        if message.chat.type != ChatType.CHANNEL or words.partition(" ")[0] in events.SAME_FOR_ALL:
            return True
        return await self._rights.is_admin(message.chat.id, str(query.from_user.id))

    async def _found(self, query: CallbackQuery, message: MaybeInaccessibleMessage) -> OurMessage:
        """The message whose button was pressed; one that was just sent may not be on record yet, and is waited for."""
        chat, age = message.chat, abs((self._session.now() - message.date).total_seconds())
        ref = ephemeral.pressed_ref(query, message)
        return await self._channels.find(chat.id, chat.type, ref, recent=age < RECENT_SECONDS)

    # --- forms

    def _form_step(
        self, query: CallbackQuery, message: MaybeInaccessibleMessage, found: OurMessage, data: str
    ) -> str | None:
        """The form's command where its last field was picked; None: the form's message shows the next field, or is
        deleted."""
        chat, on = message.chat.id, replace(found.ref, chat=None)
        if data == keyboards.CANCEL:
            self._session.tasks.start(self._delete(query.id, chat, on))
            return None
        blocks = found.spoken.delivery.message.blocks if found.spoken else ()
        form = next((block for block in blocks if isinstance(block, Form)), None)
        then = keyboards.step(form, data) if form else None
        if isinstance(then, str):
            return then
        if then is None:
            self._session.tasks.start(self._presses.release(query.id, OLD_MENU))
        else:
            self._session.tasks.start(self._show_keyboard(query.id, chat, on, then))
        return None

    async def _delete(self, query: str, chat: int, on: MessageRef) -> None:
        bot = self._session.bot
        await best_effort(
            bot.delete_message(chat, on.message) if on.reader is None else ephemeral.delete(bot, chat, on)
        )
        await self._presses.release(query)

    async def _show_keyboard(self, query: str, chat: int, on: MessageRef, rows: keyboards.Rows) -> None:
        bot, shown = self._session.bot, keyboards.keyboard(rows)
        try:
            async with self._session.pace.slot(chat):
                if on.reader is None:
                    await best_effort(bot.edit_message_reply_markup(chat, on.message, reply_markup=shown))
                else:
                    await best_effort(ephemeral.edit_keyboard(bot, chat, on, shown))
        except Unanswered:
            await self._presses.release(query, TOO_FAST)
        else:
            await self._presses.release(query)


def placed_under(event: Event, found: OurMessage) -> Event:
    """The event in the thread of the message of ours that it answers, and with that message as the one to replace
    where it is a menu: an answer to one person, whose button was pressed."""
    spoken = found.spoken
    if found.ref.reader is not None:  # nobody else saw it: nothing can reply to it for all to see, or replace it
        return replace(event, thread=spoken.thread if spoken else None, replied=None, reply_to=None)
    if spoken is None:
        return event
    told = spoken.delivery
    menu = event.unseen and told.audience is not Audience.THREAD and told.purpose.startswith(("reply:", "notice:"))
    elsewhere = found.ref.chat is not None and event.unseen
    return replace(
        event,
        address=found.address,
        thread=spoken.thread if not event.private else None,
        replied=str(found.ref),
        reply_to=str(found.ref) if elsewhere else event.reply_to,
        replaces=str(found.ref) if menu else None,
    )
