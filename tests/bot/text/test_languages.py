"""Languages by name, and which need a model."""

from __future__ import annotations

import pytest

from bot.text import languages, word_lists


def test_every_listed_language_has_its_word_lists() -> None:
    """What is said to be readable has function words of its own."""
    assert all(word_lists.stopwords(code) for code in languages.LISTED)


@pytest.mark.parametrize(
    ("code", "text", "name"),
    [
        ("en", "", None),
        ("it", "Il governo vieta", None),
        ("ja", "政府", "Japanese"),
        ("cs", "Vláda", "Czech"),
        ("pl", "Rząd", None),
        ("xx", "?", languages.UNKNOWN),
        (None, "Ships wait", None),
        (None, "1 2 3", None),
        (None, "政府が半導体", languages.UNKNOWN),
    ],
)
def test_what_needs_a_model(code: str | None, text: str, name: str | None) -> None:
    """A language without lists, and an unknown one in another script than ours."""
    assert languages.unlisted(code, text) == name


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ([], None),
        ([("ja", 0)], None),
        ([("ja", 1)], "1 article in Japanese needs a model"),
        ([("ar", 3), ("ja", 9)], "12 articles in Japanese and Arabic need a model"),
        (
            [("ja", 3), ("ar", 2), (None, 1)],
            f"6 articles in Japanese, Arabic and {languages.UNKNOWN} need a model",
        ),
    ],
)
def test_what_was_not_read_is_counted(counts: list[tuple[str | None, int]], words: str | None) -> None:
    """All together, the languages named, the most first."""
    assert languages.unread_words(counts) == words


def test_a_feed_says_its_language_or_shows_it() -> None:
    """By its own word, else by its titles."""
    assert languages.document_language("ja-JP", ["Ships"]) == ("ja", "Japanese")
    assert languages.document_language(None, ["政府が半導体の輸出を禁止した"]) == ("ja", "Japanese")
    assert languages.document_language(None, ["The ships wait off the port", "It is the end of the line"]) == (
        None,
        None,
    )
