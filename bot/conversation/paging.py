"""Lists in pages of ten, with buttons for the next and the previous page."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.conversation.request import buttons, choice
from bot.model.messages import Choice, Choices

SIZE = 10  # items of a page
_PAGE = re.compile(r"page (\d{1,3})(?:\s+|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Page:
    """Which page of a list is asked for, and the words that its items must match."""

    number: int  # from 1
    words: str

    @property
    def first(self) -> int:
        """How many items stand before it."""
        return (self.number - 1) * SIZE

    @property
    def wanted(self) -> int:
        """How many items of the list must be read for it: one more than it shows tells whether there is a next page."""
        return self.first + SIZE + 1

    def title(self, first: str, noun: str, shown: int) -> str:
        """The line above the page: `first` over the first one, "Signals 11 to 20:" over the others."""
        if self.number == 1:
            return first
        return f"{noun.capitalize()} {self.first + 1} to {self.first + shown}:"

    def turns(self, command: str, *, more: bool) -> Choices | None:
        """Buttons that type `command` for the pages beside it, with `more` of them after it; None: there are none."""
        found = buttons(
            self._turn(f"Next {SIZE}", command, self.number + 1) if more else None,
            self._turn(f"Previous {SIZE}", command, self.number - 1) if self.number > 1 else None,
        )
        return Choices(found) if found else None

    def _turn(self, label: str, command: str, number: int) -> Choice | None:
        return choice(label, f"{command} page {number} {self.words}".strip())


def page(words: str) -> Page:
    """The page that the words after a list's command ask for: "page 2 water"; without a number the first."""
    match = _PAGE.match(words)
    return Page(max(1, int(match[1])), words[match.end() :].strip()) if match else Page(1, words)
