"""An article opens a signal or joins one: members, labels, strength weighed again, and what changed in a phrase."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from bot.model.article import Article
from bot.model.evidence import Evidence
from bot.model.finding import Finding, Part, Stance
from bot.model.signal import Composition, Relation, Revision, Signal, SignalArticle, SignalState
from bot.signals import strength
from bot.signals.newness import ACTORS_COMPARED, NOTHING_NEW, ORDINALS, new_actors, new_figures

MOST_ACTORS = 6
"""Of a signal that articles join; a reader takes in no more."""
FOLLOWED = 2
"""Articles from which on a signal's labels are those that several carry."""
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
    """A signal of one article; a denial or a correction that opens one says so in its revision.

    `novelty` as `strength.novelty` judged it (None: first seen), `on` the local date (None: that of `now`), `wire` the
    keys of agencies. Without a composition the finding's claim is the title.
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
    """A signal opened just now whose story turns out to be known: weighed with this novelty from its opening on."""
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
    """The signal with the article in it: a member, a revision that says what it changed, strength weighed again.

    A copy (or an article without a finding) is a member without a voice and makes no revision. An article that is a
    member already changes nothing.
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
        **labels_with(signal, finding),
        **weighed(members, novelty, signal.revisions, revised, wire),
    )


def join_copy(signal: Signal, article: Article, original: int | None, now: datetime) -> Signal:
    """The signal with a wire copy of its article `original` in it: seen, but not a voice, and no news."""
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


def labels_with(signal: Signal, joining: Finding | Signal) -> dict[str, Any]:
    """The signal's fields of that kind as they are with what the other names.

    They follow the articles: what one of three or more names alone is no label of the signal. They only grow at their
    end, so that a button's `s42.a3` stays true.
    """
    topics, places, actors = joining.topics, joining.places, tuple(new_actors(joining.actors, signal))
    if isinstance(joining, Finding):
        topics, places = _carried(signal, "topic", topics), _carried(signal, "place", places)
        actors = actors[: max(0, MOST_ACTORS - len(signal.actors))]
    return {
        "dimensions": grown(signal.dimensions, joining.dimensions),
        "topics": grown(signal.topics, topics),
        "places": grown(signal.places, places),
        "actors": grown(signal.actors, actors),
    }


def grown(known: tuple[_T, ...], new: Iterable[_T]) -> tuple[_T, ...]:
    return tuple(dict.fromkeys((*known, *new)))


def weighed(
    members: Sequence[SignalArticle],
    novelty: Part,
    before: Sequence[Revision],
    revised: Callable[..., Revision],
    wire: Collection[str],
) -> dict[str, Any]:
    """A signal's fields that are weighed anew with these members; `revised` makes the revision that says why, of its
    number and strength."""
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

    `voices`: how many there were, and how many there are with the member.
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


def listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _is_later(signal: Signal, now: datetime) -> bool:
    """Whether what repeats comes after the day's first telling, as the first that does: what several tell in one
    morning is not stale yet, and staleness costs one point, not one a repetition."""
    return now - signal.opened >= ONE_MORNING and not strength.faded(signal.strength.novelty)


def _carried(signal: Signal, kind: str, labels: tuple[str, ...]) -> tuple[str, ...]:
    """Those of an article's labels that an article of the signal carries too; all while the signal has but one."""
    if len(signal.articles) < FOLLOWED:
        return labels
    facts = {fact for member in signal.articles for fact in member.consequence.facts}
    return tuple(each for each in labels if any(fact.endswith(f": of the {kind} {each}") for fact in facts))
