"""The store's contract is tested on each database that can keep it: one test, once on each."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import pytest

from storage.engine import Database, located
from storage.store import SqlStore
from tests.clock import FakeClock
from tests.storage.engines import ENGINES


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Each of the engines in turn."""
    return str(request.param)


@pytest.fixture
def address(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a database at the newest schema stands with nothing in it."""
    if engine == "postgresql":
        return str(request.getfixturevalue("postgres_database").emptied())
    path = tmp_path / "bellwether.db"
    shutil.copy(request.getfixturevalue("empty_database"), path)
    return str(path)


@pytest.fixture
async def store(address: str, clock: FakeClock) -> AsyncIterator[SqlStore]:
    """Open, without asking each time whether there is anything to migrate."""
    async with aclosing(Database(located(address))) as database:
        yield SqlStore(database, clock)
