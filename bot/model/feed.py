"""What a look at an address brings: feed documents, entries, pages, and the outcomes of fetching, failures included."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model.source import SourceHealth

# --- feeds and articles ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a feed as parsed; texts may still hold HTML."""

    title: str  # "" where the entry has none
    guid: str | None = None
    link: str | None = None  # absolute
    summary: str = ""
    content: str = ""  # the fullest body in the feed; "" where there is none
    published: datetime | None = None  # None: undated or unreadable
    updated: datetime | None = None
    language: str | None = None
    voice: str | None = None  # link or title of the original source of an aggregated entry


@dataclass(frozen=True, slots=True)
class FeedDocument:
    """A feed as parsed."""

    entries: tuple[Entry, ...]
    title: str | None = None
    language: str | None = None
    ttl: int | None = None  # seconds the feed asks to wait between reads


@dataclass(frozen=True, slots=True)
class Fetched:
    """200 with a readable feed."""

    document: FeedDocument
    etag: str | None
    last_modified: str | None
    wait: int | None  # seconds the server or feed asks for; None: no wish
    moved_to: str | None  # a permanent redirect's target; None: not moved


@dataclass(frozen=True, slots=True)
class NotModified:
    wait: int | None
    moved_to: str | None = None


@dataclass(frozen=True, slots=True)
class FetchFailed:
    why: str  # one sentence for a person
    wait: int | None = None  # Retry-After, in seconds
    unreachable: bool = False  # nothing answered at all (no network, no name, refused)


@dataclass(frozen=True, slots=True)
class Gone:
    """410: retired for good."""

    why: str = "The server says this feed is gone for good (410)."


FetchOutcome = Fetched | NotModified | FetchFailed | Gone


@dataclass(frozen=True, slots=True)
class PageText:
    text: str
    canonical: str | None = None  # the page's own canonical link; None: it names none
    published: datetime | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class NoPage:
    why: str  # one sentence; shown beside an article that rests on its summary


PageOutcome = PageText | NoPage


class EntryState(StrEnum):
    WAITING = "waiting"  # seen, its text not yet made
    READ = "read"  # an article stands for it
    PASSED = "passed"  # older than the window when first seen: never read


@dataclass(frozen=True, slots=True)
class StoredEntry:
    id: int
    source_id: int
    entry: Entry
    fingerprint: str  # of folded title and summary
    state: EntryState
    first_seen: datetime
    article_id: int | None = None  # None: not (yet) an article


# --- what the store is asked to keep together -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EntryKeys:
    """By what an entry may be known again within its source."""

    guid: str | None
    link: str | None  # canonical
    fingerprint: str


@dataclass(frozen=True, slots=True)
class NewEntry:
    entry: Entry
    keys: EntryKeys
    state: EntryState  # WAITING, or PASSED where it is older than the window


@dataclass(frozen=True, slots=True)
class ChangedEntry:
    """A known entry seen again with another text, id, link or date; with `reread` its text is made again."""

    id: int
    entry: Entry
    keys: EntryKeys
    reread: bool


@dataclass(frozen=True, slots=True)
class Check:
    """What one look at a source changes, kept in one transaction: validators never outrun entries."""

    health: SourceHealth
    new: tuple[NewEntry, ...] = ()
    changed: tuple[ChangedEntry, ...] = ()
    moved_to: str | None = None  # the source's address becomes this; None: it stays
    gone: bool = False
    title: str | None = None  # the feed's own title, used where the source was declared without a name
    language: str | None = None
