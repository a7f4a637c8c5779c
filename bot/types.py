"""The nouns of The Bellwether, frozen; each field says what its absence means.

Instants are aware datetimes in UTC, durations are seconds, offsets are Python code points of a stored text.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from enum import StrEnum

FOREVER = datetime(9999, 12, 31, tzinfo=UTC)
"""The end of a mute or pause that has no end."""

Span = tuple[int, int]
"""[start, end) in code points of a stored text."""


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


class TextOrigin(StrEnum):
    FEED = "feed"  # the feed's own full text
    PAGE = "page"  # cut out of the article's page
    SUMMARY = "summary"  # the page could not be had; `text_note` says why
    TITLE = "title"  # there was nothing but a title


class DatedBy(StrEnum):
    FEED = "feed"
    PAGE = "page"
    ARRIVAL = "arrival"  # undated, or dated in the future


@dataclass(frozen=True, slots=True)
class ArticleDraft:
    """An article before it has an id."""

    source_id: int
    publisher: Publisher
    link: str | None
    title: str
    text: str  # cleaned once; immutable from here on
    sentences: tuple[Span, ...]
    sha256: str  # of the text in UTF-8, hexadecimal
    published: datetime
    dated_by: DatedBy
    language: str | None  # ISO 639-1; None: not recognised
    text_from: TextOrigin
    text_note: str | None  # why the text is only a summary; None: it is whole
    weight: float


@dataclass(frozen=True, slots=True)
class Article(ArticleDraft):
    """An immutable text with its sentences as offsets."""

    id: int
    fetched: datetime
    version: int = 1
    replaces: int | None = None  # the earlier version's id; None: the first
    copy_of: int | None = None  # the first article of its copy group; None: an original

    def sentence(self, number: int) -> str:
        """The text of sentence `number`, counted from 0; IndexError where there is none."""
        start, end = self.sentences[number]
        return self.text[start:end]


# --- readings ----------------------------------------------------------------------------------------------------


class Dimension(StrEnum):
    SOCIAL = "social"
    TECHNOLOGICAL = "technological"
    ECONOMIC = "economic"
    ENVIRONMENTAL = "environmental"
    POLITICAL = "political"


class ArticleKind(StrEnum):
    NEWS = "news"
    ANALYSIS = "analysis"
    OPINION = "opinion"
    PRESS_RELEASE = "press release"
    LIVE_BLOG = "live blog"
    LISTICLE = "listicle"
    SPONSORED = "sponsored"
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True)
class Part:
    """Points of one part of strength, and the facts they rest on, each one phrase."""

    points: int
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pick:
    """What an analyst points at: sentences first..last (inclusive, from 0), optionally trimmed, and an anchor.

    `opening` and `closing` are the words a trimmed quote begins and ends with; `anchor` is what the eye should land
    on. All three are matched exactly by `bot.evidence`; what does not match is ignored, never guessed.
    """

    first: int
    last: int
    opening: str | None = None  # None: from the first sentence's start
    closing: str | None = None  # None: to the last sentence's end
    anchor: str | None = None  # None: the quote's opening words


@dataclass(frozen=True, slots=True)
class Finding:
    """What an analyst says of one article."""

    article_id: int
    claim: str
    dimensions: tuple[Dimension, ...]
    topics: tuple[str, ...]
    places: tuple[str, ...]
    actors: tuple[str, ...]
    picks: tuple[Pick, ...]
    reasoning: tuple[str, ...]  # paragraphs
    consequence: Part  # 0 to 4
    substance: Part  # the evidence part of strength, 0 to 2
    kind: ArticleKind
    read_by: str  # "extractive" or "claude"
    stance: Stance | None = None  # what the text itself says it is: a denial, a correction; None: nothing of the kind


class Stance(StrEnum):
    """What an article is to the signal it joined."""

    OPENS = "opens"
    DEVELOPS = "develops"
    REPEATS = "repeats"
    CONTRADICTS = "contradicts"
    CORRECTS = "corrects"
    COPY = "copy"  # a wire copy of an article already in the signal: no voice of its own


@dataclass(frozen=True, slots=True)
class Rejection:
    article_id: int
    reason: str  # a short code: "sport", "celebrity", "press release", "opinion", "live blog", "thin" …
    words: str  # one sentence for a person
    read_by: str


@dataclass(frozen=True, slots=True)
class PassedOver:
    """An article that became part of no signal, and why."""

    title: str
    publisher: str
    link: str | None  # None: it has none
    published: datetime
    reason: str | None  # of its rejection, a short code; None: it was not rejected
    words: str | None  # the rejection's sentence; None: it was not rejected
    trouble: str | None  # why the analyst failed on it; None: it did not


@dataclass(frozen=True, slots=True)
class Unread:
    """The analyst failed on this article."""

    article_id: int
    why: str


Reading = Finding | Rejection | Unread


@dataclass(frozen=True, slots=True)
class Evidence:
    """One quote of one article: offsets into the stored text, and the cut as it was shown (for the audit)."""

    article_id: int
    start: int
    end: int
    anchor_start: int
    anchor_end: int
    quote: str  # == text[start:end]

    @property
    def anchor(self) -> str:
        return self.quote[self.anchor_start - self.start : self.anchor_end - self.start]


# --- signals -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Strength:
    """Four parts and their sum; the design's table is the source of the ranges."""

    consequence: Part
    evidence: Part
    novelty: Part
    corroboration: Part

    @property
    def total(self) -> int:
        return max(1, self.consequence.points + self.evidence.points + self.novelty.points + self.corroboration.points)

    def parts(self) -> tuple[tuple[str, Part], ...]:
        return (
            ("consequence", self.consequence),
            ("evidence", self.evidence),
            ("novelty", self.novelty),
            ("corroboration", self.corroboration),
        )


