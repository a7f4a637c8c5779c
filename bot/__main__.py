"""The command line: parse the arguments, run one subcommand, print an error as one sentence and no traceback."""

from __future__ import annotations

import argparse
import gc
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bot.model import allocator
from bot.model.errors import BellwetherError, SettingsError, one_of

if TYPE_CHECKING:
    from bot.cli.logs import Log


def main(argv: Sequence[str] | None = None) -> int:
    """Run one subcommand and return its exit code. `argv`: the arguments; None: those of the process."""
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # looking for some takes 6 ms, and the email package
    if argv is None:  # Ctrl-C ends the process at once and quietly, but while something is open
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from bot.cli import logs  # only now, since Ctrl-C while modules are loaded shows where
    from bot.cli.arguments import parser

    top = parser()
    given = top.parse_args(argv)
    if given.job is None:
        top.print_help()
        return 2
    spare_memory()
    with logs.opened(given) as log:
        return _run(given, log)


def _run(given: argparse.Namespace, log: Log) -> int:
    """Run the subcommand; whatever it raises becomes a sentence and an exit code."""
    try:
        with _interrupts_cancel():
            return _job(given, log)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader of our output has gone: leave nothing for the interpreter to flush into the broken pipe.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001 - the last resort: a person gets a sentence, `-v` shows the traceback
        return _fail(error, log)


@contextmanager
def _interrupts_cancel() -> Iterator[None]:
    """Let Ctrl-C cancel what runs, so that everything open is closed; before and after it ends the process."""
    if signal.getsignal(signal.SIGINT) is not signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.SIG_DFL)


def spare_memory() -> None:
    """What a process that runs for long sets first: how often garbage is looked for, and one heap for all threads."""
    collect_garbage_less_often()
    allocator.use_one_heap()


def collect_garbage_less_often() -> None:
    """Let Python look for reference cycles after 100,000 new objects instead of 700.

    Most of what a pipeline cycle makes stays in memory or is freed by its reference count, so a pass finds little. In
    `python -m tests.bench throughput FILE 3000` the passes (timed by `gc.callbacks`) take 1 % of the processor time
    instead of 8 %: 0.2 instead of 1.9 seconds of some 22.
    """
    gc.set_threshold(100_000, 10, 10)


def _fail(error: BaseException, log: Log) -> int:
    error = one_of(error)
    known = isinstance(error, BellwetherError)
    sentence = str(error) if known else f"Something went wrong that should not have ({type(error).__name__}: {error})."
    hint = "" if known or log.verbosity > 0 else " Run it again with -v to see where, and report it."
    log.fail(f"{sentence}{hint}", error)
    return error.exit_code if isinstance(error, BellwetherError) else 1


def _job(given: argparse.Namespace, log: Log) -> int:
    """Run the subcommand, by the settings unless it needs none, and return its exit code."""
    from bot.cli import jobs, logs

    if alone := jobs.ALONE.get(given.job):
        return alone(given)
    from bot.cli import short
    from bot.model import settings

    try:
        loaded = settings.load()
    except ValueError as error:
        raise SettingsError(_unusable(str(error).splitlines())) from None
    log.redactor.hide(loaded.secrets)
    log.follow(loaded.log.format, service=logs.is_service(given, chat=bool(loaded.chat_platforms)))
    if (code := short.answered(loaded, given)) is not None:
        return code
    import asyncio

    return asyncio.run(jobs.JOBS[given.job](loaded, given))


def _unusable(complaints: Sequence[str]) -> str:
    """What is wrong with the settings: one sentence, or a line each below a first one."""
    ended = [each if each.endswith("?") else f"{each}." for each in complaints]
    return ended[0] if len(ended) == 1 else "\n  ".join(("these settings cannot be used:", *ended))


if __name__ == "__main__":
    sys.exit(main())
