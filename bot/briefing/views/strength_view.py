"""A strength as a sum with a reason for each part, the facts behind each, and how it came about."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from bot.briefing.views.reasons import reason
from bot.briefing.views.wording import (
    UNSAID,
    actions,
    confidence_words,
    count,
    message,
    originals,
    para,
    publisher_names,
    shown_title,
    small_heading,
    strong,
    sum_words,
)
from bot.model import times
from bot.model.brief import Told
from bot.model.finding import Part, Stance
from bot.model.messages import Block, Bullets, Choice, Message, Run
from bot.model.signal import Dossier, Revision, Signal
from bot.signals.strength import MAXIMUM
from bot.text.listing import listed

WHYS = 2
"""At most so many changes of one minute are told one by one; of more whose articles they were."""


def strength_message(signal: Signal, zone: str) -> Message:
    """The sum read aloud, a reason for each part, confidence, and how the strength came about; dates in the zone."""
    return _strength_message(signal, zone, _reason_line, Choice("Details", f"strength s{signal.id} details"))


def details_message(signal: Signal, zone: str) -> Message:
    """The same with the recorded facts behind each part, one by one."""
    return _strength_message(signal, zone, _part_line)


def _strength_message(
    signal: Signal, zone: str, line: Callable[[str, Part], tuple[Run, ...]], *further: Choice
) -> Message:
    strength = signal.strength
    several = len(signal.revisions) > 1
    buttons = actions(signal, "why", "evidence")
    blocks: list[Block | None] = [
        para(strong(shown_title(signal)), f" s{signal.id}"),
        para(strong(sum_words(strength))),
        Bullets(tuple(line(name, part) for name, part in strength.parts()), table=True),
        para(strong("Confidence"), f" {confidence_words(signal)}"),
        small_heading("How it came about") if several else None,
        history(signal, zone) if several else None,
        replace(buttons, choices=(*further, *buttons.choices)),
    ]
    return message(*blocks, fallback=f"{sum_words(strength)}. {shown_title(signal)}")


def _reason_line(name: str, part: Part) -> tuple[Run, ...]:
    return strong(f"{name} {part.points} of {MAXIMUM[name]}"), Run(f": {reason(name, part)}")


def _part_line(name: str, part: Part) -> tuple[Run, ...]:
    said = "; ".join(part.facts) or UNSAID[name][min(part.points, len(UNSAID[name]) - 1)]
    return strong(f"{name} {part.points} of {MAXIMUM[name]}"), Run(f": {said}")


def record_lines(signal: Signal) -> tuple[str, ...]:
    """What is recorded of a signal beside its sources' words, a sentence a line; days are those of UTC."""
    strength = signal.strength
    return (
        f"The signal: {signal.title}.",
        f"Its strength is {sum_words(strength)}.",
        *("".join(run.text for run in _part_line(name, each)) for name, each in strength.parts()),
        f"Confidence {confidence_words(signal)}",
        f"First seen on {times.dated(signal.opened.date())}; it is {signal.state}.",
        *(_revision_words(signal, each) for each in signal.revisions),
        *(f"What would change our mind: {words}" for words in (signal.change_mind,) if words),
        *(
            f"Reasoning from {article.publisher.name}, {times.dated(article.published.date())}: {words}"
            for article in originals(signal)
            for words in article.reasoning
        ),
    )


def dossier_lines(dossier: Dossier) -> tuple[str, ...]:
    """The signal's record, what the channel that asks was told of it, and each related signal, a sentence a line."""
    told = (_told_words(dossier.told),) if dossier.told else ()
    return (*record_lines(dossier.signal), *told, *map(_related_words, dossier.related))


def _told_words(told: Told) -> str:
    return (
        f"This channel was last told of it on {times.dated(told.on)}, at strength {told.strength}, "
        f"from {count(told.publishers, 'publisher')}."
    )


def _related_words(signal: Signal) -> str:
    """Of a related signal its id, days, strength and title, and its last change where it has had one."""
    since = f"first seen on {times.dated(signal.opened.date())}"
    last = f" {_revision_words(signal, signal.revisions[-1])}" if len(signal.revisions) > 1 else ""
    return f"Related signal s{signal.id}, {since}, strength {signal.strength.total}: {signal.title}.{last}"


def _revision_words(signal: Signal, revision: Revision) -> str:
    article = next((each for each in signal.articles if each.article_id == revision.article_id), None)
    by = f" ({article.title}, {article.publisher.name})" if article else ""
    return f"{times.dated(revision.at.date())}: strength {revision.strength.total}, {revision.why}{by}."


def history(signal: Signal, zone: str) -> Bullets:
    """Each change with its day, the strength it left, and why; the changes of one minute are one."""
    return Bullets(tuple(_history_lines(signal, zone)))


def _history_lines(signal: Signal, zone: str) -> Iterator[tuple[Run, ...]]:
    before: int | None = None
    for when, revisions in groupby(signal.revisions, key=lambda each: _minute(each, zone)):
        changes = list(revisions)
        own = [each for each in changes if each.brought_from is None]
        after = (own or changes)[-1].strength.total
        moved = f"{before} → {after}" if own and before not in (None, after) else str(after)
        yield Run(f"{when}: "), strong(moved), Run(f", {_whys(signal, own or changes)}")
        before = after if own else before


def _minute(revision: Revision, zone: str) -> str:
    there = times.local(revision.at, zone)
    return f"{times.full_day(there.date())}, {there:%H:%M}"


def _whys(signal: Signal, changes: Sequence[Revision]) -> str:
    """The reasons, each once; of many that it opened, what speaks against it, and whose articles came.

    Of what a merge brought in, the signal it was is said.
    """
    phrases = list(dict.fromkeys(_as_what(each) + each.why for each in changes))
    if len(phrases) <= WHYS:
        return "; ".join(phrases)
    told = [each for each in changes if each.stance in _TOLD_ONE_BY_ONE]
    rest = {each.article_id for each in changes if each not in told}
    members = [each for each in signal.articles if each.article_id in rest]
    more = (
        [f"{count(len(members), 'more article' if told else 'article')} from {listed(publisher_names(members))}"]
        if members
        else []
    )
    return "; ".join((*(each.why for each in told), *more)) or "; ".join(phrases[:WHYS])


_TOLD_ONE_BY_ONE = (Stance.OPENS, Stance.CONTRADICTS, Stance.CORRECTS)


def _as_what(revision: Revision) -> str:
    return f"as s{revision.brought_from}: " if revision.brought_from is not None else ""
