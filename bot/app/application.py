"""The App: the open store, fetcher, analyst, pipeline and platforms that a command of the bot works with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from bot.conversation.request import Context
from bot.model.channel import Channel, ChannelSettings
from bot.model.clock import SystemClock
from bot.model.ports import Fetcher, Platform
from bot.model.settings import Settings
from bot.model.stores import Store
from bot.reading.publishers import Publishers
from handlers.console.place import ADDRESS, CHANNEL_NAME
from handlers.console.place import NAME as CONSOLE

if TYPE_CHECKING:
    from bot.pipeline.cycle import Pipeline


@dataclass(frozen=True)
class App:
    """What `open_app` has opened."""

    settings: Settings
    clock: SystemClock
    store: Store
    fetcher: Fetcher
    publishers: Publishers
    context: Context
    platforms: dict[str, Platform]  # the open ones by name; empty unless the bot runs
    sample: bool  # whether this is the sample edition

    @cached_property
    def pipeline(self) -> Pipeline:
        """What reads the sources; made on first use, since most commands read none."""
        from bot.pipeline.cycle import Pipeline

        return Pipeline(
            store=self.store,
            fetcher=self.fetcher,
            analyst=self.context.analyst,
            clock=self.clock,
            settings=self.settings.pipeline,
            publishers=self.publishers,
            zone=self.settings.brief.timezone,
            bar=self.settings.brief.bar,
            keep=self.settings.keep,
        )

    async def terminal(self) -> Channel:
        """The terminal's channel, made on first use."""
        channel, _ = await self.store.channels.ensure(
            CONSOLE, ADDRESS, CHANNEL_NAME, channel_settings(self.settings), self.clock.now()
        )
        return channel


def channel_settings(settings: Settings) -> ChannelSettings:
    """The settings of a new channel: those of `[brief]`."""
    brief = settings.brief
    return ChannelSettings(at=brief.at, timezone=brief.timezone, days=brief.days, bar=brief.bar, most=brief.most)
