"""Slack and Telegram in one bot: each stands alone, whatever becomes of the other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.model import hearing
from bot.model.errors import PlatformError
from bot.model.stores import Store
from tests.clock import PATIENCE, FakeClock, SteppedClock
from tests.handlers.bot import Bot, running
from tests.process import Machine, end
from tests.servers.slack import Refused as SlackRefused
from tests.servers.slack import Slack, our_manifest, slack_server
from tests.servers.telegram import Refused, Telegram, telegram_server
from tests.servers.telegram_chats import User

OLGA = "U0OLGA0001"
SLACK_AWAY = "Slack cannot be reached: is there a network? It is tried again until it answers."


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    async with slack_server() as server:
        server.install(our_manifest())
        yield server


@pytest.fixture
async def telegram() -> AsyncIterator[Telegram]:
    async with telegram_server() as server:
        yield server


@pytest.fixture
def anna(telegram: Telegram) -> User:
    """Operates the bot on Telegram, and has begun to talk with it; Olga does in Slack."""
    person = telegram.user("Anna")
    telegram.starts(person)
    return person


async def reads(telegram: Telegram, anna: User, words: str) -> None:
    """Wait until Anna has read these words."""
    await telegram.until(lambda: words in told(telegram, anna))


@asynccontextmanager
async def both(
    store: Store, clock: FakeClock, slack: Slack, telegram: Telegram, anna: User, **settings: Any
) -> AsyncIterator[Bot]:
    """The bot in Slack and on Telegram."""
    operators = {"users": [f"slack:{OLGA}", f"telegram:{anna.id}"]}
    given = {**slack.settings, **telegram.settings, "operator": operators, **settings}
    async with running(store, clock, "slack", "telegram", **given) as bot:
        yield bot


def told(telegram: Telegram, user: User) -> str:
    """All that the bot said to the user."""
    return "\n".join(each.words for each in telegram.told(user.chat))


async def test_a_slack_token_that_is_refused_leaves_telegram(
    store: Store, clock: FakeClock, slack: Slack, telegram: Telegram, anna: User
) -> None:
    """Slack is off; the operator reads on Telegram why, once, and is answered there."""
    async with both(store, clock, slack, telegram, anna, slack_bot_token="xoxb-wrong"):
        await reads(telegram, anna, "Slack does not take SLACK_BOT_TOKEN (invalid_auth)")
        telegram.says(anna, anna.chat, "status")
        await reads(telegram, anna, "Last look")
    assert told(telegram, anna).count("The bot goes on without Slack.") == 1


async def test_a_telegram_token_that_is_refused_leaves_slack(
    store: Store, clock: FakeClock, slack: Slack, telegram: Telegram, anna: User
) -> None:
    """Telegram is off; the operator reads in Slack why."""
    async with both(store, clock, slack, telegram, anna, telegram_bot_token="1:" + "B" * 35):
        [said] = await slack.until(lambda: slack.messages(slack.direct("olga")))
    assert said.words.startswith("Telegram does not take TELEGRAM_BOT_TOKEN")
    assert said.words.endswith("The bot goes on without Telegram.")


async def test_two_tokens_that_are_refused_end_it(
    store: Store, clock: FakeClock, slack: Slack, telegram: Telegram, anna: User
) -> None:
    """There is nothing left to wait for: both reasons are said."""
    wrong = {"slack_bot_token": "xoxb-wrong", "telegram_bot_token": "1:" + "B" * 35}
    with pytest.raises(PlatformError) as refused:
        async with both(store, clock, slack, telegram, anna, **wrong):
            pass
    assert "SLACK_BOT_TOKEN" in str(refused.value)
    assert "TELEGRAM_BOT_TOKEN" in str(refused.value)
    assert refused.value.exit_code == 6


async def test_slack_out_of_reach_leaves_telegram_and_comes_later(
    store: Store, slack: Slack, telegram: Telegram, anna: User
) -> None:
    """It is said once on Telegram, where it lasts; the wait doubles; and once Slack answers, the bot speaks there."""
    clock = SteppedClock()
    async with slack.unreachable():
        opening = both(store, clock, slack, telegram, anna)
        bot = await opening.__aenter__()
        try:
            for seconds in (1, 2, 4):
                await clock.asleep(1)
                clock.advance(seconds)
            await reads(telegram, anna, SLACK_AWAY)
            await clock.asleep(1)
        except BaseException:
            await opening.__aexit__(None, None, None)
            raise
    try:
        assert set(bot.platforms) == {"telegram"}
        clock.advance(8)
        await slack.until(lambda: slack.messages("signals"))
        assert set(bot.platforms) == {"slack", "telegram"}
    finally:
        await opening.__aexit__(None, None, None)
    assert told(telegram, anna).count(SLACK_AWAY) == 1


async def test_without_a_network_it_waits(
    store: Store, slack: Slack, telegram: Telegram, anna: User, caplog: pytest.LogCaptureFixture
) -> None:
    """At a boot before the network is there, nothing ends: each is said once in the log, and none in a chat later."""
    clock = SteppedClock()
    await telegram.down()
    async with slack.unreachable():
        opening = both(store, clock, slack, telegram, anna)
        bot = await opening.__aenter__()
        await clock.asleep(2)
    try:
        assert not bot.platforms
        await telegram.up()
        clock.advance(1)
        await slack.until(lambda: slack.messages("signals"))
        await reads(telegram, anna, "Bellwether")
    finally:
        await opening.__aexit__(None, None, None)
    said = [each.message for each in caplog.records if "cannot be reached" in each.message]
    assert len(said) == 2
    assert "cannot be reached: is there" not in told(telegram, anna)


async def test_what_was_left_in_doubt_waits_for_its_platform(
    store: Store, slack: Slack, telegram: Telegram, anna: User
) -> None:
    """A message whose fate is not known is looked up once its platform can be asked, and not given up before."""
    clock = SteppedClock()
    async with both(store, clock, slack, telegram, anna) as bot:
        await slack.until(lambda: slack.messages("signals"))
        channel = await bot.channel(slack.room("signals").id)
    await bot.services.briefing.tell(channel, clock.now().date())
    claimed = await store.outbox.claim(clock.now(), ["slack"])
    assert claimed
    async with slack.unreachable():
        opening = both(store, clock, slack, telegram, anna)
        again = await opening.__aenter__()
        await clock.asleep(1)
        [kept] = [each for each in await store.outbox.doubtful() if each.id == claimed.id]
        assert kept.state == "sending"
    try:
        clock.advance(1)
        await slack.until(lambda: slack.called("conversations.history"))
    finally:
        await opening.__aexit__(None, None, None)
    assert again.platforms == {}


async def test_a_token_revoked_while_it_runs_leaves_the_other(
    store: Store, clock: FakeClock, slack: Slack, telegram: Telegram, anna: User
) -> None:
    """The operator reads it on the other platform, where the bot goes on; when that ends too, all ends."""
    async with both(store, clock, slack, telegram, anna) as bot, asyncio.timeout(PATIENCE):
        watching = asyncio.create_task(bot.services.keeper.ended())
        await slack.revokes_token(at_once=False)
        await reads(telegram, anna, "Slack cannot be used any more: the app was removed")
        telegram.script("getUpdates", Refused(401, "Unauthorized"))
        telegram.says(anna, anna.chat, "status")
        with pytest.raises(PlatformError, match="Telegram cannot be used any more"):
            await watching


async def test_where_nothing_is_heard_is_recorded(
    store: Store, clock: FakeClock, slack: Slack, telegram: Telegram, anna: User
) -> None:
    """For the health check: since when the connection is down, until it is there again."""
    async with both(store, clock, slack, telegram, anna) as bot, asyncio.timeout(PATIENCE):
        assert await recorded(bot) == {"slack": None, "telegram": None}
        telegram.script("getUpdates", *[Refused(502, "Bad Gateway")] * 100)
        telegram.says(anna, anna.chat, "status")  # the poll that is open ends
        await until_hears(bot, "telegram", wanted=False)
        began = clock.now()
        assert await recorded(bot) == {"slack": None, "telegram": began}
        clock.advance(900)
        assert await recorded(bot) == {"slack": None, "telegram": began}
        telegram.heal("getUpdates")
        telegram.says(anna, anna.chat, "mutes")
        await until_hears(bot, "telegram", wanted=True)
        assert await recorded(bot) == {"slack": None, "telegram": None}


async def test_a_dead_socket_of_slack_is_recorded(
    store: Store, clock: FakeClock, slack: Slack, telegram: Telegram, anna: User
) -> None:
    """As long as the library finds no new one; a platform that could not be opened yet hears nothing either."""
    await telegram.down()
    async with both(store, clock, slack, telegram, anna) as bot, asyncio.timeout(PATIENCE):
        slack.script("apps.connections.open", *[SlackRefused("internal_error")] * 100)
        await slack.drop_sockets()
        await until_hears(bot, "slack", wanted=False)
        assert await recorded(bot) == {"slack": clock.now(), "telegram": clock.now()}


async def recorded(bot: Bot) -> hearing.Hearing:
    """What a tick of the bot leaves of what it hears."""
    await bot.services.keeper.note_hearing()
    return hearing.from_json(await bot.store.memory.recall(hearing.KEY))


async def until_hears(bot: Bot, name: str, *, wanted: bool) -> None:
    while await bot.platforms[name].hears() is not wanted:  # noqa: ASYNC110 - a library's connection has no event
        await asyncio.sleep(0.01)


async def test_a_process_waits_for_the_network(tmp_path: Path, telegram: Telegram) -> None:
    """Started before the network is there, `run` says so in one sentence, goes on, and speaks once it can."""
    (tmp_path / "sources.toml").write_text('[[source]]\nurl = "http://127.0.0.1:9/feed"\n', encoding="utf-8")
    given = {name.upper(): str(value) for name, value in telegram.settings.items()}
    machine = Machine(
        tmp_path, BELLWETHER_SOURCES=str(tmp_path / "sources.toml"), BELLWETHER_ALLOW_PRIVATE_HOSTS="true", **given
    )
    await telegram.down()
    process = await machine.start("run")
    try:
        assert process.stderr
        line = (await asyncio.wait_for(process.stderr.readline(), PATIENCE)).decode()
        await telegram.up()
        await telegram.until(lambda: telegram.polled)
        process.terminate()
        _, rest = await asyncio.wait_for(process.communicate(), PATIENCE)
    finally:
        await end(process)
    expected = "ERROR Telegram cannot be reached: is there a network? It is tried again until it answers.\n"
    assert (line.endswith(expected), process.returncode) == (True, 0)
    assert "INFO Telegram is connected." in rest.decode()
    assert "ERROR" not in rest.decode()
