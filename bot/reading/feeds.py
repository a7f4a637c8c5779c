"""Parse feeds: plain XML and JSON Feed by our own code, other XML by feedparser, or fastfeedparser if that finds more.

text | JSON Feed (json_feed.py) | plain XML (plain_xml.py) | feedparser | broken, and it lost some: fastfeedparser
"""

from __future__ import annotations

import html
import io
import logging
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

from bot.model.feed import (
    Entry,
    FeedDocument,
)
from bot.model.secrecy import without_userinfo
from bot.reading import dates
from bot.reading.addresses import host_name, joined
from bot.reading.decoding import decode
from bot.reading.feed_dates import with_dates
from bot.reading.feed_fields import DAY, absolute, name_of, text_of, title_of
from bot.reading.json_feed import parse_json
from bot.reading.redirectors import inner

log = logging.getLogger(__name__)
MOST_ENTRIES = 2_000
"""Entries of a feed that are read, the newest ones; archives of that length hold nothing new at their far end."""
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_PERIODS = {"hourly": 3600, "daily": DAY, "weekly": 7 * DAY, "monthly": 30 * DAY, "yearly": 365 * DAY}
_ITEMS = re.compile(rb"<(?:\w+:)?(?:item|entry)[\s>]")
_CROWDED = re.compile(rb"(<(?:[^\s<>]*\s){2000})[^<>]+")
"""A tag of thousands of attributes, of which the first are kept: readers of broken markup compare each with all."""
_ALTERNATE = re.compile(r"<link\b[^>]*>", re.IGNORECASE)
_FEED_LINK = re.compile(r"application/(?:rss\+xml|atom\+xml|feed\+json|json)", re.IGNORECASE)
_HREF = re.compile(r"""\bhref\s*=\s*(?:"([^"]+)"|'([^']+)'|([^\s>]+))""", re.IGNORECASE)
_DECLARED = re.compile(r"""\A(<\?xml[^>]{0,200}?)\s+encoding\s*=\s*(?:"[^"]{0,60}"|'[^']{0,60}')""")


def parse_feed(body: bytes, content_type: str | None, url: str) -> FeedDocument | str:
    """Parse a feed's body, served at `url`; where it is none, return one sentence for a person that says why.

    XML is read quickly where that gives what feedparser would; fastfeedparser is asked only where feedparser finds
    nothing, or fewer entries than a broken feed seems to have.
    Links are absolute, titles are plain text, dates are in UTC (see `bot.reading.dates`).
    """
    url = without_userinfo(url)  # what is relative to it is told: links of entries, and where the feed is
    decoded = decode(body.lstrip(b" \t\r\n"), content_type)
    text = decoded.text.lstrip("\ufeff \t\r\n\x00")
    if not text:
        return f"{host_name(url)} sends an empty answer."
    if text[0] in "{[":
        document = parse_json(replace(decoded, text=text), url)
        return document if isinstance(document, str) else _led_on(_newest(document))
    clear = _DECLARED.sub(r"\1", text, count=1).encode("utf-8", "replace")
    from bot.reading import plain_xml  # with lxml, which costs 7 MB that a bot without a feed to read does not need

    plain = plain_xml.read(clear, url)
    clear = clear if plain else _CROWDED.sub(rb"\1", clear)
    found, expected = (_document(plain, url), 0) if plain else _feedparsed(clear, url)
    if (0 if found is None else len(found.entries)) < expected and (other := _fastparsed(clear, url)):
        found = other if found is None or len(other.entries) > len(found.entries) else found
    if found is None:
        return _no_feed(text[:200_000], url)
    return _led_on(_newest(replace(found, remarks=(*decoded.remarks, *found.remarks))))


def _newest(document: FeedDocument) -> FeedDocument:
    """The feed with its MOST_ENTRIES newest entries, in their order; undated ones count as the oldest."""
    extra = len(document.entries) - MOST_ENTRIES
    if extra <= 0:
        return document
    dated = [entry.published or entry.updated for entry in document.entries]
    order = sorted(range(len(dated)), key=lambda at: (dated[at] or _LONG_AGO, -at), reverse=True)
    entries = tuple(document.entries[at] for at in sorted(order[:MOST_ENTRIES]))
    return replace(document, entries=entries, remarks=(*document.remarks, f"{extra} older entries are left"))


def _no_feed(text: str, url: str) -> str:
    """Why the text is no feed; of a web page that links to its feed, with that address."""
    if not re.search(r"<(?:!doctype html|html|head|body)\b", text[:5000], re.IGNORECASE):
        return f"{host_name(url)} sends something that is no feed."
    for tag in _ALTERNATE.findall(text):
        href = _HREF.search(tag)
        leads_on = href and _FEED_LINK.search(tag) and "alternate" in tag.lower()
        address = joined(url, html.unescape(href[1] or href[2] or href[3])) if href and leads_on else None
        if address:
            return f"This is a web page, not a feed; its feed is at {address}: use that address."
    return "This is a web page, not a feed, and it names none."


# --- feedparser


@cache
def _feedparser() -> Any:
    """feedparser, set to prefer our XML parser (`PREFERRED_XML_PARSERS` is there for that)."""
    import feedparser  # noqa: TID251 - this is the file that parses feeds

    feedparser.api.PREFERRED_XML_PARSERS.insert(0, "bot.reading.expat")
    return feedparser


