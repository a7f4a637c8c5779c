"""What a channel is told: three outcomes told apart, told once, and only with news."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.briefing import briefs
from bot.briefing.briefs import decide
from bot.briefing.inputs import Inputs
from bot.briefing.views.brief_view import brief_message
from bot.briefing.views.correction_view import words
from bot.model import times
from bot.model.brief import Brief, Correction, Edition, Quiet, Told, Unable
from bot.model.channel import FOREVER, Channel, ChannelSettings, Mute
from bot.model.finding import Stance
from bot.model.label import CategoryKind, Label
from bot.model.messages import plain
from bot.model.run import LookAccount
from bot.model.signal import Batch, Revision, Signal, SignalState
from bot.model.stores import Store
from bot.text import taxonomy
from tests import make
from tests.clock import MORNING, FakeClock
from tests.talk import archive, checked, open_talk

TODAY = MORNING.date()
YESTERDAY = MORNING - timedelta(days=1)
WELL = LookAccount(articles=412, sources=40, checked=38, publishers=31, analysed=412, unread=0)
Step = tuple[datetime, Stance | None, str, tuple[int, int, int, int]]
CHANNEL = Channel(1, "console", "local", "here", ChannelSettings(timezone="UTC"))


def edition(*signals: Signal, settings: dict[str, Any] | None = None, **fields: Any) -> Edition:
    channel = replace(CHANNEL, settings=replace(CHANNEL.settings, **(settings or {})))
    given: dict[str, Any] = {
        "channel": channel, "on": TODAY, "now": MORNING, "since": YESTERDAY, "weighed": YESTERDAY, "look": WELL,
        "signals": signals, **fields,
    }  # fmt: skip
    return decide(Inputs(**given))


def deltas(of: Edition) -> dict[int, str]:
    assert isinstance(of, Brief), of
    return {item.signal.id: item.delta for item in of.items}


def at(days: float = 0, hours: float = 1) -> datetime:
    """So many days before this morning's brief, and an hour before it that day."""
    return MORNING - timedelta(days=days, hours=hours)


def revised(*steps: Step, brought: Collection[int] = (), **fields: Any) -> Signal:
    """A signal with these revisions: when, as what, why, and the parts of strength after it; those numbered `brought`
    came in from s50 by a merge."""
    revisions = tuple(
        Revision(42, number, when, why, stance, make.strength(*parts), number, 50 if number in brought else None)
        for number, (when, stance, why, parts) in enumerate(steps, 1)
    )
    last = revisions[-1]
    base = {"strength": last.strength, "opened": revisions[0].at, "changed": last.at, "revisions": revisions}
    return make.signal(**{**base, **fields})


def mute(kind: CategoryKind, value: str, until: datetime = FOREVER) -> Mute:
    return Mute(1, 1, Label(kind, value, value), until, MORNING, "Anna")


OPENED = (at(0), Stance.OPENS, "first seen", (3, 2, 2, 0))
OLD = (at(3), Stance.OPENS, "first seen", (3, 2, 1, 0))
CONFIRMED = (at(0), Stance.DEVELOPS, "a second publisher confirms (Asahi Ledger)", (3, 2, 1, 1))


# --- brief, quiet, unable --------------------------------------------------------------------------------------------


def test_a_new_signal_at_the_bar_is_told() -> None:
    """What opened since the last slot and reaches the bar is told as new, with the account of what was looked at."""
    told = edition(revised(OPENED), settings={"bar": 7})
    assert deltas(told) == {42: "new"}
    assert (told.account.articles, told.account.sources, told.account.failed_sources) == (412, 40, 2)
    assert told.account.reason is None


