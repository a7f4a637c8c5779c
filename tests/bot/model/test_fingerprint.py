"""The mark of what runs changes with each of its files, and with nothing else."""

from __future__ import annotations

from pathlib import Path

from bot.app.sample_edition import sample_database
from bot.model.fingerprint import fingerprint, mark_of
from bot.model.settings import load
from tests.clock import MORNING


def test_every_file_counts_by_its_name_and_its_content(tmp_path: Path) -> None:
    """What Python compiles beside them does not, and two files are not one that holds both."""
    seen = set()
    for name, content in (("a.py", "x"), ("b/c.toml", "y"), ("a.py", "xy"), ("b/c.toml", ""), ("b/cx.toml", "")):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8")
        seen.add(mark_of([tmp_path]))
    assert len(seen) == 5
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "a.pyc").write_bytes(b"z")
    assert mark_of([tmp_path]) in seen


def test_what_another_version_played_is_not_shown() -> None:
    """On one day too: the database of the sample edition is named after the day and after what runs."""
    assert (
        Path(sample_database(load(brief={"timezone": "UTC"}), MORNING)).name == f"sample-2026-03-27-{fingerprint()}.db"
    )
