"""Deeds and their matters in languages other than English: the lists of seeds/deeds, and where an article holds them.

These languages inflect more than stems follow, so a listed word may end in “*” (any word that begins so) or begin with
it (any that ends so: “*verbot” is also “Ausfuhrverbot”). Words are compared folded: without accents, in small letters.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from bot.analysts.lexical.lexicon import Entry, listed
from bot.text.cache import BoundedCache
from bot.text.tokenisation import fold

_SEEDS = Path(__file__).parents[3] / "seeds" / "deeds"
_PATTERN = re.compile(r"\*?[^\W_]+\*?")
HOSTILE_LIST = "deed hostile"
AGAINST_LIST = "against"
"""Lists that only these languages have: blows that fall on a country, and the words that may stand before it."""


@dataclass(frozen=True)
class DeedLists:
    """The lists of one language by the word that opens a phrase: as it is, by its beginning or by its end."""

    whole: Mapping[str, Sequence[Entry]]
    beginning: Mapping[str, Sequence[Entry]]
    ending: Mapping[str, Sequence[Entry]]
    _opened: BoundedCache[tuple[Entry, ...]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_opened", BoundedCache(self._look_up))

    def at(self, words: Sequence[str], at: int) -> Iterator[Entry]:
        """The phrases that stand at words[at], of each list the longest first; words are as written."""
        for entry in self._opened[words[at]]:
            rest = words[at + 1 : at + entry.length]
            if len(rest) == entry.length - 1 and all(map(_is, rest, entry.stems[1:])):
                yield entry

    def _look_up(self, word: str) -> tuple[Entry, ...]:
        folded = fold(word)
        found = [*self.whole.get(folded, ())]
        for cut in range(1, len(folded) + 1):
            found += self.beginning.get(folded[:cut], ())
            found += self.ending.get(folded[-cut:], ())
        return tuple(sorted(found, key=lambda entry: (-entry.length, -entry.weight)))


def _is(word: str, pattern: str) -> bool:
    folded, bare = fold(word), pattern.strip("*")
    if pattern.endswith("*"):
        return folded.startswith(bare)
    return folded.endswith(bare) if pattern.startswith("*") else folded == bare


@cache
def load(language: str) -> DeedLists | None:
    """The lists of a language (ISO 639-1); None: there are none."""
    path = _SEEDS / f"{language}.toml"
    if not path.is_file():
        return None
    kinds: tuple[defaultdict[str, list[Entry]], ...] = (defaultdict(list), defaultdict(list), defaultdict(list))
    for entry in _entries(tomllib.loads(path.read_text("utf-8"))):
        whole, beginning, ending = kinds
        known = beginning if entry.opening.endswith("*") else ending if entry.opening.startswith("*") else whole
        known[entry.opening.strip("*")].append(entry)
    return DeedLists(*kinds)


def _entries(tables: Mapping[str, Any]) -> Iterator[Entry]:
    for name, table in tables.items():
        grouped = table.items() if name in {"deed", "matter"} else [("", table)]
        for kind, lists in grouped:
            for weight, words in lists.items():
                for word in listed(words):
                    patterns = tuple(_PATTERN.findall(fold(word)))
                    yield Entry(patterns, patterns[0], len(patterns), f"{name} {kind}".strip(), int(weight), None)
