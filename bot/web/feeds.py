"""The archive as feeds: Atom (RFC 4287) and JSON Feed 1.1, of all signals or of those that a question asks for.

An entry keeps its id for ever; a signal that changed is the same entry, updated, and says what changed.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.briefing.views import strength_view
from bot.briefing.views.web_links import signal_path
from bot.model.signal import Signal
from bot.web.addresses import Site
from bot.web.rendering import render, shown
from bot.web.values import signal_values

NEWEST = 50  # entries of a feed
NEVER = "1970-01-01T00:00:00Z"
"""When a feed without entries was changed last."""


@dataclass(frozen=True, slots=True)
class Channel:
    """A feed apart from its entries."""

    title: str
    page: str  # the path of the page that shows the same
    atom: str  # the path of the feed itself, in both forms
    json: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A signal in a feed."""

    id: str
    title: str
    link: str
    published: str
    updated: str
    terms: tuple[str, ...]
    summary: str  # what changed last
    content: str  # HTML


def atom(channel: Channel, entries: Sequence[Entry], site: Site) -> str:
    """The feed as Atom."""
    feed: dict[str, Any] = {
        "id": _urn(site.absolute(channel.atom)),
        "title": channel.title,
        "updated": max((each.updated for each in entries), default=NEVER),
        "self": site.absolute(channel.atom),
        "page": site.absolute(channel.page),
        "entries": entries,
    }
    return render("feed.atom", site, feed=feed)


def json_feed(channel: Channel, entries: Sequence[Entry], site: Site) -> str:
    """The feed as JSON Feed."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": shown(channel.title),
        "home_page_url": site.absolute(channel.page),
        "feed_url": site.absolute(channel.json),
        "language": "en",
        "authors": [{"name": "The Bellwether"}],
        "items": list(map(_item, entries)),
    }
    return json.dumps(feed, ensure_ascii=False, indent=1)


def entry(signal: Signal, site: Site) -> Entry:
    """The signal as an entry of a feed."""
    values = signal_values(signal, site.zone)
    link = site.absolute(signal_path(signal.id))
    changed = delta(signal, site.zone)
    return Entry(
        id=_urn(link),
        title=values.line.title,
        link=link,
        published=_stamp(signal.opened),
        updated=_stamp(signal.changed),
        terms=tuple(each.name for each in values.line.tags),
        summary=changed,
        content=render("entry.html", site, signal=values, delta=changed),
    )


def delta(signal: Signal, zone: str) -> str:
    """What changed last: "Friday 27 March, 06:10: 6 → 7, a second publisher confirms (Gazette)"; "New." at first."""
    if len(signal.revisions) < 2:
        return "New."
    return "".join(run.text for run in strength_view.history(signal, zone).items[-1])


def _item(of: Entry) -> dict[str, Any]:
    return {
        "id": of.id,
        "url": of.link,
        "title": shown(of.title),
        "summary": shown(of.summary),
        "content_html": of.content,
        "date_published": of.published,
        "date_modified": of.updated,
        "tags": list(map(shown, of.terms)),
    }


def _urn(address: str) -> str:
    """A permanent id made of a permanent address (RFC 4122, version 5)."""
    return uuid.uuid5(uuid.NAMESPACE_URL, address).urn


def _stamp(instant: datetime) -> str:
    return instant.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
