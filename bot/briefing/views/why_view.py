"""Why a signal says what it says: reasoning, quotes and record."""

from __future__ import annotations

from collections.abc import Iterable

from bot.briefing.views.quote_view import member_quote
from bot.briefing.views.signal_view import contrary_blocks, partial_note
from bot.briefing.views.wording import (
    MODELLESS,
    actions,
    confidence_words,
    count,
    first_sentences,
    message,
    originals,
    para,
    strong,
    sum_words,
)
from bot.model import times
from bot.model.finding import Stance
from bot.model.messages import Block, Message, Paragraph
from bot.model.signal import Signal, SignalArticle

WHY_ARTICLES = 3  # articles whose reasoning a "why?" reads out; “show” has them all


# --- why, how strong, on what evidence -------------------------------------------------------------------------------


def why_message(signal: Signal, zone: str) -> Message:
    """The recorded reasoning: what the evidence shows, article by article with quotes, the sum, what is uncertain."""
    chosen = reasoned(signal)
    left = len(originals(signal)) - len(chosen)
    blocks: list[Block | None] = [
        para(strong(signal.title), f" s{signal.id}"),
        para(first_sentences(signal.analysis)),
        *(block for article in chosen for block in _why_blocks(article, zone)),
        para(f"{count(left, 'more article')} in “show s{signal.id}”.", quiet=True) if left else None,
        para(strong("Strength"), f" {sum_words(signal.strength)}."),
        para(strong("Confidence"), f" {confidence_words(signal)}"),
        *contrary_blocks(signal),
        para(strong("What would change our mind"), f" {signal.change_mind or 'The record does not say.'}"),
        _unmodelled(signal, chosen),
        actions(signal, "strength", "evidence", "show"),
    ]
    return message(*blocks)


def reasoned(signal: Signal) -> tuple[SignalArticle, ...]:
    """The articles a "why?" reads out: the first, and the newest that changed the signal."""
    own = originals(signal)
    changing = [each for each in own[1:] if each.stance is not Stance.REPEATS] or list(own[1:])
    newest = sorted(changing, key=lambda each: each.joined)[-(WHY_ARTICLES - 1) :]
    return (*own[:1], *newest)


def _why_blocks(article: SignalArticle, zone: str) -> list[Block]:
    day = times.full_day(times.local(article.published, zone).date())
    first = article.reasoning[0] if article.reasoning else ""
    head = para(strong(article.publisher.name, article.link), f", {day}: {first}".rstrip())
    partial = partial_note(article)
    blocks: list[Block] = [head, *map(para, article.reasoning[1:]), *([partial] if partial else [])]
    return [*blocks, *(member_quote(article, each) for each in article.evidence[:2])]


def _unmodelled(signal: Signal, articles: Iterable[SignalArticle]) -> Paragraph | None:
    read = any(each.read_by == MODELLESS for each in articles)
    composed = signal.composed_by == MODELLESS
    words = "Read and composed" if read and composed else "Composed" if composed else "Read" if read else ""
    return para(f"{words} without a model.", quiet=True) if words else None
