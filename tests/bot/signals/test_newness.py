"""Which names two stories share, and which words of a name tell anything."""

from __future__ import annotations

import pytest

from bot.signals.newness import lead_names
from bot.signals.weighing import name_terms


@pytest.mark.parametrize(
    ("actors", "shared", "named"),
    [
        ((), ("Oxlade", "Oxlade Compute"), ("Oxlade Compute",)),
        ((), ("Oxlade Compute", "oxladé"), ("Oxlade Compute",)),
        ((), ("Oxlade", "Amakusa Glass", "Amakusa"), ("Oxlade", "Amakusa Glass")),
        (("Amakusa",), ("Oxlade", "Torvik", "Amakusa"), ("Amakusa", "Oxlade", "Torvik")),
        ((), ("Oxlade", "Torvik", "Amakusa", "Corvane"), ("Oxlade", "Torvik", "Amakusa")),
        ((), ("Oxlade", "OXLADE"), ("Oxlade", "OXLADE")),
        ((), (), ()),
    ],
)
def test_a_name_that_is_part_of_another_is_not_named_beside_it(
    actors: tuple[str, ...], shared: tuple[str, ...], named: tuple[str, ...]
) -> None:
    """Three names at most, who acts first, and of a name's two forms the longer; where all are one, they stand."""
    assert lead_names(actors, shared) == named


@pytest.mark.parametrize("name", ["President", "Monday", "April", "AP", "dpa", "The Government", "2026", ""])
def test_what_everybody_writes_is_no_shared_name(name: str) -> None:
    """Common words, days, months, agencies and figures tell no story apart."""
    assert name_terms([name], "en") == {}


def test_the_rare_words_of_a_name_lead_to_it() -> None:
    """Each leads to the first name that holds it, and the common ones beside them to none."""
    assert list(name_terms(["Oxlade Compute", "President Oxlade", "Torvik on Monday"], "en").values()) == [
        "Oxlade Compute",
        "Oxlade Compute",
        "Torvik on Monday",
    ]
