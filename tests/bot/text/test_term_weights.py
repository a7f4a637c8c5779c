"""Terms, names, weights and rankings of texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text import term_weights
from bot.text.proper_names import names, names_of
from bot.text.term_weights import DocumentFrequencies, TermFrequencies, coverage
from bot.text.tokenisation import fold, terms, words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("  Füße\u00a0und\tÉtés ", "fusse und etes"),
        ("“Don’t” – he said", '"don\'t" - he said'),
        ("ﬁnal\u200b", "final"),
        ("İstanbul", "istanbul"),
        ("서울", "서울"),
        ("हिन्दी", "हिन्दी"),
    ],
)
def test_folding_takes_away_only_what_typography_changes(text: str, folded: str) -> None:
    """Case, accents, quotes, dashes and blanks go; letters of other scripts stay whole."""
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    """What was folded is the same when folded again."""
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The Fed's U.S. rates", ["the", "fed", "us", "rates"]),
        (
            "In the U.S.A., e.g. Ohio. J. P. Oxlade of E.ON",
            ["in", "the", "usa", "eg", "ohio", "j", "p", "oxlade", "of", "e", "on"],
        ),
        ("1,000 at 6.2% of $100bn", ["1000", "at", "6.2", "of", "100bn"]),
        ("l’accord d’oro O’Neill don’t", ["accord", "oro", "oneill", "dont"]),
        ("东京都 news", ["东京", "京都", "news"]),
        ("", []),
    ],
)
def test_words_are_what_a_reader_would_call_the_same_word(text: str, found: list[str]) -> None:
    """Possessives, abbreviations, grouped figures and elisions are folded; unspaced scripts give pairs."""
    assert words(text) == found


@pytest.mark.parametrize(
    "forms",
    [
        ("file", "files", "filed", "filing"),
        ("study", "studies", "studied"),
        ("control", "controls", "controlled", "controlling"),
        ("cut", "cuts", "cutting"),
        ("recall", "recalls", "recalled"),
        ("bus", "bus"),
        ("crash", "crashes", "crashed"),
    ],
)
def test_forms_of_an_english_word_are_one_term(forms: tuple[str, ...]) -> None:
    """Plurals and -ed and -ing forms share a stem."""
    assert len({tuple(terms(form, "en")) for form in forms}) == 1


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("de", "Wahlen", "Wahl"),
        ("fr", "bancaires", "bancaire"),
        ("es", "bancos", "banco"),
        ("it", "governi", "governo"),
        ("pt", "mercados", "mercado"),
        ("pl", "dokerów", "dokerami"),
        ("pl", "strajku", "strajk"),
        ("es", "exportar", "exportación"),
        ("pt", "exportar", "exporta"),
        ("it", "esportare", "esportazione"),
    ],
)
def test_forms_of_other_languages_are_folded_too(language: str, one: str, other: str) -> None:
    """A light ending is cut in the languages we know."""
    assert terms(one, language) == terms(other, language) != []


def test_function_words_are_no_terms_and_numbers_are() -> None:
    """What carries no content is left out, in the article's own language; figures are kept."""
    assert terms("It was said that 9 of them will be there") == ["9"]
    assert terms("Die Regierung hat das Gesetz", "de") == ["regierung", "gesetz"]
    assert terms("Einer von 3", "xx") == ["einer", "von", "3"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The Bank of England said on Thursday that Micron’s chips fell.", ["Bank of England", "Micron"]),
        ("White House officials met in New York. Taking stock, they left.", ["White House", "New York"]),
        ("The US and the EU agreed; AT&T did not.", ["US", "EU", "AT&T"]),
        ("Sbarro Files For Second Bankruptcy Protection", ["Sbarro Files", "Bankruptcy Protection"]),
        ("nothing is named here", []),
        ("", []),
    ],
)
def test_names_are_capitalised_runs_that_are_not_only_the_start_of_a_sentence(text: str, found: list[str]) -> None:
    """Connectors stay inside a name, possessives go, dates and openers are no names."""
    assert names(text) == found


