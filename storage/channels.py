"""Channels: their settings, mutes, mementos and readers' verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.channel import Channel, ChannelSettings, Memento, Mute
from bot.model.errors import StorageError
from bot.model.label import CategoryKind, Label
from storage import nouns
from storage.engine import Database
from storage.merge import standing, standing_label, standing_settings
from storage.rows import insert_one
from storage.schema import channels, mementos, mutes, verdicts

FIND = select(channels).where(channels.c.platform == bindparam("on"), channels.c.address == bindparam("at"))
MUTES = (
    select(mutes)
    .where(mutes.c.channel_id == bindparam("of"), mutes.c.until > bindparam("now"))
    .order_by(mutes.c.until, mutes.c.id)
)
VERDICTS = select(verdicts.c.useful, func.count().label("number")).group_by(verdicts.c.useful)


class SqlChannels:
    """bot.model.stores.Channels over SQL; its methods raise StorageError, or a child, where the database fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ensure(
        self, platform: str, address: str, name: str, settings: ChannelSettings, now: datetime, *, active: bool = True
    ) -> tuple[Channel, bool]:
        """The channel at that address and whether it was made just now, from `settings`.

        A known channel keeps its settings, takes the name it has now, and is spoken in again unless `active` is False.
        """
        async with self._database.write() as connection:
            row = await _first(connection, channels.c.platform == platform, channels.c.address == address)
            known = row is not None
            if row is None:
                values = {"platform": platform, "address": address, "name": name, "settings": settings, "created": now}
                await connection.execute(insert(channels).values(**values, active=active))
            elif (active and not row.active) or row.name != name:
                # Left and come back to, it begins anew: mornings in between were not missed.
                began = row.created if row.active or not active else now
                values = {"active": row.active or active, "name": name, "created": began}
                await connection.execute(update(channels).where(channels.c.id == row.id).values(**values))
            row = await _first(connection, channels.c.platform == platform, channels.c.address == address)
            assert row is not None  # noqa: S101 - it was written two lines above, in this transaction
            return nouns.channel(row), not known

    async def get(self, channel_id: int) -> Channel | None:
        """The channel with that id; None: there is none."""
        async with self._database.read() as connection:
            row = await _first(connection, channels.c.id == channel_id)
            return nouns.channel(row) if row else None

    async def find(self, platform: str, address: str) -> Channel | None:
        """The channel at that address; None: there is none."""
        async with self._database.read() as connection:
            row = (await connection.execute(FIND, {"on": platform, "at": address})).first()
            return nouns.channel(row) if row else None

    async def active(self) -> tuple[Channel, ...]:
        """The channels that are spoken in, by id."""
        async with self._database.read() as connection:
            rows = await connection.execute(select(channels).where(channels.c.active).order_by(channels.c.id))
            return tuple(map(nouns.channel, rows))

    async def of(self, platform: str) -> tuple[Channel, ...]:
        """All channels of the platform, those that were left included, by id."""
        async with self._database.read() as connection:
            query = select(channels).where(channels.c.platform == platform).order_by(channels.c.id)
            return tuple(map(nouns.channel, await connection.execute(query)))

    async def move(self, platform: str, before: str, after: str) -> None:
        """Give the channel at one address another; nothing where no channel stands there.

        A younger channel at the new address makes room, keeps its id, and goes to an address no platform gives; an
        older one stays, and the other is left.
        """
        async with self._database.write() as connection:
            moving = await _first(connection, channels.c.platform == platform, channels.c.address == before)
            there = await _first(connection, channels.c.platform == platform, channels.c.address == after)
            if moving is None or before == after:
                return
            if there is not None and there.id < moving.id:
                await connection.execute(update(channels).where(channels.c.id == moving.id).values(active=False))
                return
            if there is not None:
                aside = {"address": f"{after} (until {there.id})", "active": False}
                await connection.execute(update(channels).where(channels.c.id == there.id).values(**aside))
            await connection.execute(update(channels).where(channels.c.id == moving.id).values(address=after))

    async def save(self, channel: Channel) -> None:
        """Keep the channel as it is given, by its id; StorageError where its address is another channel's."""
        named = ("platform", "address", "name", "settings", "active", "allowed")
        values = {name: getattr(channel, name) for name in named}
        async with self._database.write() as connection:
            there = await _first(
                connection, channels.c.platform == channel.platform, channels.c.address == channel.address
            )
            if there and there.id != channel.id:
                raise StorageError(
                    f"“{channel.name}” cannot move to {channel.address} on {channel.platform}: it has another channel."
                )
            await connection.execute(update(channels).where(channels.c.id == channel.id).values(**values))

    async def mutes(self, channel_id: int, now: datetime) -> tuple[Mute, ...]:
        """The channel's mutes that end after `now`, the soonest to end first."""
        async with self._database.read() as connection:
            return tuple(map(nouns.mute, await connection.execute(MUTES, {"of": channel_id, "now": now})))

    async def muting(self, now: datetime) -> Mapping[int, tuple[int, ...]]:
        """By channel id the ids of its mutes that end after `now`; a channel without any is left out."""
        query = select(mutes.c.channel_id, mutes.c.id).where(mutes.c.until > now).order_by(mutes.c.id)
        found: dict[int, tuple[int, ...]] = {}
        async with self._database.read() as connection:
            for channel_id, mute_id in await connection.execute(query):
                found[channel_id] = (*found.get(channel_id, ()), mute_id)
        return found

    async def mute(self, channel_id: int, label: Label, until: datetime, by: str, now: datetime) -> Mute:
        """The channel's mute of that label, made now or with its end moved to `until`; StorageError for an unknown
        channel.
        """
        values = {"name": label.name, "until": until, "by": by}
        async with self._database.write() as connection:
            label = await standing_label(connection, label)
            same = (mutes.c.channel_id == channel_id, mutes.c.kind == label.kind, mutes.c.value == label.value)
            await connection.execute(delete(mutes).where(*same, mutes.c.until <= now))
            if not (await connection.execute(update(mutes).where(*same).values(**values))).rowcount:
                new = {"channel_id": channel_id, "kind": label.kind, "value": label.value, "created": now, **values}
                await connection.execute(insert(mutes).values(**new))
            return nouns.mute((await connection.execute(select(mutes).where(*same))).one())

    async def unmute(self, mute_id: int) -> None:
        """Delete the mute; nothing where it is gone already."""
        async with self._database.write() as connection:
            await connection.execute(delete(mutes).where(mutes.c.id == mute_id))

    async def remember(self, channel: Channel, what: str, by: str, event: str, now: datetime) -> int:
        """The number of the change under which the stored settings and mutes are kept; the same number again for one
        event.
        """
        same = (mementos.c.channel_id == channel.id, mementos.c.event == event)
        async with self._database.write() as connection:
            if (kept := await connection.scalar(select(mementos.c.id).where(*same))) is not None:
                return int(kept)
            row = await _first(connection, channels.c.id == channel.id)
            held = await connection.execute(select(mutes).where(mutes.c.channel_id == channel.id).order_by(mutes.c.id))
            values = {
                "channel_id": channel.id,
                "at": now,
                "by": by,
                "what": what,
                "mutes": tuple(map(nouns.mute, held)),
            }
            settings = row.settings if row else channel.settings
            return await insert_one(connection, mementos, {**values, "settings": settings, "event": event})

    async def undo(self, channel_id: int, event: str, number: int | None = None) -> Memento | None:
        """The change that is taken back, its settings and mutes put in place; None: none stands, or a newer one than
        `number` does. Asked again by the same event, the same change is given and nothing is done.
        """
        async with self._database.write() as connection:
            if done := await _change(connection, channel_id, mementos.c.undone == event):
                return done
            memento = await _change(connection, channel_id, mementos.c.undone.is_(None))
            if memento is None or number not in (None, memento.id):
                return None
            settings = await standing_settings(connection, memento.settings)
            await connection.execute(update(channels).where(channels.c.id == channel_id).values(settings=settings))
            await _put_mutes(connection, memento)
            await connection.execute(update(mementos).where(mementos.c.id == memento.id).values(undone=event))
            return replace(memento, undone=True)

    async def change(self, channel_id: int, number: int | None = None) -> Memento | None:
        """The change of that number, or else the newest that stands; None: there is none."""
        which = mementos.c.undone.is_(None) if number is None else mementos.c.id == number
        async with self._database.read() as connection:
            return await _change(connection, channel_id, which)

    async def judge(self, channel_id: int, signal_id: int, asker: str, useful: bool, now: datetime) -> None:
        """Keep a reader's verdict on the signal, in place of their earlier one; StorageError for an unknown signal."""
        async with self._database.write() as connection:
            signal_id = await standing(connection, signal_id)
            reader = (
                verdicts.c.channel_id == channel_id,
                verdicts.c.signal_id == signal_id,
                verdicts.c.asker == asker,
            )
            if not (await connection.execute(update(verdicts).where(*reader).values(useful=useful, at=now))).rowcount:
                values = {"channel_id": channel_id, "signal_id": signal_id, "asker": asker}
                await connection.execute(insert(verdicts).values(**values, useful=useful, at=now))

    async def unjudge(self, channel_id: int, signal_id: int, asker: str) -> None:
        """Delete a reader's verdict on the signal, if there is one."""
        async with self._database.write() as connection:
            await connection.execute(
                delete(verdicts).where(
                    verdicts.c.channel_id == channel_id,
                    verdicts.c.signal_id == await standing(connection, signal_id),
                    verdicts.c.asker == asker,
                )
            )

    async def verdicts(self, signal_id: int | None = None) -> tuple[int, int]:
        """How many readers found one signal, or all signals, (useful, useless)."""
        query = VERDICTS
        async with self._database.read() as connection:
            if signal_id is not None:
                query = query.where(verdicts.c.signal_id == await standing(connection, signal_id))
            counts: dict[bool, int] = {row[0]: row[1] for row in await connection.execute(query)}
        return counts.get(True, 0), counts.get(False, 0)


