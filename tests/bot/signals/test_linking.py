"""Articles join signals, signals become one, and grow old."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model.article import Article, DatedBy, TextOrigin
from bot.model.finding import ArticleKind, Dimension, Finding, Part, Stance
from bot.model.signal import Candidate, Relation, Signal, SignalState
from bot.signals import ageing
from bot.signals.ageing import state
from bot.signals.consolidation import consolidate
from bot.signals.joining import join, join_copy, open_signal
from bot.signals.likeness import BORDER, FINALISTS, SOON, LiveIndex
from bot.signals.linking import decide
from bot.signals.merging import merge
from bot.signals.weighing import crowded
from bot.text.proper_names import names
from tests import make
from tests.clock import MORNING

HYDROGEN = (
    (
        "Nordkern halves Germany’s hydrogen network as buyers fail to sign",
        (
            "Nordkern Netz will build only half of the planned hydrogen network, an internal plan shows. Steel "
            "makers have not signed contracts for hydrogen, and pipelines between Regensburg and Duisburg are put"
            " off until 2035."
        ),
    ),
    (
        "Nordkern withdraws compressor tenders as hydrogen network shrinks",
        (
            "Nordkern Netz withdrew three tenders for hydrogen compressors on Tuesday. The pipelines they were "
            "meant for, between Regensburg and Duisburg, are no longer in the network plan, two suppliers said."
        ),
    ),
    (
        "Steel maker Hüttendorf postpones furnace over Nordkern’s hydrogen network",
        (
            "Hüttendorf Stahl put off its hydrogen furnace because Nordkern could not name a year for the "
            "pipeline to Duisburg. The network plan had promised hydrogen for 2029."
        ),
    ),
)
GLASS = (
    (
        "Amakusa ships glass-core substrates as Oxlade’s chips outgrow plastic",
        (
            "Amakusa Glass began volume shipments of glass-core substrates from Kumamoto. Oxlade Compute takes "
            "most of them, because organic packages warp under its largest accelerators."
        ),
    ),
    (
        "Oxlade moves chip packaging to glass, halving orders from Inazuka",
        (
            "Oxlade Compute will move two fifths of its chip packaging to glass-core substrates made by Amakusa "
            "Glass. Orders for organic substrates from Inazuka Laminates will be halved."
        ),
    ),
    (
        "Inazuka loses a quarter of its value as Oxlade turns to glass substrates",
        (
            "Shares of Inazuka Laminates fell after Oxlade Compute cut its orders for organic substrates in "
            "favour of glass from Amakusa."
        ),
    ),
)
INSURANCE = (
    (
        "Malisho drought cover pays Kenya’s herders before animals die",
        (
            "Malisho Cover paid herder households in Isiolo as soon as satellites saw the pasture fail. The "
            "drought insurance is carried by three Nairobi insurers."
        ),
    ),
    (
        "Malisho payout holds livestock prices as herders buy hay",
        (
            "Livestock prices in Isiolo held after Malisho Cover paid out for drought: herders bought hay instead"
            " of selling animals."
        ),
    ),
)
PORTS = (
    (
        "Marrowick dockers strike over remote-controlled cranes",
        (
            "Dockers in Marrowick walked out when Calderbeck Ports moved crane drivers to a control room. The "
            "union wants remote-controlled cranes to be covered by the dock agreement."
        ),
    ),
    (
        "Araçaí dockers strike over remote-controlled cranes",
        (
            "Dockers in Araçaí walked out when Terminais Unidos moved crane drivers to a control room. The union "
            "wants remote-controlled cranes to be counted as dock work."
        ),
    ),
)


def _article(
    id: int, story: tuple[str, str], name: str = "Meridian Times", hours: int = 2, **fields: object
) -> Article:
    base = make.article(id, story[1], title=story[0], publisher=make.publisher(name))
    return replace(base, published=MORNING - timedelta(hours=hours), link=f"https://{name[:4]}.example/{id}", **fields)  # type: ignore[arg-type]


def _finding(article: Article, **fields: object) -> Finding:
    fields.setdefault("actors", tuple(names(f"{article.title}. {article.text}"))[:6])
    return make.finding(article.id, claim=article.title, consequence=Part(3), substance=Part(2), **fields)


def _open(id: int, article: Article, **fields: object) -> Signal:
    return open_signal(id, article, _finding(article, **fields), (), None, MORNING)


class World:
    """Signals and their index, as the pipeline keeps them."""

    def __init__(self) -> None:
        self.index = LiveIndex()
        self.signals: dict[int, Signal] = {}
        self.home: dict[int, int] = {}

    def read(self, article: Article, now: datetime = MORNING, **fields: object) -> Relation:
        finding = _finding(article, **fields)
        relation = decide(finding, article, self.index.candidates(finding, article))
        if relation.signal_id is None:
            signal = open_signal(len(self.signals) + 1, article, finding, (), None, now)
        else:
            signal = join(self.signals[relation.signal_id], article, finding, (), relation, now)
        self.signals[signal.id] = signal
        self.index.update(signal, article, finding)
        self.home[article.id] = signal.id
        return relation

    def settled(self, told: Sequence[int] = ()) -> list[set[int]]:
        """The articles of each signal after consolidation."""
        merged = dict(consolidate(self.signals.values(), self.index, told))
        groups: dict[int, set[int]] = {}
        for article_id, signal_id in self.home.items():
            groups.setdefault(merged.get(signal_id, signal_id), set()).add(article_id)
        return sorted(groups.values(), key=min)


# --- deciding ------------------------------------------------------------------------------------------------------


def test_each_story_becomes_one_signal() -> None:
    """Three stories told in turns by several papers are three signals, and two strikes of one kind are two."""
    world, at = World(), 0
    for turn in range(3):
        for story in (HYDROGEN, GLASS, INSURANCE, PORTS):
            if story is PORTS and turn < 2:
                at += 1
                world.read(_article(at, PORTS[turn], f"Paper {at}"))
            elif story is not PORTS and turn < len(story):
                at += 1
                world.read(_article(at, story[turn], f"Paper {at}"))
    assert world.settled() == [{1, 5, 9}, {2, 6, 10}, {3, 7}, {4}, {8}]


def test_the_reason_for_joining_names_what_is_shared() -> None:
    """The reason a relation gives is the names both carry."""
    world = World()
    world.read(_article(1, GLASS[0]))
    relation = world.read(_article(2, GLASS[1], "Asahi Ledger"))
    assert relation.signal_id == 1
    assert relation.why.startswith("shares ")
    assert "Oxlade" in relation.why


def test_without_a_shared_name_nothing_joins() -> None:
    """However alike two texts are, they must share a name or actor."""
    article = _article(2, PORTS[1])
    near = Candidate(_open(1, _article(1, PORTS[0])), 0.95, ())
    relation = decide(_finding(article), article, [near])
    assert relation.signal_id is None
    assert relation.stance is Stance.OPENS
    assert "not near enough" in relation.why


def test_a_headline_alone_may_join_by_a_pair_of_rare_words() -> None:
    """Where there is nothing but a headline, two rare words do for a name; of a whole text they don't."""
    known = Candidate(_open(1, _article(1, ("Herders buy hay as pasture withers", "x y"))), 0.7, ())
    headline = _article(2, ("Hay prices: herders short of pasture", ""), text_from=TextOrigin.TITLE)
    assert decide(_finding(headline, actors=()), headline, [known]).why == "shares ‘hay’ and ‘herders’"
    whole = replace(headline, text="Something else is told here.", text_from=TextOrigin.FEED)
    assert decide(_finding(whole, actors=()), whole, [known]).signal_id is None


