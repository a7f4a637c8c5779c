"""Extract text from HTML: blocks become paragraphs, table cells are separated, scripts and styles left out."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml import etree
from bot.text.cleaning import DROPPED, clean
from bot.text.word_lists import word_set

# --- out of HTML ---------------------------------------------------------------------------------------------------

_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!--|<!\[CDATA\[|<!DOCTYPE", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});?")
_SILENT = word_set(
    """
    script style noscript template svg math figcaption iframe object embed audio video canvas form button select
    textarea title head map
    """
)
_BLOCKS = word_set(
    """
    p div section article aside header footer main nav blockquote pre ul ol li dl dt dd table thead tbody tfoot tr
    caption h1 h2 h3 h4 h5 h6 hr figure address details summary center fieldset body html
    """
)
_CELLS = frozenset(("td", "th"))


_SHORTCODE = re.compile(r" ?\[/?[a-z][a-z0-9_-]{1,30}(?: [^\[\]\n]{0,300})?\]")
_SETS_A_VALUE = re.compile(r"=[“”\"'″‘’]")


def html_to_text(markup: str) -> str:
    """Return the visible text of the markup, cleaned, with a paragraph per block.

    Scripts, styles, forms, frames, figure captions and what an editing system was to replace (“[video id="7"]”) are
    left out. Text without markup is only cleaned; markup that was escaped twice is unescaped twice.
    """
    text = _visible(markup)
    if "]" in text and ("=" in text or "[/" in text):
        return clean(_SHORTCODE.sub(_unless_shortcode, text))
    return text


def _unless_shortcode(match: re.Match[str]) -> str:
    """What stands in square brackets, where it is somebody's words: “[the alliance]”."""
    words = match[0]
    return "" if words.lstrip().startswith("[/") or _SETS_A_VALUE.search(words) else words


def _visible(markup: str) -> str:
    if not _TAG.search(markup):
        if not _ENTITY.search(markup):
            return clean(markup)
        opened = html.unescape(markup)
        return _from_tree(opened) if _TAG.search(opened) else clean(opened)
    return _from_tree(markup)


def _from_tree(markup: str) -> str:
    from lxml import etree

    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    wrapped = "<div>" + DROPPED.sub("", markup.replace("<![CDATA[", "").replace("]]>", "")) + "</div>"
    root = etree.fromstring(wrapped.encode("utf-8"), parser)
    return "" if root is None else clean("".join(_pieces(root)))


def _pieces(root: etree._Element) -> Iterator[str]:
    """The tree's text in reading order; iterative, since real pages can nest deeper than Python can recurse."""
    from lxml import etree

    skipped = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag
        if tag in _SILENT:
            skipped += 1 if event == "start" else -1
            border = ""
        else:
            border = _border(str(tag), event)
        if not skipped:
            yield border
            yield (element.text if event == "start" else element.tail) or ""


def _border(tag: str, event: str) -> str:
    if tag in _BLOCKS:
        return "\n\n"
    if tag == "br":
        return "\n" if event == "start" else ""
    return " " if tag in _CELLS else ""
