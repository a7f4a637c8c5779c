"""The full-text index of signals: the one thing written for one engine (SQLite FTS5).

One row a signal, its rowid the signal's id, kept in the transaction that keeps the signal. Scripts without blanks
(Chinese, Japanese, Thai …) are indexed character by character and asked for as phrases.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.signal import Signal
from storage.columns import storable

TABLE = (
    "CREATE VIRTUAL TABLE signal_search USING fts5("
    "title, labels, analysis, quotes, tokenize = 'porter unicode61 remove_diacritics 2')"
)

_FORGET = text("DELETE FROM signal_search WHERE rowid = :id")
_KEEP = text(
    "INSERT INTO signal_search (rowid, title, labels, analysis, quotes) "
    "VALUES (:id, :title, :labels, :analysis, :quotes)"
)
# The weights of title, labels, analysis and quotes: a title says in few words what the others repeat.
_FIND = text(
    "SELECT rowid FROM signal_search WHERE signal_search MATCH :words AND rowid >= :first "
    "ORDER BY bm25(signal_search, 8.0, 4.0, 2.0, 1.0), rowid DESC LIMIT :limit"
)
_FIRST_RANKED = text(
    "SELECT rowid FROM signal_search WHERE signal_search MATCH :words ORDER BY rowid DESC LIMIT 1 OFFSET :older"
)
_LABELLED = text(
    "SELECT (SELECT json_group_array(id) FROM (SELECT signals.id AS id "
    "FROM signal_search CROSS JOIN signals ON signals.id = signal_search.rowid "
    "WHERE signal_search MATCH asked.value AND signal_search.rowid <= :last AND signals.state = 'closed' "
    "ORDER BY signal_search.rowid DESC LIMIT :limit)) FROM json_each(:asked) AS asked ORDER BY asked.key"
)
"""One statement for a whole round: with one for each new signal `closed` in `python -m tests.bench closed FILE N` takes
0.30 ms an article instead of 0.25."""
_COMMON = 500
"""Signals that make a word a common one."""
_RANKED = 2000
"""Matching signals that are ranked, the newest: what thousands carry tells the older of them apart for nobody."""
_MOST_TERMS = 40
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_WORD = re.compile(r"[^\W_]+")


async def index(connection: AsyncConnection, signals: Sequence[Signal]) -> None:
    """Make the signals findable by what they are now."""
    await forget(connection, [signal.id for signal in signals])
    if signals:
        await connection.execute(_KEEP, [_document(signal) for signal in signals])


async def forget(connection: AsyncConnection, ids: Iterable[int]) -> None:
    """Take the signals out of the index; those that are not in it are passed over."""
    if rows := [{"id": id_} for id_ in ids]:
        await connection.execute(_FORGET, rows)


async def find(connection: AsyncConnection, words: str, limit: int) -> list[int]:
    """Ids of signals with all of the words, best first; where there is none, of those with any of the rarer ones."""
    terms = _terms(words)
    if not terms:
        return []
    every = await _ranked(connection, " AND ".join(terms), limit)
    if every or len(terms) == 1:
        return every
    return await _ranked(connection, " OR ".join(await _rarer(connection, terms)), limit)


async def labelled(
    connection: AsyncConnection, names: Sequence[Sequence[str]], last: int, limit: int
) -> list[list[int]]:
    """For each list of names the ids up to `last` of closed signals with one of them among their labels.

    At most `limit` each, the latest first.
    """
    queries = list(map(_any_label, names))
    asked = {"asked": json.dumps([each for each in queries if each]), "last": last, "limit": limit}
    found = iter([json.loads(row[0]) for row in await connection.execute(_LABELLED, asked)])
    return [next(found) if each else [] for each in queries]


def _any_label(names: Sequence[str]) -> str:
    """What matches a signal with one of the names among its labels; "" where none of them holds a word."""
    phrases = [f'"{" ".join(words)}"' for name in names if (words := _WORD.findall(_spaced(name)))]
    return f"labels : ({' OR '.join(phrases)})" if phrases else ""


async def near(connection: AsyncConnection, words: str, limit: int) -> list[int]:
    """Ids of signals with any of the rarer words, best first."""
    terms = _terms(words)
    return await _ranked(connection, " OR ".join(await _rarer(connection, terms)), limit) if terms else []


def _terms(words: str) -> list[str]:
    terms = [f'"{_spaced(word).strip()}"' for word in _WORD.findall(storable(words))]
    return list(dict.fromkeys(terms))[:_MOST_TERMS]


async def _ranked(connection: AsyncConnection, query: str, limit: int) -> list[int]:
    first = await connection.scalar(_FIRST_RANKED, {"words": query, "older": _RANKED - 1})
    found = await connection.execute(_FIND, {"words": query, "first": first or 0, "limit": limit})
    return [row[0] for row in found]


async def _rarer(connection: AsyncConnection, terms: list[str]) -> list[str]:
    """The terms that few signals carry, so that the cost of ranking does not grow with the archive; all, where all
    are common."""
    counts = ", ".join(
        f"(SELECT count(*) FROM (SELECT 1 FROM signal_search WHERE signal_search MATCH :t{n} LIMIT {_COMMON}))"  # noqa: S608 - numbers of ours
        for n in range(len(terms))
    )
    found = (await connection.execute(text(f"SELECT {counts}"), {f"t{n}": t for n, t in enumerate(terms)})).one()
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
