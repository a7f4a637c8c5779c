"""Questions and their answers, by thread."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from sqlalchemy import Row, Text, delete, or_, select, type_coerce, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.event import Event
from bot.model.messages import text
from bot.model.outgoing import DRAFT
from bot.model.question import QuestionRecord
from storage.engine import Database
from storage.merge import standing
from storage.outbox import OPEN
from storage.rows import insert_one
from storage.schema import channels, deliveries, events, questions

_PLAIN = ("channel_id", "thread", "asker", "question", "answer", "signal_id", "at", "cited", "rest")

FORGOTTEN = "Forgotten."
"""What stands in the store for an answer whose thread was to be forgotten."""


class SqlQuestions:
    """bot.model.stores.Questions over SQL; its methods raise StorageError, or a child, where the database fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, record: QuestionRecord) -> int:
        """The id under which the question is kept; the given one is ignored."""
        values = {name: getattr(record, name) for name in _PLAIN}
        async with self._database.write() as connection:
            if record.signal_id is not None:
                values["signal_id"] = await standing(connection, record.signal_id)
            return await insert_one(connection, questions, values)

    async def get(self, question_id: int) -> QuestionRecord | None:
        """The question with that id; None: there is none, or it was forgotten."""
        async with self._database.read() as connection:
            row = (await connection.execute(select(questions).where(questions.c.id == question_id))).first()
            return _record(row) if row else None

    async def thread(self, channel_id: int, thread: str, limit: int) -> tuple[QuestionRecord, ...]:
        """At most `limit` questions of the thread, the last ones, oldest first."""
        query = (
            select(questions)
            .where(questions.c.channel_id == channel_id, questions.c.thread == thread)
            .order_by(questions.c.id.desc())
            .limit(limit)
        )
        async with self._database.read() as connection:
            return tuple(map(_record, await connection.execute(query)))[::-1]

    async def forget(self, channel_id: int, thread: str) -> int:
        """How many questions of the thread there were; they are gone with their answers.

        What was said there and what we replied stay as events and deliveries, by which nothing is done twice; their
        words go.
        """
        query = delete(questions).where(questions.c.channel_id == channel_id, questions.c.thread == thread)
        async with self._database.write() as connection:
            gone = int((await connection.execute(query)).rowcount)
            if gone:
                await _silence(connection, channel_id, thread)
            return gone

    async def all(
        self, limit: int | None, *, channel_id: int | None = None, words: str = ""
    ) -> tuple[QuestionRecord, ...]:
        """Questions, the newest first: at most `limit` (None: all), of one channel, with the words in question or
        answer.
        """
        query = select(questions).order_by(questions.c.id.desc()).limit(limit)
        if channel_id is not None:
            query = query.where(questions.c.channel_id == channel_id)
        if words:
            held = (each.icontains(words, autoescape=True) for each in (questions.c.question, questions.c.answer))
            query = query.where(or_(*held))
        async with self._database.read() as connection:
            return tuple(map(_record, await connection.execute(query)))


async def _silence(connection: AsyncConnection, channel_id: int, thread: str) -> None:
    """Take the words out of the thread's events that are done, and out of the replies to them."""
    where = (await connection.execute(select(channels).where(channels.c.id == channel_id))).one()
    there = type_coerce(events.c.event, Text).contains(
        f'"address":{json.dumps(where.address, ensure_ascii=False)}', autoescape=True
    )
    done = select(events).where(events.c.platform == where.platform, events.c.done.is_(True), there)
    for row in (await connection.execute(done)).all():
        said: Event = row.event
        if (said.address, said.thread or said.reply_to or "") != (where.address, thread) or not said.text:
            continue
        mute = replace(said, text="", quoted=None)
        await connection.execute(update(events).where(events.c.seq == row.seq).values(event=mute))
        replies = deliveries.c.purpose.in_([f"reply:{said.id}", f"reply:{said.id}{DRAFT}"])
        of = (deliveries.c.channel_id == channel_id, replies, deliveries.c.state.not_in(OPEN))
        await connection.execute(update(deliveries).where(*of).values(message=text(FORGOTTEN)))


def _record(row: Row[Any]) -> QuestionRecord:
    return QuestionRecord(id=row.id, **{name: getattr(row, name) for name in _PLAIN})
