"""Cycles of the pipeline, and the account of what was looked at."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, func, insert, select

from bot.model.run import LookAccount, RunReport
from bot.model.source import SourceState
from bot.text import languages
from storage.engine import Database
from storage.schema import articles, runs, source_health, sources

LOOK = timedelta(hours=1)
"""What a look takes at most: a source that was read later than that after the moment told was read by a clock ahead."""


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
        query = select(runs.c.report).order_by(runs.c.id.desc()).limit(1)
        async with self._database.read() as connection:
            report: RunReport | None = await connection.scalar(query)
            return report

    async def look(self, since: datetime, now: datetime) -> LookAccount:
        """Articles fetched in [since, now], their publishers, and of them those analysed and those the analyst failed
        on, and by language those it has no word lists for; ACTIVE sources, and of them those that answered well since
        then."""
        new = articles.c.analysed.is_(None)
        of_articles = select(
            func.count(),
            func.count(articles.c.publisher_key.distinct()),
            _count(articles.c.analysed.is_not(None)),
            _count(new & (articles.c.attempts > 0)),
        ).where(articles.c.fetched >= since, articles.c.fetched <= now)
        of_sources = (
            select(func.count(), _count(source_health.c.succeeded_at.between(since, now + LOOK)))
            .select_from(sources.outerjoin(source_health))
            .where(sources.c.state == SourceState.ACTIVE)
        )
        of_languages = (
            select(articles.c.language, func.count())
            .where(articles.c.fetched >= since, articles.c.fetched <= now)
            .where(new & articles.c.trouble.contains(languages.NEEDS_MODEL))
            .group_by(articles.c.language)
            .order_by(func.count().desc(), articles.c.language.nulls_first())
        )
        async with self._database.read() as connection:
            count, publishers, analysed, unread = (await connection.execute(of_articles)).one()
            enabled, checked = (await connection.execute(of_sources)).one()
            unlisted = tuple((code, number) for code, number in await connection.execute(of_languages))
        return LookAccount(count, enabled, checked, publishers, analysed, unread, unlisted)


def _count(condition: ColumnElement[bool]) -> ColumnElement[Any]:
    return func.count(case((condition, 1)))