def _feedparsed(body: bytes, url: str) -> tuple[FeedDocument | None, int]:
    """(the feed as feedparser parses it, None: not at all; how many entries it should have, 0: feedparser is right).

    `body` is UTF-8 and declares no encoding.
    """
    headers = {"content-location": url, "content-type": "application/xml; charset=utf-8"}
    seen = len(_ITEMS.findall(body)) or 1
    try:
        parsed = _feedparser().parse(
            io.BytesIO(body), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
        found = _document(parsed, url) if parsed.entries or parsed.get("version") else None
    except MemoryError:
        raise
    except Exception:  # feeds are broken in endless ways, and none may stop a run
        log.debug("feedparser failed on %s", url, exc_info=True)
        return None, seen
    return found, 0 if parsed.entries and not parsed.bozo else seen


def _document(parsed: Any, url: str) -> FeedDocument:
    feed = parsed.feed
    language = name_of(feed.get("language")) or None
    undated = [_entry(entry, language, url) for entry in parsed.entries]
    # `get` of a feedparser dictionary warns and returns another date where there is none
    written = [
        (dict.get(entry, "published") or dict.get(entry, "created"), dict.get(entry, "updated"))
        for entry in parsed.entries
    ]
    entries, remarks = with_dates(undated, written, language)
    return FeedDocument(entries, title_of(feed.get("title")) or None, language, _ttl(feed), remarks)


def _entry(entry: Any, language: str | None, url: str) -> Entry:
    content = max((text_of(one.get("value")) for one in entry.get("content", ())), key=len, default="")
    summary = text_of(entry.get("summary"))
    own = name_of(entry.get("language") or entry.get("title_detail", {}).get("language"))
    return Entry(
        title=title_of(entry.get("title")),
        guid=name_of(entry.get("id")) or None,
        link=_link(entry, url),
        summary="" if summary == content else summary,
        content=content,
        language=own if own and own != language else None,
        voice=_voice(entry.get("source"), url),
        voice_name=_voice_name(entry.get("source")),
    )


def _link(entry: Any, url: str) -> str | None:
    """The entry's link, made absolute; else its id if that is a URL."""
    links = [one.get("href") for one in entry.get("links", ()) if one.get("rel", "alternate") == "alternate"]
    guid = name_of(entry.get("id"))
    own = guid.startswith(("http://", "https://")) and entry.get("guidislink") is not False
    for found in (entry.get("link"), *links, guid if own else None):
        if words := name_of(found):
            base = entry.get("title_detail", {}).get("base") or url
            return absolute(words, base, url)
    return None


def _voice(source: Any, url: str) -> str | None:
    """The link, else the title, of the original source of an aggregated entry; None: it names none."""
    if not source:
        return None
    link = name_of(source.get("href") or source.get("link") or source.get("id"))
    link = link if link.startswith(("http://", "https://")) and link != url else ""
    return link or title_of(source.get("title") or source.get("value")) or None


def _voice_name(source: Any) -> str | None:
    return title_of(source.get("title") or source.get("value")) or None if source else None


def _led_on(document: FeedDocument) -> FeedDocument:
    """The feed with the addresses that its links lead to, whose sites are then its entries' voices."""
    links = [inner(entry.link) if entry.link else None for entry in document.entries]
    entries = (
        entry if link == entry.link else replace(entry, link=link, voice=entry.voice or link)
        for entry, link in zip(document.entries, links, strict=True)
    )
    return replace(document, entries=tuple(entries))


def _ttl(feed: Any) -> int | None:
    """Seconds to wait between two reads, at most a day: <ttl> (in minutes), else the syndication module's period."""
    minutes, period = name_of(feed.get("ttl")), _PERIODS.get(name_of(feed.get("sy_updateperiod")).lower())
    if re.fullmatch(r"\d{1,6}", minutes) and int(minutes):
        return min(int(minutes) * 60, DAY)
    if period:
        times = name_of(feed.get("sy_updatefrequency"))
        return min(period // max(1, int(times) if re.fullmatch(r"\d{1,4}", times) else 1), DAY) or None
    return None


# --- fastfeedparser


def _fastparsed(body: bytes, url: str) -> FeedDocument | None:
    import fastfeedparser  # noqa: TID251 - this is the file that parses feeds

    try:
        parsed = fastfeedparser.parse(body)
        feed = parsed.get("feed") or {}
        entries = tuple(_fast_entry(entry, url) for entry in parsed.get("entries") or ())
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - whatever the second parser fails on, it has found nothing
        return None
    return FeedDocument(entries, title_of(feed.get("title")) or None, name_of(feed.get("language")) or None)


def _fast_entry(entry: Mapping[str, Any], url: str) -> Entry:
    content = max((text_of(one.get("value")) for one in entry.get("content") or ()), key=len, default="")
    summary = text_of(entry.get("description") or entry.get("summary"))
    guid, link = name_of(entry.get("id")) or None, name_of(entry.get("link"))
    return Entry(
        title=title_of(entry.get("title")),
        guid=guid,
        link=absolute(link, url, url) if link else None,
        summary="" if summary == content else summary,
        content=content,
        published=dates.instant(entry.get("published")),
        updated=dates.instant(entry.get("updated")),
    )
