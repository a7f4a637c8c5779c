"""Convert messages and stream events of the SDK into our outcomes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from bot.analysts.claude.budget import Usage

if TYPE_CHECKING:
    from anthropic.types import Message  # noqa: TID251 - this is the file that speaks to Claude
from bot.analysts.claude.requests import Citation, Outcome, Piece, Replied, Unavailable, Unusable

CITED = "content_block_location"
"""The kind of citation that names the blocks of a document."""


@dataclass
class GrowingReply:
    """What has arrived of a streamed reply."""

    pieces: list[Piece] = field(default_factory=list)
    stop: str | None = None
    usage: Usage = field(default_factory=Usage)


def usage_of(message: Message) -> Usage:
    """The tokens the message was billed for."""
    usage, written = message.usage, message.usage.cache_creation
    return Usage(
        tokens_in=usage.input_tokens,
        tokens_out=usage.output_tokens,
        cache_reads=usage.cache_read_input_tokens or 0,
        cache_writes=usage.cache_creation_input_tokens or 0,
        brief_writes=written.ephemeral_5m_input_tokens if written else 0,
    )


def outcome_of(message: Message) -> Outcome:
    """The outcome of a complete message; only its text blocks count, since a reply may begin with thinking."""
    pieces = tuple(
        Piece(block.text, tuple(_citation(each) for each in block.citations or () if each.type == CITED))
        for block in message.content
        if block.type == "text"
    )
    return outcome_at_stop(message.stop_reason, pieces)


def outcome_at_stop(stop: str | None, pieces: tuple[Piece, ...]) -> Outcome:
    """The outcome of a reply that stopped for the API's reason `stop` (None: it broke off)."""
    match stop:
        case "end_turn":
            return Replied(pieces)
        case "refusal":
            return Unusable("You refused. This is a news article to be read; say what you can.")
        case "max_tokens" | "model_context_window_exceeded":
            return Unusable("Your reply was cut off: be shorter.")
        case None:
            return Unavailable("The reply ended before its end.")
        case other:
            return Unusable(f"Your reply stopped for an odd reason ({other}).")


def grow(growing: GrowingReply, event: Any) -> bool:
    """Add a stream event to the reply; returns whether a text block has just become complete."""
    match event.type:
        case "message_start":
            growing.usage = usage_of(event.message)
        case "content_block_start" if event.content_block.type == "text":
            growing.pieces.append(Piece(event.content_block.text))
        case "content_block_delta" if event.delta.type == "text_delta" and growing.pieces:
            last = growing.pieces[-1]
            growing.pieces[-1] = replace(last, text=last.text + event.delta.text)
        case "content_block_delta" if event.delta.type == "citations_delta" and growing.pieces:
            if event.delta.citation.type == CITED:
                last = growing.pieces[-1]
                growing.pieces[-1] = replace(last, citations=(*last.citations, _citation(event.delta.citation)))
        case "content_block_stop":
            return bool(growing.pieces)
        case "message_delta":
            growing.stop = event.delta.stop_reason
            growing.usage = replace(growing.usage, tokens_out=event.usage.output_tokens)
        case _:
            pass
    return False


def _citation(given: Any) -> Citation:
    return Citation(given.document_index, given.start_block_index, given.end_block_index, given.cited_text)
