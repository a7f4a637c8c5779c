"""What stands as an article's claim, and a signal's title, quote and analysis by it. All articles are made up."""

# ruff: noqa: E501 - a case is one line, so that a table reads as a table

from __future__ import annotations

import pytest

from bot.analysts.extractive import Extractive
from bot.analysts.lexical import claims, telling
from bot.analysts.lexical.assertive import asserts
from bot.model.finding import Rejection
from bot.model.signal import Dossier
from bot.signals import quoting
from bot.text.segmentation import sentences
from tests.make import article, evidence, member, signal

LEAD = "The market for wool has become dynamic during this season, reflecting events in Ruritania, where the prices for clean and fine wool have soared above US$ 12 per kilo for the first time."

LONG = "the mill that was built by two brothers from the hills and burned down in the great fire of the harbour street"


@pytest.mark.parametrize(
    ("title", "text", "claim"),
    [
        # what it says before it asks
        ("Tribes buy the Amber River - can this help save it?", "The river is dry.", "Tribes buy the Amber River"),
        ("Food prices are surging in Ruritania. Is it the war?", "Bread is dear in town.", "Food prices are surging in Ruritania"),
        # a teaser behind a colon
        ("Ruritania: How six deaths fuelled distrust", "The ministry closed the mills after six deaths in May.", "The ministry closed the mills after six deaths in May"),
        ("'We Have Had Enough:' Inside a Mill", "Corvane cut the pay of its workers by half.", "Corvane cut the pay of its workers by half"),
        # a noun, a participle and an infinitive that are no verbs
        ("Dynamic market for RSW certified wool", LEAD, "The market for wool has become dynamic during this season"),
        ("New plans to tackle rents", "The cabinet will cap the rents of flats in towns.", "The cabinet will cap the rents of flats in towns"),
        # never cut in an aside, between dashes, in brackets or before its verb
        ("Prices", f"Any serious push to account for it — to abolish the tax, to pay those who lost their homes, and to mend the law — must begin in the spring, {'as the ministry says, ' * 4}and end soon.", "Any serious push to account for it — to abolish the tax, to pay those who lost their homes, and to mend the law — must begin in the spring"),
        # where it is long, without the clause of time that opens it, but not without a condition
        ("Cranes", f"As the harvest begins, Corvane of Torvik, {LONG}, has hired nine hundred hands.", f"Corvane of Torvik, {LONG}, has hired nine hundred hands"),
        ("Cranes", f"If the harvest begins, Corvane of Torvik, {LONG}, will hire nine hundred hands.", f"If the harvest begins, Corvane of Torvik, {LONG}, will hire nine hundred hands"),
        # whole quotation marks
        ("A stand", "Asked if he would resign, the head of Corvane said it must \"stay out of politics.\" Nobody agreed.", "Asked if he would resign, the head of Corvane said it must \"stay out of politics.\""),
    ],
)  # fmt: skip
def test_a_claim_is_whole(title: str, text: str, claim: str) -> None:
    assert claims.claim(article(title=title, text=text, sentences=sentences(text))) == claim


@pytest.mark.parametrize(
    ("title", "claims_something"),
    [
        ("Burglars ransack a bank in Torvik", True),
        ("Torvik party eyes reforms at its congress", True),
        ("US and Ruritania wrap up second round of talks", True),
        ("Texas plans to ban boilers", True),
        ("Ruritania's new plans to tackle rents", False),
        ("‘An Existential Question for Torvik’", False),
        ("Mapping strikes in the northern sea", False),
        ("In a widely awaited speech at the congress", False),
    ],
)  # fmt: skip
def test_verbs_of_headlines(title: str, *, claims_something: bool) -> None:
    """A noun before “to” or “for”, an adverb with its participle and a gerund make no claim."""
    assert asserts(title) is claims_something


