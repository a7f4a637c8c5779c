"""How far two spellings are apart, and whether one may be a slip for the other."""

from __future__ import annotations

SHORT, LONG = 6, 8
"""Letters below which one slip would make another word, and from which there may be two."""


def distance(a: str, b: str) -> int:
    """The optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours."""
    before: list[int] = []
    last = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        row = [i]
        for j, y in enumerate(b, 1):
            row.append(min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (x != y)))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                row[j] = min(row[j], before[j - 2] + 1)
        before, last = last, row
    return last[-1]


def is_slip(typed: str, name: str) -> bool:
    """Whether the typed word may be the name with one slip, or two in a long one, behind a right first letter."""
    if typed[:1] != name[:1] or abs(len(typed) - len(name)) > 2 or len(name) < SHORT:
        return False
    return 0 < distance(typed, name) <= (1 if len(name) < LONG else 2)
