"""Entries and articles: what is new, which text stands, when a source is due, and a look that keeps what it brought."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.article import DatedBy, TextOrigin
from bot.model.feed import (
    ChangedEntry,
    Entry,
    EntryKeys,
    EntryState,
    FeedDocument,
    Fetched,
    FetchFailed,
    FetchOutcome,
    Gone,
    NewEntry,
    NoPage,
    NotModified,
    Offered,
    PageText,
    StoredEntry,
)
from bot.model.settings import PipelineSettings
from bot.model.source import Publisher, Source, SourceHealth, SourceSpec, SourceState
from bot.model.stores import Store
from bot.reading.articles import LONGEST, draft, language_code, publisher, wants_page
from bot.reading.checking import check, jitter, next_due
from bot.reading.entries import decide
from bot.reading.entry_keys import canonical_link, keys
from bot.reading.publishers import Publishers
from tests.clock import MORNING, FakeClock

WINDOW = 3 * 86400
LONG = "The ministry said that the rules would apply from the first of May to every port in the country. "
SOURCE = Source(1, "https://daily.example/feed", "The Daily", Publisher("daily", "The Daily"), None, (), 1.0)


def entry(title: str = "Ports close", **fields: Any) -> Entry:
    slug = "-".join(title.lower().split())
    base = Entry(title, f"id-{slug}", f"https://daily.example/news/{slug}", f"{LONG}{title}", published=MORNING)
    return replace(base, **fields)


def kept(*new: NewEntry, state: EntryState = EntryState.READ) -> list[tuple[StoredEntry, EntryKeys]]:
    """What a store would hold after these."""
    return [
        (StoredEntry(number, 1, one.entry, one.keys.fingerprint, state, MORNING), one.keys)
        for number, one in enumerate(new, 1)
    ]


def look(
    entries: list[Entry], known: list[tuple[StoredEntry, EntryKeys]] | None = None, now: datetime = MORNING
) -> tuple[tuple[NewEntry, ...], tuple[ChangedEntry, ...]]:
    return decide(FeedDocument(tuple(entries)), known or [], now, WINDOW)


def again(first: Entry, second: Entry) -> tuple[int, list[bool]]:
    """How many of the second look's entries are new, and for each changed one whether it is read again."""
    new, changed = look([second], kept(*look([first])[0]))
    return len(new), [change.reread for change in changed]


# --- keys


@pytest.mark.parametrize(
    ("link", "canonical"),
    [
        ("HTTPS://Daily.Example/News/A?utm_source=rss&utm_medium=feed", "https://daily.example/News/A"),
        ("https://daily.example/a?b=2&a=1&fbclid=x#top", "https://daily.example/a?a=1&b=2"),
        ("https://daily.example:443/a", "https://daily.example/a"),
        ("http://daily.example:8080/a?gclid=1&id=7", "http://daily.example:8080/a?id=7"),
        ("https://daily.example", "https://daily.example/"),
        ("https://daily.example/amp/a", "https://daily.example/amp/a"),
        ("http://[::1]:80/a", "http://[::1]/a"),
        ("mailto:a@b.example", None),
        ("/relative", None),
        ("https://[broken", None),
        (None, None),
    ],
)
def test_a_link_is_canonical_without_what_does_not_matter(link: str | None, canonical: str | None) -> None:
    """Case of the host, default ports, fragments and tracking go; what names the page stays."""
    assert canonical_link(link) == canonical


def test_links_that_differ_in_dress_are_one_key() -> None:
    """https, www and a closing slash do not make another entry; a site's root is no key at all."""
    one, other = entry(link="http://www.daily.example/a/"), entry(link="https://daily.example/a?utm_term=x")
    assert keys(one).link == keys(other).link
    assert keys(entry(link="https://daily.example/")).link is None


def test_a_fingerprint_is_of_words_alone() -> None:
    """Markup, case, entities and punctuation do not change it; a word does."""
    one = keys(Entry("Tea &amp; <b>Coffee</b>", summary="It’s here!"))
    assert one.fingerprint == keys(Entry("TEA & COFFEE", summary="<p>It’s   here</p>")).fingerprint
    assert one.fingerprint != keys(Entry("Tea and coffee", summary="It’s here!")).fingerprint


