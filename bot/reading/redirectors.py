"""The address inside an address: of alerts, news searches, caches and link trackers the one that they lead to."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from bot.reading.addresses import joined

_PARAMETERS = (
    "url", "u", "q", "target", "dest", "destination", "to", "link", "href", "redirect", "redirect_url", "goto", "murl",
    "ued", "uddg", "z",
)  # fmt: skip
"""What such an address is called in a query, the surest first."""
_STEPS = re.compile(
    r"(?:url|redir(?:ect(?:or)?)?|out(?:bound|going)?|exit|away|go(?:to)?|jump|leave|link|click|track(?:er)?|ck|clk|l|r|lnk)"
    r"(?:\.(?:php|aspx?|html?|cgi))?|apiclick\.aspx|ck",
    re.IGNORECASE,
)
"""A part of a path that says that the address only leads on."""
_HOSTS = frozenset((
    "l.facebook.com", "lm.facebook.com", "l.instagram.com", "l.messenger.com", "t.umblr.com", "out.reddit.com",
    "slack-redir.net", "href.li", "nullrefer.com", "go.redirectingat.com", "click.linksynergy.com", "prf.hn",
    "safelinks.protection.outlook.com", "urldefense.com", "translate.google.com", "vk.com", "steamcommunity.com",
    "linkedin.com", "duckduckgo.com", "news.url.google.com",
))  # fmt: skip
"""Hosts of which any address with another one in its query leads there; with them go their subdomains."""
_IN_PATH = re.compile(
    r"/(?:web/\d{4,14}(?:[a-z]{2}_)?/|v3/__|https?/|redirect/|click/|go/)?(https?:/{1,2}[^\s]+)", re.IGNORECASE
)
_AMP = re.compile(r"/[acirvw]+/(?:(s)/)?([\w.-]+\.[a-z]{2,}(?:/.*)?)", re.IGNORECASE)
_ENCODED = re.compile(r"(?:a1)?(aHR0c[\w-]{8,})")  # Bing's, and others': “http” in base64
_GOOGLE_NEWS = re.compile(r"/(?:rss/)?(?:articles|read)/(CB[\w-]{20,})")
_PLAIN = re.compile(rb"https?://[\x21-\x7e]{4,}")
_DEEPEST = 4  # addresses inside one another


def inner(address: str) -> str:
    """The address that this one leads to by what it says itself; the address where it says none.

    Nothing is fetched. An address that merely mentions another one (a search, a share button's) is left alone.
    """
    for _ in range(_DEEPEST):
        found = next(_candidates(address), None)
        if found is None or joined(address, found) is None:
            return address
        address = found
    return address


def _candidates(address: str) -> Iterator[str]:
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return
    if parts.scheme not in ("http", "https"):
        return
    yield from filter(
        None, (_in_query(parts, host), _in_path(parts, host), _of_amp(parts, host), _of_google_news(parts, host))
    )


def _in_query(parts: SplitResult, host: str) -> str | None:
    known = any(host == each or host.endswith(f".{each}") for each in _HOSTS)
    leads_on = known or any(_STEPS.fullmatch(part) for part in parts.path.split("/"))
    if not leads_on or not parts.query:
        return None
    given = dict(reversed(parse_qsl(parts.query)))
    found = (_address(given[name]) for name in _PARAMETERS if name in given)
    return next((each for each in found if each), None)


def _address(words: str) -> str | None:
    """An absolute address, plain, percent-encoded once more, or in base64; None: it is none."""
    for each in (words, unquote(words)):
        if re.match(r"https?://[^/?#\s]+\.[^\s]+|https?://[^/\s]+:\d+/", each):
            return each
    match = _ENCODED.fullmatch(words)
    return _decoded(match[1]) if match else None


def _decoded(words: str) -> str | None:
    try:
        plain = base64.urlsafe_b64decode(words + "=" * (-len(words) % 4))
    except (binascii.Error, ValueError):
        return None
    match = _PLAIN.search(plain)
    return match[0].decode("ascii") if match else None


def _in_path(parts: SplitResult, host: str) -> str | None:
    """Of web archives and redirectors that write the address behind their own."""
    archive = host in ("web.archive.org", "urldefense.com", "12ft.io", "outline.com")
    match = _IN_PATH.search(parts.path) if archive or _IN_PATH.match(parts.path) else None
    if match is None:
        return None
    found = re.sub(r"^(https?:)/{1,2}", r"\1//", match[1]).partition("__;")[0]
    return _address(f"{found}?{parts.query}" if parts.query and not archive else found)


def _of_amp(parts: SplitResult, host: str) -> str | None:
    """Of pages kept in the AMP cache (https://developers.google.com/amp/cache/overview)."""
    if (
        host != "cdn.ampproject.org"
        and not host.endswith(".cdn.ampproject.org")
        and not (host.startswith("google.") and parts.path.startswith("/amp/"))
    ):
        return None
    path = parts.path.removeprefix("/amp")
    match = re.fullmatch(r"/(s)/(.+)", path) or _AMP.fullmatch(path)
    return f"http{'s' if match[1] else ''}://{match[2]}" if match else None


def _of_google_news(parts: SplitResult, host: str) -> str | None:
    """Older articles' ids hold the address; newer ones do not, and their pages lead on."""
    match = _GOOGLE_NEWS.search(parts.path) if host == "news.google.com" else None
    return _decoded(match[1]) if match else None
