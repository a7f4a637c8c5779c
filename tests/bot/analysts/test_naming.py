"""Which capitalised words are somebody's name, and what of a question is of the time to come. All texts are made up."""

from __future__ import annotations

import pytest

from bot.analysts.extractive import Extractive
from bot.analysts.lexical import german, lexicon
from bot.analysts.lexical.actors import Namer
from bot.analysts.lexical.future import looks_ahead
from bot.model.finding import Finding
from bot.text import taxonomy
from bot.text.segmentation import sentences
from bot.text.stems import stem
from tests.make import article

NEWS = "will close its refinery in Chile and cut 1,400 jobs, the company said on Monday."


async def actors(text: str) -> tuple[str, ...]:
    piece = article(1, text=text, title="Refinery to close", sentences=sentences(text))
    (finding,) = await Extractive().read([piece])
    assert isinstance(finding, Finding)
    return finding.actors


@pytest.mark.parametrize("before", [" ", "\n\n", " “", "\n\n“"])
async def test_a_word_that_opens_a_sentence_is_no_name_for_that(before: str) -> None:
    """Wherever a sentence begins (in a paragraph, with it, behind a quotation mark), its first word has its capital
    from there."""
    text = (
        f"Northvale Lithium {NEWS}{before}Grain is dear in Arica.{before}Grain was never so rare.{before}Grain is gone."
    )
    assert await actors(text) == ("Northvale Lithium",)


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ("Former King Olav Brenn", "Olav Brenn"),
        ("King Olav Brenn", "Olav Brenn"),
        ("Deputy Foreign Minister Ada Lind", "Ada Lind"),
        ("Veldt King", "Veldt King"),
    ],
)
async def test_a_title_is_no_part_of_a_name(written: str, named: str) -> None:
    """Before a name, also behind “former” or what somebody is minister of; a name that ends in such a word keeps it."""
    assert named in await actors(f"{written} {NEWS} Later {written} said that the works had lost $40m.")


@pytest.mark.parametrize(
    ("mentions", "believed"),
    [
        ([("Corvanex", 2.0, False), ("Corvanex", 1.0, True)], {"Corvanex": 3.0}),
        ([("Karl Bergonis", 2.0, False), ("Bergonis", 1.0, True)], {"Karl Bergonis": 2.0, "Bergonis": 1.0}),
        ([("Corvanex", 2.0, True), ("Corvanex", 1.0, True)], {"Corvanex": 3.0}),
        ([("Corvanex", 1.0, True), ("Corvanex", 1.0, True)], {}),
        ([("Farmers", 9.0, True)], {}),
        ([("Farmers", 1.0, False), ("Farmers", 9.0, True)], {"Farmers": 10.0}),
    ],
)
def test_a_doubtful_name_needs_a_sure_one_or_weight(
    mentions: list[tuple[str, float, bool]], believed: dict[str, float]
) -> None:
    """What only begins sentences counts where it is elsewhere a name or part of one, or else where it is no common
    word and stands there often enough."""
    namer = Namer(taxonomy.load(), lexicon.load())
    assert namer.believed(mentions, "Corvanex and Karl Bergonis met the farmers.") == believed


@pytest.mark.parametrize(
    ("asked", "said", "language", "ahead"),
    [
        ("What happens next?", "They will meet.", "en", True),
        ("What happens next?", "They met.", "en", False),
        ("What happens tomorrow?", "They will meet.", "en", False),
        ("What happens tomorrow?", "They will meet on Monday.", "en", True),
        ("Was passiert als nächstes?", "Sie werden sich treffen.", "de", True),
        ("Was passiert als nächstes?", "Sie trafen sich.", "de", False),
        ("Que va-t-il se passer ?", "Ils se réuniront demain.", "fr", True),
        ("Que va-t-il se passer ?", "Ils se sont réunis.", "fr", False),
    ],
)
def test_what_is_to_come_is_said_in_the_language_of_the_question(
    asked: str, said: str, language: str, ahead: bool
) -> None:
    """And where an English question names a day, the day must stand there too."""
    assert looks_ahead(asked, said, language) is ahead


@pytest.mark.parametrize(("known", "named"), [((), "Zinkerz"), ((stem("zinkerz"),), None)])
def test_a_known_noun_that_comes_twice_is_no_german_name(known: tuple[str, ...], named: str | None) -> None:
    """A bare word that comes twice is taken for a name, unless it is a common noun of the word lists."""
    text = "Zinkerz fehlt den Hütten. Zinkerz kostet so viel wie nie."
    assert german.Names("Hütten stehen still", text, known).cut("Zinkerz") == named
