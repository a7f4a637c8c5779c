"""Which quote evidences a title, and which sentence stands by itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.model.finding import Stance
from bot.signals import quoting
from tests import make


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("But the port stayed shut.", "en"),
        ("44, has driven cranes for nineteen years.", "en"),
        ("For now the ships wait.", "en"),
        ("Will they come back?", "en"),
        ("They come back on Monday.", "en"),
        ("which is why it was shut.", "en"),
        ("It is a strike,” said the minister.", "en"),
        ("Aber der Hafen blieb zu.", "de"),
        ("Mais le port est resté fermé.", "fr"),
        ("Pero el puerto siguió cerrado.", "es"),
        ("Ma il porto è rimasto chiuso.", "it"),
    ],
)
def test_what_hangs_on_other_sentences(words: str, language: str) -> None:
    """Asides, questions, pronouns without a name, fragments and half quotations do not stand alone."""
    assert quoting.hangs(words, language)


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("This week the port was shut.", "en"),
        ("“We strike,” said the dockers.", "en"),
        ("Butter costs twice as much.", "en"),
        ("En Alemania suben los precios.", "es"),
        ("Diese Woche schließt der Hafen.", "de"),
    ],
)
def test_what_stands_alone(words: str, language: str) -> None:
    """A day or week that is named, a whole quotation, words of another language that look like a conjunction."""
    assert not quoting.hangs(words, language)


def test_what_contradicts_is_no_evidence() -> None:
    """The quote of an article that denies the signal is not the signal's, however near it is to the title."""
    told = make.article(1, "Cranes stand still in Noordhaven since Monday, the port said.", title="Port shut")
    denial = make.article(2, "Dockers did not shut Noordhaven, says its operator.", title="Operator: no strike")
    members = tuple(make.member(each, evidence=(make.evidence(each, 0),)) for each in (told, denial))
    members = (members[0], replace(members[1], stance=Stance.CONTRADICTS))
    signal = make.signal(title="Dockers shut Noordhaven", articles=members)
    assert [each.article.article_id for each in quoting.ranked(signal)] == [1]
    alone = make.signal(title="Dockers shut Noordhaven", articles=members[1:])
    assert [each.article.article_id for each in quoting.ranked(alone)] == [2]


@pytest.mark.parametrize(
    ("title", "other", "better"),
    [
        # in other words: another verb, and of a nation its adjective
        (
            "Corvane lends hand to Spain's Ruiz",
            "“We want it to do well,” a guest told the hall.",
            "Corvane has helped the Spanish premier Ruiz in a hard year.",
        ),
        (
            "Torvik opens probe into Corvane",
            "Breaches of this kind cost a firm dearly in most years.",
            "This investigation asks whether Corvane kept the rules.",
        ),
        # under the title it is clear who she is
        (
            "Book by Ana Ruiz tells her story",
            "Two critics sat in the hall and wrote nothing down.",
            "She tells in a book the story of the mine in the hills.",
        ),
        # neither a work that is cited nor a link
        (
            "Corvane grows vortex stones",
            "Tamm, Mikhail et al. “Towns and vortex names in songs.”",
            "They grow in a jar of salt that stands on a shelf.",
        ),
        (
            "Corvane grows vortex stones",
            "All of it on the screen: https://tape.example/vortex/7",
            "A jar of salt stands on a shelf above the stones.",
        ),
    ],
)
def test_the_quote_that_says_the_title(title: str, other: str, better: str) -> None:
    """In the same words or in others, from whichever article says most of it, be it the first or not."""
    told = [
        make.article(1, other, title=title, sentences=((0, len(other)),)),
        make.article(2, better, title="A visit", sentences=((0, len(better)),)),
    ]
    members = tuple(make.member(each, evidence=(make.evidence(each, 0),)) for each in told)
    assert quoting.ranked(make.signal(title=title, articles=members))[0].evidence.quote == better
