"""The archive on the web, where the settings ask for it: served beside the bot, or written as files."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bot.app.application import App
from bot.model.errors import SettingsError
from bot.web.addresses import Site

if TYPE_CHECKING:  # pages are rendered by a library that few commands need
    from bot.web.static_site import Written

log = logging.getLogger(__name__)


def site_of(app: App, *, static: bool = False) -> Site:
    """Where the settings say that the archive stands; on this machine where they do not say."""
    web = app.settings.web
    address = web.address or (f"http://{web.listen}" if web.listen else "http://localhost")
    return Site(address.rstrip("/"), app.settings.brief.timezone, static)


@asynccontextmanager
async def serving_pages(app: App, platforms: Sequence[str]) -> AsyncIterator[None]:
    """Serve the archive while the context lasts, if the settings name where to listen; `platforms` should be open.

    Raises SettingsError where that place is taken.
    """
    listen = app.settings.web.listen
    if listen is None:
        yield
        return
    from bot.web.admission import Gate
    from bot.web.door import Door
    from bot.web.guarding import reason
    from bot.web.pages import Pages
    from bot.web.server import Archive, serving

    web = app.settings.web
    door = Door(
        app.store, app.clock, app.settings.pipeline.every, app.platforms, platforms, is_public=web.operator_door
    )
    gate = Gate(web.token.get_secret_value()) if web.token and web.token.get_secret_value() else None
    archive = Archive(Pages(app.store, site_of(app)), app.clock, door, gate)
    async with AsyncExitStack() as stack:
        try:
            address = await stack.enter_async_context(serving(archive, listen))
        except OSError as error:
            raise SettingsError(f"[web] listen: {listen} cannot be used ({reason(error)}).") from None
        log.info("the archive is served on %s", address)
        yield


async def write_site(app: App, folder: Path) -> Written:
    """Write the archive as files; what it has done. Raises OSError."""
    from bot.web.pages import Pages
    from bot.web.static_site import StaticSite

    return await StaticSite(app.store, Pages(app.store, site_of(app, static=True)), folder).write()
