"""Strength is a sum that can be read aloud."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.article import TextOrigin
from bot.model.finding import Part, Stance
from bot.model.signal import Candidate, ConfidenceLevel, SignalArticle, Strength
from bot.signals.strength import MAXIMUM, confidence, fade, lacked, momentum, novelty, score
from tests import make
from tests.clock import MORNING

FIRST = Part(2, ("first seen",))


def _voice(id: int, name: str, **fields: object) -> SignalArticle:
    fields.setdefault("stance", Stance.DEVELOPS)
    return make.member(make.article(id, publisher=make.publisher(name)), **fields)


REFERENCE = _voice(1, "Financial Courier", stance=Stance.OPENS, consequence=Part(4), substance=Part(2))


def test_the_reference_signal_is_eight() -> None:
    """One strong article of one publisher: 4 + 2 + 2 + 0, of moderate confidence."""
    strength = score([REFERENCE], FIRST)
    assert [part.points for _, part in strength.parts()] == [4, 2, 2, 0]
    assert strength.total == 8
    assert confidence([REFERENCE], strength).level is ConfidenceLevel.MODERATE


@pytest.mark.parametrize(
    ("others", "points", "fact"),
    [
        ((), 0, "a single publisher: Ledger"),
        ((_voice(2, "Ledger"),), 0, "a single publisher: Ledger"),
        ((_voice(2, "Gazette"),), 1, "2 independent publishers: Ledger and Gazette"),
        ((_voice(2, "Gazette"), _voice(3, "Gazette")), 1, "2 independent publishers: Ledger and Gazette"),
        ((_voice(2, "Gazette"), _voice(3, "Courier")), 2, "3 independent publishers: Ledger, Gazette and Courier"),
        ((_voice(2, "Gazette", stance=Stance.COPY, copy_of=1),), 0, "a single publisher: Ledger"),
        ((_voice(2, "Gazette", copy_of=1),), 0, "a single publisher: Ledger"),
        ((_voice(2, "Gazette", copy_of=99), _voice(3, "Courier", copy_of=99)), 1,
         "2 independent publishers: Ledger and Gazette"),
        ((_voice(2, "Gazette", stance=Stance.CONTRADICTS),), 0, "a single publisher: Ledger"),
        ((_voice(2, "Gazette", stance=Stance.REPEATS),), 1, "2 independent publishers: Ledger and Gazette"),
        ((_voice(2, "Gazette", stance=Stance.CORRECTS),), 1, "2 independent publishers: Ledger and Gazette"),
        (tuple(_voice(n, f"Paper {n}") for n in range(2, 7)), 2,
         "6 independent publishers: Ledger, Paper 2, Paper 3, Paper 4, Paper 5 and Paper 6"),
    ],
)  # fmt: skip
def test_corroboration_counts_publishers_not_articles(
    others: tuple[SignalArticle, ...], points: int, fact: str
) -> None:
    """Two articles of one publisher are one voice, a wire copy is none, a contradiction does not corroborate."""
    opened = _voice(1, "Ledger", stance=Stance.OPENS)
    assert score([opened, *others], FIRST).corroboration == Part(points, (fact,))


def test_an_agency_is_named_as_one() -> None:
    """Whoever reads the facts sees which of the voices is a wire agency."""
    wire = make.publisher("Tidewire").key
    facts = score([REFERENCE, _voice(2, "Tidewire")], FIRST, {wire}).corroboration.facts
    assert facts == ("2 independent publishers: Financial Courier and Tidewire (a wire agency)",)


def test_consequence_and_evidence_are_the_highest_with_their_facts() -> None:
    """The best-supported member's judgement stands, and its facts are those that are read aloud."""
    weak = _voice(1, "Ledger", consequence=Part(1, ("a wording",)), substance=Part(1, ("one figure",)))
    strong = _voice(2, "Gazette", consequence=Part(3, ("a market",)), substance=Part(1, ("a source",)))
    strength = score([weak, strong], FIRST)
    assert strength.consequence == Part(3, ("a market",))
    assert strength.evidence == Part(1, ("one figure",))


def test_a_contradiction_does_not_lift_what_it_contradicts() -> None:
    """A denial of great consequence leaves the signal's own consequence as it was."""
    opened = _voice(1, "Ledger", consequence=Part(2))
    denial = _voice(2, "Gazette", consequence=Part(4), stance=Stance.CONTRADICTS)
    assert score([opened, denial], FIRST).consequence.points == 2


def test_only_the_last_version_of_a_link_counts() -> None:
    """What a publisher has replaced no longer supports the signal."""
    old = _voice(1, "Ledger", link="https://ledger.example/a", consequence=Part(4))
    new = _voice(2, "Ledger", link="https://ledger.example/a", consequence=Part(1))
    assert score([old, new], FIRST).consequence.points == 1


def test_strength_is_never_below_one() -> None:
    """The floor of the sum is 1, even of nothing."""
    assert score([], Part(0)).total == 1
    assert score([_voice(1, "Ledger", consequence=Part(0), substance=Part(0))], Part(0)).total == 1


_points = st.builds(Part, st.integers(-3, 9))
_members = st.lists(
    st.builds(
        _voice,
        st.integers(1, 30),
        st.sampled_from(["Ledger", "Gazette", "Courier", "Post"]),
        stance=st.sampled_from(list(Stance)),
        consequence=_points,
        substance=_points,
        copy_of=st.none() | st.integers(1, 30),
    ),
    max_size=8,
    unique_by=lambda member: member.article_id,
)


