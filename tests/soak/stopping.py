"""SIGTERM amid a siege: the bot as a process of its own, told to stop while attacks are read in its workers."""

from __future__ import annotations

import asyncio
import signal
import time
from dataclasses import dataclass
from pathlib import Path

from tests.process import Machine, end
from tests.servers.feeds import feed_server
from tests.soak.attacks import ATTACKS

PATIENCE = 120.0  # seconds


@dataclass(frozen=True)
class Stopped:
    """How the process ended."""

    code: int | None
    seconds: float  # from the signal to its end
    err: str  # what it wrote to standard error


async def stopped_amid(folder: Path, size: int) -> Stopped:
    """Start `run` with a source an attack of `size` bytes, and stop it once all have been asked for."""
    async with feed_server() as server:
        sources = folder / "sources.toml"
        with sources.open("w", encoding="utf-8") as file:
            for number, attack in enumerate(ATTACKS.values(), 1):
                server.put(f"/attack{number}", attack(size))
                file.write(f'[[source]]\nurl = "{server.url(f"/attack{number}", f"127.1.0.{number}")}"\n')
        given = {"SOURCES": str(sources), "ALLOW_PRIVATE_HOSTS": "true", "PIPELINE__WORKERS": "2"}
        process = await Machine(folder, **{f"BELLWETHER_{name}": value for name, value in given.items()}).start(
            "run", anew=True
        )
        try:
            await server.asked(len(ATTACKS))
            begun = time.monotonic()
            process.send_signal(signal.SIGTERM)
            _, err = await asyncio.wait_for(process.communicate(), PATIENCE)
            return Stopped(process.returncode, round(time.monotonic() - begun, 1), err.decode())
        finally:
            await end(process)
