"""PostgreSQL, by psycopg 3: a server, where whoever writes holds one advisory lock until the end of its transaction.

    write | BEGIN → pg_advisory_xact_lock → statements (read committed) → COMMIT, which lets go of the lock
    read  | BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY → statements → ROLLBACK

Writers take turns, as SQLite's do: what one has read stays true until it commits, so that no transaction has to be
tried again. (SERIALIZABLE would let them overlap and refuse some; the body of `Database.write` cannot run twice.)
The lock is the database's own: another database of the same server has another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy
from sqlalchemy import URL, NullPool, create_engine, event, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.model.errors import StorageError
from bot.model.run import Diagnosis
from storage.engines import postgresql_failures
from storage.engines.coordination import Coordination
from storage.failures import BUSY_SECONDS

OLDEST = 14
"""The oldest major version that PostgreSQL's makers still mend (https://www.postgresql.org/support/versioning/)."""
WRITE_LOCK = 0x42656C6C  # "Bell"
"""The advisory lock of those who write."""
MOST_CLOCK_SECONDS = 2.0
"""By how much two clocks may differ before `doctor` complains: briefs are due by each process's own."""
GONE_SECONDS = 10
"""After how long without a word from it the server lets go of what a process holds, and a process of the server."""

_OPENING = (
    f"SET lock_timeout = '{BUSY_SECONDS:.0f}s'",
    "SET client_encoding = 'UTF8'",
    # The turn of a writer that was halted in the middle, or is cut off, ends: the others wait for it.
    f"SET idle_in_transaction_session_timeout = '{GONE_SECONDS}s'",
    f"SET tcp_user_timeout = '{GONE_SECONDS}s'",
)
_READING = "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
_ABOUT = text(
    "SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int / 10000 AS major, "
    "pg_encoding_to_char(encoding) AS encoding, clock_timestamp() AS now, pg_is_in_recovery() AS standby, "
    "current_user AS who, "
    "has_schema_privilege(current_schema(), 'CREATE') AS makes, "
    "(SELECT bool_and(has_table_privilege(tables.oid, may)) FROM pg_class AS tables, "
    "unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS may "
    "WHERE tables.relnamespace = current_schema()::regnamespace AND tables.relkind = 'r') AS writes "
    "FROM pg_database WHERE datname = current_database()"
)
_NOW = text("SELECT clock_timestamp()")
_FAULTY = text("SELECT coalesce(checksum_failures, 0) FROM pg_stat_database WHERE datname = current_database()")

_SEQUENCES = text(
    "SELECT tables.relname AS name, pg_sequence_last_value(sequences.oid) AS last FROM pg_class AS sequences "
    "JOIN pg_depend AS owned ON owned.classid = 'pg_class'::regclass AND owned.objid = sequences.oid "
    "JOIN pg_class AS tables ON tables.oid = owned.refobjid "
    "WHERE sequences.relkind = 'S' AND owned.deptype = 'a' AND tables.relnamespace = current_schema()::regnamespace"
)
_GIVE_AFTER = text(
    "SELECT setval(owned.objid::regclass, greatest(CAST(:last AS bigint), 1), CAST(:last AS bigint) > 0) "
    "FROM pg_class AS sequences "
    "JOIN pg_depend AS owned ON owned.classid = 'pg_class'::regclass AND owned.objid = sequences.oid "
    "WHERE sequences.relkind = 'S' AND owned.deptype = 'a' AND owned.refobjid = CAST(CAST(:table AS text) AS regclass)"
)


