"""The bot in the tests' Slack, installed from the manifest that people paste."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest

from bot.model.stores import Store
from tests.clock import FakeClock
from tests.handlers.bot import Bot, running
from tests.servers.slack import Slack, our_manifest, slack_server

Open = Callable[..., AbstractAsyncContextManager[Bot]]


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    async with slack_server() as server:
        server.install(our_manifest())
        yield server


@pytest.fixture
def opened(store: Store, clock: FakeClock, slack: Slack) -> Open:
    """Opens the bot in the workspace; settings by name."""

    @asynccontextmanager
    async def opening(**settings: Any) -> AsyncIterator[Bot]:
        async with running(store, clock, "slack", **slack.settings, **settings) as bot:
            bot.delivered = lambda: not slack.unacked
            yield bot

    return opening


@pytest.fixture
async def bot(opened: Open, slack: Slack) -> AsyncIterator[Bot]:
    """It was in #signals and #board before, has said hello there, and told #signals its brief this morning."""
    async with opened(operator={"users": ["slack:U0OLGA0001"]}) as running_bot:
        await running_bot.at_rest()
        await running_bot.tells(slack.room("signals").id)
        yield running_bot


@pytest.fixture
def older(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bot uses none of Slack's newer blocks, as after Slack has refused them."""
    monkeypatch.setattr("handlers.slack.abilities.BLOCKS", frozenset())
