"""Normalise the fields of feed entries of every format: plain titles, texts, absolute links, instants in UTC."""

from __future__ import annotations

import re

from bot.reading.addresses import joined
from bot.text.cleaning import one_line
from bot.text.markup import html_to_text

DAY = 86400  # seconds
LONGEST_TEXT = 200_000
"""Characters of a body or a summary, markup included, that are read: a book's chapter four times over."""
LONGEST_TITLE = 5_000
"""Characters of a title, markup included, that are read; LONGEST_HEADLINE of its words are kept."""
LONGEST_HEADLINE = 1_000
LONGEST_NAME = 4_000
"""Characters of an id or an address; a longer one is none."""
_EMBEDDED = re.compile(r"data:[\w/+.;=-]{0,100},[^\"'<>\s]{200,}")
"""A picture written out as an address, which can be longer than the text around it."""
_SURROGATES = re.compile("[\ud800-\udfff]")


def text_of(value: object, most: int = LONGEST_TEXT) -> str:
    """The stripped text, cut after so many characters; "" where the value is no string."""
    if not isinstance(value, str):
        return ""
    text = value.strip()
    if len(text) > most:
        text = _EMBEDDED.sub("", text)[:most]
    # Half a letter, as JSON can spell it, can be stored by nobody.
    return text if text.isascii() else _SURROGATES.sub("\ufffd", text)


def name_of(value: object) -> str:
    """An id or an address, stripped; "" where it is none, or too long for one."""
    name = text_of(value, LONGEST_NAME + 1)
    return name if len(name) <= LONGEST_NAME else ""


def title_of(value: object) -> str:
    """The title as plain text on one line, without markup; "" where there is none."""
    return one_line(html_to_text(text_of(value, LONGEST_TITLE)))[:LONGEST_HEADLINE].rstrip()


def absolute(link: str, base: str, url: str) -> str | None:
    """The link made absolute by `base`, itself relative to the feed's `url`; None where it is no http(s) link."""
    if link.startswith(("http://", "https://")):
        return link if joined(url, link) else None
    return joined(joined(url, base) or url, link)
