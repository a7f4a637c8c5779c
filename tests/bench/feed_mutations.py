"""Bench: damaged and odd feeds read by our quick reader as feedparser reads them."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from random import Random

from bot.model.feed import Entry, FeedDocument
from bot.reading.feeds import parse_feed
from tests.feed_mutations import by_feedparser, is_plain, mutated

URL = "https://feeds.example/news/feed"
SEED = 17
LARGEST = 60_000
"""Bytes of a feed that is mutated: in larger ones most mutations change nothing that the smaller do not."""


def run(argument: Path, count: int = 2000) -> dict[str, object]:
    """The feeds of a folder as they are, then N seeded mutations of the smaller ones.

    `plain` were read by our quick reader, `left` by feedparser. Of the plain ones `same` are equal in everything,
    `differ` counts what is not: entries (their number), the feed's own fields, and fields of entries.
    """
    paths = sorted(path for path in argument.iterdir() if path.is_file()) if argument.is_dir() else []
    if not paths:
        return {"absent": f"{argument} holds no feeds"}
    logging.disable()  # feedparser's failures on broken ones
    bodies = [path.read_bytes() for path in paths]
    smaller, random = [body for body in bodies if len(body) <= LARGEST], Random(SEED)
    return {
        "seed": SEED,
        "real": _compared(bodies),
        "mutations": _compared(mutated(random.choice(smaller), random) for _ in range(count)),
    }


def _compared(bodies: Iterable[bytes]) -> dict[str, object]:
    found: Counter[str] = Counter()
    differ: Counter[str] = Counter()
    for body in bodies:
        if not is_plain(body, URL):
            found["left"] += 1
            continue
        found["plain"] += 1
        different = differences(parse_feed(body, None, URL), by_feedparser(body, URL))
        differ.update(different)
        found["same"] += not different
    return {**found, "differ": dict(differ)}


def differences(ours: FeedDocument | str, theirs: FeedDocument | str) -> set[str]:
    """The names of what differs between two readings of a feed; none: they are equal."""
    if isinstance(ours, str) or isinstance(theirs, str):
        return set() if ours == theirs else {"whether it is a feed"}
    feed = {"title", "language", "ttl", "remarks"}
    names = {f"feed {name}" for name in feed if getattr(ours, name) != getattr(theirs, name)}
    if len(ours.entries) != len(theirs.entries):
        return names | {"entries"}
    pairs = zip(ours.entries, theirs.entries, strict=True)
    return names | {name for one, other in pairs for name in _fields(one, other)}


def _fields(one: Entry, other: Entry) -> set[str]:
    return {name for name in Entry.__slots__ if getattr(one, name) != getattr(other, name)}
