"""Accounts of runs, looks and model calls, and of what the doctor finds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class RunReport:
    """One cycle of the pipeline, told as numbers; failures included."""

    started: datetime
    finished: datetime
    checked: int = 0  # sources asked
    failed: int = 0  # sources that failed
    unreachable: int = 0  # of those: nothing answered at all
    entries: int = 0  # new entries
    articles: int = 0  # new articles
    copies: int = 0
    findings: int = 0
    rejections: int = 0
    unread: int = 0  # articles the analyst failed on
    languages: tuple[tuple[str | None, int], ...] = ()  # of those: for want of word lists, by ISO 639-1 code
    opened: int = 0  # signals
    changed: int = 0
    merged: int = 0
    notes: tuple[str, ...] = ()  # one sentence each


@dataclass(frozen=True, slots=True)
class LookAccount:
    """What the record says of looking since an instant; Quiet and Unable are decided from it."""

    articles: int
    sources: int  # enabled sources
    checked: int  # of those: successfully checked (a 304 counts)
    publishers: int
    analysed: int
    unread: int
    languages: tuple[tuple[str | None, int], ...] = ()  # of those unread: for want of word lists, by ISO 639-1 code


# --- calls of a model --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a paid model and what it cost."""

    at: datetime
    model: str
    step: str  # "read", "relate", "compose", "answer" or "translate"
    outcome: str  # the model's stop reason; "unknown": it may have been worked and billed, and no answer came
    usd: float
    tokens_in: int = 0  # beside those of the cache
    tokens_out: int = 0  # thinking included
    cache_reads: int = 0
    cache_writes: int = 0
    batched: bool = False


@dataclass(frozen=True, slots=True)
class Spending:
    """What calls of one model for one step came to."""

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
    """Why a model was not to be had."""

    at: datetime
    words: str  # one sentence for a reader


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing looked at by `doctor`: what is so, and what to do where it is not well."""

    about: str
    well: bool
    what: str
    advice: str = ""  # "": nothing to do
