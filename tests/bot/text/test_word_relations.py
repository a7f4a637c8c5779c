"""How far one word stands for another, and that a look-up finds the same as comparing every pair."""

from __future__ import annotations

import pytest

from bot.text.tokenisation import term, terms
from bot.text.word_relations import likeness, nearest

HELD = frozenset(
    terms("lost fell manufacture Spanish Ukraine boycott clear unfair insurer job ruling portal taken shut")
)
WANTED = terms("lose fall manufacturer Spain boycotted unclear fair insurance position reign port take work harbour")


@pytest.mark.parametrize("wanted", WANTED)
def test_the_nearest_word_is_the_likest_of_all(wanted: str) -> None:
    """Only words that can stand for it are compared, and none of those is missed."""
    assert nearest(wanted, HELD) == max(likeness(wanted, each) for each in HELD)


@pytest.mark.parametrize(
    ("wanted", "held"), [("lose", "lost"), ("spain", "spanish"), ("fair", "unfair"), ("job", "work")]
)
def test_a_form_a_place_and_another_word_are_found(wanted: str, held: str) -> None:
    """An irregular form, what belongs to a place, an opposite, and a word that newspapers use for it."""
    assert nearest(term(wanted), frozenset({term(held), "harbour"})) > 0
