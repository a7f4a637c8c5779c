"""A clock that runs many times as fast, the same for every process that is given the same beginning."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime, timedelta

from tests.clock import MORNING

SPEED = 50.0


class FastClock:
    """MORNING at the machine's time `beginning`, and `speed` seconds for each of the machine's from there on."""

    def __init__(self, beginning: float, speed: float = SPEED) -> None:
        self.beginning = beginning
        self.speed = speed

    def now(self) -> datetime:
        return MORNING + timedelta(seconds=(time.time() - self.beginning) * self.speed)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self.speed)
