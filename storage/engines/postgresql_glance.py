"""The two rows of a PostgreSQL database that a check each minute asks for, by its driver alone."""

from __future__ import annotations

import re
from collections.abc import Sequence

from storage.engines.postgresql_failures import named, sentence
from storage.failures import BUSY_SECONDS

_DRIVER = re.compile(r"^postgres(?:ql)?(?:\+\w+)?(?=:)")


def rows(url: str, names: Sequence[str]) -> tuple[int | None, tuple[str | None, ...]]:
    """When the last cycle ended, in microseconds since 1970, and what is kept under the names; None: nothing.

    Raises StorageError, or a child, where the database cannot be read.
    """
    import psycopg

    address = _DRIVER.sub("postgresql", url)
    try:
        with psycopg.connect(address, connect_timeout=int(BUSY_SECONDS), autocommit=True) as connection:
            last = connection.execute("SELECT finished FROM runs ORDER BY id DESC LIMIT 1").fetchone()
            kept = connection.execute("SELECT name, value FROM memory WHERE name = ANY(%s)", [list(names)])
            found = {str(name): str(value) for name, value in kept}
    except psycopg.errors.UndefinedTable:  # nothing was ever kept there
        return None, (None,) * len(names)
    except psycopg.Error as error:
        raise sentence(error, named(address)) from error
    return (int(last[0]) if last else None), tuple(found.get(name) for name in names)
