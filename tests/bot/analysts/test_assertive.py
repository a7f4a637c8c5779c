"""Headlines that read as claims, told from those that ask, pun, tease or only name a matter."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.analysts.extractive import Extractive
from bot.analysts.lexical.assertive import NONE, PLAIN, REASONED, assertion
from bot.model.finding import Finding
from bot.model.signal import Dossier
from bot.text.segmentation import sentences
from tests.make import article, member, signal

LABELLED = [
    (line[2:], line[0] == "+")
    for line in (Path(__file__).parent / "headlines.txt").read_text("utf-8").splitlines()
    if line[:2] in {"+ ", "- "}
]


def test_claims_are_told_from_other_headlines() -> None:
    """Of 200 labelled headlines at least 97 in 100 are told right, and no question passes for a claim."""
    assert len(dict(LABELLED)) == 200
    wrong = [title for title, claims in LABELLED if bool(assertion(title)) != claims]
    assert len(wrong) <= 6, wrong
    assert [title for title, _ in LABELLED if title.endswith("?") and assertion(title)] == []


@pytest.mark.parametrize(
    ("title", "language", "kind"),
    [
        ("Memory chip stocks shed $100bn as AI-driven shortage trade unwinds", "en", REASONED),
        ("Denmark bans new gas boilers", "en", PLAIN),
        ("Denmark’s ban on new gas boilers", "en", NONE),
        ("Top court rules that drivers are employees", "en", PLAIN),
        ("Take-Two buys maker of puzzle games", None, PLAIN),
        ("Regierung verbietet Ausfuhr von Halbleitern", "de", PLAIN),
        ("Neue Regeln für den Mietmarkt in Torvik", "de", NONE),
        ("Streit um deutschen Stahl und die Zölle", "de", NONE),
        ("Piloten bestreiken Nordair am Freitag", "de", PLAIN),
        ("Drei Minister entlassen wegen Untreue", "de", REASONED),
        ("Nouvelles règles pour le marché locatif de Torvik", "fr", NONE),
        ("La sécurité des ports au cœur du débat", "fr", NONE),
        ("Les dockers n’ont plus de contrats", "fr", PLAIN),
        ("Nuevas normas para el mercado del alquiler", "es", NONE),
        ("Suben los precios del gas en Torvik", "es", PLAIN),
        ("Nuove regole per il mercato degli affitti", "it", NONE),
        ("I portuali hanno smesso di lavorare", "it", PLAIN),
        ("Novas regras para o mercado de aluguel", "pt", NONE),
        ("Congresso destituiu o presidente do país", "pt", PLAIN),
        ("Nieuwe regels voor de huurmarkt in Torvik", "nl", NONE),
        ("Regering verbiedt uitvoer van chips", "nl", PLAIN),
        ("Nowe zasady dla rynku najmu w Torvik", "pl", NONE),
        ("Rząd zakazuje eksportu chipów", "pl", PLAIN),
        ("Vláda a vývoz čipů do světa", "cs", PLAIN),  # of a language without lists nothing is known
        ("Warum die Regierung Halbleiter verbietet", "de", NONE),
        ("Le gouvernement interdit les puces après la panne", "fr", REASONED),
        ("", "en", NONE),
        ("Corvane cuts jobs", "en", NONE),
    ],
)
def test_what_a_headline_claims(title: str, language: str | None, kind: int) -> None:
    """A claim, one with its reason, or none; three words claim too little."""
    assert assertion(title, language) == kind


PUN = "A tale of two packages: chips and glass"
LEAD = "Oxlade will move two fifths of its chip packaging to glass after plastic boards warped, the company said."


async def test_where_the_headline_puns_the_lead_is_the_claim() -> None:
    """The claim, and the title of a signal, are the lead’s main clause as it stands, where no headline makes one."""
    text = f"{LEAD} Orders for organic substrates fell by half, and shares of their makers lost 20 per cent."
    given = article(1, text, title=PUN, sentences=sentences(text))
    (found,) = await Extractive().read([given])
    assert isinstance(found, Finding)
    assert LEAD.startswith(found.claim)
    assert "glass after plastic boards warped" in found.claim
    one = signal(articles=(member(given, evidence=()),))
    composed = await Extractive().compose(Dossier(one, (given,)))
    assert composed.title == found.claim
    plain = article(2, text, title="Oxlade moves chip packaging to glass as boards warp", sentences=sentences(text))
    both = signal(articles=(member(given, evidence=()), member(plain, evidence=())))
    assert (await Extractive().compose(Dossier(both, (given, plain)))).title == plain.title