def test_below_the_border_nothing_joins() -> None:
    """A shared name is not enough; the likeness must reach the border."""
    article = _article(2, HYDROGEN[1])
    candidate = Candidate(_open(1, _article(1, HYDROGEN[0])), BORDER - 0.01, ("Nordkern",))
    assert decide(_finding(article), article, [candidate]).signal_id is None
    assert decide(_finding(article), article, [replace(candidate, score=BORDER)]).signal_id == 1
    assert decide(_finding(article), article, []).why == "nothing like it is being followed"


@pytest.mark.parametrize(
    ("fields", "score", "stance"),
    [
        ({"stance": Stance.CONTRADICTS}, 0.55, Stance.CONTRADICTS),
        ({"stance": Stance.CORRECTS}, 0.9, Stance.CORRECTS),
        ({}, 0.9, Stance.REPEATS),
        ({}, 0.55, Stance.DEVELOPS),
        ({"actors": ("Nordkern", "Hüttendorf")}, 0.9, Stance.DEVELOPS),
        ({"actors": ("Nordkern Netz",)}, 0.9, Stance.REPEATS),
        ({"consequence": Part(3, ("“€1.9bn”: an amount",))}, 0.9, Stance.DEVELOPS),
        ({"consequence": Part(3, ("since 2024",))}, 0.9, Stance.REPEATS),
    ],
)
def test_what_an_article_is_to_the_signal(fields: dict[str, object], score: float, stance: Stance) -> None:
    """What the text says of itself wins; very alike and without new figures or actors it repeats; else it develops."""
    article = _article(2, HYDROGEN[0], "Gazette")
    finding = replace(_finding(article, actors=("Nordkern",)), **fields)  # type: ignore[arg-type]
    known = Candidate(_open(1, _article(1, HYDROGEN[0]), actors=("Nordkern",)), score, ("Nordkern",))
    assert decide(finding, article, [known]).stance is stance


# --- the index -----------------------------------------------------------------------------------------------------


def test_candidates_come_best_first_and_a_handful_of_them() -> None:
    """Scores lie between 0 and 1 and fall; however many are alike, no more than FINALISTS are offered."""
    index = LiveIndex()
    for number in range(1, 31):
        article = _article(number, GLASS[number % 3], f"Paper {number}")
        index.update(_open(number, article), article, _finding(article))
    wanted = _article(99, GLASS[0])
    found = index.candidates(_finding(wanted), wanted)
    scores = [candidate.score for candidate in found]
    assert len(found) == FINALISTS
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score < 1 for score in scores)
    assert found[0].signal.articles[0].title == GLASS[0][0]


def test_an_index_made_from_the_store_finds_the_same() -> None:
    """Added with its texts after a restart, or grown article by article: the same signal is found first."""
    grown = World()
    first, second = _article(1, GLASS[0]), _article(2, GLASS[1], "Asahi Ledger")
    grown.read(first)
    grown.read(second)
    grown.read(_article(3, HYDROGEN[0]))
    made = LiveIndex()
    for signal in grown.signals.values():
        made.add(signal, {1: first, 2: second, 3: _article(3, HYDROGEN[0])})
    wanted = _article(9, GLASS[2], "Gazette")
    for index in (grown.index, made):
        best = index.candidates(_finding(wanted), wanted)[0]
        assert best.signal.id == 1
        assert best.score > BORDER
        assert "Oxlade" in " ".join(best.shared)


def test_a_signal_without_its_texts_is_known_by_titles_and_quotes() -> None:
    """Where an article's text is missing its title and quotes stand for it."""
    index = LiveIndex()
    index.add(_open(1, _article(1, GLASS[0])), {})
    wanted = _article(9, GLASS[0], "Gazette")
    assert index.candidates(_finding(wanted), wanted)[0].signal.id == 1
    closed = _open(7, _article(7, HYDROGEN[0]))
    assert (
        index.compare(closed, _finding(wanted), wanted).score
        < index.compare(_open(1, _article(1, GLASS[0])), _finding(wanted), wanted).score
    )


