"""What settings are set in which layer, and which layer wins."""

from __future__ import annotations

from pathlib import Path

from bot.model import setting_layers

KEYS = {"bot_brief": "brief", "bot_sources": "sources", "key": "KEY"}
SECTIONS = frozenset({"brief"})


def test_a_variable_sets_a_setting_or_one_key_of_a_section() -> None:
    """In upper or lower case; an empty one, a strange one and a key in what is no section set nothing."""
    variables = {
        "BOT_SOURCES": "a.toml", "bot_brief__BAR": "7", "BOT_BRIEF__A__B": "1", "Key": "k", "BOT_BRIEF__AT": "",
        "BOT_SOURCES__X": "1", "HOME": "/", "BOT_NOPE": "1",
    }  # fmt: skip
    found = setting_layers.of_variables(variables, KEYS, SECTIONS)
    assert found == {"sources": "a.toml", "brief": {"bar": "7", "a": {"b": "1"}}, "KEY": "k"}


def test_the_first_layer_wins_key_by_key() -> None:
    """A table and another value of one key are not mixed."""
    given, file = {"brief": {"bar": 7}, "sources": "x"}, {"brief": {"bar": 3, "at": "09:00"}, "sources": {"a": 1}}
    assert setting_layers.merged(given, file) == {"brief": {"bar": 7, "at": "09:00"}, "sources": "x"}
    assert given == {"brief": {"bar": 7}, "sources": "x"}


def test_a_file_of_variables_may_be_missing(tmp_path: Path) -> None:
    """Quotes and `export` are read as a shell reads them."""
    path = tmp_path / ".env"
    assert setting_layers.of_env_file(path) == {}
    path.write_text("export A='b c'\n# no\nB=\"d\"\n", encoding="utf-8")
    assert setting_layers.of_env_file(path) == {"A": "b c", "B": "d"}
