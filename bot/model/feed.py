"""Feeds: parsed documents and entries, and the outcomes of fetching feeds and pages, failures included."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model.source import SourceHealth


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
    voice: str | None = None  # link or title of the original source, of an aggregator's entry; None: not aggregated
    voice_name: str | None = None  # title of the original source; None: it gives none


@dataclass(frozen=True, slots=True)
class FeedDocument:
    """A feed as parsed."""

    entries: tuple[Entry, ...]
    title: str | None = None
    language: str | None = None
    ttl: int | None = None  # seconds the feed asks to wait between reads
    remarks: tuple[str, ...] = ()  # what had to be guessed or could not be read, as parts of a sentence


@dataclass(frozen=True, slots=True)
class Fetched:
    """A response with a feed that could be parsed."""

    document: FeedDocument
    etag: str | None
    last_modified: str | None
    wait: int | None  # seconds the server or feed asks to wait; None: it does not say
    moved_to: str | None  # a permanent redirect's target; None: not moved


@dataclass(frozen=True, slots=True)
class NotModified:
    """304: nothing has changed since the last read."""

    wait: int | None
    moved_to: str | None = None
    etag: str | None = None  # the validators it now has; None: as before
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class FetchFailed:
    """The feed could not be read this time."""

    why: str  # one sentence for a person
    wait: int | None = None  # Retry-After, in seconds
    unreachable: bool = False  # nothing answered at all (no network, no name, refused)


@dataclass(frozen=True, slots=True)
class Gone:
    """410: the feed is gone for good."""

    why: str = "The server says this feed is gone for good (410)."


@dataclass(frozen=True, slots=True)
class Offered:
    """Addresses at which a site may have its feeds, the likeliest first."""

    declared: tuple[str, ...] = ()  # by the site itself
    guessed: tuple[str, ...] = ()  # where sites usually have them


FetchOutcome = Fetched | NotModified | FetchFailed | Gone


@dataclass(frozen=True, slots=True)
class PageText:
    """The article of a web page."""

    text: str  # plain, paragraphs parted by blank lines
    canonical: str | None = None  # the page's own canonical link; None: it names none
    published: datetime | None = None
    language: str | None = None
    site: str | None = None  # what the site calls itself
    headings: tuple[str, ...] = ()  # what the page calls itself: its title, its headline
    elsewhere: bool = False  # the request ended at another address that no article has


@dataclass(frozen=True, slots=True)
class Forward:
    """A page that holds nothing but the way to another address."""

    to: str  # absolute


@dataclass(frozen=True, slots=True)
class NoPage:
    """The page gives no article."""

    why: str  # one sentence for a person; shown with an article made of its summary


PageOutcome = PageText | NoPage


class EntryState(StrEnum):
    """What has become of a stored entry."""

    WAITING = "waiting"  # no article has been made of it yet
    READ = "read"  # an article was made of it
    PASSED = "passed"  # older than the window when first seen: never read
    FORGOTTEN = "forgotten"  # dropped for its age but for what it is recognised by: not read again unless it changes


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """An entry as stored."""

    id: int
    source_id: int
    entry: Entry
    fingerprint: str  # of folded title and summary
    state: EntryState
    first_seen: datetime  # of a FORGOTTEN one: when a feed was last noted to list it
    article_id: int | None = None  # None: not (yet) an article


# --- what the store is given -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EntryKeys:
    """What an entry is recognised by within its source; see `bot.reading.entry_keys`."""

    guid: str | None
    link: str | None  # canonical
    fingerprint: str


@dataclass(frozen=True, slots=True)
class NewEntry:
    """An entry to be stored."""

    entry: Entry
    keys: EntryKeys
    state: EntryState  # WAITING, or PASSED where it is older than the window


@dataclass(frozen=True, slots=True)
class ChangedEntry:
    """A stored entry seen again with another text, id, link or date; with `reread` its article is made anew."""

    id: int
    entry: Entry
    keys: EntryKeys
    reread: bool


@dataclass(frozen=True, slots=True)
class Check:
    """What one check of a source changes; stored in one transaction, so no validator is kept without its entries."""

    health: SourceHealth
    new: tuple[NewEntry, ...] = ()
    changed: tuple[ChangedEntry, ...] = ()
    moved_to: str | None = None  # the source's address becomes this; None: it stays
    gone: bool = False
    title: str | None = None  # the feed's own title, used where the source was declared without a name
    language: str | None = None
