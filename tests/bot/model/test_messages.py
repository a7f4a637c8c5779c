"""Cutting a message into parts that a platform takes."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from bot.model.messages import Block, Heading, Message, Paragraph, Run, from_json, split, to_json

BLOCKS = st.lists(
    st.one_of(
        st.integers(1, 12).map(lambda size: Heading("h" * size)),
        st.integers(1, 40).map(lambda size: Paragraph((Run("p" * size),))),
    ),
    max_size=24,
)
LIMITS = (st.integers(1, 60), st.integers(1, 8))


def size(block: Block) -> int:
    if isinstance(block, Heading):
        return len(block.text)
    assert isinstance(block, Paragraph)
    return len(block.runs[0].text)


def cut(blocks: list[Block], limit: int, most: int) -> tuple[Message, ...]:
    def fits(part: Sequence[Block]) -> bool:
        return len(part) <= most and sum(map(size, part)) <= limit

    return split(Message(tuple(blocks), "words"), fits)


@given(BLOCKS, *LIMITS)
def test_split_loses_nothing(blocks: list[Block], limit: int, most: int) -> None:
    """The parts together are the message: every block once, in order."""
    assert [block for part in cut(blocks, limit, most) for block in part.blocks] == blocks


@given(BLOCKS, *LIMITS)
def test_split_keeps_the_limits(blocks: list[Block], limit: int, most: int) -> None:
    """No part is over a limit, but for a single block that is so by itself; only an empty message has an empty part."""
    for part in cut(blocks, limit, most):
        assert len(part.blocks) <= most
        assert sum(map(size, part.blocks)) <= limit or len(part.blocks) == 1
        assert part.blocks or not blocks


@given(BLOCKS, *LIMITS)
def test_a_heading_goes_with_what_follows_it(blocks: list[Block], limit: int, most: int) -> None:
    """A heading ends a part only at the end of the message, or where it and what follows are too much for one part."""
    end = 0
    for part in cut(blocks, limit, most)[:-1]:
        end += len(part.blocks)
        if isinstance(part.blocks[-1], Heading):
            together = [part.blocks[-1], *until_content(blocks[end:])]
            assert len(together) > most or sum(map(size, together)) > limit


def until_content(blocks: list[Block]) -> list[Block]:
    """The headings that come first, and the block they stand over."""
    first = next((n for n, block in enumerate(blocks) if not isinstance(block, Heading)), len(blocks) - 1)
    return blocks[: first + 1]


def test_a_message_within_the_limits_is_one_part() -> None:
    """What needs no cutting is left as it is, its fallback too."""
    message = Message((Heading("h"), Paragraph((Run("p"),))), "words")
    assert split(message, lambda part: len(part) <= 2) == (message,)


def test_later_parts_are_numbered() -> None:
    """A notification says which part of how many it speaks of."""
    assert [part.fallback for part in cut([Heading("hh"), Heading("hh")], 2, 1)] == ["words", "words (2/2)"]


@given(BLOCKS)
def test_what_is_stored_is_what_is_said(blocks: list[Block]) -> None:
    """A message written to the outbox comes back the same."""
    message = Message(tuple(blocks), "words")
    assert from_json(to_json(message)) == message
