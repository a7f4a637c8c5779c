"""The operator's door: is the bot alive, is it ready, and its figures. Closed to others unless named."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from aiohttp import web

from bot.model import hearing
from bot.model.errors import BellwetherError
from bot.model.liveness import deaf, stale
from bot.model.ports import Clock, Platform
from bot.model.stores import Store
from bot.web.admission import LOOPBACK

FORWARDED = ("X-Forwarded-For", "X-Forwarded-Host", "Forwarded", "X-Real-IP", "Via")
PATHS = ("/healthz", "/readyz", "/metrics")


@dataclass(frozen=True)
class Door:
    """What the operator's questions are answered from."""

    store: Store
    clock: Clock
    every: int  # seconds between two looks
    platforms: Mapping[str, Platform]  # those that are open
    wanted: Collection[str]  # names of those that should be
    is_public: bool  # whether others than this machine may ask

    def admits(self, request: web.Request) -> bool:
        """Whether the request comes from this machine itself, not through a proxy on it; or all may ask."""
        peer = (request.remote or "").startswith(LOOPBACK)
        return self.is_public or (peer and not any(name in request.headers for name in FORWARDED))

    async def alive(self, _request: web.Request) -> web.Response:
        """200 as long as the process answers."""
        return web.Response(text="alive\n")

    async def ready(self, _request: web.Request) -> web.Response:
        """200 where the database, the last look and the platforms are well, else 503; a line each."""
        found = await self._found()
        lines = "".join(f"{name}: {why or 'ok'}\n" for name, why in found.items())
        return web.Response(text=lines, status=503 if any(found.values()) else 200)

    async def metrics(self, _request: web.Request) -> web.Response:
        """The figures."""
        from bot.web.metrics import exposition

        last = await self.store.runs.last()
        platforms = {name: name in self.platforms for name in self.wanted}
        body = exposition(await self.store.archive.counts(), last.finished if last else None, platforms)
        return web.Response(body=body, headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})

    async def _found(self) -> dict[str, str | None]:
        """By part what is wrong with it; None: nothing."""
        found: dict[str, str | None] = {"database": None}
        try:
            last = await self.store.runs.last()
            heard = hearing.from_json(await self.store.memory.recall(hearing.KEY))
        except BellwetherError as error:
            return {"database": str(error)}
        found["sources"] = stale(last.finished if last else None, self.clock.now(), self.every)
        unheard = deaf(heard, self.clock.now())
        return found | {name: self._of_platform(name, unheard.get(name)) for name in self.wanted}

    def _of_platform(self, name: str, since: str | None) -> str | None:
        """What is wrong with it; `since` is for how long it has not been heard, None: it is."""
        if name not in self.platforms:
            return "not open"
        return f"nothing said there reaches the bot {since}" if since else None
