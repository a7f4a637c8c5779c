"""A dear pattern behind a cheap look: most texts hold none of the words it could match."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.analysts.lexical.marks import ALIKE


def found(pattern: re.Pattern[str], hints: Iterable[str], text: str) -> bool:
    """Whether the pattern is found. One of the hints stands in whatever it finds, in small letters as a pattern that
    ignores case knows them."""
    lower = text.lower() if text.isascii() else text.translate(ALIKE).lower()
    return any(hint in lower for hint in hints) and pattern.search(text) is not None
