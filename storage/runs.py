"""Cycles of the pipeline, and the account of what was looked at."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, case, func, insert, select

from bot.model.run import LookAccount, RunReport
from bot.model.source import SourceState
from bot.text import languages
from storage import nouns
from storage.engine import Database
from storage.nouns import LOOK
from storage.schema import articles, runs, source_health, sources


def _count(condition: ColumnElement[bool]) -> ColumnElement[Any]:
    return func.count(case((condition, 1)))


_IN_SPAN = (articles.c.fetched >= bindparam("since"), articles.c.fetched <= bindparam("now"))
_NEW = articles.c.analysed.is_(None)
ARTICLES = select(
    func.count().label("articles"),
    func.count(articles.c.publisher_key.distinct()).label("publishers"),
    _count(articles.c.analysed.is_not(None)).label("analysed"),
    _count(_NEW & (articles.c.attempts > 0)).label("unread"),
).where(*_IN_SPAN)
SOURCES = (
    select(
        func.count().label("sources"),
        _count(source_health.c.succeeded_at.between(bindparam("since"), bindparam("until"))).label("checked"),
    )
    .select_from(sources.outerjoin(source_health))
    .where(sources.c.state == SourceState.ACTIVE)
)
LANGUAGES = (
    select(articles.c.language, func.count().label("number"))
    .where(*_IN_SPAN)
    .where(_NEW & articles.c.trouble.contains(languages.NEEDS_MODEL))
    .group_by(articles.c.language)
    .order_by(func.count().desc(), articles.c.language.nulls_first())
)
LAST = select(runs.c.report).order_by(runs.c.id.desc()).limit(1)


class SqlRuns:
    """bot.model.stores.Runs over SQL; its methods raise StorageError, or a child, where the database fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def record(self, report: RunReport) -> None:
        """Keep the report of a cycle."""
        async with self._database.write() as connection:
            await connection.execute(insert(runs).values(finished=report.finished, report=report))

    async def last(self) -> RunReport | None:
        """The report of the cycle that was recorded last, whatever the clock said then; None: there was none."""
        async with self._database.read() as connection:
            report: RunReport | None = await connection.scalar(LAST)
            return report

    async def look(self, since: datetime, now: datetime) -> LookAccount:
        """Articles fetched in [since, now], their publishers, and of them those analysed and those the analyst failed
        on, and by language those it has no word lists for; ACTIVE sources, and of them those that answered well since
        then."""
        span = {"since": since, "now": now}
        async with self._database.read() as connection:
            read = (await connection.execute(ARTICLES, span)).one()
            asked = (await connection.execute(SOURCES, {"since": since, "until": now + LOOK})).one()
            unlisted = (await connection.execute(LANGUAGES, span)).all()
        return nouns.look(read, asked, unlisted)
