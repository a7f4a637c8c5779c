"""Memory that was freed goes back to the system."""

from __future__ import annotations

import gc
import weakref

from bot.model import allocator


class _Ring:
    """Holds itself."""

    def __init__(self) -> None:
        self.itself = self


def test_what_only_a_recent_cycle_holds_is_let_go() -> None:
    """At the end of a look; and one heap may be asked for at any time, whatever the C library is."""
    gc.collect()
    gc.disable()
    try:
        allocator.use_one_heap()
        seen = weakref.ref(_Ring())
        assert seen() is not None
        allocator.trim()
        assert seen() is None
    finally:
        gc.enable()
