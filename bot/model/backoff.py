"""How long to wait before something that failed is tried again."""

from __future__ import annotations

DOUBLINGS = 30  # beyond which a wait would only overflow


def backoff(failures: int, first: float, most: float) -> float:
    """Seconds to wait after so many failures (from 1): `first`, twice that, four times that … at most `most`."""
    return min(first * 2.0 ** min(max(failures - 1, 0), DOUBLINGS), most)