def test_below_the_bar_it_is_quiet_and_says_what_came_nearest() -> None:
    """Nothing at the bar is quiet, with its reason, and the nearest three with the part each lacked most."""
    signals = [make.signal(n, opened=at(0), changed=at(0), strength=make.strength(n, 1, 1, 0)) for n in (1, 2, 3, 4)]
    quiet = edition(*signals, settings={"bar": 7})
    assert isinstance(quiet, Quiet)
    assert quiet.account.reason == "Nothing new reached the bar of 7 since 07:30 on Thursday."
    assert [(near.signal_id, near.strength, near.lacked) for near in quiet.account.nearest] == [
        (4, 6, "corroboration"),
        (3, 5, "corroboration"),
        (2, 4, "corroboration"),
    ]


@pytest.mark.parametrize(
    ("look", "down", "reason"),
    [
        (replace(WELL, checked=19), False, "Only 19 of 40 sources could be read since 07:30 on Thursday."),
        (replace(WELL, checked=0), False, "Only 0 of 40 sources could be read since 07:30 on Thursday."),
        (replace(WELL, analysed=10, unread=11), False, "Analysis failed on 11 of 21 new articles since"),
        (LookAccount(0, 0, 0, 0, 0, 0), False, "There are no sources to read"),
        (WELL, True, "The Bellwether was down"),
    ],
)
def test_unable_is_told_apart_from_quiet(look: LookAccount, down: bool, reason: str) -> None:
    """Fewer than half of the sources read, half of the analysis failed, or down: unable, and why, whatever there is."""
    unable = edition(revised(OPENED), look=look, down=down)
    assert isinstance(unable, Unable)
    assert unable.account.reason is not None
    assert unable.account.reason.startswith(reason)


JAPANESE = (("ja", 9), ("ar", 3))


def test_a_morning_in_languages_without_lists_is_unable() -> None:
    """Where most of it needs a model nothing can be concluded, and the reason says so, once."""
    look = replace(WELL, analysed=11, unread=12, languages=JAPANESE)
    unable = edition(revised(OPENED), look=look)
    assert isinstance(unable, Unable)
    assert unable.account.reason == (
        "12 articles in Japanese and Arabic need a model, of 23 new articles since 07:30 on Thursday."
    )
    assert unable.account.note is None


def test_what_needs_a_model_is_accounted_for() -> None:
    """Where enough could be read, the account says how many articles could not."""
    told = edition(revised(OPENED), look=replace(WELL, analysed=12, unread=12, languages=JAPANESE))
    assert isinstance(told, Brief)
    assert told.account.note == "12 articles in Japanese and Arabic need a model."


@pytest.mark.parametrize("look", [replace(WELL, checked=20), replace(WELL, analysed=10, unread=10)])
def test_half_is_enough(look: LookAccount) -> None:
    """Exactly half of the sources, or of the analysis, is no reason to be unable."""
    assert isinstance(edition(revised(OPENED), look=look), Brief)


@given(
    sources=st.integers(1, 60), share=st.floats(0, 1), strengths=st.lists(st.integers(0, 4), max_size=8),
    bar=st.integers(1, 10), most=st.integers(1, 5),
)  # fmt: skip
def test_the_outcome_is_one_of_three(sources: int, share: float, strengths: list[int], bar: int, most: int) -> None:
    """Whatever is there: unable exactly where fewer than half were read, else a brief exactly where the bar is
    reached; at most `most`, strongest first, and what is left out for room is named."""
    look = replace(WELL, sources=sources, checked=int(share * sources))
    signals = [make.signal(n, opened=at(0), strength=make.strength(p, 1, 1, 0)) for n, p in enumerate(strengths, 1)]
    found = edition(*signals, look=look, settings={"bar": bar, "most": most})
    above = sorted((s.strength.total for s in signals if s.strength.total >= bar), reverse=True)
    if 2 * look.checked < sources:
        assert isinstance(found, Unable)
    elif not above:
        assert isinstance(found, Quiet)
    else:
        assert isinstance(found, Brief)
        assert [item.signal.strength.total for item in found.items] == above[:most]
        assert [item.number for item in found.items] == list(range(1, len(found.items) + 1))
        assert [near.strength for near in found.account.nearest if near.lacked == "room"] == above[most:]


