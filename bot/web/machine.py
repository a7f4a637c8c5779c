"""What machines ask for: robots.txt and the sitemap."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from bot.web.addresses import Site
from bot.web.rendering import render

AT_ONCE = 40_000
"""Addresses in one file; the protocol allows fifty thousand (https://www.sitemaps.org/protocol.html)."""

Place = tuple[str, datetime | None]
"""A path, and when what it shows was changed last; None: that is not known."""


def robots(site: Site, *, is_open: bool) -> str:
    """What crawlers may read: everything but searches; nothing where a token is asked for."""
    if not is_open:
        return "User-agent: *\nDisallow: /\n"
    return f"User-agent: *\nDisallow: {site.prefix}/search\nSitemap: {site.absolute('/sitemap.xml')}\n"


def sitemap(name: str, places: Sequence[Place], site: Site) -> str | None:
    """The sitemap of that name: all addresses, or where they are too many an index of numbered ones; None: no such."""
    number = re.fullmatch(r"sitemap-(\d+)\.xml", name)
    if number:
        start = (int(number[1]) - 1) * AT_ONCE
        part = places[start : start + AT_ONCE] if start >= 0 else ()
        return render("sitemap.xml", site, places=part) if part else None
    if len(places) <= AT_ONCE:
        return render("sitemap.xml", site, places=places)
    parts = [f"/sitemap-{each}.xml" for each in range(1, -(-len(places) // AT_ONCE) + 1)]
    return render("sitemaps.xml", site, parts=parts)