async def _first(connection: AsyncConnection, *where: ColumnElement[bool]) -> Row[Any] | None:
    return (await connection.execute(select(channels).where(*where))).first()


async def _put_mutes(connection: AsyncConnection, memento: Memento) -> None:
    """Exactly those of the memento, their ids included; a signal merged since is muted by its survivor's id, to
    the later end where both were."""
    await connection.execute(delete(mutes).where(mutes.c.channel_id == memento.channel_id))
    rows: dict[tuple[CategoryKind, str], dict[str, Any]] = {}
    for mute in sorted(memento.mutes, key=lambda mute: mute.until):
        label = await standing_label(connection, mute.label)
        values = {"id": mute.id, "channel_id": mute.channel_id, "until": mute.until, "created": mute.created}
        rows[label.kind, label.value] = {
            **values,
            "by": mute.by,
            "kind": label.kind,
            "value": label.value,
            "name": label.name,
        }
    if rows:
        await connection.execute(insert(mutes), list(rows.values()))


async def _change(connection: AsyncConnection, channel_id: int, which: ColumnElement[bool]) -> Memento | None:
    """The newest."""
    query = select(mementos).where(mementos.c.channel_id == channel_id, which).order_by(mementos.c.id.desc()).limit(1)
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        return None
    undone = row.undone is not None
    return Memento(row.id, row.channel_id, row.at, row.by, row.what, row.settings, row.mutes, undone)
