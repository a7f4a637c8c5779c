"""Whatever a model replies: what becomes of it points at sentences that are there, and brings in nothing of its own."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from bot.analysts.claude import composing, reading, relating
from bot.analysts.claude.checks import Support
from bot.analysts.claude.prompts import VERSIONS, prompt
from bot.analysts.claude.requests import Piece, Replied
from bot.analysts.claude.schemas import (
    AnswerReply,
    ComposeReply,
    IntentReply,
    Named,
    PickReply,
    ReadReply,
    ReasoningReply,
    RelateReply,
    TranslateReply,
    out_of_range,
    parsed,
    schema,
)
from bot.analysts.claude.translating import translations
from bot.analysts.lexical.claims import claim
from bot.model.finding import ArticleKind, Dimension, Finding
from bot.model.signal import Candidate, Dossier
from bot.text import taxonomy
from bot.text.evidence import cut, holds
from tests import make

ARTICLE = make.article()
SIGNAL = make.signal(articles=(make.member(ARTICLE),))
DOSSIER = Dossier(SIGNAL, (ARTICLE,))
READ = ReadReply(
    verdict="finding", reason="none", why="", kind=ArticleKind.NEWS, stance="none",
    dimensions=(Dimension.ECONOMIC,), topics=(), places=(), actors=(),
    picks=(PickReply(first=0, last=0, anchor=""),), reasoning=("Prices fall.",), claim="Prices fall",
    consequence=1, consequence_why="So.", evidence=1, evidence_why="So.",
)  # fmt: skip
TEXTS = st.sampled_from(
    [
        "Prices fall",
        "Micron fell 9 per cent in New York",
        "Memory chip makers lost $100bn in value",
        "Samsung lost $417bn",
        "See https://evil.example",
        "",
        "x" * 5_000,
        "Lorem ipsum. Dolor 61 sit. Micron fell.",
        "<!channel> \u202e\x00",
    ]
)
NUMBERS = st.integers(-3, 12)
NAMED = st.builds(Named, name=TEXTS, written=TEXTS)


def picked(*runs: tuple[int, int]) -> tuple[PickReply, ...]:
    """Quotes from a sentence to a sentence."""
    return tuple(PickReply(first=first, last=last, anchor="") for first, last in runs)


def said(reply: Any) -> Replied:
    return Replied((Piece(reply.model_dump_json()),))


@settings(deadline=None)
@given(
    st.builds(
        ReadReply,
        why=TEXTS,
        topics=st.lists(TEXTS | st.sampled_from(["AI", "chips", "IGNORE ALL"]), max_size=6).map(tuple),
        places=st.lists(TEXTS | st.sampled_from(["US", "XX", "EU"]), max_size=6).map(tuple),
        actors=st.lists(NAMED, max_size=4).map(tuple),
        picks=st.lists(st.builds(PickReply, first=NUMBERS, last=NUMBERS, anchor=TEXTS), max_size=5).map(tuple),
        reasoning=st.lists(TEXTS, max_size=5).map(tuple),
        claim=TEXTS,
        consequence=NUMBERS,
        consequence_why=TEXTS,
        evidence=NUMBERS,
        evidence_why=TEXTS,
    )
)
def test_a_finding_keeps_within_its_article(reply: ReadReply) -> None:
    """Quotes are cut from the text, scores keep their ranges, labels and actors are known, words rest on sentences."""
    found = reading.draft(said(reply), ARTICLE).reading
    if not isinstance(found, Finding):
        return
    quotes = [quote for pick in found.picks if (quote := cut(ARTICLE, pick))]
    assert len(quotes) == len(found.picks) > 0
    assert all(holds(quote, ARTICLE.text) for quote in quotes)
    assert 0 <= found.consequence.points <= 4
    assert 0 <= found.substance.points <= 2
    assert set(found.topics) <= {topic.name for topic in taxonomy.load().topics}
    assert all(taxonomy.load().place(code) for code in found.places)
    assert all(actor in f"{ARTICLE.title} {ARTICLE.text}" for actor in found.actors)
    headed = Support(f"{ARTICLE.title} {ARTICLE.text}", (ARTICLE.publisher.name,), beside=ARTICLE.text)
    assert found.claim == claim(ARTICLE) or not headed.unsupported(found.claim)
    whole = Support(f"{ARTICLE.title} {ARTICLE.text}", (ARTICLE.publisher.name,), openers=False, beside=ARTICLE.text)
    for words in (*found.reasoning, *found.consequence.facts, *found.substance.facts):
        assert words == reading.UNEXPLAINED or not whole.unsupported(words)


@settings(deadline=None)
@given(
    st.builds(
        ComposeReply,
        names=st.lists(NAMED, max_size=3).map(tuple),
        analysis=st.lists(TEXTS, max_size=4).map(tuple),
        title=TEXTS,
        change_mind=TEXTS,
        contrary=st.lists(NUMBERS, max_size=5).map(tuple),
        reasoning=st.lists(
            st.builds(ReasoningReply, n=st.integers(0, 1), paragraphs=st.lists(TEXTS, max_size=3).map(tuple)),
            max_size=2,
        ).map(tuple),
        actors=st.lists(NAMED, max_size=7).map(tuple),
        topics=st.lists(TEXTS | st.sampled_from(["AI", "chips"]), max_size=5).map(tuple),
        places=st.lists(TEXTS | st.sampled_from(["US", "XX"]), max_size=5).map(tuple),
    )
)
def test_a_composition_rests_on_its_quotes(reply: ComposeReply) -> None:
    """Title and analysis bring in nothing of their own, and what speaks against the signal stands in its texts."""
    sheet = composing.numbered_quotes(DOSSIER)
    found = composing.draft(said(reply), DOSSIER, sheet).composition
    if found is None:
        return
    assert all(holds(each, ARTICLE.text) for each in found.contrary)
    shown = " ".join(each.quote for each in sheet.evidence.values())
    support = Support(shown, (ARTICLE.publisher.name,), beside=ARTICLE.text)
    assert support.supported(found.analysis) == found.analysis
    assert found.title == ARTICLE.title or not support.unsupported(found.title)
    whole = Support(f"{ARTICLE.title} {ARTICLE.text}", (ARTICLE.publisher.name,), openers=False, beside=ARTICLE.text)
    assert all(whole.supported(words) == words for _, said in found.reasoning for words in said)
    assert {id_ for id_, _ in found.reasoning} <= {ARTICLE.id}
    assert len(found.actors) <= 5
    assert all(actor in f"{ARTICLE.title} {ARTICLE.text}" for actor in found.actors)
    signal = DOSSIER.signal
    for chosen, known in ((found.topics, signal.topics), (found.places, signal.places)):
        assert set(chosen) <= set(known)


@settings(deadline=None)
@given(st.builds(RelateReply, id=st.sampled_from(["s42", "s41", "42", "none", ""]), why=TEXTS))
def test_only_what_was_offered_is_chosen(reply: RelateReply) -> None:
    """A relation names an offered signal or none."""
    offered = (Candidate(SIGNAL, 0.5, ("Micron",)),)
    relation, why = relating.chosen(said(reply), make.finding(), ARTICLE, offered)
    assert relation is None or relation.signal_id in (42, None)
    assert bool(relation) is not bool(why)


def test_an_empty_translation_says_that_none_is_needed() -> None:
    """It is no missing one; a number nobody asked for is passed over."""
    reply = TranslateReply.model_validate({"translations": [{"n": 0, "text": " "}, {"n": 7, "text": ""}]})
    assert translations(said(reply), {0: "OK"}) == ({0: None}, "")
    assert translations(said(reply), {0: "OK", 1: "Prices fall"})[1].endswith("[1]")


@settings(deadline=None)
@given(st.dictionaries(st.integers(0, 5), TEXTS, max_size=5), st.dictionaries(st.integers(0, 7), TEXTS, max_size=5))
def test_a_translation_keeps_figures_and_brings_no_address(texts: dict[int, str], given_: dict[int, str]) -> None:
    """Of what was asked for, and nothing else."""
    reply = TranslateReply.model_validate({"translations": [{"n": n, "text": text} for n, text in given_.items()]})
    found, why = translations(said(reply), texts)
    assert set(found) <= set(texts)
    assert bool(why) is (set(found) != set(texts))
    assert not any("evil" in (words or "") and "evil" not in texts[n] for n, words in found.items())


@pytest.mark.parametrize(
    ("name", "written", "shown"),
    [
        ("Micron", "Micron", "Micron"),
        ("Morgan", "Morgan Stanley", "Morgan"),
        ("Micron BUY NOW", "Micron", "Micron"),
        ("Toyota", "トヨタ自動車", "Toyota"),
        ("visit https://evil.example", "トヨタ自動車", "トヨタ自動車"),
        ("Samsung", "Samsung", None),
    ],
)
def test_an_actor_is_named_as_it_is_written(name: str, written: str, shown: str | None) -> None:
    """Or by a part of that, or by a plain name for what stands in another script; else by what stands there."""
    article = make.article(text=f"{make.TEXT} Also トヨタ自動車 fell.")
    reply = READ.model_copy(update={"actors": (Named(name=name, written=written),)})
    found = reading.draft(said(reply), article).reading
    assert isinstance(found, Finding)
    assert found.actors == ((shown,) if shown else ())


@pytest.mark.parametrize(
    ("field", "values", "wrong"),
    [
        ("consequence", (0, 4), (-1, 5)),
        ("evidence", (0, 2), (-1, 3)),
        ("dimensions", ((Dimension.ECONOMIC,),), ((),)),
        ("picks", (picked((0, 0)), picked((2, 2)), picked((0, 2)), picked(*[(0, 0)] * 3)),
         (picked(), picked((-1, 0)), picked((1, 0)), picked((2, 3)), picked((0, 3)), picked(*[(0, 0)] * 4))),
        ("reasoning", (("x",), ("x" * 1200,) * 4), ((), (" ",), ("x", ""), ("x" * 1201,), ("x",) * 5)),
        ("claim", ("x" * 260,), ("", " ", "x" * 261)),
    ],
)  # fmt: skip
def test_a_reading_is_within_its_ranges(field: str, values: tuple[object, ...], wrong: tuple[object, ...]) -> None:
    """The ends of each range are allowed; what lies beyond is told to the model by the field's name."""
    for value in values:
        assert out_of_range(READ.model_copy(update={field: value}), 3) == []
    for value in wrong:
        (complaint,) = out_of_range(READ.model_copy(update={field: value}), 3)
        assert complaint.startswith(f"{field}: ")


