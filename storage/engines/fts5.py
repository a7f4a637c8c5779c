"""The full-text index of signals in SQLite: FTS5, one row a signal, its rowid the signal's id."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.engines.tokens import TOKENIZER

TABLE = (f"CREATE VIRTUAL TABLE signal_search USING fts5(title, labels, analysis, quotes, tokenize = '{TOKENIZER}')",)

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


async def keep(connection: AsyncConnection, documents: Sequence[dict[str, object]]) -> None:
    """Index the documents: id, title, labels, analysis and quotes; none of them is in the index."""
    await connection.execute(_KEEP, documents)


async def forget(connection: AsyncConnection, ids: Sequence[int]) -> None:
    """Take the signals out of the index; those that are not in it are passed over."""
    await connection.execute(_FORGET, [{"id": id_} for id_ in ids])


async def ranked(
    connection: AsyncConnection, phrases: Sequence[str], limit: int, *, every: bool, newest: int
) -> list[int]:
    """Ids of signals with the phrases, all or (not `every`) any of them, best first; the `newest` that match are
    ranked."""
    query = (" AND " if every else " OR ").join(map(_quoted, phrases))
    first = await connection.scalar(_FIRST_RANKED, {"words": query, "older": newest - 1})
    found = await connection.execute(_FIND, {"words": query, "first": first or 0, "limit": limit})
    return [row[0] for row in found]


async def carriers(connection: AsyncConnection, phrases: Sequence[str], most: int) -> list[int]:
    """For each phrase how many signals carry it, counted up to `most`."""
    counts = ", ".join(
        f"(SELECT count(*) FROM (SELECT 1 FROM signal_search WHERE signal_search MATCH :t{n} LIMIT {most:d}))"  # noqa: S608 - numbers of ours
        for n in range(len(phrases))
    )
    given = {f"t{n}": _quoted(phrase) for n, phrase in enumerate(phrases)}
    return list((await connection.execute(text(f"SELECT {counts}"), given)).one())


async def labelled(
    connection: AsyncConnection, names: Sequence[Sequence[str]], last: int, limit: int
) -> list[list[int]]:
    """For each list of phrases the ids up to `last` of closed signals with one of them among their labels, at most
    `limit`, the latest first."""
    queries = [f"labels : ({' OR '.join(map(_quoted, phrases))})" for phrases in names]
    asked = {"asked": json.dumps(queries), "last": last, "limit": limit}
    return [json.loads(row[0]) for row in await connection.execute(_LABELLED, asked)]


def _quoted(phrase: str) -> str:
    return f'"{phrase}"'
