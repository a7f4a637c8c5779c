"""A strength as its sum, part by part with the facts behind each, and how it came about."""

from __future__ import annotations

from collections.abc import Sequence

from bot.briefing.views.shortening import MOST
from bot.briefing.views.wording import (
    UNSAID,
    actions,
    confidence_words,
    message,
    originals,
    para,
    small_heading,
    strong,
    sum_words,
)
from bot.model import times
from bot.model.messages import Block, Bullets, Message, Run
from bot.model.signal import Revision, Signal


def strength_message(signal: Signal, zone: str) -> Message:
    """The sum read aloud, the facts behind each part, confidence, and how the strength came about."""
    strength = signal.strength
    items = tuple(_part_line(name, part.points, part.facts) for name, part in strength.parts())
    blocks: list[Block | None] = [
        para(strong(signal.title), f" s{signal.id}"),
        para(strong(sum_words(strength))),
        Bullets(items),
        para(strong("Confidence"), f" {confidence_words(signal)}"),
        small_heading("How it came about") if len(signal.revisions) > 1 else None,
        history(signal, zone) if len(signal.revisions) > 1 else None,
        actions(signal, "why", "evidence"),
    ]
    return message(*blocks, fallback=f"{sum_words(strength)}. {signal.title}")


def _part_line(name: str, points: int, facts: Sequence[str]) -> tuple[Run, ...]:
    said = "; ".join(facts) or UNSAID[name][min(points, len(UNSAID[name]) - 1)]
    return strong(f"{name} {points} of {MOST[name]}"), Run(f": {said}")


def record_lines(signal: Signal) -> tuple[str, ...]:
    """What is recorded of a signal beside its sources' words, a sentence a line; days are those of UTC."""
    strength = signal.strength
    return (
        f"The signal: {signal.title}.",
        f"Its strength is {sum_words(strength)}.",
        *("".join(run.text for run in _part_line(name, each.points, each.facts)) for name, each in strength.parts()),
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


def _revision_words(signal: Signal, revision: Revision) -> str:
    article = next((each for each in signal.articles if each.article_id == revision.article_id), None)
    by = f" ({article.title}, {article.publisher.name})" if article else ""
    return f"{times.dated(revision.at.date())}: strength {revision.strength.total}, {revision.why}{by}."


def history(signal: Signal, zone: str) -> Bullets:
    """Each revision with its day, the strength it left, and why."""
    return Bullets(tuple(_revision_line(signal, number, zone) for number in range(len(signal.revisions))))


def _revision_line(signal: Signal, number: int, zone: str) -> tuple[Run, ...]:
    revision = signal.revisions[number]
    earlier = [each.strength.total for each in signal.revisions[:number] if each.brought_from is None]
    before = earlier[-1] if earlier and revision.brought_from is None else None
    after = revision.strength.total
    moved = f"{before} → {after}" if before not in (None, after) else str(after)
    there = times.local(revision.at, zone)
    as_what = f"as s{revision.brought_from}: " if revision.brought_from is not None else ""
    return Run(f"{times.full_day(there.date())}, {there:%H:%M}: "), strong(moved), Run(f", {as_what}{revision.why}")
