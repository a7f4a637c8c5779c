"""A cheap look at words lets through whatever the dear look behind it finds. All texts are made up."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from bot.analysts.extractive import Extractive
from bot.analysts.lexical import claims, lexicon, lexicon_hits, salience
from bot.analysts.lexical.actors import Namer
from bot.analysts.lexical.amounts import amounts
from bot.analysts.lexical.bylines import barred_in
from bot.analysts.lexical.words import BEGINNING, scan
from bot.model.article import Article
from bot.model.finding import ArticleKind, Finding, Rejection, Stance
from bot.text import taxonomy
from bot.text.segmentation import sentences
from tests.make import article

LISTS = tomllib.loads((Path(__file__).parents[3] / "seeds" / "lexicon.toml").read_text("utf-8"))
PLAIN = "The plant in Kumamoto opened in May. It makes chips for cars and phones, and hires people there."


def piece(title: str, text: str, **fields: Any) -> Article:
    return article(1, text=text, title=title, sentences=sentences(text), **fields)


def listed(lists: dict[str, Any]) -> list[tuple[str, str]]:
    """(list, word)"""
    weights = [(name, words) for name, table in lists.items() for words in table.values()]
    return [(name, word) for name, words in weights for piece in words.split(",") if (word := piece.strip())]


@pytest.mark.parametrize(
    ("language", "lists"),
    [
        ("en", {**LISTS["dimension"], **LISTS["subject"], **LISTS["kind"]}),
        ("en", {name: LISTS[name] for name in ("act", "reach", "break", "attribution", "hearsay", "tentative")}),
        ("de", LISTS["foreign"]),
    ],
)
def test_every_listed_word_is_found_where_it_stands(language: str, lists: dict[str, Any]) -> None:
    """Whichever of its words a phrase is looked for at, it is found at a text's beginning, within it and at its end."""
    for name, word in listed(lists):
        for text in (f"{word} x", f"x {word} x", f"x {word}"):
            found = lexicon_hits.hits(scan(piece("", text, language=language)))
            assert found.get(name), (name, word, text)


@pytest.mark.parametrize(
    "notice",
    [
        "This article is sponsored by Brightpath.", "This post contains affiliate links.",
        "This page was paid for by Brightpath.", "This story has been advertised.",
        "This content is in partnership with Brightpath.", "We may earn a small commission.",
        "We receive an affiliate commission.", "It is brought to you by Brightpath.", "Sponſored by Brightpath",
        "Presented by Brightpath", "Paid for by Brightpath", "Promoted by Brightpath", "DIESER TEXT IST BEZAHLT.",
        "Dieser Beitrag wurde gesponsert.", "Dieser Artikel enthält Werbung.", "Cet article est sponsorisé.",
        "Cet article est une publicité.", "Cet article est un partenariat.", "Este artículo es patrocinado.",
        "Este contenido contiene enlaces afiliados.", "Questo articolo è sponsorizzato.",
        "Questo contenuto è promozionale.", "Questo articolo contiene pubblicità.", "Este artigo é patrocinado.",
        "Dit artikel is gesponsord.", "Dit artikel is betaald.", "Dit artikel bevat advertenties.",
    ],
)  # fmt: skip
def test_every_notice_of_who_paid_is_seen(notice: str) -> None:
    """Whatever its wording, a text that says at its end that somebody paid for it is an advertisement."""
    reading = Extractive().guarded(piece("A plant opened in Kumamoto this week", f"{PLAIN}\n\n{notice}"))
    assert getattr(reading, "reason", getattr(reading, "kind", None)) in {"sponsored", ArticleKind.SPONSORED}


@pytest.mark.parametrize(
    "denial",
    [
        "denies it", "denied it", "would deny it", "is denying it", "disputes it", "contradicts it",
        "says so contrary to earlier reports", "rebuts it", "refuted it", "rejects claims of it",
        "dismissed rumours of it", "sees no truth in it", "says it is not true", "calls it a false report",
        "debunks it", "casts doubt on it", "widerspricht", "dementiert", "bestreitet das", "dément", "contredit",
        "desmiente", "niega", "smentisce", "nega", "desmente", "ontkent", "ontkennen", "spreekt tegen", "weerspreekt",
    ],
)  # fmt: skip
def test_every_denial_is_seen(denial: str) -> None:
    """Whatever its wording, a denial is one, in the title as in the lead."""
    assert claims.stance(scan(piece(f"The ministry {denial}", PLAIN))) is Stance.CONTRADICTS
    assert claims.stance(scan(piece("A plant opened", f"The ministry {denial}. {PLAIN}"))) is Stance.CONTRADICTS


