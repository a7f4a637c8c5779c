"""The full-text index of signals in PostgreSQL: a tsvector under a GIN index, ranked as SQLite's FTS5 does.

One row a signal. The words are FTS5's own (tokens.py): no dictionary, extension or locale of the server
changes what is found. Beside them stands what ranking asks of a word, which a tsvector tells slowly.

    words  | every word with its positions; A in the title, B in the labels, C in the analysis, D in the quotes
    points | by word the weights of the columns it stands in, summed over its occurrences
    length | how many words there are
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from math import log
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.engines.tokens import tokens

TABLE = (
    """CREATE TABLE signal_search (id integer CONSTRAINT pk_signal_search PRIMARY KEY,
    words tsvector NOT NULL, points jsonb NOT NULL, length integer NOT NULL)""",
    "CREATE INDEX ix_signal_search_words ON signal_search USING gin (words)",
)

_COLUMNS = (("title", "A", 8), ("labels", "B", 4), ("analysis", "C", 2), ("quotes", "D", 1))
"""The weights are those of fts5.py."""
_LAST_POSITION = 16_383  # that a tsvector can hold; words beyond it all stand there
_COUNTED = 5_000
"""Signals that are counted to tell how rare a word is: one that more carry counts as if these did."""
_LEAST = 1e-6  # that a word is worth which most signals carry

_FORGET = text("DELETE FROM signal_search WHERE id = ANY(:ids)")
_KEEP = text(
    "INSERT INTO signal_search (id, words, points, length) "
    "VALUES (:id, CAST(:words AS tsvector), CAST(:points AS jsonb), :length)"
)
_CARRIERS = text(
    "SELECT (SELECT count(*) FROM (SELECT 1 FROM signal_search WHERE words @@ CAST(asked.query AS tsquery) "
    "LIMIT :most) AS carrying) "
    "FROM unnest(CAST(:queries AS text[])) WITH ORDINALITY AS asked(query, at) ORDER BY asked.at"
)
_SIZE = text(
    "SELECT (SELECT count(*) FROM signal_search), "
    "(SELECT avg(length) FROM (SELECT length FROM signal_search ORDER BY id DESC LIMIT :most) AS newest)"
)
# The BM25 of https://www.sqlite.org/fts5.html#the_bm25_function, with k1 = 1.2 and b = 0.75.
_RANKED = text(
    "WITH asked AS (SELECT CAST(query AS tsquery) AS query, string_to_array(phrase, ' ') AS lexemes, worth "
    "FROM unnest(CAST(:queries AS text[]), CAST(:phrases AS text[]), CAST(:worth AS float8[])) "
    "AS given(query, phrase, worth)), "
    "matching AS (SELECT * FROM signal_search WHERE words @@ CAST(:words AS tsquery) ORDER BY id DESC LIMIT :newest) "
    "SELECT matching.id FROM matching CROSS JOIN LATERAL (SELECT "
    "sum(worth * points * 2.2 / (points + 1.2 * (0.25 + 0.75 * matching.length / CAST(:average AS float8)))) AS score "
    "FROM asked CROSS JOIN LATERAL (SELECT min(coalesce(CAST(matching.points ->> lexeme AS float8), 0)) AS points "
    "FROM unnest(asked.lexemes) AS lexeme) AS held "
    "WHERE matching.words @@ asked.query AND points > 0) AS ranking "
    "ORDER BY ranking.score DESC NULLS LAST, matching.id DESC LIMIT :limit"
)
_LABELLED = text(
    "SELECT ARRAY(SELECT signals.id FROM signal_search JOIN signals ON signals.id = signal_search.id "
    "WHERE signal_search.words @@ CAST(asked.query AS tsquery) AND signal_search.id <= :last "
    "AND signals.state = 'closed' ORDER BY signals.id DESC LIMIT :limit) "
    "FROM unnest(CAST(:queries AS text[])) WITH ORDINALITY AS asked(query, at) ORDER BY asked.at"
)


async def keep(connection: AsyncConnection, documents: Sequence[dict[str, Any]]) -> None:
    """Index the documents: id, title, labels, analysis and quotes; none of them is in the index."""
    await connection.execute(_KEEP, list(map(_row, documents)))


async def forget(connection: AsyncConnection, ids: Sequence[int]) -> None:
    """Take the signals out of the index; those that are not in it are passed over."""
    await connection.execute(_FORGET, {"ids": list(ids)})


async def ranked(
    connection: AsyncConnection, phrases: Sequence[str], limit: int, *, every: bool, newest: int
) -> list[int]:
    """Ids of signals with the phrases, all or (not `every`) any of them, best first; the `newest` that match are
    ranked."""
    words = list(map(tokens, phrases))
    queries = list(map(_query, words))
    count, average = (await connection.execute(_SIZE, {"most": _COUNTED})).one()
    carried = await _carriers(connection, queries, _COUNTED)
    asked = {
        "queries": queries,
        "phrases": list(map(" ".join, words)),
        "worth": [_worth(count, with_it) for with_it in carried],
        "words": (" & " if every else " | ").join(f"({query})" for query in queries),
    }
    given = {**asked, "average": average or 1, "newest": newest, "limit": limit}
    return list(await connection.scalars(_RANKED, given))


async def carriers(connection: AsyncConnection, phrases: Sequence[str], most: int) -> list[int]:
    """For each phrase how many signals carry it, counted up to `most`."""
    return await _carriers(connection, [_query(tokens(phrase)) for phrase in phrases], most)


async def labelled(
    connection: AsyncConnection, names: Sequence[Sequence[str]], last: int, limit: int
) -> list[list[int]]:
    """For each list of phrases the ids up to `last` of closed signals with one of them among their labels, at most
    `limit`, the latest first."""
    queries = [" | ".join(f"({_query(tokens(phrase), ':B')})" for phrase in phrases) for phrases in names]
    return list(await connection.scalars(_LABELLED, {"queries": queries, "last": last, "limit": limit}))


def _worth(signals: int, carried: int) -> float:
    """How much it says that a signal carries a word that `carried` of them do."""
    rarity = (signals - carried + 0.5) / (carried + 0.5)
    return max(log(rarity), _LEAST) if rarity > 0 else _LEAST


async def _carriers(connection: AsyncConnection, queries: Sequence[str], most: int) -> list[int]:
    return list(await connection.scalars(_CARRIERS, {"queries": list(queries), "most": most}))


def _query(words: Sequence[str], where: str = "") -> str:
    """What finds the words one after another. They are letters and digits: nothing in them is syntax."""
    return " <-> ".join(f"'{word}'{where}" for word in words)


def _row(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, list[str]] = {}
    points: dict[str, int] = {}
    length = 0
    for at, word, mark, weight in _placed(document):
        found.setdefault(word, []).append(f"{min(at, _LAST_POSITION)}{mark}")
        points[word] = points.get(word, 0) + weight
        length += 1
    words = " ".join(f"'{word}':{','.join(places)}" for word, places in found.items())
    return {"id": document["id"], "words": words, "points": json.dumps(points), "length": length}


def _placed(document: dict[str, Any]) -> Iterator[tuple[int, str, str, int]]:
    """Each word with its position, mark and weight; between two columns one position is left out, so that no phrase
    runs over from one into the next."""
    at = 0
    for column, mark, weight in _COLUMNS:
        for word in tokens(document[column]):
            at += 1
            yield at, word, mark, weight
        at += 1
