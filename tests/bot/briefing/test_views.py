"""Nouns become messages: the brief, a signal whole, its sum, its evidence, and the machine's shape."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.briefing.views import (
    as_json,
    brief_view,
    evidence_view,
    greeting_view,
    quote_view,
    reasons,
    shortening,
    signal_view,
    strength_view,
    why_view,
    wording,
)
from bot.model.article import TextOrigin
from bot.model.brief import Account, Brief, BriefItem, Correction, Near, Quiet, Unable
from bot.model.channel import Channel, ChannelSettings
from bot.model.finding import Dimension, Part, Stance
from bot.model.messages import Card, Choices, Heading, Message, Paragraph, Quote, Run, from_json, plain, to_json
from bot.model.signal import Confidence, ConfidenceLevel, Revision, Signal, Strength
from bot.signals import quoting
from bot.text import clauses
from tests import make
from tests.clock import MORNING

ON = date(2026, 3, 27)
CHANNEL = Channel(1, "console", "local", "here", ChannelSettings(timezone="Europe/Rome"))
ACCOUNT = Account(articles=412, sources=40, publishers=31, failed_sources=2, muted=2)

SHAKEN = (
    "Google Research published a paper this week that has shaken investors’ confidence that AI will continue to demand "
    "so much storage capacity."
)
DROPS = (
    "“If models can run with materially lower memory requirements without losing performance, the cost of serving each "
    "query drops meaningfully,” said Ana Ruiz."
)
REFERENCE = f"Memory chip stocks shed $100bn in a week. {SHAKEN} {DROPS}"


def reference() -> Signal:
    """A signal in the form of the reference: one article, strength 8 = 4 + 2 + 2 + 0."""
    article = make.article(1, REFERENCE, title="Memory chip stocks shed $100bn as AI-driven shortage trade unwinds")
    evidence = make.evidence(article, 2, "materially lower memory requirements")
    member = make.member(article, evidence=(make.evidence(article, 1, "published a paper"), evidence), read_by="claude")
    return make.signal(
        42,
        title="AI infrastructure efficiency breakthroughs collapsing speculative hardware shortage premiums",
        analysis="Repricing reveals a bet. The bet was on scarcity. It is over.\n\nInvestors noticed.",
        topics=("AI",),
        actors=("Micron", "Google", "Morgan Stanley"),
        strength=make.strength(4, 2, 2, 0),
        articles=(member,),
        composed_by="claude",
    )


def brief(
    *signals: Signal, delta: str = "new", account: Account = ACCOUNT, corrections: tuple[Correction, ...] = ()
) -> Brief:
    items = tuple(BriefItem(number, signal, delta) for number, signal in enumerate(signals, 1))
    return Brief(ON, account, items, corrections)


def lines(message: Message) -> list[str]:
    return plain(message).splitlines()


def cards(message: Message) -> list[Card]:
    return [block for block in message.blocks if isinstance(block, Card)]


# --- the brief -------------------------------------------------------------------------------------------------------


def test_a_brief_as_the_design_draws_it() -> None:
    """Heading, account, a card a signal: title, strength, tags, voices, delta, two sentences, the best quote."""
    message = brief_view.brief_message(brief(reference()), CHANNEL)
    assert lines(message) == [
        "The Bellwether · Friday 27 March",
        "1 signal · 412 articles from 38 sources · 2 not read · 2 muted",
        "1  AI infrastructure efficiency breakthroughs collapsing speculative hardware shortage premiums",
        "8 · economic · AI · United States · 1 article · new",
        "Repricing reveals a bet. The bet was on scarcity.",
        f"“{SHAKEN}” Meridian Times",
    ]
    (card,) = cards(message)
    assert [(each.label, each.command) for each in card.actions] == [
        ("Why?", "why s42"),
        ("More …", "more s42"),
    ]
    assert message.fallback == (
        "The Bellwether, Friday 27 March: 1 signal. 1 AI infrastructure efficiency breakthroughs collapsing "
        "speculative hardware shortage premiums"
    )


def test_a_quote_is_the_evidence_and_lands_on_its_sentence() -> None:
    """A quote is cut, never written: its text, its anchor within it, and a link with a text fragment."""
    (card,) = cards(brief_view.brief_message(brief(reference()), CHANNEL))
    quote = card.quote
    assert quote is not None
    assert quote.text in REFERENCE
    assert quote.text[slice(*quote.anchor)] == "published a paper"
    assert quote.link is not None
    assert quote.link.startswith("https://meridian.example/1#:~:text=Google%20Research%20published")


def test_what_no_model_wrote_says_so() -> None:
    """A brief composed without a model says so once, quietly; one composed by a model does not."""
    said = "Composed without a model: titles and sentences are the sources’ own."
    assert said in lines(brief_view.brief_message(brief(make.signal()), CHANNEL))
    assert said not in lines(brief_view.brief_message(brief(reference()), CHANNEL))


def test_the_date_of_a_brief_is_in_the_channels_language() -> None:
    """Ours, not a model's: a quiet morning's too."""
    italian = replace(CHANNEL, settings=replace(CHANNEL.settings, language="it"))
    assert lines(brief_view.brief_message(brief(reference()), italian))[0] == "The Bellwether · venerdì 27 marzo 2026"
    quiet = brief_view.brief_message(Quiet(ON, replace(ACCOUNT, reason="nothing new")), italian)
    assert plain(quiet).startswith("Quiet · venerdì 27 marzo 2026. ")


def test_corrections_come_first() -> None:
    """A brief opens with what no longer stands."""
    quote = make.evidence()
    gone = Correction("a1.0.9", 42, "Chips", make.publisher(), 9, MORNING, quote.quote, quote, (MORNING,))
    message = brief_view.brief_message(brief(reference(), corrections=(gone,)), CHANNEL)
    assert lines(message)[2] == (
        f"Correction. Meridian Times has changed its article: the words {quote.quote.rstrip('.')}, quoted here in "
        "“Chips” (s42), no longer stand in it."
    )


def test_what_is_left_out_for_room_is_named() -> None:
    """Never lost without saying so: what stands behind the most a brief holds is named below it."""
    near = tuple(Near(n, f"Title {n}", 9 - n, "room") for n in range(1, 6))
    message = brief_view.brief_message(brief(reference(), account=replace(ACCOUNT, nearest=near)), CHANNEL)
    assert lines(message)[-1] == (
        "Also above the bar, left out for room: Title 1 (8, s1); Title 2 (7, s2); Title 3 (6, s3); and 2 more."
    )


def test_quiet_and_unable_are_one_line_each() -> None:
    """A quiet morning and one on which we could not look are told apart in their first word, each in one line."""
    near = (Near(40, "Cities buy water", 5, "corroboration"),)
    reason = "Nothing new reached the bar of 6 since 07:30 on Thursday."
    quiet = brief_view.brief_message(Quiet(ON, replace(ACCOUNT, reason=reason, nearest=near)), CHANNEL)
    assert plain(quiet) == (
        "Quiet · Friday 27 March. Nothing new reached the bar of 6 since 07:30 on Thursday. 412 articles from 38 "
        "sources · 2 not read · 2 muted. Nearest: Cities buy water (5, s40, short of corroboration)."
    )
    failed = Account(0, 40, 0, 33, reason="Only 7 of 40 sources could be read.")
    unable = brief_view.brief_message(Unable(ON, failed), CHANNEL)
    assert lines(unable) == [
        "Unable to look · Friday 27 March. Only 7 of 40 sources could be read. 0 articles from 7 sources · 33 not read."
    ]


def test_the_quote_evidences_the_title() -> None:
    """It says what the title says, first in the words of the article whose headline the title is; what hangs on a
    sentence before it, or only adds a person's age, stands behind what does not."""
    first = make.article(1, "But it was late. Dockers shut the port of Noordhaven on Monday over driverless cranes.")
    later = make.article(
        2,
        "Ms Hale, 44, has worked in Noordhaven for nineteen years as a docker. Cranes stand.",
        title="A port in winter",
    )
    quotes = tuple(make.evidence(first, number) for number in (0, 1))
    members = (make.member(later), make.member(first, evidence=quotes))
    members = (replace(members[0], title="A port in winter"), replace(members[1], title="Dockers shut Noordhaven"))
    best = quote_view.best_quote(make.signal(title="Dockers shut Noordhaven", articles=members))
    assert best is not None
    assert best.text == first.sentence(1)


