"""What hosts allow programs to read: their robots.txt, fetched once a day and asked before each request."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from bot.model.echoing import cut
from bot.model.ports import Clock
from bot.reading.http_client import NAME, HttpClient, Response
from bot.reading.workers import Overrun, Workers

if TYPE_CHECKING:
    from protego import Protego

_VALID, _RETRY = timedelta(days=1), timedelta(hours=1)
_BYTES = 512_000  # RFC 9309, 2.5: a parser must read at least 500 kibibytes
_PARSED = 16  # hosts whose rules a worker keeps parsed


@dataclass(slots=True)
class _Rules:
    """What a host's robots.txt says, and until when that is valid."""

    until: datetime | None = None  # None: not asked yet
    said: bytes | None = b""  # None: it cannot be read; empty: everything is allowed
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Robots:
    """The rules of the hosts that were asked; their patterns are matched in a worker, since strangers wrote them."""

    def __init__(self, http: HttpClient, clock: Clock, workers: Workers) -> None:
        self._http = http
        self._clock = clock
        self._workers = workers
        self._hosts: dict[str, _Rules] = {}

    async def refusal(self, url: str) -> str | None:
        """Why the host's robots.txt forbids the URL, in words for a person; None: it does not."""
        parts = urlsplit(url)
        rules = self._hosts.setdefault(f"{parts.scheme}://{parts.netloc}", _Rules())
        async with rules.lock:
            if rules.until is None or rules.until <= self._clock.now():
                await self._load(rules, url)
        host = cut(parts.hostname or "")
        if rules.said is None:
            return f"{host} does not say what it allows (its robots.txt cannot be read), so we do not read it."
        if not rules.said:
            return None
        try:
            allowed, _ = await self._workers.run(ask, rules.said, url)
        except Overrun as error:
            return f"The robots.txt of {host} {error.why}, so we do not read it."
        return None if allowed else f"{host} asks programs not to read this page (robots.txt)."

    async def _load(self, rules: _Rules, url: str) -> None:
        """Fetch the rules. RFC 9309, 2.3.1: a 4xx allows everything; no response forbids everything, here for 1 h."""
        response = await self._http.get(urljoin(url, "/robots.txt"), {"Accept": "text/plain, */*;q=0.5"})
        good = isinstance(response, Response) and 200 <= response.status < 300
        if isinstance(response, Response) and (good or (400 <= response.status < 500 and response.status != 429)):
            rules.said = response.body[:_BYTES] if good else b""
            rules.until = self._clock.now() + _VALID
            await self._slow_down(rules, url)
        else:
            rules.said, rules.until = None, self._clock.now() + _RETRY

    async def _slow_down(self, rules: _Rules, url: str) -> None:
        """Pause between two requests for as long as the rules ask."""
        try:
            _, delay = await self._workers.run(ask, rules.said, url) if rules.said else (True, None)
        except Overrun:
            return  # which the next question says
        if delay:
            self._http.slow_down(url, delay)


# --- in a worker ---------------------------------------------------------------------------------------------------


def ask(said: bytes, url: str) -> tuple[bool, float | None]:
    """Whether a robots.txt allows us the URL, and the seconds between two requests that it asks for (None: none)."""
    rules = _parsed(said)
    return bool(rules.can_fetch(url, NAME)), rules.crawl_delay(NAME)


@lru_cache(maxsize=_PARSED)
def _parsed(said: bytes) -> Protego:
    from protego import Protego

    rules: Protego = Protego.parse(said.decode("utf-8", "replace"))
    return rules
