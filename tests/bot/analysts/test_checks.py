"""What a model writes is held against the sentences it points at: figures, names and addresses of its own are found."""

from __future__ import annotations

import pytest

from bot.analysts.claude.checks import Support
from bot.analysts.lexical.amounts import figures

SAID = (
    "Memory chip makers lost $100bn in value after Google Research published a paper. Micron, the largest American "
    "producer, fell 19 per cent. Der Markt verliert 3 Milliarden Euro, sagte O'Neill von Siemens."
)
SUPPORT = Support(SAID, ("Meridian Times",), beside="An algorithm eased the shortage of artificial intelligence chips.")


@pytest.mark.parametrize(
    "sentence",
    [
        "Market repricing of memory chips reveals that $100 billion rested on scarcity",
        "Repricing hits US producers as Micron falls 19%",
        "Algorithm-driven gains end the shortage, Meridian Times reports",
        "Three billion euros are lost in a year, O’Neill says",
        "Shortage premiums collapse as Google publishes",
        "The loss suggests that scarcity was assumed, not shown",
        "Scarce cheap memory turns makers into losers",
        "Rival paper makers are losing market value",
        "Algorithm-driven compression ends the shortage",
    ],
)
def test_what_stands_there_may_be_said(sentence: str) -> None:
    """In other words, another notation, another form of a place, or another language's number."""
    assert SUPPORT.unsupported(sentence) == ()


@pytest.mark.parametrize(
    ("sentence", "strange"),
    [
        ("Memory makers lost $100m", "100m"),
        ("Memory makers lost $101bn", "101bn"),
        ("Micron fell 91 per cent", "91"),
        ("Five firms fell", "Five"),
        ("Prices fell in 2027", "2027"),
        ("Micron and Samsung fell", "Samsung"),
        ("Zephyr is collapsing the market", "Zephyr"),
        ("Tesla Motors falls as Micron does", "Tesla Motors"),
        ("The chips are banned in Iran", "Iran"),
        ("See https://evil.example/x for more", "https:"),
        ("Read www.evil.example", "www."),
        ("[Click](here) to see it", "]("),
        ("Ring <!channel> now", "<!"),
    ],
)
def test_what_stands_nowhere_is_found(sentence: str, strange: str) -> None:
    """Another scale, another digit, another year, another firm, another country, any address."""
    assert strange in SUPPORT.unsupported(sentence)


@pytest.mark.parametrize(
    ("sentence", "strange"),
    [
        ("A trader said “it is all over now”.", "it is all over now"),
        ('A trader said "it is all over now".', "it is all over now"),
        ("A trader: «it is all over».", "it is all over"),
        ("Ein Händler: „alles ist vorbei“.", "alles ist vorbei"),
        ("A trader said ‘it’s all over’.", "it’s all over"),
        ("“It is all over.", "It is all over."),
        ("It is all over,” said a trader.", "It is all over,"),
    ],
)
def test_words_in_quotation_marks_are_a_quote(sentence: str, strange: str) -> None:
    """What stands in quotation marks must stand in the sentences, word for word, wherever it begins and ends."""
    assert strange in SUPPORT.unsupported(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "It “lost $100bn in value”, which shows that scarcity was assumed",
        "The ‘shortage’ is over",
        "Micron's loss is the makers' loss",
        "“Micron, the largest American producer” fell",
    ],
)
def test_what_was_said_may_be_quoted(sentence: str) -> None:
    """So may a single word in quotation marks; an apostrophe is none."""
    assert SUPPORT.unsupported(sentence) == ()


def test_only_the_sentences_with_something_of_their_own_are_struck_out() -> None:
    """The rest stays, in its paragraphs."""
    written = "Micron fell. Samsung fell.\n\nSamsung again.\n\nPrices of memory chips had rested on scarcity."
    assert SUPPORT.supported(written) == "Micron fell.\n\nPrices of memory chips had rested on scarcity."


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("$100bn", {1e11}),
        ("1,400 jobs and 2.5 million", {1400, 2.5e6}),
        ("310.000 Haushalte, 2 Milliarden Euro", {310_000, 2e9}),
        ("two of three", {2, 3}),
        ("on 3 May 2026", {3, 2026}),
        ("no figure", set()),
    ],
)
def test_figures_are_known_by_their_value(text: str, found: set[float]) -> None:
    """However they are written."""
    assert set(figures(text)) == found
