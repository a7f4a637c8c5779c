"""Messages in a channel's language: ours is translated, quotes and commands stay as they are."""

from __future__ import annotations

from collections.abc import Sequence

from bot.analysts.extractive import Extractive
from bot.briefing import translation
from bot.model.messages import Bullets, Card, Choice, Choices, Heading, Message, Paragraph, Quote, Run, plain


class Parrot(Extractive):
    """Says every text in capitals, but for what it was told to fail on."""

    translates = True

    def __init__(self, *fails: str) -> None:
        super().__init__()
        self.fails = fails
        self.asked: list[str] = []

    async def translate(self, texts: Sequence[str], language: str) -> Sequence[str | None]:
        self.asked += texts
        return [None if text in self.fails else text.upper() for text in texts]


GERMAN = Quote("Die Preise fallen.", (0, 3), "Zeitung", "https://zeitung.example", "from the summary", "de")
ENGLISH = Quote("Prices fall.", (0, 6), "Gazette", None, None, "en")
MESSAGE = Message(
    (
        Heading("The Bellwether"),
        Paragraph((Run("Correction.", strong=True), Run(" It was wrong."))),
        Bullets(((Run("one"),),)),
        Card(1, 1, "A title", 8, "", ("AI",), "1 article", "new", "An analysis.", GERMAN),
        ENGLISH,
        Choices((Choice("Why?", "why s1"),)),
    ),
    "A fallback",
)


async def test_without_a_language_only_foreign_quotes_are_translated() -> None:
    """Beside them, after what their note says already; the message is otherwise as it was."""
    parrot = Parrot()
    said = await translation.translated(MESSAGE, parrot, None)
    assert parrot.asked == ["Die Preise fallen."]
    assert "“Die Preise fallen.” Zeitung (from the summary; translation: DIE PREISE FALLEN.)" in plain(said)
    assert plain(said).replace("; translation: DIE PREISE FALLEN.", "") == plain(MESSAGE)


async def test_with_a_language_all_that_is_ours_is_translated() -> None:
    """Blanks between runs stay, tags and buttons do too; a quote in that very language needs nothing."""
    said = await translation.translated(MESSAGE, Parrot(), "de")
    lines = plain(said).splitlines()
    assert lines[:3] == ["THE BELLWETHER", "CORRECTION. IT WAS WRONG.", "- ONE"]
    assert "A TITLE" in lines[3]
    assert "8 · AI · 1 ARTICLE · NEW" in lines
    assert "“Die Preise fallen.” Zeitung (from the summary)" in lines
    assert "“Prices fall.” Gazette (translation: PRICES FALL.)" in lines
    assert "[Why?] why s1" in lines
    assert said.fallback == "A FALLBACK"


async def test_what_cannot_be_translated_stays() -> None:
    """A text the analyst has no translation of, and all of them with one that has none at all."""
    said = await translation.translated(MESSAGE, Parrot("The Bellwether"), "it")
    assert plain(said).splitlines()[0] == "The Bellwether"
    assert await translation.translated(MESSAGE, Extractive(), "it") == MESSAGE