@pytest.mark.parametrize(
    ("said", "values"),
    [
        ("since 2024", []), ("since 1500 or 2199", []), ("some 1499 ships", [1499]), ("some 2200 ships", [2200]),
        ("some 2,024 homes", [2024]), ("some 120 homes", [120]), ("some 100 in all", [100]), ("some 99 in all", []),
        ("a blood pressure of 120/80", []),
        ("odds of 300:1", []), ("some 1801.5 hours", [1801.5]), ("some 20240 homes", [20240]),
    ],
)  # fmt: skip
def test_a_year_is_no_amount_and_a_number_like_it_is(said: str, values: list[float]) -> None:
    """Four digits from 1500 to 2199 are a year, unless they are written as no year is; two are too few by themselves,
    and parts of a ratio are none."""
    assert [amount.value for amount in amounts(said, 0, len(said))] == values


@pytest.mark.parametrize(
    ("figure", "value"),
    [
        ("$5bn", 5e9), ("1,200 people", 1200), ("a million people", 1e6), ("two thousand people", 2000),
        ("trillions of yen", 1e12), ("several billion dollars", 3e9), ("٥٠٠ people", 500), ("31%", 31),
    ],
)  # fmt: skip
def test_every_amount_is_seen(figure: str, value: float) -> None:
    """In figures of any script or in words, in whichever sentence it stands, and in no other."""
    cut = scan(piece("A plant opened", f"The plant makes chips. It was {figure} there. It opened in May."))
    found = salience.sentences(cut, lexicon_hits.hits(cut))
    assert [[amount.value for amount in sentence.amounts] for sentence in found] == [[], [value], []]


def test_entries_with_times_are_a_live_blog() -> None:
    """Four times that each open an entry make a live blog; four times within sentences do not."""
    entries = "\n\n".join(
        f"{hour}:30 The plant in Kumamoto said a few more words about its chips." for hour in range(4)
    )
    told = " ".join(f"The plant said so at {hour}:30 in the morning of the day." for hour in range(4))
    kinds = [
        Extractive().guarded(piece("A plant opened in Kumamoto this week", f"{PLAIN}\n\n{text}"))
        for text in (entries, told)
    ]
    assert [getattr(reading, "reason", None) == "live blog" for reading in kinds] == [True, False]


def test_a_long_text_is_looked_at_where_it_begins_and_ends() -> None:
    """Nothing is quoted or named from the middle of a long text; what its end says of it is heard."""
    opening = "Orveld opened a chip plant in Kumamoto on Monday, the ministry said."
    middle = "Brightpath sold 900 plants for $90bn, said Ana Ruiz, “and we are shocked by it all the same”."
    filler = [f"The plant in Kumamoto also made chips for car number {number}." for number in range(100)]
    text = " ".join([opening, *filler[:50], middle, *filler[50:]])
    assert BEGINNING < text.index(middle) < len(text) - BEGINNING
    reading = Extractive().guarded(piece("Orveld opens a chip plant in Kumamoto", text))
    assert isinstance(reading, Finding)
    sentences_of = sentences(text)
    assert all(sentences_of[pick.first][0] < BEGINNING for pick in reading.picks)
    assert reading.actors == ("Orveld",)
    paid = Extractive().guarded(
        piece("Orveld opens a chip plant in Kumamoto", f"{text} This article is sponsored by us.")
    )
    assert isinstance(paid, Rejection)
    assert paid.reason == "sponsored"


@pytest.mark.parametrize(
    "opening",
    [
        "talk to", "talks with", "talked to", "speak to", "speaks with", "spoke to", "interviews", "im Gespräch mit",
        "entretien avec", "entrevista con", "entrevista com", "intervista con", "in gesprek met", "episode of",
        "season two of", "sequel to", "narration for", "trailer for", "adaptation of", "remake of", "filming of",
        "premiere of", "finale of", "Folge von", "Staffel von", "épisode de", "saison de", "episodio di",
        "temporada de", "stagione di", "episódio de", "aflevering van", "seizoen van",
    ],
)  # fmt: skip
def test_every_interview_and_work_is_seen(opening: str) -> None:
    """Who is only talked to, and what only a work is called, acts in nothing, wherever in the text that stands: of a
    long one the middle has no tokens to look at first."""
    said = f"Then came {opening} Ada Lindqvist."
    for text in (said, "\n\n".join((PLAIN * 25, said, PLAIN * 25))):
        assert "ada lindqvist" in barred_in(scan(piece("A plant opened", text)), frozenset())


def test_a_run_of_plain_words_is_one_name() -> None:
    """What is taken whole for plain is what the careful way would leave whole, whatever listed word stands in it."""
    namer = Namer(taxonomy.load(), lexicon.load())
    words = {
        form for listed_words in lexicon.load().names.values() for word in listed_words for form in (word, word.title())
    }
    tried = 0
    for word in sorted(words | {"Orveld", "Orveld’s", "AI-driven", "of", "The", "New", "3"}):
        if namer.is_plain(word):
            tried += 1
            for run in (["Kelby", word], [word, "Kelby"], ["Kelby", word, "Haraldsen"]):
                assert [namer.shorn(part) for part in namer.parts(run)] == [run], run
    assert tried > 100
