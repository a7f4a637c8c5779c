"""Settings: every key from the file and the environment, and every complaint at once."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest

from bot.model import settings


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_defaults_need_nothing() -> None:
    """With nothing set the bot runs: the terminal, the starter sources, the embedded analyst."""
    loaded = settings.load()
    assert (loaded.brief.at, loaded.brief.bar, loaded.pipeline.every) == (time(7, 30), 6, 900)
    assert loaded.chat_platforms == ()


def test_the_environment_overrides_the_file(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key set in both places has the environment's value; the file's other keys stand."""
    (elsewhere / "bellwether.toml").write_text('[brief]\nat = "06:45"\nbar = 7\n[pipeline]\nevery = "5m"\n')
    monkeypatch.setenv("BELLWETHER_BRIEF__AT", "08:15")
    monkeypatch.setenv("BELLWETHER_BRIEF__DAYS", "mon,wed")
    loaded = settings.load()
    assert (loaded.brief.at, loaded.brief.bar, loaded.pipeline.every) == (time(8, 15), 7, 300)
    assert loaded.brief.days == ("mon", "wed")


def test_secrets_come_from_a_dotenv_file_too(elsewhere: Path) -> None:
    """A `.env` file sets what the environment would; tokens never show in a printed setting."""
    (elsewhere / ".env").write_text("SLACK_BOT_TOKEN=xoxb-1\nBELLWETHER_BRIEF__BAR=8\nUNRELATED=1\n")
    loaded = settings.load()
    assert loaded.chat_platforms == ("slack",)
    assert loaded.brief.bar == 8
    assert "xoxb-1" not in repr(loaded)


def test_everything_wrong_is_said_at_once(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One start names every setting that cannot be used, misspelt names included."""
    (elsewhere / "bellwether.toml").write_text("[brief]\nbarr = 7\n[breif]\nbar = 7\n")
    monkeypatch.setenv("BELLWETHER_BRIEF__TIMEZONE", "Mars/Olympus")
    monkeypatch.setenv("BELLWETHER_BRIEF__BAR", "44")
    monkeypatch.setenv("BELLWETHER_BRIFF__BAR", "4")
    with pytest.raises(ValueError, match="BRIFF") as caught:
        settings.load()
    said = str(caught.value)
    for expected in ("BELLWETHER_BRIFF__BAR", "“breif”", "brief.barr", "brief.timezone", "brief.bar"):
        assert expected in said


def test_a_broken_settings_file_is_named(elsewhere: Path) -> None:
    """A file that is no TOML is one sentence with its path."""
    (elsewhere / "bellwether.toml").write_text("[brief\n")
    with pytest.raises(ValueError, match=r"bellwether\.toml"):
        settings.load()


def test_a_named_file_must_exist(monkeypatch: pytest.MonkeyPatch, elsewhere: Path) -> None:
    """BELLWETHER_CONFIG that names nothing is said, not passed over."""
    monkeypatch.setenv("BELLWETHER_CONFIG", str(elsewhere / "gone.toml"))
    with pytest.raises(ValueError, match=r"gone\.toml"):
        settings.load()
