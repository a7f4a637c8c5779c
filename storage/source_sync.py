"""Make the stored sources what their file declares: the table is read once, and written by one statement a change."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.source import Publisher, SourceOrigin, SourceSpec, SourceState
from storage.schema import source_health, sources

Declared = Sequence[tuple[SourceSpec, Publisher]]
"""What a sources file declares, each with who publishes it."""
Values = dict[str, Any]
_CHANGED = (
    "name", "publisher_key", "publisher_name", "language", "categories", "weight", "declared", "moved_into", "state",
)  # fmt: skip
"""Columns that following the file may change."""
_UPDATE = update(sources).where(sources.c.id == bindparam("of")).values({each: bindparam(each) for each in _CHANGED})
_DUE_NOW = update(source_health).where(source_health.c.source_id == bindparam("of")).values(due_at=None)


def fingerprint(declared: Declared) -> str:
    """SHA-256 of the list in its order, to tell whether it changed."""
    return hashlib.sha256(repr(list(declared)).encode("utf-8", "backslashreplace")).hexdigest()


async def follow(connection: AsyncConnection, declared: Declared, now: datetime) -> None:
    """Make the sources that follow the file what it declares, and drop those it no longer does."""
    known = _Known(await connection.execute(select(sources).order_by(sources.c.id)))
    new = [values for spec, publisher in _once(declared) if (values := known.follow(spec, publisher)) is not None]
    known.drop_the_others()
    if changed := known.changed():
        await connection.execute(_UPDATE, changed)
    if known.revived:
        await connection.execute(_DUE_NOW, [{"of": source_id} for source_id in sorted(known.revived)])
    if new:
        owned = {"origin": SourceOrigin.FILE, "added": now, "state": SourceState.ACTIVE}
        await connection.execute(insert(sources), [{**values, **owned} for values in new])


def declaration(spec: SourceSpec, publisher: Publisher, keep: Row[Any] | None = None) -> Values:
    """The columns a declaration fills; what it leaves open stays as in `keep`."""
    return {
        "name": spec.name or (keep.name if keep else None),
        "publisher_key": publisher.key,
        "publisher_name": publisher.name,
        "language": spec.language or (keep.language if keep else None),
        "categories": spec.categories or (keep.categories if keep else ()),
        "weight": spec.weight,
    }


def _once(declared: Declared) -> Declared:
    """The first declaration of each address."""
    first: dict[str, tuple[SourceSpec, Publisher]] = {}
    for spec, publisher in declared:
        first.setdefault(spec.url, (spec, publisher))
    return list(first.values())


class _Known:
    """The stored sources as they are to be; what is changed of them is written afterwards."""

    def __init__(self, rows: Iterable[Row[Any]]) -> None:
        """`rows`: all sources, by id."""
        self.revived: set[int] = set()  # ids of those that were dropped, and are read again
        self._before = {row.id: dict(row._mapping) for row in rows}
        self._rows = {source_id: dict(row) for source_id, row in self._before.items()}
        self._kept: set[int] = set()
        self._by_url = {row["url"]: source_id for source_id, row in self._rows.items()}
        self._by_declared: dict[str, int] = {}
        for source_id, row in self._rows.items():
            self._by_declared.setdefault(row["declared"], source_id)

    def follow(self, spec: SourceSpec, publisher: Publisher) -> Values | None:
        """Make one source what the file says of it; the columns of a source that is new, None: it is known."""
        source_id = self._by_declared.get(spec.url, self._by_url.get(spec.url))
        if source_id is None:
            return {**declaration(spec, publisher), "url": spec.url, "declared": spec.url}
        row = self._rows[source_id]
        if (heir := self._heir(row)) is not None:
            self._keep(heir)
            return None
        if row["origin"] is SourceOrigin.FILE:
            self._declare(row, spec.url)
            row.update(declaration(spec, publisher), moved_into=None)
            self._keep(row)
        self._kept.add(source_id)
        return None

    def _heir(self, row: Values) -> Values | None:
        """The source that is read in its place; None: there is none, or the operator dropped it."""
        if row["moved_into"] is None:
            return None
        heir = self._rows[row["moved_into"]]
        dropped = heir["state"] is SourceState.DROPPED and heir["origin"] is not SourceOrigin.FILE
        return None if dropped else heir

    def _declare(self, row: Values, url: str) -> None:
        if row["declared"] != url:
            if self._by_declared.get(row["declared"]) == row["id"]:
                del self._by_declared[row["declared"]]
            row["declared"] = url
            self._by_declared[url] = row["id"]

    def _keep(self, row: Values) -> None:
        self._kept.add(row["id"])
        if row["state"] is SourceState.DROPPED:
            row["state"] = SourceState.ACTIVE
            self.revived.add(row["id"])

    def drop_the_others(self) -> None:
        """Drop those that follow the file and were not followed."""
        for source_id, row in self._rows.items():
            if row["origin"] is SourceOrigin.FILE and source_id not in self._kept:
                row["state"] = SourceState.DROPPED

    def changed(self) -> list[Values]:
        """The columns of those that are not as they were."""
        return [
            {"of": source_id, **{column: row[column] for column in _CHANGED}}
            for source_id, row in self._rows.items()
            if row != self._before[source_id]
        ]
