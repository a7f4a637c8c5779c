"""What each short command of the command line costs: processor time, and how many modules it loads."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.process import Machine

TIMES = 5
COMMANDS = (
    "--version", "--help", "help", "help mute", "brif", "status --check", "status", "sources", "sources drop Nobody",
)  # fmt: skip


def run(_: Path | None) -> dict[str, object]:
    """By command: the least processor seconds (user and system) of TIMES processes, and the modules loaded."""
    with tempfile.TemporaryDirectory() as folder:
        machine = Machine(Path(folder))
        _process(machine, ["status"])  # makes the database, and compiles the modules
        return {each: _measured(machine, each.split()) for each in COMMANDS}


def _measured(machine: Machine, words: list[str]) -> dict[str, float]:
    spent = []
    for _ in range(TIMES):
        before = _seconds()
        _process(machine, words)
        spent.append(_seconds() - before)
    imports = _process(machine, words, "-X", "importtime").count("import time:") - 1  # its first line is a heading
    return {"cpu_s": round(min(spent), 3), "modules": imports}


def _seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _process(machine: Machine, words: list[str], *options: str) -> str:
    """Run it to its end, whatever its exit code; what it wrote on standard error."""
    command = [sys.executable, *options, "-m", "bot", *words]
    done = subprocess.run(
        command, cwd=machine.home, env=machine.environment, capture_output=True, text=True, check=False
    )
    return done.stderr
