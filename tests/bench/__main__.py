"""Benchmarks: `python -m tests.bench NAME PATH …` prints one JSON line; `--data FOLDER` runs what the folder offers.

linking FILE       B³ of the embedded linking on labelled articles (JSON lines)
mixed FOLDER       unrelated headlines drawn into the stories of linking/ecb-short.jsonl
copies FILE        wire copies found among edited copies of real articles
categories FILE    STEEP dimension, macro-F1
evidence FILE      the sentence that reports the event, first choice and within three
feeds FOLDER       entries read, against feedparser and fastfeedparser alone
feed-mutations FOLDER N  feeds as they are and N mutations of them (2,000), quickly read as feedparser reads them
pages FOLDER       article text, 4-gram F1 against gold.json
collect FOLDER N   processor time of a cold and a warm cycle over N feeds served from the folder
many               400 feeds of 50 full texts and 6,000 small ones: memory and processor time, beside bare fetching
year DAYS          so many days (365) of 500 articles: the file, the memory and a look, with `keep` at work
judged FOLDER [1]  four real mornings against a reader's judgements of them; 1: also the items behind each figure
whole FOLDER       real feeds through the whole pipeline to a brief, and the audit
throughput FILE N  articles a second from stored text to stored signal, with 1,000 and with N live articles (100,000)
closed FILE N      what comparing with closed signals costs, with an archive of N articles (20,000)
start              processor time and modules of each short command
idle               start to first fetch, and memory at rest
claude             what a day of 500 articles costs with Claude, by step; --live: the chain with a real key
claude --judge FILE  30 good and 30 bad signals, the embedded analyst's, and one laid out as a page (FILE), scored by a
                   rubric; --live: those that the real Claude makes of the sample edition, with their cost
claude --tiny      the sample edition with a real model that is far too weak for it: no false quote, nothing told twice
thousand           a thousand channels due at the same minute: messages a second, and memory
answers            questions on the sample edition answered with the right quote, and rightly refused, by half;
                   --live: by the real Claude
answers-speed      a recorded “why?” from event to platform call, among 100,000 signals and a million articles
reading            sentences found a second, the taxonomy looked for, the sample edition's articles made
storage            writing signals in batches, reading one, loading the live ones
engines            the same for SQLite and PostgreSQL; and articles a second with one, two and four readers
move               an archive of 5,000 signals and 50,000 articles from a file to PostgreSQL, back, and to a file
reread             articles read again a second with one worker, with two, and on a Dask cluster of two here
web                a signal's page over a socket among 100,000 signals, and the static copy of 10,000, whole and again
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.forking import ANEW

OFFERED = (
    ("linking", "linking/ecb-short.jsonl"),
    ("linking", "linking/ecb-full.jsonl"),
    ("linking", "linking/headlines.jsonl"),
    ("mixed", "."),
    ("copies", "linking/ecb-full.jsonl"),
    ("categories", "categories/ag.jsonl"),
    ("categories", "categories/huffpost.jsonl"),
    ("evidence", "evidence/ecb.jsonl"),
    ("feeds", "feeds"),
    ("feed-mutations", "feeds"),
    ("pages", "pages"),
    ("collect", "feeds"),
    ("judged", "judged"),
    ("whole", "feeds"),
    ("throughput", "linking/ecb-full.jsonl"),
    ("closed", "linking/ecb-full.jsonl"),
)
"""What a data folder may hold, and the benchmark that reads it."""
WITHOUT_DATA = (
    "start", "idle", "reading", "storage", "engines", "claude", "thousand", "many", "answers", "answers-speed", "move",
    "reread", "web",
)  # fmt: skip
LONG = ("year",)
"""What takes so long that it is run only where it is named."""
WITH_CLAUDE = ("claude", "answers")
NAMES = tuple(dict.fromkeys(name for name, _ in OFFERED)) + WITHOUT_DATA + LONG
COUNTED = {"collect": 100, "feed-mutations": 2000, "judged": 0, "throughput": 100_000, "closed": 20_000, "year": 365}
"""Benchmarks of so many feeds, mutations, or live articles, or whether with their items, where no number is given."""


def measure(name: str, path: Path | None, count: int | None = None) -> None:
    """Run one benchmark and print its figures as one JSON line; what is absent is said on the same line."""
    if path is not None and not path.exists():
        print(json.dumps({"bench": name, "data": str(path), "absent": True}))
        return
    module = importlib.import_module(f"tests.bench.{name.replace('-', '_')}")
    figures = module.run(path, COUNTED[name] if count is None else count) if name in COUNTED else module.run(path)
    print(json.dumps({"bench": name, "data": path.name if path else None, **figures}), flush=True)


def alone(*words: str) -> None:
    """Run one benchmark in a process of its own: what one loads or tunes must not help or burden the next."""
    subprocess.run([sys.executable, "-m", "tests.bench", *words], check=False)


def judge(name: str | None, page: Path | None, words: argparse.ArgumentParser, *, live: bool) -> int:
    """Score written signals; `page`: one more, in a file."""
    if name not in (None, "claude"):
        words.error(f"{name} writes no signals")
    from tests.bench.rubric import judge as rubric

    files = [page] if page else []
    figures = rubric.live() if live else rubric.run(files)
    print(json.dumps({"bench": "claude", "judge": True, **figures}, ensure_ascii=False))
    return 0


def tiny(name: str | None, words: argparse.ArgumentParser) -> int:
    """Read the sample edition with a model that is far too weak for it."""
    if name not in (None, "claude"):
        words.error(f"{name} asks no model of one’s own")
    from tests.bench.tiny import run

    for figures in run():
        print(json.dumps({"bench": "claude", **figures}, ensure_ascii=False), flush=True)
    return 0


def live(name: str, words: argparse.ArgumentParser) -> int:
    """Ask the real Claude."""
    if name not in WITH_CLAUDE:
        words.error(f"{name} asks no model")
    figures = importlib.import_module(f"tests.bench.{name}").live()
    print(json.dumps({"bench": name, **figures}, ensure_ascii=False))
    return 0


def main(argv: Sequence[str] | None = None) -> int:
    words = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__,
                                    formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    words.add_argument("name", nargs="?", choices=NAMES)
    words.add_argument("path", nargs="?", type=Path)
    words.add_argument("count", nargs="?", type=int)
    words.add_argument("--data", help="a folder of benchmark data; what it offers is run")
    words.add_argument("--live", action="store_true", help="claude, answers: ask the real one, where a key is set")
    words.add_argument("--tiny", action="store_true", help="claude: with a real model far too weak for it, on loopback")
    words.add_argument("--judge", action="store_true", help="claude: score written signals by a rubric")
    given = words.parse_intermixed_args(argv)
    os.environ[ANEW] = "1"  # a forked process holds what others loaded before it
    if given.judge:
        return judge(given.name, given.path, words, live=given.live)
    if given.tiny:
        return tiny(given.name, words)
    if given.live:
        return live(given.name or "claude", words)
    if given.name in LONG:
        measure(given.name, None, int(str(given.path)) if given.path else None)
        return 0
    if given.name:
        if given.path is None and given.name not in WITHOUT_DATA:
            words.error(f"{given.name} needs the path of its data")
        measure(given.name, given.path, given.count)
        return 0
    for name in WITHOUT_DATA:
        alone(name)
    if not given.data:
        print("The other benchmarks need data: make bench DATA=FOLDER", file=sys.stderr)
        return 0
    for name, inside in OFFERED:
        alone(name, str(Path(given.data) / inside))
    return 0


if __name__ == "__main__":
    sys.exit(main())
