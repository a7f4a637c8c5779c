"""Messages in a group that one person alone sees (the Bot API's ephemeral messages, since 10.2).

The library does not know them yet: their parameters travel beside its own. A server that is older overlooks them, and
everybody sees the message, as before; one that refuses them is asked again without.
"""

from __future__ import annotations

from typing import Any

from telegram import Bot, CallbackQuery, InlineKeyboardMarkup, MaybeInaccessibleMessage, Message

from handlers.telegram.addresses import MessageRef
from handlers.telegram.rendering import Payload
from handlers.telegram.web import call

NUMBER = "ephemeral_message_id"


def parameters(reader: int, query: str | None, answered: MessageRef | None) -> dict[str, Any]:
    """What makes a message that is sent one for `reader` alone.

    It is allowed for a moment after they pressed a button (`query`) or wrote an ephemeral message (`answered`), and at
    any time where the bot is an admin.
    """
    who: dict[str, Any] = {"receiver_user_id": reader} | ({"callback_query_id": query} if query else {})
    replied = {"reply_parameters": {NUMBER: answered.message}} if answered and answered.reader else {}
    return {"ephemeral_message_parameters": who, **who, **replied}  # as of Bot API 10.3, and as of 10.2


def number(message: Message | MaybeInaccessibleMessage) -> int | None:
    """The number of an ephemeral message; None: it is none."""
    found = message.api_kwargs.get(NUMBER)
    return found if isinstance(found, int) and found > 0 else None


def ref_of(message: MaybeInaccessibleMessage, reader: int) -> MessageRef:
    """The ref of a message, which `reader` has before them."""
    own = number(message)
    return MessageRef(message.message_id) if own is None else MessageRef(own, reader=reader)


def pressed_ref(query: CallbackQuery, message: MaybeInaccessibleMessage) -> MessageRef:
    """The ref of the message whose button was pressed."""
    return ref_of(message, query.from_user.id)


async def edit(bot: Bot, chat: int, on: MessageRef, said: Payload) -> None:
    """Replace an ephemeral message. Raises as `call` does."""
    shown = {"text": said.text, "entities": list(said.entities), "reply_markup": said.keyboard}
    await call(bot.do_api_request("editEphemeralMessageText", _named(chat, on) | _given(shown)))


async def edit_keyboard(bot: Bot, chat: int, on: MessageRef, keyboard: InlineKeyboardMarkup | None) -> None:
    """Replace the buttons of an ephemeral message. Raises as `call` does."""
    shown = _given({"reply_markup": keyboard})
    await call(bot.do_api_request("editEphemeralMessageReplyMarkup", _named(chat, on) | shown))


async def delete(bot: Bot, chat: int, on: MessageRef) -> None:
    """Delete an ephemeral message. Raises as `call` does."""
    await call(bot.do_api_request("deleteEphemeralMessage", _named(chat, on)))


def _named(chat: int, on: MessageRef) -> dict[str, Any]:
    return {"chat_id": chat, "receiver_user_id": on.reader, NUMBER: on.message}


def _given(parameters: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in parameters.items() if value}