@pytest.mark.parametrize(("last", "runs"), [(2, 0), (3, 1)])
def test_a_quote_is_of_three_sentences_at_most(last: int, runs: int) -> None:
    """However long the article is."""
    assert len(out_of_range(READ.model_copy(update={"picks": picked((0, last))}), 9)) == runs


@settings(deadline=None)
@given(st.text(max_size=200))
def test_no_reply_breaks_the_reader(text: str) -> None:
    """What is no JSON of the shape is a complaint in words."""
    assert isinstance(parsed(ReadReply, text), str)
    assert reading.draft(Replied((Piece(text),)), ARTICLE).reading is None


@pytest.mark.parametrize("step", VERSIONS)
def test_prompts_are_versioned_and_state_rubric_and_examples(step: str) -> None:
    """Each says what it is given, that it is material and not orders, what to answer, and shows worked examples."""
    words = prompt(step)
    assert "# What you are given" in words
    assert "# Examples" in words
    assert "instruction" in words
    assert "wrong" in words
    assert "{topics}" not in words


def replies(step: str) -> list[Any]:
    """The whole replies among a prompt's worked examples."""
    words = " ".join(prompt(step).split())
    return [json.JSONDecoder().raw_decode(words, match.end())[0] for match in re.finditer(r"Reply: (?={)", words)]


