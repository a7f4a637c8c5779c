"""A process of one of our modules, forked where they are loaded already: it costs a tenth of a new interpreter's start.

It stands for `asyncio.create_subprocess_exec(sys.executable, "-m", module, *words, …)` with its three streams piped;
`python -m tests.fork_server` is the other side.
"""

from __future__ import annotations

import asyncio
import atexit
import json
import os
import signal as signals
import socket
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Protocol

ROOT = Path(__file__).resolve().parent.parent
ANEW = "TESTS_START_ANEW"
"""Where it is set, each process is started by a new interpreter, as whoever measures what processes run needs it."""


class Process(Protocol):
    """What tests use of a process, of this module's or of asyncio's; see asyncio.subprocess.Process."""

    @property
    def pid(self) -> int: ...
    @property
    def returncode(self) -> int | None: ...
    @property
    def stdin(self) -> asyncio.StreamWriter | None: ...
    @property
    def stdout(self) -> asyncio.StreamReader | None: ...
    @property
    def stderr(self) -> asyncio.StreamReader | None: ...
    async def communicate(self, input: bytes | None = None) -> tuple[bytes, bytes]: ...
    async def wait(self) -> int: ...
    def send_signal(self, signal: int) -> None: ...
    def kill(self) -> None: ...
    def terminate(self) -> None: ...


class Forked:
    """A process as asyncio.subprocess.Process has it."""

    def __init__(self, pid: int, stdin: asyncio.StreamWriter, out: _Pipe, err: _Pipe, told: _Pipe) -> None:
        self.pid, self.stdin, self.stdout, self.stderr = pid, stdin, out.reader, err.reader
        self._pipes = (out, err, told)
        self._ended = asyncio.create_task(_number(told))

    @property
    def returncode(self) -> int | None:
        return self._ended.result() if self._ended.done() else None

    async def wait(self) -> int:
        """Until it has ended, and all that it wrote has come."""
        code = await asyncio.shield(self._ended)
        self.stdin.close()
        for each in self._pipes:
            await each.closed.wait()
        return code

    async def communicate(self, input: bytes | None = None) -> tuple[bytes, bytes]:
        _, out, err = await asyncio.gather(self._typed(input), self.stdout.read(), self.stderr.read())
        await self.wait()
        return out, err

    async def _typed(self, input: bytes | None) -> None:
        with suppress(BrokenPipeError, ConnectionResetError):  # it does not read to the end
            if input:
                self.stdin.write(input)
                await self.stdin.drain()
            self.stdin.close()
            await self.stdin.wait_closed()

    def send_signal(self, signal: int) -> None:
        """Raises ProcessLookupError where it has ended."""
        if self._ended.done():
            raise ProcessLookupError
        os.kill(self.pid, signal)

    def kill(self) -> None:
        self.send_signal(signals.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signals.SIGTERM)


async def start(
    module: str, *words: str, cwd: Path, env: Mapping[str, str], alone: bool = False, anew: bool = False
) -> Process:
    """`python -m MODULE WORDS…`; `alone`: in a process group of its own; `anew`: by a new interpreter."""
    if not anew and ANEW not in os.environ:
        return await _forked({"module": module, "words": words, "cwd": str(cwd), "env": dict(env), "alone": alone})
    command, piped = (sys.executable, "-m", module, *words), asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(
        *command, cwd=cwd, env=env, stdin=piped, stdout=piped, stderr=piped, start_new_session=alone
    )


async def _forked(request: Mapping[str, object]) -> Forked:
    typed, typing = os.pipe()
    (out, shows), (err, complains), (told, tells) = os.pipe(), os.pipe(), os.pipe()
    theirs = (typed, shows, complains, tells)
    socket.send_fds(_server(), [json.dumps(request).encode()], theirs)
    for each in theirs:
        os.close(each)
    pipes = [await _Pipe.opened(each) for each in (out, err, told)]
    return Forked(await _number(pipes[-1]), await _writer(typing), *pipes)


class _Pipe(asyncio.StreamReaderProtocol):
    """What a process writes."""

    def __init__(self) -> None:
        self.reader, self.closed = asyncio.StreamReader(), asyncio.Event()
        super().__init__(self.reader)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self.closed.set()

    @classmethod
    async def opened(cls, number: int) -> _Pipe:
        _, pipe = await asyncio.get_running_loop().connect_read_pipe(cls, os.fdopen(number, "rb", 0))
        return pipe


async def _number(told: _Pipe) -> int:
    line = await told.reader.readline()
    assert line, "the server of forks has ended"
    return int(line)


async def _writer(number: int) -> asyncio.StreamWriter:
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.connect_write_pipe(_Pipe, os.fdopen(number, "wb", 0))
    return asyncio.StreamWriter(transport, protocol, None, loop)


@cache
def _server() -> socket.socket:
    """Where to ask for a process; one for all the tests of this process, made when one is asked for first."""
    ours, theirs = socket.socketpair()
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "SYSTEMROOT") if name in os.environ}
    process = subprocess.Popen(
        (sys.executable, "-m", "tests.fork_server", str(theirs.fileno())),
        cwd=ROOT,
        env={**kept, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        stdin=subprocess.PIPE,  # so that its streams are what those of the processes are
        stdout=subprocess.PIPE,
        pass_fds=(theirs.fileno(),),
        start_new_session=True,
    )
    theirs.close()
    atexit.register(_end, ours, process)
    return ours


def _end(server: socket.socket, process: subprocess.Popen[bytes]) -> None:
    server.close()
    process.communicate()
