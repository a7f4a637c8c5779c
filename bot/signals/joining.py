"""Open a signal with an article, or add one to it: members, labels, new strength, and a phrase saying what changed."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from bot.model.article import Article
from bot.model.evidence import Evidence
from bot.model.finding import Dimension, Finding, Part, Stance
from bot.model.signal import Composition, Relation, Revision, Signal, SignalArticle, SignalState
from bot.signals import strength
from bot.signals.newness import ACTORS_COMPARED, NOTHING_NEW, ORDINALS, new_actors, new_figures
from bot.text import taxonomy
from bot.text.cache import cached
from bot.text.listing import listed
from bot.text.name_forms import same_name

MOST_ACTORS = 6
"""Actors a signal can grow to as articles join: about as many as a reader takes in. By judgement."""
FOLLOWED = 2
"""Articles in a signal from which a new one adds only topics and places that other articles also carry."""
CARRIED_BY = 3
"""Of how many articles one at least must carry a label that joins."""
ONE_MORNING = timedelta(hours=12)
_T = TypeVar("_T")


# --- opening and joining -------------------------------------------------------------------------------------------


def open_signal(  # noqa: PLR0917 - what every signal is opened with
    id: int,  # noqa: A002 - the nouns' own word
    article: Article,
    finding: Finding,
    evidence: Sequence[Evidence],
    composition: Composition | None,
    now: datetime,
    *,
    novelty: Part | None = None,
    on: date | None = None,
    wire: Collection[str] = (),
) -> Signal:
    """Return a new signal of one article; its first revision records a denial or correction as such.

    `novelty` is what `strength.novelty` returned (None: first seen), `on` the local date (None: the date of `now`),
    `wire` the publisher keys of news agencies. Without a composition the finding's claim is the title.
    """
    member = _member(article, finding, evidence, Stance.OPENS, now)
    total = strength.score((member,), novelty or strength.novelty(finding, ()), wire)
    why = total.novelty.facts[0] if total.novelty.facts else "first seen"
    said = composition or Composition(finding.claim, "", None, (), finding.read_by)
    return Signal(
        id=id,
        title=said.title,
        analysis=said.analysis,
        dimensions=finding.dimensions,
        topics=finding.topics,
        places=finding.places,
        actors=finding.actors,
        strength=total,
        confidence=strength.confidence((member,), total),
        state=SignalState.NEW,
        opened=now,
        changed=now,
        detected_on=on or now.date(),
        composed_by=said.composed_by,
        articles=(member,),
        revisions=(Revision(id, 1, now, why, finding.stance or Stance.OPENS, total, article.id),),
        change_mind=said.change_mind,
        contrary=said.contrary,
    )


def known_before(signal: Signal, novelty: Part, *, wire: Collection[str] = ()) -> Signal:
    """Lower a new signal's novelty, in all its revisions, because its story proved to be known already.

    Returns the signal unchanged if `novelty` is not lower than what it has.
    """
    if novelty.points >= signal.strength.novelty.points:
        return signal
    facts = novelty.facts
    revisions = tuple(
        replace(each, strength=replace(each.strength, novelty=novelty), why=facts[0] if facts and not at else each.why)
        for at, each in enumerate(signal.revisions)
    )
    total = strength.score(signal.articles, novelty, wire)
    confidence = strength.confidence(signal.articles, total)
    return replace(signal, strength=total, confidence=confidence, revisions=revisions)


def join(  # noqa: PLR0917 - what every joining needs
    signal: Signal,
    article: Article,
    finding: Finding | None,
    evidence: Sequence[Evidence],
    relation: Relation,
    now: datetime,
    *,
    wire: Collection[str] = (),
) -> Signal:
    """Return the signal with the article added, its strength computed again, and a revision saying what changed.

    A wire copy, or an article without a finding, becomes a member without a revision and without counting as a source.
    An article that is already a member changes nothing.
    """
    if article.id in [member.article_id for member in signal.articles]:
        return signal
    if finding is None or relation.stance is Stance.COPY:
        return join_copy(signal, article, article.copy_of, now)
    stance = Stance.DEVELOPS if relation.stance is Stance.OPENS else relation.stance
    member = _member(article, finding, evidence, stance, now)
    members = (*signal.articles, member)
    novelty = signal.strength.novelty
    voices = count_voices(signal.articles), count_voices(members)
    if stance is Stance.REPEATS and voices[0] == voices[1] and _is_later(signal, now):
        novelty = strength.fade(novelty, member.publisher.name)
    why = change_words(signal, member, finding.actors, voices)
    revised = partial(Revision, signal.id, at=now, why=why, stance=stance, article_id=article.id)
    return replace(
        signal,
        articles=members,
        contrary=(*signal.contrary, *(evidence if stance is Stance.CONTRADICTS else ())),
        **labels_with(signal, finding, article.title),
        **weighed(members, novelty, signal.revisions, revised, wire),
    )


def join_copy(signal: Signal, article: Article, original: int | None, now: datetime) -> Signal:
    """Return the signal with a wire copy of article `original` added; it makes no revision and counts as no source."""
    if article.id in [member.article_id for member in signal.articles]:
        return signal
    copied = next((m for m in signal.articles if m.article_id == original), signal.articles[0])
    seen = Finding(article.id, "", (), (), (), (), (), (), Part(0), Part(0), kind=copied.kind, read_by=copied.read_by)
    member = replace(_member(article, seen, (), Stance.COPY, now), copy_of=original)
    return replace(signal, articles=(*signal.articles, member))


def _member(
    article: Article, finding: Finding, evidence: Sequence[Evidence], stance: Stance, now: datetime
) -> SignalArticle:
    return SignalArticle(
        article_id=article.id,
        title=article.title,
        publisher=article.publisher,
        link=article.link,
        published=article.published,
        joined=now,
        stance=stance,
        reasoning=finding.reasoning,
        evidence=tuple(evidence),
        consequence=finding.consequence,
        substance=finding.substance,
        kind=finding.kind,
        read_by=finding.read_by,
        language=article.language,
        text_from=article.text_from,
        text_note=article.text_note,
        copy_of=article.copy_of,
    )


def labels_with(signal: Signal, joining: Finding | Signal, title: str = "") -> dict[str, Any]:
    """The signal's label fields (dimensions, topics, places, actors) extended by those of `joining`.

    Once a signal has FOLLOWED articles, topics and places of an article are added only if others carry them, a
    CARRIED_BY-th of all at least; a further dimension only where a topic of the signal leans to it. An article whose
    headline goes round three places or more (“… with Peru, Chile and Brazil”) brings none of them: most are of other
    stories. `title` is that of the article which a finding is of.
    New labels are appended, never inserted, because buttons refer to labels by position (`s42.a3`).
    """
    topics, places, actors = joining.topics, joining.places, tuple(_further(joining.actors, signal))
    topics = _carried(signal, joining, "topic", topics)
    places = _carried(signal, joining, "place", _told_of(joining, title, places))
    if isinstance(joining, Finding):
        actors = actors[: max(0, MOST_ACTORS - len(signal.actors))]
    topics = grown(signal.topics, topics)
    return {
        "dimensions": grown(signal.dimensions, _leaned_to(joining.dimensions, topics)),
        "topics": topics,
        "places": grown(signal.places, places),
        "actors": grown(signal.actors, actors),
    }


def _further(actors: Sequence[str], signal: Signal) -> list[str]:
    """The actors that the signal does not name in another form or spelling either."""
    new = new_actors(actors, signal)
    return [actor for actor in new if not any(same_name(actor, known) for known in signal.actors)]


def grown(known: tuple[_T, ...], new: Iterable[_T]) -> tuple[_T, ...]:
    return tuple(dict.fromkeys((*known, *new)))


def weighed(
    members: Sequence[SignalArticle],
    novelty: Part,
    before: Sequence[Revision],
    revised: Callable[..., Revision],
    wire: Collection[str],
) -> dict[str, Any]:
    """The signal's fields that depend on its members, computed again.

    `revised` is called with `number` and `strength` and returns the revision to append.
    """
    total = strength.score(members, novelty, wire)
    revision = revised(number=len(before) + 1, strength=total)
    return {
        "strength": total,
        "confidence": strength.confidence(members, total),
        "state": SignalState.DEVELOPING,
        "changed": revision.at,
        "revisions": (*before, revision),
    }


# --- what changed, in a phrase -------------------------------------------------------------------------------------


def count_voices(members: Sequence[SignalArticle]) -> int:
    return len(strength.independent(strength.supporters(members)))


def change_words(before: Signal, member: SignalArticle, actors: Sequence[str], voices: tuple[int, int]) -> str:
    """ "a second publisher confirms (Asahi Ledger)", "Meridian Times adds figures", "Gazette contradicts".

    `voices`: the number of independent publishers before and after the member joined.
    """
    name = member.publisher.name
    if member.stance in (Stance.CONTRADICTS, Stance.CORRECTS):
        return f"{name} {member.stance}"
    added = added_words(before, member, actors) if member.stance is Stance.DEVELOPS else ""
    if voices[1] > voices[0]:
        ordinal = f"a {ORDINALS[voices[1] - 1]}" if voices[1] <= len(ORDINALS) else "another"
        return f"{ordinal} publisher confirms ({name})" + (f" and {added}" if added else "")
    return f"{name} {added or 'repeats it'}"


def added_words(before: Signal, member: SignalArticle, actors: Sequence[str]) -> str:
    if figures := new_figures((member.title, *member.consequence.facts, *member.substance.facts), before):
        return "adds figures" if len(figures) > 1 else "adds a figure"
    if new := new_actors(actors[:ACTORS_COMPARED], before):
        return f"names {listed(new[:2])}"
    return NOTHING_NEW


def _is_later(signal: Signal, now: datetime) -> bool:
    """Whether a repetition now should lower the novelty.

    Not within twelve hours of the opening, when all publishers report the same news; and only once per signal.
    """
    return now - signal.opened >= ONE_MORNING and not strength.faded(signal.strength.novelty)


def _carried(signal: Signal, joining: Finding | Signal, kind: str, labels: tuple[str, ...]) -> tuple[str, ...]:
    """The labels that enough articles carry, the joining ones counted; all of them while there are few, and those of a
    signal that brings enough articles itself."""
    absorbed = joining.articles if isinstance(joining, Signal) else ()
    members = (*signal.articles, *absorbed)
    known = signal.topics if kind == "topic" else signal.places
    few = len(signal.articles) < FOLLOWED or len(absorbed) * CARRIED_BY >= len(members)
    if few or set(labels) <= set(known):
        return labels
    alone = isinstance(joining, Finding)
    times = {each: alone + sum(_carries(member, kind, each) for member in members) for each in labels}
    return tuple(each for each in labels if times[each] > 1 and times[each] * CARRIED_BY > len(members))


def _carries(member: SignalArticle, kind: str, label: str) -> bool:
    """Whether the article has the label, and not only in a list of places that its headline goes round."""
    known = any(fact.endswith(f": of the {kind} {label}") for fact in member.consequence.facts)
    known = known or any(_lists(line, kind, label) for line in member.reasoning)
    return known and not (kind == "place" and label in taxonomy.load().enumerated(member.title))


@cached(1 << 12)  # a signal's lines are asked again with each article that joins it
def _lists(line: str, kind: str, label: str) -> bool:
    """Whether a line of an article's reasoning lists the label: “About: trade and war.”, “Where: Peru and Chile.”"""
    opening, _, names = line.rstrip(".").partition(": ")
    place = taxonomy.load().place(label) if kind == "place" else None
    name = re.escape(place.name if place else label)
    return opening == _LINES[kind] and re.search(rf"(?:^|, | and ){name}(?:$|, | and )", names) is not None


_LINES = {"topic": "About", "place": "Where"}
"""What the embedded analyst's line of topics, and of places, begins with."""


def _told_of(joining: Finding | Signal, title: str, places: tuple[str, ...]) -> tuple[str, ...]:
    """The places without those that only headlines going round several of them name."""
    members = joining.articles if isinstance(joining, Signal) else ()
    listed = {code for each in (title, *(m.title for m in members)) for code in taxonomy.load().enumerated(each)}
    return tuple(
        each for each in places if each not in listed or any(_carries(member, "place", each) for member in members)
    )


def _leaned_to(dimensions: Sequence[Dimension], topics: Sequence[str]) -> list[Dimension]:
    """The first dimension, and those to which one of the topics leans; all where a topic is none that we know."""
    known = [taxonomy.load().topic(name) for name in topics]
    leaning = {dimension for topic in known if topic for dimension in topic.dimensions}
    return [each for rank, each in enumerate(dimensions) if not rank or each in leaning or None in known]
