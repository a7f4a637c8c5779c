"""The full-text index of signals, kept in the transaction that keeps the signal.

What an index is made of is the database's own (engines/fts5.py, engines/tsvector.py); both find the same. Scripts
without blanks (Chinese, Japanese, Thai …) are indexed character by character and asked for as phrases.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.signal import Signal
from storage.columns import storable

_COMMON = 500
"""Signals that make a word a common one."""
_RANKED = 2000
"""Matching signals that are ranked, the newest: what thousands carry tells the older of them apart for nobody."""
_MOST_TERMS = 40
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_WORD = re.compile(r"[^\W_]+")


class _Index(Protocol):
    """A module of storage/engines; a phrase is one or more words with blanks between them."""

    async def keep(self, connection: AsyncConnection, documents: Sequence[dict[str, Any]]) -> None: ...
    async def forget(self, connection: AsyncConnection, ids: Sequence[int]) -> None: ...
    async def ranked(
        self, connection: AsyncConnection, phrases: Sequence[str], limit: int, *, every: bool, newest: int
    ) -> list[int]: ...
    async def carriers(self, connection: AsyncConnection, phrases: Sequence[str], most: int) -> list[int]: ...
    async def labelled(
        self, connection: AsyncConnection, names: Sequence[Sequence[str]], last: int, limit: int
    ) -> list[list[int]]: ...


def _index(connection: AsyncConnection) -> _Index:
    if connection.dialect.name == "postgresql":
        from storage.engines import tsvector

        return tsvector
    from storage.engines import fts5

    return fts5


async def index(connection: AsyncConnection, signals: Sequence[Signal]) -> None:
    """Make the signals findable by what they are now."""
    await forget(connection, [signal.id for signal in signals])
    if signals:
        await _index(connection).keep(connection, [_document(signal) for signal in signals])


async def forget(connection: AsyncConnection, ids: Iterable[int]) -> None:
    """Take the signals out of the index; those that are not in it are passed over."""
    if gone := list(ids):
        await _index(connection).forget(connection, gone)


async def find(connection: AsyncConnection, words: str, limit: int) -> list[int]:
    """Ids of signals with all of the words, best first; where there is none, of those with any of the rarer ones."""
    terms = _terms(words)
    if not terms:
        return []
    every = await _index(connection).ranked(connection, terms, limit, every=True, newest=_RANKED)
    return every if every or len(terms) == 1 else await _any(connection, terms, limit)


async def near(connection: AsyncConnection, words: str, limit: int) -> list[int]:
    """Ids of signals with any of the rarer words, best first."""
    terms = _terms(words)
    return await _any(connection, terms, limit) if terms else []


async def labelled(
    connection: AsyncConnection, names: Sequence[Sequence[str]], last: int, limit: int
) -> list[list[int]]:
    """For each list of names the ids up to `last` of closed signals with one of them among their labels.

    At most `limit` each, the latest first.
    """
    asked = [[phrase for name in each if (phrase := _phrase(name))] for each in names]
    found = iter(await _index(connection).labelled(connection, [each for each in asked if each], last, limit))
    return [next(found) if each else [] for each in asked]


def _phrase(name: str) -> str:
    """The words of a name; "" where it holds none."""
    return " ".join(_WORD.findall(_spaced(name)))


def _terms(words: str) -> list[str]:
    terms = [_spaced(word).strip() for word in _WORD.findall(storable(words))]
    return list(dict.fromkeys(terms))[:_MOST_TERMS]


async def _any(connection: AsyncConnection, terms: list[str], limit: int) -> list[int]:
    rarer = await _rarer(connection, terms)
    return await _index(connection).ranked(connection, rarer, limit, every=False, newest=_RANKED)


async def _rarer(connection: AsyncConnection, terms: list[str]) -> list[str]:
    """The terms that few signals carry, so that the cost of ranking does not grow with the archive; all, where all
    are common."""
    found = await _index(connection).carriers(connection, terms, _COMMON)
    return [term for term, count in zip(terms, found, strict=True) if 0 < count < _COMMON] or terms


def _document(signal: Signal) -> dict[str, object]:
    labels = (*signal.dimensions, *signal.topics, *signal.places, *signal.actors, *(p.name for p in signal.publishers))
    quotes = (e.quote for member in signal.articles for e in member.evidence)
    return {
        "id": signal.id,
        "title": _spaced(signal.title),
        "labels": _spaced(" · ".join(labels)),
        "analysis": _spaced(signal.analysis),
        "quotes": _spaced("\n".join(quotes)),
    }


def _spaced(words: str) -> str:
    return storable(words) if words.isascii() else _UNSPACED.sub(r" \g<0> ", storable(words))
