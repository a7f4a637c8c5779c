"""The command line: parse the arguments, run one subcommand, print an error as one sentence and no traceback."""

from __future__ import annotations

import argparse
import asyncio
import gc
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from bot.model.errors import BellwetherError, SettingsError
from bot.model.version import VERSION

EPILOG = """\
Exit codes: 0 well (a brief, or a quiet morning), 1 something to look at (audit, doctor), 2 settings or words that
cannot be used, 3 unable to look, 4 another run holds the database, 5 the database cannot be used, 6 a chat platform
refused to start. Settings: bellwether.toml and BELLWETHER_… in the environment; see docs/settings.md.
"""


def parser() -> argparse.ArgumentParser:
    """The parser of the command line."""
    top = argparse.ArgumentParser(
        prog="bellwether",
        description="A morning brief, composed for you when the sources say something worth saying.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"bellwether {VERSION}")
    top.add_argument("-v", "--verbose", action="store_true", help="show more of what happens, tracebacks included")
    top.add_argument("--sample", action="store_true", help="the bundled fictional edition, from a database of its own")
    jobs = top.add_subparsers(dest="job", metavar="COMMAND")
    run = jobs.add_parser("run", help="read the sources, tell the briefs, answer; until stopped")
    run.add_argument("--wait", action="store_true", help="where another run holds the database, wait for it to end")
    brief = jobs.add_parser("brief", help="look once and show the brief as of now, without telling anybody")
    brief.add_argument("--json", action="store_true", help="as one JSON object")
    ask = jobs.add_parser("ask", help='one command or question: bellwether ask "why 1"')
    ask.add_argument("words", nargs="+")
    _source_jobs(jobs.add_parser("sources", help="what is read, and how it fares"))
    jobs.add_parser("audit", help="cut every stored quote again and compare")
    export = jobs.add_parser("export", help="the archive as JSON lines")
    export.add_argument("--questions", action="store_true", help="instead what was asked, and what was answered")
    jobs.add_parser("doctor", help="check settings, database, sources and tokens, each with what to do")
    status = jobs.add_parser("status", help="the last run, the last brief, the next one, and what fails")
    status.add_argument("--check", action="store_true", help="only whether a running bot has looked lately (0, else 1)")
    jobs.add_parser("help", help="the commands one can type to the bot").add_argument("words", nargs="*")
    return top


def _source_jobs(sources: argparse.ArgumentParser) -> None:
    jobs = sources.add_subparsers(dest="sources_job", metavar="WHAT")
    jobs.add_parser("list", help="all of them (the default)")
    jobs.add_parser("check", help="ask each one now and say how it fares")
    jobs.add_parser("add", help="read one more feed").add_argument("url")
    jobs.add_parser("drop", help="read one no more").add_argument("name", nargs="+")
    jobs.add_parser("import", help="read all that an OPML or TOML file names").add_argument("file", type=Path)
    jobs.add_parser("export", help="as OPML, on standard output")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one subcommand and return its exit code. `argv`: the arguments; None: those of the process."""
    top = parser()
    given = top.parse_args(argv)
    if given.job is None:
        top.print_help()
        return 2
    logging.basicConfig(
        level=logging.DEBUG if given.verbose else logging.ERROR, format="%(levelname)s %(name)s: %(message)s"
    )
    if not given.verbose:
        logging.getLogger().handlers[0].addFilter(_without_traceback)
    collect_garbage_less_often()
    try:
        return asyncio.run(_job(given))
    except BellwetherError as error:
        return _fail(error, given)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader of our output has gone: leave nothing for the interpreter to flush into the broken pipe.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001 - the last resort: a person gets a sentence, `-v` shows the traceback
        return _fail(error, given)


def collect_garbage_less_often() -> None:
    """Let Python look for reference cycles after 100,000 new objects instead of 700.

    Most of what a pipeline cycle makes stays in memory or is freed by its reference count, so a pass finds little. In
    `python -m tests.bench throughput FILE 3000` the passes (timed by `gc.callbacks`) take 1 % of the processor time
    instead of 8 %: 0.2 instead of 1.9 seconds of some 22.
    """
    gc.set_threshold(100_000, 10, 10)


def _without_traceback(record: logging.LogRecord) -> bool:
    record.exc_info, record.exc_text, record.stack_info = None, None, None
    return True


def _fail(error: BaseException, given: argparse.Namespace) -> int:
    if given.verbose:
        logging.getLogger(__name__).debug("the command failed", exc_info=error)
    known = isinstance(error, BellwetherError)
    sentence = str(error) if known else f"Something went wrong that should not have ({type(error).__name__}: {error})."
    hint = "" if known or given.verbose else " Run it again with -v to see where, and report it."
    sys.stderr.write(f"bellwether: {sentence}{hint}\n")
    return error.exit_code if isinstance(error, BellwetherError) else 1


async def _job(given: argparse.Namespace) -> int:
    from bot.cli import jobs
    from bot.model import settings

    try:
        loaded = settings.load()
    except ValueError as error:
        lines = str(error).splitlines()
        raise SettingsError(
            "the settings cannot be used: " + "; ".join(lines) + ". Mend them and start again."
        ) from None
    return await jobs.JOBS[given.job](loaded, given)


if __name__ == "__main__":
    sys.exit(main())
