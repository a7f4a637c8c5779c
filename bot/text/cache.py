"""What is worked out of a word once and asked for again and again, in a table of bounded size."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

MOST = 24_000
"""So many are known, and as many from before them."""
LONGEST = 40  # code points; what is longer will hardly come again, such as a sentence in a script without blanks


class BoundedCache(dict[str, T]):
    """`work(key)` by key, worked out where it is not known yet.

    `map(memo.__getitem__, words)` costs a look-up a word and no call, a fifth of what a cached function costs. A full
    table becomes the one from before, which the words that still come are taken over from.
    """

    def __init__(self, work: Callable[[str], T], most: int = MOST) -> None:
        super().__init__()
        self._work = work
        self._most = most
        self._before: dict[str, T] = {}

    def __missing__(self, key: str) -> T:
        known = self._before
        value = known[key] if key in known else self._work(key)
        if len(key) <= LONGEST:
            if len(self) >= self._most:
                self._before = dict(self)
                self.clear()
            self[key] = value
        return value
