"""Readings: what an analyst says of one article, a finding or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Dimension(StrEnum):
    """The dimensions of a STEEP analysis."""

    SOCIAL = "social"
    TECHNOLOGICAL = "technological"
    ECONOMIC = "economic"
    ENVIRONMENTAL = "environmental"
    POLITICAL = "political"


class ArticleKind(StrEnum):
    """What kind of text an article is."""

    NEWS = "news"
    ANALYSIS = "analysis"
    OPINION = "opinion"
    PRESS_RELEASE = "press release"
    LIVE_BLOG = "live blog"
    LISTICLE = "listicle"
    SPONSORED = "sponsored"
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True)
class Part:
    """The points of one part of a signal's strength, and the facts behind them, one phrase each."""

    points: int
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pick:
    """A quote as an analyst chooses it: sentences first..last (inclusive, from 0), perhaps trimmed, and an anchor.

    `opening` and `closing` are the words that a trimmed quote begins and ends with; `anchor` is the part to emphasise.
    `bot.text.evidence` finds all three by exact match and makes Evidence of them; what does not match is ignored.
    """

    first: int
    last: int
    opening: str | None = None  # None: from the first sentence's start
    closing: str | None = None  # None: to the last sentence's end
    anchor: str | None = None  # None: the quote's opening words


@dataclass(frozen=True, slots=True)
class Finding:
    """What an analyst says of one article."""

    article_id: int
    claim: str
    dimensions: tuple[Dimension, ...]
    topics: tuple[str, ...]
    places: tuple[str, ...]
    actors: tuple[str, ...]
    picks: tuple[Pick, ...]
    reasoning: tuple[str, ...]  # paragraphs
    consequence: Part  # 0 to 4
    substance: Part  # the part of strength called evidence, 0 to 2
    kind: ArticleKind
    read_by: str  # "extractive" or "claude"
    stance: Stance | None = None  # CONTRADICTS or CORRECTS, if the text itself says that it is a denial or a correction


class Stance(StrEnum):
    """What an article is to the signal it joined."""

    OPENS = "opens"
    DEVELOPS = "develops"
    REPEATS = "repeats"
    CONTRADICTS = "contradicts"
    CORRECTS = "corrects"
    COPY = "copy"  # a wire copy of an article in the signal; it does not count as a publisher
    REREAD = "read again"  # of a revision alone: articles were read again, and nothing came


@dataclass(frozen=True, slots=True)
class Rejection:
    """The article shows no structural change."""

    article_id: int
    reason: str  # a short code: "sport", "celebrity", "press release", "opinion", "live blog", "thin" …
    words: str  # the reason as one sentence for a person
    read_by: str


@dataclass(frozen=True, slots=True)
class PassedOver:
    """An article that is in no signal, and why."""

    title: str
    publisher: str
    link: str | None  # None: it has none
    published: datetime
    reason: str | None  # of its rejection, a short code; None: it was not rejected
    words: str | None  # the rejection's sentence; None: it was not rejected
    trouble: str | None  # why the analyst failed on it; None: it did not fail


@dataclass(frozen=True, slots=True)
class Unread:
    """The analyst failed on the article."""

    article_id: int
    why: str


Reading = Finding | Rejection | Unread