# --- what is new


def test_the_first_look_brings_everything() -> None:
    """What is within the window waits for its text; what is older is passed, never read."""
    new, changed = look([entry("New"), entry("Old", published=MORNING - timedelta(days=4))])
    assert [one.state for one in new] == [EntryState.WAITING, EntryState.PASSED]
    assert not changed


@pytest.mark.parametrize(
    "lie",
    [
        {"guid": "another-id"},
        {"guid": None},
        {"link": "https://daily.example/moved/ports"},
        {"published": MORNING + timedelta(days=1)},
        {"published": None},
        {"guid": "another-id", "link": "https://elsewhere.example/x"},
        {"guid": "another-id", "published": MORNING + timedelta(days=9)},
        {"link": "https://daily.example/moved", "published": MORNING + timedelta(days=9)},
        {"title": "<b>Ports  close</b>"},
    ],
)
def test_an_entry_survives_what_feeds_do_to_it(lie: dict[str, Any]) -> None:
    """A changed id, a moved link, a new date: the entry is known again, kept as it is now, and not read again."""
    assert again(entry(), replace(entry(), **lie)) == (0, [False])


@pytest.mark.parametrize(
    "edit", [{"title": "Ports close for a week"}, {"summary": "All of it is new."}, {"content": "A body " * 90}]
)
def test_edited_words_are_read_again(edit: dict[str, Any]) -> None:
    """The same id and link with other words is the same entry, whose text is made again."""
    assert again(entry(), replace(entry(), **edit)) == (0, [True])


def test_a_headline_edited_with_its_id_or_its_link_is_one_entry() -> None:
    """Only the id, or only the link, is the same: like titles make it one, unlike ones make it new."""
    moved = {"link": "https://daily.example/other", "summary": "Other words."}
    guid = "id-ports-close-over-strike"
    edited = entry("Ports close over long strike", guid=guid, **moved)
    assert again(entry("Ports close over strike"), edited) == (0, [True])
    assert again(entry("Ports close"), entry("Wheat harvest fails", guid="id-ports-close", **moved)) == (1, [])


def test_one_link_with_another_id_and_headline_is_another_entry() -> None:
    """A page that is written anew for each event: neither its link nor a word in common makes two entries one."""
    live = {"link": "https://daily.example/live", "summary": "As it happens."}
    assert again(entry("Ports close", guid="a", **live), entry("Wheat harvest fails", guid="b", **live)) == (1, [])
    assert again(entry("Ports close", guid="a", **live), entry("Ports close early", guid="b", **live)) == (0, [True])
    assert again(entry("Ports close", guid="a", **live), entry("", guid="b", **live)) == (1, [])


@pytest.mark.parametrize("turned", [False, True])
def test_the_surest_match_wins_in_any_order(turned: bool) -> None:
    """An entry with the words and the id of a known one takes it before one that has its link and a like headline."""
    first = entry("Ports close over strike", guid="a")
    known = kept(*look([first])[0])
    same = replace(first, link="https://daily.example/moved")
    like = entry("Ports close over strike again", guid="b", link=first.link)
    both = [like, same] if turned else [same, like]
    new, changed = look(both, known)
    assert [one.entry.title for one in new] == ["Ports close over strike again"]
    assert not [change for change in changed if change.reread]


@pytest.mark.parametrize("turned", [False, True])
def test_among_equal_matches_the_nearest_date_wins(turned: bool) -> None:
    """Of two known entries with the same words, the one dated nearest is the one that came again, in any order."""
    hours = (40, 1) if turned else (1, 40)
    both = [
        entry(guid=f"old-{ago}", link=f"https://daily.example/{ago}", published=MORNING - timedelta(hours=ago))
        for ago in hours
    ]
    known = [kept(*look([one])[0])[0] for one in both]
    known = [(replace(stored, id=number), its) for number, (stored, its) in enumerate(known, 1)]
    new, (change,) = look([entry(guid="new", link="https://daily.example/new")], known)
    assert not new
    assert change.id == hours.index(1) + 1


