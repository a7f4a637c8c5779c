"""What an analyst says of one article: a finding, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

# --- readings ----------------------------------------------------------------------------------------------------


class Dimension(StrEnum):
    SOCIAL = "social"
    TECHNOLOGICAL = "technological"
    ECONOMIC = "economic"
    ENVIRONMENTAL = "environmental"
    POLITICAL = "political"


class ArticleKind(StrEnum):
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
    """Points of one part of strength, and the facts they rest on, each one phrase."""

    points: int
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pick:
    """What an analyst points at: sentences first..last (inclusive, from 0), optionally trimmed, and an anchor.

    `opening` and `closing` are the words a trimmed quote begins and ends with; `anchor` is what the eye should land
    on. All three are matched exactly by `bot.text.evidence`; what does not match is ignored, never guessed.
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
    substance: Part  # the evidence part of strength, 0 to 2
    kind: ArticleKind
    read_by: str  # "extractive" or "claude"
    stance: Stance | None = None  # what the text itself says it is: a denial, a correction; None: nothing of the kind


class Stance(StrEnum):
    """What an article is to the signal it joined."""

    OPENS = "opens"
    DEVELOPS = "develops"
    REPEATS = "repeats"
    CONTRADICTS = "contradicts"
    CORRECTS = "corrects"
    COPY = "copy"  # a wire copy of an article already in the signal: no voice of its own


@dataclass(frozen=True, slots=True)
class Rejection:
    article_id: int
    reason: str  # a short code: "sport", "celebrity", "press release", "opinion", "live blog", "thin" …
    words: str  # one sentence for a person
    read_by: str


@dataclass(frozen=True, slots=True)
class PassedOver:
    """An article that became part of no signal, and why."""

    title: str
    publisher: str
    link: str | None  # None: it has none
    published: datetime
    reason: str | None  # of its rejection, a short code; None: it was not rejected
    words: str | None  # the rejection's sentence; None: it was not rejected
    trouble: str | None  # why the analyst failed on it; None: it did not


@dataclass(frozen=True, slots=True)
class Unread:
    """The analyst failed on this article."""

    article_id: int
    why: str


Reading = Finding | Rejection | Unread
