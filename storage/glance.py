"""A look at a database that another process writes: read-only and by the standard library, for a check each minute.

Opening the store would load SQLAlchemy and be ready to write, which such a check needs not: it asks for two rows.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from storage.failures import BUSY_SECONDS, sentence
from storage.instants import instant

_FILE = re.compile(r"sqlite(?:\+aiosqlite)?:///([^?]+)")


@dataclass(frozen=True, slots=True)
class Glance:
    """What the last cycle and the running bot have left in the database."""

    finished: datetime | None = None  # when the cycle recorded last ended; None: there was none
    memory: tuple[str | None, ...] = ()  # what is kept under the names asked for, in their order; None: nothing


def glance(url: str, names: Sequence[str] = ()) -> Glance:
    """What is in the database at `url`, with what `Store.memory` keeps under these names; nothing where no file is.

    Raises StorageError, or a child, where it cannot be read.
    """
    if url.startswith("postgres"):
        from storage.engines.postgresql_glance import rows

        finished, kept = rows(url, names)
        return Glance(None if finished is None else instant(finished), kept)
    path = _file(url)
    if not path.exists():
        return Glance(memory=(None,) * len(names))
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_SECONDS)) as found:
            return Glance(_finished(found), tuple(_kept(found, name) for name in names))
    except sqlite3.Error as error:
        raise sentence(error, str(path)) from error


def plain_file(url: str) -> Path | None:
    """The file that is the database, by an address without parameters; None: it takes more to tell."""
    if "://" not in url:
        return Path(url).expanduser()
    match = _FILE.fullmatch(url)
    return Path(match[1]) if match else None


def _file(url: str) -> Path:
    if found := plain_file(url):
        return found
    from storage.engine import located

    return Path(located(url).database or "")


def _finished(connection: sqlite3.Connection) -> datetime | None:
    row = connection.execute("SELECT finished FROM runs ORDER BY id DESC LIMIT 1").fetchone()
    return instant(row[0]) if row else None


def _kept(connection: sqlite3.Connection, name: str) -> str | None:
    row = connection.execute("SELECT value FROM memory WHERE name = ?", (name,)).fetchone()
    return str(row[0]) if row else None
