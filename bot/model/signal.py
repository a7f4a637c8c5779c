"""Signals: structural claims followed over time, with articles, strength, confidence and revisions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.model.article import Article, TextOrigin
from bot.model.evidence import Evidence
from bot.model.finding import ArticleKind, Dimension, Part, Reading, Stance
from bot.model.source import Publisher

# --- signals -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Strength:
    """Four parts and their sum; the design's table is the source of the ranges."""

    consequence: Part
    evidence: Part
    novelty: Part
    corroboration: Part

    @property
    def total(self) -> int:
        return max(1, self.consequence.points + self.evidence.points + self.novelty.points + self.corroboration.points)

    def parts(self) -> tuple[tuple[str, Part], ...]:
        return (
            ("consequence", self.consequence),
            ("evidence", self.evidence),
            ("novelty", self.novelty),
            ("corroboration", self.corroboration),
        )


class ConfidenceLevel(StrEnum):
    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Confidence:
    level: ConfidenceLevel
    reason: str


class SignalState(StrEnum):
    NEW = "new"
    DEVELOPING = "developing"
    FADING = "fading"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class SignalArticle:
    """An article as a member of a signal."""

    article_id: int
    title: str
    publisher: Publisher
    link: str | None
    published: datetime
    joined: datetime
    stance: Stance
    reasoning: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    consequence: Part
    substance: Part
    kind: ArticleKind
    read_by: str
    language: str | None = None
    text_from: TextOrigin = TextOrigin.PAGE
    text_note: str | None = None
    copy_of: int | None = None


@dataclass(frozen=True, slots=True)
class Revision:
    """What changed in a signal, when, and because of which article."""

    signal_id: int
    number: int  # 1, 2, 3 … within its signal
    at: datetime
    why: str  # one phrase: "a second publisher confirms (Meridian Times)"
    stance: Stance | None  # None: a merge, a recomputation
    strength: Strength
    article_id: int | None = None  # None: no single article (a merge)
    brought_from: int | None = None  # the signal a merge brought it in from, whose strength it holds; None: its own


@dataclass(frozen=True, slots=True)
class Signal:
    """A structural claim followed over time.

    `dimensions`, `topics`, `places` and `actors` only grow at their ends, so that a button's `s42.a3` stays true.
    """

    id: int
    title: str
    analysis: str
    dimensions: tuple[Dimension, ...]
    topics: tuple[str, ...]
    places: tuple[str, ...]
    actors: tuple[str, ...]
    strength: Strength
    confidence: Confidence
    state: SignalState
    opened: datetime
    changed: datetime
    detected_on: date
    composed_by: str
    articles: tuple[SignalArticle, ...]
    revisions: tuple[Revision, ...]
    change_mind: str | None = None  # None: the analyst could not say
    contrary: tuple[Evidence, ...] = ()
    composed_upto: int | None = None  # the number of the last revision its text takes in; None: it is a stand-in

    @property
    def publishers(self) -> tuple[Publisher, ...]:
        """Each once, in the order they came."""
        return tuple({a.publisher.key: a.publisher for a in self.articles}.values())


@dataclass(frozen=True, slots=True)
class Candidate:
    """A live signal an article may join."""

    signal: Signal
    score: float  # 0 to 1
    shared: tuple[str, ...]  # names and actors both carry


@dataclass(frozen=True, slots=True)
class Relation:
    """What an analyst says of a finding and the candidates it was shown."""

    signal_id: int | None  # None: it joins none of them
    stance: Stance
    why: str


@dataclass(frozen=True, slots=True)
class Dossier:
    """A signal with the whole texts of its articles: all that may be said of it rests on this."""

    signal: Signal
    texts: tuple[Article, ...]


@dataclass(frozen=True, slots=True)
class Composition:
    """What is said of a signal as a whole."""

    title: str
    analysis: str
    change_mind: str | None
    contrary: tuple[Evidence, ...]
    composed_by: str
    settled: bool = True  # False: a stand-in, to be written anew where the signal may be told


@dataclass(frozen=True, slots=True)
class Batch:
    """What one round of analysis changes, kept in one transaction."""

    readings: tuple[Reading, ...] = ()
    copies: tuple[tuple[int, int], ...] = ()  # (article, the original it copies)
    signals: tuple[Signal, ...] = ()  # whole, new or changed
    merged: tuple[tuple[int, int], ...] = ()  # (absorbed signal, surviving signal): the first becomes an alias
