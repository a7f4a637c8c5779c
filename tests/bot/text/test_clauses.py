"""Long texts end at a sentence, else at a clause, else between words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text import clauses


@pytest.mark.parametrize(
    ("text", "most", "kept"),
    [
        ("Short.", 20, "Short."),
        ("It ends here. And it goes on from here.", 20, "It ends here."),
        ("Ships wait off the port, and nobody unloads them", 30, "Ships wait off the port"),
        ("One two three four five six seven", 20, "One two three four"),
        ("He said: “wait, then go, then wait” and left it there", 40, "He said: “wait, then go, then wait” and"),
        ("The port (Kesa, Lumo, and others) is shut, it said", 42, "The port (Kesa, Lumo, and others) is shut"),
        ("x" * 50, 20, "x" * 20),
    ],
)
def test_where_a_text_ends(text: str, most: int, kept: str) -> None:
    """At the strongest border that leaves enough, never within a quotation or a bracket where there is another."""
    assert text[: clauses.clause_end(text, most)] == kept


def test_what_is_cut_says_so() -> None:
    """By an ellipsis that stands for what is missing."""
    assert clauses.shortened("Ships wait off the port, and nobody unloads them", 30) == "Ships wait off the port…"


@given(st.text(st.sampled_from("abc ,.;“”()"), max_size=120), st.integers(2, 60), st.integers(0, 120))
def test_what_is_kept_has_room(text: str, most: int, before: int) -> None:
    """At most so many characters, from the text itself; a start lies at most so far before what is to be held."""
    assert len(clauses.shortened(text, most)) <= most
    assert clauses.clause_end(text, most) <= most
    before = min(before, len(text))
    start = clauses.clause_start(text, before, most)
    assert max(0, before - most) <= start <= before
