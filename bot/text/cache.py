"""A cache of bounded size for what is computed from one word and needed again and again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

MOST = 16_000
"""Entries of one generation; two generations are kept."""
LONGEST = 40  # code points; longer keys hardly repeat, such as a sentence in a script without blanks


class BoundedCache(dict[str, T]):
    """`compute(key)` by key, computed on first use.

    A dictionary rather than `functools.lru_cache`, since `map(cache.__getitem__, words)` needs no call for a known
    word: `python -m tests.bench reading` prints 22 ns a look-up, and 47 with `lru_cache`. When a generation is full
    it becomes the older one, the former older one is dropped, and keys that are asked for again move over.
    """

    def __init__(self, compute: Callable[[str], T], most: int = MOST) -> None:
        super().__init__()
        self._compute = compute
        self._most = most
        self._older: dict[str, T] = {}

    def __missing__(self, key: str) -> T:
        older = self._older
        value = older[key] if key in older else self._compute(key)
        if len(key) <= LONGEST:
            if len(self) >= self._most:
                self._older = dict(self)
                self.clear()
            self[key] = value
        return value
