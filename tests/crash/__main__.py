"""Hundreds of kills: `make torture`, or `python -m tests.crash --kills 200 --seed 7`; 1 where anything is amiss.

With `--pairs` two processes live on one PostgreSQL database, and the blows are of three kinds (tests/crash/pair.py).
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.crash import pair
from tests.crash.stage import STAGES, doubts, play
from tests.servers import postgres


async def torture(kills: int, seed: int, each: int) -> int:
    """Mornings on each platform in turn, `each` kills a morning, until there were so many; how many went wrong."""
    done: Counter[str] = Counter()
    wrong = 0
    for number, name in enumerate(_in_turn(kills, each)):
        with tempfile.TemporaryDirectory() as folder:
            async with STAGES[name]() as stage:
                database = Path(folder) / "bellwether.db"
                done[name] += await play(stage, database, random.Random(seed + number), each)
                faults = stage.faults(await doubts(database))
        wrong += _said(name, seed + number, faults)
    return _summed(done, "kills", wrong)


async def torture_pairs(blows: int, seed: int, each: int) -> int:
    """As `torture`, with two processes on a server's database."""
    done: Counter[str] = Counter()
    wrong = 0
    with postgres.running(f"torture-{time.monotonic_ns()}") as server, postgres.reused(server) as database:
        for number, name in enumerate(_in_turn(blows, each)):
            with tempfile.TemporaryDirectory() as folder:
                async with STAGES[name]() as stage:
                    dice = random.Random(seed + number)
                    faults = await pair.play(stage, database.emptied(), Path(folder), dice, each)
            done[name] += each
            wrong += _said(name, seed + number, faults)
    return _summed(done, "blows", wrong)


def _in_turn(kills: int, each: int) -> list[str]:
    names = sorted(STAGES)
    return [names[number % len(names)] for number in range(-(-kills // each))]


def _said(name: str, seed: int, faults: list[str]) -> bool:
    for fault in faults:
        print(f"{name}, seed {seed}: {fault}", flush=True)
    return bool(faults)


def _summed(done: Counter[str], what: str, wrong: int) -> int:
    print(", ".join(f"{count} {what} on {name}" for name, count in done.items()), f"; {wrong} mornings amiss", sep="")
    return wrong


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--each", type=int, default=4)
    parser.add_argument("--pairs", action="store_true")
    given = parser.parse_args()
    chosen = torture_pairs if given.pairs else torture
    sys.exit(min(asyncio.run(chosen(given.kills, given.seed, given.each)), 1))
