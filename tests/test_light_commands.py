"""Commands that are asked often and say little load little: what they import is held, in fresh processes."""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import shtab

from bot.cli.alive import what_is_wrong
from bot.cli.arguments import FILES, SHELLS, SUBCOMMANDS, parser
from bot.model import hearing
from bot.model.errors import StorageError
from bot.model.liveness import DEAF, STALE_CYCLES, STARTING
from bot.model.run import RunReport
from bot.model.settings import Settings, load
from storage.glance import Glance, glance
from storage.store import open_store
from tests.clock import MORNING, FakeClock
from tests.process import Ended, Machine, ended

LIBRARIES = frozenset((
    "aiohttp", "aiosqlite", "alembic", "anthropic", "apscheduler", "babel", "fastfeedparser", "feedparser", "httpx",
    "lxml", "PIL", "questionary", "slack_bolt", "slack_sdk", "sqlalchemy", "telegram", "trafilatura",
))  # fmt: skip
"""What no light command needs."""
SETTINGS = frozenset(("pydantic",))
OURS = ("bot.analysts", "bot.app", "bot.pipeline", "bot.reading.sources", "storage.engine", "storage.schema")
"""Rooms of ours that no light command enters."""
ALLOWED = timedelta(seconds=STALE_CYCLES * 900) + STARTING
READING = ("bot.analysts.lexical", "bot.conversation.dispatch", "bot.pipeline", "bot.reading.fetcher")
"""What only a command that reads, or is said in words of one's own, needs."""
SHOW = """
import sys
try:
    from bot.__main__ import main
    sys.exit(main())
finally:
    print("loaded", *sys.modules, file=sys.stderr)
"""


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


