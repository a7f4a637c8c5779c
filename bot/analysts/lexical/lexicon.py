"""The word lists of seeds/lexicon.toml, and which of their words an article holds."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from bot.analysts.lexical.words import TOKEN, Scan, stem

_SEEDS = Path(__file__).parents[3] / "seeds"


class Entry(NamedTuple):
    """A word or phrase of a list, cut as texts are."""

    stems: tuple[str, ...]
    group: str  # "economic", "sport", "act" …
    weight: int
    exact: tuple[str, ...] | None  # as written, where it holds a capital (“UN”, “Apple”); None: any case


class Hit(NamedTuple):
    """A listed word as it stands in an article."""

    at: int  # its first token
    length: int  # in tokens
    group: str
    weight: int


Phrases = Mapping[str, tuple[Entry, ...]]
"""By second stem, the longest first."""
Index = Mapping[str, tuple[Phrases, tuple[Entry, ...]]]
"""By first stem: phrases, and single words."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Words by their first stem; the longest phrases first. A word with a capital is found as written only."""

    english: Index
    foreign: Index
    names: Mapping[str, frozenset[str]]  # words that tell names from other words, by list
    known: frozenset[str]  # stems of all single English words: common nouns and verbs, not names


def hits(scan: Scan, index: Index) -> list[Hit]:
    """Every listed word of the article; within one list a phrase hides the words inside it."""
    found: list[Hit] = []
    taken: dict[str, int] = {}
    raw, stems = scan.raw, [*scan.stems, ""]
    listed = list(map(index.get, scan.stems))
    for at, lists in enumerate(listed):
        if lists is None:
            continue
        phrases, singles = lists
        for entry in phrases.get(stems[at + 1], ()) if phrases else ():
            length = len(entry.stems)
            if taken.get(entry.group, 0) <= at and _stands(scan, at, entry):
                taken[entry.group] = at + length
                found.append(Hit(at, length, entry.group, entry.weight))
        for _, group, weight, exact in singles:
            if (exact is None or raw[at] == exact[0]) and taken.get(group, 0) <= at:
                found.append(Hit(at, 1, group, weight))
    return found


def _stands(scan: Scan, at: int, entry: Entry) -> bool:
    stop = at + len(entry.stems)
    if tuple(scan.stems[at:stop]) != entry.stems:
        return False
    return entry.exact is None or tuple(scan.raw[at:stop]) == entry.exact


@cache
def load() -> Lexicon:
    """The word lists that ship with the bot."""
    tables = tomllib.loads((_SEEDS / "lexicon.toml").read_text("utf-8"))
    names = {name: frozenset(_listed(words)) for name, words in tables.pop("names").items()}
    foreign = [entry for group, lists in tables.pop("foreign").items() for entry in _entries(group, lists)]
    english: list[Entry] = []
    for name, table in tables.items():
        lists = table.items() if name in {"dimension", "subject", "kind"} else [(name, table)]
        english += [entry for group, weights in lists for entry in _entries(group, weights)]
    known = frozenset(entry.stems[0] for entry in english if len(entry.stems) == 1 and not entry.exact)
    kinds = [entry for group, lists in tables["kind"].items() for entry in _entries(group, lists)]
    return Lexicon(_indexed(english), _indexed([*foreign, *kinds]), names, known)


def _listed(words: str) -> Iterator[str]:
    return (word for piece in words.split(",") if (word := piece.strip()))


def _entries(group: str, lists: Mapping[str, Any]) -> Iterator[Entry]:
    for weight, words in lists.items():
        for word in _listed(words):
            tokens = TOKEN.findall(word)
            if tokens:
                exact = tuple(tokens) if word != word.lower() else None
                yield Entry(tuple(stem(token.lower()) for token in tokens), group, int(weight), exact)


def _indexed(entries: list[Entry]) -> Index:
    """Of the same word in one list, the heaviest counts."""
    phrases: dict[str, list[Entry]] = {}
    singles: dict[str, list[Entry]] = {}
    for entry in sorted(entries, key=lambda e: (-len(e.stems), -e.weight)):
        into = (phrases if len(entry.stems) > 1 else singles).setdefault(entry.stems[0], [])
        if all((entry.stems, entry.group, entry.exact) != (other.stems, other.group, other.exact) for other in into):
            into.append(entry)
    return {
        first: (_by_second(phrases.get(first, ())), tuple(singles.get(first, ()))) for first in {**phrases, **singles}
    }


def _by_second(phrases: Iterable[Entry]) -> Phrases:
    found: dict[str, list[Entry]] = {}
    for entry in phrases:
        found.setdefault(entry.stems[1], []).append(entry)
    return {second: tuple(entries) for second, entries in found.items()}
