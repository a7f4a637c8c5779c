"""Parse JSON Feed documents (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from typing import Any

from bot.model.feed import (
    Entry,
    FeedDocument,
)
from bot.reading.addresses import host_name
from bot.reading.decoding import Decoded
from bot.reading.feed_dates import with_dates
from bot.reading.feed_fields import absolute, name_of, text_of, title_of


def parse_json(decoded: Decoded, url: str) -> FeedDocument | str:
    """The feed in a text of JSON, served at `url`; else one sentence for a person that says why it is none."""
    try:
        feed = json.loads(decoded.text, strict=False)
    except (ValueError, RecursionError):
        return f"{host_name(url)} sends something that is no feed (JSON that cannot be read)."
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        return f"{host_name(url)} sends JSON, but no JSON Feed."
    usable = [item for item in items if isinstance(item, dict)]
    language = name_of(feed.get("language")) or None
    written = [(item.get("date_published"), item.get("date_modified")) for item in usable]
    entries, remarks = with_dates([_json_entry(item, url) for item in usable], written, language)
    return FeedDocument(entries, title_of(feed.get("title")) or None, language, remarks=(*decoded.remarks, *remarks))


def _json_entry(item: Mapping[str, Any], url: str) -> Entry:
    guid = item.get("id")
    link = name_of(item.get("url")) or name_of(item.get("external_url"))
    plain = html.escape(text_of(item.get("content_text")), quote=False).replace("\n\n", "<p>")
    return Entry(
        title=title_of(item.get("title")),
        guid=name_of(str(guid)) or None if isinstance(guid, str | int | float) else None,
        link=absolute(link, url, url) if link else None,
        summary=text_of(item.get("summary")),
        content=text_of(item.get("content_html")) or plain,
        language=name_of(item.get("language")) or None,
    )
