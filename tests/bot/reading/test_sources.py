"""Sources files: TOML and OPML read, written, complained of; the starter sources; publishers by name and domain."""

from __future__ import annotations

import re
from collections import Counter
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.errors import SourcesError
from bot.model.finding import Dimension
from bot.model.source import Publisher, SourceSpec
from bot.reading.publishers import Publishers
from bot.reading.sources import parse, parse_opml, parse_toml, read, read_starter, scan, scan_opml, to_opml
from bot.text import taxonomy
from bot.text.cleaning import one_line
from bot.text.languages import LISTED

TOML = """
[[source]]
url = "https://daily.example/feed"
name = "The Daily"
publisher = "Daily House"
language = "en-GB"
category = ["economic", "EU"]
weight = 1.5

[[source]]
url = "http://weekly.example/rss"
"""

OPML = """<?xml version="1.0" encoding="ISO-8859-1"?>
<opml version="2.0"><head><title>Mine</title></head><body>
<outline text="Economy"><outline title="Europe">
  <outline type="rss" text="The Daily" xmlUrl="https://daily.example/feed" htmlUrl="https://daily.example/"/>
</outline></outline>
<outline text="World">
  <outline type="rss" text="The Daily" xmlUrl="https://daily.example/feed"/>
  <outline type="rss" text="Old reader" xmlurl="feed://weekly.example/rss"/>
</outline></body></opml>"""


def test_toml_is_read() -> None:
    """Every field, and its default."""
    assert parse(TOML) == (
        SourceSpec("https://daily.example/feed", "The Daily", "Daily House", "en", ("economic", "EU"), 1.5),
        SourceSpec("http://weekly.example/rss"),
    )


def test_folders_of_opml_become_categories() -> None:
    """The outer folder first; a feed in several folders has them all; feed: addresses are http."""
    assert parse(OPML) == (
        SourceSpec("https://daily.example/feed", "The Daily", categories=("Economy", "Europe", "World")),
        SourceSpec("http://weekly.example/rss", "Old reader", categories=("World",)),
    )


def test_every_complaint_is_made_at_once() -> None:
    """Each names its line and what is wrong; nothing is taken in silence."""
    wrong = """[[source]]
url = "ftp://daily.example/feed"
weight = 7
[[source]]
name = "No address"
[[source]]
url = "https://a.example/"
language = "english"
category = [1]
colour = "red"
[[source]]
url = "https://b.example/"
[[source]]
url = "https://b.example/"
"""
    with pytest.raises(SourcesError) as error:
        parse_toml(wrong, where="mine.toml")
    said = str(error.value).splitlines()
    assert said[0] == "The sources file mine.toml cannot be used:"
    assert [line.partition(":")[0] for line in said[1:-1]] == ["line 1", "line 1", "line 4", *["line 6"] * 3]
    assert said[-1] == "https://b.example/ stands there twice: remove one of them."
    assert error.value.where == "mine.toml"


@pytest.mark.parametrize(("written", "language"), [('"de"', "de"), ('"en-GB"', "en"), ('""', None)])
def test_a_language_may_be_left_open(written: str, language: str | None) -> None:
    """An empty one is no language, and no mistake either."""
    (spec,) = parse_toml(f'[[source]]\nurl = "https://a.example/"\nlanguage = {written}\n', where="mine.toml")
    assert spec.language == language


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "names no source"),
        ("[[source]\nurl", "line 1 is no TOML"),
        ("source = 3", "two brackets"),
        ("[source]\nurl = 'https://a.example'", "two brackets"),
        ("<!DOCTYPE html><html><body>404</body></html>", "is a web page"),
        ("<opml><head/></opml>", "no OPML"),
        ("<rss><channel/></rss>", "no OPML"),
        ("<opml><body/></opml>", "names no source"),
    ],
)
def test_what_is_no_sources_file_is_said(text: str, words: str) -> None:
    with pytest.raises(SourcesError, match=words):
        parse(text)


def test_broken_outlines_are_reported_and_the_rest_can_be_had() -> None:
    """`parse_opml` refuses the file; `scan_opml` gives what is good beside the complaints."""
    broken = OPML.replace(
        "</body>",
        '<outline type="rss" text="Lost"/><outline text="Odd" xmlUrl="gopher://x"/>'
        '<outline text="Empty folder"/></body>',
    )
    specs, complaints = scan_opml(broken)
    assert specs == parse_opml(OPML)
    assert [complaint.partition(": ")[2] for complaint in complaints] == [
        "“Lost” has no xmlUrl: add it.",
        "“Odd”: “gopher://x” is not an address: it begins with https:// or http://.",
    ]
    with pytest.raises(SourcesError, match="Lost"):
        parse_opml(broken)


def test_opml_cannot_reach_out(tmp_path: Path) -> None:
    """An entity that names a file is not opened."""
    secret = tmp_path / "secret"
    secret.write_text("hidden", encoding="utf-8")
    evil = f'<!DOCTYPE opml [<!ENTITY x SYSTEM "{secret.as_uri()}">]>' + OPML.partition("?>")[2].replace("Mine", "&x;")
    assert "hidden" not in repr(scan_opml(evil.replace('text="World"', 'text="&x;"')))


