"""Installing: the manifest, the tokens, and what is said where something is wrong with them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.app.platforms import platform_module
from bot.model.errors import PlatformError, PlatformUnreachable
from bot.model.run import Diagnosis
from bot.model.settings import load
from handlers.slack.platform import FOR_PROMPTS, SCOPES, diagnose
from tests.clock import PATIENCE
from tests.handlers.deaf import Deaf
from tests.process import Machine
from tests.servers.feeds import FeedServer, feed_server, item, rss
from tests.servers.slack import Hang, Refused, Slack, our_manifest


async def opening(**settings: Any) -> None:
    async with platform_module("slack").open_platform(load(**settings), Deaf()):
        pass


def test_the_manifest_asks_for_what_is_used() -> None:
    """Its scopes are those that `doctor` looks for; each event, command and switch is there."""
    manifest = our_manifest()
    assert tuple(manifest["oauth_config"]["scopes"]["bot"]) == SCOPES
    assert [each["command"] for each in manifest["features"]["slash_commands"]] == ["/bellwether"]
    assert manifest["settings"]["socket_mode_enabled"]
    assert manifest["settings"]["interactivity"]["is_enabled"]
    assert manifest["features"]["app_home"]["home_tab_enabled"]


async def test_every_scope_is_needed(slack: Slack) -> None:
    """Taking any away is found by `doctor`; `files:write` is for pictures of a signal's strength."""
    for scope in (each for each in SCOPES if each not in FOR_PROMPTS):
        slack.scopes = tuple(each for each in SCOPES if each != scope)
        found = await diagnosed(slack, web={"address": "https://signals.example"})
        assert found["Slack scopes"].what == f"missing: {scope}"
        assert "seeds/slack-manifest.yaml" in found["Slack scopes"].advice


async def test_what_shows_links_is_needed_where_there_are_pages(slack: Slack) -> None:
    """An app from before goes on as it is, as long as no link could lead to a page."""
    slack.scopes = tuple(each for each in SCOPES if not each.startswith("links:"))
    assert (await diagnosed(slack))["Slack scopes"].well


async def test_an_app_from_before_agents_goes_on(slack: Slack) -> None:
    """It is well without the scope for suggestions, and told of it."""
    slack.scopes = tuple(each for each in SCOPES if each not in FOR_PROMPTS)
    found = (await diagnosed(slack))["Slack scopes"]
    assert found.well
    assert "assistant:write" in found.what


async def diagnosed(slack: Slack, **settings: Any) -> dict[str, Diagnosis]:
    return {each.about: each async for each in diagnose(load(**slack.settings | settings))}


async def test_doctor_says_all_is_well(slack: Slack) -> None:
    """Whose token it is, its scopes, and Socket Mode."""
    found = await diagnosed(slack)
    assert all(each.well for each in found.values())
    assert list(found) == ["Slack bot token", "Slack scopes", "Slack app token"]


async def test_doctor_says_what_to_fix(slack: Slack) -> None:
    """Each token by itself."""
    wrong = await diagnosed(slack, slack_bot_token="xoxb-wrong", slack_app_token="xapp-wrong")
    assert not wrong["Slack bot token"].well
    assert "OAuth & Permissions" in wrong["Slack bot token"].advice
    assert "connections:write" in wrong["Slack app token"].advice
    async with slack.unreachable():
        away = await diagnosed(slack)
    assert list(away) == ["Slack"]
    assert away["Slack"].what == "cannot be reached: is there a network?"
    assert "copy" not in away["Slack"].advice
    lone = await diagnosed(slack, slack_app_token=None)
    assert lone["Slack"].what == "Slack needs two tokens, and SLACK_APP_TOKEN is not set"


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"slack_bot_token": "xoxb-wrong"}, "Slack does not take SLACK_BOT_TOKEN (invalid_auth): it begins with xoxb-"),
        ({"slack_app_token": "xapp-wrong"}, "Slack does not take SLACK_APP_TOKEN (invalid_auth): it begins with xapp-"),
        ({"slack_app_token": None}, "SLACK_APP_TOKEN is not set: set both, or neither."),
        ({"slack_bot_token": None}, "SLACK_BOT_TOKEN is not set: set both, or neither."),
    ],
)
async def test_a_wrong_token_ends_the_start(slack: Slack, settings: dict[str, Any], words: str) -> None:
    """One sentence, at once; never a client that tries for ever."""
    with pytest.raises(PlatformError) as raised:
        await asyncio.wait_for(opening(**slack.settings | settings), PATIENCE)
    assert words in str(raised.value)
    assert raised.value.exit_code == 6


async def test_socket_mode_switched_off(slack: Slack) -> None:
    """It says where the switch is."""
    slack.script("apps.connections.open", Refused("forbidden_access_type"))
    with pytest.raises(PlatformError, match="turn it on under Socket Mode"):
        await opening(**slack.settings)