def test_a_card_says_nothing_twice() -> None:
    """What stands in the title or in the quote is not said again; where nothing is left, the quote stands alone."""
    article = make.article(1)
    member = make.member(article, evidence=(make.evidence(article, 0),))
    analysis = f"{article.sentence(0)} {article.sentence(2)} Banks wait. Markets wait too."
    (shown,) = cards(brief_view.brief_message(brief(make.signal(articles=(member,), analysis=analysis)), CHANNEL))
    assert shown.quote is not None
    assert shown.quote.text == article.sentence(0)
    assert shown.analysis == f"{article.sentence(2)} Banks wait."
    (bare,) = cards(brief_view.brief_message(brief(make.signal(articles=(member,), analysis=analysis[:84])), CHANNEL))
    assert bare.analysis == ""


def test_a_change_leaves_one_sentence_beside_it() -> None:
    """What is new since the reader was last told is said instead of the second sentence."""
    delta = "since Tuesday: Northpost reports that the ministry denies it, and names its reasons"
    (shown,) = cards(brief_view.brief_message(brief(reference(), delta=delta), CHANNEL))
    assert (shown.delta, shown.analysis) == (delta, "Repricing reveals a bet.")


def test_labels_of_a_card_are_three_words_a_reader_uses() -> None:
    """One of each kind; where a kind is missing, the next of another; a country by its name, not its code."""
    assert wording.labels(make.signal()) == ("economic", "AI", "United States")
    assert wording.labels(make.signal(topics=(), places=("DE", "FR"))) == ("economic", "Germany", "France")
    assert wording.labels(make.signal(places=(), topics=("AI", "chips", "trade"))) == ("economic", "AI", "chips")
    assert wording.labels(make.signal(dimensions=(), topics=(), places=("QQ",))) == ("QQ",)