class ConfidenceLevel(StrEnum):
    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Confidence:
    level: ConfidenceLevel
    reason: str


class SignalState(StrEnum):
    NEW = "new"
    DEVELOPING = "developing"
    FADING = "fading"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class SignalArticle:
    """An article as a member of a signal."""

    article_id: int
    title: str
    publisher: Publisher
    link: str | None
    published: datetime
    joined: datetime
    stance: Stance
    reasoning: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    consequence: Part
    substance: Part
    kind: ArticleKind
    read_by: str
    language: str | None = None
    text_from: TextOrigin = TextOrigin.PAGE
    text_note: str | None = None
    copy_of: int | None = None


@dataclass(frozen=True, slots=True)
class Revision:
    """What changed in a signal, when, and because of which article."""

    signal_id: int
    number: int  # 1, 2, 3 … within its signal
    at: datetime
    why: str  # one phrase: "a second publisher confirms (Meridian Times)"
    stance: Stance | None  # None: a merge, a recomputation
    strength: Strength
    article_id: int | None = None  # None: no single article (a merge)
    brought_from: int | None = None  # the signal a merge brought it in from, whose strength it holds; None: its own


@dataclass(frozen=True, slots=True)
class Signal:
    """A structural claim followed over time.

    `dimensions`, `topics`, `places` and `actors` only grow at their ends, so that a button's `s42.a3` stays true.
    """

    id: int
    title: str
    analysis: str
    dimensions: tuple[Dimension, ...]
    topics: tuple[str, ...]
    places: tuple[str, ...]
    actors: tuple[str, ...]
    strength: Strength
    confidence: Confidence
    state: SignalState
    opened: datetime
    changed: datetime
    detected_on: date
    composed_by: str
    articles: tuple[SignalArticle, ...]
    revisions: tuple[Revision, ...]
    change_mind: str | None = None  # None: the analyst could not say
    contrary: tuple[Evidence, ...] = ()
    composed_upto: int | None = None  # the number of the last revision its text takes in; None: it is a stand-in

    @property
    def publishers(self) -> tuple[Publisher, ...]:
        """Each once, in the order they came."""
        return tuple({a.publisher.key: a.publisher for a in self.articles}.values())


@dataclass(frozen=True, slots=True)
class Candidate:
    """A live signal an article may join."""

    signal: Signal
    score: float  # 0 to 1
    shared: tuple[str, ...]  # names and actors both carry


@dataclass(frozen=True, slots=True)
class Relation:
    """What an analyst says of a finding and the candidates it was shown."""

    signal_id: int | None  # None: it joins none of them
    stance: Stance
    why: str


@dataclass(frozen=True, slots=True)
class Dossier:
    """A signal with the whole texts of its articles: all that may be said of it rests on this."""

    signal: Signal
    texts: tuple[Article, ...]


@dataclass(frozen=True, slots=True)
class Composition:
    """What is said of a signal as a whole."""

    title: str
    analysis: str
    change_mind: str | None
    contrary: tuple[Evidence, ...]
    composed_by: str
    settled: bool = True  # False: a stand-in, to be written anew where the signal may be told


# --- channels and what they are told -----------------------------------------------------------------------------


class CategoryKind(StrEnum):
    DIMENSION = "dimension"
    TOPIC = "topic"
    PLACE = "place"
    ACTOR = "actor"
    PUBLISHER = "publisher"
    SIGNAL = "signal"


@dataclass(frozen=True, slots=True)
class Label:
    """Something a signal carries, that can be muted or asked for."""

    kind: CategoryKind
    value: str  # as stored: "AI", "US", "economic", a publisher's key, "42"
    name: str  # as shown


WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    at: time = time(7, 30)
    timezone: str = "UTC"  # an IANA name, never an offset
    days: tuple[str, ...] = WEEKDAYS[:5]
    bar: int = 6
    most: int = 5
    paused_until: datetime | None = None  # None: not paused; FOREVER: until `resume`
    only: tuple[Label, ...] = ()  # empty: everything
    quiet_line: bool = False  # whether a quiet morning says so here
    language: str | None = None  # None: as composed
    alert: int | None = None  # the strength at which a signal is told at once; None: no alerts
    alert_from: datetime | None = None  # what reached it before was no news; None: no alerts


@dataclass(frozen=True, slots=True)
class Channel:
    """A Slack channel, a Telegram chat or the terminal."""

    id: int
    platform: str  # the handler file's name
    address: str  # the platform's own id of it
    name: str
    settings: ChannelSettings
    active: bool = True  # False: removed from it, or refused; its settings are kept
    created: datetime = FOREVER  # since when the bot speaks there
    allowed: bool | None = None  # by the operator, where strangers can find the bot; None: nobody has decided


@dataclass(frozen=True, slots=True)
class Mute:
    id: int
    channel_id: int
    label: Label
    until: datetime  # FOREVER: for good
    created: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Near:
    """A signal that came near the bar, and the part of strength it lacked most."""

    signal_id: int
    title: str
    strength: int
    lacked: str


@dataclass(frozen=True, slots=True)
class Account:
    """What was looked at since the last slot."""

    articles: int
    sources: int
    publishers: int
    failed_sources: int
    muted: int = 0
    reason: str | None = None  # why quiet or unable; None: a brief
    nearest: tuple[Near, ...] = ()
    note: str | None = None  # what kept the model from reading since the last slot, one sentence; None: nothing


@dataclass(frozen=True, slots=True)
class BriefItem:
    number: int
    signal: Signal
    delta: str  # "new", or what changed since this channel was last told


@dataclass(frozen=True, slots=True)
class Brief:
    on: date  # the channel's local date
    account: Account
    items: tuple[BriefItem, ...]
    corrections: tuple[str, ...] = ()  # quotes told earlier that no longer stand; the brief opens with them


@dataclass(frozen=True, slots=True)
class Quiet:
    on: date
    account: Account


@dataclass(frozen=True, slots=True)
class Unable:
    on: date
    account: Account


Edition = Brief | Quiet | Unable


@dataclass(frozen=True, slots=True)
class Told:
    """What a channel was last told of a signal."""

    signal_id: int
    on: date
    at: datetime  # when it was decided: what changed later was not told
    revision: int  # the signal's revision number then
    strength: int
    publishers: int


@dataclass(frozen=True, slots=True)
class RunReport:
    """One cycle of the pipeline, told as numbers; failures included."""

    started: datetime
    finished: datetime
    checked: int = 0  # sources asked
    failed: int = 0  # sources that failed
    unreachable: int = 0  # of those: nothing answered at all
    entries: int = 0  # new entries
    articles: int = 0  # new articles
    copies: int = 0
    findings: int = 0
    rejections: int = 0
    unread: int = 0  # articles the analyst failed on
    opened: int = 0  # signals
    changed: int = 0
    merged: int = 0
    notes: tuple[str, ...] = ()  # one sentence each


@dataclass(frozen=True, slots=True)
class LookAccount:
    """What the record says of looking since an instant; Quiet and Unable are decided from it."""

    articles: int
    sources: int  # enabled sources
    checked: int  # of those: successfully checked (a 304 counts)
    publishers: int
    analysed: int
    unread: int


# --- calls of a model --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a paid model and what it cost."""

    at: datetime
    model: str
    step: str  # "read", "relate", "compose", "answer" or "translate"
    outcome: str  # the model's stop reason; "unknown": it may have been worked and billed, and no answer came
    usd: float
    tokens_in: int = 0  # beside those of the cache
    tokens_out: int = 0  # thinking included
    cache_reads: int = 0
    cache_writes: int = 0
    batched: bool = False


@dataclass(frozen=True, slots=True)
class Spending:
    """What calls of one model for one step came to."""

    model: str
    step: str
    calls: int
    usd: float
    tokens_in: int
    tokens_out: int
    cache_reads: int
    cache_writes: int


@dataclass(frozen=True, slots=True)
class Shortage:
    """Why a model was not to be had."""

    at: datetime
    words: str  # one sentence for a reader


# --- delivery ----------------------------------------------------------------------------------------------------


class DeliveryState(StrEnum):
    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Sent:
    ref: str  # the platform's own id of the message


@dataclass(frozen=True, slots=True)
class NotSent:
    why: str
    retry_after: float | None = None  # seconds; None: as the outbox thinks


