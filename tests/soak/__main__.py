"""Bad days, whole: `make soak`, or `python -m tests.soak --days 14`; 1 where anything was lost, doubled or too slow.

Attacks of full size, mutated feeds and torn pages, the growth of every step, then days in one process on a clock of
ours, with servers and a chat that fail. It prints inputs tried, faults survived, lost, doubled, and memory.

It wants a machine of its own: what others run there makes answers slow too. `of_processor_time_s` tells the two apart.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import sys
import tempfile
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from random import Random

from bot.model.feed import PageText
from tests.feed_mutations import mutated
from tests.forking import ANEW
from tests.servers.feeds import Answer
from tests.soak.attacks import ATTACKS, mutated_page, plain
from tests.soak.growth import STEPS, offenders
from tests.soak.stage import Stage, memory_mb, open_stage, refusals
from tests.soak.stopping import stopped_amid

LOOKS = 8
"""Looks a day."""
HOUSES = 12
ANSWER = 2.0
"""Seconds within which an answer must come, whatever is read meanwhile."""
STOP = 10.0
"""Seconds within which SIGTERM ends the process, whatever is read meanwhile."""
LARGE = 2_000
"""Characters of the shorter text in the measure of growth."""


async def siege(folder: Path, mutations: int, size: int) -> dict[str, object]:
    """All attacks at their full size and so many mutated feeds beside plain ones, in one look."""
    random = Random(1)
    async with open_stage(folder / "siege.db") as stage:
        served = {f"/attack {name}".replace(" ", "-"): attack(size) for name, attack in ATTACKS.items()}
        served |= {f"/mutated{n}": mutated(plain(n, 3).encode(), random) for n in range(mutations)}
        kept = {f"/plain{n}": plain(n, 3).encode() for n in range(HOUSES)}
        for path, body in (served | kept).items():
            stage.server.put(path, body)
        await stage.sources(served | kept)
        begun = time.monotonic()
        await stage.look()
        health = await stage.health()
        closing = time.monotonic()
    return {
        "feeds": len(served),
        "seconds": round(closing - begun, 1),
        "closed_in_s": round(time.monotonic() - closing, 2),
        "slowest_answer_s": round(stage.slowest, 2),
        "of_processor_time_s": round(stage.dearest, 2),
        "answers": stage.asked,
        "lost": sorted(path for path in kept if not health[path].succeeded_at),
        "forgotten": sorted(path for path in served if not health[path].succeeded_at and not health[path].error),
        "offenders": {path: each.error for path, each in health.items() if path.startswith("/attack") and each.error},
    }


async def torn_pages(folder: Path, count: int) -> dict[str, object]:
    """So many pages, each torn in another way."""
    random, outcomes = Random(2), Counter[str]()
    async with open_stage(folder / "pages.db") as stage:
        for number in range(count):
            stage.server.put("/page", mutated_page(random), type="text/html")
            found = await stage.web.page(stage.server.url("/page", f"127.2.{number // 250}.{number % 250 + 1}"))
            outcomes["read" if isinstance(found, PageText) else "refused"] += 1
    return {"pages": count, **outcomes}


def growth() -> dict[str, object]:
    """Steps whose cost grows faster than the text, by the pieces on which it does."""
    found = {name: dict(offenders(name, LARGE)) for name in STEPS}
    return {"steps": len(STEPS), "faster_than_linear": {name: each for name, each in found.items() if each}}


async def fortnight(folder: Path, days: int, looks: int = LOOKS, workers: int = 2) -> dict[str, object]:
    """Days in one process: stories daily, servers and a chat that fail, a brief each morning."""
    random, memory = Random(4), []
    async with open_stage(folder / "days.db", workers=workers) as stage:
        await stage.sources(f"/house{house}" for house in range(HOUSES))
        for day in range(days):
            stage.chat.scripts["C1"] = refusals(random)
            for look in range(looks):
                _serve(stage, random, day, calm=look == looks - 1)
                await stage.look()
                stage.clock.advance(86_400 / looks)
            await stage.tell()
            memory.append(memory_mb())
        guids = {(house, number) for house in range(HOUSES) for number in range(days)}
        titles = Counter(each.title for each in await stage.store.articles.since(stage.clock.now().replace(year=2000)))
        said = Counter(words for words in stage.chat.words if "cuts output" in words)
    return {
        "days": days,
        "looks": days * looks,
        "faults_survived": dict(stage.failed.most_common()),
        "articles": sum(titles.values()),
        "lost": sorted(
            f"house {house}, {number}"
            for house, number in guids
            if f"House {house}: memory maker {number} cuts output" not in titles
        ),
        "doubled": sorted(words[:80] for words, times in said.items() if times > 1),
        "messages": len(stage.chat.log),
        "slowest_answer_s": round(stage.slowest, 2),
        "of_processor_time_s": round(stage.dearest, 2),
        "largest_mb": round(max(memory), 1),
        "last_mb": round(memory[-1], 1),
    }


def _serve(stage: Stage, random: Random, day: int, *, calm: bool) -> None:
    """Each house's feed of the day, one in three of them by a fault; on a calm look by none."""
    for house in range(HOUSES):
        good = Answer(plain(house, day))
        faulty = random.choice((
            Answer(status=503), Answer(status=301, headers={"Location": "http://["}), replace(good, cut=300),
            Answer(mutated(plain(house, day).encode(), random)), Answer(b""),
            Answer(random.choice([*ATTACKS.values()])(50_000)),
        ))  # fmt: skip
        stage.server.script(f"/house{house}", good if calm or random.random() < 2 / 3 else faulty)


async def soak(days: int, mutations: int, pages: int, size: int) -> int:
    """Everything in turn, a line of figures each; 1 where anything is amiss."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        besieged = await siege(folder, mutations, size)
        print(json.dumps({"siege": besieged}, ensure_ascii=False), flush=True)
        print(json.dumps({"torn": await torn_pages(folder, pages)}), flush=True)
        lived = await fortnight(folder, days)
        print(json.dumps({"days": lived}, ensure_ascii=False), flush=True)
        stopped = await stopped_amid(folder, size)
        print(json.dumps({"stopped_amid_a_siege": {"code": stopped.code, "seconds": stopped.seconds}}), flush=True)
    grown = growth()
    print(json.dumps({"growth": grown}, ensure_ascii=False), flush=True)
    slow = max(float(str(each["slowest_answer_s"])) for each in (besieged, lived)) > ANSWER
    amiss = (besieged["lost"], besieged["forgotten"], lived["lost"], lived["doubled"], grown["faster_than_linear"])
    return int(slow or any(amiss) or stopped.code != 0 or stopped.seconds > STOP)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.soak")
    parser.add_argument("--days", type=int, default=14)
    parser.add_argument("--mutations", type=int, default=2000)
    parser.add_argument("--pages", type=int, default=500)
    parser.add_argument("--size", type=int, default=4_000_000, help="bytes of an attack")
    given = parser.parse_args()
    os.environ[ANEW] = "1"  # a forked process holds what others loaded before it
    logging.disable()
    sys.exit(asyncio.run(soak(given.days, given.mutations, given.pages, given.size)))