LONG = (
    "The operator of the northern grid, which serves eleven million people in four countries, said on Thursday that it "
    "will switch off two of its oldest lines, replace their transformers with a design of its own, and leave the "
    "towns between them on storage for as long as the work takes; engineers of the regulator, who were not told, "
    "called the plan “bold, and on paper possible, but hardly tried”."
)


def test_a_long_sentence_is_trimmed_to_its_clause() -> None:
    """A card's quote has at most 320 characters, stays a piece of the stored text with its anchor in it, and says by an
    ellipsis outside its marks that the sentence goes on."""
    article = make.article(1, f"{LONG} It is cold.")
    member = make.member(article, evidence=(make.evidence(article, 0, "switch off two of its oldest lines"),))
    (shown,) = cards(brief_view.brief_message(brief(make.signal(articles=(member,))), CHANNEL))
    assert shown.quote is not None
    assert shown.quote.text in LONG
    assert shown.quote.text.endswith("for as long as the work takes")
    assert shown.quote.text[slice(*shown.quote.anchor)] == "switch off two of its oldest lines"
    assert shown.quote.marks == ("“", "” …")
    late = make.member(article, evidence=(make.evidence(article, 0, "hardly tried"),))
    (shown,) = cards(brief_view.brief_message(brief(make.signal(articles=(late,))), CHANNEL))
    assert shown.quote is not None
    assert shown.quote.text in LONG
    assert shown.quote.text[slice(*shown.quote.anchor)] == "hardly tried"
    assert shown.quote.marks[0] == "… “"
    titled = make.signal(title="A firm is to switch off its oldest lines", articles=(late,))
    (shown,) = cards(brief_view.brief_message(brief(titled), CHANNEL))
    assert shown.quote is not None
    assert LONG.startswith(shown.quote.text), "its beginning says more of the title than what holds the anchor"


def test_a_long_title_ends_at_a_clause() -> None:
    """On a card it has at most 160 characters; the sentence of an analysis ends at a clause too."""
    signal = make.signal(title=LONG, analysis=f"{LONG} The end.", articles=())
    (shown,) = cards(brief_view.brief_message(brief(signal), CHANNEL))
    assert shown.title == (
        "The operator of the northern grid, which serves eleven million people in four countries, said on Thursday "
        "that it will switch off two of its oldest lines…"
    )
    assert len(clauses.shortened(LONG, 320)) <= 320


