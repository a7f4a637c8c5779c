"""The starter sources by interest: what is offered, and the list of those that were chosen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from pathlib import Path

import tomlkit

from bot.cli.setup.files import keep_whole
from bot.model.finding import Dimension
from bot.model.source import SourceSpec
from bot.reading.sources import read_starter

FILE = "sources.toml"
MARK = "# Chosen by `bellwether setup` from the starter sources: "
"""Begins a list of ours, before the interests; one that begins otherwise is a person's own and never written over."""


def offered() -> tuple[tuple[str, str], ...]:
    """Each interest, as (value, words with the number of its sources)."""
    numbers = Counter(category for spec in read_starter() for category in spec.categories)
    return tuple((str(each), f"{each} ({numbers[str(each)]} sources)") for each in Dimension)


def is_ours(path: str) -> bool:
    """Whether the sources file is one that was written here."""
    try:
        return Path(path).expanduser().read_text(encoding="utf-8").startswith(MARK)
    except (OSError, UnicodeDecodeError):
        return False


def chosen(path: str) -> tuple[str, ...]:
    """The interests of the list at `path`; "": all, since the starter sources are read."""
    if not path:
        return tuple(map(str, Dimension))
    first = Path(path).expanduser().read_text(encoding="utf-8").partition("\n")[0]
    return tuple(first.removeprefix(MARK).split(", "))


def count(interests: Collection[str]) -> int:
    """How many of the starter sources tell of any of the interests."""
    return len(_matching(interests))


def write(path: Path, interests: Sequence[str]) -> None:
    """Write the list of the starter sources that tell of any of the interests. Raises OSError."""
    document = tomlkit.document()
    tables = tomlkit.aot()
    for spec in _matching(interests):
        tables.append(tomlkit.item(_table(spec)))
    document.append("source", tables)
    keep_whole(path, f"{MARK}{', '.join(interests)}\n\n{tomlkit.dumps(document)}")


def _matching(interests: Collection[str]) -> list[SourceSpec]:
    return [spec for spec in read_starter() if any(each in interests for each in spec.categories)]


def _table(spec: SourceSpec) -> dict[str, object]:
    """The source as its table in a sources file; what is not said is left out."""
    found = {"url": spec.url, "name": spec.name, "publisher": spec.publisher, "language": spec.language}
    listed = {"category": list(spec.categories), "weight": spec.weight}
    return {key: value for key, value in (found | listed).items() if value}
