"""A long message cut at a border of blocks, with a button for the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from bot.briefing.views.wording import opening, para
from bot.model.messages import Block, Bullets, Choice, Choices, Heading, Message, Paragraph, plain

MORE = "more"


def shorten(whole: Message, limit: int) -> tuple[Message, Message | None]:
    """The message cut at a border of blocks to about `limit` characters, and the rest; None: all was short enough.

    Buttons stay with the first part; a headline never ends it. A first block over the limit stands alone.
    """
    buttons = tuple(block for block in whole.blocks if isinstance(block, Choices))
    blocks = [piece for block in whole.blocks if not isinstance(block, Choices) for piece in _pieces(block, limit)]
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


def with_more(shown: Message, command: str) -> Message:
    """The first part with a button for the rest that types `command`, which names the answer whose rest it is."""
    return replace(shown, blocks=tuple(map(partial(_naming, command), shown.blocks)))


def _naming(command: str, block: Block) -> Block:
    if not isinstance(block, Choices):
        return block
    return Choices(tuple(replace(each, command=command) if each.command == MORE else each for each in block.choices))


def _with_more(buttons: Sequence[Choices]) -> tuple[Choices, ...]:
    chosen = tuple(choice for block in buttons for choice in block.choices)
    return (Choices((Choice("More", MORE), *chosen)),)


def _pieces(block: Block, limit: int) -> Sequence[Block]:
    """A list that is too long for the limit as one list an item, so that it can be cut between them."""
    if not isinstance(block, Bullets) or _size(block) <= limit // 2:
        return (block,)
    return [replace(block, items=(item,)) for item in block.items]


def _size(block: Block) -> int:
    return len(plain(Message((block,), "")))


def _is_head(block: Block) -> bool:
    if isinstance(block, Heading):
        return True
    return isinstance(block, Paragraph) and all(run.strong for run in block.runs)