def test_a_card_without_a_quote_keeps_its_link() -> None:
    """Where no quote could be cut, the article is linked below the card."""
    member = make.member(evidence=())
    message = brief_view.brief_message(brief(make.signal(articles=(member,))), CHANNEL)
    (run,) = [run for block in message.blocks if isinstance(block, Paragraph) for run in block.runs if run.link]
    assert run == Run("Meridian Times ↗", link="https://meridian.example/1")


@pytest.mark.parametrize(
    ("origin", "note"), [(TextOrigin.SUMMARY, "from the summary"), (TextOrigin.TITLE, "from the headline")]
)
def test_a_summary_says_that_it_is_one(origin: TextOrigin, note: str) -> None:
    """Where only the summary could be read, the quote and the article say so, and why."""
    why = "The page forbids robots."
    member = make.member(make.article(text_from=origin), text_note=why)
    signal = make.signal(articles=(member,))
    shown = signal_view.signal_message(signal, "UTC")
    assert any(isinstance(block, Quote) and block.note == note for block in shown.blocks)
    assert f"Only the {note.removeprefix('from the ')} could be read. {why}" in lines(shown)


# --- a signal --------------------------------------------------------------------------------------------------------


def test_show_is_laid_out_as_the_reference_signal() -> None:
    """Title, strength, date, articles, tags, analysis, actors, then each article with its quotes and its reasoning."""
    assert lines(signal_view.signal_message(reference(), "Europe/Rome"))[:19] == [
        "AI infrastructure efficiency breakthroughs collapsing speculative hardware shortage premiums",
        "str 8 · 27 March 2026 · 1 article · s42",
        "economic · technological · AI · United States",
        "Analysis",
        "Repricing reveals a bet. The bet was on scarcity. It is over.",
        "Investors noticed.",
        "Key actors",
        "Micron · Google · Morgan Stanley",
        "Source article",
        "Memory chip stocks shed $100bn as AI-driven shortage trade unwinds Meridian Times, Friday 27 March",
        f"“{SHAKEN}” Meridian Times",
        f"{DROPS} Meridian Times",
        "Reasoning from this article",
        "The article reports a fall of $100bn.",
        "Confidence moderate: a single publisher. First seen Friday 27 March.",
        "[Why?] why s42",
        "[Strength] strength s42",
        "[Evidence] evidence s42",
        "[Mute …] mute from s42",
    ]


def test_strength_is_read_aloud() -> None:
    """The sum, then each part of its most with a reason in a sentence, or what its points mean."""
    shown = lines(strength_view.strength_message(reference(), "UTC"))
    assert shown[:6] == [
        "AI infrastructure efficiency breakthroughs collapsing speculative hardware shortage premiums s42",
        "8 = 4 consequence + 2 evidence + 2 novelty + 0 corroboration",
        "- consequence 4 of 4: $100bn: an order of things.",
        "- evidence 2 of 2: Named source.",
        "- novelty 2 of 2: First seen.",
        "- corroboration 0 of 2: One publisher so far.",
    ]


HITS = (
    "“slashed”: an act that moves a market or many people",
    "“$62bn”: an amount that weighs on a market",
    "“US”: of the place US",
)
SUPPORT = ("a named source: Ruth Hale", "a figure: “$62bn”", "a direct statement in quotation marks")


@pytest.mark.parametrize(
    ("name", "part", "said"),
    [
        ("consequence", Part(3, HITS), "It says “slashed” and “$62bn”: a whole market or a country."),
        ("consequence", Part(2, ("shares fell",)), "Shares fell: a market or many people."),
        ("consequence", Part(0, HITS[2:]), "A wording."),
        ("evidence", Part(2, SUPPORT), "It names Ruth Hale, gives a figure (“$62bn”) and quotes somebody directly."),
        ("evidence", Part(1, ("A minister is quoted.",)), "A minister is quoted."),
        ("evidence", Part(0), "Hearsay: no named source, figure or direct statement."),
        ("novelty", Part(1, ("develops “Cranes” (s3)", "newly named: Lo")), "Develops “Cranes” (s3); newly named: Lo."),
        ("corroboration", Part(0, ("a single publisher: Gazette",)), "A single publisher: Gazette."),
    ],
)  # fmt: skip
def test_each_point_has_a_reason_in_a_sentence(name: str, part: Part, said: str) -> None:
    """What the facts come to, without the words behind topics and places."""
    assert reasons.reason(name, part) == said


