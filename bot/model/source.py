"""What is read, and who stands behind it: publishers, sources as declared and as stored, and how each fares."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

# --- sources -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who stands behind sources; two sources of one key are one voice."""

    key: str  # owner's name folded, else the registrable domain
    name: str  # as shown


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """A source as a sources file declares it."""

    url: str
    name: str | None = None  # None: the feed's own title, else its host
    publisher: str | None = None  # None: by the owner of the domain
    language: str | None = None  # ISO 639-1; None: as the feed or the text says
    categories: tuple[str, ...] = ()
    weight: float = 1.0  # 0.1 to 3


class SourceState(StrEnum):
    ACTIVE = "active"
    GONE = "gone"  # answered 410: not asked again
    DROPPED = "dropped"  # no longer declared, or dropped by the operator


class SourceOrigin(StrEnum):
    FILE = "file"  # follows the sources file
    OPERATOR = "operator"  # added by `sources add`; the file does not drop it


@dataclass(frozen=True, slots=True)
class Source:
    """A feed that is read."""

    id: int
    url: str
    name: str
    publisher: Publisher
    language: str | None
    categories: tuple[str, ...]
    weight: float
    state: SourceState = SourceState.ACTIVE
    origin: SourceOrigin = SourceOrigin.FILE


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """What is known of a source from reading it; kept beside the source, changed by every check."""

    source_id: int
    etag: str | None = None  # None: the server sent none
    last_modified: str | None = None  # as the server wrote it; None: it sent none
    checked_at: datetime | None = None  # None: never asked
    succeeded_at: datetime | None = None  # None: never answered well (a 304 is well)
    due_at: datetime | None = None  # None: at once
    failures: int = 0  # in a row
    error: str | None = None  # the last failure, one sentence; None: the last check was well
    entries: int = 0  # in the last document read