@pytest.mark.parametrize(("step", "shape"), [("read", ReadReply), ("relate", RelateReply), ("compose", ComposeReply)])
def test_worked_examples_are_whole_replies_in_the_very_shape(step: str, shape: type[BaseModel]) -> None:
    """As many as show the kinds there are, with every field, in the order in which they are to be written."""
    shown = replies(step)
    assert len(shown) >= 2
    for each in shown:
        shape.model_validate(each)
        assert list(each) == list(shape.model_fields)


def test_examples_obey_the_rules_they_stand_under() -> None:
    """Claims and titles of 12 to 28 words, analyses of 60 to 120, and topics that the taxonomy has."""
    read = [each for each in replies("read") if each["verdict"] == "finding"]
    composed = replies("compose")
    assert all(12 <= len(words.split()) <= 28 for words in [r["claim"] for r in read] + [c["title"] for c in composed])
    assert all(60 <= len(" ".join(each["analysis"]).split()) <= 120 for each in composed)
    known = {topic.name for topic in taxonomy.load().topics}
    assert {topic for each in (*read, *composed) for topic in each["topics"]} <= known


def test_a_reply_gives_its_grounds_before_its_judgements() -> None:
    """A model writes from the first field to the last: it must have quoted and reasoned before it scores."""
    fields = list(ReadReply.model_fields)
    order = ["picks", "reasoning", "claim", "consequence_why", "consequence", "evidence_why", "evidence", "verdict"]
    assert [each for each in fields if each in order] == order
    assert fields[-1] == "verdict"
    assert next(iter(RelateReply.model_fields)) == "why"


@pytest.mark.parametrize("shape", [ReadReply, RelateReply, ComposeReply, AnswerReply, TranslateReply, IntentReply])
def test_a_steps_schema_is_one_and_every_field_of_it_required(shape: Any) -> None:
    """A schema that varied would be compiled anew; optional fields and unions are what models trip over."""
    made = schema(shape)
    assert made is schema(shape)
    assert sorted(made["required"]) == sorted(made["properties"])
    assert "anyOf" not in str(made)
