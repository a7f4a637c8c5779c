"""Why a signal says what it says, for a reader in a hurry: the claim, the strongest quotes, a line each of the rest.

The whole record (every article with its reasoning) is `show`, behind the button “All of it”.
"""

from __future__ import annotations

from bot.briefing.views.quote_view import contrary_quote, trimmed
from bot.briefing.views.wording import (
    MODELLESS,
    actions,
    confidence_words,
    first_sentences,
    message,
    para,
    shown_title,
    small_heading,
    strong,
    sum_words,
    without_model,
)
from bot.model.messages import Block, Bullets, Message, Paragraph, Run
from bot.model.signal import Signal
from bot.signals import quoting

QUOTES = 3
"""The strongest of all its articles; “All of it” has the others."""


def why_message(signal: Signal) -> Message:
    """The claim, what a model inferred, the strongest quotes, the sum, the confidence, what would change our mind."""
    found = quoting.strongest(signal, QUOTES)
    blocks: list[Block | None] = [
        para(strong(shown_title(signal)), f" s{signal.id}"),
        _inference(signal),
        *(trimmed(each, signal.title) for each in found),
        *_against(signal),
        _verdict(signal),
        without_model(signal),
        actions(signal, "show", "strength", "evidence"),
    ]
    return message(*blocks)


def _verdict(signal: Signal) -> Bullets:
    """A line each: the sum, the confidence, what would change our mind."""
    mind = signal.change_mind or "The record does not say."
    return Bullets(
        (
            (strong("Strength"), Run(f" {sum_words(signal.strength)}.")),
            (strong("Confidence"), Run(f" {confidence_words(signal)}")),
            (strong("What would change our mind:"), Run(f" {mind}")),
        )
    )


def _inference(signal: Signal) -> Paragraph | None:
    """How the reasoning from the first article that a model read begins; without a model nothing is inferred."""
    read = next((each for each in signal.articles if each.read_by != MODELLESS and each.reasoning), None)
    return para(first_sentences(read.reasoning[0])) if read else None


def _against(signal: Signal) -> list[Block]:
    """The first quote that speaks against it."""
    quotes = [contrary_quote(signal, each) for each in signal.contrary[:1]]
    return [small_heading("What speaks against it"), *quotes] if quotes else []
