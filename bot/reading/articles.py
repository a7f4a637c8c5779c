"""Make an article of an entry: choose its text (the feed's, the page's or the summary), date, language and link."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime, timedelta
from urllib.parse import urldefrag, urlsplit

from bot.model.article import ArticleDraft, DatedBy, TextOrigin
from bot.model.feed import (
    Entry,
    NoPage,
    PageOutcome,
    PageText,
)
from bot.model.source import Publisher, Source
from bot.reading.entries import OWN
from bot.reading.entry_keys import canonical_link, fold, keys, link_key
from bot.reading.gate import refusal
from bot.reading.headlines import is_no_news, without_publisher
from bot.reading.publishers import Publishers
from bot.text.cleaning import clean, one_line
from bot.text.language_detection import RECOGNISED, recognise
from bot.text.markup import html_to_text
from bot.text.segmentation import sentences

WHOLE = 600
"""Characters from which a feed's own body counts as the whole text."""
LONGEST = 100_000
"""Characters of a text that are kept: twice a long magazine piece."""
_LONG_SUMMARY = 1500  # characters from which a summary counts as the whole text
_LEAST_PAGE = 200  # characters from which a page's text is preferred, and a text's language recognised
_AHEAD = timedelta(hours=1)  # how far in the future a date may lie
_CUT_OFF = re.compile(r"(?:\[?(?:…|\.\.\.)\]?|\[\+\d+ chars\])[»→> ]*\Z")
_APPEARED = re.compile(
    r"\s*\b(?:the post|this (?:article|post|story)|der beitrag|l[’']articolo|l[’']article|la entrada|el cargo|o post|"
    r"het bericht|wpis)\b[^\n]{0,300}?\b(?:(?:first )?appeared (?:first )?(?:on|in)|erschien zuerst auf|proviene da|"
    r"est apparue? en premier sur|se publicó primero en|apareció primero en|apareceu primeiro em|verscheen eerst op|"
    r"pojawił się najpierw na)\b[^\n]{0,150}\Z",
    re.IGNORECASE,
)
_READ_ON = re.compile(
    r"\s*[\[(]?\b(?:continue reading|read (?:more|on)|read (?:the )?(?:full|whole|rest of the) (?:story|article|post)|"
    r"click here to read|weiterlesen|lire la suite|leggi tutto|continua a leggere|leer más|seguir leyendo|"
    r"sigue leyendo|leia mais|continue lendo|lees verder|läs mer|czytaj dalej|devamını oku)\b"
    r"[^\n.]{0,120}[\])….→»> ]*\Z",
    re.IGNORECASE,
)
_NO_PAGE = re.compile(
    r"\.(?:mp3|m4a|mp4|mov|webm|ogg|wav|pdf|zip|jpe?g|png|gif|webp|svg|docx?|xlsx?|pptx?)\Z", re.IGNORECASE
)
_FORWARDERS = frozenset(("feedproxy.google.com", "feeds.feedburner.com", "news.google.com", "t.co", "bit.ly"))
_LANGUAGE = re.compile(r"([a-zA-Z]{2})(?:[-_][\w-]*)?")
_TITLE_LENGTH = 140  # characters of a title made of a text's beginning


def wants_page(entry: Entry) -> bool:
    """Whether to fetch the article's page: the feed does not have the whole text, and the link can be a web page."""
    link = canonical_link(entry.link)
    return link is not None and not _NO_PAGE.search(urlsplit(link).path) and _whole(entry) is None


def publisher(entry: Entry, source: Source, publishers: Publishers) -> Publisher:
    """The entry's publisher: the original source that an aggregator names, else the publisher of the source."""
    if not entry.voice:
        return source.publisher
    voice = publishers.voice(entry.voice)
    return source.publisher if voice == publishers.of(source.url) else voice


def draft(
    source: Source,
    entry: Entry,
    page: PageOutcome | None,
    publisher: Publisher,  # whose voice it is
    now: datetime,
) -> ArticleDraft | None:
    """The article made of an entry; None where it has not even a title, or is no news but an error or a test.

    `page` is None where none was fetched. The title goes without its publisher's name.

    Text: the feed's own if it is whole (see `wants_page`); else the page's, where it is the article (see
    `bot.reading.gate`) and the feed's is not longer; else the feed's body if it has 600 characters and is not cut off;
    else the longer of body and summary, with a note why it is only that; else the title. A tail such as “The post …
    appeared first on …” or “Continue reading” is removed. Of a text longer than LONGEST the beginning, with a note.
    Date: the first of published, updated and the page's that is at most an hour in the future; else `now`.
    Language: the entry's, else the source's, unless a text of 200 characters or more clearly is in another one.
    """
    page = _admitted(entry, page)
    text, origin, note = _bounded(*_text(entry, page))
    names = (entry.voice_name, publisher.name, source.name, page.site if isinstance(page, PageText) else None)
    title = without_publisher(one_line(html_to_text(entry.title)), names, entry.link) or _opening(text)
    if not title or is_no_news(title):
        return None
    text = _without_title(text, title) or title
    language = _language(source, entry, page, text if len(text) > len(title) else title)
    published, dated_by = _date(entry, page, now)
    return ArticleDraft(
        source_id=source.id,
        publisher=publisher,
        link=_shown_link(entry, page),
        title=title,
        text=text,
        sentences=sentences(text, language),
        sha256=hashlib.sha256(text.encode("utf-8")).hexdigest(),
        published=published,
        dated_by=dated_by,
        language=language,
        text_from=origin,
        text_note=note,
        weight=source.weight,
    )


