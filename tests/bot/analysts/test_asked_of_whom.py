"""Whether a sentence is of whom or what it is asked, and of the sort that is asked for. All texts are made up."""

from __future__ import annotations

import pytest

from bot.analysts.lexical import future
from tests.bot.analysts.test_answering import _said


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        (
            "What will the port do next year?",
            "The port of Torvik lies idle. Every union in Europe will open its next talks in March next year.",
        ),
        (
            "What will the drivers do next?",
            "Police have closed the depot, holding 80 drivers, and threatened to clear it.",
        ),
        ("Who will buy Harrow?", "Ilse Brandt bought yards, and planned to charge Harrow $6 million for its name."),
        ("What does Norway say?", "Defence Minister Jan Moe on Friday accused Norway of spying on the fleet."),
        ("Did they reach a deal?", "The fleet will sail on Friday if a deal cannot be reached."),
    ],
)
def test_what_is_told_of_another_is_no_answer(asked: str, text: str) -> None:
    """A plan of somebody else, a speech about somebody, and what is so only in a condition are not cited."""
    assert _said(asked, text) == []


@pytest.mark.parametrize(
    ("asked", "text", "answer"),
    [
        ("What will the port do next year?", "The port of Torvik will close two quays next year.", "two quays"),
        (
            "What did Moe say about tolls?",
            "“The bridge is ours,” Moe said. “It stays open. We reject any tolls on it.”",
            "We reject any tolls",
        ),
        ("Why do the guards wear masks?", "Most of the guards wear masks to hide their faces.", "hide their faces"),
        ("Why does the canal matter?", "The canal is the region's most important route for grain.", "most important"),
        ("What is Moe accused of?", "Prosecutors suspect Moe of selling maps to smugglers.", "selling maps"),
        (
            "Who is Ada Lind?",
            "“It is over,” said Ada Lind, Torvik Water’s chief engineer, on Monday.",
            "chief engineer",
        ),
    ],
)
def test_what_is_told_of_them_is_cited(asked: str, text: str, answer: str) -> None:
    """Their own plans, speech that runs over several sentences, purposes, weight and accusations."""
    assert any(answer in each for each in _said(asked, text)), _said(asked, text)


def test_a_clause_about_the_future_names_its_subject() -> None:
    """It stands before the verb, behind “expect”, or at the head of the sentence where the clause has none."""
    assert [subject.strip() for subject, _ in future.foretold("Nordline said on Friday, and it will close.")] == [
        "and it"
    ]
    (expected,) = future.foretold("Analysts expect the bank to raise its rates.")
    assert "the bank" in expected[0]
    (headless,) = future.foretold("Police have closed the gate and threatened to stay.")
    assert "Police" in headless[0]
