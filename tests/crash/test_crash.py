"""Killed at any moment, the bot loses nothing and says nothing twice: a dozen kills (`make torture`: hundreds)."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from tests.crash import pair
from tests.crash.stage import STAGES, doubts, play


@pytest.mark.parametrize("name", STAGES)
async def test_nothing_is_lost_and_nothing_doubled(tmp_path: Path, name: str) -> None:
    """Each brief, greeting and answer stands on the platform once, after six kills and a last life."""
    async with STAGES[name]() as stage:
        assert await play(stage, tmp_path / "bellwether.db", random.Random(0), kills=6) == 6
        assert stage.faults(await doubts(tmp_path / "bellwether.db")) == []


async def test_two_processes_lose_nothing_and_double_nothing(tmp_path: Path, postgres_database: Any) -> None:
    """On one PostgreSQL database, after six blows: processes killed, connections cut, a sleeper that was overtaken."""
    async with STAGES["telegram"]() as stage:
        assert await pair.play(stage, postgres_database.emptied(), tmp_path, random.Random(3), blows=6) == []
