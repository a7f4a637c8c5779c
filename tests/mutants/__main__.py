"""A seeded sample of mutants: `make mutants`, or `python -m tests.mutants --seed 7 --count 120`.

Each mutant stands in a copy of the tree, a copy a worker, and the tests that reach its line are run until one
fails. Printed are the share that was noticed, of those that are not listed as equivalent, and each one that lived.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

from tests.mutants.equivalent import listed
from tests.mutants.points import Mutant, all_mutants, sampled
from tests.mutants.reach import Reach, reach
from tests.mutants.trials import Fate, Verdict, copied, tried

ENOUGH = 0.9
"""The share of the real mutants that the suite must notice."""


def chosen(root: Path, seed: int, count: int, only: Sequence[str] = ()) -> list[Mutant]:
    """The sample without those listed as equivalent, or all mutants at the places `only` (PATH or PATH:LINE)."""
    every, known = list(all_mutants(root)), listed()
    equivalent = {mutant: each for mutant in every for each in known if each.covers(mutant)}
    for gone in set(known) - set(equivalent.values()):
        print(f"Listed as equivalent, and no longer in the code: {gone.path}: {gone.line}", file=sys.stderr)
    real = [mutant for mutant in every if mutant not in equivalent]
    if only:
        return [mutant for mutant in real if mutant.path in only or f"{mutant.path}:{mutant.line}" in only]
    return sampled(real, count, seed)


def verdicts(mutants: Sequence[Mutant], copies: Sequence[Path], reached: Reach, budget: float) -> list[Verdict]:
    """Try every mutant, as many at a time as there are copies; in the order given."""
    free: SimpleQueue[Path] = SimpleQueue()
    for copy in copies:
        free.put(copy)

    def one(mutant: Mutant) -> Verdict:
        copy = free.get()
        try:
            verdict = tried(copy, mutant, reached, budget)
        finally:
            free.put(copy)
        print(f"{verdict.fate:<12} {mutant}  [{verdict.by}]", file=sys.stderr, flush=True)
        return verdict

    with ThreadPoolExecutor(len(copies)) as workers:
        return list(workers.map(one, mutants))


def report(found: Sequence[Verdict]) -> float:
    """Print the share that was noticed and every mutant that was not; return the share."""
    share = sum(verdict.noticed for verdict in found) / len(found) if found else 1.0
    for verdict in sorted((v for v in found if not v.noticed), key=lambda v: (v.mutant.path, v.mutant.line)):
        print(f"{verdict.mutant}  ({verdict.fate}; {verdict.by})\n    {verdict.mutant.whole_line}")
    fates = Counter(verdict.fate for verdict in found)
    print(f"{share:.0%} of {len(found)} noticed:", ", ".join(f"{fates[fate]} {fate}" for fate in Fate))
    return share


def main(argv: Sequence[str] | None = None) -> int:
    words = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    words.add_argument("only", nargs="*", help="PATH or PATH:LINE: every mutant there instead of a sample")
    words.add_argument("--seed", type=int, default=0)
    words.add_argument("--count", type=int, default=120)
    words.add_argument("--workers", type=int, default=2)
    words.add_argument("--budget", type=float, default=40.0, help="processor seconds of the tests that are asked")
    words.add_argument("--root", type=Path, default=Path.cwd())
    given = words.parse_args(argv)
    began = time.monotonic()
    root = given.root.resolve()
    with tempfile.TemporaryDirectory(prefix="mutants") as folder:
        copies = [Path(folder) / str(number) for number in range(given.workers)]
        for copy in copies:
            copied(root, copy)
        reached = reach(copies[0], root / ".mutants", given.workers)
        found = verdicts(chosen(root, given.seed, given.count, given.only), copies, reached, given.budget)
    share = report(found)
    print(f"seed {given.seed}, {(time.monotonic() - began) / 60:.1f} minutes")
    return int(share < ENOUGH)


if __name__ == "__main__":
    sys.exit(main())
