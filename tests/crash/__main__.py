"""Hundreds of kills: `make torture`, or `python -m tests.crash --kills 200 --seed 7`; 1 where anything is amiss."""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.crash.stage import STAGES, doubts, play


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
        for fault in faults:
            print(f"{name}, seed {seed + number}: {fault}", flush=True)
        wrong += bool(faults)
    print(", ".join(f"{count} kills on {name}" for name, count in done.items()), f"; {wrong} mornings amiss", sep="")
    return wrong


def _in_turn(kills: int, each: int) -> list[str]:
    names = sorted(STAGES)
    return [names[number % len(names)] for number in range(-(-kills // each))]


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--each", type=int, default=4)
    given = parser.parse_args()
    sys.exit(min(asyncio.run(torture(given.kills, given.seed, given.each)), 1))
