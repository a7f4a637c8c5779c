"""Briefs: what one channel is told on one local date, and the account of what was looked at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from bot.model.evidence import Evidence
from bot.model.signal import Signal
from bot.model.source import Publisher


@dataclass(frozen=True, slots=True)
class Near:
    """A signal that came near the bar, and the part of strength it lacked most."""

    signal_id: int
    title: str
    strength: int
    lacked: str


@dataclass(frozen=True, slots=True)
class Account:
    """What was looked at since the last slot."""

    articles: int
    sources: int
    publishers: int
    failed_sources: int
    muted: int = 0
    reason: str | None = None  # why quiet or unable; None: a brief
    nearest: tuple[Near, ...] = ()
    note: str | None = None  # what kept the model from reading since the last slot, one sentence; None: nothing


@dataclass(frozen=True, slots=True)
class BriefItem:
    number: int
    signal: Signal
    delta: str  # "new", or what changed since this channel was last told


@dataclass(frozen=True, slots=True)
class Brief:
    on: date  # the channel's local date
    account: Account
    items: tuple[BriefItem, ...]
    corrections: tuple[str, ...] = ()  # quotes told earlier that no longer stand; the brief opens with them


@dataclass(frozen=True, slots=True)
class Quiet:
    on: date
    account: Account


@dataclass(frozen=True, slots=True)
class Unable:
    on: date
    account: Account


Edition = Brief | Quiet | Unable


@dataclass(frozen=True, slots=True)
class Told:
    """What a channel was last told of a signal."""

    signal_id: int
    on: date
    at: datetime  # when it was decided: what changed later was not told
    revision: int  # the signal's revision number then
    strength: int
    publishers: int


@dataclass(frozen=True, slots=True)
class StoredBrief:
    """A brief as it was decided and rendered for one channel on one local date."""

    channel_id: int
    on: date
    outcome: str  # "brief", "quiet" or "unable"
    account: Account
    decided: datetime
    numbers: tuple[tuple[int, int], ...] = ()  # (number, signal id)


@dataclass(frozen=True, slots=True)
class ToldQuote:
    """A quote a channel was told whose article has since a newer version without it."""

    evidence: Evidence
    signal_id: int
    title: str
    publisher: Publisher
    link: str | None
