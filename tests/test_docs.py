"""The README and the docs tell the truth: every command, job and setting of the code stands there, no other does."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from bot.analysts.lexical.words import BEGINNING
from bot.briefing.views.as_json import edition_json
from bot.cli.arguments import parser
from bot.conversation.commands.table import COMMANDS
from bot.conversation.request import Command
from bot.model.brief import Account, Brief, BriefItem, Near
from bot.model.errors import BellwetherError
from bot.model.settings import PREFIX, AnalystSettings, Settings
from bot.model.version import VERSION
from bot.reading.sources import read_starter
from tests import make
from tests.clock import MORNING

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
DOCS = ROOT / "docs"
PAGES = [*sorted(ROOT.glob("*.md")), *sorted(DOCS.glob("*.md"))]


def page(name: str) -> str:
    return (DOCS / f"{name}.md").read_text(encoding="utf-8")


def everything() -> str:
    return "\n".join(each.read_text(encoding="utf-8") for each in PAGES)


# --- commands --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_stands_in_its_page_as_help_has_it(command: Command) -> None:
    """The row of a command is its usage and its one line, word for word."""
    usage = command.usage.replace("|", r"\|")
    assert f"| `{usage}` | {command.summary} |" in page("commands")


def test_no_command_stands_there_that_is_none() -> None:
    """What the page lists as commands is what the bot obeys, in the order of its help."""
    named = re.findall(r"^\| `(\w+)", page("commands"), re.MULTILINE)
    assert named == [command.name for command in COMMANDS]


# --- the command line ------------------------------------------------------------------------------------------------


def jobs() -> list[str]:
    action = next(a for a in parser()._actions if isinstance(a, argparse._SubParsersAction))
    return list(action.choices)


@pytest.mark.parametrize("job", jobs())
def test_every_job_of_the_command_line_stands_there(job: str) -> None:
    """Each word after `bellwether` has its row."""
    assert re.search(rf"^\| `bellwether {job}\b", page("operating"), re.MULTILINE)


def test_every_job_named_anywhere_exists() -> None:
    """`bellwether X` is never a word that the command line would refuse."""
    assert set(re.findall(r"`bellwether (\w+)", everything())) <= set(jobs())


def _errors(kind: type[BellwetherError]) -> list[type[BellwetherError]]:
    return [kind, *(each for child in kind.__subclasses__() for each in _errors(child))]


def test_every_exit_code_stands_there() -> None:
    """Those of the errors, of a look that could not be had, and of a good end; the help knows the same."""
    rows = {int(code) for code in re.findall(r"^\| (\d+) \|", page("operating"), re.MULTILINE)}
    assert rows == {0, 3, *(each.exit_code for each in _errors(BellwetherError))}
    assert all(re.search(rf"\b{code} ", parser().epilog or "") for code in rows)


def test_every_target_of_make_that_is_named_exists() -> None:
    """In the pages and in the Makefile's first line, which names them all."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = set(re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[0].split())
    assert set(re.findall(r"`make (\w+)", everything())) <= phony
    assert set(re.findall(r"[a-z]+", makefile.partition(":")[0].removeprefix("# make"))) == phony


# --- settings --------------------------------------------------------------------------------------------------------


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
    table, _, secrets = page("settings").partition("By their names alone")
    assert f"| {words} | {variable} |" in table or words in secrets.partition("\n## ")[0]


DEFAULTS = re.findall(r"^\| `\[(\w+)\] (\w+)` \| `\w+` \| `([^`]+)` \|", page("settings"), re.MULTILINE)


@pytest.mark.parametrize(("section", "key", "told"), DEFAULTS)
def test_every_default_there_is_the_codes(section: str, key: str, told: str) -> None:
    """What the page calls the default means what the code takes where nothing is set."""
    kind = Settings.model_fields[section].annotation
    assert isinstance(kind, type)
    assert getattr(kind(**{key: told}), key) == getattr(kind(), key)


