"""What one cycle counts and notes on its way to a report."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from bot.model.feed import FetchFailed, FetchOutcome, Gone
from bot.model.run import RunReport
from bot.model.source import Source


class Tally:
    """Counts of one cycle on their way into its RunReport."""

    def __init__(self) -> None:
        self.counts: defaultdict[str, int] = defaultdict(int)
        self.notes: list[str] = []

    def add(self, name: str, count: int = 1) -> None:
        """Count so many more of a field of RunReport."""
        self.counts[name] += count

    def check(self, source: Source, outcome: FetchOutcome) -> None:
        """Count one look at a source; a failure is noted with its reason."""
        self.add("checked")
        if isinstance(outcome, FetchFailed | Gone):
            self.add("failed")
            self.notes.append(f"{source.name}: {outcome.why}")
        if isinstance(outcome, FetchFailed) and outcome.unreachable:
            self.add("unreachable")

    def report(self, started: datetime, finished: datetime) -> RunReport:
        """The cycle's account as it is stored."""
        return RunReport(started, finished, notes=tuple(self.notes), **self.counts)


class Unwatched:
    """The Progress of a cycle nobody watches."""

    def step(self, name: str, done: int, total: int) -> None:
        """Nobody is told."""