def test_the_hits_stand_behind_details() -> None:
    """Each recorded fact, one by one, is a button away."""
    signal = make.signal(strength=replace(make.strength(), consequence=Part(3, HITS)))
    whole = strength_view.strength_message(signal, "UTC")
    assert "an act that moves" not in plain(whole)
    (row,) = [block for block in whole.blocks if isinstance(block, Choices)]
    assert row.choices[0].command == "strength s42 details"
    assert f"- consequence 3 of 4: {'; '.join(HITS)}" in lines(strength_view.details_message(signal, "UTC"))


def test_the_floor_is_said() -> None:
    """Parts that make nothing still make 1, and the sum says why."""
    nothing = Strength(Part(0), Part(0), Part(0), Part(0))
    assert wording.sum_words(nothing).startswith("1 (the floor; the parts make 0) = 0 consequence")


def test_strength_tells_how_it_came_about() -> None:
    """Each revision: when in the zone, from which strength to which, and why."""
    steps = (
        Revision(42, 1, MORNING - timedelta(days=1), "first seen", Stance.OPENS, make.strength(3, 2, 1, 0), 1),
        Revision(42, 2, MORNING, "a second publisher confirms", Stance.DEVELOPS, make.strength(3, 2, 1, 1), 2),
    )
    shown = lines(strength_view.strength_message(make.signal(revisions=steps), "Europe/Rome"))
    assert "- Thursday 26 March, 08:30: 6, first seen" in shown
    assert "- Friday 27 March, 08:30: 6 → 7, a second publisher confirms" in shown


def test_what_a_merge_brought_keeps_its_own_strength() -> None:
    """A revision that was another signal's is no step of this one's strength."""
    hours = [MORNING + timedelta(hours=n) for n in range(3)]
    steps = (
        Revision(42, 1, hours[0], "first seen", Stance.OPENS, make.strength(3, 2, 1, 0), 1),
        Revision(42, 2, hours[1], "first seen", Stance.OPENS, make.strength(1, 2, 1, 0), 2, brought_from=50),
        Revision(42, 3, hours[2], "joined by s50, “Chips”", None, make.strength(3, 2, 1, 1)),
    )
    shown = lines(strength_view.strength_message(make.signal(revisions=steps), "UTC"))
    assert [line for line in shown if line.startswith("- Friday")] == [
        "- Friday 27 March, 07:30: 6, first seen",
        "- Friday 27 March, 08:30: 4, as s50: first seen",
        "- Friday 27 March, 09:30: 6 → 7, joined by s50, “Chips”",
    ]


@pytest.mark.parametrize(("many", "words"), [(2, "one; two"), (3, "1 article from Meridian Times")])
def test_two_reasons_are_told_and_not_three(many: int, words: str) -> None:
    """Of the changes of one minute two are told one by one; of more, whose articles they were."""
    whys = ("one", "two", "three", "four")[:many]
    steps = tuple(Revision(42, n, MORNING, why, Stance.DEVELOPS, make.strength(), n) for n, why in enumerate(whys, 1))
    shown = lines(strength_view.strength_message(make.signal(revisions=steps), "UTC"))
    assert [line.partition(", ")[2].partition(", ")[2] for line in shown if line.startswith("- Friday")] == [words]


def test_changes_of_one_minute_are_one_line() -> None:
    """With the strength before and after them: what opened it and what speaks against it, and whose articles came."""
    publishers = ("Meridian Times", "Gazette", "Gazette", "Courier")
    members = tuple(
        make.member(make.article(n, publisher=make.publisher(name))) for n, name in enumerate(publishers, 1)
    )
    stances = (Stance.OPENS, Stance.DEVELOPS, Stance.REPEATS, Stance.DEVELOPS)
    whys = ("first seen", "a second publisher confirms", "repeats it", "a third publisher confirms")
    steps = tuple(
        Revision(42, n, MORNING, why, stance, make.strength(3, 2, 1, min(2, n)), n)
        for n, (why, stance) in enumerate(zip(whys, stances, strict=True), 1)
    )
    late = Revision(
        42, 5, MORNING + timedelta(hours=1), "Gazette denies it", Stance.CONTRADICTS, make.strength(3, 1, 1, 2)
    )
    signal = make.signal(articles=members, revisions=(*steps, late))
    assert [line for line in lines(strength_view.strength_message(signal, "UTC")) if line.startswith("- Friday")] == [
        "- Friday 27 March, 07:30: 8, first seen; 3 more articles from Gazette and Courier",
        "- Friday 27 March, 08:30: 8 → 7, Gazette denies it",
    ]


