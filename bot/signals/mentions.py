"""Whether a signal says certain words, for mutes of words that are no category, actor or publisher."""

from __future__ import annotations

from collections.abc import Iterator

from bot.model.signal import Signal
from bot.text import tokenisation


def says(signal: Signal, words: str) -> bool:
    """Whether the words stand side by side, in any form, in one of the signal's texts; words without meaning never."""
    wanted = tokenisation.terms(words)
    return bool(wanted) and any(_holds(tokenisation.terms(text), wanted) for text in _texts(signal))


def _texts(signal: Signal) -> Iterator[str]:
    """What a reader sees of the signal: title, analysis, labels, headlines and quotes."""
    yield signal.title
    yield signal.analysis
    yield from (*signal.topics, *signal.actors)
    for article in signal.articles:
        yield article.title
        yield from (each.quote for each in article.evidence)


def _holds(terms: list[str], wanted: list[str]) -> bool:
    return any(terms[at : at + len(wanted)] == wanted for at in range(len(terms) - len(wanted) + 1))
