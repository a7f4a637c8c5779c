"""Briefs: what one channel is told on one local date, and the account of what was read for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # an account of a morning needs no signal
    from bot.model.evidence import Evidence
    from bot.model.signal import Signal
    from bot.model.source import Publisher


@dataclass(frozen=True, slots=True)
class Near:
    """A signal just below the bar, and the part of strength it lacked most."""

    signal_id: int
    title: str
    strength: int
    lacked: str


@dataclass(frozen=True, slots=True)
class Account:
    """What was read since the channel's last slot, as numbers, and why the brief is what it is."""

    articles: int
    sources: int
    publishers: int
    failed_sources: int
    muted: int = 0  # signals that a mute hides
    reason: str | None = None  # why quiet or unable; None: a brief
    nearest: tuple[Near, ...] = ()
    note: str | None = None  # why Claude could not be used since the last slot, one sentence; None: it could


@dataclass(frozen=True, slots=True)
class BriefItem:
    """A signal in a brief, by its number there."""

    number: int
    signal: Signal
    delta: str  # "new", or what changed since this channel was last told


@dataclass(frozen=True, slots=True)
class Correction:
    """What a source took back of what a channel was told: a quote that no longer stands, or a claim it corrects."""

    cause: str  # names it for ever: "a17.120.254" is a quote of article 17, "c18" the correction that is article 18
    signal_id: int  # by the id that it has now
    title: str  # of the signal
    publisher: Publisher  # who took it back
    by: int  # the id of the article that does
    at: datetime  # when that became known
    words: str  # the quote that no longer stands; else what the article that corrects says, a quote or its headline
    evidence: Evidence | None = None  # the quote; None: an article corrects the claim
    told: tuple[datetime, ...] = ()  # when the channel was told the quote; empty for a claim: whenever before `at`
    known_as: tuple[int, ...] = ()  # the ids of the signals that were merged into it
    amended: bool = False  # whether the messages that told it say so
    opened: bool = False  # whether a brief opened with it


@dataclass(frozen=True, slots=True)
class Brief:
    """A morning with something worth saying."""

    on: date  # the channel's local date
    account: Account
    items: tuple[BriefItem, ...]
    corrections: tuple[Correction, ...] = ()  # of what was told earlier; the brief opens with them


@dataclass(frozen=True, slots=True)
class Quiet:
    """A morning on which nothing cleared the bar; `account.reason` says why."""

    on: date
    account: Account


@dataclass(frozen=True, slots=True)
class Unable:
    """A morning on which the bot could not read enough to judge; `account.reason` says why."""

    on: date
    account: Account


Edition = Brief | Quiet | Unable
"""What is decided for one channel on one date."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a channel was last told of a signal."""

    signal_id: int
    on: date
    at: datetime  # when that was decided; later changes were not told
    revision: int  # the signal's revision number then
    strength: int
    publishers: int  # how many it had then


@dataclass(frozen=True, slots=True)
class StoredBrief:
    """What was decided for one channel on one local date, as stored."""

    channel_id: int
    on: date
    outcome: str  # "brief", "quiet" or "unable"
    account: Account
    decided: datetime
    numbers: tuple[tuple[int, int], ...] = ()  # (number, signal id)
