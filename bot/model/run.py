"""Reports: of cycles, of what was read since an instant, of model calls, and of the doctor's checks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class RunReport:
    """One cycle of the pipeline as numbers, failures included."""

    started: datetime
    finished: datetime
    checked: int = 0  # sources asked
    failed: int = 0  # sources that failed
    unreachable: int = 0  # of those: sources of which nothing answered at all
    entries: int = 0  # new entries
    articles: int = 0  # new articles
    copies: int = 0  # wire copies among the articles
    findings: int = 0
    rejections: int = 0
    unread: int = 0  # articles the analyst failed on
    languages: tuple[tuple[str | None, int], ...] = ()  # of those: for want of word lists, by ISO 639-1 code
    opened: int = 0  # signals
    changed: int = 0
    merged: int = 0
    notes: tuple[str, ...] = ()  # the failures, one sentence each


@dataclass(frozen=True, slots=True)
class LookAccount:
    """How much was read since an instant; Quiet and Unable are decided from it."""

    articles: int
    sources: int  # enabled sources
    checked: int  # of those: successfully checked (a 304 counts)
    publishers: int
    analysed: int
    unread: int  # articles on which the analyst failed
    languages: tuple[tuple[str | None, int], ...] = ()  # of those, for want of word lists: articles by ISO 639-1 code


# --- calls of a model --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a paid model and what it cost."""

    at: datetime
    model: str
    step: str  # "read", "relate", "compose", "answer" or "translate"
    outcome: str  # the model's stop reason; "unknown": no reply came, though it may have been billed
    usd: float
    tokens_in: int = 0  # those of the cache not counted
    tokens_out: int = 0  # thinking included
    cache_reads: int = 0
    cache_writes: int = 0
    batched: bool = False


@dataclass(frozen=True, slots=True)
class Spending:
    """The sum of the calls of one model for one step."""

    model: str
    step: str
    calls: int
    usd: float
    tokens_in: int
    tokens_out: int
    cache_reads: int
    cache_writes: int


@dataclass(frozen=True, slots=True)
class Shortage:
    """When and why Claude could not be used."""

    at: datetime
    words: str  # one sentence for a reader


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One result of `doctor`: what was checked, whether it is well, what was found, and what to do."""

    about: str
    well: bool
    what: str
    advice: str = ""  # "": nothing to do
