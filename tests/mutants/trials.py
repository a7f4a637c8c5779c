"""Run the tests that reach a mutant, in a copy of the tree that holds it: do they notice?"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from tests.mutants.points import Mutant
from tests.mutants.reach import Reach

FIRST_ROUND = 1.0
"""Processor seconds of the tests that are asked first; collecting all of them takes longer than these few run."""
START = 20.0
"""Seconds of processor time granted for starting Python and collecting, on a slow machine."""
MEMORY = 8_000_000
"""Kilobytes of address space: a mutant that grows without end is stopped before it takes the machine's memory."""
NOT_COPIED = (".git", ".venv", ".mutants", ".*_cache", ".hypothesis", ".env", "__pycache__", "*.egg-info", "build")


class Fate(StrEnum):
    KILLED = "killed"
    NEVER_ENDED = "never ended"
    LIVED = "lived"
    UNREACHED = "reached by no test"


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant; `by` is the test that failed, or how many tests saw nothing."""

    mutant: Mutant
    fate: Fate
    by: str

    @property
    def noticed(self) -> bool:
        return self.fate in (Fate.KILLED, Fate.NEVER_ENDED)


def copied(root: Path, copy: Path) -> None:
    """Copy the tree without what is made from it, so that no mutant ever stands in the tree itself."""
    shutil.copytree(root, copy, ignore=shutil.ignore_patterns(*NOT_COPIED), symlinks=True)


@contextmanager
def planted(copy: Path, mutant: Mutant) -> Iterator[None]:
    """The mutant stands in the copy for as long as the block lasts."""
    file = copy / mutant.path
    source = file.read_bytes()
    file.write_bytes(mutant.applied(source))
    try:
        yield
    finally:
        file.write_bytes(source)


def tried(copy: Path, mutant: Mutant, reach: Reach, budget: float) -> Verdict:
    """Ask the tests that reach the mutant, up to `budget` seconds of them, until the first fails."""
    tests = within(reach.tests(mutant), reach.seconds, budget)
    if not tests:
        return Verdict(mutant, Fate.UNREACHED, "")
    first = within(tests, reach.seconds, FIRST_ROUND)
    with planted(copy, mutant):
        for some in (first, tests[len(first) :]):
            if some and (ended := asked(copy, some, sum(reach.seconds[test] for test in some))):
                return Verdict(mutant, *ended)
    return Verdict(mutant, Fate.LIVED, f"{len(tests)} of {len(reach.tests(mutant))} tests")


def within(tests: Sequence[str], seconds: dict[str, float], budget: float) -> list[str]:
    """The first tests that fit in the budget, at least one where there is one."""
    taken: list[str] = []
    for test in tests:
        budget -= seconds[test]
        if budget < 0 and taken:
            break
        taken.append(test)
    return taken


def asked(copy: Path, tests: Sequence[str], seconds: float) -> tuple[Fate, str] | None:
    """None where all tests pass; they may take three times their usual seconds of processor time, and no more."""
    names = copy / "tests.of.mutant"
    names.write_text("\n".join(tests), encoding="utf-8")
    limit = int(START + 3 * seconds)
    pytest = [
        sys.executable,
        "-m",
        "pytest",
        "-x",
        "-p",
        "no:xdist",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:cov",
        f"@{names}",
    ]
    process = subprocess.Popen(
        ["/bin/sh", "-c", f'ulimit -t {limit}; ulimit -v {MEMORY}; exec "$@"', "sh", *pytest],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(timeout=10 * limit)
    except subprocess.TimeoutExpired:
        return Fate.NEVER_ENDED, f"{10 * limit} s"
    finally:
        _ended(process)
    if process.returncode < 0:
        return Fate.NEVER_ENDED, f"signal {-process.returncode}"
    failed = re.search(r"^(?:FAILED|ERROR) (\S+)", output, re.MULTILINE)
    return (Fate.KILLED, failed[1] if failed else shown_end(output)) if process.returncode else None


def shown_end(output: str) -> str:
    return output.strip().rpartition("\n")[2]


def _ended(process: subprocess.Popen[str]) -> None:
    """End what the tests have started and left."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