def test_a_headline_that_breaks_off_without_a_claim_is_no_news() -> None:
    """A link with a remark: neither the broken headline nor the text says that anything happened."""
    text = "From a draft of the opening of The Long Road: “A ship on its way, a colony on a far world, commerce and strange new worlds of artificial intelligence software …”"
    found = Extractive().reading(
        article(title="From a draft of the opening of The...", text=text, sentences=sentences(text))
    )
    assert isinstance(found, Rejection)


def test_the_title_is_of_the_matter_they_share() -> None:
    """Of three articles on talks, the headline about a speech beside them is not the title."""
    names = (
        "Corvane and Calder open talks on merger",
        "Calder board backs talks on merger with Corvane",
        "Minister opens a bridge over the river near Torvik",
    )
    texts = [article(at, f"{name}. The talks on the merger go on.", title=name) for at, name in enumerate(names, 1)]
    members = tuple(member(each, evidence=(evidence(each, 1),)) for each in texts)
    composed = telling.compose(Dossier(signal(articles=members), tuple(texts)))
    assert composed.title in names[:2]


def test_a_quote_says_more_than_the_title() -> None:
    """Where the title is a sentence of the text, another sentence is the quote; a title that is shown cut it completes."""
    text = "Corvane will close its mill in Torvik. The works council was told on Monday that 900 jobs will go."
    one = article(1, text, title="Is this the end?", sentences=sentences(text))
    held = member(one, evidence=(evidence(one, 0), evidence(one, 1)))
    title = "Corvane will close its mill in Torvik"
    assert quoting.ranked(signal(title=title, articles=(held,)))[0].evidence.quote.startswith("The works council")
    long = f"Corvane will close its mill in Torvik {'and in each of its other towns ' * 5}."
    two = article(2, f"{long} Nothing else is known so far of what it plans.", title="The end?")
    held = member(two, evidence=(evidence(two, 0), evidence(two, 1)))
    assert quoting.ranked(signal(title=long.rstrip("."), articles=(held,)))[0].evidence.quote == long


def test_a_single_sentence_stands_under_its_headline() -> None:
    """The analysis does not say the title again where the text has nothing else: it says what the headline calls it."""
    text = "Investment in mills is soaring, but returns remain uncertain."
    one = article(1, text, title="Is This What a Bubble Looks Like?", sentences=sentences(text))
    composed = telling.compose(Dossier(signal(articles=(member(one, evidence=(evidence(one, 0),)),)), (one,)))
    assert composed.title == text.rstrip(".")
    assert composed.analysis.endswith("under the headline: Is This What a Bubble Looks Like?")


def test_what_hangs_on_the_quote_follows_it() -> None:
    """Where the text has nothing that stands alone beside the quote, the analysis is the quote and what goes on from it."""
    text = (
        "The blue markers of the border were to stand for a year only. But they keep moving into the fields of Torvik."
    )
    one = article(1, text, title="The border creeps into Torvik’s fields", sentences=sentences(text))
    composed = telling.compose(
        Dossier(signal(title=one.title, articles=(member(one, evidence=(evidence(one, 0),)),)), (one,))
    )
    assert composed.analysis == text


@pytest.mark.parametrize(
    ("language", "title", "lead"),
    [
        ("de", "Neue Regeln für den Mietmarkt in Torvik", "Die Regierung begrenzt die Mieten in Torvik auf zwölf Euro je Quadratmeter."),
        ("fr", "Nouvelles règles pour le marché locatif de Torvik", "Le gouvernement limite les loyers de Torvik à douze euros le mètre carré."),
        ("es", "Nuevas normas para el mercado del alquiler", "El gobierno reduce los alquileres de Torvik a doce euros por metro cuadrado."),
    ],
)  # fmt: skip
def test_a_foreign_headline_without_a_verb_is_no_claim(language: str, title: str, lead: str) -> None:
    """What happens is then said by the lead."""
    plain = article(1, lead, title=title, language=language, sentences=sentences(lead, language))
    assert claims.claim(plain) == lead.rstrip(".")
    claiming = " ".join(lead.rstrip(".").split()[:6])
    assert claims.claim(article(1, lead, title=claiming, language=language)) == claiming
