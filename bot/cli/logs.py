"""What the log shows and how: which records, in which form, with every secret hidden and nothing in it that acts.

-q      only what is an error
        `run` as a service (on a chat platform): a line a look, a brief, and for each thing that needs a person;
        anywhere else errors, as sentences to the person at the terminal
-v      all that is ours, tracebacks included, and what libraries warn of
-vv     all that libraries say, too
"""

from __future__ import annotations

import argparse
import logging
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Literal, TextIO

from bot.model.harmless import beneath, harmless, harmless_stream, json_line, one_line
from bot.model.secrecy import Redactor

OURS = frozenset(("bot", "handlers", "storage", "__main__"))
"""The packages whose records are written for a person."""
PROGRAM = "bellwether"

Form = Literal["sentence", "text", "json"]


class _Handler(logging.StreamHandler[TextIO]):
    """Writes records to a stream; that one could not be written is only told where tracebacks are."""

    verbose = False

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - as logging calls it
        if self.verbose:
            super().handleError(record)


class Log:
    """The process's log on standard error. It begins with errors as sentences, until `follow` says more."""

    def __init__(self, verbosity: int) -> None:
        """`verbosity`: -1 (-q), 0, 1 (-v) or 2 (-vv)."""
        self.verbosity = verbosity
        self.redactor = Redactor()
        self.handler = _Handler(beneath(sys.stderr))
        self._form: Form = "sentence"
        self._show(logging.ERROR)

    def follow(self, form: Literal["text", "json", "auto"], *, service: bool) -> None:
        """Log in the form that the settings ask for; `service`: whether this is the bot at work, not one question."""
        as_json = form == "json" or (form == "auto" and not _is_terminal())
        self._form = "json" if as_json else "text" if service else "sentence"
        self._show(logging.INFO if service else logging.ERROR)

    def fail(self, sentence: str, error: BaseException) -> None:
        """Say why the command ends; with -v, after the traceback of the error."""
        if self._form == "json":
            logging.getLogger(__name__).error("%s", sentence, exc_info=error)
            return
        logging.getLogger(__name__).debug("the command failed", exc_info=error)
        first, *more = sentence.splitlines() or [""]
        sys.stderr.write("\n".join((f"{PROGRAM}: {first}", *(f"  {line.lstrip()}" for line in more))) + "\n")

    def _show(self, least: int) -> None:
        level = {-1: logging.ERROR, 0: least}.get(self.verbosity, logging.DEBUG)
        formatter = _FORMS[self._form](self.redactor, verbose=self.verbosity > 0)
        self.handler.setFormatter(formatter)
        self.handler.filters[:] = [_shown_at(self.verbosity)]
        self.handler.verbose = self.verbosity > 0
        logging.getLogger().setLevel(level)


@contextmanager
def opened(given: argparse.Namespace) -> Iterator[Log]:
    """The log while a command runs, with standard output and standard error made harmless."""
    log = Log(-1 if given.quiet else min(given.verbose, 2))
    root = logging.getLogger()
    level, of_threads = root.level, threading.excepthook
    root.addHandler(log.handler)
    threading.excepthook = _log_of_thread
    try:
        with harmless_stream("stdout", log.redactor.without_values), harmless_stream("stderr", log.redactor):
            yield log
    finally:
        threading.excepthook = of_threads
        root.removeHandler(log.handler)
        root.setLevel(level)


def _log_of_thread(args: threading.ExceptHookArgs) -> None:
    error = (args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback)
    logging.getLogger(__name__).error("a thread failed (%s)", args.exc_type.__name__, exc_info=error)


def is_service(given: argparse.Namespace, *, chat: bool) -> bool:
    """Whether the command is the bot at work where nobody types: on a chat platform."""
    return given.job == "run" and chat and not given.sample


def _is_terminal() -> bool:
    return sys.stderr is not None and sys.stderr.isatty()


def _shown_at(verbosity: int) -> Callable[[logging.LogRecord], bool]:
    """Of ours everything that the level lets through, of libraries nothing, their warnings, or everything."""
    least = {1: logging.WARNING, 2: logging.DEBUG}.get(verbosity)

    def shown(record: logging.LogRecord) -> bool:
        ours = record.name.partition(".")[0] in OURS
        return ours or (least is not None and record.levelno >= least)

    return shown


# --- forms ---------------------------------------------------------------------------------------------------------


class _Gated(logging.Formatter):
    """Formats a record with its traceback where that is asked for, every line of it harmless and without secrets."""

    def __init__(self, redact: Callable[[str], str], *, verbose: bool) -> None:
        super().__init__()
        self._redact = redact
        self._verbose = verbose

    def message(self, record: logging.LogRecord) -> str:
        """What the record says, on one line."""
        return one_line(self._redact(record.getMessage()))

    def traceback(self, record: logging.LogRecord) -> str | None:
        """The traceback of the record; None: it has none, or none is to be shown."""
        return self._redact(self.formatException(record.exc_info)) if self._verbose and record.exc_info else None

    def format(self, record: logging.LogRecord) -> str:
        lines = [f"{self.head(record)}{self.message(record)}", *map(_indented, filter(None, [self.traceback(record)]))]
        return "\n".join(lines)

    def head(self, _record: logging.LogRecord, /) -> str:
        """What stands before the message."""
        return ""


class _Sentence(_Gated):
    """As a sentence to the person at the terminal; with -v, where it comes from."""

    def head(self, record: logging.LogRecord, /) -> str:
        return f"{record.levelname} {record.name}: " if self._verbose else f"{PROGRAM}: "


class _Text(_Gated):
    """A line with the time, for somebody who reads the log of a service."""

    def head(self, record: logging.LogRecord, /) -> str:
        at = datetime.fromtimestamp(record.created, UTC).astimezone()
        where = f"{record.name}: " if self._verbose else ""
        return f"{at:%Y-%m-%d %H:%M:%S%z} {record.levelname} {where}"


class _Json(_Gated):
    """An object a line, for programs that collect logs."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        said = {"time": at, "level": record.levelname.lower(), "logger": record.name, "message": self.message(record)}
        traceback = self.traceback(record)
        return json_line(said | ({"traceback": traceback} if traceback else {}))


_FORMS: dict[Form, Callable[..., logging.Formatter]] = {"sentence": _Sentence, "text": _Text, "json": _Json}


def _indented(traceback: str) -> str:
    """A traceback whose lines cannot be taken for lines of ours, whatever the error says."""
    return "\n".join(f"  | {harmless(line)}" for line in traceback.splitlines())