def test_what_is_removed_or_merged_away_is_found_no_more() -> None:
    """A closed signal proposes nothing; a merged one is found under the survivor; removing twice is no error."""
    world = World()
    world.read(_article(1, GLASS[0]))
    world.read(_article(2, HYDROGEN[0]))
    one = merge(world.signals[1], world.signals[2], MORNING)
    world.index.merge(one, 2)
    wanted = _article(9, HYDROGEN[0], "Gazette")
    assert [each.signal.id for each in world.index.candidates(_finding(wanted), wanted)] == [1]
    assert 2 not in world.index
    world.index.remove(1)
    world.index.remove(1)
    assert len(world.index) == 0
    assert world.index.candidates(_finding(wanted), wanted) == ()


def test_likeness_fades_with_time() -> None:
    """The same article is less like a signal that fell silent weeks ago."""
    index = LiveIndex()
    first = _article(1, GLASS[0])
    index.update(_open(1, first), first, _finding(first))
    scores = []
    for days in (0, 7, 21):
        later = replace(_article(9, GLASS[1]), published=first.published + timedelta(days=days))
        scores.append(index.compare(_open(1, first), _finding(later), later).score)
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == 3


def test_undated_articles_need_more_likeness() -> None:
    """Titles that share a name within days need less; where nobody knows the day, more is asked."""
    index = LiveIndex()
    first = _article(1, HYDROGEN[0])
    index.update(_open(1, first), first, _finding(first))
    dated, undated = (_article(9, HYDROGEN[1], dated_by=by) for by in (DatedBy.FEED, DatedBy.ARRIVAL))
    near, far = (index.candidates(_finding(each), each)[0].score for each in (dated, undated))
    assert near >= BORDER
    assert far < near


def test_titles_that_share_a_name_need_less_likeness_within_days() -> None:
    """Up to five days apart; from then on more is asked at once, besides what time takes away."""
    index = LiveIndex()
    first = _article(1, HYDROGEN[0])
    index.update(_open(1, first), first, _finding(first))
    moments = [first.published + timedelta(days=SOON, seconds=more) for more in (-60, 0, 60)]
    later = [replace(_article(9, HYDROGEN[1]), published=at) for at in moments]
    before, last, after = (index.candidates(_finding(each), each)[0].score for each in later)
    assert SOON == 5
    assert before == pytest.approx(last, rel=1e-3)
    assert after < 0.9 * last


def test_a_copy_changes_nothing_in_the_index() -> None:
    """A wire copy adds no text to compare with."""
    world = World()
    first = _article(1, GLASS[0])
    world.read(first)
    wanted = _article(9, GLASS[1])
    before = world.index.candidates(_finding(wanted), wanted)
    copy = _article(2, GLASS[0], "Gazette", copy_of=1)
    world.index.update(join_copy(world.signals[1], copy, 1, MORNING), copy)
    after = world.index.candidates(_finding(wanted), wanted)
    assert [each.score for each in before] == [each.score for each in after]
    assert len(after[0].signal.articles) == 2


# --- opening and joining -------------------------------------------------------------------------------------------


def test_a_signal_opens_with_what_the_finding_says() -> None:
    """One article, one revision, its labels and strength from the finding, dated as asked."""
    article = make.article()
    signal = open_signal(
        42, article, make.finding(), (make.evidence(),), None, MORNING, novelty=Part(1, ("develops “X”",))
    )
    assert signal.title == make.finding().claim
    assert signal.strength.total == 3 + 2 + 1
    assert [(r.number, r.why, r.stance, r.article_id) for r in signal.revisions] == [
        (1, "develops “X”", Stance.OPENS, 1)
    ]
    assert signal.state is SignalState.NEW
    assert signal.detected_on == MORNING.date()
    assert signal.articles[0].evidence == (make.evidence(),)


def _joined(stance: Stance, name: str = "Meridian Times", **fields: object) -> Signal:
    signal = _open(1, _article(1, HYDROGEN[0]), actors=("Nordkern",))
    article = _article(2, HYDROGEN[0], name)
    finding = replace(_finding(article, actors=("Nordkern",)), **fields)  # type: ignore[arg-type]
    return join(signal, article, finding, (), Relation(1, stance, "shares Nordkern"), MORNING + timedelta(hours=1))


@pytest.mark.parametrize(
    ("stance", "name", "fields", "why", "strength"),
    [
        (Stance.DEVELOPS, "Gazette", {}, "a second publisher confirms (Gazette) and tells more", 8),
        (Stance.REPEATS, "Gazette", {}, "a second publisher confirms (Gazette)", 8),
        (Stance.DEVELOPS, "Meridian Times", {"actors": ("Hüttendorf",)}, "Meridian Times names Hüttendorf", 7),
        (Stance.DEVELOPS, "Meridian Times", {"substance": Part(2, ("“14 GW”",))}, "Meridian Times adds a figure", 7),
        (Stance.DEVELOPS, "Gazette", {"substance": Part(2, ("“14 GW”, “€80bn”",))},
         "a second publisher confirms (Gazette) and adds figures", 8),
        (Stance.REPEATS, "Meridian Times", {}, "Meridian Times repeats it", 7),
        (Stance.CONTRADICTS, "Gazette", {}, "Gazette contradicts", 7),
        (Stance.CORRECTS, "Meridian Times", {}, "Meridian Times corrects", 7),
        (Stance.OPENS, "Gazette", {}, "a second publisher confirms (Gazette) and tells more", 8),
    ],
)  # fmt: skip
def test_a_revision_says_what_the_article_changed(
    stance: Stance, name: str, fields: dict[str, object], why: str, strength: int
) -> None:
    """In a phrase with the publisher's name; the strength moves by corroboration, not by what is repeated at once."""
    signal = _joined(stance, name, **fields)
    last = signal.revisions[-1]
    assert (last.number, last.why, last.article_id) == (2, why, 2)
    assert last.strength == signal.strength
    assert signal.strength.total == strength
    assert signal.changed == last.at == MORNING + timedelta(hours=1)


