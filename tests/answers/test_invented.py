"""Questions by what sort of thing they ask for, about short invented articles: each is answered, or refused, right."""

from __future__ import annotations

from dataclasses import replace

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


@pytest.mark.parametrize(("part", "most"), [("first", 1), ("second", 2)])
def test_they_are_answered_right(part: str, most: int) -> None:
    """Of either part hardly one is wrong: the right sentence is quoted, or it is said that the sources do not say."""
    wrong = invented.wrong(part)
    assert len(wrong) <= most, "\n".join(wrong)
    assert not any("said:" in each and _unanswerable(part, each) for each in wrong)


def _unanswerable(part: str, outcome: str) -> bool:
    asked = outcome.partition(": ")[0]
    return any(not each.answerable for each in invented.questions(part) if each.ask == asked)


@pytest.mark.parametrize("before", ["Which law was passed?", "How much money is involved?", "Who quit?"])
def test_a_question_stands_for_itself(before: str) -> None:
    """What was asked before changes nothing in the answer to a whole question, however short."""
    for question in (each for each in invented.questions("first") if each.of == "rivers"):
        assert invented.put(replace(question, after=before)) == invented.put(replace(question, after="")), question.ask


def test_no_sentence_is_quoted_twice() -> None:
    """Not even in part: quotes of one answer do not overlap."""
    for part in ("first", "second"):
        for question in invented.questions(part):
            cites = [cite for each in invented.put(question).parts for cite in each.cites]
            pairs = [(one, other) for at, one in enumerate(cites) for other in cites[at + 1 :]]
            same = [(a, b) for a, b in pairs if a.article_id == b.article_id and a.start < b.end and b.start < a.end]
            assert same == [], question.ask


def test_a_headline_is_never_a_quote() -> None:
    """What only a headline says is named as the headline of its article, without evidence from the text."""
    (part,) = invented.put(next(each for each in invented.questions("first") if each.headline)).parts
    assert part.headline is not None
    assert part.cites == ()