async def test_no_network(slack: Slack) -> None:
    """That Slack cannot be reached is one sentence too."""
    async with slack.unreachable():
        with pytest.raises(PlatformUnreachable, match="Slack cannot be reached: is there a network"):
            await opening(**slack.settings)


# --- as a process of its own -----------------------------------------------------------------------------------------


@pytest.fixture
async def feeds() -> AsyncIterator[FeedServer]:
    async with feed_server() as server:
        yield server


def machine(tmp_path: Path, slack: Slack, feeds: FeedServer) -> Machine:
    """A machine whose bot reads one feed and speaks in the tests' Slack."""
    feeds.put("/feed.xml", rss(item("Nimbus method halves memory need and sinks chip prices")))
    (tmp_path / "sources.toml").write_text(f'[[source]]\nurl = "{feeds.url("/feed.xml")}"\n', encoding="utf-8")
    given = {name.upper(): str(value) for name, value in slack.settings.items()}
    return Machine(
        tmp_path,
        BELLWETHER_SOURCES=str(tmp_path / "sources.toml"),
        BELLWETHER_ALLOW_PRIVATE_HOSTS="true",
        BELLWETHER_PIPELINE__PAGES="false",  # the feed's pages lie beyond this machine
        **given,
    )


async def test_it_runs_until_it_is_stopped(tmp_path: Path, slack: Slack, feeds: FeedServer) -> None:
    """With tokens set it speaks in Slack, reads no standard input, says the claim code, and SIGTERM ends it with 0."""
    process = await machine(tmp_path, slack, feeds).start("run")
    assert process.stdin
    process.stdin.write(b"help\n")
    process.stdin.close()
    await slack.until(lambda: slack.messages("signals"))
    await slack.slash("anna", "signals", "status")
    await slack.until(lambda: any("Last look" in each.words for each in slack.ephemerals("anna")))
    process.terminate()
    out, err = await asyncio.wait_for(process.communicate(), PATIENCE)
    assert process.returncode == 0
    assert all(" INFO " in line for line in err.decode().splitlines())
    assert out.decode().startswith("Nobody operates this bot yet. To do so, write to it: claim ")
    assert "mute X" not in out.decode()


async def test_it_stops_though_slack_and_a_source_keep_it_waiting(
    tmp_path: Path, slack: Slack, feeds: FeedServer
) -> None:
    """What is in hand gets a few seconds and is handed back; the next start says what may not have arrived, once."""
    person = machine(tmp_path, slack, feeds)
    slack.script("chat.postMessage", Hang(accepted=True))
    feeds.put("/feed.xml", rss(item("Nimbus method halves memory need and sinks chip prices")), hang=True)
    process = await person.start("run")
    await slack.until(lambda: slack.messages("signals") and feeds.seen("/feed.xml"))
    process.terminate()
    _, err = await asyncio.wait_for(process.communicate(), PATIENCE)
    assert process.returncode == 0
    assert all(" INFO " in line for line in err.decode().splitlines())

    again = await person.start("run")
    await slack.until(lambda: slack.called("conversations.history"))
    await slack.slash("anna", "signals", "help")
    await slack.until(lambda: slack.ephemerals("anna"))
    again.terminate()
    await asyncio.wait_for(again.communicate(), PATIENCE)
    assert len(slack.messages("signals")) == 1


async def test_a_wrong_token_is_one_sentence_on_the_screen(tmp_path: Path, slack: Slack, feeds: FeedServer) -> None:
    """Exit code 6, in seconds."""
    person = machine(tmp_path, slack, feeds)
    person.environment["SLACK_BOT_TOKEN"] = "xoxb-wrong"
    ended = await person.bellwether("run")
    assert ended.code == 6
    assert ended.err.startswith("bellwether: Slack does not take SLACK_BOT_TOKEN (invalid_auth)")
    assert ended.err.count("\n") == 1
    doctor = await person.bellwether("doctor")
    assert doctor.code == 1
    assert "wrong  Slack bot token: Slack does not take it (invalid_auth)" in doctor.out


async def test_a_token_revoked_while_it_runs_ends_it(tmp_path: Path, slack: Slack, feeds: FeedServer) -> None:
    """Where Slack was all it had, the process ends with one sentence, for whoever looks after it to see; it may hear of
    it by an event or by the next call that Slack refuses, whichever comes first."""
    process = await machine(tmp_path, slack, feeds).start("run")
    await slack.until(lambda: slack.messages("signals"))
    await slack.revokes_token()
    _, err = await asyncio.wait_for(process.communicate(), PATIENCE)
    assert process.returncode == 6
    sentence = "bellwether: Slack cannot be used any more: "
    assert any(f"{sentence}{why}" in err.decode() for why in ("the app was removed", "its token was revoked"))
