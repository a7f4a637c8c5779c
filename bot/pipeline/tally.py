"""Count what one cycle does, for its RunReport."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime

from bot.model.feed import FetchFailed, FetchOutcome, Gone
from bot.model.run import RunReport
from bot.model.source import Source


class Tally:
    """The counts and notes of one cycle; `counts` has names of fields of RunReport."""

    def __init__(self) -> None:
        self.counts: defaultdict[str, int] = defaultdict(int)
        self.notes: list[str] = []
        self.languages: Counter[str | None] = Counter()  # of articles unread for want of word lists

    def add(self, name: str, count: int = 1) -> None:
        """Add `count` to the field `name` of RunReport."""
        self.counts[name] += count

    def check(self, source: Source, outcome: FetchOutcome) -> None:
        """Count one check of a source; a failure is noted with its reason."""
        self.add("checked")
        if isinstance(outcome, FetchFailed | Gone):
            self.add("failed")
            self.notes.append(f"{source.name}: {outcome.why}")
        if isinstance(outcome, FetchFailed) and outcome.unreachable:
            self.add("unreachable")

    def report(self, started: datetime, finished: datetime) -> RunReport:
        """The report of the cycle, to be stored."""
        return RunReport(
            started, finished, notes=tuple(self.notes), languages=tuple(self.languages.most_common()), **self.counts
        )


class NoProgress:
    """A Progress that reports to no one."""

    def step(self, name: str, done: int, total: int) -> None:
        """Do nothing."""
