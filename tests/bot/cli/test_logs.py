"""How much is logged, and in which form: by the flags, the setting, and whether anybody sits at the terminal."""

from __future__ import annotations

import argparse
import io
import json
import logging
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr

import pytest

from bot.cli import logs
from bot.cli.arguments import parser


class Terminal(io.StringIO):
    """Standard error with a person behind it."""

    def isatty(self) -> bool:
        return True


@contextmanager
def logged(
    flags: str = "", err: io.StringIO | None = None, form: str = "text", *, chat: bool = True
) -> Iterator[io.StringIO]:
    """What `bellwether FLAGS run` logs meanwhile."""
    given = parser().parse_args([*flags.split(), "run"])
    stream = err or io.StringIO()
    with redirect_stderr(stream), logs.opened(given) as log:
        log.follow(form, service=logs.is_service(given, chat=chat))  # type: ignore[arg-type] # as the settings have it
        yield stream


def say_everything() -> None:
    for name in ("bot.reading", "handlers.slack", "storage", "httpx"):
        for level in (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR):
            logging.getLogger(name).log(level, "%s says %s", name, logging.getLevelName(level))


def said(flags: str = "", **given: object) -> list[tuple[str, str]]:
    """Who said what, of everything that everybody says."""
    with logged(flags, **given) as stream:  # type: ignore[arg-type] # as it has them
        say_everything()
    return re.findall(r"(\w+)[.\w]* says (\w+)", stream.getvalue())


OURS = ("bot", "handlers", "storage")


@pytest.mark.parametrize(
    ("flags", "ours", "others"),
    [
        ("-q", {"ERROR"}, set()),
        ("", {"INFO", "WARNING", "ERROR"}, set()),
        ("-v", {"DEBUG", "INFO", "WARNING", "ERROR"}, {"WARNING", "ERROR"}),
        ("-vv", {"DEBUG", "INFO", "WARNING", "ERROR"}, {"DEBUG", "INFO", "WARNING", "ERROR"}),
    ],
)
def test_what_a_service_logs(flags: str, ours: set[str], others: set[str]) -> None:
    """By default what an operator reads; with -v more of ours, with -vv what libraries say, with -q errors."""
    expected = {(name, level) for name in OURS for level in ours} | {("httpx", level) for level in others}
    assert set(said(flags)) == expected


def test_a_conversation_in_the_terminal_is_not_garbled() -> None:
    """Where a person types at the prompt, only errors come between, also where what is said goes through a pipe."""
    assert {level for _, level in said(err=Terminal(), chat=False)} == {"ERROR"}
    assert {level for _, level in said(chat=False)} == {"ERROR"}
    assert "INFO" in {level for _, level in said(err=Terminal(), chat=True)}


def test_only_run_is_a_service() -> None:
    """Another command has its output, and says besides only what went wrong."""
    for words in (["brief"], ["status"], ["sources", "check"]):
        assert not logs.is_service(parser().parse_args(words), chat=True)


@pytest.mark.parametrize(
    ("words", "verbosity", "quiet"),
    [
        (["run"], 0, False),
        (["-v", "run"], 1, False),
        (["run", "-v"], 1, False),
        (["sources", "check", "-vv"], 2, False),
        (["-q", "run"], 0, True),
        (["run", "--quiet"], 0, True),
    ],
)
def test_the_flags_stand_before_the_command_and_behind(words: list[str], verbosity: int, quiet: bool) -> None:
    """In either place, once or twice."""
    given = parser().parse_args(words)
    assert (given.verbose, given.quiet) == (verbosity, quiet)


def test_a_line_has_its_time_and_is_one() -> None:
    """Date, time with its zone, level and sentence."""
    with logged() as stream:
        logging.getLogger("bot.app").info("Look: %s", "3 sources\nasked")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[+-]\d{4} INFO Look: 3 sources asked\n", stream.getvalue())


@pytest.mark.parametrize(("form", "err", "as_json"), [
    ("text", io.StringIO, False), ("json", io.StringIO, True), ("json", Terminal, True),
    ("auto", io.StringIO, True), ("auto", Terminal, False),
])  # fmt: skip
def test_the_form(form: str, err: type[io.StringIO], as_json: bool) -> None:
    """JSON where the setting says so, or where it leaves it open and no person reads."""
    with logged(err=err(), form=form) as stream:
        logging.getLogger("bot.app").info("Serving Slack.")
    assert stream.getvalue().startswith("{") == as_json


def test_a_record_as_json() -> None:
    """An object a line: time in UTC, level, logger, message, and at -v the traceback."""
    with logged("-v", form="json") as stream:
        try:
            raise ValueError("no")
        except ValueError:
            logging.getLogger("bot.app").exception("It failed")
    record = json.loads(stream.getvalue())
    assert (record["level"], record["logger"], record["message"]) == ("error", "bot.app", "It failed")
    assert record["time"].endswith("+00:00")
    assert record["traceback"].endswith("ValueError: no")


@pytest.mark.parametrize(("flags", "shown"), [("", False), ("-q", False), ("-v", True), ("-vv", True)])
@pytest.mark.parametrize("form", ["text", "json"])
def test_a_traceback_shows_only_where_it_is_asked_for(flags: str, shown: bool, form: str) -> None:
    """Of a caught error, of one that ends the command, and of a thread's."""
    with redirect_stderr(io.StringIO()) as stream, logs.opened(parser().parse_args([*flags.split(), "run"])) as log:
        log.follow(form, service=True)  # type: ignore[arg-type] # as the settings have it
        try:
            raise ValueError("no")
        except ValueError as error:
            logging.getLogger("bot").exception("It failed")
            log.fail("It ends.", error)
        thread = threading.Thread(target=[].pop)
        thread.start()
        thread.join()
    assert ("Traceback" in stream.getvalue()) == shown
    assert all(words in stream.getvalue() for words in ("It failed", "It ends.", "a thread failed (IndexError)"))


def test_what_cannot_be_logged_ends_nothing() -> None:
    """A record whose arguments do not fit is passed over, and a closed standard error is, too."""
    stream = io.StringIO()
    with redirect_stderr(stream), logs.opened(parser().parse_args(["run"])) as log:
        log.handler.handle(logging.LogRecord("bot", logging.ERROR, "", 0, "%s and %s", ("one",), None))
        assert stream.getvalue() == ""
        stream.close()
        log.handler.handle(logging.LogRecord("bot", logging.ERROR, "", 0, "nobody reads", (), None))


def test_the_process_is_as_before() -> None:
    """Streams, handlers, level and hooks."""
    import sys

    before = (sys.stdout, sys.stderr, logging.getLogger().handlers[:], logging.getLogger().level, threading.excepthook)
    with logs.opened(argparse.Namespace(quiet=True, verbose=0)):
        pass
    after = (sys.stdout, sys.stderr, logging.getLogger().handlers[:], logging.getLogger().level, threading.excepthook)
    assert after == before
