"""A signal as a card, half a phone's screen: title, strength, what adds to the title, and the quote that shows it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.briefing.views.quote_view import best_quote
from bot.briefing.views.wording import actions, labels, message, para, shown_title, strong, voices
from bot.model.brief import BriefItem
from bot.model.messages import Card, Choice, Message, Paragraph, Run
from bot.model.signal import Signal
from bot.signals import quoting
from bot.signals import strength as scoring
from bot.text import clauses, segmentation

SENTENCES, LETTERS = 2, 300
"""At most so many sentences of the analysis, and characters where there is more than one."""
LONG_DELTA = 60
"""Characters of a delta that says enough to leave room for one sentence only."""
MOST_DELTA = 240


def card(item: BriefItem, now: datetime) -> Card:
    """A signal of a brief, compact; `now` is when its momentum is shown as of."""
    signal = item.signal
    quote = best_quote(signal)
    sentences = 1 if len(item.delta) > LONG_DELTA else SENTENCES
    return Card(
        signal_id=signal.id,
        number=item.number,
        title=shown_title(signal),
        strength=signal.strength.total,
        trend="↑" if scoring.momentum(signal, now) else "",
        tags=labels(signal),
        voices=voices(signal),
        delta=clauses.shortened(item.delta, MOST_DELTA),
        analysis=added(signal, quote.text if quote else "", sentences),
        quote=quote,
        actions=(Choice("Why?", f"why s{signal.id}"), Choice("More …", f"more s{signal.id}")),
    )


def added(signal: Signal, quote: str, most: int = SENTENCES) -> str:
    """At most so many sentences of the analysis that add to the title and to the quote; "" where none does."""
    said: list[str] = []
    for words in _sentences(signal.analysis):
        shown = clauses.shortened(words, quoting.LONGEST)
        full = bool(said) and len(" ".join((*said, shown))) > LETTERS
        if len(said) == most or full:
            break
        if not quoting.repeats(words, (signal.title, quote, *said)):
            said.append(shown)
    return " ".join(said)


def _sentences(words: str) -> Iterator[str]:
    return (" ".join(words[start:end].split()) for start, end in segmentation.sentences(words))


def source_line(signal: Signal) -> Paragraph | None:
    """The article that a card without a quote leads to; None: it has a quote, or none of its articles has a link."""
    if best_quote(signal) is not None:
        return None
    linked = next((each for each in signal.articles if each.link), None)
    return para("Source: ", Run(f"{linked.publisher.name} ↗", link=linked.link)) if linked else None


def more_message(signal: Signal) -> Message:
    """What else can be asked of a signal, as buttons."""
    return message(
        para(strong(shown_title(signal)), f" s{signal.id}"),
        actions(signal, "show", "evidence", "strength", "chart", "useful", "useless"),
    )
