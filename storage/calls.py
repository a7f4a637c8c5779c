"""Calls of a paid model: each with its tokens and cost, their sums, and why the model was last not to be had."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import bindparam, func, insert, select

from bot.model.run import Call, Shortage, Spending
from storage import memory, nouns
from storage.engine import Database
from storage.schema import calls

_SUMMED = ("usd", "tokens_in", "tokens_out", "cache_reads", "cache_writes")

SPENT = (
    select(
        calls.c.model,
        calls.c.step,
        func.count().label("calls"),
        *(func.sum(calls.c[name]).label(name) for name in _SUMMED),
    )
    .where(calls.c.at >= bindparam("since"))
    .group_by(calls.c.model, calls.c.step)
    .order_by(func.sum(calls.c.usd).desc(), calls.c.model, calls.c.step)
)


class SqlCalls:
    """bot.model.stores.Calls over SQL; its methods raise StorageError, or a child, where the database fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def record(self, call: Call) -> None:
        """Keep one call of the model."""
        async with self._database.write() as connection:
            await connection.execute(insert(calls).values(**asdict(call)))

    async def spent(self, since: datetime) -> tuple[Spending, ...]:
        """What the calls since then came to, by model and step, the dearest first."""
        async with self._database.read() as connection:
            return tuple(Spending(**row._mapping) for row in await connection.execute(SPENT, {"since": since}))

    async def short(self, shortage: Shortage) -> None:
        """Keep why the model was not to be had, in place of what was kept before."""
        async with self._database.write() as connection:
            held = json.dumps([shortage.at.isoformat(), shortage.words])
            await memory.keep(connection, nouns.SHORTAGE, held)

    async def shortage(self, since: datetime) -> Shortage | None:
        """Why the model was last not to be had; None: it never failed, or not since then."""
        async with self._database.read() as connection:
            held = await memory.recall(connection, nouns.SHORTAGE)
        return nouns.shortage(held, since)
