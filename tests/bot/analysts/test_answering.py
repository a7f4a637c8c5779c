"""What an answer must hold: whose word, whose figure and whose deed it is, and why; in the languages that are read."""

from __future__ import annotations

import pytest

from bot.analysts.lexical import acting, counting, foreign_words, future, type_matching
from bot.analysts.lexical.answer_types import AnswerType, asked_for
from bot.analysts.lexical.answering import answer, objections
from bot.model.question import Answer
from bot.model.signal import Dossier
from bot.text import segmentation
from bot.text.word_relations import likeness, spelled_alike, stems
from tests import make


def _dossier(text: str, title: str = "Ferrona shuts its smelter", language: str = "en") -> Dossier:
    spans = segmentation.sentences(text, language)
    article = make.article(1, text, title=title, sentences=spans, language=language)
    return Dossier(make.signal(title=title, articles=(make.member(article, evidence=()),)), (article,))


def _said(asked: str, text: str, **fields: str) -> list[str]:
    said = answer(asked, _dossier(text, **fields))
    return [] if said.silent else [part.text for part in said.parts]


# --- a quote begins where a text does --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "dateline", ["VELDT (Tidewire) - ", "VELDT, Norway (Tidewire) — ", "VELDT — ", "VELDT, 3 March — ", ""]
)
def test_a_quote_begins_behind_the_dateline(dateline: str) -> None:
    """A place and an agency before the first sentence are no part of what is quoted; the quote stands in the text."""
    dossier = _dossier(f"{dateline}Ferrona shut its smelter on Monday. It employed 900 people.")
    said = answer("When did Ferrona shut its smelter?", dossier)
    (cite,) = said.parts[0].cites
    assert cite.quote == "Ferrona shut its smelter on Monday."
    assert dossier.texts[0].text[cite.start : cite.end] == cite.quote


def test_lines_that_link_are_no_answer() -> None:
    """“Read more: …” is neither quoted nor taken along."""
    text = "Ferrona shut its smelter.\n\nRead more: How Ferrona lost its market\n\nIts market had shrunk by a third."
    assert _said("How much did the market shrink?", text) == ["Its market had shrunk by a third."]


# --- whose it is -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "speaks"),
    [
        ("Ines Moe said that it was over.", True),
        ("“It is over,” said the owner's lawyer, Ines Moe.", True),
        ("Ines Moe, who owns it, has called it a mistake.", True),
        ("Ines Moe of Arden Bank doubts it.", True),
        ("Asked about Moe's speech, Karl Berg told reporters nothing.", False),
        ("The board said it had notified Moe.", False),
    ],
)
def test_who_speaks_is_the_subject(sentence: str, speaks: bool) -> None:
    """A name near a verb of saying is not enough."""
    assert acting.speaks(sentence, lambda stem: stem == "moe", pronouns=False) is speaks


@pytest.mark.parametrize(
    ("sentence", "suffers"),
    [
        ("The mayor was ousted on Monday.", True),
        ("The mayor was ousted by the council.", False),
        ("The council ousted the mayor.", False),
        ("The council is ousting the mayor.", False),
        ("Mayor ousted after vote", True),
    ],
)
def test_to_suffer_is_not_to_do(sentence: str, suffers: bool) -> None:
    """Of what is said in the passive, without by whom, nobody is known to have done it."""
    assert acting.undergoes(sentence, lambda stem: stem == "oust") is suffers


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("How much zinc did Ferrona sell?", True),
        ("How much zinc did Norvik sell?", False),
        ("How much zinc did Ferrona burn?", False),
        ("How much lead did Norvik sell?", True),
    ],
)
def test_a_figure_is_of_what_is_asked_and_of_whom(asked: str, answered: bool) -> None:
    """What another sold, what was sold of something else, or what was done with it besides, is no answer."""
    text = "Ferrona sold 4,000 tonnes of zinc last year. Rival Norvik sold 9,000 tonnes of lead."
    assert bool(_said(asked, text)) is answered


def test_an_age_is_of_whom_it_is_asked() -> None:
    """An age in the next sentence is somebody else's."""
    text = "Ines Moe will leave. Karl Berg, 61, takes over."
    assert _said("How old is Berg?", text) == ["Karl Berg, 61, takes over."]
    assert _said("How old is Moe?", text) == []


def test_a_year_is_no_count() -> None:
    """“in 2020” says when, and not how large."""
    assert not type_matching.holds(AnswerType.HOW_MANY, "The quake of 2020 was felt in Veldt.")
    assert type_matching.holds(AnswerType.HOW_MANY, "The quake of 2020 was felt by 300 people.")


@pytest.mark.parametrize(
    ("sentence", "named"),
    [
        ("The ships were bound for Norway.", True),
        ("The ships were Norwegian.", False),
        ("The ships were bound for Oslo.", False),
        ("The ships were built for Ferrona.", False),
    ],
)
def test_a_country_is_named_as_such(sentence: str, named: bool) -> None:
    """Neither its capital, nor what belongs to it, nor any other name is a country."""
    assert type_matching.holds(AnswerType.COUNTRY, sentence) is named


