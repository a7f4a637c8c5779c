"""Caches of bounded size for what is computed from a word or a text and needed again and again while articles are read.

Between two looks they help nobody: `forget` empties all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakValueDictionary

if TYPE_CHECKING:
    from functools import _lru_cache_wrapper

T = TypeVar("T")

MOST = 16_000
"""Entries of one generation; two generations are kept."""
LONGEST = 40  # code points; longer keys hardly repeat, such as a sentence in a script without blanks
_CACHES: WeakValueDictionary[int, BoundedCache[Any]] = WeakValueDictionary()
_FUNCTIONS: list[_lru_cache_wrapper[Any]] = []


def cached(most: int) -> Callable[[Callable[..., T]], _lru_cache_wrapper[T]]:
    """As `functools.lru_cache`, for what `forget` empties, too."""

    def decorate(function: Callable[..., T]) -> _lru_cache_wrapper[T]:
        made = lru_cache(maxsize=most)(function)
        _FUNCTIONS.append(made)
        return made

    return decorate


def forget() -> None:
    """Empty every cache; what is asked for again is computed again."""
    for cache in list(_CACHES.values()):
        cache.empty()
    for function in _FUNCTIONS:
        function.cache_clear()


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
        _CACHES[id(self)] = self

    def empty(self) -> None:
        """Drop both generations."""
        self._older = {}
        self.clear()

    def __missing__(self, key: str) -> T:
        older = self._older
        value = older[key] if key in older else self._compute(key)
        if len(key) <= LONGEST:
            if len(self) >= self._most:
                self._older = dict(self)
                self.clear()
            self[key] = value
        return value
