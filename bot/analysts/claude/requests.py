"""What is asked of Claude in one step, and what can come of it: values, failures included."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of a model in one step."""

    step: str
    model: str
    system: str  # the constant part, cached for an hour
    content: tuple[Mapping[str, Any], ...]  # blocks of the user's turn
    most: int  # tokens of the reply, thinking included
    effort: str
    schema: Mapping[str, Any] | None = None  # None: the reply is free text

    def bytes(self) -> tuple[int, int]:
        """Of the constant and of the varying part."""
        constant = len(self.system.encode()) + len(json.dumps(self.schema, ensure_ascii=False).encode())
        return constant, len(json.dumps(self.content, ensure_ascii=False).encode())


@dataclass(frozen=True, slots=True)
class Citation:
    document: int
    start: int  # the first block
    end: int  # the block after the last
    text: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A text block of a reply."""

    text: str
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Replied:
    """A reply; whole, unless it is still growing."""

    pieces: tuple[Piece, ...]
    whole: bool = True

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Unusable:
    """It replied, and not so that it can be used: it may be asked again what was wrong."""

    why: str


@dataclass(frozen=True, slots=True)
class Unavailable:
    """It cannot be asked now."""

    why: str


Outcome = Replied | Unusable | Unavailable


@dataclass(frozen=True, slots=True)
class Ability:
    """What the models endpoint says of a model."""

    model: str
    lifecycle: str | None = None  # None: it does not say
    structured: bool | None = None
    citations: bool | None = None
    batch: bool | None = None
    wrong: str | None = None  # why nothing is known of it; None: it answered
