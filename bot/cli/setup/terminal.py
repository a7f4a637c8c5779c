"""The setup's dialogue in a terminal, by questionary."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import questionary


class TerminalDialogue:
    """Asks in this terminal; `streams` are other ends to ask at (prompt_toolkit's `input` and `output`).

    Ctrl-C at a question raises KeyboardInterrupt, and the end of the input EOFError.
    """

    def __init__(self, **streams: Any) -> None:
        self._streams = streams

    def say(self, words: str) -> None:
        """Show a line."""
        print(words, flush=True)  # noqa: T201 - said to the person at the terminal

    async def ask(self, question: str, default: str = "") -> str:
        """What is typed, without blanks around it."""
        return _text(await questionary.text(question, default=default, **self._streams).unsafe_ask_async())

    async def secret(self, question: str) -> str:
        """What is typed, without blanks around it; the screen shows a star a character."""
        return _text(await questionary.password(question, **self._streams).unsafe_ask_async())

    async def confirm(self, question: str, *, default: bool) -> bool:
        """Whether the answer is yes."""
        return bool(await questionary.confirm(question, default=default, **self._streams).unsafe_ask_async())

    async def choose(
        self, question: str, offered: Sequence[tuple[str, str]], chosen: Collection[str]
    ) -> tuple[str, ...]:
        """What is marked when Enter is pressed."""
        choices = [questionary.Choice(words, value, checked=value in chosen) for value, words in offered]
        picked = await questionary.checkbox(question, choices=choices, **self._streams).unsafe_ask_async()
        return tuple(map(str, picked))


def _text(answer: Any) -> str:
    return str(answer or "").strip()
