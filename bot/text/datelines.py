"""Find where a text's own words begin behind an agency's dateline: “PENANG, Malaysia (Tidewire) - …”, “LONDON — …”."""

from __future__ import annotations

import re

DATELINE = re.compile(r"[^.\n]{2,50}\((\w[\w .]{1,30})\)\s*[-–—]\s*")
"""“PENANG, Malaysia (Tidewire) - …”; the group is the news agency."""
_CAPITALS = re.compile(
    r"[A-ZÀ-Þ][A-ZÀ-Þ.'’-]{2,}(?: [A-ZÀ-Þ.'’-]{2,}){0,3}(?:, [^.\n—–-]{2,40})?(?:\s*[—–]\s*|\s+-\s+)(?=\S)"
)


def end_of_dateline(text: str, start: int, end: int) -> int:
    """The offset, in code points, at which the sentence text[start:end] begins behind its dateline; `start`: it has
    none."""
    match = DATELINE.match(text, start, end) or _CAPITALS.match(text, start, end)
    return match.end() if match else start
