"""Evidence: a quote as offsets into a stored text."""

from __future__ import annotations

from dataclasses import dataclass

Span = tuple[int, int]
"""[start, end) in Python code points of a stored text."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A quote of an article. The anchor is the part of it to emphasise; all offsets are into the article's text."""

    article_id: int
    start: int
    end: int
    anchor_start: int
    anchor_end: int
    quote: str  # == text[start:end], kept for the audit

    @property
    def anchor(self) -> str:
        """The text of the anchor."""
        return self.quote[self.anchor_start - self.start : self.anchor_end - self.start]


@dataclass(frozen=True, slots=True)
class AuditRow:
    """A stored quote beside the stored text it was cut from."""

    evidence: Evidence
    signal_id: int
    text: str
    sha256: str
