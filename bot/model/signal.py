"""Signals: structural claims followed over time, with their articles, strength, confidence and revisions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.model.article import Article, TextOrigin
from bot.model.evidence import Evidence
from bot.model.finding import ArticleKind, Dimension, Part, Reading, Stance
from bot.model.source import Publisher

if TYPE_CHECKING:
    from bot.model.brief import Told


@dataclass(frozen=True, slots=True)
class Strength:
    """The four parts of strength: consequence 0-4, evidence 0-2, novelty 0-2, corroboration 0-2 (docs/signals.md)."""

    consequence: Part
    evidence: Part
    novelty: Part
    corroboration: Part

    @property
    def total(self) -> int:
        """The sum of the points, at least 1."""
        return max(1, self.consequence.points + self.evidence.points + self.novelty.points + self.corroboration.points)

    def parts(self) -> tuple[tuple[str, Part], ...]:
        """(name, part) of all four, in the order in which they are shown."""
        return (
            ("consequence", self.consequence),
            ("evidence", self.evidence),
            ("novelty", self.novelty),
            ("corroboration", self.corroboration),
        )


class ConfidenceLevel(StrEnum):
    """How sure it is that the claim is true as stated."""

    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Confidence:
    """The level, and the reason for it in words."""

    level: ConfidenceLevel
    reason: str


class SignalState(StrEnum):
    """Where a signal is in its life."""

    NEW = "new"
    DEVELOPING = "developing"
    FADING = "fading"  # without news for a while
    CLOSED = "closed"  # without news for so long that nothing joins it any more


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
    stance: Stance | None  # of the article, or REREAD; None: a merge or a recomputation
    strength: Strength
    article_id: int | None = None  # None: no single article (a merge)
    brought_from: int | None = None  # the absorbed signal it came from, whose strength it has; None: this signal's own


@dataclass(frozen=True, slots=True)
class Signal:
    """A structural claim followed over time.

    `dimensions`, `topics`, `places` and `actors` only grow at their ends, so that `s42.a3` in a button's command keeps
    its meaning: the third actor of signal 42.
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
    change_mind: str | None = None  # what would change our mind; None: the analyst could not say
    contrary: tuple[Evidence, ...] = ()  # quotes against the claim
    composed_upto: int | None = None  # number of the last revision that its text covers; None: the text is a sketch

    @property
    def publishers(self) -> tuple[Publisher, ...]:
        """The publishers of its articles, each once, in the order in which they joined."""
        return tuple({a.publisher.key: a.publisher for a in self.articles}.values())


@dataclass(frozen=True, slots=True)
class Candidate:
    """A live signal an article may join."""

    signal: Signal
    score: float  # 0 to 1
    shared: tuple[str, ...]  # names and actors that both have


@dataclass(frozen=True, slots=True)
class Relation:
    """An analyst's choice among the candidates for a finding."""

    signal_id: int | None  # None: it joins none of them
    stance: Stance
    why: str


@dataclass(frozen=True, slots=True)
class Dossier:
    """A signal with the whole texts of its articles: everything that is said of it must rest on these.

    What the channel was told and related signals are on record beside it; the embedded analyst uses the texts alone.
    """

    signal: Signal
    texts: tuple[Article, ...]
    related: tuple[Signal, ...] = ()  # other signals of the archive, the nearest first
    told: Told | None = None  # what the channel that asks was last told of it; None: nothing, or no channel asks


@dataclass(frozen=True, slots=True)
class Composition:
    """The text of a signal, as an analyst wrote it; what an analyst leaves empty stays as its articles have it."""

    title: str
    analysis: str
    change_mind: str | None
    contrary: tuple[Evidence, ...]
    composed_by: str
    settled: bool = True  # False: a sketch, to be written anew if the signal may be told
    reasoning: tuple[tuple[int, tuple[str, ...]], ...] = ()  # (article id, its paragraphs)
    dimensions: tuple[Dimension, ...] = ()
    topics: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Batch:
    """What one round of analysis changes; stored in one transaction."""

    readings: tuple[Reading, ...] = ()
    copies: tuple[tuple[int, int], ...] = ()  # (article id, id of the original it copies)
    signals: tuple[Signal, ...] = ()  # whole, new or changed
    merged: tuple[tuple[int, int], ...] = ()  # (absorbed id, surviving id): the first becomes an alias
