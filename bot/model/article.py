"""Articles: an immutable text with its sentences, before and after it is stored.

Instants are aware datetimes in UTC, durations are seconds, offsets are Python code points of a stored text.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model.evidence import Span
from bot.model.source import Publisher


class TextOrigin(StrEnum):
    """Where an article's text is from."""

    FEED = "feed"  # the feed's own full text
    PAGE = "page"  # extracted from the article's page
    SUMMARY = "summary"  # the page could not be read; `text_note` says why
    TITLE = "title"  # there was nothing but a title


class DatedBy(StrEnum):
    """Where an article's date is from."""

    FEED = "feed"
    PAGE = "page"
    ARRIVAL = "arrival"  # when it was first seen: it is undated, or dated in the future


@dataclass(frozen=True, slots=True)
class ArticleDraft:
    """An article before it has an id."""

    source_id: int
    publisher: Publisher
    link: str | None
    title: str
    text: str  # cleaned once; immutable from here on
    sentences: tuple[Span, ...]
    sha256: str  # of the text in UTF-8, hexadecimal
    published: datetime
    dated_by: DatedBy
    language: str | None  # ISO 639-1; None: not recognised
    text_from: TextOrigin
    text_note: str | None  # why the text is only a summary, or a beginning; None: it is whole
    weight: float  # of its source, 0.1 to 3


@dataclass(frozen=True, slots=True)
class Article(ArticleDraft):
    """An immutable text with its sentences as offsets into it."""

    id: int
    fetched: datetime
    version: int = 1
    replaces: int | None = None  # the earlier version's id; None: the first
    copy_of: int | None = None  # the first article of its copy group; None: an original

    def sentence(self, number: int) -> str:
        """The text of sentence `number`, counted from 0. Raises IndexError where there is none."""
        start, end = self.sentences[number]
        return self.text[start:end]
