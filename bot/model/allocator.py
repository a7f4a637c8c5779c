"""Give memory that was freed back to the system, where the C library keeps it."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import cache


def trim() -> None:
    """Have the C library return what is free in its heaps; nothing where it has no such call (musl, macOS)."""
    _trim()(0)


@cache
def _trim() -> Callable[[int], int]:
    found: Callable[[int], int] = getattr(ctypes.CDLL(None), "malloc_trim", lambda _: 0)
    return found
