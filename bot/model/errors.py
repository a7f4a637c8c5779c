"""The exceptions that end a command; each holds one sentence for a person: what happened, and what to do.

BellwetherError
├── SettingsError        the settings cannot be used (exit 2)
├── SourcesError         a sources file or address that cannot be read (exit 2)
├── LeaseHeld            another `run` holds the database (exit 4)
├── StorageError         the database cannot be used (exit 5)
│   ├── SchemaTooNew     written by a newer version
│   ├── StorageFull      the disk is full
│   └── StorageReadOnly  the folder or the file cannot be written
└── PlatformError        a chat platform refused to start (exit 6)
    └── PlatformUnreachable  it cannot be reached now; trying again may help

A failure that must not end a run (of a feed, a page, a reply, a send) is a value instead: see `bot.model.feed`,
`bot.model.finding` and `bot.model.delivery`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator


class BellwetherError(Exception):
    """Base of all of them: `str(error)` is one sentence for a person, `exit_code` the exit code of the process."""

    exit_code = 1


class SettingsError(BellwetherError):
    """The settings cannot be used."""

    exit_code = 2


class SourcesError(BellwetherError):
    """A sources file cannot be read or used; `where` is its path or URL."""

    exit_code = 2

    def __init__(self, message: str, *, where: str) -> None:
        super().__init__(message)
        self.where = where


class LeaseHeld(BellwetherError):
    """Another process holds the lease; `holder` says which."""

    exit_code = 4

    def __init__(self, message: str, *, holder: str) -> None:
        super().__init__(message)
        self.holder = holder


class StorageError(BellwetherError):
    """The database cannot be used."""

    exit_code = 5


class SchemaTooNew(StorageError):
    """The database was written by a newer version."""


class StorageFull(StorageError):
    """The disk is full."""


class StorageReadOnly(StorageError):
    """The database's folder or file cannot be written."""


class PlatformError(BellwetherError):
    """The chat platform called `platform` cannot be used."""

    exit_code = 6

    def __init__(self, message: str, *, platform: str) -> None:
        super().__init__(message)
        self.platform = platform


class PlatformUnreachable(PlatformError):
    """The platform cannot be reached, or does not answer as it should; it may be tried again later."""


# --- what is said of an exception ------------------------------------------------------------------------------------


def one_of(error: BaseException) -> BaseException:
    """The exception that stands for a group: the first of ours in it, else the first; of any other one itself."""
    members = list(_members(error))
    return next((each for each in members if isinstance(each, BellwetherError)), members[0])


def _members(error: BaseException) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        for each in error.exceptions:
            yield from _members(each)
    else:
        yield error


def log_failure(log: logging.Logger, what: str, error: BaseException) -> None:
    """Log that something failed: with its own sentence where the error is one of ours, else with its traceback."""
    error = one_of(error)
    if isinstance(error, BellwetherError):
        log.error("%s: %s", what, error)
    else:
        log.error("%s", what, exc_info=error)
