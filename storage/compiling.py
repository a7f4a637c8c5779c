"""Write the statements of the short commands as SQL for SQLite, from those that the store itself runs.

`python -m storage.compiling` writes storage/short_statements.json; a test holds that it is what this writes.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sqlalchemy import Boolean, Date, insert
from sqlalchemy.dialects import sqlite
from sqlalchemy.sql.base import Executable
from sqlalchemy.types import TypeEngine

from storage import briefs, calls, channels, memory, outbox, runs, sources
from storage.columns import Instant, Named, Noun
from storage.schema import REVISION, questions

STATEMENTS: dict[str, Executable] = {
    "sources": sources.ALL,
    "health": sources.HEALTH,
    "drop": sources.DROP,
    "last run": runs.LAST,
    "articles": runs.ARTICLES,
    "asked": runs.SOURCES,
    "languages": runs.LANGUAGES,
    "last brief": briefs.LAST,
    "brief of": briefs.OF_DATE,
    "channel": channels.FIND,
    "mutes": channels.MUTES,
    "verdicts": channels.VERDICTS,
    "spent": calls.SPENT,
    "troubled": outbox.TROUBLED,
    "recall": memory.RECALL,
    "keep": memory.KEEP,
    "ask": insert(questions),
}
TARGET = Path(__file__).with_name("short_statements.json")


def written() -> str:
    """The schema's migration, and by name of each statement the SQL, the values that it always has, and how its columns
    are read, as JSON.
    """
    statements = {name: _entry(each) for name, each in STATEMENTS.items()}
    return json.dumps({"revision": REVISION, "statements": statements}, indent=1) + "\n"


def _entry(statement: Any) -> dict[str, Any]:
    compiled = statement.compile(dialect=sqlite.dialect(paramstyle="named"))
    columns = getattr(statement, "selected_columns", ())
    return {
        "sql": " ".join(str(compiled).split()),
        "always": {name: value for name, value in compiled.params.items() if value is not None},
        "columns": {column.name: kind for column in columns if (kind := _kind(column.type))},
    }


def _kind(of: TypeEngine[Any]) -> str:
    """How a column's values are read: "instant", "date", "flag", "words", or the noun by its place; "": as they are."""
    match of:
        case Instant():
            return "instant"
        case Date():
            return "date"
        case Boolean():
            return "flag"
        case Named():
            return _place(of.kind)
        case Noun() if isinstance(of.shape, type):
            return _place(of.shape)
        case Noun():
            return "words"
    return ""


def _place(kind: type) -> str:
    return f"{kind.__module__}:{kind.__qualname__}"


if __name__ == "__main__":
    TARGET.write_text(written(), encoding="utf-8")
