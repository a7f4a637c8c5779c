"""Stems: the forms of a word are one, different words are not."""

from __future__ import annotations

import pytest

from bot.text.stems import stem


@pytest.mark.parametrize(
    "forms",
    [
        "policy policies", "ban bans banned banning", "file files filed filing", "study studies studied",
        "control controls controlled controlling", "crash crashes crashed", "tax taxes taxed taxing", "bus bus",
        "fall falls fallen fell falling", "rise rises rose risen rising", "use uses used", "age ages aged",
        "agree agrees agreed", "die dies died", "movie movies", "add adds added adding", "woman women",
    ],
)  # fmt: skip
def test_forms_of_an_english_word_are_one(forms: str) -> None:
    """Plurals, -ed and -ing forms and the commonest irregular ones share a stem."""
    assert len({stem(word) for word in forms.split()}) == 1


@pytest.mark.parametrize("words", ["author authority", "new news", "unit united", "accord according", "in innings"])
def test_other_words_are_others(words: str) -> None:
    """What only shares a beginning is another word."""
    first, *_, last = words.split()
    assert stem(first) != stem(last)


def test_what_is_short_or_foreign() -> None:
    """A word of three letters has no ending to lose; a language without rules keeps its words."""
    assert [stem("was"), stem("wahlen", "de"), stem("wahl", "de"), stem("ostes", "de")] == [
        "was", "wahl", "wahl", "oste",
    ]  # fmt: skip
    assert stem("filing", "xx") == "filing"