@given(_members, st.integers(0, 2))
def test_the_sum_of_the_parts_is_the_strength(members: list[SignalArticle], new: int) -> None:
    """Each part keeps its range, and the total is their sum or 1; confidence always has a reason."""
    strength = score(members, Part(new))
    assert all(0 <= part.points <= MAXIMUM[name] for name, part in strength.parts())
    assert strength.total == max(1, sum(part.points for _, part in strength.parts())) <= 10
    assert confidence(members, strength).reason


@pytest.mark.parametrize(
    ("candidates", "actors", "points", "fact"),
    [
        ([], ("Micron",), 2, "first seen"),
        ([(0.2, ("Micron",))], ("Micron",), 2, "first seen"),
        ([(0.9, ())], ("Micron",), 2, "first seen"),
        ([(0.45, ("Micron",))], ("Micron",), 1, "develops"),
        ([(0.8, ("Micron",))], ("Micron", "Samsung"), 1, "develops"),
        ([(0.8, ("Micron",))], ("Micron",), 0, "repeats"),
        ([(0.2, ("Micron",)), (0.8, ("Micron",))], ("Micron",), 0, "repeats"),
    ],
)
def test_novelty_is_judged_against_the_archive(
    candidates: list[tuple[float, tuple[str, ...]]], actors: tuple[str, ...], points: int, fact: str
) -> None:
    """First seen 2, a development of a known story 1, a repetition that names nobody new 0."""
    known = [Candidate(make.signal(10 + at), *each) for at, each in enumerate(candidates)]
    judged = novelty(make.finding(actors=actors), known)
    assert judged.points == points
    assert judged.facts[0].startswith(fact)


def test_a_repetition_costs_a_point_of_novelty_and_says_who_repeated() -> None:
    """It falls by one each time, and never below nothing."""
    once = fade(Part(1, ("develops “X” (s3)",)), "Gazette")
    assert once == Part(0, ("develops “X” (s3)", "since repeated by Gazette"))
    assert fade(once, "Courier") == once


@pytest.mark.parametrize(
    ("members", "level", "reason"),
    [
        ((_voice(1, "Ledger", substance=Part(2)),), "moderate", "a single publisher"),
        ((_voice(1, "Ledger", substance=Part(1)),), "low", "a single publisher, and thin evidence"),
        ((_voice(1, "Ledger", substance=Part(2), text_from=TextOrigin.SUMMARY),), "low",
         "a single publisher, and only a summary could be read"),
        ((_voice(1, "Ledger", substance=Part(0)), _voice(2, "Gazette", substance=Part(0))), "low",
         "thin evidence: no named source, figure or direct statement"),
        (tuple(_voice(n, name, substance=Part(0)) for n, name in enumerate(("Ledger", "Gazette", "Post"), 1)),
         "moderate", "3 independent publishers, but no named source, figure or direct statement"),
        ((_voice(1, "Ledger"), _voice(2, "Gazette")), "high", "2 independent publishers: Ledger and Gazette"),
        ((_voice(1, "Ledger", substance=Part(1)), _voice(2, "Gazette", substance=Part(1))), "moderate",
         "two independent publishers, some evidence"),
        ((_voice(1, "Ledger"), _voice(2, "Gazette"), _voice(3, "Post", stance=Stance.CONTRADICTS)), "low",
         "contradicted by Post"),
        ((_voice(1, "Ledger"), _voice(2, "Gazette"), _voice(3, "Ledger", stance=Stance.CORRECTS)), "moderate",
         "corrected by Ledger"),
    ],
)  # fmt: skip
def test_confidence_has_a_level_and_its_reason(members: tuple[SignalArticle, ...], level: str, reason: str) -> None:
    """Low where contradicted or thin, moderate from one good source, high where independent sources carry it."""
    found = confidence(members, score(members, FIRST))
    assert (found.level, found.reason) == (level, reason)


@pytest.mark.parametrize(
    ("hours", "moving"),
    [((), False), ((1,), True), ((1, 30), False), ((1, 2, 30), True), ((49,), False)],
)
def test_momentum_is_more_articles_than_the_day_before(hours: tuple[int, ...], moving: bool) -> None:
    """The opening article is no gain, and articles long ago do not count."""
    opened = make.member(joined=MORNING - timedelta(days=5))
    later = [_voice(2 + at, f"Paper {at}", joined=MORNING - timedelta(hours=ago)) for at, ago in enumerate(hours)]
    assert momentum(make.signal(articles=(opened, *later)), MORNING) is moving


def test_a_copy_and_an_opening_are_no_momentum() -> None:
    """A new signal of one article with its wire copies does not rise."""
    opened = make.member(joined=MORNING)
    copy = _voice(2, "Gazette", joined=MORNING, stance=Stance.COPY)
    assert not momentum(make.signal(articles=(opened, copy)), MORNING)


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        ((2, 1, 2, 0), "corroboration"),
        ((0, 2, 2, 0), "consequence"),
        ((4, 0, 2, 1), "evidence"),
        ((4, 2, 1, 2), "novelty"),
    ],
)
def test_what_was_lacked_is_the_part_furthest_below_its_maximum(parts: tuple[int, ...], name: str) -> None:
    """By share of the maximum; among equals the part with more points to lose."""
    strength: Strength = make.strength(*parts)
    assert lacked(strength) == name
