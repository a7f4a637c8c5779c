"""Rich messages as Telegram reads them: HTML of a few tags, within limits, and what is left to read of it.

https://core.telegram.org/bots/api#rich-message-formatting-options
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from typing import NamedTuple

from tests.servers.telegram_rules import Json, bad, check_url, strict, units

CHARACTERS_MOST = 32_768
BLOCKS_MOST = 500
LEVELS_MOST = 16
NAMED_CHARACTERS = frozenset(
    ("lt", "gt", "amp", "quot", "apos", "nbsp", "hellip", "mdash", "ndash", "lsquo", "rsquo", "ldquo", "rdquo")
)
INLINE = {"b": "bold", "i": "italic", "u": "underline", "s": "strikethrough", "code": "code", "a": "text_link"}
HEADINGS = frozenset(f"h{size}" for size in range(1, 7))
BLOCKS = HEADINGS | {"p", "footer", "ul", "ol", "li", "blockquote", "table", "tr", "details"}
PARTS = frozenset(("td", "th", "cite", "summary", "caption"))  # of a block, and no blocks themselves
ONLY_WITHIN = {
    "li": {"ul", "ol"},
    "tr": {"table"},
    "td": {"tr"},
    "th": {"tr"},
    "summary": {"details"},
    "cite": {"blockquote"},
}
TEXTLESS = frozenset(("ul", "ol", "table", "tr"))  # hold blocks or parts, and no text of their own
ATTRIBUTES = {
    "a": {"href"}, "table": {"bordered", "striped"}, "details": {"open"}, "ol": {"start", "type", "reversed"},
    "td": {"align", "valign", "colspan", "rowspan"}, "th": {"align", "valign", "colspan", "rowspan"},
}  # fmt: skip
KINDS = INLINE | dict.fromkeys(HEADINGS, "heading") | {each: each for each in (*BLOCKS - HEADINGS, *PARTS)}


class Rich(NamedTuple):
    """What a rich message shows."""

    html: str
    text: str  # each block, part and item on a line of its own
    entities: list[Json]  # of the text: inline styles as in other messages, and the blocks by the names of their tags


def rich_message(given: Json) -> Rich:
    """An InputRichMessage as it is shown; Refusal where Telegram would not take it."""
    html = given.get("html", "")
    if not html:
        raise bad("rich message must be non-empty")
    if not given.get("skip_entity_detection"):
        raise strict("words of articles become links where skip_entity_detection is not asked for")
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.read(html)


@dataclass
class _Open:
    tag: str
    offset: int
    url: str | None = None


@dataclass
class _Reader(HTMLParser):
    """Reads the HTML strictly: where Telegram would guess, the test fails."""

    text: str = ""
    entities: list[Json] = field(default_factory=list)
    blocks: int = 0
    characters: int = 0
    _open: list[_Open] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=False)

    def __hash__(self) -> int:
        return id(self)

    def read(self, html: str) -> Rich:
        if self._open:
            raise bad(
                f"can't parse rich message: can't find end tag corresponding to start tag \"{self._open[-1].tag}\""
            )
        if not self.text.strip():
            raise bad("rich message must be non-empty")
        if self.characters > CHARACTERS_MOST:
            raise bad("RICH_MESSAGE_TOO_LONG")
        if self.blocks > BLOCKS_MOST:
            raise bad("RICH_MESSAGE_TOO_MANY_BLOCKS")
        return Rich(html, self.text.rstrip(), sorted(self.entities, key=lambda each: (each["offset"], -each["length"])))

    # --- what the parser finds

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.text += "\n"
            return
        self._check_tag(tag, dict(attrs))
        if tag in BLOCKS or tag in PARTS:
            self._new_line()
        self.blocks += tag in BLOCKS
        url = dict(attrs).get("href")
        if tag == "a" and url is not None:
            check_url(url, "rich message URL")
        self._open.append(_Open(tag, units(self.text), url))
        if len(self._open) > LEVELS_MOST:
            raise bad("RICH_MESSAGE_TOO_DEEP")

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1].tag != tag:
            raise bad(f'can\'t parse rich message: unmatched end tag "{tag}"')
        opened = self._open.pop()
        length = units(self.text) - opened.offset
        if length:
            shown: Json = {"type": KINDS[tag], "offset": opened.offset, "length": length}
            self.entities.append(shown | ({"url": opened.url} if opened.url else {}))
        if tag in BLOCKS or tag in PARTS:
            self._new_line()

    def handle_data(self, data: str) -> None:
        within = self._open[-1].tag if self._open else None
        if data.strip() and (within is None or within in TEXTLESS):
            raise strict(f"text outside of any block: {data.strip()[:40]!r}")
        shown = re.sub(r"[ \n]+", " ", data)
        self.text += shown
        self.characters += len(shown)

    def handle_charref(self, name: str) -> None:
        self.handle_data(unescape(f"&#{name};"))

    def handle_entityref(self, name: str) -> None:
        if name not in NAMED_CHARACTERS:
            raise strict(f'the entity "&{name};" is not among those that are read')
        self.handle_data(unescape(f"&{name};"))

    # --- what may stand where

    def _check_tag(self, tag: str, attributes: dict[str, str | None]) -> None:
        if tag not in KINDS:
            raise bad(f'can\'t parse rich message: unsupported start tag "{tag}"')
        if unknown := attributes.keys() - ATTRIBUTES.get(tag, set()):
            raise strict(f"<{tag}> has no attribute {', '.join(sorted(unknown))}")
        within = self._open[-1].tag if self._open else None
        if tag in ONLY_WITHIN and within not in ONLY_WITHIN[tag]:
            raise strict(f"<{tag}> stands in {within or 'nothing'}")
        if tag in INLINE and (within is None or within in TEXTLESS):
            raise strict(f"<{tag}> stands outside of any block")
        if tag in BLOCKS and any(
            each.tag in INLINE or each.tag in PARTS or each.tag in HEADINGS for each in self._open
        ):
            raise bad(f'can\'t parse rich message: the block "{tag}" stands within a line')

    def _new_line(self) -> None:
        if self.text and not self.text.endswith("\n"):
            self.text += "\n"