def test_a_standing_headline_comes_again() -> None:
    """The same few words under another id, link and date are another item, not the old one."""
    first = Entry("Rates unchanged", "a", "https://bank.example/1", "The rates stay.", published=MORNING)
    second = replace(first, guid="b", link="https://bank.example/2", published=MORNING + timedelta(days=1))
    assert again(first, second) == (1, [])
    assert len(look([first, second])[0]) == 2


@pytest.mark.parametrize(
    ("words", "near"), [(LONG, timedelta(days=2)), ("The rates stay.", timedelta(hours=1))], ids=["many", "few"]
)
def test_how_near_the_same_words_must_lie(words: str, near: timedelta) -> None:
    """Under another id and link, a dozen words within two days are the same entry; fewer only within the hour."""
    first = Entry("Rates unchanged", "a", "https://bank.example/1", words, published=MORNING)
    moved = replace(first, guid="b", link="https://bank.example/2")
    for published in (MORNING + near, MORNING - near):
        assert again(first, replace(moved, published=published)) == (0, [False])
    assert again(first, replace(moved, published=MORNING + near + timedelta(seconds=1))) == (1, [])


@pytest.mark.parametrize("same", [{"guid": "one-id"}, {"link": "https://daily.example/all"}])
def test_an_id_or_link_that_all_entries_carry_hides_none(same: dict[str, Any]) -> None:
    """Ten entries of one id, or of one link, are ten; a second look at them brings nothing."""
    ten = [replace(entry(f"Story of {letter * 3}"), **same) for letter in "abcdefghij"]
    new, _ = look(ten)
    assert len(new) == 10
    assert look(ten, kept(*new)) == ((), ())
    links = {draft(SOURCE, one.entry, None, SOURCE.publisher, MORNING).link for one in new}  # type: ignore[union-attr] # they have titles
    assert len(links) == 10
    later = [entry("Story of zzz", **same), *ten[:9]]
    assert [one.entry.title for one in look(later, kept(*new))[0]] == ["Story of zzz"]


def test_twins_within_a_document_are_one() -> None:
    """The same item twice is kept once."""
    assert len(look([entry(), entry(), replace(entry(), guid="other")])[0]) == 1


def test_what_has_no_date_or_a_date_to_come_is_of_now() -> None:
    """Undated and future-dated entries wait for their text like new ones."""
    new, _ = look([entry("A", published=None), entry("B", published=MORNING + timedelta(days=300))])
    assert [one.state for one in new] == [EntryState.WAITING, EntryState.WAITING]


def test_an_old_entry_dated_again_is_not_read() -> None:
    """A new date alone makes no news; with new words within the window it does."""
    old = entry(published=MORNING - timedelta(days=9))
    known = kept(*look([old])[0], state=EntryState.PASSED)
    _, (change,) = look([replace(old, published=MORNING)], known)
    assert not change.reread
    _, (change,) = look([replace(old, published=MORNING, summary="It closes again.")], known)
    assert change.reread


def test_a_later_date_of_change_is_an_edit_unless_all_move() -> None:
    """One entry's `updated` moving on has it read again; a feed that stamps all of them is a clock."""
    three = [entry(title, updated=MORNING) for title in ("One", "Two", "Three")]
    known = kept(*look(three)[0])
    later = MORNING + timedelta(hours=2)
    _, changed = look([replace(three[0], updated=later), *three[1:]], known)
    assert [change.reread for change in changed] == [True]
    _, changed = look([replace(one, updated=later) for one in three], known)
    assert [change.reread for change in changed] == [False] * 3


@pytest.mark.parametrize(("moved", "of", "edits"), [(2, 4, True), (3, 4, False), (2, 5, True), (1, 1, True)])
def test_a_clock_moves_most_of_a_feed(moved: int, of: int, edits: bool) -> None:
    """Dates of change that move together are a clock where they are more than half; one alone never is."""
    stories = [entry(f"Story {letter}", updated=MORNING) for letter in "abcde"[:of]]
    later = [replace(one, updated=MORNING + timedelta(hours=2)) for one in stories[:moved]]
    _, changed = look([*later, *stories[moved:]], kept(*look(stories)[0]))
    assert [change.reread for change in changed] == [edits] * moved


