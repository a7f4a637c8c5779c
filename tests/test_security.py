"""SECURITY.md is true: each answer names a test that shows it, and each of these tests exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FROM = ("feed", "page", "chat", "model", "address", "secret", "terminal", "log", "flood", "button")
"""What others can write into, or get at."""


def rows() -> list[list[str]]:
    """The rows of the table of threats, by cells."""
    lines = (ROOT / "SECURITY.md").read_text(encoding="utf-8").splitlines()
    table = [line for line in lines if line.startswith("| ")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table]


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[1][:40])
def test_each_answer_is_shown_by_a_test(row: list[str]) -> None:
    """Four cells, and behind them at least one test that is there."""
    _, _, _, shown = row
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", shown)
    assert named
    for path, name in named:
        assert re.search(rf"^(?:async )?def {name}\(", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE), name


def test_nothing_that_others_write_is_left_out() -> None:
    """Each kind has a row at least."""
    first = " ".join(row[0] for row in rows())
    assert [each for each in FROM if each not in first] == []
