"""The bot as a person starts it: words in, screen out, exit code; as a process of its own, or within this one."""

from __future__ import annotations

import asyncio
import gc
import io
import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from pathlib import Path

from bot.__main__ import main
from bot.cli.arguments import SOURCES, SUBCOMMANDS
from tests import forking
from tests.clock import PATIENCE
from tests.forking import ROOT, Process


def subcommands(more: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Every subcommand but `run`, those of `sources` too, by name; each with the words that it needs by `more`."""
    names = [each.name for each in SUBCOMMANDS if each.name != "run"] + [f"sources {each.name}" for each in SOURCES]
    return {name: (*name.split(), *more.get(name, ())) for name in names}


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str


class Machine:
    """A person's account on a machine: its folders and environment, nothing of ours in them."""

    def __init__(self, home: Path, **environment: str) -> None:
        self.home = home
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "SYSTEMROOT") if name in os.environ}
        self.environment = {
            **kept,
            "HOME": str(home),
            "XDG_DATA_HOME": str(home / "data"),
            "XDG_CONFIG_HOME": str(home / "config"),
            "PYTHONPATH": str(ROOT),
            "PYTHONUTF8": "1",
            "COLUMNS": "100",
            "BELLWETHER_BRIEF__TIMEZONE": "UTC",
            "BELLWETHER_NOW": "2026-03-27T07:40:00Z",
            "BELLWETHER_PIPELINE__WORKERS": "0",
            **environment,
        }

    async def start(self, *words: str, alone: bool = False, anew: bool = False) -> Process:
        """`bellwether WORDS…`, its standard streams piped; `alone`: in a process group of its own; `anew`: by a new
        interpreter, which costs a second where a fork costs a tenth."""
        return await forking.start("bot", *words, cwd=self.home, env=self.environment, alone=alone, anew=anew)

    async def bellwether(self, *words: str, typed: str = "", anew: bool = False) -> Ended:
        """Run to the end with these lines typed; `anew` as for `start`."""
        process = await self.start(*words, anew=anew)
        return await ended(process, typed)

    async def within(self, *words: str) -> Ended:
        """`bellwether WORDS…` in this process, sparing an interpreter's start; not `run`, which takes signals."""
        out, err = io.StringIO(), io.StringIO()
        with _as_started(self.environment), chdir(self.home), redirect_stdout(out), redirect_stderr(err):
            code = await asyncio.to_thread(main, words)
        return Ended(code, out.getvalue(), err.getvalue())


@contextmanager
def _as_started(environment: Mapping[str, str]) -> Iterator[None]:
    """The process as the bot would find it at its start, and afterwards as it was before."""
    root, kept, threshold = logging.getLogger(), dict(os.environ), gc.get_threshold()
    handlers, level = root.handlers[:], root.level
    root.handlers.clear()
    os.environ.clear()
    os.environ.update(environment)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(kept)
        root.handlers[:] = handlers
        root.setLevel(level)
        gc.set_threshold(*threshold)


async def shown(stream: asyncio.StreamReader | None, words: bytes) -> None:
    """Read a process's lines up to and with the first that holds the words."""
    assert stream is not None
    async with asyncio.timeout(PATIENCE):
        while words not in (line := await stream.readline()):
            assert line, f"it ended without {words!r}"


async def ended(process: Process, typed: str = "") -> Ended:
    try:
        out, err = await asyncio.wait_for(process.communicate(typed.encode()), PATIENCE)
    finally:
        await end(process)
    assert process.returncode is not None
    return Ended(process.returncode, out.decode(), err.decode())


async def end(process: Process) -> None:
    """Kill it where it still runs, and reap it: no process outlives who started it."""
    if process.returncode is None:
        with suppress(ProcessLookupError):
            process.kill()
        await process.communicate()
