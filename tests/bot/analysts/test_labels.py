"""What an article is about, and where: labels that a title or several words carry. All articles are made up."""

# ruff: noqa: E501 - a case is one line, so that a table reads as a table

from __future__ import annotations

import pytest

from bot.analysts.extractive import Extractive
from bot.model.finding import Dimension, Finding
from bot.text import taxonomy
from bot.text.segmentation import sentences
from tests.make import article


def finding(title: str, text: str, language: str = "en") -> Finding:
    reading = Extractive().reading(article(title=title, text=text, sentences=sentences(text), language=language))
    assert isinstance(reading, Finding), reading
    return reading


FAR = " The committee met. The vote was late. Much was said. Many came. It rained. Nobody left."


@pytest.mark.parametrize(
    ("title", "text", "topics"),
    [
        # an office, or what somebody was, is no topic
        ("Ministry sells a port to Corvane", "The port was sold, said Foreign Minister Ada Lindqvist, who signed the law in parliament.", ()),
        ("Senator may run for president", "The senator, a former ambassador, says that the election campaign will start in May, and that voters want it.", ("elections",)),
        # one word far down says little, however often it comes again; several words do
        ("Parliament passes a law on courts", f"The law was passed by the government.{FAR} Wartime leaders came. Wartime songs were sung. Wartime was recalled.", ()),
        ("Parliament passes a law on courts", f"The law was passed by the government.{FAR} A ceasefire holds. The truce ends an invasion.", ("war",)),
        # a lead's word counts where it fits what the article is about
        ("Bank lends less as profits fall", "The bank's profit and its share price fell after an earthquake. Shares of lenders fell.", ("markets",)),
    ],
)  # fmt: skip
def test_a_topic_is_carried(title: str, text: str, topics: tuple[str, ...]) -> None:
    """By the title, or by several words of the text; never by an office or a single word that comes again."""
    found = finding(title, text).topics
    assert set(topics) <= set(found)
    assert not {"diplomacy", "natural disasters"} & set(found)
    assert ("war" in found) is ("war" in topics)


@pytest.mark.parametrize(
    ("language", "title", "text", "places"),
    [
        # where something comes from, while the title says where it happens
        ("en", "Peru ousts its president", "Congress removed the president over meetings with Chinese businessmen and a Spanish carmaker.", ("PE",)),
        ("en", "Peru ousts its president", "Congress removed the president over meetings with Chinese officials on a law.", ("PE", "CN")),
        ("en", "Court rejects a claim of farm workers", "A French court has rejected the claim of Nicaraguan farm workers, the government said.", ("FR", "NI")),
        # how far something reaches
        ("en", "Festivities mark the new year in China", "Millions celebrate, from Argentina to Kenya, and the government of China spends more.", ("CN",)),
        # in a name
        ("en", "Rivals of Poland meet at Munich Security Conference", "The Munich Security Conference heard the president of Poland, who spoke of the army.", ("PL",)),
        ("en", "Bank of England holds rates", "The Bank of England held its rate, and inflation fell.", ("GB",)),
        # in the name of a newspaper, where somebody lives or was born, and of what nation an artist is
        ("en", "Peru ousts its president", "The president of Peru was removed, the Hungary Herald and the Norway Morning Post reported.", ("PE",)),
        ("en", "Court rejects a claim of farm workers", "Ada Lindqvist, a nurse living in Norway, lost before the court. The government of Peru welcomed the law.", ()),
        ("en", "Court rejects a claim of farm workers", "Ada Lindqvist, who was born in Norway, lost before a Peruvian court. The government of Peru welcomed the law.", ("PE",)),
        ("en", "Court rejects a claim of a painter", "The Norwegian painter Ada Lindqvist lost before a Peruvian court. The government of Peru welcomed the law.", ("PE",)),
        ("en", "Court rejects a claim of a painter", "The Chilean-American painter Ada Lindqvist lost before a Peruvian court, the government said.", ("PE",)),
        # where a reporter sits, while the title says where it happens; where it does not, the news is there
        ("en", "Peru ousts its president", "OSLO, Norway (AP) -- Congress removed the president, and the government fell.", ("PE",)),
        ("en", "Parliament ousts the president", "OSLO, Norway (AP) -- Congress removed the president, and the government fell.", ("NO",)),
        # what the text speaks of in passing: named twice by one word, or far less than another
        ("en", "Parliament ousts the president", f"Congress removed the president, and the government fell.{FAR} She had been in Oslo. The law was read in Oslo.", ()),
        ("en", "Parliament ousts the president", f"Congress removed the president, and the government fell.{FAR} She had been in Oslo. The law is that of Norway.", ("NO",)),
        ("en", "Peru ousts its president", f"Congress in Lima removed the president of Peru, and the government of Peru fell. {FAR} She had been in Oslo. The law was that of Norway.", ("PE",)),
        ("de", "Polen wählt einen Präsidenten", "Die Wahl des Präsidenten in Polen war am Sonntag, sagte die Regierung.", ("PL",)),
        ("es", "Perú destituye a su presidente", "El Congreso de Perú destituyó al presidente, dijo el gobierno.", ("PE",)),
    ],
)  # fmt: skip
def test_a_place_is_where_it_happens(language: str, title: str, text: str, places: tuple[str, ...]) -> None:
    """Goods' and persons' origins, ranges, the towns in names of conferences and papers, and passing words are none."""
    assert finding(title, text, language).places == places


def test_a_firm_that_opens_the_headline_is_named_with_its_place() -> None:
    """The first word of a text stands beside the second as any other does: “Corvane Poland” is a name of a firm."""
    text = "The lender Corvane Poland cut its jobs and its costs in Chile. Corvane Poland said that its profit fell by half in Chile."
    found = finding("Corvane Poland cuts 400 jobs in Chile", text)
    assert found.actors[0] == "Corvane Poland"
    assert found.places == ("CL",)


def test_further_dimensions_follow_topics() -> None:
    """Talks on a war are political, however often their text says “security” and “shared”."""
    text = "The peace talks on the ceasefire went on, said the president. The security of shared prices, costs and markets matters."
    assert finding("President opens peace talks as war goes on", text).dimensions == (Dimension.POLITICAL,)


def test_a_warship_is_no_matter_of_trade() -> None:
    """An aircraft carrier is no carrier."""
    text = "The carrier and its escort ships are expected to sail to the port, and the crew with them."
    assert finding("Aircraft carrier sails to Kesa with warships", text).dimensions == (Dimension.POLITICAL,)


def test_a_civil_nuclear_deal_is_about_energy() -> None:
    """Not about weapons."""
    text = "Corvane and Norvale signed a civil nuclear deal on Monday, and will build two plants in Torvik."
    assert finding("Corvane signs civil nuclear deal with Norvale", text).topics == ("nuclear",)


@pytest.mark.parametrize(
    ("word", "code", "known"),
    [("German", "DE", True), ("South American", "Latin America", True), ("French", "FR", True), ("Germany", "DE", False), ("Berlin", "DE", False), ("Tehran", "IR", False), ("German", "XX", False)],
)  # fmt: skip
def test_demonyms(word: str, code: str, *, known: bool) -> None:
    """An adjective of a nation is told from its name and its towns."""
    assert taxonomy.load().is_demonym(word, code) is known