ENTRIES = st.lists(
    st.builds(
        Entry,
        title=st.sampled_from(["", "Ports close", "Ports close again", "Wheat", LONG]),
        guid=st.sampled_from([None, "", "a", "b", "c"]),
        link=st.sampled_from([None, "x", *(f"https://a.example/{path}" for path in ("", "1", "1/", "2"))]),
        summary=st.sampled_from(["", "Short.", LONG, LONG + "More."]),
        published=st.sampled_from([None, MORNING, MORNING - timedelta(days=1), MORNING - timedelta(days=30)]),
        updated=st.sampled_from([None, MORNING]),
    ),
    max_size=8,
)


@given(ENTRIES)
def test_the_same_document_twice_decides_nothing(entries: list[Entry]) -> None:
    """Whatever lies a document tells, a second look at it brings nothing new and nothing changed."""
    new, changed = look(entries)
    assert not changed
    assert look(entries, kept(*new)) == ((), ())


@given(ENTRIES, ENTRIES)
def test_no_words_are_lost(first: list[Entry], second: list[Entry]) -> None:
    """After two documents, the words of every entry of the second stand in the store, new or changed or as known."""
    known = kept(*look(first)[0])
    new, changed = look(second, known)
    standing = {stored.id: its.fingerprint for stored, its in known} | {one.id: one.keys.fingerprint for one in changed}
    held = set(standing.values()) | {one.keys.fingerprint for one in new}
    assert {keys(one).fingerprint for one in second} <= held
    assert len({one.id for one in changed}) == len(changed)


# --- which text stands


def test_a_whole_text_in_the_feed_stands() -> None:
    """A body of 600 characters, clearly more than the summary, needs no page."""
    whole = entry(
        summary="Short.", content=f"<p>{LONG * 8}</p><p>The post Ports close appeared first on The Daily.</p>"
    )
    assert not wants_page(whole)
    made = draft(SOURCE, whole, None, SOURCE.publisher, MORNING)
    assert made is not None
    assert (made.text_from, made.text_note) == (TextOrigin.FEED, None)
    assert made.text == (LONG * 8).strip()
    assert [made.text[start:end] for start, end in made.sentences] == [LONG.strip()] * 8
    assert made.sha256 == hashlib.sha256(made.text.encode()).hexdigest()
    assert made.language == "en"


def test_a_whole_text_in_the_summary_stands_as_the_feeds_own() -> None:
    """A summary of 1,500 characters is no summary: no page is asked for, and nothing is said to be missing; one that
    breaks off, or is shorter, is only a summary."""
    whole = entry(summary=LONG * 20)
    assert len(whole.summary) >= 1500
    assert not wants_page(whole)
    made = draft(SOURCE, whole, None, SOURCE.publisher, MORNING)
    assert made is not None
    assert (made.text, made.text_from, made.text_note) == ((LONG * 20).strip(), TextOrigin.FEED, None)
    assert wants_page(entry(summary=LONG * 20 + "…"))
    assert wants_page(entry(summary=LONG * 15))


def test_of_an_endless_text_the_beginning_stands_and_says_so() -> None:
    """It is cut between two words, and a note says what was read."""
    made = draft(SOURCE, entry(content=LONG * 3000), None, SOURCE.publisher, MORNING)
    assert made is not None
    assert LONGEST - 100 < len(made.text) <= LONGEST
    assert (LONG * 3000).startswith(made.text + " ")
    assert made.text_note == "It is very long, so only its first 100,000 characters were read."


def test_a_body_that_breaks_off_wants_its_page() -> None:
    """Dots or “Continue reading” at the end say that there is more."""
    for tail in ("…", "[...]", " Continue reading Ports close →", "Read more"):
        assert wants_page(entry(content=LONG * 9 + tail))
    assert not wants_page(entry(content=LONG * 9))
    assert not wants_page(entry(link=None))
    assert not wants_page(entry(link="https://daily.example/paper.pdf"))


def test_the_page_stands_for_a_summary() -> None:
    """With a summary alone, the page's text stands, without the headline it opens with."""
    page = PageText(f"Ports close\n\n{LONG * 4}", published=MORNING - timedelta(hours=3))
    made = draft(SOURCE, entry(published=None), page, SOURCE.publisher, MORNING)
    assert made is not None
    assert (made.text_from, made.text, made.dated_by) == (TextOrigin.PAGE, (LONG * 4).strip(), DatedBy.PAGE)


