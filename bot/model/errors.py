"""The errors a person may meet, each one sentence: what happened, and what to do.

BellwetherError
├── SettingsError        the settings cannot be used (exit 2)
├── SourcesError         a sources file or address that cannot be read (exit 2)
├── LeaseHeld            another `run` holds the database (exit 4)
├── StorageError         the database cannot be used (exit 5)
│   ├── SchemaTooNew     written by a newer version
│   ├── StorageFull      the disk is full
│   └── StorageReadOnly  the folder or the file cannot be written
└── PlatformError        a chat platform refused to start (exit 6)

What goes wrong inside a run (a feed, a reply, a send) is a value in `bot.model.article`, never an exception.
"""

from __future__ import annotations


class BellwetherError(Exception):
    """Base of all: `str(error)` is one sentence for a person; `exit_code` is what the process returns."""

    exit_code = 1


class SettingsError(BellwetherError):
    exit_code = 2


class SourcesError(BellwetherError):
    exit_code = 2

    def __init__(self, message: str, *, where: str) -> None:
        super().__init__(message)
        self.where = where


class LeaseHeld(BellwetherError):
    exit_code = 4

    def __init__(self, message: str, *, holder: str) -> None:
        super().__init__(message)
        self.holder = holder


class StorageError(BellwetherError):
    exit_code = 5


class SchemaTooNew(StorageError):
    pass


class StorageFull(StorageError):
    pass


class StorageReadOnly(StorageError):
    pass


class PlatformError(BellwetherError):
    exit_code = 6

    def __init__(self, message: str, *, platform: str) -> None:
        super().__init__(message)
        self.platform = platform
