"""Signals, whole: their members, evidence, revisions and labels; merging; the archive."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime

from sqlalchemy import Select, bindparam, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.evidence import AuditRow
from bot.model.label import CategoryKind, Label
from bot.model.signal import Batch, Dossier, Signal, SignalState
from storage import memory, search
from storage.articles import keep_readings, texts
from storage.engine import Database
from storage.labels import remember
from storage.merge import absorb, follow, resolved, standing
from storage.rows import reconcile
from storage.schema import (
    articles,
    evidence,
    labels,
    revisions,
    signal_aliases,
    signal_articles,
    signal_labels,
    signals,
)
from storage.whole import head_row, in_order, label_rows, load, member_rows, quote_rows, revision_rows, to_evidence

_LAST_ID = "last signal id"
_AT_ONCE = 50
"""Signals read at once while the whole archive streams by."""

_LAST_IDS = select(
    select(func.max(signals.c.id)).scalar_subquery(), select(func.max(signal_aliases.c.id)).scalar_subquery()
)
_NEWEST = select(func.max(signals.c.stored))
_LABELS = select(labels.c.kind, labels.c.value, labels.c.name)
_LAST_CLOSED = select(func.max(signals.c.id)).where(signals.c.state == SignalState.CLOSED)
_ALIASES = select(signal_aliases.c.id, signal_aliases.c.survivor_id).where(
    signal_aliases.c.id.in_(bindparam("ids", expanding=True))
)


class SqlSignals:
    """bot.model.stores.Signals over SQL; its methods raise StorageError, or a child, where the database fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def next_id(self) -> int:
        """The lowest id never given; it is given by being returned here, used or not."""
        async with self._database.write() as connection:
            kept = await memory.recall(connection, _LAST_ID)
            stored, merged = (await connection.execute(_LAST_IDS)).one()
            given = 1 + max(int(kept or 0), stored or 0, merged or 0)
            await memory.keep(connection, _LAST_ID, str(given))
            return given

    async def save(self, batch: Batch, now: datetime) -> None:
        """Keep a round of analysis, all or nothing.

        What is saved is exactly what `get` returns; a survivor that is not given whole absorbs what it merges.
        """
        async with self._database.write() as connection:
            await keep_readings(connection, batch.readings, batch.copies, now)
            pairs = await _pairs(connection, batch)
            whole = await _survivors(connection, batch, pairs)
            await keep_signals(connection, whole)
            for absorbed, survivor in pairs.items():
                await follow(connection, absorbed, survivor)

    async def live(self) -> tuple[Signal, ...]:
        """All signals that are not CLOSED, whole."""
        async with self._database.read() as connection:
            return await load(connection, select(signals).where(signals.c.state != SignalState.CLOSED))

    async def changed(self, after: int | None) -> tuple[tuple[Signal, ...], int]:
        """(the signals not CLOSED that a later writing than number `after` stored, number of the newest writing).

        None is after all of them.
        """
        async with self._database.read() as connection:
            newest = await connection.scalar(_NEWEST) or 0
            if after is None or newest <= after:
                return (), newest
            live = select(signals).where(signals.c.stored > after, signals.c.state != SignalState.CLOSED)
            return await load(connection, live), newest

    async def get(self, signal_id: int) -> Signal | None:
        """The signal of that id, or the one it was merged into; None: there never was one."""
        async with self._database.read() as connection:
            return await _get(connection, signal_id)

    async def latest(self, limit: int, offset: int = 0) -> tuple[Signal, ...]:
        """At most `limit` signals behind the first `offset`, the newest change first."""
        query = select(signals).order_by(signals.c.changed.desc(), signals.c.id.desc()).limit(limit).offset(offset)
        async with self._database.read() as connection:
            return await load(connection, query)

    async def search(self, words: str, limit: int) -> tuple[Signal, ...]:
        """At most `limit` signals with all of the words, best first; else those with any of the rarer ones."""
        async with self._database.read() as connection:
            return await in_order(connection, await search.find(connection, words, limit))

    async def near(self, words: str, limit: int) -> tuple[Signal, ...]:
        """At most `limit` signals with any of the rarer words, best first."""
        async with self._database.read() as connection:
            return await in_order(connection, await search.near(connection, words, limit))

    async def closed(self, actors: Sequence[Sequence[str]], limit: int) -> tuple[tuple[Signal, ...], ...]:
        """For each list of names at most `limit` CLOSED signals that carry one of them, the latest opened first."""
        async with self._database.read() as connection:
            last = await connection.scalar(_LAST_CLOSED)
            if last is None:
                return tuple(() for _ in actors)
            ids = await search.labelled(connection, actors, last, limit)
            wanted = {each for found in ids for each in found}
            whole = {signal.id: signal for signal in await load(connection, _of(wanted))} if wanted else {}
        return tuple(tuple(whole[each] for each in found) for found in ids)

    async def dossier(self, signal_id: int) -> Dossier | None:
        """The signal with the texts of its articles; None: there never was one."""
        async with self._database.read() as connection:
            signal = await _get(connection, signal_id)
            if signal is None:
                return None
            quoted = (*(m.article_id for m in signal.articles), *(e.article_id for e in signal.contrary))
            return Dossier(signal, tuple((await texts(connection, quoted)).values()))

    async def labels(self) -> tuple[Label, ...]:
        """What signals carry and could be muted by, each once, by kind and name, without the signals themselves."""
        async with self._database.read() as connection:
            found = [Label(*row) for row in await connection.execute(_LABELS)]
        return tuple(sorted(found, key=lambda label: (label.kind, label.name.casefold(), label.value)))

    async def carrying(self, label: Label, since: datetime) -> tuple[Signal, ...]:
        """Signals changed since then that carry the label, or are the signal it names, the newest change first."""
        query = (
            select(signals).where(signals.c.changed >= since).order_by(signals.c.changed.desc(), signals.c.id.desc())
        )
        async with self._database.read() as connection:
            if label.kind is CategoryKind.SIGNAL:
                named = int(label.value) if label.value.isdecimal() else 0
                return await load(connection, query.where(signals.c.id == await standing(connection, named)))
            value = signal_labels.c.value
            same = or_(value == label.value, func.lower(value) == label.value.lower())
            carriers = select(signal_labels.c.signal_id).where(signal_labels.c.kind == label.kind, same)
            return await load(connection, query.where(signals.c.id.in_(carriers)))

    async def audit(self) -> AsyncIterator[AuditRow]:
        """Every stored quote with the text it was cut from, signal by signal; nothing is held open between two rows."""
        async for ids in self._pages():
            for row in await self._quotes(ids):
                yield row

    async def every(self) -> AsyncIterator[Signal]:
        """All signals, the oldest first; nothing is held open between two of them."""
        async for ids in self._pages():
            async with self._database.read() as connection:
                page = await load(connection, _of(ids))
            for signal in page:
                yield signal

    async def _pages(self) -> AsyncIterator[list[int]]:
        last = 0
        while True:
            query = select(signals.c.id).where(signals.c.id > last).order_by(signals.c.id).limit(_AT_ONCE)
            async with self._database.read() as connection:
                ids = list((await connection.scalars(query)).all())
            if not ids:
                return
            yield ids
            last = ids[-1]

    async def _quotes(self, ids: Sequence[int]) -> list[AuditRow]:
        query = (
            select(evidence, articles.c.sha256)
            .join_from(evidence, articles)
            .where(evidence.c.signal_id.in_(ids))
            .order_by(*evidence.primary_key)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
            stored = await texts(connection, [row.article_id for row in rows])
        return [AuditRow(to_evidence(row), row.signal_id, stored[row.article_id].text, row.sha256) for row in rows]


def _of(ids: Iterable[int]) -> Select[tuple[object, ...]]:
    return select(signals).where(signals.c.id.in_(list(ids))).order_by(signals.c.id)


async def _get(connection: AsyncConnection, signal_id: int) -> Signal | None:
    found = await load(connection, _of([signal_id]))
    if not found:
        found = await load(connection, _of([await standing(connection, signal_id)]))
    return found[0] if found else None


async def _pairs(connection: AsyncConnection, batch: Batch) -> dict[int, int]:
    """Absorbed → final survivor; a signal given under an id that is an alias already is absorbed again."""
    ids = [signal.id for signal in batch.signals]
    stale = [(row.id, row.survivor_id) for row in await connection.execute(_ALIASES, {"ids": ids})] if ids else []
    return resolved((*stale, *batch.merged))


async def _survivors(connection: AsyncConnection, batch: Batch, pairs: dict[int, int]) -> list[Signal]:
    """The signals to write: those given, but for the absorbed, and survivors that were not given whole."""
    given = {signal.id: signal for signal in batch.signals}
    whole = {id_: signal for id_, signal in given.items() if id_ not in pairs}
    for absorbed, survivor in pairs.items():
        if survivor in given:
            continue
        left = given.get(absorbed) or await _get(connection, absorbed)
        standing = whole.get(survivor) or await _get(connection, survivor)
        if left and standing and left.id != standing.id:
            whole[survivor] = absorb(standing, left)
    return list(whole.values())


async def keep_signals(connection: AsyncConnection, whole: Sequence[Signal]) -> None:
    """Keep the signals as they are now, with all their rows, and make them findable."""
    if not whole:
        return
    ids = [signal.id for signal in whole]
    number = 1 + (await connection.scalar(_NEWEST) or 0)
    stored = await reconcile(connection, signals, ids, [(*head_row(signal), number) for signal in whole])
    for table, rows in (
        (signal_articles, member_rows),
        (evidence, quote_rows),
        (revisions, revision_rows),
        (signal_labels, label_rows),
    ):
        await reconcile(connection, table, stored, [row for signal in whole for row in rows(signal)])
    await remember(connection, [row for signal in whole for row in label_rows(signal)])
    await search.index(connection, whole)
