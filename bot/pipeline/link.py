"""Articles join live signals or open one; signals take articles in, become one with others, grow old.

    finding, article | candidates | decide → Relation | open_signal, join or join_copy → Signal    as articles arrive
    live signals     | consolidate → pairs | merge → Signal                                       before a brief

Everything here is from values to values, and the same values give the same. How like is like: `bot.pipeline.likeness`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import lru_cache, partial
from itertools import chain, filterfalse
from typing import Any, TypeVar

from bot.memo import Memo
from bot.pipeline import strength
from bot.pipeline.likeness import BORDER, LiveIndex, consolidate
from bot.retrieval import fold, pieces, prior, terms, words, words_in
from bot.types import (
    Article,
    ArticleKind,
    Candidate,
    Composition,
    Evidence,
    Finding,
    Part,
    Relation,
    Revision,
    Signal,
    SignalArticle,
    SignalState,
    Stance,
    TextOrigin,
)

__all__ = [
    "BORDER", "LiveIndex", "consolidate", "decide", "join", "join_copy", "known_before", "merge", "next_change",
    "open_signal", "state", "taken",
]  # fmt: skip

REPEATING = 0.6
"""From this score on, an article without new figures or actors repeats what is there."""
ACTORS_COMPARED = 5
NOTHING_NEW = "tells more"
DAY = timedelta(days=1)
FADES_AFTER = timedelta(days=3)
_T = TypeVar("_T")
_DIGITS = re.compile(r"\d[\w.,]")
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


# --- deciding ------------------------------------------------------------------------------------------------------


def decide(finding: Finding, article: Article, candidates: Sequence[Candidate]) -> Relation:
    """Which candidate the article joins, by the embedded rule, and what it is to it.

    It joins the best that is near enough (`BORDER`, which stands for a closeness that depends on the text's length) and
    shares a name or actor with it, or, where there is nothing but a headline, a pair of rare words.
    """
    for candidate in candidates:
        if candidate.score < BORDER:
            break
        if shared := _shared(finding, article, candidate):
            why = "shares " + _listed(shared)
            return Relation(candidate.signal.id, _stance(finding, candidate), why)
    return Relation(None, Stance.OPENS, _why_none(candidates))


def _why_none(candidates: Sequence[Candidate]) -> str:
    if not candidates:
        return "nothing like it is being followed"
    return f"not near enough to “{candidates[0].signal.title}” (s{candidates[0].signal.id})"


def _shared(finding: Finding, article: Article, candidate: Candidate) -> tuple[str, ...]:
    """Up to three names both carry, or a headline's pair of rare words; empty where they share too little."""
    if candidate.shared:
        return _lead_names(finding.actors, candidate.shared)
    headline_only = article.text_from is TextOrigin.TITLE or not article.text
    rare = _rare_words(article, candidate.signal) if headline_only else []
    return tuple(f"‘{word}’" for word in rare[:2]) if len(rare) > 1 else ()


def _lead_names(actors: Sequence[str], shared: Sequence[str]) -> tuple[str, ...]:
    """Up to three, the finding's own actors first, none that is part of another."""
    ordered = sorted(shared, key=lambda name: name not in actors)
    folded = [fold(name) for name in ordered]
    every = "\n".join(folded)
    whole = [name for name, own in zip(ordered, folded, strict=True) if every.count(own) == 1]
    return tuple((whole or ordered)[:3])


def _rare_words(article: Article, signal: Signal) -> list[str]:
    """Words of the article's title, as written there, that stand in the signal's titles and are not common."""
    titles = " ".join((signal.title, *(member.title for member in signal.articles)))
    known = set(terms(titles, article.language))
    return [
        word
        for word in dict.fromkeys(words(article.title))
        if (found := terms(word, article.language)) and found[0] in known and found[0] not in prior() and word.isalpha()
    ]


def taken(finding: Finding, signal: Signal) -> Relation:
    """What the article of the finding is to a signal that it is known to belong to."""
    return Relation(signal.id, _stance(finding, Candidate(signal, 1.0, ())), "belongs to the same story")


def _stance(finding: Finding, candidate: Candidate) -> Stance:
    if finding.stance in (Stance.CONTRADICTS, Stance.CORRECTS):
        return finding.stance
    if candidate.score < REPEATING:
        return Stance.DEVELOPS
    said = (finding.claim, *finding.consequence.facts, *finding.substance.facts)
    adds = _new_actors(finding.actors[:ACTORS_COMPARED], candidate.signal) or _new_figures(said, candidate.signal)
    return Stance.DEVELOPS if adds else Stance.REPEATS


def _new_actors(actors: Sequence[str], signal: Signal) -> list[str]:
    """Those of the actors that the signal does not know, under a longer or shorter name neither."""
    known = list(map(_SPACED.__getitem__, signal.actors))
    every = "\n".join(known)
    spaced = zip(actors, map(_SPACED.__getitem__, actors), strict=True)
    return [actor for actor, name in spaced if name not in every and not any(map(name.__contains__, known))]


_SPACED = Memo(lambda actor: f" {fold(actor)} ")


def _new_figures(said: Iterable[str], signal: Signal) -> set[str]:
    """Figures in what is said that the signal's titles, quotes and facts lack."""
    new = {figure for text in said for figure in _figures_of(text)}
    for text in _known(signal) if new else ():
        new.difference_update(_figures_of(text))
        if not new:
            break
    return new


@lru_cache(maxsize=1 << 14)  # a signal's texts are asked for again with each article that joins it
def _figures_of(text: str) -> tuple[str, ...]:
    """Words that begin with a digit, years and single digits left out."""
    if not _DIGITS.search(text):
        return ()
    return tuple(chain.from_iterable(map(_FIGURES.__getitem__, filterfalse(str.isalpha, pieces(text)))))


def _figures_in(piece: str) -> tuple[str, ...]:
    found = [word for word in words_in(piece) if word[0].isdigit() and len(word) > 1]
    return tuple(word for word in found if not (len(word) == 4 and word.isdigit() and word[:2] in ("19", "20")))


_FIGURES = Memo(_figures_in)


def _known(signal: Signal) -> Iterator[str]:
    yield signal.title
    yield signal.analysis
    for member in signal.articles:
        yield member.title
        yield from member.reasoning
        yield from member.consequence.facts
        yield from member.substance.facts
        for evidence in member.evidence:
            yield evidence.quote


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
    voices = _voices(signal.articles), _voices(members)
    if stance is Stance.REPEATS and voices[0] == voices[1]:
        novelty = strength.fade(novelty, member.publisher.name)
    why = _change(signal, member, finding.actors, voices)
    revised = partial(Revision, signal.id, at=now, why=why, stance=stance, article_id=article.id)
    return replace(
        signal,
        articles=members,
        contrary=(*signal.contrary, *(evidence if stance is Stance.CONTRADICTS else ())),
        **_labels(signal, finding),
        **_weighed(members, novelty, signal.revisions, revised, wire),
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


def _labels(signal: Signal, joining: Finding | Signal) -> dict[str, Any]:
    """The signal's fields of that kind as they are with what the other names."""
    return {
        "dimensions": _grown(signal.dimensions, joining.dimensions),
        "topics": _grown(signal.topics, joining.topics),
        "places": _grown(signal.places, joining.places),
        "actors": _grown(signal.actors, _new_actors(joining.actors, signal)),
    }


def _grown(known: tuple[_T, ...], new: Iterable[_T]) -> tuple[_T, ...]:
    """Labels only grow at their end, so that a button's `s42.a3` stays true."""
    return tuple(dict.fromkeys((*known, *new)))


def _weighed(
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


def _voices(members: Sequence[SignalArticle]) -> int:
    return len(strength.independent(strength.supporters(members)))


def _change(before: Signal, member: SignalArticle, actors: Sequence[str], voices: tuple[int, int]) -> str:
    """ "a second publisher confirms (Asahi Ledger)", "Meridian Times adds figures", "Gazette contradicts".

    `voices`: how many there were, and how many there are with the member.
    """
    name = member.publisher.name
    if member.stance in (Stance.CONTRADICTS, Stance.CORRECTS):
        return f"{name} {member.stance}"
    added = _added(before, member, actors) if member.stance is Stance.DEVELOPS else ""
    if voices[1] > voices[0]:
        ordinal = f"a {_ORDINALS[voices[1] - 1]}" if voices[1] <= len(_ORDINALS) else "another"
        return f"{ordinal} publisher confirms ({name})" + (f" and {added}" if added else "")
    return f"{name} {added or 'repeats it'}"


def _added(before: Signal, member: SignalArticle, actors: Sequence[str]) -> str:
    if figures := _new_figures((member.title, *member.consequence.facts, *member.substance.facts), before):
        return "adds figures" if len(figures) > 1 else "adds a figure"
    if new := _new_actors(actors[:ACTORS_COMPARED], before):
        return f"names {_listed(new[:2])}"
    return NOTHING_NEW


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


# --- becoming one --------------------------------------------------------------------------------------------------


def merge(survivor: Signal, absorbed: Signal, now: datetime, *, wire: Collection[str] = ()) -> Signal:
    """The two as one under the older id, whichever is given first; nothing of either is lost.

    Members stand in the order they joined, the absorbed signal's opening one as what its text is to the survivor.
    Revisions of the absorbed stand after the survivor's own (which keep their numbers), marked with where they come
    from, for they are no news of the survivor; one last revision says what the merge brought. An article both hold is
    held once.
    """
    survivor, absorbed = sorted((survivor, absorbed), key=lambda signal: signal.id)
    came = _newcomers(survivor, absorbed)
    members = tuple(sorted((*survivor.articles, *came), key=lambda member: (member.joined, member.article_id)))
    voiced = [member for member in came if member.stance is not Stance.COPY]
    voices = _voices(survivor.articles), _voices(members)
    stance = _merged_stance(survivor, voiced, absorbed.actors, voices)
    why = _why_one(survivor, absorbed, voiced, voices)
    of = voiced[0].article_id if len(voiced) == 1 else None
    revisions = (*survivor.revisions, *_moved(survivor, absorbed))
    revised = partial(Revision, survivor.id, at=now, why=why, stance=stance, article_id=of)
    return replace(
        survivor,
        articles=members,
        opened=min(survivor.opened, absorbed.opened),
        detected_on=min(survivor.detected_on, absorbed.detected_on),
        contrary=_grown(survivor.contrary, absorbed.contrary),
        **_labels(survivor, absorbed),
        **_weighed(members, survivor.strength.novelty, revisions, revised, wire),
    )


def _newcomers(survivor: Signal, absorbed: Signal) -> list[SignalArticle]:
    held = {member.article_id for member in survivor.articles}
    own = {each.article_id: each.stance for each in absorbed.revisions}
    return [
        replace(member, stance=_following(member, own.get(member.article_id)))
        for member in absorbed.articles
        if member.article_id not in held
    ]


def _following(member: SignalArticle, own: Stance | None) -> Stance:
    """What the member that opened the absorbed signal is to the survivor: what its own text says it is, else news."""
    if member.stance is not Stance.OPENS:
        return member.stance
    if own in (Stance.CONTRADICTS, Stance.CORRECTS):
        return own
    return Stance.CORRECTS if member.kind is ArticleKind.CORRECTION else Stance.DEVELOPS


def _moved(survivor: Signal, absorbed: Signal) -> tuple[Revision, ...]:
    return tuple(
        replace(each, signal_id=survivor.id, number=number, brought_from=each.brought_from or absorbed.id)
        for number, each in enumerate(absorbed.revisions, len(survivor.revisions) + 1)
    )


def _merged_stance(
    survivor: Signal, came: Sequence[SignalArticle], actors: Sequence[str], voices: tuple[int, int]
) -> Stance | None:
    """What the merge is to the survivor: as an article would be that brings all this at once; None: nothing came."""
    if not came:
        return None
    if against := [member.stance for member in came if member.stance in (Stance.CONTRADICTS, Stance.CORRECTS)]:
        return against[0]
    adds = any(_added(survivor, member, actors) != NOTHING_NEW for member in came)
    return Stance.DEVELOPS if voices[1] > voices[0] or adds else Stance.REPEATS


def _why_one(survivor: Signal, absorbed: Signal, came: Sequence[SignalArticle], voices: tuple[int, int]) -> str:
    """ "a second publisher confirms (Asahi Ledger) and adds figures, so far followed as s57"."""
    if len(came) == 1:
        return f"{_change(survivor, came[0], absorbed.actors, voices)}, so far followed as s{absorbed.id}"
    known = {publisher.key for publisher in survivor.publishers}
    new = [publisher.name for publisher in absorbed.publishers if publisher.key not in known]
    told = f"s{absorbed.id}, “{absorbed.title}”, is the same story"
    return f"{told}: {_listed(new)} {'confirms' if len(new) == 1 else 'confirm'}" if new else told


# --- growing old ---------------------------------------------------------------------------------------------------


def next_change(signal: Signal, now: datetime, live_seconds: int) -> datetime | None:
    """When time alone may next change the signal's state; None: never again."""
    last = max((signal.opened, *_voiced(signal)))
    instants = (signal.opened + DAY, last + FADES_AFTER, last + timedelta(seconds=live_seconds))
    return min((at for at in instants if at > now), default=None)


def _voiced(signal: Signal) -> list[datetime]:
    """When the articles with a voice of their own joined."""
    return [member.joined for member in signal.articles if member.stance is not Stance.COPY]


def state(signal: Signal, now: datetime, live_seconds: int) -> SignalState:
    """new: one article, opened within a day; fading: no news for three days; closed: none for `live_seconds`.

    News is an article with a voice of its own; anything else is developing.
    """
    voiced = _voiced(signal)
    silence = now - max((signal.opened, *voiced))
    if silence >= timedelta(seconds=live_seconds):
        return SignalState.CLOSED
    if silence >= FADES_AFTER:
        return SignalState.FADING
    return SignalState.NEW if len(voiced) == 1 and now - signal.opened < DAY else SignalState.DEVELOPING