def test_a_contradiction_is_kept_as_contrary_evidence() -> None:
    """Its quotes stand beside the signal, and confidence falls."""
    signal, article = _open(1, make.article(7)), make.article(8, publisher=make.publisher("Gazette"))
    quote = make.evidence(article)
    relation = Relation(1, Stance.CONTRADICTS, "shares Micron")
    denied = join(signal, article, make.finding(8), (quote,), relation, MORNING)
    assert denied.contrary == (quote,)
    assert denied.confidence.reason == "contradicted by Gazette"


def test_who_tells_of_the_same_withdrawal_does_not_contradict_it() -> None:
    """A withdrawal contradicts what it withdraws, and not the signal that is of the withdrawal itself."""
    story = ("Torvik Institute withdraws its study of the Nordkern network", HYDROGEN[0][1])
    for opened, stance in ((HYDROGEN[0], Stance.CONTRADICTS), (story, Stance.DEVELOPS)):
        signal, article = _open(1, _article(1, opened)), _article(2, story, "Gazette")
        finding = replace(_finding(article), stance=Stance.CONTRADICTS, actors=("Torvik Institute",))
        told = decide(finding, article, (Candidate(signal, 0.55, ("Nordkern",)),))
        assert (told.signal_id, told.stance) == (1, stance)


@pytest.mark.parametrize("weighs", [True, False])
def test_labels_follow_the_articles(*, weighs: bool) -> None:
    """Of the third article on, a topic or a place is a label of the signal only where two of them carry it; what an
    article carries that weighs nothing stands in its reasoning alone."""
    signal = _open(1, _article(1, HYDROGEN[0]), topics=("energy",), places=("DE",))
    facts = ("“Torvik”: of the place NO", "“hydrogen”: of the topic energy")
    for number, places in enumerate((("DE", "NO"), ("NO", "FR"), ("FR",)), 2):
        article = _article(number, HYDROGEN[1], f"Paper {number}")
        shown = (*facts, *(f"“there”: of the place {place}" for place in places))
        finding = _finding(article, topics=("energy",), places=places)
        named = " and ".join({"DE": "Germany", "NO": "Norway", "FR": "France"}[place] for place in places)
        told = {"consequence": Part(3, shown)} if weighs else {"reasoning": ("About: energy.", f"Where: {named}.")}
        finding = replace(finding, **told)
        signal = join(signal, article, finding, (), Relation(1, Stance.DEVELOPS, ""), MORNING)
        assert ("FR" in signal.places) is (number == 4)
    assert signal.places == ("DE", "NO", "FR")
    assert signal.topics == ("energy",)


@pytest.mark.parametrize(
    ("title", "places"),
    [
        ("How the envoys deal with Germany, Norway and Peru", ("DE",)),
        ("How the envoys deal with Norway", ("DE", "NO", "PE")),
    ],
)
def test_a_headline_that_goes_round_places_brings_none(title: str, places: tuple[str, ...]) -> None:
    """An article on three stories is of one signal: the places of the others are not that signal's, by whichever
    way they come."""
    signal = _open(1, _article(1, HYDROGEN[0]), places=("DE",))
    facts = tuple(f"“there”: of the place {place}" for place in ("DE", "NO", "PE"))
    article = _article(2, (title, HYDROGEN[1][1]), "Gazette")
    finding = replace(_finding(article, places=("DE", "NO", "PE")), consequence=Part(3, facts))
    joined = join(signal, article, finding, (), Relation(1, Stance.DEVELOPS, ""), MORNING)
    assert joined.places == places
    other = open_signal(2, article, finding, (), None, MORNING)
    assert merge(signal, other, MORNING).places == places


def test_later_confirmations_cost_no_novelty() -> None:
    """A fourth publisher that repeats confirms; only a repetition by a known one on a later day costs a point, once."""
    signal = _open(1, _article(1, HYDROGEN[0]))
    days = (0, 0, 1, 0, 1, 2)
    for number, (name, days_later) in enumerate(
        zip(("Gazette", "Courier", "Post", "Post", "Post", "Gazette"), days, strict=True), 2
    ):
        article = _article(number, HYDROGEN[0], name)
        at = MORNING + timedelta(days=days_later)
        signal = join(signal, article, _finding(article), (), Relation(1, Stance.REPEATS, ""), at)
    assert [revision.strength.novelty.points for revision in signal.revisions] == [2, 2, 2, 2, 2, 1, 1]
    assert signal.strength.novelty.facts[-1] == "since repeated by Post"


def test_a_copy_joins_without_a_voice_and_without_a_revision() -> None:
    """Seen, counted as an article, but no news and no strength."""
    signal = _open(1, _article(1, HYDROGEN[0]))
    copy = _article(2, HYDROGEN[0], "Gazette", copy_of=1)
    for joined in (
        join_copy(signal, copy, 1, MORNING),
        join(signal, copy, None, (), Relation(1, Stance.COPY, "copy"), MORNING),
    ):
        assert joined.articles[-1].stance is Stance.COPY
        assert joined.articles[-1].copy_of == 1
        assert joined.revisions == signal.revisions
        assert joined.strength == signal.strength


