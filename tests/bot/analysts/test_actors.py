"""Who acts in an article: names and what only looks like one, in several languages. All articles are made up."""

# ruff: noqa: E501 - a case is one line, so that a table reads as a table

from __future__ import annotations

import pytest

from bot.analysts.lexical import lexicon, name_context, name_merging
from bot.analysts.lexical.actors import Namer
from bot.analysts.lexical.words import scan
from bot.text import taxonomy
from bot.text.name_forms import same_name
from bot.text.segmentation import sentences
from tests.make import article, publisher


def actors(title: str, text: str, language: str = "en", house: str = "Meridian Times") -> tuple[str, ...]:
    namer = Namer(taxonomy.load(), lexicon.load())
    told = article(title=title, text=text, sentences=sentences(text), language=language, publisher=publisher(house))
    return namer.actors(scan(told))


@pytest.mark.parametrize(
    ("language", "title", "text", "names"),
    [
        # who took the photograph
        ("en", "Corvane shuts a mill", "Corvane shut a mill, and Ada Lindqvist protested. (Image credit: Bo Farquhar)", {"Corvane", "Ada Lindqvist"}),
        ("de", "Nordkern schließt ein Werk", "Nordkern schließt ein Werk, sagte Ada Lindqvist. Foto: Bo Farquhar/dpa", {"Nordkern", "Ada Lindqvist"}),
        ("fr", "Corvane ferme une usine", "Le groupe Corvane ferme une usine, a dit Ada Lindqvist. Crédit photo : Bo Farquhar", {"Corvane", "Ada Lindqvist"}),
        ("it", "Corvane chiude una fabbrica", "Il gruppo Corvane chiude una fabbrica, ha detto Ada Lindqvist. Foto di Bo Farquhar", {"Corvane", "Ada Lindqvist"}),
        # a common word that opens a sentence
        ("en", "Party of the coast is split", "Turmoil has engulfed the Alliance for the Coast. Allegations are made by Ada Lindqvist, and others will follow. Others left.", {"Ada Lindqvist"}),
        ("en", "Security: Women of the coast speak", "Women were heard by the court, said Ada Lindqvist. Vengeance is not what they want.", {"Ada Lindqvist"}),
        ("fr", "Grève : les ports fermés", "Grève dans les ports, dit Corvane. Le syndicat de Corvane a appelé à la grève.", {"Corvane"}),
        # creeds and parties with a nation
        ("en", "Lawmaker is arrested", "Colombian Conservative Ada Lindqvist was met by the Texas Democrat and a Chinese American. Muslims and an Islamist spoke. Convicted US officers left.", {"Ada Lindqvist"}),
        # laws, regions, games, holidays
        ("en", "Calder is fined under the market act", "Calder was fined under the Digital Markets Act and the Torvik Accords before the Winter Games, the World Cup and Thanksgiving, on the Amber River in Lower Saxony.", {"Calder"}),
        # titles of works, unless they are bodies
        ("en", "A book on toys", "In “Playmakers,” Ada Lindqvist writes of toys, as in \"A Hymn to Steel\" and ‘Tender Lands’. The \"Free Shore\" group protested.", {"Ada Lindqvist", "Free Shore"}),
        ("es", "Un libro sobre juguetes", "En «Los Días Azules», Ada Lindqvist escribe sobre juguetes.", {"Ada Lindqvist"}),
        # a headline that capitalises everything, and one said again as the first sentence
        ("en", "‘People Don’t Think MPs Deserve It’: Tech CEOs Back Calder Pension Cut", "The pensions of lawmakers were cut, as Calder had asked.", {"Calder"}),
        ("en", "Why Machine Prose Is So Generic and Dull", "Why Machine Prose Is So Generic, Dull, and Dangerous. The essay is by Ada Lindqvist.", {"Ada Lindqvist"}),
        ("en", "‘CERN Is Stronger Than Ever’", "Its head spoke in the evening of what it does.", {"CERN"}),
    ],
)  # fmt: skip
def test_only_actors_are_named(language: str, title: str, text: str, names: set[str]) -> None:
    """Photographers, common words, creeds, laws, holidays and titles of works are none."""
    assert set(actors(title, text, language)) == names


def test_names_are_whole() -> None:
    """Initials, an institution's owner and general bodies belong to the name; a nation and a person do not."""
    text = (
        "The General Confederation of Labour met George W. Kelby and the Marrow County Sheriff’s Office. Moody’s and "
        "General Motors did not come, nor did the Torvik Parliament."
    )
    assert set(actors("A strike is called", text)) == {
        "General Confederation of Labour",
        "George W. Kelby",
        "Marrow County Sheriff’s Office",
        "Moody’s",
        "General Motors",
        "Torvik Parliament",
    }
    assert actors("A vote", "Peru’s Senate voted, said Essex Police.") == ("Senate", "Essex Police")