def test_a_note_on_every_article_is_said_once() -> None:
    """Where of each article only the summary could be read, for the same reason, one line says so."""
    both = [make.article(n, text_from=TextOrigin.SUMMARY) for n in (1, 2)]
    signal = make.signal(articles=tuple(make.member(each, text_note="The feed gives no more.") for each in both))
    note = "Only the summary of each could be read. The feed gives no more."
    for shown in (signal_view.signal_message(signal, "UTC"), evidence_view.evidence_message(signal, "UTC")):
        assert [line for line in lines(shown) if line.startswith("Only")] == [note]
    whole = replace(signal.articles[1], text_from=TextOrigin.PAGE, text_note=None)
    mixed = signal_view.signal_message(replace(signal, articles=(signal.articles[0], whole)), "UTC")
    assert "Only the summary could be read. The feed gives no more." in lines(mixed)
    assert note not in lines(mixed)


def test_a_text_read_in_part_says_so() -> None:
    """Also where it is the article's own, but too long to be read as a whole."""
    note = "It is very long, so only its first 100,000 characters were read."
    signal = make.signal(articles=(make.member(make.article(1), text_note=note),))
    assert note in lines(signal_view.signal_message(signal, "UTC"))


def test_why_is_read_in_a_hurry() -> None:
    """The claim, the strongest quotes, and a line each: the sum, the confidence, what would change our mind; the whole
    record is a button away."""
    shown = why_view.why_message(make.signal())
    assert lines(shown) == [
        "Efficiency gains are collapsing the memory shortage premium s42",
        "“Memory chip makers lost $100bn in value on Thursday after Google published a paper.” Meridian Times",
        "- Strength 7 = 3 consequence + 2 evidence + 2 novelty + 0 corroboration.",
        "- Confidence moderate: a single publisher.",
        "- What would change our mind: The record does not say.",
        "Read and composed without a model, in the sources’ own words.",
        "[All of it] show s42",
        "[Strength] strength s42",
        "[Evidence] evidence s42",
        "[Mute …] mute from s42",
    ]


def test_why_begins_with_what_a_model_inferred() -> None:
    """Two sentences of its reasoning stand over the quotes."""
    article = make.member(read_by="claude", reasoning=("It shows a bet. The bet was on scarcity. It is over.",))
    shown = lines(why_view.why_message(make.signal(articles=(article,), composed_by="claude")))
    assert shown[1] == "It shows a bet. The bet was on scarcity."
    assert not any("without a model" in line for line in shown)


def test_why_shows_three_quotes_of_as_many_voices() -> None:
    """Each publisher's best before another's second, none that says again what one before it said."""
    texts = [
        "Memory makers lost $100bn in a day. The shortage premium collapses. Efficiency gains came from Kesa.",
        "Memory makers lost $100bn in one day. Gains in efficiency end the shortage of memory.",
        "Buyers of memory cancel orders worth $9bn. Nobody pays a premium now.",
        "The premium on memory falls in Asia too.",
    ]
    articles = [make.article(n, text, publisher=make.publisher(f"Paper {n}")) for n, text in enumerate(texts, 1)]
    members = tuple(
        make.member(each, evidence=tuple(make.evidence(each, n) for n in range(len(each.sentences))))
        for each in articles
    )
    found = quoting.strongest(make.signal(articles=members), 3)
    assert [each.article.publisher.name for each in found] == ["Paper 2", "Paper 1", "Paper 4"]


def test_facts_of_an_article_are_a_list() -> None:
    """Without a model they are facts, a line each; a model's reasoning is paragraphs."""
    facts = ("Figures: “$100bn”.", "Who says so: Ana Ruiz.")
    shown = lines(signal_view.signal_message(make.signal(articles=(make.member(reasoning=facts),)), "UTC"))
    at = shown.index("Facts of this article")
    assert shown[at + 1 : at + 3] == ["- Figures: “$100bn”.", "- Who says so: Ana Ruiz."]
    assert sum("without a model" in line for line in shown) == 1


