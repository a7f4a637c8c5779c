"""A Slack on real sockets: one workspace, its Web API and Socket Mode, refusing what Slack refuses.

    async with slack_server() as slack:                    # #signals has the bot in it, #news has not; see slack_world
        …                                                  # start the bot on slack.settings
        asked = await slack.says("anna", "signals", "@bellwether why 2")
        await asked.acked()                                # the event, and the mention of it, were acknowledged
        answer = await slack.until(lambda: slack.messages("signals", thread=asked.ts))
        await slack.clicks("anna", answer[0], "Evidence")
        modal = await slack.until(lambda: slack.modal("anna"))
        await slack.submits("anna", modal, {"How long": "A week"})
        assert not slack.rung                              # nobody is notified by what an article says
        slack.script("chat.postMessage", Lost(), Limited(retry_after=7))      # one after the other, then as usual
        assert slack.called("chat.postMessage")[0].params["metadata"] …

What the bot does that Slack could not make sense of (an acknowledgement of nothing, a modal's answer that can't be
shown) fails the test when the server closes. Whatever the bot posts comes back to it as an event, as from Slack.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from aiohttp import web

from tests.servers.ports import bound
from tests.servers.slack_people import People
from tests.servers.slack_socket import Ending, Envelope, Sent
from tests.servers.slack_world import (
    Broken,
    Called,
    Fault,
    Hang,
    Limited,
    Lost,
    Message,
    NoConnection,
    Now,
    Person,
    Refused,
    Room,
    View,
)

__all__ = (
    "Broken",
    "Called",
    "Envelope",
    "Fault",
    "Hang",
    "Limited",
    "Lost",
    "Message",
    "NoConnection",
    "Person",
    "Refused",
    "Room",
    "Sent",
    "Slack",
    "View",
    "serve",
    "slack_server",
)


class Slack(People):
    """The workspace behind its server."""

    def __init__(self, clock: Now | None = None) -> None:
        super().__init__(clock)
        self._runner: web.AppRunner | None = None
        self._socket = bound()

    @property
    def settings(self) -> dict[str, Any]:
        """What leads the bot here."""
        return {
            "slack_bot_token": self.web.bot_token,
            "slack_app_token": self.web.app_token,
            "slack_api_url": f"{self.web.url}/api/",
        }

    @property
    def scopes(self) -> tuple[str, ...]:
        """What the bot's token may; set it to take some away."""
        return self.web.scopes

    @scopes.setter
    def scopes(self, scopes: tuple[str, ...]) -> None:
        self.web.scopes = scopes

    @property
    def connected(self) -> int:
        """How many Socket Mode connections are open."""
        return len(self.sockets.open)

    @property
    def envelopes(self) -> list[Envelope]:
        """Everything sent to the bot, in order."""
        return self.sockets.envelopes

    @property
    def unacked(self) -> list[Envelope]:
        """What reached the bot and it has not acknowledged."""
        return [each for each in self.sockets.envelopes if each.sent_at is not None and not each.acked]

    def install(self, manifest: Mapping[str, Any]) -> None:
        """Be a workspace in which the app was made from this manifest: its scopes, events, commands and switches."""
        switches = manifest.get("settings", {})
        self.web.scopes = tuple(manifest.get("oauth_config", {}).get("scopes", {}).get("bot", ()))
        self.events = tuple(switches.get("event_subscriptions", {}).get("bot_events", ()))
        self.commands = tuple(each["command"] for each in manifest.get("features", {}).get("slash_commands", ()))
        self.domains = tuple(manifest.get("features", {}).get("unfurl_domains", ()))
        self.shortcuts = tuple(manifest.get("features", {}).get("shortcuts", ()))
        self.agent = "agent_view" in manifest.get("features", {})
        self.interactive = bool(switches.get("interactivity", {}).get("is_enabled"))
        self.sockets.enabled = bool(switches.get("socket_mode_enabled"))
        self.web.home_tab = bool(manifest.get("features", {}).get("app_home", {}).get("home_tab_enabled"))

    def script(self, method: str, *faults: Fault) -> None:
        """Meet the next calls of the method with these, one after the other (None: as usual), then as usual."""
        self.faults[method] = list(faults)

    async def drop_sockets(self, how: Ending = "abruptly") -> None:
        """End the connections: with a close frame, by cutting TCP, or so that only missing pongs tell."""
        await self.sockets.drop(how)

    async def asks_to_reconnect(self, reason: str = "refresh_requested") -> None:
        """Announce the end of each connection, as Slack does every few hours; “link_disabled”: Socket Mode went off."""
        await self.sockets.announce(reason)

    @asynccontextmanager
    async def unreachable(self) -> AsyncIterator[None]:
        """Nothing listens: connections are refused, and open ones are cut."""
        port = self._socket.getsockname()[1]
        await self._close()
        self._socket = bound(port)  # the port stays ours, though nobody listens on it
        try:
            yield
        finally:
            await self._listen()

    async def _listen(self) -> None:
        app = web.Application(client_max_size=16 << 20)
        app.add_routes(self.web.routes())
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0)
        await self._runner.setup()
        await web.SockSite(self._runner, self._socket).start()
        self.web.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    async def _close(self) -> None:
        self.sockets.end()
        if self._runner:
            await self._runner.cleanup()
            self._runner = None
        self._socket.close()


@cache
def our_manifest() -> Mapping[str, Any]:
    """The manifest that people paste, read once."""
    path = Path(__file__).resolve().parents[2] / "seeds" / "slack-manifest.yaml"
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


@asynccontextmanager
async def slack_server(clock: Now | None = None) -> AsyncIterator[Slack]:
    """A workspace on loopback while the context lasts; AssertionError at its end where the bot spoke nonsense."""
    slack = Slack(clock)
    await slack._listen()
    try:
        yield slack
    finally:
        slack.closing.set()
        await slack._close()
    assert not slack.complaints, "\n".join(slack.complaints)


@asynccontextmanager
async def serve() -> AsyncIterator[dict[str, Any]]:
    """The settings that lead to a Slack with nobody talking in it."""
    async with slack_server() as slack:
        yield slack.settings
