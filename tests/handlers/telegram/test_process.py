"""The bot as a process of its own in front of Telegram: claimed, asked, stopped, started again, and told the brief."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.forking import Process
from tests.process import Machine, ended
from tests.servers.feeds import feed_server, rss
from tests.servers.telegram import TOKEN, Refused, telegram_server
from tests.test_command_line import reads, strong


@asynccontextmanager
async def run(machine: Machine) -> AsyncIterator[Process]:
    process = await machine.start("run")
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        done = await ended(process)
    assert (done.code, "Traceback" in done.err) == (0, False), done.err


def account(home: Path, address: str, **more: str) -> Machine:
    home.mkdir()
    given = {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": address, "BELLWETHER_SCHEDULE__TICK": "1s", **more}
    return Machine(home, BELLWETHER_ALLOW_PRIVATE_HOSTS="true", BELLWETHER_PIPELINE__HOST_PAUSE="0", **given)


async def test_a_morning_on_telegram(tmp_path: Path) -> None:
    """The code printed at the first start makes its reader the operator; `start` begins the brief, which comes at its
    next slot though the bot was stopped meanwhile; “why?” is answered by its button."""
    async with feed_server() as feeds, telegram_server() as telegram:
        feeds.put("/feed.xml", rss(strong()))
        machine = reads(account(tmp_path / "home", telegram.settings["telegram_api_url"]), feeds.url("/feed.xml"))
        assert (await machine.bellwether("brief")).code == 0
        anna = telegram.user("Anna")
        async with run(machine) as process:
            assert process.stdout
            printed = (await process.stdout.readline()).decode()
            found = re.search(r"claim ([A-Z0-9-]+)", printed)
            assert found
            telegram.says(anna, anna.chat, f"/claim {found[1]}")
            await telegram.until(lambda: telegram.told(anna.chat))
            telegram.starts(anna)
            await telegram.until(lambda: len(telegram.told(anna.chat)) == 2)
        machine.environment["BELLWETHER_NOW"] = "2026-03-30T07:31:00Z"
        async with run(machine):
            await telegram.until(lambda: len(telegram.told(anna.chat)) == 3)
            brief = telegram.told(anna.chat)[-1]
            assert "1 Memory chip stocks shed $100bn as AI-driven shortage trade unwinds" in brief.marked("heading")
            telegram.presses(anna, brief, "Why 1")
            await telegram.until(lambda: len(telegram.told(anna.chat)) == 4)
        assert "materially lower memory requirements" in telegram.told(anna.chat)[-1].words


async def test_a_revoked_token_ends_the_process(tmp_path: Path) -> None:
    """There is nobody left to speak with: one sentence, and the exit code of a platform that refuses."""
    async with telegram_server() as telegram:
        machine = account(tmp_path / "home", telegram.settings["telegram_api_url"])
        (machine.home / "sources.toml").write_text('[[source]]\nurl = "http://127.0.0.1:9/feed"\n')
        machine.environment["BELLWETHER_SOURCES"] = str(machine.home / "sources.toml")
        telegram.script("getUpdates", Refused(401, "Unauthorized"))
        done = await machine.bellwether("run")
    assert done.code == 6
    assert "Telegram cannot be used any more: its token is not valid any more." in done.err
    assert TOKEN not in done.out + done.err


async def test_doctor_knows_telegram(tmp_path: Path) -> None:
    """`bellwether doctor` tries the token."""
    async with telegram_server() as telegram:
        machine = account(tmp_path / "home", telegram.settings["telegram_api_url"])
        (machine.home / "sources.toml").write_text('[[source]]\nurl = "http://127.0.0.1:9/feed"\n')
        machine.environment["BELLWETHER_SOURCES"] = str(machine.home / "sources.toml")
        done = await machine.bellwether("doctor")
    assert "@bellwether_bot" in done.out
