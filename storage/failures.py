"""What SQLite and the disk say of a failure, as one sentence of bot.model.errors: what happened, and what to do."""

from __future__ import annotations

from bot.model.errors import StorageError, StorageFull, StorageReadOnly

BUSY_SECONDS = 10.0
"""How long a connection waits for another process that writes."""

ELSEWHERE = "or let BELLWETHER_DATABASE_URL name another place"


def sentence(error: BaseException | None, place: str) -> StorageError:
    """The error that tells a person of this failure of the database at `place`."""
    name = getattr(error, "sqlite_errorname", "") or ""
    if name == "SQLITE_FULL" or getattr(error, "errno", None) in {28, 122}:  # ENOSPC, EDQUOT
        return StorageFull(
            f"The disk is full at {place}: free some space and start again; nothing already kept is lost."
        )
    if isinstance(error, OSError) or name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")):
        return StorageReadOnly(
            f"The database at {place} cannot be written: give this user the right to write the file and its folder, "
            f"{ELSEWHERE}."
        )
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return StorageError(
            f"The database at {place} has been locked by another program for {BUSY_SECONDS:.0f} seconds: close that "
            "program and try again."
        )
    if name.startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT")):
        return StorageError(
            f"The file at {place} is damaged or no database: put a backup in its place, move it away, {ELSEWHERE}."
        )
    return StorageError(f"The database at {place} failed: {error}; check the disk and try again.")