def test_strongest_first_then_momentum_then_newest() -> None:
    """Of equals, the one with momentum comes first, then the newest."""
    growing = tuple(
        make.member(make.article(n), joined=at(0, n), stance=Stance.DEVELOPS if n > 1 else Stance.OPENS)
        for n in (1, 2, 3)
    )
    older, newer = (make.signal(n, opened=at(0), changed=at(0, hours)) for n, hours in ((1, 5), (2, 2)))
    moving = make.signal(3, opened=at(0), changed=at(0, 9), articles=growing)
    strong = make.signal(4, opened=at(0), changed=at(0, 9), strength=make.strength(4))
    assert list(deltas(edition(older, newer, moving, strong))) == [4, 3, 2, 1]


# --- mutes and only --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "muted",
    [
        mute(CategoryKind.DIMENSION, "economic"),
        mute(CategoryKind.TOPIC, "AI"),
        mute(CategoryKind.PLACE, "US"),
        mute(CategoryKind.ACTOR, "micron"),
        mute(CategoryKind.PUBLISHER, "meridiantimes.example"),
        mute(CategoryKind.SIGNAL, "42"),
    ],
)
def test_a_mute_hides_whatever_carries_it_in_any_field(muted: Mute) -> None:
    """A muted label hides the signal, whichever field carries it, and the account says how many."""
    quiet = edition(revised(OPENED), mutes=(muted,))
    assert isinstance(quiet, Quiet)
    assert quiet.account.muted == 1
    assert quiet.account.reason == "The one signal that reached the bar of 6 is muted here."
    assert quiet.account.nearest == ()


def test_a_muted_region_hides_its_members_and_no_more() -> None:
    """Muting EU hides Italy; muting Italy hides neither the EU nor France."""
    members = taxonomy.load().members
    italy, france, union = (
        make.signal(n, opened=at(0), places=(place,)) for n, place in ((1, "IT"), (2, "FR"), (3, "EU"))
    )
    of_union = edition(italy, france, union, mutes=(mute(CategoryKind.PLACE, "EU"),), members=members)
    assert isinstance(of_union, Quiet)
    of_italy = edition(italy, france, union, mutes=(mute(CategoryKind.PLACE, "IT"),), members=members)
    assert set(deltas(of_italy)) == {2, 3}


def test_a_mute_that_is_over_hides_nothing() -> None:
    """A mute ends at its instant."""
    assert deltas(edition(revised(OPENED), mutes=(mute(CategoryKind.TOPIC, "AI", until=MORNING),)))


def test_only_is_a_fence() -> None:
    """With `only`, what carries none of its labels is neither told nor counted, and quiet says so."""
    only = (Label(CategoryKind.TOPIC, "water", "water"),)
    quiet = edition(revised(OPENED), settings={"only": only})
    assert isinstance(quiet, Quiet)
    assert (quiet.account.muted, quiet.account.nearest) == (0, ())
    assert quiet.account.reason == "Nothing new about water reached the bar of 6 since 07:30 on Thursday."
    assert deltas(edition(revised(OPENED, topics=("water",)), settings={"only": only}))


# --- told once -------------------------------------------------------------------------------------------------------


def told(on: date, revision: int = 1, strength: int = 6, at: datetime | None = None) -> dict[int, Told]:
    """At 07:30 in Rome, unless at another instant."""
    return {42: Told(42, on, at or times.slot(on, time(7, 30), "Europe/Rome"), revision, strength, 1)}


def test_told_and_unchanged_is_not_told_again() -> None:
    """Nothing new in it: it is not told twice, and is not even near."""
    quiet = edition(revised(OLD), told=told(at(2).date()))
    assert isinstance(quiet, Quiet)
    assert quiet.account.nearest == ()


