"""Backup and restore: a checked copy of the database, made while the bot runs, and put back while it does not.

    backup  | copy in one read transaction → check the copy → take its name, in one step
    restore | check the file → refuse while a run lives → copy what is there aside → overwrite it in one transaction

Both copy by SQLite's backup API, which sees what is in the write-ahead log too, and holds up no writer.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from uuid import uuid4

from bot.model.errors import LeaseHeld, SchemaTooNew, StorageError
from bot.model.ports import Clock
from storage.engine import Database, located, spoken
from storage.failures import BUSY_SECONDS
from storage.leases import Hold, refusal
from storage.privacy import make_private_file, make_private_folder
from storage.schema import REVISION

_MAGIC = b"SQLite format 3\x00"
_BESIDE = ("-wal", "-shm")
_TERM = 86_400.0  # seconds that a restoring process is waited for; where it dies its lease is free at once
_MOST = 5  # faults that are named
_UNPROVED = """
SELECT evidence.signal_id, evidence.article_id FROM evidence JOIN articles ON articles.id = evidence.article_id
WHERE substr(articles.text, evidence.start + 1, evidence."end" - evidence.start) <> evidence.quote LIMIT 5
"""


def backup(url: str, to: Path) -> int:
    """Write a checked copy of the database to the file, whole or not at all; its size in bytes.

    The copy can be read by nobody but its owner; an earlier backup of that name is replaced. StorageError where there
    is no database, the file is something else, or the copy is damaged.
    """
    place = _place(url)
    if not place.is_file():
        raise StorageError(f"There is no database at {place} to back up.")
    _refuse_other(to, place)
    part = to.with_name(f".{to.name}.{uuid4().hex[:8]}.part")
    with spoken(str(to)):
        try:
            _copy(place, part)
            _check(part)
            _sync(part)
            part.replace(to)
            _sync(to.parent)
        finally:
            for left in (part, *_beside(part)):
                left.unlink(missing_ok=True)
        return to.stat().st_size


async def restore(url: str, file: Path, clock: Clock) -> Path | None:
    """Put a backup in the database's place; where the database that stood there is now, None: there was none.

    LeaseHeld while a `run` or a look at the sources holds it, SchemaTooNew for a backup of a newer version,
    StorageError where the file is no sound backup; then nothing was changed.
    """
    place = _place(url)
    await asyncio.to_thread(_check_restorable, file, place)
    aside = place.with_name(f"{place.name}.before-{clock.now():%Y%m%dT%H%M%S}-{uuid4().hex[:4]}")
    if not await asyncio.to_thread(_is_sound, place):
        return await asyncio.to_thread(_replace, place, file, aside)
    await _overwrite(url, file, aside, clock)
    return aside


def faults(place: str | Path) -> tuple[str, ...]:
    """What SQLite finds wrong with the file, a sentence each, the first few; none where it is whole."""
    with spoken(str(place)), closing(_opened(Path(place))) as connection:
        found = [row[0] for row in connection.execute(f"PRAGMA integrity_check({_MOST})") if row[0] != "ok"]
        loose = connection.execute("PRAGMA foreign_key_check").fetchmany(_MOST)
    said = [f"a row of {row[0]} points at one of {row[2]} that is not there" for row in loose]
    return tuple(f"{place}: {each}." for each in (*found, *said))


# --- checking ------------------------------------------------------------------------------------------------------


def _check(file: Path) -> None:
    """StorageError where the file is no whole database of ours whose quotes stand in their texts."""
    version = _version(file)
    if version is None:
        raise StorageError(f"{file} is no backup of The Bellwether.")
    if version > REVISION:
        raise SchemaTooNew(f"{file} was written by a newer version of The Bellwether: install that version.")
    if wrong := faults(file):
        raise StorageError(f"{file} is damaged ({wrong[0].removeprefix(f'{file}: ')[:-1]}), so nothing was changed.")
    with closing(_opened(file)) as connection:
        if row := connection.execute(_UNPROVED).fetchone():
            raise StorageError(
                f"{file} cannot be trusted: a quote of s{row[0]} does not stand in its article, so nothing was changed."
            )


def _check_restorable(file: Path, place: Path) -> None:
    if not file.is_file():
        raise StorageError(f"There is no file {file} to restore.")
    if place.exists() and file.samefile(place):
        raise StorageError(f"{file} is the database itself: name a backup of it.")
    with spoken(str(file)):
        _check(file)


def _version(file: Path) -> str | None:
    """The migration it is at; None: it is no database, or another program's."""
    try:
        with closing(_opened(file)) as connection:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            return str(row[0]) if row else None
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorname == "SQLITE_NOTADB" or "no such table" in str(error):
            return None
        raise


