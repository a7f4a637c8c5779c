"""Names and values of a feed's elements as feedparser makes them, without feedparser; see plain_xml.py."""

from __future__ import annotations

import re
from collections.abc import Container
from contextlib import suppress
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin

from lxml import etree

Element = etree._Element


class OddFeed(Exception):
    """The feed holds something that feedparser is to read."""


# --- names ---------------------------------------------------------------------------------------------------------

_XML = "{http://www.w3.org/XML/1998/namespace}"
_PREFIXES: Final = {
    "http://backend.userland.com/rss": "",
    "http://blogs.law.harvard.edu/tech/rss": "",
    "http://purl.org/rss/1.0/": "",
    "http://my.netscape.com/rdf/simple/0.9/": "",
    "http://purl.org/atom/ns#": "",
    "http://www.w3.org/2005/atom": "",
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "http://search.yahoo.com/mrss": "media",
    "http://search.yahoo.com/mrss/": "media",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
    "http://purl.org/rss/1.0/modules/syndication/": "sy",
    "http://www.w3.org/1999/xhtml": "xhtml",
}
"""Prefixes of the namespaces that matter here, by their URI in small letters; feedparser maps them alike."""
_RESERVED = frozenset(_PREFIXES.values()) | {"title", "xml"}


class Names:
    """Names of elements as feedparser makes them: in small letters, `dc_date`, whatever prefix the document uses."""

    def __init__(self, root: Element, telling: Container[str]) -> None:
        """`telling`: names without a prefix that mean something.

        Raises OddFeed where the document gives a known prefix to another known namespace.
        """
        self._telling = telling
        self._known: dict[str, str] = {}
        self._prefixes = dict(_PREFIXES)
        right = {_PREFIXES[uri.lower()] for uri in root.nsmap.values() if uri.lower() in _PREFIXES}
        for prefix, uri in root.nsmap.items():
            if prefix in _RESERVED and _PREFIXES.get(uri.lower()) != prefix:
                if prefix in right or uri.lower() in self._prefixes:
                    raise OddFeed
                self._prefixes[uri.lower()] = prefix  # a wrong URI: the prefix says what is meant

    def of(self, element: Element) -> str:
        """The name. Raises OddFeed where it cannot be told."""
        tag = str(element.tag)
        if (name := self._known.get(tag)) is None:
            name = self._known[tag] = self._name(tag, element.prefix)
        return name

    def _name(self, tag: str, given: str | None) -> str:
        uri, _, local = tag.rpartition("}")
        prefix = self._prefixes.get(uri[1:].lower()) if uri else ""
        if prefix is None:  # a namespace that means nothing here, so that no name of it may
            prefix = (given or "").lower()
            if prefix in _RESERVED and (prefix or local.lower() in self._telling):
                raise OddFeed
        return f"{prefix}_{local.lower()}" if prefix else local.lower()


# --- values --------------------------------------------------------------------------------------------------------

_WINDOWS = {code: bytes((code,)).decode("cp1252") for code in range(128, 160) if code not in (129, 141, 143, 144, 157)}
_CONTROLS = re.compile("[\x80-\x9f]")
_SLASHES = re.compile(r"\A([A-Za-z][A-Za-z0-9+-.]*://)/+")
_TEXTS = frozenset(("text", "plain", "text/plain", "html", "text/html"))
_TELLING = frozenset(("href", "ispermalink", "lastmod", "mode", "rel", "type", "uri", "url"))
"""Names of attributes that mean something, without a namespace."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What an element inherits."""

    base: str  # against which addresses are resolved
    language: str | None  # None: not said

    def within(self, element: Element) -> Scope:
        """The scope within the element. Raises OddFeed for a base of another kind than http."""
        given = element.attrib
        if not given:
            return self
        base = given.get(f"{_XML}base", given.get("base"))
        joined = resolved(self.base, base) if base else self.base
        if not joined.startswith(("http://", "https://")):
            raise OddFeed
        language = given.get(f"{_XML}lang", given.get("lang"))
        return Scope(joined, self.language if language is None else language.replace("_", "-") or None)


def resolved(base: str, address: str) -> str:
    return urljoin(base, _SLASHES.sub(r"\1", address))


def text_of(element: Element) -> str:
    """The text of an element that holds nothing else. Raises OddFeed where it holds elements."""
    if len(element):
        raise OddFeed
    return (element.text or "").strip()


def mended(text: str) -> str:
    """The text without two common faults: UTF-8 taken for Latin-1 and encoded again, Windows-1252 taken for Latin-1."""
    if text.isascii():
        return text
    with suppress(UnicodeError):
        text = text.encode("latin-1").decode("utf-8")
    return text.translate(_WINDOWS) if _CONTROLS.search(text) else text


def attributes(element: Element) -> dict[str, str]:
    """By name in small letters. Raises OddFeed where one of a namespace could be taken for one of none."""
    given = {str(name).lower(): str(value) for name, value in element.attrib.items()}
    if any(name.rpartition("}")[2] in _TELLING for name in given if "}" in name):
        raise OddFeed
    return given


def markup_of(element: Element) -> str:
    """The text of an element that holds markup as text. Raises OddFeed where it holds it as elements, or in base64."""
    if element.attrib:
        given = attributes(element)
        if "mode" in given or given.get("type", "text").lower() not in _TEXTS:
            raise OddFeed
    return mended(text_of(element))
