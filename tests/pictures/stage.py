"""The sample edition as a team would live through it: read on five mornings, and told in Slack, on Telegram and in the
terminal on each of them, over the tests' servers. What stands there on the fifth is what the pictures show."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.analysts.extractive import Extractive
from bot.app.application import channel_settings
from bot.app.services import open_services
from bot.conversation.request import Context
from bot.delivery.operators import Operators
from bot.model.messages import Message
from bot.model.ports import Platform
from bot.model.settings import Settings, load
from bot.pipeline.cycle import Pipeline
from bot.reading.fetcher import open_fetcher
from bot.reading.publishers import Publishers
from bot.reading.sample import LAST, SampleTransport, sample_sources
from handlers.console import place as console
from handlers.telegram.pace import Pace
from handlers.telegram.platform import open_platform
from storage.store import open_store
from tests.clock import FakeClock
from tests.handlers.bot import Bot
from tests.servers.slack import Slack, our_manifest, slack_server
from tests.servers.slack_world import Message as SlackMessage
from tests.servers.telegram import Telegram, telegram_server
from tests.servers.telegram_chats import Chat, User

MORNING = datetime(2026, 3, 27, 7, 40, tzinfo=UTC)
"""The last morning of the edition, a Friday."""
MORNINGS = 5
ROOM = "signals"
QUESTION = "why do the dockers strike?"


class Hurried(FakeClock):
    """Its sleeps take no time, and none passes while it stands still: a picture shows no second but that of its
    morning."""

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)


@dataclass(frozen=True)
class Scene:
    """What stands on the platforms on the last morning."""

    slack: SlackMessage  # the brief
    telegram: Chat  # the brief, a “why?” and its answer
    reader: User  # who asked
    terminal: Message  # the brief


async def played(folder: Path) -> Scene:
    """Live through the edition, with the database in the folder."""
    async with AsyncExitStack() as stack:
        clock = Hurried(MORNING - timedelta(days=MORNINGS - 1))
        slack = await stack.enter_async_context(slack_server(clock))
        slack.install(our_manifest())
        telegram = await stack.enter_async_context(telegram_server(now=clock.now))
        anna = telegram.user("Anna")
        desk = await _desk(stack, _settings(slack, telegram, anna, clock), clock, folder)
        bot = await _bot(stack, desk)
        for said in ("/start", "/most 1"):
            await _says(bot, telegram, anna, said)
        await _mornings(bot, _pipeline(desk), clock)
        await _says(bot, telegram, anna, QUESTION, reply_to=telegram.told(anna.chat)[-1])
        terminal = await bot.store.channels.find(console.NAME, console.ADDRESS)
        assert terminal
        [told] = await bot.store.briefs.again(terminal.id, MORNING.date())
        return Scene(slack.messages(ROOM)[-1], anna.chat, anna, told)


async def _desk(stack: AsyncExitStack, settings: Settings, clock: FakeClock, folder: Path) -> Context:
    """What answering needs, over a new database that knows the edition's sources."""
    store = await stack.enter_async_context(open_store(str(folder / "bellwether.db"), clock=clock))
    web = await stack.enter_async_context(open_fetcher(settings, clock, transport=SampleTransport(clock, last=LAST)))
    publishers = Publishers.load()
    await store.sources.sync(
        [(each, publishers.of(each.url, each.publisher)) for each in sample_sources()], clock.now()
    )
    return Context(
        store=store,
        analyst=Extractive(),
        clock=clock,
        settings=settings,
        fetcher=web,
        operators=Operators(store, settings.operator.users, {}, clock),
    )


async def _bot(stack: AsyncExitStack, desk: Context) -> Bot:
    """The bot in Slack and on Telegram, where it waits for its turns in a time of its own, which takes none of ours."""
    platforms: dict[str, Platform] = {}
    services = await stack.enter_async_context(open_services(desk, platforms, ("slack",)))
    waited = FakeClock()
    pace = Pace(now=lambda: waited.now().timestamp(), sleep=waited.sleep)
    opening = open_platform(desk.settings, services.inbox, pace=pace)
    platforms["telegram"] = await stack.enter_async_context(opening)
    return Bot("telegram", desk, platforms, services)


def _pipeline(desk: Context) -> Pipeline:
    return Pipeline(
        store=desk.store,
        fetcher=desk.fetcher,
        analyst=desk.analyst,
        clock=desk.clock,
        settings=desk.settings.pipeline,
        publishers=Publishers.load(),
        zone=desk.settings.brief.timezone,
        bar=desk.settings.brief.bar,
    )


def _settings(slack: Slack, telegram: Telegram, anna: User, clock: FakeClock) -> Settings:
    return load(
        now=clock.now(),
        brief={"timezone": "UTC", "most": 2},
        operator={"users": [f"telegram:{anna.id}"]},
        **slack.settings,
        **telegram.settings,
    )


async def _mornings(bot: Bot, pipeline: Pipeline, clock: FakeClock) -> None:
    """A look and a brief in each of the channels, a day after the other. The terminal's is recorded, never printed."""
    defaults = channel_settings(bot.context.settings)
    await bot.store.channels.ensure(console.NAME, console.ADDRESS, console.CHANNEL_NAME, defaults, clock.now())
    for day in range(MORNINGS):
        clock.set(MORNING - timedelta(days=MORNINGS - 1 - day))
        await pipeline.cycle()
        for channel in await bot.store.channels.active():
            await bot.services.briefing.tell(channel, clock.now().date())
            if channel.platform in bot.platforms:
                await bot.services.sender.wait_concluded(channel.id, f"brief:{clock.now().date()}")


async def _says(bot: Bot, telegram: Telegram, anna: User, words: str, **how: Any) -> None:
    """Say it, and wait for the answer."""
    before = len(telegram.told(anna.chat))
    telegram.says(anna, anna.chat, words, **how)
    await telegram.until(lambda: len(telegram.told(anna.chat)) > before)
    await bot.at_rest()
