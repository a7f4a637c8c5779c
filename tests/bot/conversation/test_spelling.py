"""How far two words lie apart, and what is left of a question that only names its signal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.question import understand
from bot.text.spelling import distance, is_slip

WORDS = st.text("abc", max_size=5)


def apart(one: str, other: str) -> int:
    """The same distance by its definition: the fewest changes at the ends of the two words, whatever comes before."""
    if not one or not other:
        return len(one) + len(other)
    found = [
        apart(one[:-1], other) + 1,
        apart(one, other[:-1]) + 1,
        apart(one[:-1], other[:-1]) + (one[-1] != other[-1]),
    ]
    if one[-2:] == other[-2:][::-1] and len(one) > 1 < len(other):
        found.append(apart(one[:-2], other[:-2]) + 1)
    return min(found)


@given(WORDS, WORDS)
def test_the_distance_of_words_is_the_fewest_changes(one: str, other: str) -> None:
    """A letter more, less or other, or two neighbours swapped, is one change; it is the same from either word."""
    assert distance(one, other) == apart(one, other) == distance(other, one)


@pytest.mark.parametrize(
    ("typed", "meant", "changes"),
    [("mtue", "mute", 1), ("uhelp", "help", 1), ("hlep", "help", 1), ("ehlp", "help", 1), ("helpp", "help", 1)],
)
def test_a_slip_of_the_hand_is_one_change(typed: str, meant: str, changes: int) -> None:
    """At the beginning, within and at the end."""
    assert distance(typed, meant) == changes


@pytest.mark.parametrize("words", ["story 2", "Story 2", "s42"])
def test_a_question_that_only_names_its_signal_keeps_its_words(words: str) -> None:
    """What was said is never lost, even where nothing is left to be asked."""
    asked = understand(words)
    assert (asked.words, asked.text) == (words, words)


@pytest.mark.parametrize("plain", ["why", "what contradicts it", "who else says so", "what would change your mind"])
@pytest.mark.parametrize("which", ["s42", "about s42", "of story 2"])
def test_which_signal_is_meant_changes_no_question(plain: str, which: str) -> None:
    """The name of a signal is taken out of a question, which is of the same kind without it."""
    asked, alone = understand(f"{plain} {which}"), understand(plain)
    assert (asked.words, asked.text, asked.kind) == (f"{plain} {which}", plain, alone.kind)
    assert (asked.signal_id, asked.number) == ((None, 2) if "2" in which and "s42" not in which else (42, None))


@pytest.mark.parametrize(
    ("typed", "name", "slip"),
    [
        ("Corvnae", "Corvane", True),
        ("Crovane", "Corvane", True),
        ("Corvan", "Corvane", True),
        ("Corvvane", "Corvane", True),
        ("Corvane", "Corvane", False),
        ("Korvane", "Corvane", False),
        ("Covrnea", "Corvane", False),
        ("Aldersnud", "Aldersund", True),
        ("Aldrsud", "Aldersund", True),
        ("Aldersundish", "Aldersund", False),
        ("grian", "grain", False),
    ],
)
def test_a_slip_leaves_the_first_letter_and_grows_with_the_word(typed: str, name: str, slip: bool) -> None:
    """One in a name, two in a long one, none in a short word: there it would be another word."""
    assert is_slip(typed, name) is slip
