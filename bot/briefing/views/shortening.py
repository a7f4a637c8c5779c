"""A long message cut at a border of blocks, with a button for the rest."""

from __future__ import annotations

from collections.abc import Sequence

from bot.briefing.views.wording import opening, para
from bot.model.messages import Block, Choice, Choices, Heading, Message, Paragraph, plain


def shorten(whole: Message, limit: int) -> tuple[Message, Message | None]:
    """The message cut at a border of blocks to about `limit` characters, and the rest; None: all was short enough.

    Buttons stay with the first part; a headline never ends it. A first block over the limit stands alone.
    """
    buttons = tuple(block for block in whole.blocks if isinstance(block, Choices))
    blocks = [block for block in whole.blocks if not isinstance(block, Choices)]
    taken, size = 0, 0
    while taken < len(blocks) and (not taken or size + _size(blocks[taken]) <= limit):
        size += _size(blocks[taken])
        taken += 1
    if taken >= len(blocks):
        return whole, None
    while taken > 1 and _is_head(blocks[taken - 1]):
        taken -= 1
    rest = Message(tuple(blocks[taken:]), opening(Message(tuple(blocks[taken:]), "")))
    more = para("There is more: “more”.", quiet=True)
    return Message((*blocks[:taken], more, *_with_more(buttons)), whole.fallback), rest


def _with_more(buttons: Sequence[Choices]) -> tuple[Choices, ...]:
    chosen = tuple(choice for block in buttons for choice in block.choices)
    return (Choices((Choice("More", "more"), *chosen)),)


def _size(block: Block) -> int:
    return len(plain(Message((block,), "")))


def _is_head(block: Block) -> bool:
    if isinstance(block, Heading):
        return True
    return isinstance(block, Paragraph) and all(run.strong for run in block.runs)
