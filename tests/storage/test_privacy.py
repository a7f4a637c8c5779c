"""The database is its account's alone: made so, and mended where it stands open, but for folders of other people."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.model.settings import data_folder
from storage.privacy import is_open_to_others
from storage.store import open_store
from tests.clock import FakeClock


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(autouse=True)
def usual_umask() -> Iterator[None]:
    """What is made without further thought can be read by everybody, as on most machines."""
    before = os.umask(0o022)
    yield
    os.umask(before)


async def beside(path: Path, clock: FakeClock) -> dict[str, int]:
    """The rights of the database and of what SQLite keeps beside it, while it is in use."""
    async with open_store(str(path), clock=clock) as store:
        await store.memory.keep("a", "b")
        assert await store.memory.recall("a") == "b"
        return {each.name: mode(each) for each in path.parent.iterdir()}


async def test_what_is_made_is_closed_to_others(tmp_path: Path, clock: FakeClock) -> None:
    """A new database in a new folder: 0700, and 0600 for the file, its -wal and its -shm."""
    found = await beside(tmp_path / "new" / "bot.db", clock)
    assert found == {"bot.db": 0o600, "bot.db-wal": 0o600, "bot.db-shm": 0o600}
    assert mode(tmp_path / "new") == 0o700


async def test_what_stands_open_is_mended(tmp_path: Path, clock: FakeClock) -> None:
    """A database of an earlier version, and our own data folder, are closed at the next opening."""
    path = data_folder() / "bellwether.db"
    async with open_store(str(path), clock=clock) as store:
        await store.memory.keep("a", "b")
        path.parent.chmod(0o755)
        for each in path.parent.iterdir():
            each.chmod(0o644)
        assert is_open_to_others(path)
        assert set((await beside(path, clock)).values()) == {0o600}
    assert mode(path.parent) == 0o700
    assert not is_open_to_others(path)


async def test_a_folder_that_somebody_chose_stays_as_it_is(tmp_path: Path, clock: FakeClock) -> None:
    """A shared folder is not ours to close; the file in it is."""
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o775)
    assert set((await beside(shared / "bot.db", clock)).values()) == {0o600}
    assert mode(shared) == 0o775
