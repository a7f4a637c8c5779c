"""Slow down who says very much at once, so that everybody else is answered as if nothing were.

event accepted | has the person said too much lately? → answered; told once to wait; passed over in silence
channel's turn | three answers in a row to one person → somebody else's turn, where one waits
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from bot.model.event import Event, EventKind

BURST = 20
"""What one person may say at once and have answered."""
EACH = timedelta(seconds=3)
"""After which they may say one thing more: a minute makes up for the whole BURST."""
IN_A_ROW = 3
"""Answers to one person in a channel while others wait there."""
SLOWLY = (
    "That was a lot at once. I answer you again in a minute; what you say until then is passed over, so that others "
    "have their turn."
)


class Admission(Enum):
    """What becomes of an event."""

    ANSWER = auto()
    SAY_WAIT = auto()  # passed over, and the person is told so
    PASS_OVER = auto()  # in silence: they were told


@dataclass(slots=True)
class _Bucket:
    """How much more a person may say: it holds BURST, loses one with each event, and gets one back in each EACH."""

    left: float
    at: datetime
    told: bool = False

    def fill(self, now: datetime) -> None:
        """Add what has come back since; a clock that was set back gives nothing and takes nothing."""
        self.left = min(BURST, self.left + max(timedelta(0), now - self.at) / EACH)
        self.at = now
        self.told = self.told and self.left < BURST / 2  # from half of it on, what comes is another flood


class FloodGate:
    """Counts what each person says on each platform. Who is asked in a thread and who is overheard counts apart."""

    def __init__(self) -> None:
        self._buckets: dict[tuple[str, str, bool], _Bucket] = {}

    def admit(self, event: Event) -> Admission:
        """What becomes of the event, by when the platform says that it happened.

        Whoever sits at the terminal, and what the platform itself tells, is never passed over.
        """
        if event.kind is not EventKind.SAID or event.asker.operator:
            return Admission.ANSWER
        key = (event.platform, event.asker.id, event.addressed)
        bucket = self._buckets.setdefault(key, _Bucket(BURST, event.at))
        bucket.fill(event.at)
        self._forget_the_rested(event.at)
        if bucket.left >= 1:
            bucket.left -= 1
            return Admission.ANSWER
        say, bucket.told = event.addressed and not bucket.told, True
        return Admission.SAY_WAIT if say else Admission.PASS_OVER

    def _forget_the_rested(self, now: datetime) -> None:
        """Drop the buckets that are full again, once there are many."""
        if len(self._buckets) > 1000:
            self._buckets = {key: each for key, each in self._buckets.items() if now - each.at < EACH * BURST}


def turn(waiting: Sequence[Event], last: str | None, in_a_row: int) -> int:
    """Which of the events of a channel is next, counted from 0, after `in_a_row` answers to the person `last`.

    Nothing overtakes the bot's being added or removed.
    """
    if in_a_row < IN_A_ROW:
        return 0
    for number, event in enumerate(waiting):
        if event.kind is not EventKind.SAID or event.asker.id != last:
            return number if event.kind is EventKind.SAID else 0
    return 0