class PostgreSQL:
    """storage.engines.engine.Engine over a server's database."""

    def __init__(self, url: URL) -> None:
        self._url = url.set(drivername="postgresql+psycopg")
        self.place = postgresql_failures.named(url.render_as_string())

    def prepare(self) -> None:
        """StorageError where the driver is not installed."""
        try:
            import psycopg  # noqa: F401 - only whether it is there
        except ImportError as error:
            raise StorageError(
                "The database address names PostgreSQL, whose driver is not installed: "
                "pip install --require-hashes -r requirements-postgres.lock"
            ) from error

    def writer(self) -> AsyncEngine:
        """One connection, whose transactions begin by waiting for the writers' lock."""
        engine = self._pool(1)
        _tune(engine.sync_engine, _OPENING)
        _take_turns(engine.sync_engine)
        return engine

    def readers(self, size: int) -> AsyncEngine:
        """Connections whose transactions see one moment and cannot write."""
        engine = self._pool(size)
        _tune(engine.sync_engine, (*_OPENING, _READING))
        return engine

    def migrator(self) -> sqlalchemy.Engine:
        """A connection that writes, and holds the writers' lock meanwhile: two programs do not migrate at once."""
        engine = create_engine(self._url, poolclass=NullPool, connect_args=_connect_args())
        _tune(engine, _OPENING)
        _take_turns(engine)
        return engine

    def refuse_unfit(self, connection: sqlalchemy.Connection) -> None:
        """StorageError for a server older than OLDEST, and for a database in another encoding than UTF-8."""
        about = connection.execute(_ABOUT).one()
        for found in (_of_version(about), _of_encoding(about)):
            if not found.well:
                raise StorageError(f"The database {self.place} cannot be used ({found.what}): {found.advice}.")

    def sentence(self, error: BaseException | None) -> StorageError:
        """What PostgreSQL says, for a person."""
        return postgresql_failures.sentence(error, self.place)

    def coordination(self) -> Coordination:
        """By advisory locks, and by LISTEN and NOTIFY."""
        from storage.engines.postgresql_coordination import Shared

        address = self._url.set(drivername="postgresql").render_as_string(hide_password=False)
        return Shared(address, _connect_args(), self.sentence)

    async def now(self, connection: AsyncConnection) -> datetime:
        """By the server's clock."""
        found: datetime = (await connection.execute(_NOW)).scalar_one()
        return found

    async def release_memory(self, writer: AsyncConnection) -> None:
        """Nothing: the server keeps the pages."""

    async def last_ids(self, reader: AsyncConnection) -> dict[str, int]:
        """Of all tables that have a sequence."""
        return {row.name: row.last for row in await reader.execute(_SEQUENCES) if row.last is not None}

    async def give_after(self, writer: AsyncConnection, last: Mapping[str, int]) -> None:
        """Of all tables that have a sequence."""
        for table, id_ in last.items():
            await writer.execute(_GIVE_AFTER, {"table": table, "last": id_})

    def faults(self) -> tuple[str, ...]:
        """Pages whose checksum PostgreSQL found wrong; keys that point at nothing it does not let in."""
        from storage.engine import told

        with told(self.sentence), self.migrator().connect() as connection:
            failed = connection.scalar(_FAULTY) or 0
        return (f"{self.place}: PostgreSQL has read {failed} pages whose checksum is wrong.",) if failed else ()

    async def diagnose(self, reader: AsyncConnection) -> tuple[Diagnosis, ...]:
        """Its version, this user's rights, its encoding, and how far its clock is from ours."""
        about = (await reader.execute(_ABOUT)).one()
        apart = (about.now - datetime.now(UTC)).total_seconds()
        return _of_version(about), _of_rights(about), _of_encoding(about), _of_clock(apart)

    def _pool(self, size: int) -> AsyncEngine:
        # A server may have been started again since a connection was last used, which then is made anew.
        pool: dict[str, Any] = {"pool_size": size, "max_overflow": 0, "pool_pre_ping": True, "paramstyle": "format"}
        return create_async_engine(self._url, connect_args=_connect_args(), **pool)


def _connect_args() -> dict[str, Any]:
    # Where packets are lost, a connection breaks within GONE_SECONDS instead of the system's quarter of an hour.
    probing = {"keepalives_idle": GONE_SECONDS // 2, "keepalives_interval": 2, "keepalives_count": 2}
    lost = {**probing, "tcp_user_timeout": GONE_SECONDS * 1000}
    return {"application_name": "bellwether", "connect_timeout": int(BUSY_SECONDS), **lost}


def _tune(engine: sqlalchemy.Engine, statements: Sequence[str]) -> None:
    """Run the statements once on each new connection."""

    def connected(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        for statement in statements:
            cursor.execute(statement)
        cursor.close()
        connection.commit()  # what is set in a transaction that is undone is undone with it

    event.listen(engine, "connect", connected)


def _take_turns(engine: sqlalchemy.Engine) -> None:
    """Let each transaction begin by waiting for the writers' lock."""

    def begun(connection: Any) -> None:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITE_LOCK})")

    event.listen(engine, "begin", begun)


# --- what `doctor` says --------------------------------------------------------------------------------------------


def _of_version(about: Any) -> Diagnosis:
    advice = "" if about.major >= OLDEST else f"upgrade the server: {OLDEST} is the oldest that still is mended"
    return Diagnosis("PostgreSQL", not advice, f"version {about.version}", advice)


def _of_rights(about: Any) -> Diagnosis:
    if about.standby:
        return Diagnosis("rights", False, "this server is a standby, which cannot be written", "name the primary")
    if about.writes is False or not about.makes:
        advice = f'run as its owner: ALTER DATABASE … OWNER TO "{about.who}"; the tables too, where they are another\'s'
        return Diagnosis("rights", False, f"{about.who} may not change every table, or make none", advice)
    return Diagnosis("rights", True, f"{about.who} may read, write and migrate")


def _of_encoding(about: Any) -> Diagnosis:
    advice = "" if about.encoding == "UTF8" else "make the database anew: createdb --template=template0 --encoding=UTF8"
    return Diagnosis("encoding", not advice, about.encoding, advice)


def _of_clock(apart: float) -> Diagnosis:
    what = f"the server's is {abs(apart):.1f} seconds {'ahead of' if apart > 0 else 'behind'} this machine's"
    well = abs(apart) <= MOST_CLOCK_SECONDS
    return Diagnosis("clocks", well, what, "" if well else "let both machines keep the time by NTP")
