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
