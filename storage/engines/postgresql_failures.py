"""What PostgreSQL says of a failure, as one sentence of bot.model.errors: what happened, and what to do.

A failure is told by its SQLSTATE (https://www.postgresql.org/docs/current/errcodes-appendix.html); one that happens
before the server speaks has none.
"""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from bot.model.errors import StorageError, StorageFull, StorageReadOnly
from bot.model.secrecy import redacted
from storage.failures import BUSY_SECONDS, ELSEWHERE

_FULL = "53100"
_READ_ONLY = ("25006", "42501")  # a standby or a reader; no right to a table or schema
_BUSY = ("55P03", "40P01")  # the writers' lock was not to be had; two programs wait for each other
_CROWDED = "53300"
_GONE = ("08", "57P")  # the connection broke; the server stops or starts
_DAMAGED = ("XX001", "XX002")


def named(url: str) -> str:
    """How the database at that address is named to people: server and name, without user and password."""
    parts = urlsplit(url)
    where = parts.netloc.rpartition("@")[2]
    return f"{where or 'this machine'}/{unquote(parts.path.lstrip('/'))}".rstrip("/")


def sentence(error: BaseException | None, place: str) -> StorageError:
    """The error that tells a person of this failure of the database at `place`."""
    state: str = getattr(error, "sqlstate", None) or ""
    said = redacted(" ".join(str(error).split()))
    if state == _FULL:
        return StorageFull(
            f"The disk of the database server is full ({place}): free some space there; nothing already kept is lost."
        )
    if state in _READ_ONLY:
        return StorageReadOnly(
            f"The database {place} cannot be written ({said}): let this user own the database, name the server that "
            f"is no standby, {ELSEWHERE}."
        )
    if state in _BUSY:
        return StorageError(
            f"Another program has been writing to the database {place} for {BUSY_SECONDS:.0f} seconds: wait until it "
            "is done, and try again."
        )
    if state == _CROWDED:
        return StorageError(
            f"The database server has no connection left ({place}): raise its max_connections, or stop what holds them."
        )
    if state.startswith(_DAMAGED):
        return StorageError(f"The database {place} is damaged ({said}): put a backup in its place, {ELSEWHERE}.")
    if not state or state.startswith(_GONE):
        return StorageError(
            f"The database {place} cannot be reached: {said}; see that the server runs, and that "
            "BELLWETHER_DATABASE_URL names it, its database and a user it lets in."
        )
    return StorageError(f"The database {place} failed: {said}; look into the server's log and try again.")
