"""Whether two names are forms of one: a surname, a shorter form, another spelling or transliteration."""

from __future__ import annotations

import unicodedata
from difflib import SequenceMatcher

from bot.text.cache import cached
from bot.text.tokenisation import fold

_ALIKE = 0.8
"""The least likeness (difflib's ratio) of two spellings of one word: “Alexei”, “Alexey”."""
_LEAST = 5
"""A shorter word must be the same: a letter makes another name of it (“Bush”, “Rush”)."""

_SURE = 2
"""Letters with which all spellings of one word begin."""


@cached(1 << 12)
def plain(name: str) -> str:
    """The name folded, without accents and the dots of initials."""
    bare = unicodedata.normalize("NFKD", fold(name).replace(".", ""))
    return " ".join("".join(char for char in bare if not unicodedata.combining(char)).split())


def same_name(one: str, other: str) -> bool:
    """Whether one is the other, its last words or its first (“Rubio” of “Marco Rubio”), letters of spelling aside."""
    short, long = _words(one), _words(other)
    if len(short) > len(long):
        short, long = long, short
    if not short or short[0][:_SURE] not in (long[0][:_SURE], long[-len(short)][:_SURE]):
        return False
    return all(map(_alike, short, long[-len(short) :])) or all(map(_alike, short, long[: len(short)]))


@cached(1 << 12)
def _words(name: str) -> tuple[str, ...]:
    return tuple(plain(name).split())


def _alike(one: str, other: str) -> bool:
    if one == other:
        return True
    if min(len(one), len(other)) < _LEAST or one[:_SURE] != other[:_SURE] or one.isdigit():
        return False
    return SequenceMatcher(None, one, other).ratio() >= _ALIKE
