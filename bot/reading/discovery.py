"""Which feeds a site offers: in its head, its Link header and anchors, at the usual places, by known sites' rules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urljoin, urlsplit

from lxml import html

from bot.model.feed import Offered
from bot.reading.addresses import joined
from bot.reading.decoding import decode

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MOST = 6
"""Addresses of a page that are worth trying."""
_FEED_TYPES = re.compile(
    r"application/(?:rss|atom|rdf|feed)\+(?:xml|json)|(?:application|text)/(?:rss|atom|xml)|application/json",
    re.IGNORECASE,
)
_NO_FEED = re.compile(r"oembed|wp-json|json-?ld|opensearch|manifest|/api/|\.webmanifest|sitemap", re.IGNORECASE)
_OF_COMMENTS = re.compile(r"comment|kommentar|commentaire|comentario|commenti|replies", re.IGNORECASE)
_ANCHOR = re.compile(
    r"(?:^|[/._-])(?:rss|atom|feeds?|rdf)(?:[/._?-]|\d|$)|feeds\.|\bfeedburner\b|\.(?:rss|atom|rdf)$", re.IGNORECASE
)
_USUAL = ("/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/feed.json", "/feeds/posts/default")
_LINK = re.compile(r"<([^<>]{1,2000})>\s*((?:;[^,<]*)*)")


def complete(words: str) -> str | None:
    """The http(s) address that somebody's words mean: “example.org”, “feed:https://…”, “feed://…”; None: none."""
    plain = re.sub(r"^feed:(?://)?(?=https?:)", "", words.strip().strip("<>"), flags=re.IGNORECASE)
    plain = re.sub(r"^(?:feed|rss|itpc|pcast)://", "https://", plain, flags=re.IGNORECASE)
    if not re.match(r"[a-z][a-z0-9+.-]*:", plain, re.IGNORECASE) or re.match(
        r"[\w.-]+\.\w+:\d+(?:/|$)|localhost:\d+", plain
    ):
        plain = f"https://{plain.removeprefix('//')}"
    try:
        parts = urlsplit(plain)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return None
    named = "." in host.strip(".") or ":" in host or host == "localhost"
    return plain if parts.scheme.lower() in ("http", "https") and named and not re.search(r"\s", plain) else None


def of_known_site(address: str) -> str | None:
    """The feed of a channel, a community, a person or a project on a site that is known; None: no such address."""
    parts = urlsplit(address)
    host, path = (parts.hostname or "").removeprefix("www.").removeprefix("m."), parts.path.rstrip("/")
    if host == "youtube.com":
        return _youtube(path, parse_qs(parts.query))
    if host in ("reddit.com", "old.reddit.com") and (match := re.fullmatch(r"/(?:r|u|user)/[\w-]+(?:/\w+)?", path)):
        return f"https://www.reddit.com{match[0]}/.rss"
    if host == "github.com" and (
        match := re.fullmatch(r"(/[\w.-]+/[\w.-]+)(/releases|/commits(?:/[\w./-]+)?|/tags)?", path)
    ):
        return f"https://github.com{match[1]}{match[2] or '/releases'}.atom"
    if re.fullmatch(r"/@[\w.]+", path) and host not in ("medium.com", "tiktok.com", "threads.net"):
        return f"https://{parts.netloc}{path}.rss"  # Mastodon and what speaks as it does
    if host == "medium.com" and path:
        return f"https://medium.com/feed{path}"
    if host.endswith((".substack.com", ".wordpress.com")):
        return f"https://{parts.netloc}/feed"
    return None


def _youtube(path: str, query: dict[str, list[str]]) -> str | None:
    """Channels by id and playlists; a channel by its name says its feed in its page."""
    feed = "https://www.youtube.com/feeds/videos.xml"
    if match := re.match(r"/channel/(UC[\w-]{20,})", path):
        return f"{feed}?channel_id={match[1]}"
    return f"{feed}?playlist_id={query['list'][0]}" if path == "/playlist" and query.get("list") else None


def offered_by(body: bytes, content_type: str | None, url: str, link_header: str | None = None) -> Offered:
    """`offered` of a page as it was served."""
    return offered(decode(body, content_type).text, url, link_header)


def offered(markup: str, url: str, link_header: str | None = None) -> Offered:
    """The addresses at which a page, served at `url`, may have its feeds: at most MOST that it declares, and a guess.

    `markup` is its text, `link_header` the value of its Link header. Feeds of comments come last; oEmbed, interfaces of
    content management systems, and what is commented out are none.
    """
    try:
        tree = html.fromstring(markup) if markup.strip() else None
    except (ValueError, TypeError):  # no markup at all
        tree = None
    base = joined(url, _base(tree) or "") or url
    found = [joined(url, each) for each in _in_header(link_header or "")]
    found += [] if tree is None else [joined(base, each) for each in (*_in_head(tree), *_anchors(tree))]
    usable = [each for each in dict.fromkeys(found) if each and each != url]
    declared = sorted(usable, key=lambda each: _OF_COMMENTS.search(each) is not None)[:MOST]
    guessed = dict.fromkeys(urljoin(url, place) for place in _usual(url))
    return Offered(tuple(declared), tuple(each for each in guessed if each not in declared))


def _base(tree: HtmlElement | None) -> str | None:
    return None if tree is None else next((each.get("href") for each in tree.iter("base") if each.get("href")), None)


def _in_header(header: str) -> Iterator[str]:
    """RFC 8288: `<address>; rel="alternate"; type="application/rss+xml"`."""
    for match in _LINK.finditer(header[:8000]):
        if "alternate" in match[2].lower() and _FEED_TYPES.search(match[2]) and not _NO_FEED.search(match[0]):
            yield match[1]


def _in_head(tree: HtmlElement) -> Iterator[str]:
    for link in tree.iter("link"):
        rels = str(link.get("rel") or "").lower().split()
        kind, href = str(link.get("type") or ""), str(link.get("href") or "").strip()
        title = str(link.get("title") or "")
        named = bool({"alternate", "feed"} & set(rels)) and "stylesheet" not in rels
        barred = _NO_FEED.search(f"{kind} {href} {title}") or _OF_COMMENTS.search(title)
        if named and href and _is_feed_type(kind, rels) and not barred:
            yield href


def _is_feed_type(kind: str, rels: Iterable[str]) -> bool:
    return _FEED_TYPES.search(kind) is not None or (not kind and "feed" in rels)


def _anchors(tree: HtmlElement) -> Iterator[str]:
    """Links whose address, or whose words, say that they lead to a feed."""
    for anchor in tree.iter("a"):
        href = str(anchor.get("href") or "").strip()
        said = re.search(r"\b(?:RSS|Atom|feed)\b", str(anchor.text_content())[:80])
        if (
            href
            and not href.startswith(("#", "javascript:", "mailto:"))
            and (said or _ANCHOR.search(href.partition("#")[0].partition("?")[0]))
        ):
            yield href.removeprefix("feed:") if href.startswith("feed:http") else href


def _usual(url: str) -> Iterator[str]:
    """Below the folder that was named, then below the site's root."""
    path = urlsplit(url).path.rstrip("/")
    if path and "." not in path.rpartition("/")[2]:
        yield from (f"{path}{place}" for place in _USUAL[:2])
    yield from _USUAL
