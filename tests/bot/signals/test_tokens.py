"""A text cut once for all who compare it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.signals.tokens import READ, TokenCache, key, tokenise
from bot.text.tokenisation import terms, words
from tests import make


def test_the_same_article_is_cut_once_and_an_equal_one_anew() -> None:
    """An article that comes again under its id with another text is another one."""
    cuts, article = TokenCache(), make.article(1)
    assert cuts.of(article) is cuts.of(article)
    assert cuts.of(replace(article, text="Nothing of it is true.")) != cuts.of(article)


def test_what_is_kept_is_bounded() -> None:
    """The earliest is cut anew when it comes again."""
    cuts, first = TokenCache(most=2), make.article(1)
    before = cuts.of(first)
    for number in (2, 3):
        cuts.of(make.article(number))
    assert cuts.of(first) == before
    assert cuts.of(first) is not before


@pytest.mark.parametrize("text", ["", "Steel prices fall 3.5 per cent"])
def test_a_headline_alone_gives_its_words_and_no_terms_of_a_text(text: str) -> None:
    """Whether its text is missing or says the same."""
    found = tokenise("Steel prices fall 3.5 per cent", text, "en")
    assert len(found.words) == len(words("Steel prices fall 3.5 per cent"))
    assert list(found.title) == [key(each) for each in terms("Steel prices fall 3.5 per cent", "en")]
    assert not found.terms


def test_all_words_are_compared_and_the_terms_of_the_beginning() -> None:
    """Copies are known by the whole text, stories by what it begins with."""
    text = "Nordkern closes a smelter. " * (2 * READ // 27)
    found = tokenise("A title", text, None)
    assert len(found.words) == len(words(text))
    assert 0 < len(found.terms) < len(terms(text))
    assert set(found.terms) == {key(each) for each in terms(text)}  # no word is cut in two


def test_a_script_without_blanks_is_cut_too() -> None:
    """Its beginning ends where it must."""
    found = tokenise("題", "鋼鉄の価格が下がる" * READ, "ja")
    assert 0 < len(found.terms) < 2 * READ


def test_figures_are_told_from_words() -> None:
    """By the sign of what stands for them; the same term is the same number."""
    assert key("3.5") < 0 < key("steel") == key("steel") != key("steal")
