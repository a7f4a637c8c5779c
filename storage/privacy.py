"""Who may read the database: the account that runs the bot, and nobody else on the machine.

folder | made by us, or our own data folder → 0700     one that somebody chose is left as it is
file   | made as 0600, mended where it was open to others; SQLite gives -wal and -shm the rights of the file
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from bot.model.settings import data_folder

OWNER_FOLDER, OWNER_FILE = 0o700, 0o600
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_BESIDE = ("", "-wal", "-shm", "-journal")
"""What SQLite adds to the file's name for those that it keeps beside it."""


def make_private_folder(folder: Path) -> None:
    """Make the folder where there is none, for this account alone; our own data folder is made so, too.

    Raises OSError where it cannot be made.
    """
    try:
        folder.mkdir(parents=True, mode=OWNER_FOLDER)
    except FileExistsError:
        if not folder.is_dir():
            raise
        if folder == data_folder():
            _close(folder, OWNER_FOLDER)


def make_private_file(path: Path) -> None:
    """Make the file where there is none, for this account alone, and close it and those beside it to others.

    Raises OSError where it cannot be made.
    """
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, OWNER_FILE))
    for ending in _BESIDE:
        with suppress(FileNotFoundError):
            _close(Path(f"{path}{ending}"), OWNER_FILE)


def is_open_to_others(path: Path) -> bool:
    """Whether others on the machine may do anything with the file; False where there is none."""
    try:
        return os.name == "posix" and bool(path.stat().st_mode & _OTHERS)
    except OSError:
        return False


def _close(path: Path, mode: int) -> None:
    """Take others' rights away; where the file is somebody else's, they stay, and `doctor` says so."""
    if path.stat().st_mode & _OTHERS:
        with suppress(PermissionError):
            path.chmod(mode & path.stat().st_mode)
