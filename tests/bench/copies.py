"""How many wire copies are found: four kinds of copies, made by a seeded generator from a file of articles."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from bot.model.article import Article
from bot.model.source import Publisher
from bot.signals.copies import CopyIndex
from tests.bench.halves import halves
from tests.bench.linking import article_of

SEED = 20260327
PAIRS = 10_000
LEDE = 60  # words
LEAST = 25  # words, as blanks part them, of a copy that is looked for
BOILERPLATE = (
    "Sign up here for our morning newsletter. All rights reserved. This material may not be published, broadcast, "
    "rewritten or redistributed without permission."
)


def run(argument: Path) -> dict[str, object]:
    """The share of each kind of copy that is found under its original, and false positives among random pairs of
    articles of different stories; copies of fewer than LEAST words, the shortest of which only count where equal, are
    left out."""
    if not argument.is_file():
        return {"bench": "copies", "absent": str(argument)}
    records = [json.loads(line) for line in argument.read_text(encoding="utf-8").splitlines() if line.strip()]
    articles = [article_of(at, record) for at, record in enumerate(records)]
    rng = random.Random(SEED)
    started = time.perf_counter()
    index, originals = _indexed(articles)
    stories = [record["story"] for record in records]
    found = {kind: _found(index, originals, make, rng) for kind, make in KINDS.items()}
    of_halves = {
        kind: [_share(half) for half in halves([right for _, right in each], [stories[of] for of, _ in each])]
        for kind, each in found.items()
    }
    pairs = [_pair(rng, stories) for _ in range(PAIRS)]
    return {
        "bench": "copies",
        "file": argument.name,
        "originals": len(originals),
        **{kind: _share([right for _, right in each]) for kind, each in found.items()},
        "of_halves": of_halves,
        "pairs": len(pairs),
        "false_positives": sum(_is_copy(articles[one], articles[other]) for one, other in pairs),
        "seconds": round(time.perf_counter() - started, 2),
    }


def _verbatim(words: list[str], rng: random.Random) -> list[str]:
    return [*words, *BOILERPLATE.split()]


def _first_part(words: list[str], rng: random.Random) -> list[str]:
    return words[: round(0.4 * len(words))]


def _lede(words: list[str], rng: random.Random) -> list[str]:
    return words[:LEDE]


def _edited(words: list[str], rng: random.Random) -> list[str]:
    """15 % of the words become another word of the text, go, or have one put beside them."""
    chosen = set(rng.sample(range(len(words)), round(0.15 * len(words))))
    edited: list[str] = []
    for at, word in enumerate(words):
        if at not in chosen:
            edited.append(word)
        else:
            edited += rng.choice(([rng.choice(words)], [], [word, rng.choice(words)]))
    return edited


KINDS: dict[str, Callable[[list[str], random.Random], list[str]]] = {
    "verbatim": _verbatim,
    "first_40_percent": _first_part,
    "lede_60_words": _lede,
    "edited_15_percent": _edited,
}


def _indexed(articles: list[Article]) -> tuple[CopyIndex, list[Article]]:
    """The articles that copy none before them, of enough words to be copied otherwise than whole."""
    index, originals = CopyIndex(), list[Article]()
    for article in articles:
        if index.original_of(article) is None:
            index.add(article)
            originals.append(article)
    return index, [article for article in originals if len(article.text.split()) >= LEAST]


def _found(
    index: CopyIndex, articles: list[Article], make: Callable[[list[str], random.Random], list[str]], rng: random.Random
) -> list[tuple[int, bool]]:
    """Of each article, and whether the copy made of it is found under it."""
    made = [(article, copy) for article in articles if len(copy := make(article.text.split(), rng)) >= LEAST]
    return [(of.id, index.original_of(_article(of, copy)) == of.id) for of, copy in made]


def _share(right: Sequence[bool]) -> float:
    return round(sum(right) / max(1, len(right)), 4)


def _article(of: Article, words: list[str]) -> Article:
    return replace(of, id=of.id + 1_000_000, publisher=Publisher("copyist", "Copyist"), link=None, text=" ".join(words))


def _pair(rng: random.Random, stories: list[str]) -> tuple[int, int]:
    one, other = rng.sample(range(len(stories)), 2)
    return (one, other) if stories[one] != stories[other] else _pair(rng, stories)


def _is_copy(one: Article, other: Article) -> bool:
    index = CopyIndex()
    index.add(one)
    return index.original_of(other) is not None
