"""Read well-formed RSS, Atom and RDF quickly, and give up on all that feedparser may understand otherwise.

What is given is what feedparser would give, under its names, as far as `bot.reading.feeds` asks for it. Its rules that
matter here: an element counts wherever it stands within an entry; of two values the later one at the same depth or
above stands, but the first title does; a second description is a content; an id may be the link.

`python -m tests.bench feeds FOLDER` compares both on every feed of a folder, `feed-mutations` on damaged ones.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urljoin

from lxml import etree

from bot.reading.plain_values import Element, Names, OddFeed, Scope, attributes, markup_of, mended, resolved, text_of

Fields = dict[str, Any]
"""Values by feedparser's names."""
_BARE_NAME = re.compile(r"&(\w+);", re.ASCII)
_HTML = frozenset(("html", "text/html", "xhtml", "application/xhtml+xml"))
"""Types of a link's target that make it the entry's."""


@dataclass(frozen=True, slots=True)
class PlainFeed:
    """A feed's own fields, and those of its entries; at least one entry."""

    feed: Fields
    entries: list[Fields]


def read(body: bytes, url: str) -> PlainFeed | None:
    """The feed in `body` (UTF-8, without declared encoding), served at `url`; None: feedparser is to read it."""
    if b"<!DOCTYPE" in body:
        return None
    try:
        root = etree.fromstring(body, _parser())
        reader = _FeedReader(Names(root, _TELLING))
        reader.read(root, Scope(urljoin(url, url), None))
    except (etree.XMLSyntaxError, OddFeed, ValueError):
        return None
    return PlainFeed(reader.fields, reader.entries) if reader.entries else None


def _parser() -> etree.XMLParser:
    """Strict, without document types, network and huge texts; a parser a feed, since one is not for two threads."""
    return etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )


# --- entries -------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _EntryReader:
    """The fields of one entry as they come, element by element."""

    names: Names
    fields: Fields = field(default_factory=dict)
    depths: dict[str, int] = field(default_factory=dict)  # of the elements whose values stand
    title_depth: int = -1  # of the title that stands; -1: none does
    has_content: bool = False

    def read(self, parent: Element, scope: Scope, depth: int = 1) -> None:
        """Take in all elements below the parent, `depth` being that of its children. Raises OddFeed."""
        for element in parent:
            name = self.names.of(element)
            if action := _ACTIONS.get(name):
                action(self, element, scope, depth)
            elif len(element):
                if name in _CLOSED:
                    raise OddFeed
                self.read(element, scope.within(element), depth + 1)

    def keep(self, name: str, value: str, depth: int) -> None:
        """Keep a value, unless one stands from further up."""
        if depth <= self.depths.get(name, depth):
            self.depths[name] = depth
            self.fields[name] = value

    def title(self, element: Element, scope: Scope, depth: int) -> None:
        """An entry's title."""
        if self._title(element, scope, depth):
            self.title_depth = depth

    def media_title(self, element: Element, scope: Scope, depth: int) -> None:
        """A picture's title, which the entry's replaces."""
        self._title(element, scope, depth)

    def _title(self, element: Element, scope: Scope, depth: int) -> str:
        value = markup_of(element)
        if not -1 < self.title_depth <= depth:
            inner = scope.within(element)
            self.keep("title", value, depth)
            self.fields["title_detail"] = {"language": inner.language, "base": inner.base}
        return value

    def description(self, element: Element, scope: Scope, depth: int) -> None:
        """A summary; a second one before any content is that."""
        if "summary" in self.fields and not self.has_content:
            self.content(element, scope, depth)
        else:
            self.keep("summary", markup_of(element), depth)

    def content(self, element: Element, _scope: Scope, _depth: int) -> None:
        """A body; it is the summary too, where there is none."""
        self.has_content = True
        value = markup_of(element)
        self.fields.setdefault("content", []).append({"value": value})
        self.fields.setdefault("summary", value)

    def id(self, element: Element, scope: Scope, depth: int) -> None:
        """An id; the link too, where there is none and nothing says that it is no address."""
        is_link = attributes(element).get("ispermalink", "true") == "true"
        value = text_of(element)
        value = mended(resolved(scope.within(element).base, value) if is_link and value else value)
        self.keep("id", value, depth)
        self.fields.setdefault("guidislink", is_link and "link" not in self.fields)
        if is_link:
            self.fields.setdefault("link", value)

    def link(self, element: Element, scope: Scope, _depth: int) -> None:
        """A link, in an attribute or as text."""
        given, text, base = attributes(element), text_of(element), scope.within(element).base
        if not given.keys().isdisjoint(("url", "uri")):
            raise OddFeed
        found = {"rel": given.get("rel", "alternate").lower()}
        self.fields.setdefault("links", []).append(found)
        if "href" in given:
            found["href"] = resolved(base, given["href"])
            kind = given.get("type", "" if found["rel"] == "self" else "html").lower()
            if found["rel"] == "alternate" and kind in _HTML:
                self.fields["link"] = found["href"]
            return
        value = mended(resolved(base, text)) if text else ""
        self.fields["link"] = _BARE_NAME.sub(r"&\1", value.replace("&amp;", "&"))
        if text:
            found["href"] = self.fields["link"]

    def source(self, element: Element, _scope: Scope, _depth: int) -> None:
        """The original source, as RSS 2.0 has it."""
        given, title = attributes(element), mended(text_of(element))
        found = {"href": given["url"]} if "url" in given else {}
        self.fields["source"] = found | ({"title": title} if title else {})
        self.title_depth = -1

    def image(self, element: Element, _scope: Scope, _depth: int) -> None:
        """A picture, which has no text of its own; with titles and links within it is too odd."""
        text_of(element)
        self.title_depth = -1

    def published(self, element: Element, _scope: Scope, depth: int) -> None:
        """A date of publication, as it is written."""
        self.keep("published", mended(text_of(element)), depth)

    def updated(self, element: Element, _scope: Scope, depth: int) -> None:
        """A date of change, as it is written."""
        self.keep("updated", mended(text_of(element)), depth)

    def created(self, element: Element, _scope: Scope, depth: int) -> None:
        """A date of creation, as it is written."""
        self.keep("created", mended(text_of(element)), depth)

    def language(self, element: Element, _scope: Scope, depth: int) -> None:
        """The entry's language."""
        self.keep("language", mended(text_of(element)), depth)

    def odd(self, _element: Element, _scope: Scope, _depth: int) -> None:
        """What only feedparser reads. Raises OddFeed."""
        raise OddFeed


