"""What a subcommand writes: lines on standard output, notes beside it, and the exit codes it ends with."""

from __future__ import annotations

import sys

from bot.model.harmless import one_line
from bot.model.secrecy import redacted

OK, PROBLEM, UNABLE = 0, 1, 3
"""Exit codes: well, something to look at, unable to look."""


def sentence(words: str) -> None:
    """Write one line that names what others wrote, without line breaks of theirs, and without secrets."""
    line(one_line(redacted(words)))


def line(words: str) -> None:
    """Write a line to standard output."""
    sys.stdout.write(words + "\n")


def note(words: str) -> None:
    """Write to standard error, so that a pipe gets the output only."""
    sys.stderr.write(words + "\n")
