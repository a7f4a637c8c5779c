"""Normalise the fields of feed entries of every format: plain titles, texts, absolute links, instants in UTC."""

from __future__ import annotations

from bot.reading.addresses import joined
from bot.text.cleaning import one_line
from bot.text.markup import html_to_text

DAY = 86400  # seconds


def text_of(value: object) -> str:
    """The stripped text; "" where the value is no string."""
    return value.strip() if isinstance(value, str) else ""


def title_of(value: object) -> str:
    """The title as plain text on one line, without markup; "" where there is none."""
    return one_line(html_to_text(text_of(value)))


def absolute(link: str, base: str, url: str) -> str | None:
    """The link made absolute by `base`, itself relative to the feed's `url`; None where it is no http(s) link."""
    if link.startswith(("http://", "https://")):
        return link if joined(url, link) else None
    return joined(joined(url, base) or url, link)
