"""The README tells the truth: every command, job and setting of the code stands in it, and no other does."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from bot.__main__ import parser
from bot.analysts.lexical.words import BEGINNING
from bot.conversation.commands.table import COMMANDS
from bot.model.settings import PREFIX, Settings
from bot.model.version import VERSION

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_stands_in_the_readme_as_help_has_it(command: object) -> None:
    """The row of a command is its usage and its one line, word for word."""
    usage, summary = command.usage.replace("|", r"\|"), command.summary  # type: ignore[attr-defined]
    assert f"| `{usage}` | {summary} |" in README


def test_no_command_stands_there_that_is_none() -> None:
    """What the README lists as commands is what the bot obeys."""
    table = README.split("## Commands")[1].split("## Settings")[0]
    named = re.findall(r"^\| `(\w+)", table, re.MULTILINE)
    assert named == [command.name for command in COMMANDS]


def jobs() -> list[str]:
    action = next(a for a in parser()._actions if isinstance(a, argparse._SubParsersAction))
    return list(action.choices)


@pytest.mark.parametrize("job", jobs())
def test_every_job_of_the_command_line_stands_there(job: str) -> None:
    """Each word after `bellwether` has its row."""
    assert re.search(rf"^\| `bellwether {job}\b", README, re.MULTILINE)


def keys() -> list[str]:
    found = []
    for name, field in Settings.model_fields.items():
        section = field.annotation
        if isinstance(section, type) and issubclass(section, BaseModel):
            found += [f"{name}.{key}" for key in section.model_fields]
        else:
            found.append(str(field.validation_alias or name))
    return found


@pytest.mark.parametrize("key", keys())
def test_every_setting_stands_there(key: str) -> None:
    """By its name in the file and in the environment; a secret by its name alone."""
    section, _, name = key.partition(".")
    variable = f"`{PREFIX}{key.replace('.', '__')}`".upper()
    words = f"`[{section}] {name}`" if name else f"`{key}`"
    elsewhere = README.split("by their names alone")[1].split("## Slack")[0]
    assert (variable in README.upper() and words in README) or f"`{name or key}`" in elsewhere or words in elsewhere


def test_every_setting_named_there_exists() -> None:
    """A variable in the README that the bot would not know is a mistake in the README."""
    known = {f"{PREFIX}CONFIG"} | {f"{PREFIX}{key.replace('.', '__')}".upper() for key in keys()}
    assert set(re.findall(r"BELLWETHER_[A-Z_]+[A-Z]", README)) - known == {"BELLWETHER_SECTION__KEY"}


def test_how_much_of_a_text_is_looked_at_stands_there() -> None:
    """The number of characters is the code's."""
    assert BEGINNING == 2000
    assert "the first two thousand characters" in README


def test_the_changelog_begins_with_this_version() -> None:
    """Its newest heading is the version the code says it is."""
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^## (\S+)", changelog, re.MULTILINE)
    assert newest
    assert newest[1] == VERSION


def test_the_picture_is_there() -> None:
    """The README's picture is a file of the project."""
    for path in re.findall(r"!\[[^]]*\]\(([^)]+)\)", README):
        assert (ROOT / path).is_file()
