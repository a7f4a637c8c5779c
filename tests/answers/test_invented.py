"""Questions by what sort of thing they ask for, about short invented articles: each is answered, or refused, right."""

from __future__ import annotations

import pytest

from tests.answers import invented


def test_of_each_part_a_quarter_must_be_refused() -> None:
    """At least 25 questions, of which both parts have answerable and unanswerable ones."""
    first, second = invented.questions("first"), invented.questions("second")
    assert len(first) + len(second) >= 25
    for part in (first, second):
        assert len(part) / 5 <= sum(not each.answerable for each in part) <= len(part) / 2


@pytest.mark.parametrize("part", ["first", "second"])
def test_what_must_be_quoted_stands_in_the_articles(part: str) -> None:
    """No question asks for a quote or a headline that its articles do not hold."""
    for question in invented.questions(part):
        texts = invented.dossier(question.of).texts
        assert not question.cite or any(each in text.text for each in question.cite for text in texts), question.ask
        assert any(question.headline in text.title for text in texts), question.ask
