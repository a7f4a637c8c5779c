"""Calls of a paid model: kept, summed by model and step, and why it was last not to be had."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from bot.model.run import Call, Shortage
from storage import schema
from storage.store import SqlStore, open_store
from tests.clock import MORNING, FakeClock


def call(hours: float, usd: float, model: str = "small", step: str = "read") -> Call:
    return Call(MORNING - timedelta(hours=hours), model, step, "end_turn", usd, 100, 10, 50, 5)


async def test_calls_are_summed_since_an_instant(store: SqlStore) -> None:
    """By model and step, the dearest first; what was earlier is not counted."""
    for each in (call(1, 0.1), call(2, 0.2), call(1, 1.0, "large", "compose"), call(30, 9.0)):
        await store.calls.record(each)
    first, second = await store.calls.spent(MORNING - timedelta(hours=24))
    assert (first.model, first.step, first.calls, first.usd) == ("large", "compose", 1, 1.0)
    assert (second.calls, round(second.usd, 6), second.tokens_in, second.cache_reads) == (2, 0.3, 200, 100)
    assert await store.calls.spent(MORNING) == ()


async def test_the_last_shortage_is_remembered(store: SqlStore) -> None:
    """Since an instant, or none."""
    assert await store.calls.shortage(MORNING) is None
    for hours, words in ((3, "First."), (2, "Then.")):
        await store.calls.short(Shortage(MORNING - timedelta(hours=hours), words))
    shortage = await store.calls.shortage(MORNING - timedelta(hours=4))
    assert shortage
    assert shortage.words == "Then."
    assert await store.calls.shortage(MORNING - timedelta(hours=1)) is None


async def test_a_database_of_the_first_version_is_brought_up(tmp_path: Path) -> None:
    """What it holds stays, and calls can be kept in it."""
    path = tmp_path / "old.db"
    config = Config()
    config.set_main_option("script_location", str(Path(schema.__file__).with_name("migrations")))
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    engine.dispose()
    held = sqlite3.connect(path)
    held.execute("INSERT INTO memory VALUES ('colour', 'green')")
    held.commit()
    held.close()
    async with open_store(str(path), clock=FakeClock()) as store:
        await store.calls.record(call(0, 0.5))
        assert await store.memory.recall("colour") == "green"
        assert [each.usd for each in await store.calls.spent(MORNING)] == [0.5]
