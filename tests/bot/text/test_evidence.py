"""No quote without proof: whatever an analyst points at, what is shown is a slice of the stored text."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from itertools import pairwise
from urllib.parse import unquote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.model.finding import Pick
from bot.text.evidence import cut, folded, fragment, holds, spans_of
from tests.make import article

TEXT = (
    "Turbine makers lost $62bn on Thursday. “If models run with materially lower memory—say, a third—the cost drops,” "
    "said Ruth Castellanos.\n\nThe oﬃce in Zürich did not comment. Nothing was unable to stop it."
)
WORDS = st.one_of(st.none(), st.text(max_size=30))
TEXTS = st.text(
    alphabet=st.one_of(st.characters(codec="utf-8"), st.sampled_from("aé e\u0301ﬁ“”’—-\u200b\u00ad. 漢𝔘🙂ßİ\n\t")),
    max_size=120,
)


@st.composite
def cases(draw: st.DrawFn) -> tuple[str, tuple[tuple[int, int], ...], Pick]:
    """Any text, any sentences within it, and a pick whose words may or may not stand there."""
    text = draw(TEXTS)
    borders = sorted(draw(st.lists(st.integers(0, len(text)), min_size=2, max_size=9)))
    spans = tuple(pairwise(borders))
    inside = st.one_of(WORDS, st.sampled_from([text[a:b] for a, b in spans] + [text[1:7].upper()]))
    first, last = draw(st.integers(-2, 9)), draw(st.integers(-2, 9))
    return text, spans, Pick(first, last, draw(inside), draw(inside), draw(inside))


@given(cases())
def test_a_quote_is_a_slice_of_the_text(case: tuple[str, tuple[tuple[int, int], ...], Pick]) -> None:
    """For any text and pick, the quote is text[start:end], never empty, and its anchor lies inside it."""
    text, spans, pick = case
    evidence = cut(article(text=text, sentences=spans), pick)
    if evidence is not None:
        assert evidence.quote == text[evidence.start : evidence.end]
        assert evidence.quote.strip()
        assert holds(evidence, text)
        assert evidence.anchor
        assert evidence.anchor in text
        assert spans[pick.first][0] <= evidence.start < evidence.end <= spans[pick.last][1]


@given(TEXTS)
def test_the_map_leads_back_to_the_original(text: str) -> None:
    """Each folded character names the characters it comes from, in order, and no letter is lost."""
    fold = folded(text)
    assert len(fold.text) == len(fold.spans)
    assert all(0 <= start < end <= len(text) for start, end in fold.spans)
    assert list(fold.spans) == sorted(fold.spans)
    covered = {i for start, end in fold.spans for i in range(start, end)}
    assert all(i in covered for i, char in enumerate(text) if char.isascii() and char.isalnum())


@given(TEXTS)
def test_a_text_is_found_in_itself_however_it_is_composed(text: str) -> None:
    """Composed and decomposed spellings, other quotation marks and other blanks are the same words."""
    for spelling in (text, unicodedata.normalize("NFC", text), unicodedata.normalize("NFKD", text), f" {text}\n"):
        if folded(spelling).text.strip():
            assert spans_of(spelling, text)


FIRST = "Turbine makers lost $62bn on Thursday."
SAID = "“If models run with materially lower memory—say, a third—the cost drops,” said Ruth Castellanos."
OFFICE = "The oﬃce in Zürich did not comment."
LAST = "Nothing was unable to stop it."


@pytest.mark.parametrize(
    ("pick", "quote", "anchor"),
    [
        (Pick(0, 0), FIRST, "Turbine makers lost $62bn on Thursday"),
        (Pick(0, 0, anchor="$62BN  on thursday"), FIRST, "$62bn on Thursday"),
        (Pick(0, 0, anchor="$63bn"), FIRST, "Turbine makers lost $62bn on Thursday"),
        (Pick(1, 1, opening="if models run", closing="memory - say"), SAID[1:], "If models run with materially lower"),
        (Pick(1, 1, opening="if models run", closing="memory–SAY"), SAID[1:47], "If models run with materially lower"),
        (Pick(1, 1, opening="the cost", closing="drops", anchor="cost"), "the cost drops", "cost"),
        (Pick(1, 1, opening="If nobody", closing="cost drops"), SAID[:71], "If models run with materially lower"),
        (Pick(1, 2, opening="said Ruth", closing="comment"), TEXT[113:171], "said Ruth Castellanos.\n\nThe oﬃce in"),
        (Pick(1, 2, opening="the oﬃce"), f"{SAID}\n\n{OFFICE}", "If models run with materially lower"),
        (Pick(2, 2, anchor="office in Zu\u0308rich"), OFFICE, "oﬃce in Zürich"),
        (Pick(3, 3, anchor="able to stop"), LAST, "Nothing was unable to stop it"),
    ],
)  # fmt: skip
def test_what_matches_is_cut_and_what_does_not_is_ignored(pick: Pick, quote: str, anchor: str) -> None:
    """Trims and anchors hold only where their words stand, whole, in the text; a failed one changes nothing."""
    evidence = cut(article(text=TEXT, sentences=_spans()), pick)
    assert evidence is not None
    assert (evidence.quote, evidence.anchor) == (quote, anchor)


TWICE = "The board met. It said that prices rise, and it said that prices rise again."


def test_a_quote_ends_with_the_last_of_its_closing_words() -> None:
    """Where the closing words stand more than once in the last sentence the quote holds all of them."""
    spans = ((0, 14), (15, len(TWICE)))
    found = cut(article(text=TWICE, sentences=spans), Pick(0, 1, opening="board met", closing="prices rise"))
    assert found is not None
    assert found.quote == "board met. It said that prices rise, and it said that prices rise"
    only = cut(article(text=TWICE, sentences=spans), Pick(0, 1, closing="board met"))
    assert only is not None
    assert only.quote == TWICE  # they stand in the first sentence alone


def test_an_anchor_never_ends_beyond_its_quote() -> None:
    """Words that reach over the end of the quote, or stand behind it, are no anchor of it."""
    spans = ((0, 14), (15, len(TWICE)))
    for anchor in ("met. It said", "prices rise"):
        found = cut(article(text=TWICE, sentences=spans), Pick(0, 0, anchor=anchor))
        assert found is not None
        assert (found.quote, found.anchor) == ("The board met.", "The board met")
        assert holds(found, TWICE)
        assert not holds(replace(found, anchor_end=found.end + 1), TWICE)


PIECES = ("a", "b", "able", "un", " ", " ", "  ", "-", "--", "—", "’", "`", "“", "é", "1", ".", "\n")
EVERYDAY = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)


@given(EVERYDAY, EVERYDAY)
@example("able", "unable able")
@example("a a", "a a a")
@example("a-b", "a--b")
@example("a  b", "a b")
@example("a b", "a  b")
@example("it's", "it`s")
def test_fast_and_careful_folding_find_the_same_places(words: str, text: str) -> None:
    """An invisible character behind the text asks for the careful way, and moves nothing that stands before it."""
    assert spans_of(words, text) == spans_of(words, f"{text}\u00ad")


@pytest.mark.parametrize("pick", [Pick(0, 9), Pick(-1, 0), Pick(2, 1), Pick(9, 9)])
def test_numbers_out_of_range_are_no_quote(pick: Pick) -> None:
    """There is no quote where there is no such sentence."""
    assert cut(article(text=TEXT, sentences=_spans()), pick) is None


def test_a_part_of_a_word_is_no_match() -> None:
    """“able” does not stand in “unable”, a bare letter not in an accented one, half a ligature not in it; in scripts
    without blanks any run of characters may match."""
    assert spans_of("able", "unable to say") == []
    assert spans_of("e", "e\u0301") == []
    assert spans_of("of", "oﬀ") == []
    assert spans_of("半導体", "日本の半導体工場") == [(3, 6)]


def test_a_changed_quote_does_not_hold() -> None:
    """The audit sees a changed text, a moved quote and an anchor outside its quote."""
    evidence = cut(article(text=TEXT, sentences=_spans()), Pick(0, 0, anchor="$62bn"))
    assert evidence is not None
    assert holds(evidence, TEXT)
    assert not holds(evidence, TEXT.replace("62", "26"))
    assert not holds(replace(evidence, start=1, end=evidence.end + 1), TEXT)
    assert not holds(replace(evidence, anchor_end=evidence.end + 1), TEXT)
    assert not holds(replace(evidence, anchor_start=evidence.anchor_end), TEXT)
    assert not holds(evidence, "")


@pytest.mark.parametrize(
    ("link", "quote", "expected"),
    [
        ("https://a.example/x", "a well-known, old & new thing", "https://a.example/x#:~:text=a%20well%2Dknown%2C%20old%20%26%20new%20thing"),
        ("https://a.example/x#part", "“plain words”", "https://a.example/x#part:~:text=plain%20words"),
        ("https://a.example/x#:~:text=old", "new words", "https://a.example/x#:~:text=new%20words"),
        ("https://a.example/x", "…", "https://a.example/x"),
    ],
)  # fmt: skip
def test_a_link_lands_on_the_quote(link: str, quote: str, expected: str) -> None:
    """Dashes, commas and ampersands are encoded, a fragment that was there stays, an old directive goes."""
    assert fragment(link, quote) == expected


def test_a_long_quote_is_named_by_its_ends() -> None:
    """First and last words, separated by a bare comma, none of them across a paragraph."""
    quote = (
        "One two three four five six seven eight nine ten.\n\n"
        + "word " * 40
        + "eleven twelve thirteen fourteen fifteen."
    )
    start, end = fragment("https://a.example", quote).partition("text=")[2].split(",")
    assert unquote(start) == "One two three four five six"
    assert unquote(end) == "word eleven twelve thirteen fourteen fifteen"


@given(TEXTS.filter(lambda words: any(char.isalnum() for char in words)))
def test_a_fragment_is_plain_ascii(quote: str) -> None:
    """Whatever the quote, the link stays a link: no blank, no syntax of the directive but its comma."""
    directive = fragment("https://a.example/", quote).partition("#:~:text=")[2]
    assert directive.isascii()
    assert not set(directive) & set(' -&#<>"')
    assert directive.count(",") <= 1


def _spans() -> tuple[tuple[int, int], ...]:
    return tuple((TEXT.index(piece), TEXT.index(piece) + len(piece)) for piece in (FIRST, SAID, OFFICE, LAST))