def test_a_quote_against_it_is_shown_once() -> None:
    """Where it stands with its article, what speaks against the signal names who said it."""
    article = make.article(2, publisher=make.publisher("Gazette"))
    against = make.member(article, stance=Stance.CONTRADICTS)
    signal = make.signal(articles=(make.member(), against), contrary=against.evidence)
    shown = lines(signal_view.signal_message(signal, "UTC"))
    assert shown[shown.index("What speaks against it") + 1] == "Gazette, quoted above."


def test_contrary_evidence_is_shown() -> None:
    """What speaks against a signal stands beside what speaks for it."""
    signal = make.signal(contrary=(make.evidence(make.article(), 2),))
    for shown in (signal_view.signal_message(signal, "UTC"), why_view.why_message(signal)):
        assert "What speaks against it" in lines(shown)
        assert "“Micron fell 9 per cent in New York.” Meridian Times" in lines(shown)


def test_evidence_is_every_quote_by_article() -> None:
    """Every quote of every article, under its title, publisher and local day; none is said to be none."""
    late = make.article(2, publisher=make.publisher("Gazette"), published=datetime.fromisoformat("2026-03-26T23:30Z"))
    signal = make.signal(articles=(make.member(), make.member(late, evidence=())))
    title, told, *shown = lines(evidence_view.evidence_message(signal, "Europe/Rome"))
    assert (title, told) == (f"{signal.title} s42", "2 articles by Meridian Times and Gazette.")
    assert (
        shown[1]
        == "“Memory chip makers lost $100bn in value on Thursday after Google published a paper.” Meridian Times"
    )
    assert shown[2].endswith("Gazette, Friday 27 March")
    assert shown[3] == "No quote could be cut from it."


def test_wire_copies_are_no_voices() -> None:
    """A copy counts neither as an article nor as a publisher, and is named as what it is."""
    copy = make.member(make.article(2, publisher=make.publisher("Gazette")), stance=Stance.COPY, copy_of=1)
    signal = make.signal(articles=(make.member(), copy))
    assert wording.voices(signal) == "1 article"
    assert "The same text was also carried by Gazette." in lines(signal_view.signal_message(signal, "UTC"))
    two = make.signal(articles=(make.member(), replace(copy, stance=Stance.DEVELOPS, copy_of=None)))
    assert wording.voices(two) == "2 publishers"


def test_of_versions_of_an_article_the_last_is_shown() -> None:
    """A corrected article is one article, and its last version is quoted."""
    old, new = (
        make.article(1),
        make.article(2, "The loss was $10bn. It was corrected.", link="https://meridian.example/1"),
    )
    signal = make.signal(articles=(make.member(old), make.member(new)))
    assert wording.voices(signal) == "1 article"
    assert "$100bn in value" not in plain(evidence_view.evidence_message(signal, "UTC"))


# --- cutting ---------------------------------------------------------------------------------------------------------


def test_a_long_answer_is_cut_at_a_border() -> None:
    """The first part says that there is more, keeps the buttons, and does not end on a headline; nothing is lost."""
    words = [Paragraph((Run(letter * 40),)) for letter in "abc"]
    head, buttons = Paragraph((Run("Head", strong=True),)), wording.actions(make.signal(), "why")
    whole = wording.message(words[0], head, words[1], words[2], buttons)
    shown, rest = shortening.shorten(whole, 60)
    assert [block.kind for block in shown.blocks] == ["paragraph", "paragraph", "choices"]
    assert lines(shown)[1:] == ["There is more: “more”.", "[More] more", "[Why?] why s42", "[Mute …] mute from s42"]
    assert rest is not None
    assert lines(rest) == ["Head", "b" * 40, "c" * 40]
    assert shortening.shorten(rest, 1000) == (rest, None)


