"""Compute a signal's strength from four parts, its confidence, its momentum, and which part it lacks most.

Points: consequence 0-4, evidence 0-2, novelty 0-2, corroboration 0-2; the total is at least 1.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from operator import attrgetter

from bot.model.article import TextOrigin
from bot.model.finding import Finding, Part, Stance
from bot.model.signal import Candidate, Confidence, ConfidenceLevel, Signal, SignalArticle, Strength
from bot.model.source import Publisher
from bot.text.listing import listed

MAXIMUM = {"consequence": 4, "evidence": 2, "novelty": 2, "corroboration": 2}
KNOWN = 0.35
"""Candidate score from which a finding that shares a name with the candidate develops it and is not first seen."""
SAME = 0.6
"""Candidate score from which a finding that names no new actor is a repetition."""
DAY = timedelta(days=1)
_VOICELESS = (Stance.COPY, Stance.CONTRADICTS)


def score(members: Sequence[SignalArticle], novelty: Part, wire: Collection[str] = ()) -> Strength:
    """The strength of a signal with these members, in the order they joined; `novelty` as judged when it opened.

    Consequence and evidence are the highest among the supporting articles. `wire` are the keys of publishers that are
    news agencies; the facts name them as such.
    """
    speaking = supporters(members)
    return Strength(
        consequence=_best([member.consequence for member in speaking], MAXIMUM["consequence"]),
        evidence=_best([member.substance for member in speaking], MAXIMUM["evidence"]),
        novelty=novelty,
        corroboration=_corroboration(speaking, wire),
    )


def supporters(members: Sequence[SignalArticle]) -> tuple[SignalArticle, ...]:
    """The members that support the signal independently.

    Left out are wire copies, contradictions, and all but the last of several versions under one link.
    """
    present = {member.article_id for member in members}
    latest = {(member.publisher.key, member.link or member.article_id): member.article_id for member in members}
    last = set(latest.values())
    return tuple(
        [
            member
            for member in members
            if member.stance not in _VOICELESS and member.article_id in last and member.copy_of not in present
        ]
    )


def _best(parts: Sequence[Part], most: int) -> Part:
    """The part with most points (the first of equals), limited to 0 to `most`; no points if there are no parts."""
    best = max(parts, key=attrgetter("points"), default=Part(0))
    return Part(max(0, min(most, best.points)), best.facts)


def _corroboration(speaking: Sequence[SignalArticle], wire: Collection[str]) -> Part:
    voices = independent(speaking)
    names = [voice.name + " (a wire agency)" * (voice.key in wire) for voice in voices]
    if len(voices) < 2:
        return Part(0, tuple(f"a single publisher: {name}" for name in names))
    return Part(min(2, len(voices) - 1), (f"{len(voices)} independent publishers: {listed(names)}",))


def independent(speaking: Sequence[SignalArticle]) -> tuple[Publisher, ...]:
    """The distinct publishers of these members, in order; copies of the same absent original count as one."""
    first: dict[int, Publisher] = {}
    for member in speaking:
        first.setdefault(member.article_id if member.copy_of is None else member.copy_of, member.publisher)
    voices: dict[str, Publisher] = {}
    for publisher in first.values():
        voices.setdefault(publisher.key, publisher)
    return tuple(voices.values())


# --- novelty -------------------------------------------------------------------------------------------------------


def novelty(finding: Finding, earlier: Sequence[Candidate]) -> Part:
    """How new the finding that opens a signal is, compared with similar earlier signals.

    2 points: first seen. 1: develops a known story. 0: repeats one (scores at least SAME and names no new actor).
    """
    named = [candidate for candidate in earlier if candidate.shared]
    best = max(named, key=lambda candidate: (candidate.score, -candidate.signal.id), default=None)
    if best is None or best.score < KNOWN:
        return Part(2, ("first seen",))
    known = f"“{best.signal.title}” (s{best.signal.id})"
    actors = set(map(str.casefold, best.signal.actors))
    new = [actor for actor in finding.actors if actor.casefold() not in actors]
    if best.score >= SAME and not new:
        return Part(0, (f"repeats {known}",))
    return Part(1, (f"develops {known}", *((f"newly named: {listed(new[:3])}",) if new else ())))


_REPEATED = "since repeated by "


def fade(part: Part, by: str) -> Part:
    """Novelty after a repetition: one point less, never below 0; `by` is the name of the publisher that repeated it."""
    return Part(part.points - 1, (*part.facts, f"{_REPEATED}{by}")) if part.points > 0 else part


def faded(part: Part) -> bool:
    """Whether `fade` has lowered this novelty already."""
    return any(fact.startswith(_REPEATED) for fact in part.facts)


# --- confidence, momentum, what was lacking ------------------------------------------------------------------------


def confidence(members: Sequence[SignalArticle], strength: Strength) -> Confidence:
    """The confidence level with its reason.

    Low: contradicted, or up to two publishers with no evidence points, or one with little. High: two publishers with
    full evidence points or three with any, and no correction. Moderate: anything else.
    """
    against = _names(members, Stance.CONTRADICTS)
    evidence, voices = strength.evidence.points, strength.corroboration.points
    if against:
        return Confidence(ConfidenceLevel.LOW, f"contradicted by {listed(against)}")
    if evidence == 0 and voices < MAXIMUM["corroboration"]:
        return Confidence(ConfidenceLevel.LOW, f"thin evidence: {_NOTHING_NAMED}")
    if voices == 0:
        return _single(members, evidence)
    if corrected := _names(members, Stance.CORRECTS):
        return Confidence(ConfidenceLevel.MODERATE, f"corrected by {listed(corrected)}")
    if evidence == 0:
        publishers = strength.corroboration.facts[0].partition(": ")[0]
        return Confidence(ConfidenceLevel.MODERATE, f"{publishers}, but {_NOTHING_NAMED}")
    if voices + evidence >= 3:
        return Confidence(ConfidenceLevel.HIGH, strength.corroboration.facts[0])
    return Confidence(ConfidenceLevel.MODERATE, "two independent publishers, some evidence")


_NOTHING_NAMED = "no named source, figure or direct statement"


def _single(members: Sequence[SignalArticle], evidence: int) -> Confidence:
    whole = any(m.text_from not in (TextOrigin.SUMMARY, TextOrigin.TITLE) for m in supporters(members))
    if evidence == 2 and whole:
        return Confidence(ConfidenceLevel.MODERATE, "a single publisher")
    thin = "thin evidence" if whole else "only a summary could be read"
    return Confidence(ConfidenceLevel.LOW, f"a single publisher, and {thin}")


def _names(members: Sequence[SignalArticle], stance: Stance) -> list[str]:
    return list(dict.fromkeys([member.publisher.name for member in members if member.stance is stance]))


def momentum(signal: Signal, now: datetime) -> bool:
    """Whether more articles joined in the last 24 hours than in the 24 before; copies do not count.

    The opening article counts only for the earlier day, so that opening alone is no momentum.
    """
    moved = [member for member in signal.articles if member.stance is not Stance.COPY]
    recent = sum(now - DAY < member.joined <= now for member in moved if member.stance is not Stance.OPENS)
    return recent > sum(now - 2 * DAY < member.joined <= now - DAY for member in moved)


def lacked(strength: Strength) -> str:
    """Name of the part furthest below its maximum: by share of it, then by points, then by the order of the parts."""
    short = {name: MAXIMUM[name] - part.points for name, part in strength.parts()}
    return max(short, key=lambda name: (Fraction(short[name], MAXIMUM[name]), short[name]))
