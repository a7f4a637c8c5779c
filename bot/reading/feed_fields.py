"""Fields of feed entries, whatever the format: plain titles, texts, absolute links, instants in UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit

from bot.text.cleaning import one_line
from bot.text.markup import html_to_text

DAY = 86400


# --- feeds as served -----------------------------------------------------------------------------------------------

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)  # what is dated before the web is not dated


def host_name(url: str) -> str:
    return urlsplit(url).hostname or url


def text_of(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def title_of(value: object) -> str:
    return one_line(html_to_text(text_of(value)))


def absolute(link: str, base: str, url: str) -> str | None:
    if link.startswith(("http://", "https://")):
        return link
    try:
        joined = urljoin(urljoin(url, base), link)
        return joined if urlsplit(joined).scheme in ("http", "https") else None
    except ValueError:
        return None


def iso_instant(words: object) -> datetime | None:
    try:
        instant = datetime.fromisoformat(text_of(words))
    except ValueError:
        return None
    instant = instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
    return instant if instant >= EARLIEST else None