def test_told_again_with_the_change_stated() -> None:
    """A second publisher is a change: since when, what, and from which strength to which."""
    again = edition(revised(OLD, CONFIRMED), told=told(date(2026, 3, 24)))
    assert deltas(again) == {42: "since Tuesday: a second publisher confirms (Asahi Ledger); 6 → 7"}


@pytest.mark.parametrize(
    "step",
    [
        (at(0), Stance.REPEATS, "Gazette repeats it", (3, 2, 0, 0)),
        (at(0), Stance.COPY, "a copy", (3, 2, 1, 0)),
        (at(0), None, "recomputed", (3, 2, 1, 0)),
    ],
)
def test_a_repetition_or_a_copy_is_no_change(
    step: tuple[datetime, Stance | None, str, tuple[int, int, int, int]],
) -> None:
    """A mere repetition, a wire copy and a recomputation bring nothing back, told or not."""
    assert isinstance(edition(revised(OLD, step), told=told(at(2).date()), settings={"bar": 1}), Quiet)
    assert isinstance(edition(revised(OLD, step), settings={"bar": 1}), Quiet)


def test_another_voice_is_a_change_even_if_it_adds_nothing() -> None:
    """A publisher that repeats and thereby corroborates is news; a fourth one is none."""
    second = (at(0), Stance.REPEATS, "a second publisher confirms (Gazette)", (3, 2, 1, 1))
    assert deltas(edition(revised(OLD, second), told=told(at(2).date())))
    many = (at(3), Stance.OPENS, "first seen", (3, 2, 1, 2))
    fourth = (at(0), Stance.REPEATS, "Gazette repeats it", (3, 2, 0, 2))
    assert isinstance(edition(revised(many, fourth), told=told(at(2).date())), Quiet)


@pytest.mark.parametrize("stance", [Stance.CONTRADICTS, Stance.CORRECTS])
def test_a_contradiction_is_a_change_without_any_points(stance: Stance) -> None:
    """What is contradicted or corrected comes back though its strength stands."""
    step = (at(0), stance, "the ministry denies it (Gazette)", (3, 2, 1, 0))
    again = edition(revised(OLD, step), told=told(date(2026, 3, 24)))
    assert deltas(again) == {42: "since Tuesday: the ministry denies it (Gazette)"}


@pytest.mark.parametrize(
    ("stance", "title", "delta"),
    [
        (Stance.DEVELOPS, "Ministry halves the levy", "Ministry halves the levy (Gazette)"),
        (Stance.CONTRADICTS, "Ministry denies it", "Gazette contradicts it: “The levy stays as it is.”"),
        (Stance.CORRECTS, "Correction", "Gazette corrects it: “The levy stays as it is.”"),
        (Stance.DEVELOPS, "The levy falls", "Gazette reports it as quoted below"),
    ],
)
def test_a_delta_says_what_happened(stance: Stance, title: str, delta: str) -> None:
    """In the new article's own headline, or, where that says nothing new or the article speaks against the signal, in
    its own words."""
    text = "The levy stays as it is. So says the ministry."
    given = make.article(2, text, title=title, publisher=make.publisher("Gazette"), sentences=((0, 24), (25, 46)))
    member = make.member(given, stance=stance, evidence=(make.evidence(given, 0),))
    signal = revised(OLD, (at(0), stance, "Gazette adds a figure", (3, 2, 1, 0)), title="The levy falls")
    again = edition(replace(signal, articles=(*signal.articles, member)), told=told(date(2026, 3, 24)))
    assert deltas(again) == {42: f"since Tuesday: {delta}"}


