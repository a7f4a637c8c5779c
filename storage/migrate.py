"""Bring a database to the schema of this version; Alembic is imported only where there is something to do.

Migrations lead forwards only: the way back is a backup.
"""

from __future__ import annotations

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


def to_head(url: URL) -> None:
    """Run what is missing in one transaction, and make sure that the database can be written; SchemaTooNew where a
    newer version wrote it, StorageError where the database itself is unfit."""
    engine = engine_of(url)
    with told(engine.sentence), engine.migrator().begin() as connection:
        engine.refuse_unfit(connection)
        _to_head(connection, engine.place)


def _to_head(connection: Connection, place: str) -> None:
    stored = _stored(connection, place)
    if stored == REVISION:
        connection.execute(text("DELETE FROM alembic_version WHERE 1 = 0"))  # fails where nothing can be written
        return
    if stored is not None and stored > REVISION:
        raise SchemaTooNew(
            f"The database at {place} was written by a newer version of The Bellwether: install that version, "
            f"{ELSEWHERE}."
        )
    _upgrade(connection)


def _stored(connection: Connection, place: str) -> str | None:
    """The migration the database is at; None: it is empty."""
    tables = inspect(connection).get_table_names()
    if "alembic_version" in tables:
        version: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return version
    if tables:
        raise StorageError(f"The database at {place} belongs to another program: move it away, {ELSEWHERE}.")
    return None


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    with _ONE_AT_A_TIME:
        command.upgrade(config, "head")
