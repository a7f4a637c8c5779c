"""Bench: what our reading of real feeds finds beside feedparser and fastfeedparser alone, and how long each takes."""

from __future__ import annotations

import io
import time
import warnings
from collections.abc import Callable
from pathlib import Path

from bot.reading.feeds import parse_feed
from tests.feed_mutations import by_feedparser

URL = "https://feeds.example/feed"


def run(argument: Path) -> dict[str, object]:
    """Over a folder of feeds as served (any extension): entries and milliseconds a feed, by reader, and what was lost.

    `feedparser_buffered` is feedparser alone with `bot.reading.expat` as its parser of XML. `crashed` names files on
    which our reader raised, `lost` those where another reader finds entries and ours none, `fewer` those where another
    finds more entries than ours.
    """
    paths = sorted(path for path in argument.iterdir() if path.is_file()) if argument.is_dir() else []
    if not paths:
        return {"absent": f"{argument} holds no feeds"}
    bodies = {path.name: path.read_bytes() for path in paths}
    feedparser, _ = _counted(_feedparser, bodies)  # first: with the standard library's parser of XML
    ours, crashed = _counted(_ours, bodies)
    by_feedparser(next(iter(bodies.values())), URL)  # by which it prefers bot.reading.expat from now on
    buffered, _ = _counted(_feedparser, bodies)
    fast, _ = _counted(_fastfeedparser, bodies)
    best = {name: max(feedparser[0][name], fast[0][name]) for name in bodies}
    return {
        "feeds": len(bodies),
        "crashed": crashed,
        "lost": sorted(name for name in bodies if best[name] and not ours[0][name]),
        "fewer": {name: [ours[0][name], best[name]] for name in bodies if ours[0][name] < best[name]},
        "entries": {
            "ours": sum(ours[0].values()),
            "feedparser": sum(feedparser[0].values()),
            "fastfeedparser": sum(fast[0].values()),
        },
        "ms_per_feed": {
            "ours": _ms(ours[1], bodies),
            "feedparser": _ms(feedparser[1], bodies),
            "feedparser_buffered": _ms(buffered[1], bodies),
            "fastfeedparser": _ms(fast[1], bodies),
        },
    }


def _ms(seconds: float, bodies: dict[str, bytes]) -> float:
    return round(1000 * seconds / len(bodies), 2)


def _counted(read: Callable[[bytes], int], bodies: dict[str, bytes]) -> tuple[tuple[dict[str, int], float], list[str]]:
    """((entries by file, processor seconds), files on which the reader raised)."""
    counts: dict[str, int] = {}
    crashed = []
    read(next(iter(bodies.values())))
    started = time.process_time()
    for name, body in bodies.items():
        try:
            counts[name] = read(body)
        except Exception:  # noqa: BLE001 - a bench counts what it measures, failures included
            counts[name] = 0
            crashed.append(name)
    return (counts, time.process_time() - started), crashed


def _ours(body: bytes) -> int:
    found = parse_feed(body, None, URL)
    return 0 if isinstance(found, str) else len(found.entries)


def _feedparser(body: bytes) -> int:
    import feedparser

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return len(feedparser.parse(io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False).entries)


def _fastfeedparser(body: bytes) -> int:
    import fastfeedparser

    try:
        return len(fastfeedparser.parse(body)["entries"])
    except Exception:  # noqa: BLE001 - it raises on what is no feed
        return 0
