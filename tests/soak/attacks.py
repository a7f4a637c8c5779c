"""Feeds each of which attacks by one field, as large as they are let be; and pages damaged at random."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from datetime import timedelta
from email.utils import format_datetime
from random import Random

from tests.clock import MORNING
from tests.servers.feeds import item, rss

Attack = Callable[[int], bytes]
"""From a size in bytes to a feed of about that size."""


def _rss(inside: str, *, opening: str = "<rss version='2.0'><channel><title>Daily</title>") -> bytes:
    return f"{opening}{inside}</channel></rss>".encode("utf-8", "surrogatepass")


def _item(inside: str) -> bytes:
    return _rss(f"<item><title>One</title><link>https://a.example/1</link>{inside}</item>")


def _times(piece: str, size: int) -> str:
    return piece * max(1, size // len(piece.encode()))


def _endless_entities(size: int) -> bytes:
    names = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "x" * 10}">' for n in range(9))
    return _rss(
        f"<item><title>{_times('&e8;', size)}</title></item>", opening=f"<!DOCTYPE rss [{names}]><rss><channel>"
    )


def _json(size: int) -> bytes:
    return b'{"version": "https://jsonfeed.org/version/1.1", "items": ' + b"[" * size


ATTACKS: Mapping[str, Attack] = {
    "blanks in a title": lambda size: _rss(f"<item><title>a{_times(chr(32), size)}b</title></item>"),
    "combining marks": lambda size: _item(f"<description>a{_times(chr(0x301) + chr(0x316), size)}</description>"),
    "a million elements": lambda size: _rss(_times("<item/>", size)),
    "one endless entry": lambda size: _item(f"<description>{_times('Prices fell by a third. ', size)}</description>"),
    "deep nesting": lambda size: _item(_times("<a>", size)),
    "deep markup": lambda size: _item(f"<description>{_times('&lt;div&gt;', size)}</description>"),
    "attributes": lambda size: _item("<b " + "".join(f"a{n}='x' " for n in range(size // 10)) + "/>"),
    "a flood of entities": lambda size: _item(f"<description>{_times('&amp;#39;', size)}</description>"),
    "entities in entities": _endless_entities,
    "a hundred thousand links": lambda size: _item(_times('<link href="https://a.example/x"/>', size)),
    "a hundred thousand authors": lambda size: _item(_times("<author>a@b.c (A)</author>", size)),
    "reordering marks": lambda size: _item(f"<description>{_times(chr(0x202E) + chr(0x2066), size)}</description>"),
    "endless categories": lambda size: _item(_times("<category>economy</category>", size)),
    "huge numbers in a date": lambda size: _item(f"<pubDate>Fri, {_times('9', size)} Mar 2026</pubDate>"),
    "data in a picture": lambda size: _item(
        f"<description>&lt;img src='data:image/png;base64,{base64.b64encode(bytes(size)).decode()}'&gt;</description>"
    ),
    "enclosures": lambda size: _item(_times('<enclosure url="https://a.example/x.mp3" length="1"/>', size)),
    "null bytes": lambda size: _rss("<item><title>a" + "\x00" * size + "b</title></item>"),
    "a mistaken encoding": lambda size: b"<?xml version='1.0' encoding='utf-16'?><rss>" + b"\xff\xfe\xe9" * (size // 3),
    "a flood of CDATA": lambda size: _item(f"<description>{_times('<![CDATA[x]]>', size)}</description>"),
    "bases of bases": lambda size: _item(_times("<a xml:base='x/'>", size)),
    "JSON without end": _json,
    "author of blanks": lambda size: _item(f"<author>a{_times(' ', size)}(b</author>"),
    "a declaration without end": lambda size: b"<?xml " + b"a " * (size // 2) + _rss(""),
    "links in a web page": lambda size: b"<html>" + b"<link " * (size // 6),
}
"""By what they overdo."""


def plain(house: int, day: int, most: int = 5) -> str:
    """A harmless feed: so many stories, one of them new each day."""
    words = (
        "<p>Nimbus Memory cut its output by {} per cent, it said. Prices of memory chips fell in {} markets.</p>"
        "<p>“Nobody pays for scarcity that is not there,” said Lena Ortiz of Arden Bank.</p>"
    )
    title = "House {}: memory maker {} cuts output"
    return rss(
        *(
            item(
                title.format(house, number),
                guid=f"{house}-{number}",
                pubDate=format_datetime(MORNING + timedelta(days=number)),
                description=words.format(number + 10, number + 3),
            )
            for number in range(max(0, day - most + 1), day + 1)
        )
    )


PAGE = (
    "<html><head><title>Prices fall</title><meta property='og:title' content='Prices fall'>"
    "<link rel='canonical' href='https://a.example/1'></head><body><article>"
    + "<p>Prices fell by a third this week, said the bank, and contracts will be renegotiated.</p>" * 12
    + "</article></body></html>"
)
_TORN = (
    b"<",
    b"</p>",
    b"<p>",
    b"\x00",
    b"\xe9",
    b"<script>",
    b"<!--",
    b"&#0;",
    b"<table>",
    b"<svg>",
    b"]]>",
    b"\xff\xfe",
)


def mutated_page(random: Random) -> bytes:
    """The page with one to eight places cut, doubled or replaced."""
    body = bytearray(PAGE.encode())
    for _ in range(random.randint(1, 8)):
        at, length = random.randrange(len(body)), random.randint(0, 60)
        kept = bytes(body[at : at + length]) * random.choice((0, 0, 1, 40))
        body[at : at + length] = kept + random.choice(_TORN)
    return bytes(body)
