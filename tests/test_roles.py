"""A bot in several processes on one database: what is due is done once, and goes on whoever of them dies."""

from __future__ import annotations

import asyncio
import re
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.app import roles
from bot.app.roles import NAMES
from bot.cli.arguments import ROLES
from bot.model.channel import ChannelSettings
from bot.model.errors import SettingsError
from bot.model.settings import load
from storage.store import open_store
from tests.clock import MORNING, PATIENCE, FakeClock
from tests.forking import Process
from tests.process import Machine, end, shown
from tests.servers.feeds import feed_server, rss
from tests.servers.telegram import TOKEN, Telegram, telegram_server
from tests.test_command_line import reads, strong


def account(home: Path, telegram: Telegram, database: str) -> Machine:
    home.mkdir()
    return Machine(
        home,
        BELLWETHER_DATABASE_URL=database,
        BELLWETHER_NOW="2026-03-27T07:31:00Z",
        BELLWETHER_SCHEDULE__TICK="1s",
        BELLWETHER_ALLOW_PRIVATE_HOSTS="true",
        BELLWETHER_PIPELINE__HOST_PAUSE="0",
        TELEGRAM_BOT_TOKEN=TOKEN,
        TELEGRAM_API_URL=telegram.settings["telegram_api_url"],
    )


async def test_each_part_goes_on_when_one_of_its_processes_dies(tmp_path: Path, postgres_database: Any) -> None:
    """Two readers, two that tell and speak: one brief comes, though the leading reader and whoever has the chat are
    killed; then the other reader leads, and the other process answers."""
    database = postgres_database.emptied()
    async with feed_server() as feeds, telegram_server() as telegram, AsyncExitStack() as stack:
        feeds.put("/feed.xml", rss(strong()))
        machine = reads(account(tmp_path / "home", telegram, database), feeds.url("/feed.xml"))
        anna = telegram.user("Anna")
        machine.environment["BELLWETHER_OPERATOR__USERS"] = f"telegram:{anna.id}"
        desk = telegram.group("Desk", anna)
        desk.members[telegram.bot.id] = "member"
        async with open_store(database, clock=FakeClock()) as store:
            known, _ = await store.channels.ensure(
                "telegram", str(desk.id), "Desk", ChannelSettings(), MORNING - timedelta(hours=23)
            )
            await store.channels.save(replace(known, allowed=True))

        async def begin(*names: str) -> Process:
            process = await machine.start("run", "-v", *(word for name in names for word in ("--role", name)))
            stack.push_async_callback(end, process)
            return process

        leads = await begin("reader")
        await shown(leads.stderr, b"This process leads the reading now.")
        speaks = await begin("teller", "platform:telegram")
        await shown(speaks.stderr, b"Telegram is connected.")
        other_reader, other_speaker = await begin("reader"), await begin("teller", "platform:telegram")
        await telegram.until(lambda: telegram.told(desk))
        leads.kill()
        await shown(other_reader.stderr, b"This process leads the reading now.")
        speaks.kill()
        telegram.says(anna, desk, "/why 1")
        await telegram.until(lambda: len(telegram.told(desk)) == 2)
        briefs = [each for each in telegram.told(desk) if "Memory chip stocks shed" in each.words]
        assert "materially lower memory requirements" in telegram.told(desk)[-1].words
        assert len([each for each in briefs if "1 signal" in each.words]) == 1
        assert len(feeds.seen("/feed.xml")) == 1
        for process in (other_reader, other_speaker):
            process.terminate()
            _, err = await asyncio.wait_for(process.communicate(), PATIENCE)
            assert (process.returncode, re.findall("Traceback|ERROR", err.decode())) == (0, []), err.decode()


async def test_roles_need_what_they_are_for(tmp_path: Path) -> None:
    """A platform that is set up, a place to listen, a database that can be shared: else one sentence, exit 2."""
    assert NAMES[:3] + tuple(sorted(NAMES[3:])) == ROLES[:3] + tuple(sorted(ROLES[3:]))
    with pytest.raises(SettingsError, match="The role platform:slack needs Slack's settings"):
        roles.roles(("reader", "platform:slack"), load())
    with pytest.raises(SettingsError, match="The role web needs a place to listen"):
        roles.roles(("web",), load())
    home = tmp_path / "home"
    home.mkdir()
    refused = await Machine(home).bellwether("run", "--role", "reader")
    assert refused.code == 2
    assert "Roles are for several processes on one PostgreSQL database" in refused.err
