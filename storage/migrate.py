"""Bring a database to the schema of this version; Alembic is imported only where there is something to do.

Migrations lead forwards only: the way back is a backup.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from sqlalchemy import URL, Connection, inspect, text

from bot.model.errors import SchemaTooNew, StorageError
from storage.engine import told
from storage.engines.engine import engine_of
from storage.failures import ELSEWHERE
from storage.schema import REVISION

_MIGRATIONS = Path(__file__).with_name("migrations")
_ONE_AT_A_TIME = Lock()
"""Alembic's `context` is one a process."""
MOVING = "moving"
"""The table by which a database is marked that an archive is being moved to."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a database is."""

    revision: str | None  # the migration it is at; None: it is empty
    moving: bool = False  # an archive has begun to be moved here, and is not whole yet


def look(url: URL) -> Found:
    """What the database is, without changing it; StorageError where it is another program's or can't be reached."""
    engine = engine_of(url)
    with told(engine.sentence), engine.migrator().connect() as connection:
        return _found(connection, engine.place)


def unfinished(place: str) -> StorageError:
    """That the archive there is not whole, and what to do."""
    return StorageError(
        f"An archive is being moved to {place} and is not whole yet: run the same `bellwether move` again, {ELSEWHERE}."
    )


def to_head(url: URL) -> None:
    """Run what is missing in one transaction, and make sure that the database can be written; SchemaTooNew where a
    newer version wrote it, StorageError where the database itself is unfit."""
    engine = engine_of(url)
    with told(engine.sentence), engine.migrator().begin() as connection:
        engine.refuse_unfit(connection)
        _to_head(connection, engine.place)


def _to_head(connection: Connection, place: str) -> None:
    found = _found(connection, place)
    stored = found.revision
    if found.moving:
        raise unfinished(place)
    if stored == REVISION:
        connection.execute(text("DELETE FROM alembic_version WHERE 1 = 0"))  # fails where nothing can be written
        return
    if stored is not None and stored > REVISION:
        raise SchemaTooNew(
            f"The database at {place} was written by a newer version of The Bellwether: install that version, "
            f"{ELSEWHERE}."
        )
    _upgrade(connection)


def _found(connection: Connection, place: str) -> Found:
    tables = inspect(connection).get_table_names()
    if "alembic_version" in tables:
        version: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return Found(version, MOVING in tables)
    if tables:
        raise StorageError(f"The database at {place} belongs to another program: move it away, {ELSEWHERE}.")
    return Found(None)


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    with _ONE_AT_A_TIME:
        command.upgrade(config, "head")
