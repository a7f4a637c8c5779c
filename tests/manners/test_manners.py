"""Silent when not spoken to, understood when spoken to: 190 lines people say under a brief."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from storage.store import open_store
from tests.clock import FakeClock
from tests.manners import judging
from tests.talk import archive, open_talk


@pytest.fixture
async def shelf(tmp_path: Path, empty_database: Path) -> Path:
    """A store in which the morning's brief was told."""
    path = tmp_path / "shelf.db"
    shutil.copy(empty_database, path)
    clock = FakeClock()
    async with open_store(str(path), clock=clock) as store:
        await archive(store)
        await judging.set_up(await open_talk(store, clock))
    return path


@pytest.mark.parametrize("to", ["overheard", "said"])
@pytest.mark.parametrize("half", ["first", "second", "third"])
async def test_what_is_said_under_a_brief(shelf: Path, tmp_path: Path, half: str, to: str) -> None:
    """Each line of the half is met with silence, an answer, an offer or a sentence, as it must be."""
    wrong: list[str] = []
    every = list(judging.lines(half, to))
    for line in every:
        path = shutil.copy(shelf, tmp_path / "line.db")
        clock = FakeClock()
        clock.advance(600)
        async with open_store(str(path), clock=clock) as store:
            after = await judging.heard(await open_talk(store, clock), line)
        if not judging.right(line, after):
            wrong.append(f"{line}\n    but: {after.words!r} {list(after.commands)} changed={after.changed}")
    print(f"{half}, {to}: {len(every) - len(wrong)} of {len(every)} lines as they must be", *wrong, sep="\n")
    assert not wrong