def test_without_its_page_the_summary_stands_and_says_so() -> None:
    """The article tells why its text is only a summary; without one, its title is its text."""
    note = "daily.example asks programs not to read this page (robots.txt)."
    made = draft(SOURCE, entry(summary="Just this. Read more"), NoPage(note), SOURCE.publisher, MORNING)
    assert made is not None
    assert (made.text, made.text_from, made.text_note) == ("Just this.", TextOrigin.SUMMARY, note)
    bare = draft(SOURCE, entry(summary=""), NoPage(note), SOURCE.publisher, MORNING)
    assert bare is not None
    assert (bare.text, bare.text_from) == ("Ports close", TextOrigin.TITLE)
    assert draft(SOURCE, Entry(""), None, SOURCE.publisher, MORNING) is None


def test_a_text_without_a_title_opens_with_one() -> None:
    """The first sentence serves as the title."""
    made = draft(SOURCE, Entry("", summary="Ports close. More follows."), None, SOURCE.publisher, MORNING)
    assert made is not None
    assert made.title == "Ports close."


@pytest.mark.parametrize(
    ("published", "updated", "expected", "by"),
    [
        (MORNING, None, MORNING, DatedBy.FEED),
        (None, MORNING - timedelta(days=1), MORNING - timedelta(days=1), DatedBy.FEED),
        (None, None, MORNING, DatedBy.ARRIVAL),
        (MORNING + timedelta(minutes=50), None, MORNING + timedelta(minutes=50), DatedBy.FEED),
        (MORNING + timedelta(hours=2), None, MORNING, DatedBy.ARRIVAL),
    ],
)
def test_an_article_is_dated(
    published: datetime | None, updated: datetime | None, expected: datetime, by: DatedBy
) -> None:
    """Published, else changed, else arrived; a date more than an hour ahead is none."""
    made = draft(SOURCE, entry(published=published, updated=updated), None, SOURCE.publisher, MORNING)
    assert made is not None
    assert (made.published, made.dated_by) == (expected, by)


def test_a_feed_that_names_the_wrong_language_is_not_believed() -> None:
    """A long text is in the language it is in; a short one in the one it is said to be; rarer ones are believed."""
    german = "Die Ministerin hat am Montag gesagt, dass die Häfen des Landes wegen des Streiks nicht mehr öffnen. " * 3
    said = replace(SOURCE, language="en")
    for text, language, expected in ((german, "en-US", "de"), ("Kurz.", "en-US", "en"), (german, "da", "da")):
        made = draft(said, entry(summary=text, language=language), None, SOURCE.publisher, MORNING)
        assert made is not None
        assert made.language == expected


def test_language_tags_are_shortened() -> None:
    """ISO 639-1 of a tag; Norwegian in both its forms is Norwegian; what is no tag is none."""
    assert [language_code(tag) for tag in ("en-US", "zh_Hans", "nb", "", None, "english")] == [
        "en", "zh", "no", None, None, None,
    ]  # fmt: skip


def test_an_aggregated_entry_speaks_with_its_own_voice() -> None:
    """The publisher is the original source's where an aggregator names it, else the source's."""
    owners = Publishers.load('[[publisher]]\nname = "Tidewire"\ndomains = ["tidewire.example"]\nwire = true\n')
    assert publisher(entry(), SOURCE, owners) == SOURCE.publisher
    for voice in ("https://www.tidewire.example/world", "Tidewire", "TIDEWIRE"):
        assert publisher(entry(voice=voice), SOURCE, owners).name == "Tidewire"
    own = replace(SOURCE, publisher=owners.of("", "The Daily House"))
    assert publisher(entry(voice="https://daily.example/"), own, owners) == own.publisher


# --- when a source is due

FETCHED = Fetched(FeedDocument(()), None, None, None, None)


