"""The calls that post or edit one message for everybody in a chat: as text, as a photo, as a rich message."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from typing import Any

from telegram import Bot, InputFile, LinkPreviewOptions, Message

from bot.model.delivery import Unknown
from handlers.telegram.rendering import Payload
from handlers.telegram.web import Unanswered, call

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
PICTURE_NAME = "chart.png"


def text(bot: Bot, chat: int, said: Payload, placed: Mapping[str, Any]) -> Awaitable[Message]:
    """Post the text; `placed` are the parameters that say where in the chat, and to whom."""
    return bot.send_message(
        chat,
        said.text,
        entities=said.entities,
        reply_markup=said.keyboard,
        link_preview_options=NO_PREVIEW,
        disable_notification=said.silent or None,
        **placed,
    )


def photo(bot: Bot, chat: int, said: Payload, placed: Mapping[str, Any]) -> Awaitable[Message]:
    """Post the picture with the text as its caption."""
    return bot.send_photo(
        chat,
        InputFile(said.picture or b"", PICTURE_NAME),
        said.text,
        caption_entities=said.entities,
        reply_markup=said.keyboard,
        disable_notification=said.silent or None,
        **placed,
    )


async def rich(bot: Bot, chat: int, said: Payload, placed: Mapping[str, Any]) -> int:
    """Post the rich message, and return its number. Raises as `call` does.

    The library does not know rich messages yet, so the answer is read as it comes.
    """
    asked: dict[str, Any] = {
        "chat_id": chat,
        "rich_message": said.rich,
        "reply_markup": said.keyboard,
        "disable_notification": said.silent or None,
        **placed,
    }
    sent = await call(bot.do_api_request("sendRichMessage", asked))
    number = sent.get("message_id") if isinstance(sent, dict) else None
    if not isinstance(number, int):
        raise Unanswered(Unknown("Telegram’s answer cannot be read"))
    return number


def edit(bot: Bot, chat: int, message: int, said: Payload) -> Awaitable[Message | bool]:
    """Replace the text, or the rich message, and the buttons of a message."""
    if said.rich:
        text: Any = None  # the library wants a text; Telegram wants one of the two
        return bot.edit_message_text(
            text, chat, message, reply_markup=said.keyboard, api_kwargs={"rich_message": said.rich}
        )
    return bot.edit_message_text(
        said.text,
        chat,
        message,
        entities=said.entities,
        reply_markup=said.keyboard,
        link_preview_options=NO_PREVIEW,
    )
