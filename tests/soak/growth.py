"""How the cost of each step grows with an adversarial text: processor time at one length and at sixteen times that."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cache
from html import escape

from bot.analysts.extractive import Extractive
from bot.briefing.views.brief_view import alert_message
from bot.briefing.views.card_view import more_message
from bot.briefing.views.evidence_view import evidence_message
from bot.briefing.views.signal_view import signal_message
from bot.briefing.views.why_view import why_message
from bot.conversation.parse import parse
from bot.model.brief import BriefItem
from bot.model.evidence import Evidence
from bot.model.feed import Entry, FeedDocument, PageText
from bot.model.finding import Pick
from bot.model.messages import Block, Heading, Message, Paragraph, Quote, Run, split
from bot.model.signal import Signal
from bot.model.source import Publisher, Source
from bot.reading import dates, redirectors
from bot.reading.articles import draft, wants_page
from bot.reading.decoding import decode
from bot.reading.discovery import offered
from bot.reading.entries import decide
from bot.reading.entry_keys import canonical_link, keys
from bot.reading.feeds import parse_feed
from bot.reading.headlines import is_no_news, without_publisher
from bot.reading.pages import read_page
from bot.reading.publishers import fold
from bot.signals.copies import CopyIndex
from bot.text.cleaning import clean, inert
from bot.text.evidence import cut, folded, fragment
from bot.text.language_detection import recognise
from bot.text.markup import html_to_text
from bot.text.segmentation import sentences
from handlers.slack import blocks
from handlers.telegram import rendering
from tests import make
from tests.clock import MORNING

PIECES = (
    " ", "\u00a0", "\n ", " \n", "\u2029 ", "\u0301\u0316", "a\u0301\u0316\u0327", "\u05b0\u0591", "U.S. ", "<", "<b>",
    "&", '"', "(", ".", " - ", "a | ", "\u200d", "中", "&#1;", "A b. ", "1,000.", "\u202e", "&amp;", "&amp;amp;", "]]>",
    "<![CDATA[", "<!--", "<a href=x ", "<div>", "</div>", "x=1 ", "'", "https://a.example/", "?u=", "%25", "a@b.c ",
    "“said ", "” said A. ", "$1bn ", "1 ", "Mr. ", "A. ", "der ", "und ", "-", "AB ", "Aa", "the ", "of the ", ":", "{",
    "[", "\\u0301", "Ⅷ", "ﷺ", "İ", "ß", "1.", "1/2/", "—", "…", "Continue reading ", "The post ", "<p>", "<br>",
    "<table><tr><td>", "<li>", "<script>", "{\"a\":", "Ph.D. ", "not ", "may ", "Bank of ", "und der Bank ", "million ",
)  # fmt: skip
"""Repeated, each of these has cost some pattern the square of its length, or is of the kind that would."""

BASE, TIMES = 500, 16
"""Characters of the shorter text, and how many times as long the longer one is: four doublings."""
MOST = 2.5**4
"""How much more the longer text may cost: 2.5 a doubling. The square of the length would be 256."""
_LEAST = 0.002  # seconds below which nothing is told from noise
_TRIES = 4

SOURCE = Source(1, "https://daily.example/feed", "Daily", Publisher("daily", "Daily"), None, (), 1.0)
URL = SOURCE.url


@cache
def _analyst() -> Extractive:
    return Extractive()


def _feed(field: str, text: str) -> object:
    return parse_feed(f"<rss><channel><item><{field}>{text}</{field}></item></channel></rss>".encode(), None, URL)


def _entry(text: str) -> Entry:
    return Entry(text[:1000], guid=text[:4000], link=f"{URL}?{text[:3000]}", summary=text, content=text)


def _read(text: str) -> object:
    return _analyst().guarded(make.article(text=text, title=text[:1000].strip() or "x", sentences=sentences(text)))


def _page(text: str) -> object:
    return read_page(f"<html><body><article><p>{text}</p></article></body></html>".encode(), "text/html", URL)


def _attributes(text: str) -> object:
    return parse_feed(f"<rss><channel><item {text}></item></channel></rss>".encode(), None, URL)


def _made(text: str) -> object:
    entry = _entry(text)
    return wants_page(entry), draft(SOURCE, entry, None, SOURCE.publisher, MORNING)


def _weighed(text: str) -> object:
    return draft(SOURCE, _entry(text), PageText(text, headings=(text[:300],)), SOURCE.publisher, MORNING)


def _titled(text: str) -> object:
    return without_publisher(text[:1000], ["Daily", text[:1000]]), is_no_news(text), fold(text)


def _same(text: str) -> object:
    """Entries without ids, links or dates, that differ in nothing or in their last letter."""
    entries = tuple(Entry(text[:20], summary=f"{number // 2}") for number in range(len(text) // 16))
    return decide(FeedDocument(entries), (), MORNING, timedelta(days=3).total_seconds())


def _copied(text: str) -> object:
    index, one = CopyIndex(), make.article(text=clean(text), title="One")
    index.add(one)
    return index.original_of(replace(one, id=2, publisher=make.publisher("Other")))


def _quoted(text: str) -> object:
    """A quote whose first, last and marked words have to be looked for in all of the text."""
    pick = Pick(0, 0, opening=text[:300], closing=text[-300:], anchor=text[len(text) // 2 :])
    return cut(make.article(text=text, sentences=((0, len(text)),)), pick)


def _signal(words: str) -> Signal:
    """A signal all of whose words are hostile."""
    text = clean(words) or "x"
    quote = Evidence(1, 0, len(text), 0, len(text), text)
    member = make.member(title=text, reasoning=(text, text), evidence=(quote,), link=f"{URL}?{text[:2000]}")
    return make.signal(title=text, analysis=text, articles=(member,), actors=(text[:200],))


def _shown(text: str) -> object:
    signal = _signal(text)
    item = BriefItem(1, signal, "new")
    return (
        signal_message(signal, "UTC"), why_message(signal), more_message(signal), evidence_message(signal, "UTC"),
        alert_message(item, MORNING),
    )  # fmt: skip


def _rendered(fits: Callable[[Sequence[Block]], bool], payload: Callable[[Message], object], text: str) -> object:
    """An answer of a heading, a text and its quotation, as a platform is given it."""
    quote = Quote(text[: len(text) // 2], (0, 1), "Daily", URL)
    message = Message((Heading(text[:1000]), Paragraph((Run(text, strong=True, link=URL),)), quote), text)
    return [payload(part) for part in split(message, fits)]


STEPS: Mapping[str, Callable[[str], object]] = {
    "decode": lambda text: decode(text.encode("utf-16-le"), "text/xml; charset=x"),
    "parse a title": lambda text: _feed("title", text),
    "parse a title as text": lambda text: _feed("title", escape(text)),
    "parse a body": lambda text: _feed("description", text),
    "parse a body as text": lambda text: _feed("description", escape(text)),
    "parse an author": lambda text: _feed("author", escape(text)),
    "parse a date": lambda text: _feed("pubDate", escape(text)),
    "parse attributes": _attributes,
    "parse a declaration": lambda text: parse_feed(f"<?xml {text}?><rss/>".encode(), None, URL),
    "parse a web page as a feed": lambda text: parse_feed(f"<html>{text}".encode(), None, URL),
    "parse JSON": lambda text: parse_feed(f'{{"items": [{{"title": "{text}"}}]}}'.encode(), None, URL),
    "read a page": _page,
    "find a site's feeds": lambda text: offered(f"<html>{text}", URL, text),
    "clean": clean,
    "make inert": inert,
    "take text out of markup": html_to_text,
    "split sentences": sentences,
    "recognise a language": recognise,
    "know entries again": lambda text: keys(_entry(text)),
    "compare entries": _same,
    "follow links": lambda text: (redirectors.inner(f"https://a.example/url?u={text}"), canonical_link(text)),
    "read a date": dates.instant,
    "strip a publisher": _titled,
    "make an article": _made,
    "weigh a page": _weighed,
    "analyse": _read,
    "fold for quotes": lambda text: (folded(text), fragment(URL, text)),
    "find copies": _copied,
    "cut a quote": _quoted,
    "show a signal": _shown,
    "write for Slack": lambda text: _rendered(blocks.fits, blocks.payload, text),
    "write for Telegram": lambda text: _rendered(rendering.fits, rendering.payload, text),
    "hear a command": lambda text: parse(text, ("why", "mute", "brief")),
}  # fmt: skip


def _seconds(step: Callable[[str], object], text: str) -> float:
    started = time.process_time()
    step(text)
    return time.process_time() - started


def grown(step: Callable[[str], object], piece: str, base: int = BASE) -> float:
    """How many times the cost of the short text the long one costs; the least of some tries."""
    short = piece * max(1, base // len(piece))
    best, longest = float("inf"), float("inf")
    for _ in range(_TRIES):
        longest = min(longest, _seconds(step, short * TIMES))
        best = min(best, max(_seconds(step, short), _LEAST))
        if longest <= MOST * best:
            break
    return longest / best


def offenders(name: str, base: int = BASE) -> Iterator[tuple[str, float]]:
    """The pieces on which the cost of the step grows faster than it may, and by how much."""
    for piece in PIECES:
        if (times := grown(STEPS[name], piece, base)) > MOST:
            yield piece, round(times)