def test_a_place_has_a_capital_and_a_reason_need_not() -> None:
    """In other languages too a place is told from a time by its letters; a reason is one wherever it stands."""
    assert type_matching.holds(AnswerType.WHERE, "Le pont est tombé près de Lodi.", "fr")
    assert not type_matching.holds(AnswerType.WHERE, "Le pont est tombé dans la nuit.", "fr")
    assert type_matching.holds(AnswerType.WHY, "Weil der Strom fehlte, stand das Werk still.", "de")
    assert type_matching.holds(AnswerType.WHY, "Das Werk stand still, weil der Strom fehlte.", "de")


def test_what_comes_nearest_holds_something_of_the_question() -> None:
    """Where the texts do not tell, no sentence is shown that has nothing to do with what was asked."""
    said = answer("How tall is the smelter?", _dossier("Rain fell in Veldt. Ferrona shut its smelter.", title="News"))
    assert said.silent
    assert [part.text for part in said.parts] == ["Ferrona shut its smelter."]


def test_names_in_two_spellings_are_one() -> None:
    """So are a country, what belongs to it, and its letters; but the US is not us, nor the WHO who."""
    assert spelled_alike("zelenskiy", "zelensky")
    assert not spelled_alike("norvik", "norvall")
    assert likeness("spain", "spanish") > 0
    assert stems("the US") == stems("the United States") == stems("the U.S.")
    assert asked_for("Why did it leave the WHO?") is AnswerType.WHY


# --- why, and what then ----------------------------------------------------------------------------------------------


def test_a_reason_may_stand_well_below() -> None:
    """One that is named as such is that of what was told some sentences before."""
    text = (
        "Ferrona shut its smelter on Monday. It employed 900 people. The town has no other works. A bus will take them "
        "to Veldt. The reason, the board said, was the price of power."
    )
    assert _said("Why did Ferrona shut its smelter?", text) == ["The reason, the board said, was the price of power."]


def test_a_bridge_over_a_river_is_no_reason() -> None:
    """ "Over" names a reason only before what people argue about."""
    assert type_matching.gives_cause("She quit over doubts about the figures.")
    assert not type_matching.gives_cause("A bridge over the Visk river fell.")


def test_who_objects_needs_no_word_of_its_own() -> None:
    """Denials and reproaches are found by what they are; a text without them has none."""
    text = "Ferrona shut its smelter. The union called it “a betrayal”. The firm denied that it had lied."
    assert [each.quote for each in objections(_dossier(text))] == [
        "The union called it “a betrayal”.",
        "The firm denied that it had lied.",
    ]
    assert objections(_dossier("Ferrona shut its smelter. A bus will take them to Veldt.")) == ()


def test_what_is_next_is_what_is_planned() -> None:
    """What will happen, rather than what has."""
    text = "Ferrona shut its smelter on Monday. Karl Berg will buy its land in October. It had employed 900 people."
    assert _said("What happens next?", text) == ["Karl Berg will buy its land in October."]


def test_what_was_quoted_is_not_quoted_again_beside_the_answer() -> None:
    """The best sentence is, whatever was quoted before; a further one only where it is new."""
    dossier = _dossier("Ferrona shut its smelter on Monday. Ferrona also shut its smelter in Veldt on Monday.")
    first: Answer = answer("When did Ferrona shut its smelter?", dossier)
    cites = [cite for part in first.parts for cite in part.cites]
    assert answer("When did Ferrona shut its smelter?", dossier, shown=cites).parts == first.parts[:1]


# --- in other languages ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "question", "text", "right"),
    [
        ("de", "Wie viele Menschen starben?", "Bei dem Brand starben elf Menschen. Es war in Graz.", None),
        ("de", "Wie viele Menschen starben?", "Bei dem Brand starben 11 Menschen. Es war in Graz.", "11 Menschen"),
        ("de", "Was wird der Minister morgen sagen?", "Der Minister sagte gestern nichts dazu.", None),
        ("fr", "Combien de salariés sont licenciés ?", "L'usine ferme. Elle licencie 300 salariés.", "300 salariés"),
        ("es", "¿Cuándo empezó la huelga?", "La huelga empezó el lunes en Vigo.", "el lunes"),
        ("es", "¿Por qué hay huelga?", "La huelga se debe a los salarios, porque no suben.", "porque"),
        ("it", "Dove è caduto il ponte?", "Il ponte è caduto nella notte a Lodi.", "a Lodi"),
        ("pt", "Quantas pessoas morreram?", "Morreram 12 pessoas no incêndio de Faro.", "12 pessoas"),
        ("nl", "Waarom sluit de fabriek?", "De fabriek sluit vanwege de hoge prijzen.", "vanwege"),
    ],
)
def test_numbers_persons_places_times_and_reasons(language: str, question: str, text: str, right: str | None) -> None:
    """Each is known in the question and in the sentence, in every language that is read."""
    said = _said(question, text, title="…", language=language)
    assert bool(said) is (right is not None)
    assert right is None or any(right in each for each in said)


def test_the_language_of_a_question_is_that_of_its_small_words() -> None:
    """Of those of the texts, and English where none fits better."""
    assert foreign_words.language_of("Was sagte der Minister?", ["de"]) == "de"
    assert foreign_words.language_of("Was the minister told?", ["de"]) == "en"
    assert foreign_words.language_of("Was sagte der Minister?", []) == "en"
    assert future.about_future("Que va décider le gouvernement ?", "fr")
    assert counting.counts_persons("Hoeveel mensen stierven?", "nl")