@dataclass(frozen=True, slots=True)
class Permanent:
    why: str  # the operator is told
    message_only: bool = False  # this one message is refused; otherwise the whole channel is left


@dataclass(frozen=True, slots=True)
class Unknown:
    why: str  # it may have landed: never sent again unseen


SendOutcome = Sent | NotSent | Permanent | Unknown


@dataclass(frozen=True, slots=True)
class Asker:
    """Who wrote to us."""

    id: str
    name: str
    operator: bool = False
    may_set: bool = True  # whether they may change this channel's settings


class EventKind(StrEnum):
    SAID = "said"
    JOINED = "joined"  # the bot was added to the channel
    LEFT = "left"  # it was removed from it; the text says how


@dataclass(frozen=True, slots=True)
class Event:
    """Something said to us on a platform, as its handler translated it."""

    platform: str
    id: str  # the platform's own id: the same event has the same id however often it comes
    address: str  # of the channel
    channel_name: str
    asker: Asker
    text: str  # a command or a question, without the bot's name
    at: datetime
    thread: str | None = None  # the platform's id of the message or thread replied to; None: none
    quoted: str | None = None  # the part of our message that is quoted; None: none
    reply_to: str | None = None  # where the platform puts an answer; None: plainly in the channel
    kind: EventKind = EventKind.SAID
    private: bool = False  # a conversation with one person: no brief comes there until they say `start`
    addressed: bool = True  # False: overheard in a thread of ours; what neither asks nor commands is left alone
    unseen: bool = False  # others there cannot see what was said (a button, a slash command): an answer repeats it
    replied: str | None = None  # the message of ours in the thread that is answered; None: the one that began it
    replaces: str | None = None  # a message of ours that a change made by this replaces (a menu); None: none

    @property
    def key(self) -> str:
        """Its name among the events of all platforms."""
        return f"{self.platform}:{self.id}"


@dataclass(frozen=True, slots=True)
class QuestionRecord:
    """A question and its answer, kept by thread."""

    id: int
    channel_id: int
    thread: str
    asker: str
    question: str
    answer: str
    signal_id: int | None  # None: about no one signal
    at: datetime
    cited: tuple[Evidence, ...] = field(default=())
    rest: str | None = None  # JSON of the part of a long answer not yet shown; None: all was shown


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere on a platform where the bot is."""

    address: str
    name: str


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing looked at by `doctor`: what is so, and what to do where it is not well."""

    about: str
    well: bool
    what: str
    advice: str = ""  # "": nothing to do


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


@dataclass(frozen=True, slots=True)
class Batch:
    """What one round of analysis changes, kept in one transaction."""

    readings: tuple[Reading, ...] = ()
    copies: tuple[tuple[int, int], ...] = ()  # (article, the original it copies)
    signals: tuple[Signal, ...] = ()  # whole, new or changed
    merged: tuple[tuple[int, int], ...] = ()  # (absorbed signal, surviving signal): the first becomes an alias


@dataclass(frozen=True, slots=True)
class StoredBrief:
    """A brief as it was decided and rendered for one channel on one local date."""

    channel_id: int
    on: date
    outcome: str  # "brief", "quiet" or "unable"
    account: Account
    decided: datetime
    numbers: tuple[tuple[int, int], ...] = ()  # (number, signal id)


@dataclass(frozen=True, slots=True)
class ToldQuote:
    """A quote a channel was told whose article has since a newer version without it."""

    evidence: Evidence
    signal_id: int
    title: str
    publisher: Publisher
    link: str | None


@dataclass(frozen=True, slots=True)
class Memento:
    """A channel's settings and mutes before a change, for `undo`."""

    id: int  # the change's number, in all channels
    channel_id: int
    at: datetime
    by: str
    what: str  # the change in words: "muted AI until Friday"
    settings: ChannelSettings
    mutes: tuple[Mute, ...]
    undone: bool = False


@dataclass(frozen=True, slots=True)
class AuditRow:
    """A stored quote beside the stored text it was cut from."""

    evidence: Evidence
    signal_id: int
    text: str
    sha256: str


@dataclass(frozen=True, slots=True)
class AnswerPart:
    """A sentence of an answer and what it rests on; nothing: it is our own frame or marked inference."""

    text: str
    cites: tuple[Evidence, ...] = ()
    inference: bool = False
    record: tuple[str, ...] = ()  # lines of the signal's record (bot.views.record_lines)


@dataclass(frozen=True, slots=True)
class Answer:
    """What an analyst answers. Where `silent`, the sources do not say, and `parts` holds what came nearest."""

    parts: tuple[AnswerPart, ...]
    silent: bool = False
    final: bool = True
    answered_by: str = "extractive"
