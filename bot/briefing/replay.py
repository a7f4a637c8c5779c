"""A brief that was told, shown again word for word, with what has changed since under each of its signals.

stored parts | one message | its cards, ten a page | under each a line: what is news since, in strength too
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.briefing.deltas import changed_since
from bot.briefing.views.correction_view import reason, together
from bot.briefing.views.wording import para, shown_title
from bot.model.brief import Correction
from bot.model.messages import Block, Card, Message, Paragraph
from bot.model.signal import Signal

SINCE = "Since then"
"""How the line begins that says what has changed."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """A brief's message in groups of blocks."""

    head: tuple[Block, ...]  # what stands before the first card
    cards: tuple[tuple[Block, ...], ...]  # each card with what stands under it; what ends the brief under the last
    fallback: str

    def shown(self, since: Mapping[int, str], first: int = 0, most: int | None = None) -> Message:
        """The brief, or of its cards `most` from the one at `first` on; `since`: by id of signal what has changed."""
        end = None if most is None else first + most
        head = self.head if first == 0 else self.head[:1]
        blocks = [block for group in self.cards[first:end] for block in _noted(group, since)]
        return Message((*head, *blocks), self.fallback)


def replayed(parts: Sequence[Message]) -> Replayed:
    """The stored parts of a brief, put together again. At least one part is needed."""
    blocks = [block for part in parts for block in part.blocks]
    starts = [at for at, block in enumerate(blocks) if isinstance(block, Card)]
    ends = [*starts[1:], len(blocks)]
    cards = tuple(tuple(blocks[start:end]) for start, end in zip(starts, ends, strict=True))
    return Replayed(tuple(blocks[: starts[0]] if starts else blocks), cards, parts[0].fallback)


def since_words(card: Card, signal: Signal, told: datetime, gone: Sequence[Correction] = ()) -> str | None:
    """What has changed in the card's signal, as it stands now, since that instant; None: nothing that is news.

    `gone`: quotes of it that no longer stand in their articles.
    """
    merged = signal.id != card.signal_id
    said = [f"it is told with s{signal.id}, “{shown_title(signal)}”"] if merged else []
    said += [each for each in (changed_since(signal, told, card.strength),) if each]
    said += [reason(group).rstrip(".") for group in together(gone)]
    return f"{SINCE}: {'; '.join(said)}." if said else None


def _noted(group: Sequence[Block], since: Mapping[int, str]) -> list[Block]:
    """The card, the line about what has changed since, and what else stands under the card."""
    card, *under = group
    words = since.get(card.signal_id) if isinstance(card, Card) else None
    at = 1 if under and _is_source(under[0]) else 0
    return [card, *under[:at], *([para(words, quiet=True)] if words else []), *under[at:]]


def _is_source(block: Block) -> bool:
    """Whether it leads to the article of a card without a quote."""
    return isinstance(block, Paragraph) and len(block.runs) > 1 and block.runs[1].link is not None
