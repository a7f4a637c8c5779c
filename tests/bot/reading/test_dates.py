"""Dates as the world writes them: absent, unreadable or read; a part of a date is never taken for the whole."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st

from bot.model.article import DatedBy
from bot.model.feed import Entry, EntryState, FeedDocument
from bot.model.locales import LANGUAGES
from bot.reading.dates import UNREADABLE, is_day_first, read
from bot.reading.entries import FIRST_UNDATED, decide
from bot.reading.feed_dates import with_dates
from bot.reading.feeds import parse_feed
from bot.reading.pages import read_page
from tests.bot.reading.test_gate import STORY, SUMMARY, TITLE, article, html
from tests.clock import MORNING
from tests.servers.feeds import item, rss

NOON = datetime(2026, 3, 25, 11, 34, 37, tzinfo=UTC)
MINUTE = NOON.replace(second=0)
DAY = NOON.replace(hour=0, minute=0, second=0)
URL = "https://daily.example/feed.xml"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Wed, 25 Mar 2026 11:34:37 GMT", NOON),
        ("Wed, 25 Mar 26 11:34:37 +0000", NOON),
        ("25 Mar 2026 07:34:37 EDT", NOON),
        ("2026-03-25T12:34:37+01:00", NOON),
        ("2026-03-25T11:34:37.000+0000", NOON),
        ("20260325T113437Z", NOON),
        ("1774438477", NOON),
        ("1774438477000", NOON),
        ("Wed Mar 25 11:34:37 UTC 2026", NOON),
        ("Wed, 25 Mar 2026 12:34:37 CET", NOON),
        ("Wed, 25 Mar 2026 13:34:37 CEST", NOON),
        ("Wed, 25 Mar 2026 20:34:37 JST", NOON),
        ("Wed, 25 Mar 2026 17:04:37 IST", NOON),
        ("Wed, 25 Mar 2026 14:34:37 MSK", NOON),
        ("Wed, 25 Mar 2026 12:34:37 BST", NOON),
        ("Wed, 25 Mar 2026 12:34:37 Europe/Rome", NOON),
        ("25 Mar 2026 13:34:37 GMT+2", NOON),
        ("Wed, 25 Mar 2026 11:34:37 +0000 (UTC)", NOON),
        ("25-03-2026 15:34 +0400", MINUTE),
        ("25/03/2026 11:34", MINUTE),
        ("03/25/2026 11:34 AM", MINUTE),
        ("2026/03/25 11:34", MINUTE),
        ("25.03.2026 11.34", MINUTE),
        ("25.03.26, 11:34 Uhr", MINUTE),
        ("March 25th, 2026 at 6:34 am EST", MINUTE),
        ("Wednesday, March 25, 2026 - 11:34", MINUTE),
        ("Mi, 25 Mrz 2026 11:34:37 +0000", NOON),
        ("mer, 25 mar 2026 11:34:37 +0000", NOON),
        ("Mer. 25 mars 2026 à 11h34", MINUTE),
        ("mié, 25 mar 2026 11:34:37 +0000", NOON),
        ("quarta-feira, 25 de março de 2026 11:34", MINUTE),
        ("woensdag 25 maart 2026 11:34", MINUTE),
        ("śr., 25 mar 2026 12:34:37 +0100", NOON),
        ("Ср, 25 мар 2026 14:34:37 +0300", NOON),
        ("25 марта 2026 г. 11:34", MINUTE),
        ("25 Mart 2026 Çarşamba 11:34", MINUTE),
        ("ons 25 mars 2026 kl. 11:34", MINUTE),
        ("2026年3月25日(水) 午前11:34", MINUTE),
        ("2026년 3월 25일 오전 11:34", MINUTE),
        ("٢٥ مارس ٢٠٢٦", DAY),
        ("25 มีนาคม 2569", DAY),
        ("26-Mar-2026", DAY + timedelta(days=1)),
        ("Wed, 25 Mar 2026 24:00:00 GMT", DAY + timedelta(days=1)),
        ("25 March 2026 12:15 am", DAY + timedelta(minutes=15)),
        ("", None),
        (None, None),
        (20260325, None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None),
        ("Mon, 01 Jan 0001 00:00:00 +0000", None),
        ("yesterday", UNREADABLE),
        ("2026", UNREADABLE),
        ("25 mar", UNREADABLE),
        ("March 2026", UNREADABLE),
        ("Tue, 32 Mar 2026 11:00:00 GMT", UNREADABLE),
        ("Fri, 25 März 2026 11:34 Sonstwo", UNREADABLE),
        ("25 Mar 2026 11:34 and 26 Mar 2026", UNREADABLE),
        ("25/03/2026 31:34", UNREADABLE),
        ("Wed, 25 Mar 2026 11:34:37 +9900", UNREADABLE),
        ("9" * 500, UNREADABLE),
    ],
)
def test_dates_as_the_world_writes_them(words: object, expected: object) -> None:
    """Orders, names, zones, clocks and calendars; what is not understood whole is unreadable."""
    assert read(words) == expected


@pytest.mark.parametrize("language", sorted(LANGUAGES))
@pytest.mark.parametrize("form", ["medium", "long", "full"])
def test_every_language_reads_its_own_dates(language: str, form: str) -> None:
    """All twelve months as the Unicode CLDR writes them, whether or not the feed says its language."""
    for month in range(1, 13):
        day = datetime(2026, month, 25, tzinfo=UTC)
        written = format_date(day.date(), form, locale=language)
        assert read(written, language=language) == day, written
    assert read(format_date(DAY.date(), "full", locale=language)) == DAY


@given(st.datetimes(min_value=datetime(1991, 1, 1), max_value=datetime(2068, 1, 1)))  # noqa: DTZ001 - made aware below
def test_what_machines_write_is_read_to_the_second(naive: datetime) -> None:
    """RFC 822 and ISO 8601."""
    moment = naive.replace(microsecond=0, tzinfo=UTC)
    assert read(moment.strftime("%a, %d %b %Y %H:%M:%S +0000")) == moment
    assert read(moment.isoformat()) == moment


@given(st.text(max_size=200))
def test_any_text_is_an_outcome(words: str) -> None:
    """Nothing that a feed can write raises."""
    found = read(words)
    assert found is None or found is UNREADABLE or isinstance(found, datetime)


@pytest.mark.parametrize(
    ("dates", "language", "day_first"),
    [
        (["3/4/2026", "25/3/2026"], "en", True),
        (["3/4/2026", "3/25/2026"], "it", False),
        (["3/4/2026"], "en-US", False),
        (["3/4/2026"], "en-GB", True),
        (["3/4/2026", None, 7], "de", True),
        ([], None, True),
    ],
)
def test_a_feed_tells_by_all_its_dates_how_it_writes_them(
    dates: list[object], language: str | None, day_first: bool
) -> None:
    """One date that can be read in one order only tells how the others are meant; else the language does."""
    assert is_day_first(dates, language) is day_first


def test_the_days_of_a_feed_are_read_in_one_order() -> None:
    """The third of April stands beside the twenty-fifth of March."""
    body = rss(item("One", pubDate="25/03/2026 08:00"), item("Two", pubDate="03/04/2026 08:00"))
    document = parse_feed(body.encode(), None, URL)
    assert isinstance(document, FeedDocument)
    assert [each.published and each.published.month for each in document.entries] == [3, 4]


def test_an_unreadable_date_is_not_now() -> None:
    """Such an entry is dated by its neighbours, the older one; where none is dated it is undated. The check says so."""
    entries = [Entry(str(n)) for n in range(4)]
    days = [f"{day} Mar 2026" for day in (26, 24)]
    dated, remarks = with_dates(entries, [(days[0], None), ("sometime", None), (days[1], None), (None, None)], "en")
    assert [each.published and each.published.day for each in dated] == [26, 24, 24, None]
    assert remarks == ("dates that cannot be read, such as “sometime”",)
    undated, _ = with_dates(entries[:1], [("sometime", None)], "en")
    assert undated[0].published is None


def test_a_first_look_at_an_undated_archive_makes_no_news_of_all_of_it() -> None:
    """Only what it lists first is read; later the new ones are, however many."""
    document = parse_feed(rss(*(item(f"Story {n}", pubDate=None) for n in range(40))).encode(), None, URL)
    assert isinstance(document, FeedDocument)
    first, _ = decide(document, (), MORNING, 3 * 86400, first_look=True)
    states = [each.state for each in first]
    assert states == [EntryState.WAITING] * FIRST_UNDATED + [EntryState.PASSED] * (40 - FIRST_UNDATED)
    later, _ = decide(document, (), MORNING, 3 * 86400)
    assert {each.state for each in later} == {EntryState.WAITING}


def test_a_page_is_dated_by_its_own_article() -> None:
    """Never by a related story's data, which stands deeper down or is of another kind."""
    data = (
        '<script type="application/ld+json">{"@graph": [{"@type": "WebPage", "datePublished": "2019-01-01"},'
        '{"@type": ["NewsArticle"], "datePublished": "2024-02-06T08:00:00Z", "headline": "Marrow"}]}</script>'
    )
    related = '<script type="application/ld+json">{"@type": "ItemList", "itemListElement": [{"@type": "Article",'
    related += '"datePublished": "2011-01-01"}]}</script><script type="application/ld+json">{broken</script>'
    undated = Entry(TITLE, "1", "https://kestrel.example/a", SUMMARY)
    made = article(html(TITLE, *STORY, head=related + data), entry=undated)
    assert (made.published, made.dated_by) == (datetime(2024, 2, 6, 8, tzinfo=UTC), DatedBy.PAGE)
    page = read_page(html(TITLE, *STORY, head=related).encode(), None, "https://kestrel.example/a")
    assert getattr(page, "published", "absent") is None