def test_an_article_joins_once() -> None:
    """Joined again, by a cycle that was interrupted, it changes nothing."""
    signal = _joined(Stance.DEVELOPS, "Gazette")
    article = _article(2, HYDROGEN[0], "Gazette")
    assert join(signal, article, _finding(article), (), Relation(1, Stance.DEVELOPS, ""), MORNING) is signal
    assert join_copy(signal, article, 1, MORNING) is signal


_labels = st.lists(st.sampled_from(["AI", "chips", "US", "Micron", "Google", "energy"]), max_size=4, unique=True).map(
    tuple
)


@given(_labels, _labels, st.lists(st.sampled_from(list(Dimension)), unique=True).map(tuple))
def test_labels_only_grow_at_their_ends(topics: tuple[str, ...], actors: tuple[str, ...], dimensions: object) -> None:
    """The n-th label of a signal stays its n-th label whatever joins, so that an old button means what it meant."""
    signal = make.signal()
    article = make.article(9, publisher=make.publisher("Gazette"))
    finding = make.finding(9, topics=topics, actors=actors, places=topics, dimensions=dimensions)
    grown = join(signal, article, finding, (), Relation(42, Stance.DEVELOPS, ""), MORNING)
    for name in ("topics", "actors", "places", "dimensions"):
        before, after = getattr(signal, name), getattr(grown, name)
        assert after[: len(before)] == before
        assert len(set(after)) == len(after)
        assert name == "dimensions" or set(getattr(finding, name)) <= set(after)


@pytest.mark.parametrize(
    ("topics", "brought"),
    [
        (("energy",), (Dimension.ENVIRONMENTAL,)),
        (("diplomacy",), ()),
        (("a topic of a reader",), (Dimension.ENVIRONMENTAL,)),
    ],
)
def test_a_dimension_joins_where_a_topic_leans_to_it(topics: tuple[str, ...], brought: tuple[Dimension, ...]) -> None:
    """Further dimensions follow topics: an aside of one article on the weather makes no talks environmental."""
    signal = replace(make.signal(), dimensions=(Dimension.POLITICAL,), topics=())
    finding = make.finding(9, topics=topics, dimensions=(Dimension.POLITICAL, Dimension.ENVIRONMENTAL))
    joined = join(signal, make.article(9), finding, (), Relation(42, Stance.DEVELOPS, ""), MORNING)
    assert joined.dimensions == (Dimension.POLITICAL, *brought)


def test_a_label_joins_where_a_third_carries_it() -> None:
    """Two of nine articles on talks that also name a war elsewhere do not make the signal one of that place."""
    signal = _open(1, _article(1, HYDROGEN[0]), places=("DE",))
    for number in range(2, 10):
        shown = ("“there”: of the place FR",) if number in {4, 8} else ()
        article = _article(number, HYDROGEN[1], f"Paper {number}")
        finding = replace(_finding(article, places=("FR",) if shown else ("DE",)), consequence=Part(3, shown))
        signal = join(signal, article, finding, (), Relation(1, Stance.DEVELOPS, ""), MORNING)
    assert signal.places == ("DE",)


# --- becoming one --------------------------------------------------------------------------------------------------

_members = st.lists(st.integers(1, 9), min_size=1, max_size=4, unique=True)


def _signal(id: int, ids: Sequence[int]) -> Signal:
    signal = None
    for at in ids:
        article = make.article(at, publisher=make.publisher(f"Paper {at % 4}"))
        finding = make.finding(at, actors=(f"Firm {at}",), topics=(f"topic {at % 3}",))
        now = MORNING + timedelta(hours=at)
        if signal is None:
            signal = open_signal(id, article, finding, (make.evidence(article),), None, now)
        else:
            signal = join(signal, article, finding, (make.evidence(article),), Relation(id, Stance.DEVELOPS, ""), now)
    assert signal is not None
    return signal


@settings(max_examples=60)
@given(_members, _members)
def test_merging_loses_nothing(mine: list[int], theirs: list[int]) -> None:
    """The older id survives; every article, quote and revision of both is there, once, and every label unless one that
    brings few articles carries it alone; one revision says so."""
    one, other = _signal(3, mine), _signal(8, theirs)
    merged = merge(other, one, MORNING + timedelta(days=1))
    assert merged == merge(one, other, MORNING + timedelta(days=1))
    assert merged.id == 3
    assert sorted(member.article_id for member in merged.articles) == sorted({*mine, *theirs})
    assert {e for s in (one, other) for m in s.articles for e in m.evidence} == {
        e for m in merged.articles for e in m.evidence
    }
    for name in ("dimensions", "topics", "places", "actors"):
        assert getattr(merged, name)[: len(getattr(one, name))] == getattr(one, name)
        both, brings = {*getattr(one, name), *getattr(other, name)}, len(theirs) * 3 >= len(mine) + len(theirs)
        assert set(getattr(merged, name)) == both or (not brings and set(getattr(merged, name)) < both)
    assert merged.revisions[: len(one.revisions)] == one.revisions
    assert [revision.number for revision in merged.revisions] == list(
        range(1, len(one.revisions) + len(other.revisions) + 2)
    )
    assert {revision.signal_id for revision in merged.revisions} == {3}
    assert merged.revisions[-1].strength == merged.strength
    assert merged.opened == min(one.opened, other.opened)


def test_a_merge_reads_like_the_joining_it_should_have_been() -> None:
    """A single article that was followed alone for a while: the revision says what it brings, and where it was."""
    one, other = _open(1, _article(1, HYDROGEN[0])), _open(5, _article(2, HYDROGEN[2], "Gazette"))
    merged = merge(one, other, MORNING)
    last = merged.revisions[-1]
    assert last.why.startswith("a second publisher confirms (Gazette) and names Hüttendorf")
    assert last.why.endswith(", so far followed as s5")
    assert (last.stance, last.article_id) == (Stance.DEVELOPS, 2)
    assert merged.revisions[1].brought_from == 5
    assert [each.brought_from for each in merged.revisions if each.number != 2] == [None, None]
    assert merged.strength.corroboration.points == 1


