"""The files that setting up writes: `.env`, in which secrets stand, and `bellwether.toml`. What else is there stays."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

import tomlkit
from tomlkit.items import Table

_PLAIN = re.compile(r"[\w.:/@+=-]*", re.ASCII)
PRIVATE = 0o600
"""The mode of a file that holds secrets: its owner's alone."""


def keep_secrets(path: Path, values: Mapping[str, str]) -> None:
    """Set these variables in the `.env` file, each in its own line's place, also a commented one's; else at the end.

    Raises OSError where it cannot be written.
    """
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    for name, value in values.items():
        line, at = f"{name}={_quoted(value)}", _line_of(name, lines)
        lines[at : at + 1] = [line]
    _write_private(path, "\n".join(lines) + "\n")


def _line_of(name: str, lines: list[str]) -> int:
    """Where the variable is set, else where it stands commented out, else the end."""
    for begins in (r"\s*(?:export\s+)?", r"\s*#\s*(?:export\s+)?"):
        pattern = re.compile(rf"{begins}{re.escape(name)}\s*=")
        if found := [at for at, line in enumerate(lines) if pattern.match(line)]:
            return found[-1]
    return len(lines)


def _quoted(value: str) -> str:
    """As python-dotenv reads it back: in quotes where it is more than letters, digits and a few signs."""
    if _PLAIN.fullmatch(value):
        return value
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _write_private(path: Path, text: str) -> None:
    """Put the file in place at once and whole, readable by its owner alone from the first byte on."""
    made = path.with_name(f"{path.name}.new")
    made.unlink(missing_ok=True)
    with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE), "w", encoding="utf-8") as file:
        file.write(text)
    made.replace(path)


def keep_settings(path: Path, values: Mapping[tuple[str, ...], object]) -> None:
    """Set these keys, (section, key) or (key,), in the settings file; comments and everything else stay.

    Raises OSError where it cannot be written, and ValueError where it is no TOML.
    """
    document = tomlkit.parse(path.read_text(encoding="utf-8") if path.is_file() else "")
    for keys, value in values.items():
        table: tomlkit.TOMLDocument | Table = document
        for section in keys[:-1]:
            table = table.setdefault(section, tomlkit.table())
        table[keys[-1]] = value
    path.parent.mkdir(parents=True, exist_ok=True)
    keep_whole(path, tomlkit.dumps(document))


def keep_whole(path: Path, text: str) -> None:
    """Put the file in place at once: whoever reads it, after a crash too, finds the old one or the new one whole.

    Raises OSError where it cannot be written.
    """
    made = path.with_name(f"{path.name}.new")
    made.write_text(text, encoding="utf-8")
    made.replace(path)
