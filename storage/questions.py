"""Questions and their answers, by thread."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, delete, select

from bot.types import QuestionRecord
from storage.engine import Database
from storage.merge import standing
from storage.rows import insert_one
from storage.schema import questions

_PLAIN = ("channel_id", "thread", "asker", "question", "answer", "signal_id", "at", "cited", "rest")


class SqlQuestions:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, record: QuestionRecord) -> int:
        values = {name: getattr(record, name) for name in _PLAIN}
        async with self._database.write() as connection:
            if record.signal_id is not None:
                values["signal_id"] = await standing(connection, record.signal_id)
            return await insert_one(connection, questions, values)

    async def thread(self, channel_id: int, thread: str, limit: int) -> tuple[QuestionRecord, ...]:
        query = (
            select(questions)
            .where(questions.c.channel_id == channel_id, questions.c.thread == thread)
            .order_by(questions.c.id.desc())
            .limit(limit)
        )
        async with self._database.read() as connection:
            return tuple(map(_record, await connection.execute(query)))[::-1]

    async def forget(self, channel_id: int, thread: str) -> int:
        query = delete(questions).where(questions.c.channel_id == channel_id, questions.c.thread == thread)
        async with self._database.write() as connection:
            return int((await connection.execute(query)).rowcount)

    async def all(self, limit: int) -> tuple[QuestionRecord, ...]:
        """The newest first."""
        async with self._database.read() as connection:
            rows = await connection.execute(select(questions).order_by(questions.c.id.desc()).limit(limit))
            return tuple(map(_record, rows))


def _record(row: Row[Any]) -> QuestionRecord:
    return QuestionRecord(id=row.id, **{name: getattr(row, name) for name in _PLAIN})
