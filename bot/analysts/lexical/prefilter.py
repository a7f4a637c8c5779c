"""Run an expensive pattern only where one of its literal hints occurs; most texts contain none of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bot.analysts.lexical.token_features import folded

_IGNORES_CASE = int(re.IGNORECASE)


def found(pattern: re.Pattern[str], hints: Iterable[str], text: str) -> bool:
    """Whether `pattern` matches somewhere in `text`.

    Every possible match must contain at least one of `hints`, or matches are missed. For a pattern with
    re.IGNORECASE the hints must be lower case, as `token_features.folded` writes them.
    """
    searched = folded(text) if pattern.flags & _IGNORES_CASE else text
    for hint in hints:  # a plain loop: any() with a generator takes three times as long
        if hint in searched:
            return pattern.search(text) is not None
    return False


def matches(pattern: re.Pattern[str], openings: Iterable[str], text: str) -> Iterator[re.Match[str]]:
    """Yield what `pattern.finditer(text)` yields, trying the pattern only where one of `openings` stands.

    Every possible match must begin with one of them, or matches are missed.
    """
    places = {at for opening in filter(text.__contains__, openings) for at in _places(opening, text)}
    stop = 0
    for at in sorted(places):
        if at >= stop and (match := pattern.match(text, at)):
            stop = match.end()
            yield match


def _places(words: str, text: str) -> Iterator[int]:
    at = text.find(words)
    while at >= 0:
        yield at
        at = text.find(words, at + 1)
