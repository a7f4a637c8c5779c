"""A wire to a server on this machine that can be broken: then nothing passes, and nobody is told.

async with wire(path_of_the_server, path) as line: …    line.broken = True
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path


class Wire:
    """While it is `broken`, what is sent into it is swallowed, as by a network that drops packets."""

    def __init__(self, server: Path) -> None:
        self.broken = False
        self._server = server
        self._ends: set[asyncio.StreamWriter] = set()

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_unix_connection(str(self._server))
        self._ends |= {writer, back}
        await asyncio.gather(self._pass(reader, back), self._pass(there, writer))

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(1 << 16):
                if not self.broken:
                    writer.write(data)
                    await writer.drain()
        writer.close()

    def close(self) -> None:
        for each in self._ends:
            each.close()


@asynccontextmanager
async def wire(server: Path, here: Path) -> AsyncIterator[Wire]:
    """From the socket `here` to that of the server."""
    line = Wire(server)
    listening = await asyncio.start_unix_server(line.connected, str(here))
    try:
        yield line
    finally:
        listening.close()
        line.close()
        await listening.wait_closed()
