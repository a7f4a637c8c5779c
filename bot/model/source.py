"""Sources and publishers: sources as declared and as stored, and the health of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who publishes sources; two sources with the same publisher count once."""

    key: str  # the owner's folded name, else the registrable domain
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
    """Whether a source is read."""

    ACTIVE = "active"
    GONE = "gone"  # answered 410: not asked again
    DROPPED = "dropped"  # no longer declared, or dropped by the operator


class SourceOrigin(StrEnum):
    """Who declared a source."""

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
    """What reading the source has shown; changed by every check."""

    source_id: int
    etag: str | None = None  # None: the server sent none
    last_modified: str | None = None  # as the server wrote it; None: it sent none
    checked_at: datetime | None = None  # None: never asked
    succeeded_at: datetime | None = None  # None: it never answered with a feed or a 304
    due_at: datetime | None = None  # None: at once
    failures: int = 0  # in a row
    error: str | None = None  # of the last check, one sentence; None: it did not fail
    entries: int = 0  # in the last document read
