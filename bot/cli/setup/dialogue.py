"""What the setup asks a person through: a terminal, or in tests a list of answers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol


class Dialogue(Protocol):
    """Asks one thing at a time; an empty answer skips what was asked."""

    def say(self, words: str) -> None:
        """Show a line."""

    async def ask(self, question: str, default: str = "") -> str:
        """What is typed; `default` stands there to be changed. "": nothing."""

    async def secret(self, question: str) -> str:
        """What is typed, of which the screen shows nothing. "": nothing."""

    async def confirm(self, question: str, *, default: bool) -> bool:
        """Whether the answer is yes."""

    async def choose(
        self, question: str, offered: Sequence[tuple[str, str]], chosen: Collection[str]
    ) -> tuple[str, ...]:
        """Some of what is `offered` as (value, words); `chosen` are marked at first."""