async def loaded(machine: Machine, *words: str) -> tuple[Ended, frozenset[str]]:
    """How `bellwether WORDS…` ended in a process of its own, and the modules that were then loaded."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SHOW, *words, cwd=machine.home, env=machine.environment,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    done = await ended(process)
    said, _, modules = done.err.rpartition("loaded ")
    return Ended(done.code, done.out, said), frozenset(modules.split())


def heavy(modules: frozenset[str], libraries: frozenset[str], ours: tuple[str, ...] = OURS) -> list[str]:
    """Those of the modules that a light command does without."""
    return sorted(each for each in modules if each.partition(".")[0] in libraries or each.startswith(ours))


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--version"], 0, "bellwether "),
        (["--help"], 0, "COMMAND"),
        (["help"], 0, "one brief in the morning"),
        (["help", "mute"], 0, "mute"),
        (["help", "nope"], 1, "There is no command “nope”"),
        (["completion", "bash"], 0, "_shtab_bellwether"),
        (["completion", "csh"], 2, "did you mean `bellwether completion tcsh`?"),
        (["brif"], 2, "did you mean `bellwether brief`?"),
        (["why", "1"], 2, "is said to the bot"),
    ],
)
async def test_help_and_mistakes_load_neither_libraries_nor_settings(
    machine: Machine, words: list[str], code: int, said: str
) -> None:
    """No database is made, no settings are read: they work where everything else is badly set."""
    machine.environment["BELLWETHER_BRIEF__BAR"] = "44"
    done, modules = await loaded(machine, *words)
    assert (done.code, said in done.out + done.err) == (code, True), done
    assert heavy(modules, LIBRARIES | SETTINGS) == []
    assert not (machine.home / "data").exists()


@pytest.mark.parametrize(
    ("bar", "code", "said"), [("6", 1, "the sources were never read"), ("44", 2, "BELLWETHER_BRIEF__BAR is “44”")]
)
async def test_the_health_check_loads_settings_and_no_more(machine: Machine, bar: str, code: int, said: str) -> None:
    """`status --check` makes no database where there is none, and says what is wrong in one sentence."""
    machine.environment["BELLWETHER_BRIEF__BAR"] = bar
    done, modules = await loaded(machine, "status", "--check")
    assert (done.code, said in done.err, done.err.count("\n")) == (code, True, 1), done
    assert heavy(modules, LIBRARIES) == []
    assert not (machine.home / "data").exists()


async def test_a_command_that_reads_nothing_loads_nothing_to_read_with(machine: Machine) -> None:
    """The first one makes the database, without the network, rules of reading, and what guesses at what words may mean.

    From then on, while the sources are those of their file, none loads the store, nor an event loop.
    """
    done, modules = await loaded(machine, "status")
    assert done.out
    assert heavy(modules, LIBRARIES - {"aiosqlite", "alembic", "sqlalchemy"}, READING) == []
    for words in ("status", "sources", "sources drop Nobody"):
        done, modules = await loaded(machine, *words.split())
        assert done.out
        assert heavy(modules, LIBRARIES | {"asyncio"}, (*OURS, *READING)) == []


# --- what the health check sees --------------------------------------------------------------------------------------


async def looked(path: Path) -> Settings:
    """Settings that name a database in which a cycle ended at MORNING, and another before it."""
    async with open_store(str(path), clock=FakeClock()) as store:
        for finished in (MORNING - timedelta(days=1), MORNING):
            await store.runs.record(RunReport(finished, finished))
        await store.memory.keep("said", "yes")
    return load(database_url=str(path))


@pytest.mark.parametrize(
    ("later", "said"),
    [
        (timedelta(), None),
        (ALLOWED - timedelta(minutes=5), None),
        (ALLOWED + timedelta(seconds=1), "the sources were last read at 2026-03-27 07:30 UTC"),
        (-STARTING - timedelta(seconds=1), "which is still to come: check the clock"),
    ],
)
async def test_a_running_bot_looks_every_few_minutes(tmp_path: Path, later: timedelta, said: str | None) -> None:
    """Well while a cycle has ended lately; a clock that was set back is not well."""
    settings = await looked(tmp_path / "bot.db")
    found = what_is_wrong(settings.model_copy(update={"now": MORNING + later}))
    assert found is None if said is None else said in (found or "")


@pytest.mark.parametrize(
    ("since", "said"),
    [
        (None, None),
        (MORNING - DEAF + timedelta(minutes=5), None),
        (MORNING - DEAF - timedelta(minutes=1), "nothing said there reaches the bot: Slack since 2026-03-27 07:19 UTC"),
    ],
)
async def test_a_deaf_bot_is_not_well(tmp_path: Path, since: datetime | None, said: str | None) -> None:
    """Its looks go on, and nobody is answered: a connection that is down for long is seen."""
    settings = await looked(tmp_path / "bot.db")
    async with open_store(str(tmp_path / "bot.db"), clock=FakeClock()) as store:
        await store.memory.keep(hearing.KEY, hearing.to_json({"slack": since, "telegram": None}))
    assert what_is_wrong(settings.model_copy(update={"now": MORNING})) == said


@pytest.mark.parametrize("address", ["{}", "sqlite:///{}", "sqlite+aiosqlite:///{}", "sqlite:///{}?timeout=3"])
async def test_a_glance_finds_the_database_by_every_address(tmp_path: Path, address: str) -> None:
    """Of each form in which the store takes one; what is not kept is None."""
    await looked(tmp_path / "a bot.db")
    found = glance(address.format(tmp_path / "a bot.db"), ("said", "unsaid"))
    assert found == Glance(MORNING, ("yes", None))


async def test_a_glance_reads_beside_the_writer_and_writes_nothing(tmp_path: Path) -> None:
    """What the running bot has just recorded is seen, also while it writes."""
    path = tmp_path / "bot.db"
    async with open_store(str(path), clock=FakeClock()) as store:
        assert glance(str(path)) == Glance()
        await store.runs.record(RunReport(MORNING, MORNING))
        assert glance(str(path)).finished == MORNING


def test_what_is_no_database_is_a_sentence(tmp_path: Path) -> None:
    """A damaged file, and one of another program."""
    path = tmp_path / "bot.db"
    path.write_text("no database, but long enough to be looked at as if it were one")
    with pytest.raises(StorageError, match="damaged or no database"):
        glance(str(path))
    path.write_bytes(b"")
    with pytest.raises(StorageError, match="no such table"):
        glance(str(path))


# --- completion ------------------------------------------------------------------------------------------------------

PRESS_TAB = """
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"
_shtab_bellwether
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The completion script for bash, in a file."""
    path = tmp_path_factory.mktemp("completion") / "bellwether"
    path.write_text(shtab.complete(parser(), "bash"), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("bellwether sta", {"status"}),
        ("bellwether sources ex", {"export"}),
        ("bellwether status --c", {"--check"}),
        ("bellwether completion z", {"zsh"}),
        ("bellwether xyz", {""}),
    ],
)
async def test_bash_completes_what_is_typed(script: Path, typed: str, completed: set[str]) -> None:
    """By the script that `completion bash` writes, run by bash itself."""
    process = await asyncio.create_subprocess_exec(
        "bash", "--norc", "-c", PRESS_TAB, "bash", str(script), *typed.split(),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    done = await ended(process)
    assert {each.strip() for each in done.out.split("\n")[:-1]} == completed, done.err


@pytest.mark.parametrize("shell", SHELLS)
def test_every_shell_is_told_every_subcommand(shell: str) -> None:
    """And how a file's name is completed, as the library has it."""
    written = shtab.complete(parser(), shell)
    assert all(each.name in written for each in SUBCOMMANDS)
    assert FILES[shell] == shtab.FILE[shell]