WORDS = st.text(max_size=12).map(one_line).filter(bool)
SPECS = st.lists(
    st.builds(
        SourceSpec,
        url=st.integers(0, 50).map(lambda number: f"https://s{number}.example/feed?a=1&b={number}"),
        name=WORDS,
        publisher=st.none() | WORDS,
        language=st.sampled_from([None, "en", "de"]),
        categories=st.lists(WORDS, max_size=3, unique=True).map(tuple),
        weight=st.sampled_from([1.0, 0.1, 2.5, 3.0]),
    ),
    min_size=1,
    unique_by=lambda spec: spec.url,
)


@given(SPECS)
def test_what_is_written_is_read_back(specs: list[SourceSpec]) -> None:
    """OPML carries every field there and back, and gathers folders."""
    assert sorted(parse(to_opml(specs)), key=lambda spec: spec.url) == sorted(specs, key=lambda spec: spec.url)


def test_what_nobody_sees_is_not_kept() -> None:
    """Control characters and the like go from names, and an address that has one is none; XML could not carry them."""
    table = (
        '[[source]]\nurl = "https://a.example"\nname = "The\\u0007 Daily\\uFFFE"\ncategory = ["\\uFFFE", "EU\\u200B"]\n'
    )
    (spec,) = parse_toml(table)
    assert (spec.name, spec.categories) == ("The Daily", ("EU",))
    unseen = SourceSpec("https://a.example", "The\ufffe Daily", None, None, ("\ufffe", "EU"), 1.0)
    assert parse_opml(to_opml([unseen])) == (spec,)
    with pytest.raises(SourcesError, match="is not an address"):
        parse_toml('[[source]]\nurl = "https://a.example/\\u0007"\n')


def test_a_file_that_cannot_be_read_is_a_sentence(tmp_path: Path) -> None:
    """Missing; one in another encoding, or with a byte order mark, can be read."""
    with pytest.raises(SourcesError, match="There is no sources file"):
        read(tmp_path / "missing.toml")
    (tmp_path / "latin.toml").write_bytes(b'[[source]]\nurl = "https://a.example"\nname = "\xe9"')
    assert read(tmp_path / "latin.toml")[0].name == "é"
    (tmp_path / "marked.toml").write_bytes(b"\xef\xbb\xbf" + TOML.encode())
    assert len(read(tmp_path / "marked.toml")) == 2


# --- the starter sources

DIMENSIONS = frozenset(Dimension)
REGIONS = {"Africa", "Asia", "Europe", "Latin America", "Middle East", "North America", "Oceania", "World"}


def test_the_starter_sources_are_a_hundred_feeds_over_https() -> None:
    """At least a hundred, no two the same however their addresses are spelt, each with a name and all it may state."""
    starter = read_starter()
    assert len(starter) >= 100
    assert all(spec.url.startswith("https://") for spec in starter)
    assert len({re.sub(r"^https://(www\.)?|/$", "", spec.url).lower() for spec in starter}) == len(starter)
    assert len({spec.name for spec in starter}) == len(starter)
    assert all(spec.name and spec.publisher and spec.language and spec.categories for spec in starter)


def test_the_starter_sources_cover_every_dimension_and_continent() -> None:
    """Each stands under its own dimension, which its categories begin with; all dimensions and regions are there."""
    text = (files("seeds") / "sources.toml").read_text(encoding="utf-8")
    _, *sections = re.split(r"^# (\w+) · (.+)$", text, flags=re.MULTILINE)
    grouped = zip(sections[::3], sections[1::3], map(parse_toml, sections[2::3]), strict=True)
    groups = [(dimension.lower(), region, specs) for dimension, region, specs in grouped]
    assert {dimension for dimension, _, _ in groups} == DIMENSIONS
    assert {region for _, region, _ in groups} == REGIONS
    assert all(spec.categories[0] == dimension for dimension, _, specs in groups for spec in specs)
    assert sum(len(specs) for _, _, specs in groups) == len(read_starter())


def test_the_starter_sources_have_categories_that_mutes_and_filters_know() -> None:
    """One or two dimensions first, then topics of the taxonomy."""
    topics = {topic.name for topic in taxonomy.load().topics}
    for spec in read_starter():
        assert set(spec.categories) <= DIMENSIONS | topics, spec.url
        assert 1 <= len(DIMENSIONS.intersection(spec.categories)) <= 2, spec.url


def test_the_starter_sources_can_be_read_without_a_model() -> None:
    """In at least six languages, all with word lists; at least half of them in English."""
    languages = Counter(spec.language for spec in read_starter())
    assert len(languages) >= 6
    assert languages.keys() <= LISTED
    assert languages["en"] >= languages.total() / 2


