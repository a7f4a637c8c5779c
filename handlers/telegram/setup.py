"""Telegram as `bellwether setup` asks for it, and a greeting that shows that the token and the chat work."""

from __future__ import annotations

from bot.model.messages import Message
from bot.model.settings import Settings
from bot.model.setup import PlatformSetup, Secret

SETUP = PlatformSetup(
    name="telegram",
    title="Telegram",
    guide=("Write /newbot to @BotFather (https://t.me/BotFather): it asks for a name, and gives the token.",),
    secrets=(Secret("TELEGRAM_BOT_TOKEN", "Telegram’s bot token"),),
    key="chats",
    place="In which chats does the brief come? (@names or ids, with commas; later /start begins it anywhere)",
)


async def greet(settings: Settings, place: str, message: Message) -> str | None:
    """Say the message in the chat of that @name or id, once; why it could not be said, None: it was."""
    from handlers.telegram import web
    from handlers.telegram.addresses import chat_name
    from handlers.telegram.rendering import payload

    if settings.telegram_bot_token is None:
        return "TELEGRAM_BOT_TOKEN is not set"
    token, said = settings.telegram_bot_token.get_secret_value(), payload(message)
    bot = web.bot(token, settings.telegram_api_url)
    try:
        await web.call(bot.initialize())
        await web.call(bot.send_message(chat_name(place), said.text, entities=said.entities))
    except web.CallFailed as error:
        return str(error)
    finally:
        await bot.shutdown()
    return None