@given(sizes=st.lists(st.integers(1, 300), min_size=1, max_size=12), limit=st.integers(1, 400))
def test_cutting_loses_nothing(sizes: list[int], limit: int) -> None:
    """`more`, and more again, ends with every block shown once and in order."""
    blocks = [Heading("H" * size) if size % 5 == 0 else Paragraph((Run("p" * size),)) for size in sizes]
    rest: Message | None = Message(tuple(blocks), "f")
    seen: list[Any] = []
    while rest is not None:
        before = rest
        shown, rest = shortening.shorten(before, limit)
        kept = [block for block in shown.blocks if not isinstance(block, Choices)]
        seen += kept[:-1] if rest else kept
        assert len(kept) > 1 or rest is None
    assert seen == blocks


# --- for programs ----------------------------------------------------------------------------------------------------


def test_the_machine_shape() -> None:
    """`brief --json` is exactly what programs were promised (version 1)."""
    near = (Near(40, "Cities", 5, "corroboration"),)
    found = json.loads(json.dumps(as_json.edition_json(brief(reference(), account=replace(ACCOUNT, nearest=near)))))
    (signal,) = found.pop("signals")
    assert found == {
        "version": 1, "outcome": "brief", "date": "2026-03-27",
        "account": {
            "articles": 412, "sources": 40, "publishers": 31, "failed_sources": 2, "muted": 2, "reason": None,
            "nearest": [{"id": "s40", "title": "Cities", "strength": 5, "lacked": "corroboration"}],
            "note": None,
        },
    }  # fmt: skip
    (article,) = signal.pop("articles")
    assert {name: signal[name] for name in ("id", "number", "strength", "parts", "confidence", "delta")} == {
        "id": "s42", "number": 1, "strength": 8, "confidence": "moderate", "delta": "new",
        "parts": {"consequence": 4, "evidence": 2, "novelty": 2, "corroboration": 0},
    }  # fmt: skip
    assert list(signal) == [
        "id", "number", "title", "strength", "parts", "confidence", "dimensions", "topics", "places", "actors",
        "detected_on", "delta", "analysis", "composed_by", "change_mind", "contrary", "revisions",
    ]  # fmt: skip
    assert signal["revisions"] == [{"at": "2026-03-27T07:30:00Z", "strength": 7, "why": "first seen"}]
    assert list(article) == ["read_by", "title", "publisher", "link", "published", "reasoning", "quotes"]
    assert article["published"] == "2026-03-27T05:30:00Z"
    quote = article["quotes"][1]
    assert quote["anchor"] == "materially lower memory requirements"
    assert REFERENCE[quote["start"] : quote["end"]] == quote["text"]


@pytest.mark.parametrize(("edition", "outcome"), [(Quiet(ON, ACCOUNT), "quiet"), (Unable(ON, ACCOUNT), "unable")])
def test_the_machine_shape_without_signals(edition: Quiet | Unable, outcome: str) -> None:
    """Quiet and unable have the same shape, without signals."""
    found = as_json.edition_json(edition)
    assert (found["outcome"], found["signals"]) == (outcome, [])


def test_a_signal_of_the_archive_has_no_number() -> None:
    """Outside a brief the shape is the same; number and delta are null."""
    found = as_json.signal_json(make.signal(dimensions=(Dimension.SOCIAL,)))
    assert (found["number"], found["delta"], found["dimensions"]) == (None, None, ["social"])


def test_every_view_can_be_stored() -> None:
    """What is said is stored as JSON before it is sent: every view survives it."""
    low = Confidence(ConfidenceLevel.LOW, "thin evidence")
    signal = make.signal(confidence=low, contrary=(make.evidence(),), change_mind="A denial.")
    for message in (
        brief_view.brief_message(brief(signal), CHANNEL),
        signal_view.signal_message(signal, "UTC"),
        why_view.why_message(signal),
        strength_view.strength_message(signal, "UTC"),
        evidence_view.evidence_message(signal, "UTC"),
        greeting_view.greeting_message("The next brief comes on Monday 30 March at 07:30 (UTC)."),
    ):
        assert from_json(to_json(message)) == message
        assert message.fallback


def test_a_reason_names_three_findings_and_no_more() -> None:
    """A sentence can be read aloud: of many words that were found the first three are said, each once."""
    hits = [f"“{word}”: it goes beyond one firm" for word in ("strike", "ports", "strike", "tariffs", "grain", "debt")]
    said = reasons.reason("consequence", Part(2, tuple(hits)))
    assert said == "It says “strike”, “ports” and “tariffs”: a market or many people."
