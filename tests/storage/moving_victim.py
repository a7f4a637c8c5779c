"""A process that moves an archive in small batches, and kills itself after so many of them."""

from __future__ import annotations

import asyncio
import os
import signal
import sys

from bot.cli.checks import audit
from storage import moving
from tests.clock import FakeClock


class Killing:
    """Progress that ends the process at the step with this number, counted from 0."""

    def __init__(self, at: int) -> None:
        self._left = at

    def step(self, name: str, done: int, total: int) -> None:
        self._left -= 1
        if self._left < 0:
            os.kill(os.getpid(), signal.SIGKILL)


async def main(source: str, target: str, steps: int) -> None:
    moving.ROWS, moving.SIGNALS = 4, 3
    await moving.move(source, target, clock=FakeClock(), prove=audit, progress=Killing(steps))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
