"""Where a text that is too long may end or begin: at a sentence, else at a clause, else between two words."""

from __future__ import annotations

import re
from collections.abc import Iterator

ELLIPSIS = "…"
_LEAST = 0.4
"""A border in the first two fifths of the room leaves too little: the next weaker kind of border is tried."""

_SENTENCE = re.compile(r"(?<=[.!?…])(?=\s)|(?<=[.!?…][”\"’»)])(?=\s)|(?=\s*[;；])|(?=\s[–—]\s)|(?<=[。！？])")
_CLAUSE = re.compile(r"(?=,\s)|(?<=,[”\"’])(?=\s)|(?=:\s)|(?<=[、，])")
_WORD = re.compile(r"(?=\s)")
_START = re.compile(r"(?<=[,;:]\s)|(?<=\s[–—]\s)|(?<=[.!?]\s)")
_PAIRS = (("“", "”"), ("«", "»"), ("(", ")"), ("[", "]"))


def clause_end(text: str, most: int) -> int:
    """The offset at which the text is to end so that it has at most `most` characters; its length where it has."""
    if len(text) <= most:
        return len(text)
    for border in (_SENTENCE, _CLAUSE, _WORD):
        found = [at for at in _borders(border, text, most) if at >= _LEAST * most]
        closed = [at for at in found if not _open(text[:at])]
        if closed or (border is _WORD and found):
            return max(closed or found)
    return most


def clause_start(text: str, before: int, room: int) -> int:
    """The first offset at which a clause begins, so that at most `room` characters stand between it and `before`.

    Where no clause begins there, the first word that does.
    """
    least = max(0, before - room)
    if not least:
        return 0
    starts = [match.end() for match in _START.finditer(text, 0, before)]
    words = [match.end() for match in re.finditer(r"\s+", text[:before])]
    return next((at for at in (*starts, *words) if at >= least), before)


def shortened(text: str, most: int) -> str:
    """The text, or what of it ends at a clause with an ellipsis behind it: at most `most` characters."""
    if len(text) <= most:
        return text
    return text[: clause_end(text, most - 1)].rstrip(" ,;:–—") + ELLIPSIS


def _borders(border: re.Pattern[str], text: str, most: int) -> Iterator[int]:
    return (match.start() for match in border.finditer(text, 0, most + 1) if match.start() <= most)


def _open(text: str) -> bool:
    """Whether a quotation or a bracket that began in the text has not ended."""
    return text.count('"') % 2 == 1 or any(text.count(opening) > text.count(closing) for opening, closing in _PAIRS)