def _admitted(entry: Entry, page: PageOutcome | None) -> PageOutcome | None:
    """The page, unless it is another text than the entry's article: then of such a page nothing is believed."""
    if not isinstance(page, PageText):
        return page
    summary = html_to_text(entry.summary) or html_to_text(entry.content)
    refused = refusal(html_to_text(entry.title), summary, page)
    return NoPage(refused) if refused else page


def _text(entry: Entry, page: PageOutcome | None) -> tuple[str, TextOrigin, str | None]:
    """The article's text, where it is from, and why it is not whole (None: it is)."""
    if whole := _whole(entry):
        return whole, TextOrigin.FEED, None
    body, summary = html_to_text(entry.content), html_to_text(entry.summary)
    best = max(_trimmed(body), _trimmed(summary), key=len)
    paged = clean(page.text) if isinstance(page, PageText) else ""
    if len(paged) >= _LEAST_PAGE and len(paged) >= len(best):
        return paged, TextOrigin.PAGE, None
    if len(body) >= WHOLE and not _cut_off(body):
        return _trimmed(body), TextOrigin.FEED, None
    note = page.why if isinstance(page, NoPage) else "The feed gives no more than this."
    return best, TextOrigin.SUMMARY if best else TextOrigin.TITLE, note


def _bounded(text: str, origin: TextOrigin, note: str | None) -> tuple[str, TextOrigin, str | None]:
    """The text up to the last blank within LONGEST, and what is then to be said of it."""
    if len(text) <= LONGEST:
        return text, origin, note
    kept = text[:LONGEST]
    said = f"It is very long, so only its first {LONGEST:,} characters were read."
    return (kept.rpartition(" ")[0] or kept).rstrip(), origin, f"{note} {said}" if note else said


def _whole(entry: Entry) -> str | None:
    """The feed's own text if it is whole; None: it is not, or that cannot be told.

    A body of at least 600 characters that is at least half as long again as the summary, or a summary of at least 1500;
    neither ending in dots or “continue reading”.
    """
    if len(entry.content) < WHOLE and len(entry.summary) < _LONG_SUMMARY:
        return None
    body, summary = html_to_text(entry.content), html_to_text(entry.summary)
    if len(body) >= WHOLE and (2 * len(body) >= 3 * len(summary) or len(body) >= _LONG_SUMMARY) and not _cut_off(body):
        return _trimmed(body)
    if len(summary) >= _LONG_SUMMARY and not _cut_off(summary):
        return _trimmed(summary)
    return None


def _tail(text: str) -> str:
    """As far back as a tail of boilerplate may reach."""
    return text[-500:]


def _cut_off(text: str) -> bool:
    text = _APPEARED.sub("", _tail(text))
    return bool(_READ_ON.search(text) or _CUT_OFF.search(text))


def _trimmed(text: str) -> str:
    tail = _tail(text)
    kept = _READ_ON.sub("", _APPEARED.sub("", tail))
    return (text[: len(text) - len(tail)] + kept).rstrip()


def _opening(text: str) -> str:
    """A title for what has none: its first sentence, shortened at a blank."""
    first = next(iter(sentences(text[:2000])), (0, 0))
    words = text[first[0] : first[1]]
    return words if len(words) <= _TITLE_LENGTH else words[:_TITLE_LENGTH].rpartition(" ")[0] + "…"


def _without_title(text: str, title: str) -> str:
    """The text without its headline, where it opens with it."""
    first, _, rest = text.partition("\n\n")
    return rest if rest and fold(first) == fold(title) else text


def _date(entry: Entry, page: PageOutcome | None, now: datetime) -> tuple[datetime, DatedBy]:
    paged = page.published if isinstance(page, PageText) else None
    dates = ((entry.published, DatedBy.FEED), (entry.updated, DatedBy.FEED), (paged, DatedBy.PAGE))
    for date, by in dates:
        if date is not None and date <= now + _AHEAD:
            return date, by
    return now, DatedBy.ARRIVAL


def language_code(words: str | None) -> str | None:
    """ISO 639-1 of a language tag ("en-US" → "en"); None where it is none."""
    match = _LANGUAGE.fullmatch((words or "").strip())
    code = match[1].lower() if match else None
    return "no" if code in ("nb", "nn") else code


def _language(source: Source, entry: Entry, page: PageOutcome | None, text: str) -> str | None:
    paged = page.language if isinstance(page, PageText) else None
    said = language_code(entry.language) or language_code(source.language) or language_code(paged)
    if said is None or (len(text) >= _LEAST_PAGE and said in RECOGNISED):
        return recognise(text) or said
    return said


def _shown_link(entry: Entry, page: PageOutcome | None) -> str | None:
    """The canonical link; the page's own if the entry's only redirects; with a fragment if entries share it."""
    link = canonical_link(entry.link)
    if isinstance(page, PageText) and link and urlsplit(link).hostname in _FORWARDERS:
        link = canonical_link(page.canonical) or link
    if link is None:
        return None
    own = urldefrag(entry.link or "").fragment
    if own.startswith(OWN) or link_key(link) is None:
        own = own if own.startswith(OWN) else OWN + keys(entry).fingerprint[:10]
        return f"{link}#{own}"
    return link