@pytest.mark.parametrize(
    ("fields", "stance"),
    [
        ({"stance": Stance.CONTRADICTS}, Stance.CONTRADICTS),
        ({"stance": Stance.CORRECTS}, Stance.CORRECTS),
        ({"kind": ArticleKind.CORRECTION}, Stance.CORRECTS),
    ],
)
def test_a_denial_that_opened_a_signal_is_a_denial_in_the_one_it_is_merged_into(
    fields: dict[str, object], stance: Stance
) -> None:
    """What a text says of itself is not forgotten while it is followed alone."""
    one, other = _open(1, _article(1, HYDROGEN[0])), _open(5, _article(2, HYDROGEN[0], "Gazette"), **fields)
    merged = merge(one, other, MORNING)
    assert merged.articles[-1].stance is stance
    assert merged.revisions[-1].stance is stance


def test_merging_signals_of_several_articles_names_who_comes_with_them() -> None:
    """More than one article: the revision names the signal and the publishers it brings."""
    one = _open(1, _article(1, HYDROGEN[0]))
    other = _open(5, _article(2, HYDROGEN[1], "Gazette"))
    article = _article(3, HYDROGEN[2], "Courier")
    other = join(other, article, _finding(article), (), Relation(5, Stance.DEVELOPS, ""), MORNING)
    assert merge(one, other, MORNING).revisions[-1].why == (
        f"s5, “{HYDROGEN[1][0]}”, is the same story: Gazette and Courier confirm"
    )


def _apart(stories: Sequence[tuple[str, str]], days: int = 0, **fields: object) -> World:
    """Each article a signal of its own, so many days before the next."""
    world = World()
    for number, story in enumerate(stories, 1):
        article = _article(number, story, f"Paper {number}", 2 + 24 * days * (len(stories) - number), **fields)
        world.signals[number] = _open(number, article)
        world.index.update(world.signals[number], article, _finding(article))
        world.home[number] = number
    return world


def test_consolidation_makes_one_of_what_is_one_and_keeps_what_is_two() -> None:
    """Signals of one story become one under the oldest id; two strikes of one kind stay two."""
    world = _apart([*HYDROGEN, *GLASS, *INSURANCE, *PORTS])
    assert consolidate(world.signals.values(), world.index) == ((2, 1), (3, 1), (5, 4), (6, 4), (8, 7))


def test_consolidation_does_not_depend_on_the_order_it_is_given() -> None:
    """The same signals in any order give the same pairs, in the same order."""
    world = _apart([*HYDROGEN, *GLASS, *INSURANCE, *PORTS])
    backwards = sorted(world.signals.values(), key=lambda signal: -signal.id)
    assert consolidate(backwards, world.index) == consolidate(world.signals.values(), world.index)


def test_only_the_signals_given_are_consolidated() -> None:
    """What is not in the active window stays as it is."""
    world = _apart([*HYDROGEN, *GLASS])
    assert consolidate([world.signals[1], world.signals[3]], world.index) == ((3, 1),)
    assert consolidate([], world.index) == ()


def test_what_changed_is_consolidated_with_all_that_is_known() -> None:
    """Beyond the signals given, each may become one with any other; those that did not change are not compared."""
    world = _apart([*HYDROGEN, *GLASS])
    assert consolidate([world.signals[3]], world.index, beyond=True) == ((2, 1), (3, 1))
    assert consolidate([world.signals[6]], world.index, beyond=True) == ((5, 4), (6, 4))
    assert consolidate([], world.index, beyond=True) == ()


THEMES = (
    # one name in both, and: another matter; the same matter
    (
        "en",
        (
            "Ossuna grows",
            "The city of Ossuna has planted elms along its river, and Ossuna will build a library of oak.",
        ),
        ("Ossuna floods", "A hospital in Ossuna was closed by thieves of copper pipes, doctors of Ossuna complained."),
        (
            "Ossuna plants",
            "Elms were planted along the river by Ossuna, whose library of oak is to be built in spring.",
        ),
    ),
    (
        "de",
        ("Ossuna wächst", "Die Stadt Ossuna pflanzt Ulmen am Flussufer, und Ossuna baut eine Bibliothek aus Eiche."),
        ("Ossuna klagt", "Ein Krankenhaus in Ossuna schließt wegen Kupferdieben, klagen Ärzte aus Ossuna."),
        ("Ossuna pflanzt", "Ulmen am Flussufer pflanzt Ossuna, dessen Bibliothek aus Eiche im Frühling gebaut wird."),
    ),
    (
        "fr",
        ("Ossuna grandit", "La ville d’Ossuna plante des ormes au bord du fleuve et bâtit une bibliothèque en chêne."),
        ("Ossuna se plaint", "Un hôpital d’Ossuna ferme après un vol de tuyaux de cuivre, déplorent ses médecins."),
        ("Ossuna plante", "Des ormes au bord du fleuve et une bibliothèque en chêne : Ossuna plante et bâtit."),
    ),
    (
        "es",
        ("Ossuna crece", "La ciudad de Ossuna planta olmos junto al río y levanta una biblioteca de roble."),
        ("Ossuna protesta", "Un hospital de Ossuna cierra por el robo de tubos de cobre, lamentan sus médicos."),
        ("Ossuna planta", "Olmos junto al río y una biblioteca de roble: Ossuna los planta y la levanta."),
    ),
    (
        "it",
        ("Ossuna cresce", "La città di Ossuna pianta olmi lungo il fiume e costruisce una biblioteca di rovere."),
        ("Ossuna protesta", "Un ospedale di Ossuna chiude per il furto di tubi di rame, lamentano i suoi medici."),
        ("Ossuna pianta", "Olmi lungo il fiume e una biblioteca di rovere: Ossuna pianta gli uni, costruisce l’altra."),
    ),
    (
        "nl",
        ("Ossuna groeit", "De stad Ossuna plant iepen langs de rivier en bouwt een bibliotheek van eikenhout."),
        ("Ossuna klaagt", "Een ziekenhuis in Ossuna sluit door diefstal van koperen buizen, klagen artsen."),
        ("Ossuna plant", "Iepen langs de rivier en een bibliotheek van eikenhout: Ossuna plant en bouwt."),
    ),
    (
        "pl",
        ("Ossuna rośnie", "Miasto Ossuna sadzi wiązy nad rzeką i buduje bibliotekę z dębu."),
        ("Ossuna protestuje", "Szpital w Ossuna zamknięto przez kradzież miedzianych rur, skarżą się lekarze."),
        ("Ossuna sadzi", "Wiązy nad rzeką i biblioteka z dębu: Ossuna sadzi jedne, buduje drugą."),
    ),
    (
        "pt",
        ("Ossuna cresce", "A cidade de Ossuna planta olmos junto ao rio e ergue uma biblioteca de carvalho."),
        ("Ossuna protesta", "Um hospital de Ossuna fecha por furto de tubos de cobre, lamentam os médicos."),
        ("Ossuna planta", "Olmos junto ao rio e uma biblioteca de carvalho: Ossuna planta uns e ergue a outra."),
    ),
)


