"""Two signals become one: the absorbed one's id stays good for ever, and what hung on it follows the survivor."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, TypeVar

from sqlalchemy import Row, Text, delete, insert, select, type_coerce, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.channel import ChannelSettings
from bot.model.label import CategoryKind, Label
from bot.model.signal import Signal
from storage import search
from storage.schema import (
    channels,
    evidence,
    mutes,
    questions,
    revisions,
    signal_aliases,
    signal_articles,
    signal_labels,
    signals,
    told,
    told_quotes,
    verdicts,
)

T = TypeVar("T")


def resolved(merged: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Absorbed → survivor, chains followed to their end; a later word on the same signal wins."""
    into = {absorbed: survivor for absorbed, survivor in merged if absorbed != survivor}
    return {absorbed: _end(into, absorbed) for absorbed in into}


def _end(into: dict[int, int], absorbed: int) -> int:
    seen = {absorbed}
    survivor = into[absorbed]
    while survivor in into and survivor not in seen:
        seen.add(survivor)
        survivor = into[survivor]
    return survivor


def absorb(survivor: Signal, absorbed: Signal) -> Signal:
    """The survivor with all that the absorbed signal had and it had not, appended; revisions are numbered on."""
    here = {member.article_id for member in survivor.articles}
    last = max((revision.number for revision in survivor.revisions), default=0)
    numbered = tuple(
        replace(revision, signal_id=survivor.id, number=last + count, brought_from=revision.brought_from or absorbed.id)
        for count, revision in enumerate(absorbed.revisions, 1)
    )
    return replace(
        survivor,
        dimensions=_union(survivor.dimensions, absorbed.dimensions),
        topics=_union(survivor.topics, absorbed.topics),
        places=_union(survivor.places, absorbed.places),
        actors=_union(survivor.actors, absorbed.actors),
        opened=min(survivor.opened, absorbed.opened),
        changed=max(survivor.changed, absorbed.changed),
        articles=survivor.articles + tuple(m for m in absorbed.articles if m.article_id not in here),
        revisions=survivor.revisions + numbered,
        contrary=_union(survivor.contrary, absorbed.contrary),
    )


def _union(first: tuple[T, ...], second: tuple[T, ...]) -> tuple[T, ...]:
    return tuple(dict.fromkeys((*first, *second)))


async def standing(connection: AsyncConnection, signal_id: int) -> int:
    """The id itself, or that of the signal it was merged into."""
    survivor = await connection.scalar(select(signal_aliases.c.survivor_id).where(signal_aliases.c.id == signal_id))
    return signal_id if survivor is None else survivor


async def standing_label(connection: AsyncConnection, label: Label) -> Label:
    """What means a merged signal means its survivor."""
    if label.kind is not CategoryKind.SIGNAL or not label.value.isdecimal():
        return label
    return replace(label, value=str(await standing(connection, int(label.value))))


async def standing_settings(connection: AsyncConnection, settings: ChannelSettings) -> ChannelSettings:
    """The settings, a watched signal that was merged by its survivor's id."""
    watches = [
        replace(watch, labels=tuple([await standing_label(connection, label) for label in watch.labels]))
        for watch in settings.watches
    ]
    return replace(settings, watches=tuple(watches))


async def follow(connection: AsyncConnection, absorbed: int, survivor: int) -> None:
    """Move what channels and readers have of the absorbed signal to the survivor, and leave an alias in its place."""
    await _tell(connection, absorbed, survivor)
    await _judge(connection, absorbed, survivor)
    await _mute(connection, str(absorbed), str(survivor))
    for table in (told_quotes, questions):
        await connection.execute(update(table).where(table.c.signal_id == absorbed).values(signal_id=survivor))
    await _alias(connection, absorbed, survivor)
    await _watch(connection, str(absorbed))
    for table in (evidence, signal_articles, revisions, signal_labels):
        await connection.execute(delete(table).where(table.c.signal_id == absorbed))
    await connection.execute(delete(signals).where(signals.c.id == absorbed))
    await search.forget(connection, [absorbed])


async def _alias(connection: AsyncConnection, absorbed: int, survivor: int) -> None:
    """Aliases of the absorbed become aliases of the survivor: one step always leads to the end."""
    chained = signal_aliases.c.survivor_id == absorbed
    await connection.execute(update(signal_aliases).where(chained).values(survivor_id=survivor))
    await connection.execute(delete(signal_aliases).where(signal_aliases.c.id == absorbed))
    await connection.execute(insert(signal_aliases).values(id=absorbed, survivor_id=survivor))


async def _tell(connection: AsyncConnection, absorbed: int, survivor: int) -> None:
    """A telling of the absorbed is one of the survivor, at the revision the survivor's history was at then; where
    both were told on one date, the survivor's stands."""
    changes = (await connection.execute(select(revisions).where(revisions.c.signal_id == survivor))).all()
    there = {(row.channel_id, row.on) for row in await _of(connection, told, survivor)}
    moved = [
        {
            **row._mapping,
            "signal_id": survivor,
            "revision": max((c.number for c in changes if c.at <= row.at), default=0),
        }
        for row in await _of(connection, told, absorbed)
        if (row.channel_id, row.on) not in there
    ]
    await connection.execute(delete(told).where(told.c.signal_id == absorbed))
    if moved:
        await connection.execute(insert(told), moved)


async def _judge(connection: AsyncConnection, absorbed: int, survivor: int) -> None:
    """A reader's newer verdict of the two stands."""
    both = [*await _of(connection, verdicts, absorbed), *await _of(connection, verdicts, survivor)]
    newest = {(row.channel_id, row.asker): row for row in sorted(both, key=lambda row: row.at)}
    await connection.execute(delete(verdicts).where(verdicts.c.signal_id.in_([absorbed, survivor])))
    if newest:
        await connection.execute(insert(verdicts), [{**row._mapping, "signal_id": survivor} for row in newest.values()])


async def _mute(connection: AsyncConnection, absorbed: str, survivor: str) -> None:
    """Of two mutes in one channel, the one that ends later stands."""
    rows = await connection.execute(
        select(mutes)
        .where(mutes.c.kind == CategoryKind.SIGNAL, mutes.c.value.in_([absorbed, survivor]))
        .order_by(mutes.c.until, mutes.c.id)
    )
    longest = {row.channel_id: row for row in rows.all()}
    await connection.execute(
        delete(mutes).where(
            mutes.c.kind == CategoryKind.SIGNAL,
            mutes.c.value.in_([absorbed, survivor]),
            mutes.c.id.not_in([row.id for row in longest.values()]),
        )
    )
    kept = mutes.c.id.in_([row.id for row in longest.values()])
    await connection.execute(update(mutes).where(kept).values(value=survivor))


async def _watch(connection: AsyncConnection, absorbed: str) -> None:
    """Whoever watches the absorbed watches the survivor, to which its alias leads."""
    watching = type_coerce(channels.c.settings, Text).contains(f'"value":"{absorbed}"', autoescape=True)
    for row in (await connection.execute(select(channels.c.id, channels.c.settings).where(watching))).all():
        settings = await standing_settings(connection, row.settings)
        if settings != row.settings:
            await connection.execute(update(channels).where(channels.c.id == row.id).values(settings=settings))


async def _of(connection: AsyncConnection, table: Any, signal_id: int) -> list[Row[Any]]:
    return list((await connection.execute(select(table).where(table.c.signal_id == signal_id))).all())
