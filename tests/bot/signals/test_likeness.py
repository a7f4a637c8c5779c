"""How like is like: what is asked of texts, and an index that says the same however it came to be."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.article import Article
from bot.model.finding import Finding, Part, Stance
from bot.model.signal import Relation, Signal
from bot.signals.centroids import days_apart, spanned
from bot.signals.joining import join, open_signal
from bot.signals.likeness import LiveIndex
from bot.signals.linking import decide
from bot.signals.weighing import HEADLINE, HEADLINE_TERMS, TEXT, TEXT_TERMS, measure
from tests import make
from tests.clock import MORNING

OPENING = "Amakusa ships glass-core substrates as Oxlade’s chips outgrow plastic"
LATER = "Oxlade moves chip packaging to glass-core substrates of Amakusa"


def _article(id: int, title: str, text: str = "", name: str = "Gazette") -> Article:
    return make.article(id, text or f"{title}.", title=title, publisher=make.publisher(name))


def _finding(article: Article, *actors: str, **fields: object) -> Finding:
    return make.finding(article.id, claim=article.title, actors=actors, consequence=Part(3), **fields)


def _open(id: int, article: Article, *actors: str) -> Signal:
    return open_signal(id, article, _finding(article, *actors), (), None, MORNING)


def _noise(count: int) -> list[Article]:
    """Articles about other things, all of which speak of substrates and chips."""
    return [
        _article(1000 + at, f"Firm{at}x buys chips", f"Firm{at}x of Town{at}y puts chips on substrates in plant{at}z.")
        for at in range(count)
    ]


@given(st.floats(TEXT_TERMS, 2000))
def test_a_text_of_thirty_terms_is_asked_what_long_texts_are_asked(length: float) -> None:
    """From 30 distinct terms on the length of a text changes nothing; up to 12 it is a headline."""
    assert TEXT_TERMS == 30
    assert measure(length) == measure(TEXT_TERMS)
    assert measure(length).join == pytest.approx(TEXT.join)
    assert measure(length).inner == pytest.approx(TEXT.inner)
    assert measure(HEADLINE_TERMS) == measure(1) == HEADLINE
    assert measure(length).alone == pytest.approx(0)  # one pair of texts is as good as many


@given(st.integers(HEADLINE_TERMS, TEXT_TERMS - 1))
def test_between_headline_and_text_what_is_asked_moves_steadily(length: int) -> None:
    """With each term more of likeness is asked, and never more than of a text."""
    shorter, longer = measure(length), measure(length + 1)
    assert HEADLINE.join <= shorter.join < longer.join <= TEXT.join
    assert HEADLINE.inner >= shorter.inner > longer.inner >= TEXT.inner
    assert HEADLINE.alone >= shorter.alone > longer.alone >= TEXT.alone


@pytest.mark.parametrize("turned", [False, True])
def test_two_stretches_of_time_are_one_from_the_first_day_to_the_last(turned: bool) -> None:
    """Whichever comes first, and where one lies within the other; what is unknown adds nothing."""
    for one, other in [((0.0, 10.0), (20.0, 30.0)), ((0.0, 30.0), (10.0, 20.0))]:
        pair = (other, one) if turned else (one, other)
        assert spanned(*pair) == (0.0, 30.0)
    assert spanned(None, (1.0, 2.0)) == spanned((1.0, 2.0), None) == (1.0, 2.0)
    assert spanned(None, None) is None
    assert days_apart((0.0, 10.0), (20.0, 30.0)) == days_apart((20.0, 30.0), (0.0, 10.0)) == 10.0
    assert days_apart((0.0, 30.0), (10.0, 20.0)) == 0.0
    assert days_apart(None, (10.0, 20.0)) is None


def test_after_a_restart_an_article_scores_as_before() -> None:
    """An index loaded from the store has counted what a grown one has: how rare a word is does not change by it."""
    grown, loaded = LiveIndex(), LiveIndex()
    articles = [*_noise(600), _article(1, OPENING)]
    signals = [_open(article.id, article) for article in articles]
    for signal, article in zip(signals, articles, strict=True):
        grown.update(signal, article, _finding(article))
    for signal, article in zip(signals, articles, strict=True):
        loaded.add(signal, {article.id: article})
    wanted = _article(2, LATER)
    before, after = (index.compare(signals[-1], _finding(wanted), wanted).score for index in (grown, loaded))
    assert after == pytest.approx(before, rel=0.01)
    unread = LiveIndex()
    unread.add(signals[-1], {1: articles[-1]})
    assert unread.compare(signals[-1], _finding(wanted), wanted).score != pytest.approx(before, rel=0.01)


@pytest.mark.parametrize("loaded", [False, True])
def test_texts_are_weighed_anew_as_the_archive_grows(loaded: bool) -> None:
    """A word that has become common weighs less in a signal that was indexed when it was rare; while the archive has
    hardly grown, nothing is weighed again."""
    index, article = LiveIndex(), _article(1, OPENING)
    if loaded:
        index.add(_open(1, article), {1: article})
    else:
        index.update(_open(1, article), article, _finding(article))
    first = index.cluster(1).summed
    for other in _noise(50):
        index.update(_open(other.id, other), other, _finding(other))
    index.reweigh(1)
    assert index.cluster(1).summed == first
    for other in _noise(400)[50:]:
        index.update(_open(other.id, other), other, _finding(other))
    assert index.cluster(1).summed == first
    index.reweigh(1)
    anew = index.cluster(1).summed
    fallen = [each for each, weight in first.items() if anew.get(each, 0.0) < weight - 0.01]
    assert len(fallen) == 2  # the substrates and the chips


@pytest.mark.parametrize("spelling", ["OXLADE COMPUTE", "oxlade compute", "Oxladé Compute", "Oxlade  Compute"])
def test_an_actor_is_shared_whatever_the_spelling(spelling: str) -> None:
    """Capitals, accents and blanks make no other actor: the article joins by it, and names nobody new."""
    first = replace(_article(1, OPENING), published=MORNING - timedelta(hours=1))
    signal = _open(1, first, "Oxlade Compute")
    index = LiveIndex()
    index.update(signal, first, _finding(first, "Oxlade Compute"))
    second = _article(2, "Glass-core substrates: chips outgrow plastic", name="Courier")
    finding = _finding(second, spelling)
    found = index.compare(signal, finding, second)
    assert found.shared == (spelling,)
    assert decide(finding, second, [replace(found, score=0.9)]).stance is Stance.REPEATS
    joined = join(signal, second, finding, (), Relation(1, Stance.DEVELOPS, ""), MORNING)
    assert joined.actors == ("Oxlade Compute",)


def test_single_digits_beside_known_figures_add_nothing() -> None:
    """A figure of one digit is no news by itself, nor in a sentence whose other figures are known."""
    first = _article(1, OPENING)
    signal = replace(_open(1, first, "Oxlade"), analysis="Orders fall by 40 per cent to $12bn.")
    second = _article(2, OPENING, name="Courier")

    def why(*facts: str) -> str:
        finding = replace(_finding(second, "Oxlade"), consequence=Part(3, facts))
        return join(signal, second, finding, (), Relation(1, Stance.DEVELOPS, ""), MORNING).revisions[-1].why

    assert why("“40 per cent in 3 of 7 plants”", "$12bn") == "a second publisher confirms (Courier) and tells more"
    assert why("“40 per cent in 31 of 7 plants”") == "a second publisher confirms (Courier) and adds a figure"


def test_a_word_is_counted_once_a_signal() -> None:
    """However many articles of one signal share a word, it is rare by how many signals hold it: an index that grew
    weighs them as one that was loaded."""
    grown, loaded = LiveIndex(), LiveIndex()
    first = _article(1, OPENING, "Amakusa ships glass-core substrates. Oxlade’s chips outgrow plastic in Kumamoto.")
    signal = _open(1, first)
    grown.update(signal, first, _finding(first))
    articles = {1: first}
    for number in range(2, 9):
        article = replace(first, id=number, publisher=make.publisher(f"Gazette {number}"))
        signal = join(signal, article, _finding(article), (), Relation(1, Stance.REPEATS, ""), MORNING)
        grown.update(signal, article, _finding(article))
        articles[number] = article
    loaded.add(signal, articles)
    for other in _noise(5):
        grown.update(_open(other.id, other), other, _finding(other))
        loaded.add(_open(other.id, other), {other.id: other})
    wanted = _article(99, LATER)
    before, after = (index.compare(signal, _finding(wanted), wanted).score for index in (grown, loaded))
    assert after == pytest.approx(before, abs=1e-3)


def test_a_settled_index_counts_and_weighs_as_one_that_never_settled() -> None:
    """What it lets go of between two looks is made again from the texts it holds, to the last weight."""
    first = _article(1, OPENING, "Amakusa ships glass-core substrates, since the chips of Oxlade outgrow plastic.")
    second = _article(2, LATER, "Oxlade moves its packaging to the glass-core substrates that Amakusa ships.")
    opened = _open(1, first, "Amakusa")
    joined = join(opened, second, _finding(second, "Oxlade"), (), Relation(1, Stance.DEVELOPS, "one story"), MORNING)
    found = []
    for settles in (False, True):
        index = LiveIndex()
        index.update(opened, first)
        if settles:
            index.settle()
        index.update(joined, second)
        third = _article(3, "Oxlade praises the glass-core substrates of Amakusa")
        found.append(index.candidates(_finding(third, "Oxlade"), third))
    assert found[0]
    assert found[0] == found[1]