def test_each_starter_source_is_a_voice_of_its_own() -> None:
    """Its publisher is the owner of its site in publishers.toml, and no two sources have the same one."""
    owners, starter = Publishers.load(), read_starter()
    for spec in starter:
        owner = owners.of(spec.url)
        assert owner.name == spec.publisher, spec.url
        assert owner.key in owners.by_key, f"{spec.url}: no owner in publishers.toml"
    assert len({spec.publisher for spec in starter}) == len(starter)


# --- publishers

OWNERS = Publishers.load(
    """
[[publisher]]
name = "The Daily House"
domains = ["daily.example", "sister.co.uk"]
[[publisher]]
name = "Tidewire"
domains = ["tidewire.example"]
wire = true
"""
)


@pytest.mark.parametrize(
    ("url", "name", "key"),
    [
        ("https://feeds.daily.example/world", None, "daily house"),
        ("https://www.sister.co.uk/rss", None, "daily house"),
        ("https://elsewhere.example/rss", "Daily House", "daily house"),
        ("https://elsewhere.example/rss", "THE DÁILY  HOUSE", "daily house"),
        ("https://daily.example/rss", "Someone Else", "someone else"),
        ("https://feeds.bbci.co.uk/news/rss.xml", None, "bbci.co.uk"),
        ("https://someone.substack.com/feed", None, "someone.substack.com"),
        ("https://someone.github.io/feed", None, "someone.github.io"),
        ("https://feeds.feedburner.com/TheHackersNews", None, "feeds.feedburner.com/thehackersnews"),
        ("http://127.0.0.1:8080/feed", None, "127.0.0.1:8080"),
        ("https://notdaily.example/", None, "notdaily.example"),
    ],
)
def test_a_publisher_is_who_owns_the_domain(url: str, name: str | None, key: str) -> None:
    """The name where one is given, else the owner of the domain, else the registrable domain."""
    assert OWNERS.of(url, name).key == key


def test_wire_agencies_are_known() -> None:
    """Also by name alone, as aggregators name them."""
    agency = OWNERS.of("https://tidewire.example/feed")
    assert OWNERS.wires == {agency.key}
    assert OWNERS.voice("Tidewire") == agency
    assert OWNERS.voice("???") == Publisher("???", "???")


def test_the_owners_that_come_with_the_bot_can_be_read() -> None:
    """No domain has two owners, and there are agencies among them."""
    owners = Publishers.load()
    assert owners.by_domain
    assert owners.wires


@pytest.mark.parametrize(
    ("outlines", "urls", "passed"),
    [
        ('<outline text="A & B" xmlUrl="https://a.example/?a=1&b=2"/>', ["https://a.example/?a=1&b=2"], 0),
        ('<outline text="The "Daily" News" type="rss" xmlUrl="https://a.example/f"/>', ["https://a.example/f"], 0),
        ("<outline text='It's' xmlUrl='https://a.example/f'/>", ["https://a.example/f"], 0),
        ('<outline text="a < b" XMLURL="https://a.example/f"/>', ["https://a.example/f"], 0),
        ('<outline text="&eacute;t&eacute; & more" xmlUrl="https://a.example/f"/>', ["https://a.example/f"], 0),
        ('<outline text="F" type="rss"><outline text="A" xmlUrl="https://a.example/f"/></outline>',
         ["https://a.example/f"], 0),
        ('<outline text="Hub" type="rss" xmlUrl="rsshub://x/user"/>', [], 1),
        ('<outline text="Letters" type="rss" xmlUrl=""/>', [], 1),
        ('<outline text="Query" type="rss" xmlUrl="query:unread = &quot;yes&quot;"/>', [], 1),
    ],
)  # fmt: skip
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
def test_an_import_takes_what_is_good(
    tmp_path: Path, outlines: str, urls: list[str], passed: int, encoding: str
) -> None:
    """Among slips of the hand and addresses of other programs, in any encoding; the rest is named with its line."""
    good = '<outline text="Zeitung für Mülheim" type="rss" xmlUrl="https://good.example/f"/>'
    head = f'<?xml version="1.0" encoding="{encoding}"?>'
    text = f'{head}\n<opml version="2.0"><head/><body>{outlines}\n{good}</body></opml>'
    (tmp_path / "list.opml").write_bytes(text.encode(encoding))
    specs, complaints = scan(tmp_path / "list.opml")
    assert [spec.url for spec in specs] == [*urls, "https://good.example/f"]
    assert specs[-1].name == "Zeitung für Mülheim"
    assert len(complaints) == passed
    assert all(each.startswith("line 2: ") for each in complaints)


def test_an_import_of_toml_takes_what_is_good(tmp_path: Path) -> None:
    """The tables that can be used, and the others with their lines."""
    (tmp_path / "list.toml").write_text('[[source]]\nurl = "https://a.example"\n[[source]]\nurl = "gone"\n')
    specs, complaints = scan(tmp_path / "list.toml")
    assert [spec.url for spec in specs] == ["https://a.example"]
    assert complaints[0].startswith("line 3: “gone” is not an address")
