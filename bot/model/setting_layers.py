"""Where the values of settings come from, the first one wins: what is given, the environment, `.env`, the file.

variables: BELLWETHER_BRIEF__BAR=7 → {"brief": {"bar": "7"}} | layers laid over each other → one table
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

Table = dict[str, Any]


def of_variables(variables: Mapping[str, str | None], keys: Mapping[str, str], sections: frozenset[str]) -> Table:
    """What the variables set, by key; an empty one sets nothing, and upper and lower case are one.

    `keys`: the settings by the names of their variables, in lower case; a variable of one of the `sections` goes on
    with two underscores and a key in it.
    """
    table: Table = {}
    for variable, value in variables.items():
        name, *inner = variable.lower().split("__")
        key = keys.get(name)
        if key and value and (not inner or key in sections):
            _put(table, (key, *inner), value)
    return table


def _put(table: Table, path: tuple[str, ...], value: str) -> None:
    *outer, last = path
    for key in outer:
        inner = table.get(key)
        table[key] = table = inner if isinstance(inner, dict) else {}
    table.setdefault(last, value)


def of_env_file(path: Path) -> Mapping[str, str | None]:
    """The variables of a `.env` file; none where there is no such file. Raises OSError and UnicodeDecodeError."""
    if not path.is_file():
        return {}
    from dotenv import dotenv_values  # only where there is such a file

    return dotenv_values(path, encoding="utf-8")


def merged(*layers: Mapping[str, Any]) -> Table:
    """One table of all; of two values of one key that of the earlier layer, key by key where both are tables."""
    whole: Table = {}
    for layer in layers:
        for key, value in layer.items():
            earlier = whole.get(key)
            if key not in whole:
                whole[key] = value
            elif isinstance(earlier, dict) and isinstance(value, dict):
                whole[key] = merged(earlier, value)
    return whole