@pytest.mark.parametrize(
    ("outcome", "failures", "seconds"),
    [
        (FETCHED, 0, 900),
        (replace(FETCHED, wait=60), 0, 900),
        (replace(FETCHED, wait=7200), 5, 7200),
        (NotModified(90_000_000), 0, 86400),
        (FetchFailed("no"), 0, 900),
        (FetchFailed("no"), 3, 7200),
        (FetchFailed("no"), 500, 86400),
        (FetchFailed("later", wait=5000), 0, 5000),
        (FetchFailed("off", unreachable=True), 9, 3600),
        (FetchFailed("off", unreachable=True), 40, 86400),
        (Gone(), 0, 86400),
    ],
)
def test_a_source_is_due_as_it_wishes_and_fares(outcome: FetchOutcome, failures: int, seconds: int) -> None:
    """Wishes between the cycle and a day; failures back off to a day; what is out of reach is tried hourly at first."""
    health = SourceHealth(1, failures=failures)
    assert next_due(outcome, health, MORNING, 900, 0.0) == MORNING + timedelta(seconds=seconds)
    assert next_due(outcome, health, MORNING, 900, 1.0) == MORNING + timedelta(seconds=seconds * 1.1)


def test_sources_do_not_come_due_together() -> None:
    """A source's jitter is its own, for ever, between 0 and 1."""
    values = [jitter(number) for number in range(1, 200)]
    assert values == [jitter(number) for number in range(1, 200)]
    assert len(set(values)) == 199
    assert all(0 <= value < 1 for value in values)


# --- a look at a source


class Told:
    """A Fetcher that answers as it is told."""

    def __init__(self, *outcomes: FetchOutcome) -> None:
        self.outcomes = list(outcomes)
        self.asked: list[SourceHealth] = []

    async def feed(self, source: Source, health: SourceHealth) -> FetchOutcome:
        self.asked.append(health)
        return self.outcomes.pop(0)

    async def page(self, url: str) -> NoPage:
        return NoPage("not asked")

    async def offered(self, url: str) -> Offered:
        return Offered()

    async def document(self, url: str) -> str:
        return ""


async def test_a_look_keeps_what_it_brought(store: Store, clock: FakeClock) -> None:
    """Entries and validators are kept together; the next look asks with them, and brings nothing twice."""
    await store.sources.sync([(SourceSpec("https://daily.example/feed"), SOURCE.publisher)], clock.now())
    document = FeedDocument(
        (entry("One"), entry("Two"), entry("Old", published=MORNING - timedelta(days=30))), "The Daily"
    )
    grown = replace(document, entries=(entry("Three"), *document.entries))
    told = Told(
        Fetched(document, '"1"', "yesterday", None, None),
        NotModified(None, etag='"1b"'),
        Fetched(grown, '"2"', None, None, "https://daily.example/new"),
        FetchFailed("It broke."),
        Gone(),
    )
    found = []
    for _ in range(5):
        ((source, health),) = await store.sources.due(clock.now())
        _, waiting = await check(store, told, source, health, clock, PipelineSettings())
        found.append([stored.entry.title for stored in waiting])
        clock.advance(3600)
    assert found == [["One", "Two"], [], ["Three"], [], []]
    assert [health.etag for health in told.asked] == [None, '"1"', '"1b"', '"2"', '"2"']
    assert [health.failures for health in told.asked] == [0, 0, 0, 0, 1]
    (source,) = await store.sources.all()
    assert (source.url, source.name, source.state) == ("https://daily.example/new", "The Daily", SourceState.GONE)
    health = (await store.sources.health())[source.id]
    assert (health.failures, health.entries) == (2, 4)
    assert health.error is not None
    assert health.due_at is not None
    assert health.due_at.tzinfo is UTC


@pytest.mark.parametrize(("seconds", "edited"), [(-3600, False), (0, False), (59, False), (60, True), (3600, True)])
def test_a_date_of_change_must_move_by_a_minute(seconds: int, edited: bool) -> None:
    """Less is how clocks differ between the servers of one house."""
    stories = [entry(title, updated=MORNING) for title in ("One", "Two", "Three")]
    moved = replace(stories[0], updated=MORNING + timedelta(seconds=seconds))
    _, changed = look([moved, *stories[1:]], kept(*look(stories)[0]))
    assert any(change.reread for change in changed) is edited
