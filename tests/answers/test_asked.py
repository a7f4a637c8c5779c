"""What a reader of a brief asks about invented articles: each answered, or refused, right, alone and in one thread."""

from __future__ import annotations

import pytest

from tests.answers import asked
from tests.answers.asked import Part, Way


@pytest.mark.parametrize("part", asked.PARTS)
def test_what_must_be_quoted_stands_in_the_articles(part: Part) -> None:
    """No question asks for words that its articles do not hold."""
    for question in asked.questions(part):
        held = "\n".join(f"{each.title}\n{each.text}" for each in asked.texts(question.about))
        assert all(each in held for each in question.cite), question.ask


def test_of_either_part_some_must_be_refused() -> None:
    """Thirty questions each, of which at least four have no answer and one is answered from the record."""
    for part in asked.PARTS:
        lists = [each.list for each in asked.questions(part)]
        assert len(lists) == 30
        assert lists.count("refuse") >= 4
        assert "recorded" in lists


FLOORS: dict[Part, int] = {"tuned": 28, "blind": 25}


@pytest.mark.parametrize("way", asked.WAYS)
@pytest.mark.parametrize("part", FLOORS)
async def test_they_are_answered_right(part: Part, way: Way) -> None:
    """The right sentence is quoted, the record is read out, or it is said that the sources do not say."""
    outcomes = await asked.sit(part, way)
    assert sum(each.right for each in outcomes) >= FLOORS[part], "\n".join(asked.wrong(outcomes))
