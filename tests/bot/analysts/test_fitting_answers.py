"""Which sentence is the best answer, and which words of a text stand for those of a question. All texts are made up."""

from __future__ import annotations

import pytest

from bot.analysts.lexical.counting import counts
from bot.text.word_relations import likeness, stems
from tests.bot.analysts.test_answering import _said


@pytest.mark.parametrize(
    ("asked", "vague", "fitting"),
    [
        (
            "Which organisation measured the water?",
            "Somebody measured the water of the lake.",
            "The Tidal Institute measured the water of the lake.",
        ),
        (
            "Which group backs the strike?",
            "Some of the drivers back the strike.",
            "The Drivers’ Union of Veldt backs the strike.",
        ),
    ],
)
def test_the_sort_of_thing_that_is_asked_for_comes_first(asked: str, vague: str, fitting: str) -> None:
    """Of two sentences that hold the same words of the question the one that names what is asked for is the best,
    wherever it stands."""
    assert _said(asked, f"{vague} {fitting}")[0] == fitting
    assert _said(asked, f"{fitting} {vague}")[0] == fitting


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("How old is Ines Moe?", "Ines Moe, 54, runs it."),
        ("How far is Torvik from Veldt?", "Torvik is 40 kilometres from Veldt."),
        ("How far is Torvik?", "Torvik is 40 kilometres from Veldt."),
    ],
)
def test_an_age_or_a_distance_is_said_beside_the_name(asked: str, answer: str) -> None:
    """Nothing more of the question need stand there: the name and the figure are the answer."""
    assert _said(asked, f"Ferrona shut its smelter on Monday. {answer}") == [answer]


@pytest.mark.parametrize(
    ("sentence", "counted"), [("640 were hurt.", True), ("Some 640 were hurt.", True), ("Many were hurt.", False)]
)
def test_where_nothing_is_named_any_figure_counts(sentence: str, counted: bool) -> None:
    """“How many?” without a noun is answered by a figure anywhere in the sentence, its first word included."""
    assert counts(frozenset(), sentence) is counted


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("criticises", "rebuked"),
        ("evictions", "evicted"),
        ("opposing", "disagrees"),
        ("subsidises", "finances"),
        ("regulating", "rules"),
        ("employs", "hired"),
    ],
)
def test_a_word_is_its_synonym_in_any_form(one: str, other: str) -> None:
    """Newspapers use one for the other, whatever its ending; less than itself, the same both ways."""
    (wanted,), (held,) = stems(one), stems(other)
    assert 0 < likeness(wanted, held) == likeness(held, wanted) < 1
    assert likeness(wanted, wanted) == 1


@pytest.mark.parametrize(
    ("asked", "text", "answer"),
    [
        ("When was the alleged test?", "An official said a remote quake in 2020 was caused by a nuclear test.", 0),
        ("What caused the quake?", "An official said a remote quake in 2020 was caused by a nuclear test.", 0),
        (
            "At what age does Corvane want to ban social media?",
            "A rival called a ban below a certain age madness. Corvane plans to ban social media below the age of 16.",
            1,
        ),
        ("How much was the fine?", "The ship left after a payment of “several million euros”, said Ines Moe.", 0),
        ("Who is Kolb's challenger?", "Party leader Kolb faces a strong opposition challenge in April.", None),
    ],
)
def test_what_a_question_takes_for_granted_need_not_be_said(asked: str, text: str, answer: int | None) -> None:
    """What is “alleged” is told without the word; an age has a figure; whoever is asked for is somebody else."""
    found = _said(asked, text)
    assert found[:1] == ([] if answer is None else [text.split(". ")[answer].removesuffix(".") + "."])