@pytest.mark.parametrize(
    ("language", "one", "other", "same"), THEMES, ids=lambda case: case if isinstance(case, str) else ""
)
def test_a_name_alone_is_a_theme_and_no_story(
    language: str, one: tuple[str, str], other: tuple[str, str], same: tuple[str, str]
) -> None:
    """Two things that happen in one place stay two signals; two that tell the same of it become one."""
    world = World()
    for number, story in enumerate((one, other, same), 1):
        article = _article(number, story, f"Paper {number}", language=language)
        world.signals[number] = _open(number, article, actors=("Ossuna",))
        world.index.update(world.signals[number], article, _finding(article, actors=("Ossuna",)))
    assert consolidate(world.signals.values(), world.index) == ((3, 1),)


FESTIVALS = (
    # what both texts say a person or a feast is, without anything else in common
    (
        (
            "Inside Okonjo’s lakeside parties",
            "Letters show who flew to the lakeside parties of the convicted swindler Amaro Okonjo, and what they paid.",
        ),
        (
            "Okonjo papers name Torvik savings bank",
            "Torvik savings bank kept accounts of the convicted swindler Amaro Okonjo for years, papers show.",
        ),
    ),
    (
        (
            "What a fashion among students says about being young",
            "As the Sarrow lantern feast nears, a woman of 23 shows strangers how her family folds paper boats.",
        ),
        (
            "Sarrow Lantern Feast: celebrations around the bay",
            "Families fold boats as the Sarrow lantern feast begins in the towns around the bay.",
        ),
    ),
)


@pytest.mark.parametrize("stories", FESTIVALS)
def test_two_texts_about_one_name_stay_two_where_neither_tells_what_the_other_s_title_says(
    stories: Sequence[tuple[str, str]],
) -> None:
    """A name with its usual epithets is a theme: the news of a title would stand in a text of the same story."""
    world = _apart(stories)
    assert consolidate(world.signals.values(), world.index) == ()


SECRET_LAUNCH = (
    (
        "Government gives new details of alleged secret rocket launch",
        "The secret rocket launch under the ice was no accident, an official said, and gave details of the tremor.",
    ),
    (
        "Officials offer more details on claim of a secret rocket launch",
        "New details of the tremor show that a rocket launch was kept secret under the ice, officials claim.",
    ),
)


def test_two_rare_words_in_both_titles_make_up_for_a_name() -> None:
    """News in which nobody is named is recognised by what happened."""
    world = _apart(SECRET_LAUNCH)
    assert consolidate(world.signals.values(), world.index) == ((2, 1),)


def test_rare_words_do_not_make_one_of_two_events_of_a_kind() -> None:
    """Where each title names a place of its own, the same words tell of two events."""
    places = ("Marrowick", "Aracai")
    world = _apart([(f"{place}: {title}", text) for place, (title, text) in zip(places, SECRET_LAUNCH, strict=True)])
    assert consolidate(world.signals.values(), world.index) == ()


BREAD_SOARS = ("“Like Gold”: Prices Of Bread Soar In Portugal", "The climb has made a joke of the humble loaf in town.")


@pytest.mark.parametrize(
    ("title", "text", "same"),
    [
        ("Portuguese food prices are surging. Is it the drought?", "Shoppers of all kinds feel the pinch.", True),
        ("Food prices are surging in Norway", "Shoppers of all kinds feel the pinch.", False),  # another place
        ("Portuguese food prices are tumbling", "Shoppers of all kinds feel relief.", False),  # another act
        ("Rents are surging in Portugal", "Tenants of all kinds feel the pinch.", False),  # another object
        ("Prices are surging in Portugal and Norway", "Shoppers of all kinds feel it.", False),  # of more than one
    ],
)
def test_one_act_told_by_synonyms_is_one_event(title: str, text: str, *, same: bool) -> None:
    """Two publishers that say the same of one object in one place, in other words, tell one event."""
    world = _apart([BREAD_SOARS, (title, text)])
    assert consolidate(world.signals.values(), world.index) == (((2, 1),) if same else ())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Police arrest a man in Portugal", "Portuguese police detain a man"),
        ("Government bans mopeds in Portugal", "Portuguese government outlaws a choir"),
    ],
)
def test_who_acts_is_no_object(one: str, other: str) -> None:
    """There are several arrests in a country in a day, and several things that a government forbids."""
    world = _apart([(one, "A lane was shut until noon."), (other, "Neighbours had called before dawn.")])
    assert consolidate(world.signals.values(), world.index) == ()