def test_every_setting_named_anywhere_exists() -> None:
    """A variable that the bot would not know is a mistake in the page."""
    known = {f"{PREFIX}CONFIG"} | {f"{PREFIX}{key.replace('.', '__')}".upper() for key in keys()}
    assert set(re.findall(r"BELLWETHER_[A-Z_]+[A-Z]", everything())) - known == {"BELLWETHER_SECTION__KEY"}


def test_the_dearest_day_is_the_codes() -> None:
    """What the README says that a day costs at most is the default of the settings."""
    assert AnalystSettings().daily_budget_usd == 1.0
    assert "at most a dollar a day unless you say otherwise" in README.read_text(encoding="utf-8")


# --- for programs ----------------------------------------------------------------------------------------------------


def _fields(value: object) -> set[str]:
    """The names of all fields in it."""
    match value:
        case dict():
            return set(value) | {name for each in value.values() for name in _fields(each)}
        case list():
            return {name for each in value for name in _fields(each)}
    return set()


def test_the_object_for_programs_is_as_the_page_draws_it() -> None:
    """Each of its fields stands there, and no other."""
    drawn = page("operating").partition("## What a program may rely on")[2].split("```")[1]
    account = Account(1, 1, 1, 0, nearest=(Near(40, "A title", 5, "novelty"),))
    edition = edition_json(Brief(MORNING.date(), account, (BriefItem(1, make.signal(), "new"),)))
    assert set(re.findall(r'"(\w+)":', drawn)) == _fields(edition)


# --- numbers ---------------------------------------------------------------------------------------------------------


def test_how_much_of_a_text_is_looked_at_stands_there() -> None:
    """The number of characters is the code's."""
    assert BEGINNING == 2000
    assert "the first two thousand characters" in page("signals")


def test_how_many_sources_are_read_stands_there() -> None:
    """The number of starter sources is that of the list that ships."""
    assert len(read_starter()) == 130
    assert "A hundred and thirty public feeds" in page("sources")
    assert "a hundred and thirty starter sources" in README.read_text(encoding="utf-8")


def test_the_changelog_begins_with_this_version() -> None:
    """Its newest heading is the version the code says it is."""
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^## (\S+)", changelog, re.MULTILINE)
    assert newest
    assert newest[1] == VERSION


# --- pages -----------------------------------------------------------------------------------------------------------


def test_the_readme_is_short() -> None:
    """What it is, and how to begin; the rest stands in docs/."""
    assert len(README.read_text(encoding="utf-8").splitlines()) <= 120


def test_the_readme_leads_to_every_page() -> None:
    """No page of docs/ that nobody finds."""
    text = README.read_text(encoding="utf-8")
    assert [each.name for each in DOCS.iterdir() if f"(docs/{each.name})" not in text] == []


def _headings(text: str) -> set[str]:
    """As GitHub names them in addresses."""
    found = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found}


@pytest.mark.parametrize("of", PAGES, ids=lambda path: path.name)
def test_every_link_and_picture_leads_somewhere(of: Path) -> None:
    """To a file of the project, and to a heading that is there."""
    text = of.read_text(encoding="utf-8")
    for link in re.findall(r"\]\(([^)\s]+)\)|src=\"([^\"]+)\"", text):
        address, _, heading = "".join(link).partition("#")
        if address.startswith(("http://", "https://")):
            continue
        target = (of.parent / address).resolve() if address else of
        assert target.exists(), f"{of.name}: {address}"
        if heading:
            assert heading in _headings(target.read_text(encoding="utf-8")), f"{of.name}: {link}"


def test_every_room_stands_in_the_architecture() -> None:
    """Each folder of the code has its place on the plan."""
    folders = [each for each in (ROOT / "bot").iterdir() if (each / "__init__.py").is_file()]
    plan = page("architecture")
    assert [each.name for each in folders if f"{each.name}/" not in plan and f"bot/{each.name}`" not in plan] == []