def test_a_delta_passes_no_quote_over_for_a_shorter_one() -> None:
    """Where what an article says against a signal is too long for a line, its headline stands for it."""
    long = f"The levy stays as it is, {'and so on, ' * 20}says the ministry."
    given = make.article(2, f"{long} It rained.", title="Ministry denies it", publisher=make.publisher("Gazette"))
    quotes = (make.evidence(given, 0), make.evidence(given, 1))
    member = make.member(given, stance=Stance.CONTRADICTS, evidence=quotes)
    signal = revised(OLD, (at(0), Stance.CONTRADICTS, "Gazette denies it", (3, 2, 1, 0)))
    again = edition(replace(signal, articles=(*signal.articles, member)), told=told(date(2026, 3, 24)))
    assert deltas(again) == {42: "since Tuesday: Gazette contradicts it: Ministry denies it"}


def test_below_the_bar_yesterday_above_it_today() -> None:
    """It is new to this channel, and what changed is said, since it was opened on an earlier day."""
    weak = (at(3), Stance.OPENS, "first seen", (2, 2, 1, 0))
    found = edition(revised(weak, (at(0), Stance.DEVELOPS, "Asahi Ledger adds figures", (3, 2, 1, 1))))
    assert deltas(found) == {42: "new here, first seen Tuesday: Asahi Ledger adds figures; 5 → 7"}


def test_never_told_and_long_unchanged_is_not_dug_up() -> None:
    """A lower bar digs up nothing old: never told, it counts for two days, or while something changes."""
    assert isinstance(edition(revised(OLD)), Quiet)
    recent = (at(1), Stance.OPENS, "first seen", (3, 2, 2, 0))
    assert deltas(edition(revised(recent))) == {42: "new here, first seen Thursday"}


def test_a_merged_signal_counts_as_told_if_either_was() -> None:
    """Revisions that a merge brought in are no news by themselves."""
    other = (at(0), Stance.DEVELOPS, "Gazette adds figures", (3, 2, 1, 0))
    assert isinstance(edition(revised(OLD, other, brought={2}), told=told(at(1).date())), Quiet)


def test_a_merge_that_brings_something_new_is_said() -> None:
    """What a merge brought in since is told once, as the merge, and not revision by revision."""
    other = (at(0), Stance.OPENS, "first seen", (3, 2, 2, 0))
    merged = (at(0), Stance.DEVELOPS, "a second publisher confirms (Gazette), so far followed as s50", (3, 2, 1, 1))
    again = edition(revised(OLD, other, merged, brought={2}), told=told(date(2026, 3, 24)))
    said = "a second publisher confirms (Gazette), so far followed as s50"
    assert deltas(again) == {42: f"since Tuesday: {said}; 6 → 7"}
    silent = (at(0), None, "s50, “Chips fall”, is the same story", (3, 2, 1, 0))
    assert isinstance(edition(revised(OLD, other, silent, brought={2}), told=told(at(1).date())), Quiet)


def test_told_is_told_to_the_minute() -> None:
    """What happened before the brief was decided that morning was told by it; what happened after was not."""
    yesterday = YESTERDAY.date()
    signal = revised(OLD, (at(1, 0.5), Stance.DEVELOPS, "Gazette adds figures", (3, 2, 2, 0)))
    assert isinstance(edition(signal, told=told(yesterday, at=YESTERDAY)), Quiet)
    assert isinstance(edition(signal, told=told(yesterday, at=at(1, 2))), Brief)


def test_closed_signals_are_not_told() -> None:
    """A closed signal stays in the archive."""
    assert isinstance(edition(revised(OPENED, state=SignalState.CLOSED)), Quiet)


def test_the_first_brief_tells_what_stands() -> None:
    """A channel never briefed hears what is live, each with the day it was first seen."""
    first = edition(revised(OLD), first=True)
    assert deltas(first) == {42: "first seen Tuesday"}


def test_looked_at_again_on_the_same_day() -> None:
    """What was told this morning is in the brief looked at later, and says so."""
    assert deltas(edition(revised(OPENED), told=told(TODAY, strength=7))) == {42: "told today"}