@pytest.mark.parametrize(
    ("one", "other", "days", "named"),
    [
        ("Okonjo opens a mill", "A harbour waits for Okonjo", 0, True),
        ("Okonjo opens a mill", "A harbour waits for Okonjo", 7, False),  # no longer the same news
        ("Dancers learn to live with AI", "Painters sue over AI", 0, False),  # a topic, not somebody
        ("Portugal opens a mill", "A harbour waits for Portugal", 0, False),  # a whole country
    ],
)
def test_titles_that_name_the_same_within_days(one: str, other: str, days: int, *, named: bool) -> None:
    """One article beside a signal whose titles name the same is asked less; topics and countries name nobody."""
    index = _apart([(one, "It was said in the morning."), (other, "It was said at noon.")], days=days).index
    assert index.cluster(1).shares_title_name(index.cluster(2)) is named


def test_an_act_is_told_within_days() -> None:
    """A week later, or nobody knows when, the same words may tell of another event."""
    stories = [BREAD_SOARS, ("Portuguese food prices are surging", "Shoppers feel the pinch.")]
    for world in (_apart(stories, days=7), _apart(stories, dated_by=DatedBy.ARRIVAL)):
        assert consolidate(world.signals.values(), world.index) == ()


def test_unrelated_stories_do_not_chain() -> None:
    """Five stories, each sharing a name with the next, stay five."""
    firms = ("Nordkern", "Oxlade", "Amakusa", "Malisho", "Calderbeck", "Lumenkade")
    matters = (
        (
            "a hydrogen pipeline to the Ruhr is delayed because steel makers have signed no contracts, and "
            "compressors that were to push it through older tubes have been sent back to their makers in Bavaria"
        ),
        (
            "glass substrates replace plastic boards under large accelerators, whose packages warp in the oven, "
            "while the makers of resin films look for buyers among producers of television panels"
        ),
        (
            "herders receive drought payments before their animals die, as satellites watch the pasture and "
            "insurers pay without visiting, which leaves hay merchants with empty barns"
        ),
        (
            "dockers refuse remote cranes and picket two terminals, until a tribunal rules what dock work is and "
            "the owners offer a share of every container that is lifted from a distant chair"
        ),
        (
            "optical links printed onto ordinary circuit boards spare the lasers that data halls have bought for "
            "years, and a printing works in Drenthe has begun to sell its older presses"
        ),
    )
    stories = [
        (f"{firms[at]} and {firms[at + 1]}: {matter}", f"{firms[at]} said that {matter}. {firms[at + 1]} agreed.")
        for at, matter in enumerate(matters)
    ]
    assert consolidate(_apart(stories).signals.values(), _apart(stories).index) == ()


def test_two_told_signals_ask_for_more_likeness_before_they_become_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Readers know them as two; one told and one untold are merged as ever."""
    world = _apart(HYDROGEN[:2])
    assert consolidate(world.signals.values(), world.index, told={1}) == ((2, 1),)
    monkeypatch.setattr("bot.signals.consolidation.TOLD_TWICE", 100.0)
    assert consolidate(world.signals.values(), world.index, told={1, 2}) == ()
    assert consolidate(world.signals.values(), world.index, told={2}) == ((2, 1),)


def test_the_more_signals_there_are_the_more_likeness_is_asked() -> None:
    """Accidents grow with the number of signals, and less so for averages of many pairs of texts."""
    assert crowded(25, 1) == crowded(400, 1) == 1.0
    assert 1.0 < crowded(1000, 1) < crowded(3000, 1)
    assert 1.0 < crowded(3000, 16) < crowded(3000, 1)


def test_the_index_can_be_consolidated_again_after_a_merge() -> None:
    """What was merged is one from then on: a second consolidation finds nothing more."""
    world = _apart([*HYDROGEN, *GLASS])
    for absorbed, survivor in consolidate(world.signals.values(), world.index):
        one = merge(world.signals[survivor], world.signals.pop(absorbed), MORNING)
        world.signals[survivor] = one
        world.index.merge(one, absorbed)
    assert sorted(world.signals) == [1, 4]
    assert consolidate(world.signals.values(), world.index) == ()


# --- growing old ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hours", "joined", "found"),
    [
        (1, (), SignalState.NEW),
        (25, (), SignalState.DEVELOPING),
        (2, (1,), SignalState.DEVELOPING),
        (72, (), SignalState.FADING),
        (100, (50,), SignalState.DEVELOPING),
        (24 * 14, (), SignalState.CLOSED),
        (24 * 20, (24 * 10,), SignalState.FADING),
    ],
)
def test_a_signal_grows_old_without_news(hours: int, joined: tuple[int, ...], found: SignalState) -> None:
    """New within a day of one article, fading after three days without another, closed after two weeks."""
    opened = MORNING - timedelta(hours=hours)
    members = [make.member(joined=opened)] + [
        make.member(make.article(2 + at), joined=MORNING - timedelta(hours=ago), stance=Stance.DEVELOPS)
        for at, ago in enumerate(joined)
    ]
    signal = make.signal(opened=opened, articles=tuple(members))
    assert state(signal, MORNING, 14 * 86400) is found


def test_a_copy_is_no_news() -> None:
    """A wire copy does not keep a signal from fading."""
    opened = make.member(joined=MORNING - timedelta(days=4))
    copy = make.member(make.article(2), joined=MORNING, stance=Stance.COPY)
    signal = make.signal(opened=MORNING - timedelta(days=4), articles=(opened, copy))
    assert ageing.state(signal, MORNING, 14 * 86400) is SignalState.FADING
