"""The word lists of seeds/lexicon.toml, indexed so that they can be looked up token by token."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bot.text.stems import stem
from bot.text.taxonomy import TOKEN, Clue, clues

_SEEDS = Path(__file__).parents[3] / "seeds"


@dataclass(frozen=True, slots=True)
class Entry:
    """A word or phrase of a list, split into tokens and stemmed as texts are."""

    stems: tuple[str, ...]
    opening: str  # the first of them
    length: int  # in tokens
    group: str  # "economic", "sport", "act" …
    weight: int
    exact: tuple[str, ...] | None  # as written, where it holds a capital (“UN”, “Apple”); None: any case


@dataclass(frozen=True, slots=True)
class Listed:
    """The entries of the lists that can be found at one stem."""

    phrases: tuple[tuple[Clue, Entry], ...] = ()  # phrases of which it is the rarest word
    singles: tuple[Entry, ...] = ()


Index = Mapping[str, Listed]
"""By stem."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words of all lists."""

    english: Index
    foreign: Index
    deeds: Index  # verbs and their objects (“ban”, “exports”), looked up in titles and leads
    names: Mapping[str, frozenset[str]]  # words that tell names from other words, by list
    known: frozenset[str]  # stems of all single English words: common nouns and verbs, not names


@cache
def load() -> Lexicon:
    """The word lists that ship with the bot."""
    tables = tomllib.loads((_SEEDS / "lexicon.toml").read_text("utf-8"))
    names = {name: frozenset(listed(words)) for name, words in tables.pop("names").items()}
    foreign = [entry for group, lists in tables.pop("foreign").items() for entry in _entries(group, lists)]
    english: list[Entry] = []
    deeds = [entry for name in ("deed", "matter") for kind, lists in tables.pop(name).items()
             for entry in _entries(f"{name} {kind}", lists)]  # fmt: skip
    for name, table in tables.items():
        lists = [(name, table)]
        if name in {"dimension", "subject", "kind"}:
            lists = list(table.items())
        english += [entry for group, weights in lists for entry in _entries(group, weights)]
    known = frozenset(entry.stems[0] for entry in english if len(entry.stems) == 1 and not entry.exact)
    kinds = [entry for group, lists in tables["kind"].items() for entry in _entries(group, lists)]
    return Lexicon(_indexed(english), _indexed([*foreign, *kinds]), _indexed(deeds), names, known)


def listed(words: str) -> Iterator[str]:
    """The words and phrases of a list separated by commas."""
    return (word for piece in words.split(",") if (word := piece.strip()))


def _entries(group: str, lists: Mapping[str, Any]) -> Iterator[Entry]:
    for weight, words in lists.items():
        for word in listed(words):
            tokens = TOKEN.findall(word)
            if tokens:
                exact = tuple(tokens) if word != word.lower() else None
                stems = tuple(stem(token.lower()) for token in tokens)
                yield Entry(stems, stems[0], len(stems), group, int(weight), exact)


def _indexed(entries: list[Entry]) -> Index:
    """Index the entries by stem; of duplicates in one list, the one of the highest weight is kept."""
    known: dict[tuple[tuple[str, ...], str, tuple[str, ...] | None], Entry] = {}
    for entry in sorted(entries, key=lambda e: -e.weight):
        known.setdefault((entry.stems, entry.group, entry.exact), entry)
    phrases: dict[str, list[tuple[Clue, Entry]]] = {}
    singles: dict[str, list[Entry]] = {}
    for entry, clue in zip(known.values(), clues([entry.stems for entry in known.values()]), strict=True):
        word = entry.stems[clue.within]
        if entry.length > 1:
            phrases.setdefault(word, []).append((clue, entry))
        else:
            singles.setdefault(word, []).append(entry)
    return {word: Listed(tuple(phrases.get(word, ())), tuple(singles.get(word, ()))) for word in {**phrases, **singles}}