def test_the_house_does_not_act() -> None:
    """A publisher whose name begins with a figure names itself without it."""
    text = "The tool was sold by Calder, according to emails obtained by 404 Media. 404 Media asked Calder."
    assert actors("Calder sells a tool", text, house="404media.co") == ("Calder",)


@pytest.mark.parametrize(
    ("text", "full", "letters"),
    [
        ("The Alliance for the Coast (AfC) won. The AfC is new.", "Alliance for the Coast", "AfC"),
        ("The General Confederation of Labour (CGT) struck. The CGT is old.", "General Confederation of Labour", "CGT"),
    ],
)
def test_acronyms_of_another_language_are_the_same_actor(text: str, full: str, letters: str) -> None:
    """What stands in brackets right behind a name is its short form where it shares two of its letters."""
    sums = {full: 2.0, letters: 3.0}
    found = name_merging.acronyms(text, sums)
    assert found == {letters: full}
    assert name_merging.merged(sums, found) == {full: 5.0}


def test_parts_of_a_long_form_are_its_acronym() -> None:
    """“Immigration and Customs Enforcement (ICE)” is one actor, though a small word parts its name."""
    text = "He was held by Harbour and Border Control (HBC)."
    sums = {"Harbour": 2.0, "Border Control": 2.0, "HBC": 1.0}
    assert name_merging.merged(sums, name_merging.acronyms(text, sums)) == {"HBC": 5.0}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Alexei Orlovsky", "Alexey Orlovsky", True),
        ("José Herí", "Jose Heri", True),
        ("Orlovskyy", "Volodymyr Orlovsky", True),
        ("J.D. Kelby", "JD Kelby", True),
        ("Kelby Works", "Kelby", True),
        ("Ana Ruiz", "Ana Reis", False),
        ("Bush", "Rush", False),
        ("Kelby", "Calder", False),
    ],
)
def test_forms_of_a_name(one: str, other: str, *, same: bool) -> None:
    """Accents, dots, transliterations and shorter forms make no other name; a letter of a short word does."""
    assert same_name(one, other) is same
    assert same_name(other, one) is same


def test_two_spellings_are_one_actor() -> None:
    assert name_merging.merged({"Alexei Orlovsky": 3.0, "Alexey Orlovsky": 2.0}, {}) == {"Alexei Orlovsky": 5.0}


def test_a_quoted_sentence_is_no_title() -> None:
    """A title of a work capitalises every long word and neither asks nor calls."""
    text = "He said “We will go to Torvik” and “What Now?” of “The Long Road Home”."
    assert [text[start:end] for start, end in name_context.works(text)] == ["“The Long Road Home”"]


@pytest.mark.parametrize(
    ("language", "title", "text", "names"),
    [
        ("en", "Market for RSW certified Corriedale wool grows", "The market for wool has grown, says Ada Lindqvist.", ("Ada Lindqvist",)),
        ("en", "Regulator fears Corvane will fail", "The watchdog is worried, says Ada Lindqvist.", ("Corvane", "Ada Lindqvist")),
        ("nl", "Minder winst voor Corvane door staal", "Het bedrijf wil bouwen, zei Ada Lindqvist.", ("Corvane", "Ada Lindqvist")),
        ("en", "Young people cook at home", "Ada Lindqvist, a 23-year-old baker in Torvik, cooks with pans that Corvane sold.", ("Corvane",)),
        ("fr", "Les jeunes cuisinent", "Ada Lindqvist, une boulangère de 23 ans, cuisine. Le groupe Corvane lui vend des poêles.", ("Corvane",)),
        ("en", "Lindqvist is fined over pans", "Ada Lindqvist, a 23-year-old baker in Torvik, was fined by Corvane.", ("Ada Lindqvist", "Corvane")),
    ],
)  # fmt: skip
def test_what_only_stands_before_a_noun_or_is_private(language: str, title: str, text: str, names: tuple[str]) -> None:
    """A brand of goods in the headline, and somebody whom an age brings in as an example, act in nothing."""
    assert actors(title, text, language) == names


def test_what_begins_behind_a_dateline_is_no_name_for_that() -> None:
    """Its first word has its capital from where it stands, as at any beginning."""
    text = (
        "LONDON (Tidewire) - Container lines have diverted 14 ships from Marrowick, the port operator said.\n\n"
        "Calderbeck Ports said the ships carried about 41,000 containers and would unload at Zeebrugge."
    )
    assert set(actors("Carriers divert 14 ships as dockers strike", text)) == {"Marrowick", "Calderbeck Ports"}
