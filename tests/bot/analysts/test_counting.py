"""What "how many …" counts, and which numbers count it."""

from __future__ import annotations

import pytest

from bot.analysts.lexical.counting import counted, counts


@pytest.mark.parametrize(
    ("question", "sentence", "counts_it"),
    [
        ("how many nurses walked out?", "The clinic pays its nurses 85 cents more for every night.", False),
        ("how many nurses walked out?", "The strike, the first of nurses in 17 years, began today.", False),
        ("how many nurses walked out?", "The union, which represents 640 nurses, said no.", True),
        ("how many nurses walked out?", "More than 2 million nurses walked out.", True),
        ("how many years did it last?", "It was the first in 17 years.", True),
        ("how many kilometres will be built?", "Of the line 620 kilometres will be built.", True),
    ],
)
def test_a_measure_is_no_number_of_people(question: str, sentence: str, counts_it: bool) -> None:
    """A number right before a unit says how much, unless the unit itself is asked for."""
    assert counts(counted(question), sentence) is counts_it
