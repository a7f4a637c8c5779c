"""Evidence: a quote as offsets of a stored text, and what is needed to cut it again."""

from __future__ import annotations

from dataclasses import dataclass

Span = tuple[int, int]
"""[start, end) in code points of a stored text."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One quote of one article: offsets into the stored text, and the cut as it was shown (for the audit)."""

    article_id: int
    start: int
    end: int
    anchor_start: int
    anchor_end: int
    quote: str  # == text[start:end]

    @property
    def anchor(self) -> str:
        return self.quote[self.anchor_start - self.start : self.anchor_end - self.start]


@dataclass(frozen=True, slots=True)
class AuditRow:
    """A stored quote beside the stored text it was cut from."""

    evidence: Evidence
    signal_id: int
    text: str
    sha256: str