def _is_sound(place: Path) -> bool:
    """Whether its lease can be taken: the file is a database of ours."""
    with suppress(sqlite3.Error):
        return _version(place) is not None
    return False


def _refuse_other(to: Path, place: Path) -> None:
    """StorageError where a backup must not take the place of what stands there."""
    if to.is_dir():
        raise StorageError(f"{to} is a folder: name a file in it, such as {to / 'bellwether-backup.db'}.")
    if not to.exists():
        return
    if to.samefile(place):
        raise StorageError(f"{to} is the database itself: name another file.")
    with spoken(str(to)), to.open("rb") as held:
        if held.read(len(_MAGIC)) not in {_MAGIC, b""}:
            raise StorageError(f"{to} is something else than a backup and is left as it is: name another file.")


# --- copying -------------------------------------------------------------------------------------------------------


def _place(url: str) -> Path:
    """The database's file; StorageError where it is a server's."""
    address = located(url)
    if address.get_backend_name() != "sqlite":
        raise StorageError(
            "The database is PostgreSQL's, which has its own: pg_dump --format=custom --file=bellwether.dump writes a "
            "backup, pg_restore --clean --dbname=NAME puts it back (stop the bot first)."
        )
    return Path(address.database or "")


def _beside(file: Path) -> list[Path]:
    return [file.with_name(file.name + end) for end in _BESIDE]


def _opened(file: Path) -> sqlite3.Connection:
    """For reading; a file with no write-ahead log beside it may lie where nothing can be written."""
    alone = "" if file.with_name(f"{file.name}-wal").exists() else "&immutable=1"
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro{alone}", uri=True, timeout=BUSY_SECONDS)


def _copy(place: Path, to: Path) -> None:
    """A new file, which none but its owner can read, with all that the database holds at this moment."""
    make_private_file(to)
    with _connected(place) as source, _connected(to) as copy:
        source.backup(copy)
        copy.execute("DELETE FROM leases")  # whoever holds the database does not hold its copy
        copy.execute("PRAGMA journal_mode=DELETE")  # a single file, until it is opened as the database


@contextmanager
def _connected(file: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(file, timeout=BUSY_SECONDS, isolation_level=None)) as connection:
        yield connection


def _replace(place: Path, file: Path, aside: Path) -> Path | None:
    """Put the backup where there is no database, or one that cannot be opened, which is moved aside as it is."""
    there = place.exists()
    with spoken(str(place)):
        make_private_folder(place.parent)
        for left, to in zip((place, *_beside(place)), (aside, *_beside(aside)), strict=True):
            if left.exists():
                left.rename(to)
        part = place.with_name(f".{place.name}.{uuid4().hex[:8]}.part")
        try:
            make_private_file(part)
            _fill(file, part)
            _sync(part)
            part.replace(place)
        finally:
            part.unlink(missing_ok=True)
    return aside if there else None


def _fill(file: Path, place: Path) -> None:
    """Overwrite the database with the backup in one transaction; our own lease goes with what was there."""
    with closing(_opened(file)) as source, _connected(place) as database:
        source.backup(database)
        database.execute("DELETE FROM leases")


async def _overwrite(url: str, file: Path, aside: Path, clock: Clock) -> None:
    database = Database(located(url))
    holds = [Hold(database, name, clock, uuid4().hex, _TERM) for name in ("run", "cycle")]
    try:
        for hold in holds:
            if (rival := await hold.take()) is not None:
                raise LeaseHeld(refusal(hold.name, rival), holder=f"process {rival.pid} on {rival.host}")
        await database.aclose()  # nothing of ours stands in the way
        with spoken(database.place):
            await asyncio.to_thread(_copy, Path(database.place), aside)
            await asyncio.to_thread(_fill, file, Path(database.place))
    finally:
        for hold in holds:
            with suppress(StorageError):
                await hold.release()
        await database.aclose()


def _sync(path: Path) -> None:
    """Have what was written reach the disk, so that a power cut leaves the old or the new."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
