"""Requests to Claude and their outcomes, as values; failures are outcomes too."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Request:
    """One request of one step."""

    step: str  # "read", "relate", "compose", "answer", "translate" or "intent"
    model: str
    system: str  # the system prompt, the same in every request of the step; cached for an hour
    content: tuple[Mapping[str, Any], ...]  # content blocks of the user message
    most: int  # output tokens, thinking included
    effort: str  # "low", "medium" or "high"
    schema: Mapping[str, Any] | None = None  # None: the reply is free text
    thinks: bool = False  # whether the model may think before it replies, as long as it sees fit

    def bytes(self) -> tuple[int, int, int]:
        """Bytes in UTF-8 of the part that is the same in every request, of what is kept for minutes, and of the rest.

        What is kept is the content up to the last block that is marked for the cache.
        """
        constant = len(self.system.encode()) + len(json.dumps(self.schema, ensure_ascii=False).encode())
        marked = max((at for at, block in enumerate(self.content, 1) if "cache_control" in block), default=0)
        return constant, _size(self.content[:marked]) if marked else 0, _size(self.content[marked:])


def _size(content: Sequence[Mapping[str, Any]]) -> int:
    return len(json.dumps(content, ensure_ascii=False).encode())


@dataclass(frozen=True, slots=True)
class Citation:
    """What a text block cites, as the API gives it."""

    document: int  # index in the request
    start: int  # index of the first block
    end: int  # index after the last block
    text: str  # the cited blocks joined, as the model's side says it


@dataclass(frozen=True, slots=True)
class Piece:
    """A text block of a reply."""

    text: str
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Replied:
    """A reply; `whole` is False while it still grows."""

    pieces: tuple[Piece, ...]
    whole: bool = True

    @property
    def text(self) -> str:
        """All text blocks joined."""
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Unusable:
    """A reply that cannot be used; `why` may be sent with the request to ask again."""

    why: str


@dataclass(frozen=True, slots=True)
class Unavailable:
    """No call can be made now; `why` is one sentence for a reader."""

    why: str


Outcome = Replied | Unusable | Unavailable


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """What Anthropic's models endpoint says of a model; None: it does not say."""

    model: str
    lifecycle: str | None = None  # None: it does not say
    structured: bool | None = None  # whether it takes a JSON schema
    citations: bool | None = None
    batch: bool | None = None
    wrong: str | None = None  # why nothing is known of it; None: it answered