_Action = Callable[[_EntryReader, Element, Scope, int], None]
_READ: Final[dict[_Action, str]] = {
    _EntryReader.title: "title dc_title",
    _EntryReader.media_title: "media_title",
    _EntryReader.description: "description dc_description media_description summary itunes_summary",
    _EntryReader.content: "content content_encoded",
    _EntryReader.id: "id guid",
    _EntryReader.link: "link",
    _EntryReader.source: "source",
    _EntryReader.image: "image",
    _EntryReader.published: "published pubdate issued dcterms_issued",
    _EntryReader.updated: "updated modified lastbuilddate dc_date dcterms_modified",
    _EntryReader.created: "created dcterms_created",
    _EntryReader.language: "language dc_language",
    _EntryReader.odd: (
        "item entry channel feed rss rdf_rdf body xhtml_body fullitem abstract textinput date links guidislink "
        "title_detail svg math"
    ),
}
_ACTIONS: Final = {name: action for action, names in _READ.items() for name in names.split()}
_CLOSED = frozenset((
    "rights", "copyright", "dc_rights", "subtitle", "tagline", "itunes_subtitle", "info", "feedburner_browserfriendly",
))  # fmt: skip
"""Elements with markup, which an entry may have and nobody asks for; as elements that markup is too odd."""


# --- feeds ---------------------------------------------------------------------------------------------------------

_OWN: Final = {
    "title": "title",
    "language": "language",
    "dc_language": "language",
    "ttl": "ttl",
    "sy_updateperiod": "sy_updateperiod",
    "sy_updatefrequency": "sy_updatefrequency",
}
"""What is asked of a feed itself, by the names of elements."""
_NOT_BELOW = frozenset(_OWN) | {"dc_title", "media_title", "channel", "feed", "item", "entry", "image", "textinput"}
_TELLING = _NOT_BELOW | _ACTIONS.keys()
_OF_A_PICTURE = frozenset(("title", "link", "description", "url", "href", "width", "height", "name"))


@dataclass(slots=True)
class _FeedReader:
    """A feed's own fields and its entries, as they come."""

    names: Names
    fields: Fields = field(default_factory=dict)
    entries: list[Fields] = field(default_factory=list)
    channels: int = 0

    def read(self, root: Element, scope: Scope) -> None:
        """Take in the whole document. Raises OddFeed."""
        kind, inner = self.names.of(root), scope.within(root)
        if kind not in ("rss", "rdf_rdf", "feed"):
            raise OddFeed
        if inner.language and kind != "rdf_rdf":
            self.fields["language"] = inner.language
        self._children(root, inner, is_feed=kind == "feed")

    def _children(self, parent: Element, scope: Scope, *, is_feed: bool) -> None:
        for element in parent:
            name = self.names.of(element)
            if name in ("item", "entry"):
                self.entries.append(self._entry(element, scope.within(element)))
            elif name == "channel" and not is_feed and not self.channels:
                self._channel(element, scope.within(element))
            elif is_feed and name in _OWN:
                self._own(_OWN[name], element)
            else:
                self._other(name, element)

    def _channel(self, element: Element, scope: Scope) -> None:
        self.channels += 1
        _without_date_and_link(element)
        self._children(element, scope, is_feed=True)

    def _entry(self, element: Element, scope: Scope) -> Fields:
        reader = _EntryReader(self.names)
        if about := _without_date_and_link(element).get(_ABOUT):
            reader.fields["id"] = about
        reader.read(element, scope)
        return reader.fields

    def _own(self, name: str, element: Element) -> None:
        """A field of the feed itself: the last one stands; of titles there must be one alone."""
        if name == "title" and "title" in self.fields:
            raise OddFeed
        if name == "title":
            self.fields[name] = markup_of(element)
        elif name == "language" or not element.attrib:
            self.fields[name] = mended(text_of(element))
        else:
            self.fields[name] = None

    def _other(self, name: str, element: Element) -> None:
        """What nobody asks for; it must hold nothing that could be taken for the feed's own."""
        inner = set(self._below(element))
        if name in ("image", "textinput"):
            odd = not inner <= _OF_A_PICTURE
        else:
            odd = name in _NOT_BELOW or (name in _CLOSED and bool(inner)) or not inner.isdisjoint(_NOT_BELOW)
        if odd:
            raise OddFeed

    def _below(self, element: Element) -> Iterator[str]:
        for child in element:
            yield self.names.of(child)
            yield from self._below(child)


_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"


def _without_date_and_link(element: Element) -> dict[str, str]:
    """The attributes of a channel or an entry. Raises OddFeed where it has its date or link there, as CDF did."""
    given = attributes(element)
    if not given.keys().isdisjoint(("lastmod", "href")):
        raise OddFeed
    return given