@pytest.mark.parametrize(
    ("title", "lead"),
    [
        ("Nordkern Halves Its Network", "Halves of it were cut. Nordkern said so. Network planners left."),
        ("“Steel” is back", "Steel makers said that steel was back. Oxlade’s bonds rose."),
        ("", "Marrowick waits"),
    ],
)
def test_a_title_and_its_text_are_read_beside_each_other(title: str, lead: str) -> None:
    """The names of both at once are those of each with the other at its side."""
    assert names_of(title, lead) == (names(title, lead), names(lead, title))


def test_a_fresh_archive_knows_common_words() -> None:
    """Before any article is counted, "year" weighs far less than "hydrogen"."""
    frequencies = TermFrequencies()
    assert 3 * frequencies.idf("year") < frequencies.idf("hydrogen")


def test_a_term_weighs_less_the_more_articles_hold_it() -> None:
    """Counting raises a term's share; more terms of one story do not count a document."""
    frequencies = TermFrequencies()
    before = frequencies.idf("hydrogen")
    for _ in range(200):
        frequencies.add(["hydrogen", "hydrogen"])
    assert frequencies.idf("hydrogen") < before / 2
    frequencies.extend(["steel"])
    assert len(frequencies) == 200


def test_weights_of_many_terms_are_those_of_each() -> None:
    """Within three hundredths of the archive's growth; what every article holds weighs nothing, however many come."""
    frequencies = DocumentFrequencies({"year": 0.2}, power=0.5)
    for number in range(3000):
        frequencies.add(["always", f"once{number}"])
        if number % 500 == 0:
            found = ["always", "year", f"once{number}", "never"]
            each = [frequencies.idf(term) ** 0.5 for term in found]
            assert list(frequencies.weights(found)) == pytest.approx(each, rel=0.02)
    everywhere = DocumentFrequencies({"always": 1.0}, power=0.5)
    for _ in range(200):
        everywhere.add(["always"])
        assert next(iter(everywhere.weights(["always"]))) == pytest.approx(0.0, abs=0.1)


def test_counts_are_halved_so_that_old_news_fades(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory stays bounded: at the limit all counts are halved and single ones forgotten."""
    monkeypatch.setattr(term_weights, "MOST_DOCUMENTS", 10)
    frequencies = TermFrequencies()
    for number in range(10):
        frequencies.add(["hydrogen", f"once{number}"])
    assert len(frequencies) == 5
    assert frequencies.idf("once3") == pytest.approx(frequencies.idf("never"))
    assert frequencies.idf("hydrogen") < frequencies.idf("never")


def test_coverage_is_the_share_of_content_words_found() -> None:
    """1 where all are there, 0 where none is or nothing was asked; rare words count more than common ones."""
    text = "Nordkern halves its hydrogen network this year"
    assert coverage("the hydrogen network of Nordkern", text) == pytest.approx(1.0)
    assert coverage("steel", text) == 0.0 == coverage("what is it", text)
    assert coverage("hydrogen prices", text) > coverage("year of steel", text)


@pytest.mark.parametrize("power", [1.0, 1.5])
@pytest.mark.parametrize("articles", [0, 1, 500])
def test_the_weight_of_a_term_is_its_rarity_raised_to_the_power(power: float, articles: int) -> None:
    """A weight and the inverse document frequency are one number, whatever was counted when; it falls with each
    article that holds the term."""
    known = DocumentFrequencies({"bank": 0.2}, power)
    for _ in range(articles):
        known.add(["ferry"])
    fresh = DocumentFrequencies({"bank": 0.2}, power)
    for counted in (known, fresh):
        for each, weight in zip(("bank", "ferry", "glass"), counted.weights(["bank", "ferry", "glass"]), strict=True):
            assert weight == pytest.approx(counted.idf(each) ** power, rel=1e-9 if counted is fresh else 0.01)
    assert known.idf("bank") < known.idf("glass")
