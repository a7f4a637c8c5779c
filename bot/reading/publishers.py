"""Who publishes what stands at an address: by the list of publishers, else by the registrable domain."""

from __future__ import annotations

import ipaddress
import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from urllib.parse import urlsplit

from bot.model.secrecy import redacted
from bot.model.source import Publisher

_SHARED_HOSTS = frozenset(("substack.com", "medium.com", "beehiiv.com", "ghost.io", "tumblr.com", "typepad.com"))
"""Domains under which each subdomain is a publisher of its own, which the public suffix list does not say."""
_FEED_HOSTS = frozenset(("feeds.feedburner.com", "feedproxy.google.com", "rss.app", "feeds.megaphone.fm"))
"""Hosts that serve other people's feeds: each path there is a publisher of its own."""


@dataclass(frozen=True, slots=True)
class Publishers:
    """Who owns which domain, as listed in `seeds/publishers.toml`: tables `[[publisher]]` of name, domains, wire."""

    by_domain: Mapping[str, Publisher]
    by_key: Mapping[str, Publisher]
    wires: frozenset[str]  # keys of the news agencies

    @classmethod
    def load(cls, text: str | None = None) -> Publishers:
        """From TOML `text`; None: from the list that ships with the bot, which is read once."""
        return _shipped() if text is None else _parsed(text)

    def of(self, url: str, name: str | None = None) -> Publisher:
        """The publisher of a URL: the one called `name`, else the owner of its domain, else its registrable domain."""
        if name:
            key = fold(name) or name.strip()
            return self.by_key.get(key) or Publisher(key, name.strip())
        try:
            parts = urlsplit(url)
            host, port = (parts.hostname or "").rstrip("."), parts.port
        except ValueError:
            return Publisher(fold(redacted(url)), redacted(url))
        labels = host.split(".")
        for start in range(len(labels) - 1):
            if owner := self.by_domain.get(".".join(labels[start:])):
                return owner
        key = _registrable(host, parts.path) or (f"{host}:{port}" if port else host)
        return Publisher(key, key)

    def voice(self, words: str) -> Publisher:
        """The publisher of an entry's original source (`Entry.voice`): a URL or a name."""
        return self.of(words) if re.match(r"https?://", words) else self.of("", words)

    def is_wire(self, publisher: Publisher) -> bool:
        """Whether it is a news agency whose texts others reprint."""
        return publisher.key in self.wires


@cache
def _shipped() -> Publishers:
    return _parsed((files("seeds") / "publishers.toml").read_text(encoding="utf-8"))


def _parsed(text: str) -> Publishers:
    by_domain: dict[str, Publisher] = {}
    by_key: dict[str, Publisher] = {}
    wires = set()
    for table in tomllib.loads(text).get("publisher", []):
        publisher = Publisher(fold(table["name"]), table["name"])
        by_key[publisher.key] = publisher
        by_domain |= {domain.lower(): publisher for domain in table.get("domains", ())}
        if table.get("wire"):
            wires.add(publisher.key)
    return Publishers(by_domain, by_key, frozenset(wires))


LONGEST_NAME = 300
"""Characters of a publisher's name that tell it from others."""


def fold(name: str) -> str:
    """A publisher's name for comparing: case, accents, punctuation and an opening “the” do not count."""
    plain = unicodedata.normalize("NFKD", name[:LONGEST_NAME].casefold())
    words = re.findall(r"[^\W_]+", "".join(c for c in plain if not unicodedata.combining(c)))
    return " ".join(words[1:] if len(words) > 1 and words[0] == "the" else words)


def _registrable(host: str, path: str) -> str | None:
    """The registrable domain by the public suffix list, as the `tld` package carries it; None: it has none."""
    if host in _FEED_HOSTS:
        return host + path.rstrip("/").lower()
    try:
        ipaddress.ip_address(host)
    except ValueError:
        from tld import get_fld

        domain: str | None = get_fld(f"http://{host}", fail_silently=True)
        return host.removeprefix("www.") if domain in _SHARED_HOSTS else domain
    return None
