"""Topics and places are found by whole words, and a person's word finds the label they mean, or the nearest."""

from __future__ import annotations

import pytest

from bot.model.label import CategoryKind, Label
from bot.text.taxonomy import Taxonomy, load, parse

TOML = """
[ignore]
places = ["Paris Agreement"]
topics = ["power of attorney"]
[[topic]]
name = "AI"
dimensions = ["technological"]
aliases = ["artificial intelligence"]
words = ["AI", "A.I.", "artificial intelligence", "machine learning"]
[[topic]]
name = "chips"
dimensions = ["technological", "economic"]
aliases = ["semiconductors"]
words = ["chip", "chips", "memory chip", "machine"]
[[topic]]
name = "energy"
dimensions = ["economic"]
aliases = []
words = ["power", "memory chip"]
[[place]]
code = "US"
name = "United States"
words = ["US", "U.S.", "American", "New Mexico"]
[[place]]
code = "MX"
name = "Mexico"
words = ["Mexican"]
[[place]]
code = "FR"
name = "France"
words = ["French", "Paris", "côte d'azur"]
[[region]]
code = "EU"
name = "European Union"
words = ["EU", "Brussels"]
members = ["FR", "Benelux"]
[[region]]
code = "Benelux"
name = "Benelux"
words = []
members = ["NL"]
"""


@pytest.fixture(scope="module")
def taxonomy() -> Taxonomy:
    return parse(TOML)


@pytest.mark.parametrize(
    ("text", "topics", "places"),
    [
        ("AI and Machine Learning. He said ai.", {"AI": ("AI", "Machine Learning")}, {}),
        ("A.I. and chips", {"AI": ("A.I",), "chips": ("chips",)}, {}),
        ("a Memory  Chip", {"chips": ("Memory  Chip",), "energy": ("Memory  Chip",)}, {}),
        ("chipped paint, microchips", {}, {}),
        ("the US and us; U.S. rules; U S", {}, {"US": ("US", "U.S")}),
        ("New Mexico is not Mexico", {}, {"US": ("New Mexico",), "MX": ("Mexico",)}),
        ("the Paris Agreement was signed in Paris", {}, {"FR": ("Paris",)}),
        ("power of attorney gives power", {"energy": ("power",)}, {}),
        ("la Côte d’Azur", {}, {"FR": ("Côte d’Azur",)}),
        ("", {}, {}),
    ],
)  # fmt: skip
def test_words_are_found_whole(
    taxonomy: Taxonomy, text: str, topics: dict[str, tuple[str, ...]], places: dict[str, tuple[str, ...]]
) -> None:
    """Whole words only; capitals as written; the longest of what overlaps; one run may belong to two topics."""
    assert dict(taxonomy.scan(text).topics) == topics
    assert dict(taxonomy.scan(text).places) == places


def test_the_most_named_comes_first(taxonomy: Taxonomy) -> None:
    """Ranked by mentions, and the earlier of equals first."""
    assert [name for name, _ in taxonomy.scan("power, chip, AI, chip").topics] == ["chips", "energy", "AI"]


@pytest.mark.parametrize(
    ("word", "kind", "value"),
    [
        ("economic", CategoryKind.DIMENSION, "economic"),
        ("Economy", CategoryKind.DIMENSION, "economic"),
        ("ai", CategoryKind.TOPIC, "AI"),
        ("“Artificial Intelligence”.", CategoryKind.TOPIC, "AI"),
        ("us", CategoryKind.PLACE, "US"),
        ("the United States", CategoryKind.PLACE, "US"),
        ("american", CategoryKind.PLACE, "US"),
        ("eu", CategoryKind.PLACE, "EU"),
    ],
)
def test_a_label_has_many_names(taxonomy: Taxonomy, word: str, kind: CategoryKind, value: str) -> None:
    """Name, code, alias or word, in any case, with or without quotation marks."""
    label = taxonomy.label(word)
    assert label is not None
    assert (label.kind, label.value) == (kind, value)


def test_an_unknown_word_offers_the_nearest(taxonomy: Taxonomy) -> None:
    """A mistyped name finds its label among the taxonomy's and the known; nonsense finds none."""
    micron = Label(CategoryKind.ACTOR, "Micron", "Micron Technology")
    assert taxonomy.label("enrgy") is None
    assert taxonomy.nearest("enrgy")[0].value == "energy"
    assert taxonomy.nearest("micron tecnology", [micron])[0] == micron
    assert taxonomy.nearest("micron", [micron])[0] == micron
    assert taxonomy.nearest("xqzzwv", [micron]) == ()
    assert taxonomy.nearest("  ") == ()
    assert len(taxonomy.nearest("e")) <= 3


def test_three_letters_of_a_name_are_near_it_and_two_are_not(taxonomy: Taxonomy) -> None:
    """The beginning of a name offers it from three letters on."""
    assert taxonomy.nearest("ene")[0].value == "energy"
    assert "energy" not in [label.value for label in taxonomy.nearest("en")]


def test_regions_hold_their_members(taxonomy: Taxonomy) -> None:
    """Members of members belong too; a country has none."""
    assert taxonomy.members("EU") == ("FR", "Benelux", "NL")
    assert taxonomy.members("FR") == ()


def test_what_ships_is_usable() -> None:
    """The starter taxonomy loads once, knows the reference signal's labels, and finds what an article is about."""
    shipped = load()
    assert shipped is load()
    for word in ("economic", "technological", "AI", "US"):
        assert shipped.label(word) is not None
    text = "The American chip maker said artificial intelligence needs power in Germany and France. " * 34
    found = shipped.scan(text)
    assert "AI" in {name for name, _ in found.topics}
    assert {"US", "DE", "FR"} <= {name for name, _ in found.places}


def test_every_word_is_found_where_it_stands() -> None:
    """Whichever of its words a phrase is looked for at, it names its topic or place: at a text's beginning, within it
    and at its end."""
    shipped = load()
    named = [(topic.name, word) for topic in shipped.topics for word in topic.words]
    named += [(place.code, word) for place in shipped.places for word in (place.name, *place.words)]
    for owner, word in named:
        for text in (f"{word} x", f"x {word} x", f"x {word}"):
            found = shipped.scan(text)
            assert owner in {name for name, _ in (*found.topics, *found.places)}, (owner, word, text)
