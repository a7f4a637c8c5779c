"""Extract an article's text, canonical link, date and language from its web page, with trafilatura."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from bot.model.feed import Forward, NoPage, PageText
from bot.reading import dates
from bot.reading.addresses import joined
from bot.reading.decoding import decode
from bot.reading.entry_keys import link_key
from bot.reading.feed_fields import LONGEST_TEXT
from bot.reading.walls import ended_elsewhere, without_wall
from bot.text.cleaning import clean, one_line

if TYPE_CHECKING:
    from lxml.html import HtmlElement

log = logging.getLogger(__name__)

LEAST = 200
"""Characters; a shorter text is no article."""
_READABLE = ("html", "xml", "text/plain")
_DATE_NAMES = ("article:published_time", "og:article:published_time", "datePublished", "date", "dc.date", "pubdate")
_ARTICLE = re.compile(r"Article|BlogPosting|Report\b|Review")
_NOT_FREE = re.compile(r'"isAccessibleForFree"\s*:\s*"?false', re.IGNORECASE)
_REFRESH = re.compile(r"(?:[0-9]|10)(?:\.\d+)?\s*[;,]\s*(?:url\s*=\s*)?['\"]?([^'\"]{1,2000})['\"]?", re.IGNORECASE)
LONGEST_HEADING = 300
"""Characters of a page's heading that are kept."""
_BULLET = re.compile(r"^- ", re.MULTILINE)


def read_page(body: bytes, content_type: str | None, url: str, asked: str | None = None) -> PageText | NoPage | Forward:
    """The article in a page's body, served at `url` when `asked` for (None: the same).

    NoPage with the reason where none can be read, Forward where a stub points on.
    """
    kind = (content_type or "text/html").partition(";")[0].strip().lower()
    if not any(word in kind for word in _READABLE):
        return NoPage(f"The article’s address holds no text to read ({kind}).")
    markup = decode(body, content_type).text
    tree = _tree(markup)
    if tree is None:
        return NoPage("The article’s page is empty.")
    told = _data(tree)
    canonical, language, published = _canonical(tree, url), _language(tree), _published(tree, told)
    headings, site, onward = _headings(tree, told), _property(tree, "og:site_name"), _refresh(tree, url)
    closed = _NOT_FREE.search(markup) is not None or _not_indexed(tree)
    try:
        text = without_wall(_body(tree)[:LONGEST_TEXT], closed=closed)
    except MemoryError:
        raise
    except Exception:  # pages are broken in endless ways, and none may stop a run
        log.debug("no text could be found in %s", url, exc_info=True)
        return NoPage("The article’s page cannot be made sense of.")
    if len(text) < LEAST:
        if (target := onward or _other(canonical, url)) and not ended_elsewhere(url, target):
            return Forward(target)
        if closed:
            return NoPage("The article’s page shows its text to subscribers only.")
        return NoPage("The article’s page shows too little text; it may ask for a subscription or a browser.")
    elsewhere = ended_elsewhere(asked or url, url)
    return PageText(text, canonical, published, language, site, headings, elsewhere)


@cache
def _silence_loggers() -> None:
    """Silence the loggers of trafilatura and its helpers: our outcomes say what is wrong with a page."""
    for name in ("trafilatura", "htmldate", "courlan", "justext"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _tree(markup: str) -> HtmlElement | None:
    from trafilatura import load_html

    _silence_loggers()
    tree: HtmlElement | None = load_html(markup) if markup.strip() else None
    return tree


def _body(tree: HtmlElement) -> str:
    from trafilatura import bare_extraction

    found = bare_extraction(tree, favor_precision=True, include_comments=False)
    text = getattr(found, "text", None) or ""
    return clean(_BULLET.sub("", text).replace("\n", "\n\n"))


def _canonical(tree: HtmlElement, url: str) -> str | None:
    found = tree.xpath("//link[@rel='canonical']/@href")
    return joined(url, str(found[0])) if found and str(found[0]).strip() else None


def _other(canonical: str | None, url: str) -> str | None:
    """The canonical address of a stub, where it is another page than this one."""
    return canonical if canonical and link_key(canonical) != link_key(url) else None


def _refresh(tree: HtmlElement, url: str) -> str | None:
    """Where the page sends its reader on by itself, within seconds."""
    for meta in tree.iter("meta"):
        if str(meta.get("http-equiv") or "").lower() == "refresh":
            match = _REFRESH.fullmatch(str(meta.get("content") or "").strip())
            return joined(url, match[1]) if match else None
    return None


def _property(tree: HtmlElement, name: str) -> str | None:
    found = (str(meta.get("content") or "").strip() for meta in tree.iter("meta") if meta.get("property") == name)
    return next(found, None) or None


def _headings(tree: HtmlElement, told: Mapping[str, Any]) -> tuple[str, ...]:
    """What the page calls itself: og:title, its title, its first main heading, its headline as data."""
    said = [_property(tree, "og:title") or ""]
    said += [element.text_content() for name in ("title", "h1") for element in list(tree.iter(name))[:1]]
    said += [str(told.get("headline") or "")]
    return tuple(dict.fromkeys(words for each in said if (words := one_line(each)[:LONGEST_HEADING])))


def _data(tree: HtmlElement) -> Mapping[str, Any]:
    """What the page says of its article as data (JSON-LD); of related articles it may tell too, but deeper down."""
    for script in tree.iter("script"):
        if "ld+json" not in str(script.get("type") or ""):
            continue
        try:
            told = json.loads(script.text or "", strict=False)
        except (ValueError, RecursionError):
            continue
        for each in _top_level(told):
            if _ARTICLE.search(str(each.get("@type") or "")):
                return each
    return {}


def _top_level(told: object) -> Iterator[Mapping[str, Any]]:
    """The objects of a list, of a graph, or the one that there is; and what each is mainly about."""
    graph = told.get("@graph") if isinstance(told, dict) else None
    for each in graph if isinstance(graph, list) else told if isinstance(told, list) else [told]:
        if isinstance(each, dict):
            yield each
            if isinstance(main := each.get("mainEntity"), dict):
                yield main


def _not_indexed(tree: HtmlElement) -> bool:
    robots = (meta for meta in tree.iter("meta") if str(meta.get("name") or "").lower() == "robots")
    return any("noindex" in str(meta.get("content") or "").lower() for meta in robots)


def _language(tree: HtmlElement) -> str | None:
    found = re.match(r"[a-zA-Z]{2}(?![a-zA-Z])", tree.get("lang") or "")
    return found.group().lower() if found else None


def _published(tree: HtmlElement, told: Mapping[str, Any]) -> datetime | None:
    """When the page says that its article was published: in its meta elements, else in its data about the article."""
    said = {
        str(meta.get("property") or meta.get("name") or meta.get("itemprop")): meta.get("content")
        for meta in tree.iter("meta")
    }
    found = next((said[name] for name in _DATE_NAMES if said.get(name)), None) or told.get("datePublished")
    return dates.instant(found, language=_language(tree))
