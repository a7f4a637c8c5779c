"""A life of weeks, kept for days: the file and the memory stop growing, what was told stays, and every quote stands."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import func, select

from bot.model.settings import KeepSettings, PipelineSettings
from bot.text import evidence
from storage import schema
from tests.years import Life, living

DAYS, A_DAY, TOLD = 15, 10, 2  # the days, the articles of each, the days on which a brief is told
KEPT = KeepSettings.model_validate({"articles": "4d", "signals": "4d"})
SHORT = PipelineSettings.model_validate({"live": "2d", "window": "1d"})
KEPT_DAYS, COPY_DAYS = 5, 4  # a day's rows go on the next day's first look; wire copies are looked for so far back


async def count(life: Life, table: str) -> int:
    async with life.store._database.read() as connection:
        return await connection.scalar(select(func.count()).select_from(schema.metadata.tables[table])) or 0


async def test_a_long_life_is_bounded(tmp_path: Path) -> None:
    """Once as much goes as comes, nothing grows; what was told on the first days is there with its texts to the end."""
    used: list[int] = []
    async with living(tmp_path / "life.db", KEPT, SHORT) as life:
        for day in range(DAYS):
            await life.day(day, A_DAY, 1, tell=day < TOLD)
            pages, free = await life.pages()
            used.append(pages - free)
            live, copies, _ = life.held
            assert live <= 4 * A_DAY
            assert copies <= (COPY_DAYS + 1) * A_DAY
        told = {signal_id for _, signal_id, _ in life.told}
        kept = [signal async for signal in life.store.signals.every()]
        assert told
        assert told <= {signal.id for signal in kept}
        cited = {member.article_id for signal in kept for member in signal.articles}
        assert await count(life, "articles") <= len(cited) + KEPT_DAYS * A_DAY
        assert await count(life, "signals") <= len(told) + 3 * TOLD + (KEPT_DAYS + 1) * A_DAY  # and those named as near
        assert await count(life, "readings") < DAYS * A_DAY / 2
        quotes = [row async for row in life.store.signals.audit()]
        assert len({row.signal_id for row in quotes} & told) == len(told)
        assert all(evidence.holds(row.evidence, row.text) for row in quotes)
        assert await life.store.faults() == ()
    assert max(used[-4:]) <= 1.1 * max(used[-8:-4])
