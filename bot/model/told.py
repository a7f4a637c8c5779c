"""The ports of the stores of what channels were told, and of what was taken back of it since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from bot.model.brief import Correction, Edition, StoredBrief, Told
from bot.model.channel import Channel
from bot.model.messages import Message
from bot.model.outgoing import Delivery
from bot.model.signal import Signal

ALERT, WATCH = "alert", "watch"
"""Why a signal is told at once: it reached the strength that a channel asked for, or the channel watches it."""


class Briefs(Protocol):
    """What channels were told: briefs and alerts."""

    async def get(self, channel_id: int, on: date) -> StoredBrief | None:
        """The channel's brief of that date; None: none is stored."""

    async def last(self, channel_id: int, *, before: date | None = None, but: str | None = None) -> StoredBrief | None:
        """The newest brief before that date with an outcome other than `but`; None: there is none."""

    async def span(self, channel_id: int, first: date, last: date) -> tuple[StoredBrief, ...]:
        """The channel's briefs of these days, both included, oldest first."""

    async def dates(self, since: date) -> Mapping[int, tuple[date, ...]]:
        """By id of active channel: the dates of its briefs since then, newest first, else its newest date before."""

    async def record(
        self, channel: Channel, edition: Edition, messages: Sequence[Message], now: datetime
    ) -> StoredBrief | None:
        """Store the edition, what it tells, and its messages as deliveries, in one transaction.

        None: there was one for that channel and date already; nothing is changed.
        """

    async def again(self, channel_id: int, on: date) -> tuple[Message, ...]:
        """The messages of a stored brief, in order."""

    async def alert(
        self,
        channel: Channel,
        signal: Signal,
        on: date,
        messages: Sequence[Message],
        now: datetime,
        *,
        kind: str = ALERT,
    ) -> bool:
        """Store what is told at once with its messages as deliveries; False: the channel was told this revision before.

        `kind`: ALERT, or WATCH where it is told because it is watched.
        """

    async def alerted(
        self, channel_id: int, since: datetime, until: datetime | None = None, *, kind: str = ALERT
    ) -> int:
        """How many signals the channel was told at once for that reason since then, and before `until`."""

    async def told(self, channel_id: int) -> Mapping[int, Told]:
        """By signal id, what the channel was last told of it."""

    async def told_anywhere(self) -> frozenset[int]:
        """The ids of the signals that any channel, active or not, was told of."""


class Corrections(Protocol):
    """What sources took back of what channels were told."""

    async def of(self, channel_id: int, since: datetime) -> tuple[Correction, ...]:
        """All that was taken back of what the channel was told since then, in the order in which it became known."""

    async def tellings(self, channel_id: int, correction: Correction) -> tuple[Delivery, ...]:
        """The deliveries that told the channel what was taken back, each with its message as it stands now."""

    async def amend(
        self, channel_id: int, group: Sequence[Correction], deliveries: Sequence[Delivery], now: datetime
    ) -> bool:
        """Store what says so where it was told, once; False: that was done of one before, and nothing is changed."""

    async def newest(self) -> tuple[int, int]:
        """(number of the newest article, of the newest writing of signals): the same numbers, the same corrections."""
