"""The one readable schema: every table, and beside every nullable column what its absence means.

The migrations produce exactly this (a test proves it). The search index is beside it, in engines/. Ids and links of
feeds may be longer than the 2,704 bytes that a b-tree of PostgreSQL takes: there a hash index finds them, and that a
version of an article is there once is upheld by the writers' turns alone.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

from bot.model.article import DatedBy, TextOrigin
from bot.model.brief import Account
from bot.model.channel import ChannelSettings, Mute
from bot.model.delivery import DeliveryState
from bot.model.event import Event
from bot.model.evidence import Evidence, Span
from bot.model.feed import Entry, EntryState
from bot.model.finding import ArticleKind, Dimension, Finding, Part, Stance
from bot.model.label import CategoryKind
from bot.model.messages import Audience, Message
from bot.model.run import RunReport
from bot.model.signal import ConfidenceLevel, SignalState, Strength
from bot.model.source import SourceOrigin, SourceState
from storage.columns import Instant, Named, Noun, Words

REVISION = "0009"
"""The migration this schema is at."""
SQLITE, POSTGRESQL = "sqlite", "postgresql"

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# --- sources -----------------------------------------------------------------------------------------------------

sources = Table(
    "sources",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("url", Words, nullable=False, unique=True),  # where it is read now
    Column("declared", Words, nullable=False, index=True),  # as declared; another than url where the server moved it
    Column("name", Words),  # NULL: declared without one; the feed's title stands, else the host
    Column("title", Words),  # the feed's own; NULL: never read, or it has none
    Column("publisher_key", Words, nullable=False),
    Column("publisher_name", Words, nullable=False),
    Column("language", Words),  # NULL: declared without one; the feed's own stands
    Column("feed_language", Words),  # NULL: never read, or the feed names none
    Column("categories", Noun(tuple[str, ...]), nullable=False),
    Column("weight", Float, nullable=False),
    Column("state", Named(SourceState), nullable=False),
    Column("origin", Named(SourceOrigin), nullable=False),  # who decides about it: the file, or the operator
    Column("moved_into", ForeignKey("sources.id")),  # the source that has the address it moved to; NULL: none has
    Column("added", Instant, nullable=False),
)

source_health = Table(  # no row: never checked
    "source_health",
    metadata,
    Column("source_id", ForeignKey("sources.id"), primary_key=True),
    Column("etag", Words),  # NULL: the server sent none
    Column("last_modified", Words),  # NULL: the server sent none
    Column("checked_at", Instant),  # NULL: never asked
    Column("succeeded_at", Instant),  # NULL: never answered well
    Column("due_at", Instant),  # NULL: at once
    Column("failures", Integer, nullable=False),
    Column("error", Words),  # NULL: the last check was well
    Column("entries", Integer, nullable=False),
)

# --- entries and articles ----------------------------------------------------------------------------------------

articles = Table(
    "articles",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source_id", ForeignKey("sources.id"), nullable=False),
    Column("publisher_key", Words, nullable=False),
    Column("publisher_name", Words, nullable=False),
    Column("link", Words),  # NULL: the entry has none
    Column("version", Integer, nullable=False),
    Column("title", Words, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("published", Instant, nullable=False),
    Column("dated_by", Named(DatedBy), nullable=False),
    Column("language", Words),  # NULL: not recognised
    Column("text_from", Named(TextOrigin), nullable=False),
    Column("text_note", Words),  # NULL: the text is whole
    Column("weight", Float, nullable=False),
    Column("fetched", Instant, nullable=False),
    Column("replaces", ForeignKey("articles.id"), index=True),  # the earlier version; NULL: the first
    Column("copy_of", ForeignKey("articles.id"), index=True),  # the original of its copy group; NULL: an original
    Column("analysed", Instant),  # NULL: not yet
    Column("attempts", Integer, nullable=False),  # how often the analyst failed on it
    Column("trouble", Words),  # why it failed last; NULL: it never did
    # The long columns stand last: SQLite reaches a column only through those before it.
    Column("sentences", Noun(tuple[Span, ...]), nullable=False),
    Column("text", Words, nullable=False),
    UniqueConstraint("publisher_key", "link", "version").ddl_if(SQLITE),
    Index("ix_articles_link", "link", postgresql_using="hash").ddl_if(POSTGRESQL),
    Index(None, "publisher_key", "sha256"),
    Index(None, "analysed", "published"),
    Index(None, "fetched"),
)

entries = Table(
    "entries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source_id", ForeignKey("sources.id"), nullable=False),
    Column("guid", Words),  # NULL: the feed gives it none
    Column("link", Words),  # canonical; NULL: it has none
    Column("fingerprint", Words, nullable=False),
    Column("published", Instant),  # NULL: undated or unreadable
    Column("state", Named(EntryState), nullable=False),
    Column("first_seen", Instant, nullable=False),
    Column("article_id", ForeignKey("articles.id"), index=True),  # NULL: not (yet) an article, or it was dropped
    Column("entry", Noun(Entry), nullable=False),
    Index(None, "source_id", "guid").ddl_if(SQLITE),
    Index(None, "source_id", "link").ddl_if(SQLITE),
    Index("ix_entries_guid", "guid", postgresql_using="hash").ddl_if(POSTGRESQL),
    Index("ix_entries_link", "link", postgresql_using="hash").ddl_if(POSTGRESQL),
    Index(None, "source_id", "fingerprint"),
    Index(None, "state", "published"),
)

readings = Table(  # what the analyst said; no row: not analysed, or a wire copy
    "readings",
    metadata,
    Column("article_id", ForeignKey("articles.id"), primary_key=True),
    Column("read_by", Words, nullable=False),
    Column("at", Instant, nullable=False),
    Column("reason", Words),  # the rejection's code; NULL: a finding
    Column("words", Words),  # the rejection's sentence; NULL: a finding
    Column("finding", Noun(Finding)),  # NULL: a rejection
)

# --- signals -----------------------------------------------------------------------------------------------------

signals = Table(
    "signals",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("title", Words, nullable=False),
    Column("analysis", Words, nullable=False),
    Column("dimensions", Noun(tuple[Dimension, ...]), nullable=False),
    Column("topics", Noun(tuple[str, ...]), nullable=False),
    Column("places", Noun(tuple[str, ...]), nullable=False),
    Column("actors", Noun(tuple[str, ...]), nullable=False),
    Column("strength", Noun(Strength), nullable=False),
    Column("confidence", Named(ConfidenceLevel), nullable=False),
    Column("confidence_reason", Words, nullable=False),
    Column("state", Named(SignalState), nullable=False, index=True),
    Column("opened", Instant, nullable=False),
    Column("changed", Instant, nullable=False, index=True),
    Column("detected_on", Date, nullable=False),
    Column("composed_by", Words, nullable=False),
    Column("change_mind", Words),  # NULL: the analyst could not say
    Column("composed_upto", Integer),  # the last revision its text takes in; NULL: its text is a stand-in
    Column("stored", Integer, index=True),  # number of the writing that stored it last; NULL: before they were counted
)

signal_aliases = Table(  # ids of signals that were merged into another
    "signal_aliases",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("survivor_id", ForeignKey("signals.id"), nullable=False, index=True),
)

signal_articles = Table(
    "signal_articles",
    metadata,
    Column("signal_id", ForeignKey("signals.id"), primary_key=True),
    Column("article_id", ForeignKey("articles.id"), primary_key=True, index=True),
    Column("position", Integer, nullable=False),
    Column("joined", Instant, nullable=False),
    Column("stance", Named(Stance), nullable=False),
    Column("reasoning", Noun(tuple[str, ...]), nullable=False),
    Column("consequence", Noun(Part), nullable=False),
    Column("substance", Noun(Part), nullable=False),
    Column("kind", Named(ArticleKind), nullable=False),
    Column("read_by", Words, nullable=False),
)

evidence = Table(
    "evidence",
    metadata,
    Column("signal_id", ForeignKey("signals.id"), primary_key=True),
    Column("contrary", Boolean, primary_key=True),  # of the signal as a whole, or of the member
    Column("article_id", ForeignKey("articles.id"), primary_key=True, index=True),
    Column("position", Integer, primary_key=True),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("anchor_start", Integer, nullable=False),
    Column("anchor_end", Integer, nullable=False),
    Column("quote", Words, nullable=False),
)

revisions = Table(
    "revisions",
    metadata,
    Column("signal_id", ForeignKey("signals.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("why", Words, nullable=False),
    Column("stance", Named(Stance)),  # NULL: a merge, a recomputation
    Column("strength", Noun(Strength), nullable=False),
    Column("article_id", ForeignKey("articles.id"), index=True),  # NULL: no single article
    Column("brought_from", Integer),  # NULL: its own, brought in by no merge
)

signal_labels = Table(  # what a signal can be muted by; derived from the signal and its members
    "signal_labels",
    metadata,
    Column("signal_id", ForeignKey("signals.id"), primary_key=True),
    Column("kind", Named(CategoryKind), primary_key=True),
    Column("value", Words, primary_key=True),
    Column("name", Words, nullable=False),
    Index(None, "kind", "value", "signal_id"),
)

labels = Table(  # each label that signals carry, once: reading them all must not take a year's signals
    "labels",
    metadata,
    Column("kind", Named(CategoryKind), primary_key=True),
    Column("value", Words, primary_key=True),
    Column("name", Words, nullable=False),
)

# --- channels ----------------------------------------------------------------------------------------------------

channels = Table(
    "channels",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("platform", Words, nullable=False),
    Column("address", Words, nullable=False),
    Column("name", Words, nullable=False),
    Column("settings", Noun(ChannelSettings), nullable=False),
    Column("active", Boolean, nullable=False),
    Column("created", Instant, nullable=False),
    Column("allowed", Boolean),  # NULL: the operator has not decided, or need not
    UniqueConstraint("platform", "address"),
)

mutes = Table(
    "mutes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("channel_id", ForeignKey("channels.id"), nullable=False),
    Column("kind", Named(CategoryKind), nullable=False),
    Column("value", Words, nullable=False),
    Column("name", Words, nullable=False),
    Column("until", Instant, nullable=False),
    Column("created", Instant, nullable=False),
    Column("by", Words, nullable=False),
    UniqueConstraint("channel_id", "kind", "value"),
    sqlite_autoincrement=True,  # an old `unmute` button must never meet a newer mute
)

mementos = Table(  # settings and mutes before a change
    "mementos",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("channel_id", ForeignKey("channels.id"), nullable=False, index=True),
    Column("at", Instant, nullable=False),
    Column("by", Words, nullable=False),
    Column("what", Words, nullable=False),
    Column("settings", Noun(ChannelSettings), nullable=False),
    Column("mutes", Noun(tuple[Mute, ...]), nullable=False),
    Column("event", Words),  # that made the change; NULL: it was made before this was kept
    Column("undone", Words),  # the event that took it back; NULL: it stands
)

verdicts = Table(
    "verdicts",
    metadata,
    Column("channel_id", ForeignKey("channels.id"), primary_key=True),
    Column("signal_id", ForeignKey("signals.id"), primary_key=True, index=True),
    Column("asker", Words, primary_key=True),
    Column("useful", Boolean, nullable=False),
    Column("at", Instant, nullable=False),
)

# --- briefs ------------------------------------------------------------------------------------------------------

briefs = Table(
    "briefs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("channel_id", ForeignKey("channels.id"), nullable=False),
    Column("on", Date, nullable=False),
    Column("outcome", Words, nullable=False),  # brief, quiet or unable
    Column("account", Noun(Account), nullable=False),
    Column("corrections", Noun(tuple[str, ...]), nullable=False),
    Column("decided", Instant, nullable=False),
    UniqueConstraint("channel_id", "on"),
)

brief_items = Table(
    "brief_items",
    metadata,
    Column("brief_id", ForeignKey("briefs.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("signal_id", Integer, nullable=False),  # as it was told; an alias where it was merged since
    Column("delta", Words, nullable=False),
)

told = Table(
    "told",
    metadata,
    Column("channel_id", ForeignKey("channels.id"), primary_key=True),
    Column("signal_id", ForeignKey("signals.id"), primary_key=True, index=True),
    Column("on", Date, primary_key=True, index=True),
    Column("at", Instant, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("strength", Integer, nullable=False),
    Column("publishers", Integer, nullable=False),
)

told_quotes = Table(  # every quote a told signal had when it was told
    "told_quotes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("channel_id", ForeignKey("channels.id"), nullable=False, index=True),
    Column("at", Instant, nullable=False),
    Column("signal_id", ForeignKey("signals.id"), nullable=False, index=True),
    Column("article_id", ForeignKey("articles.id"), nullable=False, index=True),
    Column("evidence", Noun(Evidence), nullable=False),
)

corrections = Table(  # what was taken back of what a channel was told; no row: nobody was told of that yet
    "corrections",
    metadata,
    Column("channel_id", ForeignKey("channels.id"), primary_key=True),
    Column("cause", Words, primary_key=True),  # as in bot.model.brief.Correction
    Column("amended", Instant),  # when it was said where it had been told; NULL: not yet
    Column("opened", Date),  # the date of the brief that opened with it; NULL: none did
)

# --- delivery ----------------------------------------------------------------------------------------------------

deliveries = Table(
    "deliveries",
    metadata,
    Column("seq", Integer, primary_key=True),  # the order in which they were put
    Column("id", String(64), nullable=False, unique=True),
    Column("channel_id", ForeignKey("channels.id"), nullable=False),
    Column("purpose", Words, nullable=False),
    Column("part", Integer, nullable=False),
    Column("state", Named(DeliveryState), nullable=False, index=True),
    Column("audience", Named(Audience), nullable=False),
    Column("reply_to", Words),  # NULL: plainly in the channel
    Column("asker", Words),  # NULL: nobody asked
    Column("replaces", Words),  # NULL: a new message
    Column("ref", Words),  # NULL: not known to be sent
    Column("not_before", Instant),  # NULL: at once
    Column("tries", Integer, nullable=False),
    Column("error", Words),  # of the last try; NULL: none failed
    Column("created", Instant, nullable=False),
    Column("changed", Instant, nullable=False),
    Column("message", Noun(Message), nullable=False),
    Index(None, "channel_id", "purpose", "part"),
    Index(None, "channel_id", "ref"),
    Index(None, "channel_id", "reply_to"),
    Index(None, "channel_id", "state"),
)

events = Table(  # the inbox
    "events",
    metadata,
    Column("seq", Integer, primary_key=True),  # the order in which they came
    Column("platform", Words, nullable=False),
    Column("event_id", Words, nullable=False),
    Column("accepted", Instant, nullable=False),
    Column("done", Boolean, nullable=False, index=True),
    Column("event", Noun(Event), nullable=False),
    UniqueConstraint("platform", "event_id"),
)

questions = Table(
    "questions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("channel_id", ForeignKey("channels.id"), nullable=False),
    Column("thread", Words, nullable=False),
    Column("asker", Words, nullable=False),
    Column("question", Words, nullable=False),
    Column("answer", Words, nullable=False),
    Column("signal_id", ForeignKey("signals.id")),  # NULL: about no one signal
    Column("at", Instant, nullable=False),
    Column("cited", Noun(tuple[Evidence, ...]), nullable=False),
    Column("rest", Words),  # JSON of what is not yet shown; NULL: all was shown
    Index(None, "channel_id", "thread"),
)

# --- the process -------------------------------------------------------------------------------------------------

runs = Table(
    "runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("finished", Instant, nullable=False, index=True),
    Column("report", Noun(RunReport), nullable=False),
)

calls = Table(  # of a paid model
    "calls",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Instant, nullable=False, index=True),
    Column("model", Words, nullable=False),
    Column("step", Words, nullable=False),
    Column("outcome", Words, nullable=False),
    Column("usd", Float, nullable=False),
    Column("tokens_in", Integer, nullable=False),
    Column("tokens_out", Integer, nullable=False),
    Column("cache_reads", Integer, nullable=False),
    Column("cache_writes", Integer, nullable=False),
    Column("batched", Boolean, nullable=False),
)

memory = Table(
    "memory",
    metadata,
    Column("name", Words, primary_key=True),
    Column("value", Words, nullable=False),
)

leases = Table(  # no row: nobody holds it
    "leases",
    metadata,
    Column("name", Words, primary_key=True),
    Column("holder", Words, nullable=False),  # one hold of one process
    Column("process", Words, nullable=False),  # one process, told from a later one of the same number
    Column("pid", Integer, nullable=False),
    Column("host", Words, nullable=False),  # as shown
    Column("place", Words, nullable=False),  # where a pid means the same process: host, boot and pid namespace
    Column("expires_at", Instant, nullable=False),
)
