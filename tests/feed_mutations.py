"""Feeds damaged and made odd at random, as bytes and as trees, to compare readers on."""

from __future__ import annotations

import copy
from collections.abc import Callable
from random import Random
from unittest.mock import patch

from lxml import etree

from bot.model.feed import FeedDocument
from bot.reading import plain_xml
from bot.reading.feeds import parse_feed

_URIS = {
    "": "http://www.w3.org/2005/Atom",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "media": "http://search.yahoo.com/mrss/",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
    "own": "urn:example:own",
}
_NAMES = (
    "title", "link", "guid", "id", "description", "summary", "content", "pubDate", "published", "updated", "created",
    "source", "image", "author", "name", "url", "category", "language", "ttl", "item", "entry", "channel", "date",
    "enclosure", "rights", "subtitle", "textinput", "comments", "group", "encoded", "creator", "thumbnail", "issued",
    "modified", "updatePeriod", "body", "links", "abstract", "TITLE", "Link",
)  # fmt: skip
_TEXTS = (
    "", "  words \n", "https://daily.example/a?b=1&c;=2", "/relative/path", "Tue, 03 Mar 2026 10:00:00 GMT",
    "2026-03-03T10:00:00+02:00", "03/04/2026", "cafÃ© \x93quoted\x94", "<b>bold</b> &amp; &nbsp;", "de_AT", "60",
    "daily", "http:////daily.example/x", "tag:daily.example,2026:1", "false", "x" * 300,
)  # fmt: skip
_ATTRIBUTES = (
    "type", "rel", "href", "url", "isPermaLink", "mode", "lang", "base", "about", "src", "domain",
    "{http://www.w3.org/XML/1998/namespace}lang", "{http://www.w3.org/XML/1998/namespace}base",
    "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about", "{urn:example:own}href",
)  # fmt: skip
_VALUES = (
    "", "html", "xhtml", "text/plain", "text", "alternate", "self", "enclosure", "false", "true", "base64", "escaped",
    "de", "pt_BR", "https://other.example/dir/", "../up", "mailto:someone@daily.example", "https://daily.example/1",
)  # fmt: skip
_PIECES = (
    b"<title>", b"</title>", b"<item>", b"</item>", b"&nbsp;", b"&#150;", b"<![CDATA[", b"]]>", b"<!-- -->",
    b"<b>x</b>",
    b'<source url="https://other.example/">Other</source>',
    b"<media:title>x</media:title>", b"\x00", b"\xe9", b"&",
    b"<?x y?>", b'<!DOCTYPE rss [<!ENTITY a "b">]>', b' xml:base="https://other.example/"', b"<", b"\xef\xbf\xbe",
)  # fmt: skip


def mutated(body: bytes, random: Random) -> bytes:
    """The feed with one to four mutations; of its tree, where it is well-formed, or else of its bytes."""
    if random.random() < 0.7:
        try:
            root = etree.fromstring(body, etree.XMLParser(resolve_entities=False, strip_cdata=False))
        except etree.XMLSyntaxError:
            pass
        else:
            for _ in range(random.randint(1, 4)):
                random.choice(_OF_TREES)(root, random)
            return etree.tostring(root, encoding="utf-8")
    for _ in range(random.randint(1, 2)):
        body = random.choice(_OF_BYTES)(body, random)
    return body


def by_feedparser(body: bytes, url: str) -> FeedDocument | str:
    """What is read where the quick reader reads nothing."""
    with patch.object(plain_xml, "read", return_value=None):
        return parse_feed(body, None, url)


def is_plain(body: bytes, url: str) -> bool:
    """Whether the quick reader alone reads it."""
    with patch("bot.reading.feeds._feedparsed", return_value=(None, 0)):
        return not isinstance(parse_feed(body, None, url), str)


# --- of trees ------------------------------------------------------------------------------------------------------


def _any(root: etree._Element, random: Random) -> etree._Element:
    """An element, more often one near the beginning: fewer mutations are then lost in a long feed."""
    elements = [each for each in root.iter() if isinstance(each.tag, str)]
    return elements[int(len(elements) * random.random() ** 3)]


def _new_name(root: etree._Element, random: Random) -> str:
    prefix = random.choice([*_URIS, "", "", ""])
    own = root.nsmap.get(None)
    uri = own if prefix == "" and random.random() < 0.8 else _URIS[prefix]
    return f"{{{uri}}}{random.choice(_NAMES)}" if uri else random.choice(_NAMES)


def _rename(root: etree._Element, random: Random) -> None:
    if (one := _any(root, random)) is not root:
        one.tag = _new_name(root, random)


def _remove(root: etree._Element, random: Random) -> None:
    one = _any(root, random)
    if (parent := one.getparent()) is not None:
        parent.remove(one)


def _copy(root: etree._Element, random: Random) -> None:
    _any(root, random).append(copy.deepcopy(_any(root, random)))


def _repeat(root: etree._Element, random: Random) -> None:
    one = _any(root, random)
    if (parent := one.getparent()) is not None:
        parent.insert(random.randint(0, len(parent)), copy.deepcopy(one))


def _insert(root: etree._Element, random: Random) -> None:
    parent = _any(root, random)
    above = parent.getparent()
    if not len(parent) and random.random() < 0.8 and above is not None:
        parent = above
    new = etree.Element(_new_name(root, random))
    _write(new, random)
    parent.insert(random.randint(0, len(parent)), new)


def _retext(root: etree._Element, random: Random) -> None:
    _write(_any(root, random), random)


def _write(element: etree._Element, random: Random) -> None:
    element.text = random.choice(_TEXTS)


def _reattribute(root: etree._Element, random: Random) -> None:
    one = _any(root, random)
    one.set(random.choice([*_ATTRIBUTES, *one.attrib]), random.choice(_VALUES))


_OF_TREES: tuple[Callable[[etree._Element, Random], None], ...] = (
    _rename, _remove, _copy, _repeat, _insert, _insert, _retext, _reattribute, _reattribute,
)  # fmt: skip


# --- of bytes ------------------------------------------------------------------------------------------------------


def _cut(body: bytes, random: Random) -> bytes:
    return body[: random.randint(0, len(body))]


def _drop(body: bytes, random: Random) -> bytes:
    at = random.randint(0, len(body))
    return body[:at] + body[at + random.randint(1, 60) :]


def _double(body: bytes, random: Random) -> bytes:
    at = random.randint(0, len(body))
    return body[:at] + body[at : at + random.randint(1, 600)] + body[at:]


def _put(body: bytes, random: Random) -> bytes:
    at = random.randint(0, len(body))
    if random.random() < 0.7:  # between two elements, where it may be well-formed
        at = max(0, body.find(b"<", at))
    return body[:at] + random.choice(_PIECES) + body[at:]


_OF_BYTES: tuple[Callable[[bytes, Random], bytes], ...] = (_cut, _drop, _double, _put, _put, _put)
