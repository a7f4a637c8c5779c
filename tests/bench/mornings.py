"""Stored feeds lived through as they stood on four real mornings: served, read, linked and told by the real app."""

from __future__ import annotations

import os
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit

from lxml import etree

from bot.app.application import App
from bot.app.opening import open_app
from bot.briefing.service import BriefingService, local_date
from bot.delivery.outbox import OutboxSender
from bot.model import settings
from tests.servers.feeds import FeedServer, feed_server

FIRST = datetime(2026, 2, 15, 7, 31, tzinfo=UTC)
MORNINGS = 4
MOST = 10  # signals a brief
_DATES = frozenset({"pubDate", "published", "date", "updated"})
_ENTRIES = frozenset({"item", "entry"})


class StoredFeed:
    """A feed file, of which the entries up to a moment can be had."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._root = etree.fromstring(data, etree.XMLParser(recover=True, huge_tree=True))
        self._dated = list(_dated(self._root)) if self._root is not None else []

    def host(self, fallback: str) -> str:
        """The host of the site that the feed says it is of."""
        for element in () if self._root is None else self._root.iter():
            if isinstance(element.tag, str) and etree.QName(element).localname == "link":
                alternate = element.get("rel") in {None, "alternate"}
                host = urlsplit((element.get("href") or element.text or "").strip()).hostname if alternate else None
                if host:
                    return host.removeprefix("www.")
        return fallback

    def upto(self, moment: datetime) -> bytes:
        """The document without the entries dated later; as it is where it has none."""
        later = [entry for entry, first in self._dated if first > moment]
        if self._root is None or not later:
            return self._data
        return _without(self._root, later)


def _dated(root: etree._Element) -> Iterator[tuple[etree._Element, datetime]]:
    """The entries that have a date, each with its first."""
    for element in root.iter():
        if isinstance(element.tag, str) and etree.QName(element).localname in _ENTRIES:
            children = [each for each in element if isinstance(each.tag, str) and each.text]
            texts = [each.text or "" for each in children if etree.QName(each).localname in _DATES]
            if found := [moment for text in texts if (moment := _moment(text.strip()))]:
                yield element, min(found)


def _moment(text: str) -> datetime | None:
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            found = read(text)
        except (ValueError, TypeError, OverflowError):
            continue
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    return None


def _without(root: etree._Element, entries: Sequence[etree._Element]) -> bytes:
    """The document as bytes while the entries are out of it; they are put back afterwards."""
    places = []
    for entry in entries:
        parent = entry.getparent()
        assert parent is not None
        places.append((parent, parent.index(entry), entry))
        parent.remove(entry)
    data = etree.tostring(root, xml_declaration=True, encoding="utf-8")
    for parent, at, entry in reversed(places):
        parent.insert(at, entry)
    return data


def _stored(feeds: Path) -> list[StoredFeed]:
    return [StoredFeed(path.read_bytes()) for path in sorted(feeds.iterdir()) if path.is_file()]


@asynccontextmanager
async def lived(feeds: Path) -> AsyncIterator[App]:
    """The app at the end of the last morning, each of which it looked and told the terminal its brief."""
    stored = _stored(feeds)
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        os.environ["XDG_DATA_HOME"] = folder
        server = await stack.enter_async_context(feed_server())
        listed = Path(folder) / "sources.toml"
        listed.write_text("".join(_source(server, number, feed) for number, feed in enumerate(stored)))
        app = await stack.enter_async_context(open_app(_settings(listed)))
        post = BriefingService(app.store, OutboxSender(app.store, {}, app.clock), app.clock)
        for day in range(MORNINGS):
            now = FIRST + timedelta(days=day)
            for number, feed in enumerate(stored):
                server.put(f"/{number}", feed.upto(now), type="application/xml")
            app.clock.set(now)
            await app.pipeline.cycle(eager=True)
            channel = await app.terminal()
            await post.tell(channel, local_date(channel, now))
        yield app


def _source(server: FeedServer, number: int, feed: StoredFeed) -> str:
    address = server.url(f"/{number}", f"127.0.{number // 250}.{number % 250 + 1}")
    return f'[[source]]\nurl = "{address}"\npublisher = "{feed.host(f"feed {number}")}"\n'


def _settings(listed: Path) -> settings.Settings:
    return settings.load(
        sources=str(listed),
        allow_private_hosts=True,
        now=FIRST,
        analyst=settings.AnalystSettings(kind="extractive"),
        pipeline=settings.PipelineSettings(pages=False, host_pause=0, in_flight=1),
        brief=settings.BriefSettings(timezone="UTC", days=("mon", "tue", "wed", "thu", "fri", "sat", "sun"), most=MOST),
    )
