"""The tests' own Telegram is as strict as Telegram, and the real python-telegram-bot cannot tell them apart."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import Application, ApplicationBuilder
from telegram.request import HTTPXRequest

from tests.servers.telegram import (
    TOKEN,
    Telegram,
)

QUIET = pytest.mark.filterwarnings("ignore::telegram.warnings.PTBUserWarning")


@asynccontextmanager
async def bot_for(telegram: Telegram, token: str = TOKEN) -> AsyncIterator[Bot]:
    async with Bot(token, base_url=telegram.settings["telegram_api_url"], request=HTTPXRequest(8)) as bot:
        yield bot


@asynccontextmanager
async def polling(telegram: Telegram, **how: Any) -> AsyncIterator[asyncio.Queue[Update]]:
    """What the library, polling as a bot does, makes of the updates."""
    builder = ApplicationBuilder().token(TOKEN).base_url(telegram.settings["telegram_api_url"]).job_queue(None)
    app: Application[Any, Any, Any, Any, Any, Any] = builder.updater(None).build()
    from telegram.ext import Updater

    updater = Updater(app.bot, app.update_queue)  # type: ignore[arg-type] # the queue holds any object
    async with updater:
        await updater.start_polling(poll_interval=0.01, timeout=30, error_callback=lambda _: None, **how)
        try:
            yield updater.update_queue  # type: ignore[misc]
        finally:
            await updater.stop()


def keyboard(*labels: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(each, callback_data=each.lower()) for each in labels]])
