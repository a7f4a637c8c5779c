"""What an entry of a feed is recognised by when it is seen again: its id, its link, a fingerprint of its words."""

from __future__ import annotations

import hashlib
import html
import re
import unicodedata
from urllib.parse import urlsplit, urlunsplit

from bot.model.feed import Entry, EntryKeys

_TRACKING = re.compile(
    r"(?:utm_|at_|ns_|mc_|pk_|mtm_|hsa_|__hs|_hs|vero_|oly_|wt\.)\w*|"
    r"(?:fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|igsh|igshid|li_fat_id|s_kwcid|_ga|_gl|ncid|"
    r"ocid|cmpid|cmp|icid|ito|xtor|sr_share|smid|smtyp|partner|emc|feedtype|sref|traffic_source|srnd|guccounter|"
    r"guce_referrer|guce_referrer_sig|spm|ref_src|rss|feature)",
    re.IGNORECASE,
)
_DEFAULT_PORTS = {"http": 80, "https": 443}
_MARKUP = re.compile(r"<[^<>]*>")
_WORDS = re.compile(r"[^\W_]+")
_FOLDED = 4000  # characters of a body that are folded; the rest is compared as it is


def canonical_link(url: str | None) -> str | None:
    """The URL without its insignificant parts; None where it is no http(s) URL.

    Scheme and host are lower-cased; the default port, the fragment and tracking parameters (utm_*, fbclid, gclid …) are
    removed; the rest of the query is sorted. AMP URLs are kept: they are pages of their own.
    """
    try:
        parts = urlsplit((url or "").strip())
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return None
    scheme = parts.scheme.lower()
    if scheme not in _DEFAULT_PORTS or not host:
        return None
    netloc = f"[{host}]" if ":" in host else host
    netloc += f":{port}" if port and port != _DEFAULT_PORTS[scheme] else ""
    pieces = (piece for piece in parts.query.split("&") if piece)
    query = "&".join(sorted(piece for piece in pieces if not _TRACKING.fullmatch(piece.partition("=")[0])))
    return urlunsplit((scheme, netloc, parts.path or "/", query, ""))


def link_key(url: str | None) -> str | None:
    """The canonical link reduced further for comparing: https, no "www.", no closing slash.

    None for a site's root, which does not identify an entry.
    """
    if (link := canonical_link(url)) is None:
        return None
    scheme, netloc, path, query, _ = urlsplit(link)
    path = path.rstrip("/")
    if not path and not query:
        return None
    return urlunsplit(("https", netloc.removeprefix("www.") if scheme else netloc, path, query, ""))


def keys(entry: Entry) -> EntryKeys:
    """What the entry can be recognised by: its id, its link reduced for comparing, and the fingerprint of its words.

    The fingerprint is the SHA-256 of the folded title and summary (of the body where there is no summary); of id and
    link where there are no words at all.
    """
    body = entry.summary or entry.content[:_FOLDED]
    # A change further on still counts, but folding all of a long body would cost more than it finds.
    words = f"{fold(entry.title)}\n{fold(body[:_FOLDED])}{' '.join(body[_FOLDED:].split())}"
    guid = entry.guid.strip() if entry.guid else None
    if words == "\n":
        words = f"{guid}\n{entry.link}"
    return EntryKeys(guid or None, link_key(entry.link), hashlib.sha256(words.encode("utf-8", "replace")).hexdigest())


def fold(markup: str) -> str:
    """The words of a text for comparing: without markup, case and punctuation, one blank between two words."""
    text = html.unescape(_MARKUP.sub(" ", html.unescape(markup))) if "&" in markup else _MARKUP.sub(" ", markup)
    return " ".join(_WORDS.findall(unicodedata.normalize("NFKC", text).casefold()))
