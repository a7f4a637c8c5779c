"""Keep the C library from holding memory that was freed: one heap for all threads, and what is free given back."""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Callable
from functools import cache

_ARENA_MAX = -8  # M_ARENA_MAX of malloc.h


def use_one_heap() -> None:
    """Let all threads share one heap, before there are any; nothing where the C library has no such call.

    By default each thread that reads the database has a heap of its own, and what is free in one serves no other:
    after 20 days of `python -m tests.bench year` 49 of 312 MB. Python's lock keeps threads from waiting for the heap.
    """
    _call("mallopt")(_ARENA_MAX, 1)


def trim() -> None:
    """Drop what is only held by recent reference cycles, and have the C library return what is free in its heap;
    only the former where it has no such call (musl, macOS)."""
    gc.collect(1)
    _call("malloc_trim")(0)


@cache
def _call(name: str) -> Callable[..., int]:
    found: Callable[..., int] = getattr(ctypes.CDLL(None), name, lambda *_: 0)
    return found
