"""Serve the bundled sample edition (fictional feeds and pages) as if by HTTP, with dates that end this morning."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from functools import partial
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import httpx

from bot.model.ports import Clock
from bot.model.source import SourceSpec
from bot.reading.sources import parse_toml

LAST = datetime(2026, 3, 27, 6, 40, tzinfo=UTC)
"""The date of the edition's last article in its files."""

_RFC_822 = re.compile(
    r"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d(?::\d\d)? (?:GMT|[+-]\d{4})"
)
_ISO_8601 = re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)")
_ISO_DATE = re.compile(r"(?<=[\"'>])\d{4}-\d\d-\d\d(?=[\"'<])")
_ENTRY = re.compile(r"<(item|entry)\b.*?</\1>\s*", re.DOTALL)
_DATED = re.compile(r"<(?:pubDate|published|dc:date|updated)>([^<]+)<")
_TYPES = {"html": "text/html; charset=utf-8", "txt": "text/plain; charset=utf-8", "json": "application/feed+json"}
_ROOTS = {"<rss": "application/rss+xml", "<feed": "application/atom+xml", "<rdf:RDF": "application/rdf+xml"}


def _folder() -> Traversable:
    return files("seeds") / "sample"


def sample_sources() -> tuple[SourceSpec, ...]:
    """The feeds of the edition."""
    return parse_toml((_folder() / "sources.toml").read_text(encoding="utf-8"))


class SampleTransport(httpx.AsyncBaseTransport):
    """An httpx transport that answers https://HOST/PATH with the file HOST/PATH of the edition, else with 404.

    Every machine-readable date is moved by the difference between `LAST` and `last` (default: today, at the time of day
    of `LAST`), and entries that then lie in the clock's future are left out: as the clock is moved on, the edition
    grows. Responses carry an ETag and honour If-None-Match.
    """

    def __init__(self, clock: Clock, *, last: datetime | None = None) -> None:
        self._clock = clock
        last = last or datetime.combine(clock.now().date(), LAST.timetz())
        self._shift = timedelta(minutes=round((last - LAST).total_seconds() / 60))
        self._moved: dict[str, str] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        path = f"{request.url.host}{request.url.path}"
        text = self._text(path)
        if text is None:
            return httpx.Response(404, stream=httpx.ByteStream(b"Not found"))
        body = self._visible(path, text).encode()
        etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
        if request.headers.get("If-None-Match") == etag:
            return httpx.Response(304, headers={"ETag": etag}, stream=httpx.ByteStream(b""))
        return httpx.Response(
            200, headers={"ETag": etag, "Content-Type": _type(path, text)}, stream=httpx.ByteStream(body)
        )

    def _text(self, path: str) -> str | None:
        """The file with its dates moved; None: there is no such file."""
        if path not in self._moved:
            pieces = path.split("/")
            found = _folder().joinpath(*pieces)
            if len(pieces) < 2 or not all(pieces) or ".." in pieces or not found.is_file():
                return None
            self._moved[path] = moved(found.read_text(encoding="utf-8"), self._shift)
        return self._moved[path]

    def _visible(self, path: str, text: str) -> str:
        """The text; of a feed without the entries in the future."""
        now = self._clock.now()
        if path.endswith(".json"):
            feed = json.loads(text)
            feed["items"] = [item for item in feed["items"] if _json_date(item) <= now]
            return json.dumps(feed, ensure_ascii=False)
        return text if path.endswith((".html", ".txt")) else _ENTRY.sub(partial(_if_past, now), text)


def moved(text: str, shift: timedelta) -> str:
    """The text with every RFC 822 and ISO 8601 date moved by `shift`, dates without a time by whole days."""
    text = _RFC_822.sub(_mover(lambda words: format_datetime(parsedate_to_datetime(words) + shift)), text)
    text = _ISO_8601.sub(_mover(lambda words: (datetime.fromisoformat(words) + shift).isoformat()), text)
    days = timedelta(days=round(shift / timedelta(days=1)))
    return _ISO_DATE.sub(_mover(lambda words: (date.fromisoformat(words) + days).isoformat()), text)


def _mover(move: Callable[[str], str]) -> Callable[[re.Match[str]], str]:
    return lambda match: move(match.group())


def _if_past(now: datetime, entry: re.Match[str]) -> str:
    dated = _DATED.search(entry.group())
    return "" if dated and _instant(dated[1]) > now else entry.group()


def _instant(words: str) -> datetime:
    return datetime.fromisoformat(words) if words[:4].isdigit() else parsedate_to_datetime(words)


def _json_date(item: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(item["date_published"])


def _type(path: str, text: str) -> str:
    known = _TYPES.get(path.rpartition(".")[2])
    return known or next((kind for root, kind in _ROOTS.items() if root in text[:400]), "application/xml")
