"""The archive is served where the settings name a place, and its site stands where they say."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.app.opening import open_app
from bot.app.web_pages import serving_pages, site_of
from bot.model.errors import SettingsError
from bot.model.settings import load
from tests.clock import PATIENCE
from tests.servers.ports import bound


def settings(tmp_path: Path, **web: Any) -> Any:
    return load(database_url=str(tmp_path / "bot.db"), web=web, brief={"timezone": "UTC"})


async def test_the_running_bot_serves_its_archive(tmp_path: Path) -> None:
    """On the named port, while it runs, behind its token; and not a moment longer."""
    held = bound()
    port = held.getsockname()[1]
    loaded = settings(tmp_path, listen=f"127.0.0.1:{port}", token="sesame")
    async with open_app(loaded, reads=False) as app, httpx.AsyncClient(trust_env=False, timeout=PATIENCE) as client:
        async with serving_pages(app, ("slack",)):
            address = f"http://127.0.0.1:{port}"
            assert (await client.get(address)).status_code == 401
            opened = await client.get(address, headers={"Authorization": "Bearer sesame"})
            assert "Nothing is stored yet" in opened.text
            assert "slack: not open" in (await client.get(f"{address}/readyz")).text
        with pytest.raises(httpx.ConnectError):
            await client.get(address)
    held.close()


def test_the_token_is_kept_out_of_the_log() -> None:
    """It is among what is hidden there."""
    assert "sesame" in load(web={"token": "sesame"}).secrets


async def test_nothing_is_served_unless_asked_for(tmp_path: Path) -> None:
    """By default no port is opened, and the library is not even needed."""
    async with open_app(settings(tmp_path), reads=False) as app, serving_pages(app, ()):
        assert app.settings.web.listen is None


async def test_a_place_that_is_taken_is_said(tmp_path: Path) -> None:
    """In one sentence that names the setting."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        loaded = settings(tmp_path, listen=f"127.0.0.1:{taken.getsockname()[1]}")
        async with open_app(loaded, reads=False) as app:
            with pytest.raises(SettingsError, match=r"\[web\] listen: 127\.0\.0\.1:\d+ cannot be used"):
                async with serving_pages(app, ()):
                    pass


@pytest.mark.parametrize(
    ("web", "address", "prefix"),
    [
        ({"address": "https://signals.example/"}, "https://signals.example", ""),
        ({"address": "https://signals.example/a/"}, "https://signals.example/a", "/a"),
        ({"listen": "8080"}, "http://127.0.0.1:8080", ""),
        ({"listen": "[::1]:8080"}, "http://[::1]:8080", ""),
    ],
)
async def test_the_site_stands_where_the_settings_say(
    tmp_path: Path, web: dict[str, str], address: str, prefix: str
) -> None:
    """At its address; without one where it is listened on, which is this machine unless said otherwise."""
    async with open_app(settings(tmp_path, **web), reads=False) as app:
        assert (site_of(app).address, site_of(app).prefix) == (address, prefix)


@pytest.mark.parametrize("listen", ["somewhere", "host:port", "host:99999", "http://host:80", ""])
def test_what_cannot_be_listened_on_is_said_at_the_start(listen: str) -> None:
    """With what to write instead."""
    with pytest.raises(ValueError, match="where to listen, such as"):
        load(web={"listen": listen})