IN_SUMMER, IN_WINTER = datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "winter", "summer"),
    [
        ("Europe/Lisbon", "wet", "west"),
        ("Europe/London", "gmt", "bst"),
        ("Europe/Berlin", "cet", "cest"),
        ("Europe/Athens", "eet", "eest"),
        ("Europe/Moscow", "msk", "msk"),
        ("Africa/Lagos", "wat", "wat"),
        ("Africa/Maputo", "cat", "cat"),
        ("Africa/Johannesburg", "sast", "sast"),
        ("Africa/Nairobi", "eat", "eat"),
        ("Asia/Jerusalem", None, "idt"),
        ("Asia/Karachi", "pkt", "pkt"),
        ("Asia/Kolkata", "ist", "ist"),
        ("Asia/Jakarta", "wib", "wib"),
        ("Asia/Makassar", "wita", "wita"),
        ("Asia/Jayapura", "wit", "wit"),
        ("Asia/Hong_Kong", "hkt", "hkt"),
        ("Asia/Tokyo", "jst", "jst"),
        ("Asia/Seoul", "kst", "kst"),
        ("Australia/Perth", "awst", "awst"),
        ("Australia/Darwin", "acst", "acst"),
        ("Australia/Brisbane", "aest", "aest"),
        ("Australia/Sydney", "aedt", "aest"),
        ("Australia/Adelaide", "acdt", "acst"),
        ("Pacific/Auckland", "nzdt", "nzst"),
        ("America/St_Johns", "nst", "ndt"),
        ("America/Halifax", "ast", "adt"),
        ("America/New_York", "est", "edt"),
        ("America/Chicago", "cst", "cdt"),
        ("America/Denver", "mst", "mdt"),
        ("America/Los_Angeles", "pst", "pdt"),
        ("America/Anchorage", "akst", "akdt"),
        ("Pacific/Honolulu", "hst", "hst"),
    ],
)
def test_an_abbreviation_is_what_its_place_keeps(zone: str, winter: str | None, summer: str | None) -> None:
    """As the time zone database has it, in winter and in summer (of the north)."""
    for at, name in ((IN_WINTER, winter), (IN_SUMMER, summer)):
        if name:
            there = at.astimezone(ZoneInfo(zone))
            written = f"{there:%d %b %Y %H:%M:%S} {name.upper()}"
            assert read(written) == at, written
