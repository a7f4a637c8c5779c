"""How many requests are made at once; those that a person waits for go before all others that wait."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

URGENT = frozenset({"answer", "intent"})
"""Steps that a person waits for."""


class Lanes:
    """A number of lanes, each for one request at a time."""

    def __init__(self, number: int) -> None:
        self._free = number
        self._urgent: deque[asyncio.Future[None]] = deque()
        self._others: deque[asyncio.Future[None]] = deque()

    @asynccontextmanager
    async def lane(self, step: str) -> AsyncIterator[None]:
        """A lane for a request of the step, once one is free."""
        if self._free:
            self._free -= 1
        else:
            await self._turn(self._urgent if step in URGENT else self._others)
        try:
            yield
        finally:
            self._leave()

    async def _turn(self, queue: deque[asyncio.Future[None]]) -> None:
        turn = asyncio.get_running_loop().create_future()
        queue.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # the lane was given just as it was no longer wanted
                self._leave()
            raise

    def _leave(self) -> None:
        """Give the lane to who is next; whoever gave up waiting is passed over."""
        for queue in (self._urgent, self._others):
            while queue:
                turn = queue.popleft()
                if not turn.done():
                    turn.set_result(None)
                    return
        self._free += 1
