"""Which dimensions beside the first an article has."""

from __future__ import annotations

import pytest

from bot.analysts.lexical.labels import supported
from bot.analysts.lexical.lexicon import Entry
from bot.analysts.lexical.lexicon_hits import Hit
from bot.model.finding import Dimension


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ([("strike", 2), ("union", 2)], True),
        ([("strike", 3), ("union", 2)], True),
        ([("strike", 2), ("strike", 3)], False),
        ([("strike", 3), ("union", 1)], False),
        ([("strike", 1), ("union", 1), ("wage", 1)], False),
        ([], False),
    ],
)
def test_a_further_dimension_stands_on_two_strong_words(words: list[tuple[str, int]], kept: bool) -> None:
    """Where no topic leans to it: one strong word, however often, and any number of weak ones carry none."""
    hits: dict[str, list[Hit]] = {
        Dimension.SOCIAL: [
            (at, Entry((word,), word, 1, Dimension.SOCIAL, weight, None)) for at, (word, weight) in enumerate(words)
        ]
    }
    found = supported((Dimension.ECONOMIC, Dimension.SOCIAL), (), hits)
    assert found == ((Dimension.ECONOMIC, Dimension.SOCIAL) if kept else (Dimension.ECONOMIC,))
