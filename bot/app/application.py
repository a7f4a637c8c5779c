"""Everything that is open while a job of the bot is done."""

from __future__ import annotations

from dataclasses import dataclass

from bot.conversation.request import Context
from bot.model.channel import Channel, ChannelSettings
from bot.model.clock import SystemClock
from bot.model.ports import Fetcher, Platform
from bot.model.settings import Settings, data_folder
from bot.model.stores import Store
from bot.pipeline.cycle import Pipeline
from bot.reading.publishers import Publishers
from handlers.console import ADDRESS, CHANNEL_NAME
from handlers.console import NAME as CONSOLE


@dataclass(frozen=True)
class App:
    """Everything that is open, for whoever composes a job of it."""

    settings: Settings
    clock: SystemClock
    store: Store
    fetcher: Fetcher
    publishers: Publishers
    pipeline: Pipeline
    context: Context
    platforms: dict[str, Platform]  # those that are open; none but while the bot runs
    sample: bool

    async def terminal(self) -> Channel:
        """The terminal as a channel, made on first use."""
        channel, _ = await self.store.channels.ensure(
            CONSOLE, ADDRESS, CHANNEL_NAME, channel_settings(self.settings), self.clock.now()
        )
        return channel


def channel_settings(settings: Settings) -> ChannelSettings:
    """What a new channel starts from."""
    brief = settings.brief
    return ChannelSettings(at=brief.at, timezone=brief.timezone, days=brief.days, bar=brief.bar, most=brief.most)


def database_url(settings: Settings) -> str:
    return settings.database_url or str(data_folder() / "bellwether.db")