def test_corrections_open_the_next_brief() -> None:
    """A quote that no longer stands in its article is named word for word."""
    quote = make.evidence()
    gone = Correction("a1.0.9", 42, "Chips", make.publisher(), 9, YESTERDAY, quote.quote, quote, (YESTERDAY,))
    brief = edition(revised(OPENED), corrections=(gone,))
    assert isinstance(brief, Brief)
    assert brief.corrections == (gone,)
    assert f"the words {quote.quote.rstrip('.')}, quoted here" in words((gone,))


# --- gathered from the store -----------------------------------------------------------------------------------------


async def test_the_morning_from_the_store(store: Store, clock: FakeClock) -> None:
    """A fresh archive is told once; the next morning it is quiet; a change brings a signal back with its delta."""
    talk = await open_talk(store, clock)
    signals = await archive(store)
    first = await briefs.edition(store, talk.channel, TODAY, MORNING)
    assert deltas(first) == {
        41: "new",
        42: (
            "first seen Thursday: Ships pass Noordhaven by as strike enters third day "
            "(Gazette do Sul, a second publisher); 6 → 7"
        ),
    }
    await store.briefs.record(talk.channel, first, (brief_message(first, talk.channel),), MORNING)

    monday = MORNING + timedelta(days=3)
    await checked(store, monday)
    assert isinstance(await briefs.edition(store, talk.channel, monday.date(), monday), Quiet)

    chips = signals[0]
    step = Revision(41, 2, monday, "Gazette do Sul contradicts", Stance.CONTRADICTS, chips.strength)
    grown = replace(chips, revisions=(*chips.revisions, step), changed=monday)
    await store.signals.save(Batch(signals=(grown,)), monday)
    second = await briefs.edition(store, talk.channel, monday.date(), monday)
    assert deltas(second) == {41: "since Friday: Gazette do Sul contradicts"}


async def test_on_monday_the_weekend_is_looked_at(store: Store, clock: FakeClock) -> None:
    """For a channel on weekdays that was never briefed, Monday's account begins with Friday's slot."""
    talk = await open_talk(store, clock)
    await archive(store)
    monday = datetime(2026, 3, 30, 5, 30, tzinfo=UTC)
    found = await briefs.edition(store, talk.channel, monday.date(), monday)
    assert isinstance(found, Brief)
    assert found.account.failed_sources == 0
    assert isinstance(await briefs.edition(store, talk.channel, monday.date(), monday, since=monday), Unable)


async def test_an_unable_morning_loses_nothing(store: Store, clock: FakeClock) -> None:
    """What opened before a morning on which we could not look is told on the next on which we could."""
    talk = await open_talk(store, clock)
    early = MORNING - timedelta(days=4)
    await store.briefs.record(talk.channel, Quiet(early.date(), edition().account), (), early)
    await archive(store)
    unable = await briefs.edition(store, talk.channel, TODAY, MORNING, down=True)
    assert isinstance(unable, Unable)
    await store.briefs.record(talk.channel, unable, (), MORNING)
    tuesday = MORNING + timedelta(days=4)
    await checked(store, tuesday)
    found = await briefs.edition(store, talk.channel, tuesday.date(), tuesday)
    assert set(deltas(found)) == {41, 42}
    assert "Thursday" not in plain(brief_message(found, talk.channel)).splitlines()[0]


@pytest.mark.parametrize(
    ("opened", "since", "delta"),
    [
        (at(0), YESTERDAY, "new"),
        (YESTERDAY + timedelta(hours=5), YESTERDAY, "new"),
        (at(0), MORNING - timedelta(minutes=30), "new"),
        (YESTERDAY - timedelta(hours=5), YESTERDAY, "new here, first seen Thursday"),
    ],
)
def test_new_is_what_opened_today_or_since_the_last_slot(opened: datetime, since: datetime, delta: str) -> None:
    """Whichever is longer ago; what is older is told with the day on which it was first seen."""
    signal = revised((opened, Stance.OPENS, "first seen", (3, 2, 2, 0)))
    assert deltas(edition(signal, since=since)) == {42: delta}
