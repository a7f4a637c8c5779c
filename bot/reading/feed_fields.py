"""Normalise the fields of feed entries of every format: plain titles, texts, absolute links, instants in UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit

from bot.text.cleaning import one_line
from bot.text.markup import html_to_text

DAY = 86400
# seconds
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)  # an earlier date is a mistake and counts as none


def host_name(url: str) -> str:
    """The host of a URL; the URL itself where it has none."""
    return urlsplit(url).hostname or url


def text_of(value: object) -> str:
    """The stripped text; "" where the value is no string."""
    return value.strip() if isinstance(value, str) else ""


def title_of(value: object) -> str:
    """The title as plain text on one line, without markup; "" where there is none."""
    return one_line(html_to_text(text_of(value)))


def absolute(link: str, base: str, url: str) -> str | None:
    """The link made absolute by `base`, itself relative to the feed's `url`; None where it is no http(s) link."""
    if link.startswith(("http://", "https://")):
        return link
    try:
        joined = urljoin(urljoin(url, base), link)
        return joined if urlsplit(joined).scheme in ("http", "https") else None
    except ValueError:
        return None


def iso_instant(words: object) -> datetime | None:
    """An ISO 8601 instant in UTC, a naive one taken as UTC; None where it is none, or before `EARLIEST`."""
    try:
        instant = datetime.fromisoformat(text_of(words))
    except ValueError:
        return None
    instant = instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
    return instant if instant >= EARLIEST else None
