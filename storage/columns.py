"""Column types that speak the nouns: instants, words, named values and whole nouns as JSON.

What is bound is made by one function a value and nothing around it: a round of analysis binds ten thousands of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any

from pydantic import TypeAdapter
from pydantic_core import PydanticSerializationError
from sqlalchemy import JSON, BigInteger, Dialect, Text, TypeDecorator
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from storage import instants

_UNSTORABLE = re.compile("[\ud800-\udfff\x00]")


def storable(text: str) -> str:
    """The text with what no database can hold (lone surrogates, NUL) replaced by U+FFFD, one for one."""
    return text if text.isascii() and "\x00" not in text else _UNSTORABLE.sub("\ufffd", text)


_Bind = Callable[[Any], Any]


def _words(text: str | None) -> str | None:
    return None if text is None else storable(text)


def _name(value: StrEnum | None) -> str | None:
    return None if value is None else str(value)


def _microseconds(value: datetime | None) -> int | None:
    return None if value is None else instants.microseconds(value)


class Instant(TypeDecorator[datetime]):
    """An aware datetime as microseconds since 1970 in UTC; a naive one is refused with ValueError."""

    impl = BigInteger
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> _Bind:  # noqa: ARG002 - the port
        """What makes microseconds of an instant; ValueError for a naive one."""
        return _microseconds

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the port
        """The instant, in UTC; None: the column holds none."""
        return None if value is None else instants.instant(value)


class Words(TypeDecorator[str]):
    """Text of any length, made storable."""

    impl = Text
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> _Bind:  # noqa: ARG002 - the port
        """What makes a text storable."""
        return _words


class Named(TypeDecorator[Any]):
    """A member of a StrEnum, stored by its value."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: type[StrEnum]) -> None:
        super().__init__()
        self.kind = kind

    def bind_processor(self, dialect: Dialect) -> _Bind:  # noqa: ARG002 - the port
        """What makes text of a member."""
        return _name

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:  # noqa: ARG002 - the port
        """The member; None: the column holds none. ValueError for a name that is no member's."""
        return None if value is None else self.kind(value)


class Noun(TypeDecorator[Any]):
    """A noun of bot.model.article, or a tuple of them, as one JSON document."""

    impl = Text
    cache_ok = True

    def __init__(self, shape: Any) -> None:
        super().__init__()
        self.shape = shape

    def bind_processor(self, dialect: Dialect) -> _Bind:  # noqa: ARG002 - the port
        """What makes JSON of a noun."""
        adapter = _adapter(self.shape)
        return lambda value: None if value is None else _json(adapter, value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ARG002 - the port
        """The noun; None: the column holds none. pydantic.ValidationError where the JSON is of another shape."""
        return None if value is None else _adapter(self.shape).validate_json(value)


class parsed(FunctionElement[Any]):  # noqa: N801 - it is read as a function of SQL
    """A noun's column as JSON of which parts can be asked for."""

    type = JSON()
    inherit_cache = True


@compiles(parsed)
def _as_text(element: Any, compiler: Any, **options: Any) -> str:
    """SQLite takes parts of a text."""
    return str(compiler.process(element.clauses, **options))


@compiles(parsed, "postgresql")
def _as_json(element: Any, compiler: Any, **options: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **options)} AS JSON)"


def _json(adapter: TypeAdapter[Any], value: Any) -> str:
    try:
        return adapter.serializer.to_json(value).decode()
    except PydanticSerializationError:  # a lone surrogate somewhere in it
        return storable(json.dumps(adapter.dump_python(value, mode="json"), ensure_ascii=False))


@cache
def _adapter(shape: Any) -> TypeAdapter[Any]:
    return TypeAdapter(shape)
