"""Say what is wrong with a setting: where it comes from, what is there, and what to write instead.

error of the schema | whose key? | set in the environment, in .env or in the file, on which line? → a sentence
"""

from __future__ import annotations

import difflib
import json
import re
import typing
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from bot.model.harmless import one_line
from bot.model.secrecy import redacted

ENV_FILE = ".env"
_HEADER = re.compile(r"\s*\[\s*([\w-]+)\s*\]")
_KEY = re.compile(r"\s*[\"']?([\w-]+)[\"']?(?:\s*\.\s*[\"']?([\w-]+)[\"']?)?\s*=")
_PLACE = re.compile(r"\(at line (\d+), column \d+\)")
_SHOWN = 40  # characters of a value that are shown


@dataclass(frozen=True)
class Wanted:
    """Annotation of a setting: what to write, in words."""

    words: str


@dataclass(frozen=True)
class Origins:
    """Where settings can come from: the environment, with a prefix, a `.env` file, and a settings file."""

    prefix: str
    path: Path | None  # of the settings file; None: there is none
    environ: Mapping[str, str]

    def of(self, keys: tuple[str, ...]) -> str:
        """Where the setting of these keys was set, with its name there; the keys alone where nobody says."""
        variable = keys[0] if keys[0].isupper() else self.prefix + "__".join(keys).upper()
        if set_as := next((name for name in self.environ if name.upper() == variable), None):
            return set_as
        if line := _line_in_env_file(variable):
            return f"{ENV_FILE}, line {line}: {variable}"
        if self.path is not None and (line := line_in_toml(self.path, keys)):
            return f"{self.path.name}, line {line}: {keys[-1]}"
        return ".".join(keys)


# --- sentences -----------------------------------------------------------------------------------------------------


def complaint(error: Mapping[str, Any], schema: type[BaseModel], origins: Origins) -> str:
    """One error of the schema as a sentence for a person, without a full stop."""
    keys = tuple(str(part) for part in error["loc"])[:2]
    field = _field(schema, keys)
    where = origins.of(keys)
    if field is None:
        known = _section(schema, keys[0])
        return unknown(where, keys[-1], known.model_fields if known else ())
    given = error.get("input")
    shown = "" if _is_secret(field) else f" is {_shown(given)}"
    return f"{where}{shown}; write {wanted(field, keys)}"


def unknown(where: str, name: str, known: Iterable[str]) -> str:
    """That there is no setting of this name, with the one that may be meant."""
    near = difflib.get_close_matches(name, tuple(known), n=1)
    return f"{where} is no setting of The Bellwether" + (f"; did you mean {near[0]}?" if near else "")


def wanted(field: FieldInfo, keys: tuple[str, ...]) -> str:
    """What to write for the setting, in words."""
    named = next((each.words for each in field.metadata if isinstance(each, Wanted)), None)
    kind = field.annotation
    if named:
        return named
    if typing.get_origin(kind) is Literal:
        options = [f"“{each}”" for each in typing.get_args(kind)]
        return f"{', '.join(options[:-1])} or {options[-1]}"
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return f"a table: [{keys[0]}], and its keys on the lines below it"
    if kind is bool:
        return "true or false"
    return _number(field) if kind in (int, float) else "text in quotation marks"


def _number(field: FieldInfo) -> str:
    """ "a whole number from 1 to 10", "a number of at least 0" """
    what = "a whole number" if field.annotation is int else "a number"
    least = next((each.ge for each in field.metadata if hasattr(each, "ge")), None)
    most = next((each.le for each in field.metadata if hasattr(each, "le")), None)
    if most is not None:
        return f"{what} from {least} to {most}"
    return what if least is None else f"{what} of at least {least}"


def _field(schema: type[BaseModel], keys: tuple[str, ...]) -> FieldInfo | None:
    """The setting of these keys; None: there is none."""
    name = keys[0]
    by_alias = (key for key, field in schema.model_fields.items() if field.validation_alias == name)
    first = schema.model_fields.get(next(by_alias, name))
    section = _section(schema, name)
    return section.model_fields.get(keys[1]) if section and len(keys) > 1 else first


def _section(schema: type[BaseModel], name: str) -> type[BaseModel] | None:
    field = schema.model_fields.get(name)
    kind = field.annotation if field else None
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def _is_secret(field: FieldInfo) -> bool:
    return SecretStr in typing.get_args(field.annotation)


def _shown(value: object) -> str:
    """A value as it stands in the file or the environment, cut where it is long."""
    as_json = isinstance(value, bool | list | tuple | dict)
    words = one_line(redacted(json.dumps(value, ensure_ascii=False, default=str) if as_json else str(value)))
    words = f"“{words}”" if isinstance(value, str) else words
    return words if len(words) <= _SHOWN else f"{words[: _SHOWN - 1]}…"


# --- files ---------------------------------------------------------------------------------------------------------


def line_in_toml(path: Path, keys: tuple[str, ...]) -> int | None:
    """The line on which the keys are set, counted from 1, else that of their table; None: neither is found."""
    lines = dict(_keys_in_toml(path))
    found = (number for number, key in lines.items() if key == keys)
    table = (number for number, key in lines.items() if key == keys[:1])
    return next(found, None) or next(table, None)


def _keys_in_toml(path: Path) -> Iterator[tuple[int, tuple[str, ...]]]:
    table: tuple[str, ...] = ()
    for number, line in enumerate(_lines(path), 1):
        if header := _HEADER.match(line):
            table = (header[1],)
            yield number, table
        elif key := _KEY.match(line):
            yield number, (*table, *(part for part in key.groups() if part))


def _line_in_env_file(variable: str) -> int | None:
    set_here = re.compile(rf"\s*(?:export\s+)?{re.escape(variable)}\s*=", re.IGNORECASE)
    return next((number for number, line in enumerate(_lines(Path(ENV_FILE)), 1) if set_here.match(line)), None)


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return []


def unreadable(path: Path, error: Exception) -> str:
    """Why a settings file cannot be read, and what to do, as a sentence without a full stop."""
    if isinstance(error, FileNotFoundError):
        return f"there is no file {path}, which BELLWETHER_CONFIG names"
    if isinstance(error, OSError):
        return f"{path} cannot be read: is it a file, and may you read it?"
    if isinstance(error, UnicodeDecodeError):
        return f"{path} is not in UTF-8; save it so"
    return f"{path.name}, {toml_fault(error, len(_lines(path)))}"


def toml_fault(error: Exception, lines: int) -> str:
    """What is wrong with a TOML text of so many lines, in which `tomllib` found this error: "line 3 is no TOML; …"."""
    place = _PLACE.search(str(error))
    where = f"line {place[1] if place else max(lines, 1)}"
    if "twice" in str(error) or "overwrite" in str(error):
        return f"{where} sets something a second time; keep one of the two"
    return f'{where} is no TOML; write key = value, with text in quotation marks, as in name = "Times"'
