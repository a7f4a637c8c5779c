"""Say back what a person wrote, cut where it is long."""

from __future__ import annotations

from bot.model.secrecy import redacted

ECHOED = 60  # characters of what a person wrote that are said back to them


def cut(words: str) -> str:
    """The words on one line, cut where they are long; passwords and keys in addresses are hidden."""
    line = " ".join(redacted(words).split())
    return line if len(line) <= ECHOED else f"{line[: ECHOED - 1].rstrip()}…"


def echo(words: str) -> str:
    """The words on one line and in quotation marks, cut where they are long."""
    return f"“{cut(words)}”"
