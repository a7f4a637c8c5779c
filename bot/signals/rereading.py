"""A signal after some of its articles were read again: their quotes, reasoning and points as they are read now.

Which articles it has, when it changed, its title and its text stay: nothing has come. Labels only grow, as ever.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.model.evidence import Evidence
from bot.model.finding import Finding, Stance
from bot.model.signal import Revision, Signal, SignalArticle
from bot.signals import strength
from bot.signals.joining import grown, labels_with
from bot.text import taxonomy
from bot.text.listing import listed

_LABELS = ("dimensions", "topics", "places", "actors")


@dataclass(frozen=True, slots=True)
class Again:
    """What was said of an article, and what is said now."""

    before: Finding
    after: Finding
    quotes: tuple[Evidence, ...]  # of `after`


def read_again(
    signal: Signal, readings: Mapping[int, Again], now: datetime, *, reader: str, wire: Collection[str] = ()
) -> Signal:
    """Return the signal with what is said now of its articles, by id, and a revision that says what that changed.

    The same signal where it changes nothing. `reader`: who read, for people; `wire`: publisher keys of news agencies.
    """
    read = [m for m in signal.articles if m.article_id in readings and m.stance is not Stance.COPY]
    members = tuple(_member(m, readings[m.article_id]) if m in read else m for m in signal.articles)
    labels = _labels(signal, [(member, readings[member.article_id]) for member in read])
    changed = [new for old, new in zip(signal.articles, members, strict=True) if old != new]
    if not changed and all(labels[name] == getattr(signal, name) for name in _LABELS):
        return signal
    total = strength.score(members, signal.strength.novelty, wire)
    after = replace(signal, articles=members, strength=total, confidence=strength.confidence(members, total), **labels)
    of = changed[0].article_id if len(changed) == 1 else None
    why = f"read again by {reader}: {listed(list(_differences(signal, after)))}"
    revision = Revision(signal.id, len(signal.revisions) + 1, now, why, Stance.REREAD, total, of)
    return replace(after, revisions=(*signal.revisions, revision))


def _member(member: SignalArticle, again: Again) -> SignalArticle:
    """The article as it is read now; reasoning that a composition has put there stays."""
    own = member.reasoning == again.before.reasoning
    return replace(
        member,
        reasoning=again.after.reasoning if own else member.reasoning,
        evidence=again.quotes,
        consequence=again.after.consequence,
        substance=again.after.substance,
        kind=again.after.kind,
        read_by=again.after.read_by,
    )


def _labels(signal: Signal, read: Sequence[tuple[SignalArticle, Again]]) -> dict[str, Any]:
    """The signal's label fields, grown by what the readings of now bring and those before did not."""
    labels = {name: getattr(signal, name) for name in _LABELS}
    for member, again in read:
        before, after = (_brought(signal, member, finding) for finding in (again.before, again.after))
        for name in _LABELS:
            labels[name] = grown(labels[name], [each for each in after[name] if each not in before[name]])
    return labels


def _brought(signal: Signal, member: SignalArticle, finding: Finding) -> dict[str, Any]:
    if member.stance is Stance.OPENS:
        return {name: getattr(finding, name) for name in _LABELS}
    return labels_with(signal, finding, member.title)


# --- what it changed, in a phrase ----------------------------------------------------------------------------------


def _differences(before: Signal, after: Signal) -> Iterator[str]:
    """ "other quotes from Meridian Times", "also under AI", "strength 6 → 7"; else "other reasoning"."""
    found = False
    pairs = list(zip(before.articles, after.articles, strict=True))
    if names := list(dict.fromkeys(new.publisher.name for old, new in pairs if old.evidence != new.evidence)):
        yield f"other quotes from {listed(names)}"
        found = True
    if new := [_name(name, each) for name in _LABELS for each in getattr(after, name)[len(getattr(before, name)) :]]:
        yield f"also under {listed(new)}"
        found = True
    if before.strength.total != after.strength.total:
        yield f"strength {before.strength.total} → {after.strength.total}"
        found = True
    if not found:
        yield "other reasoning"


def _name(kind: str, label: str) -> str:
    place = taxonomy.load().place(label) if kind == "places" else None
    return place.name if place else label
