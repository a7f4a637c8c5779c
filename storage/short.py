"""What the short commands ask of the database, on a plain connection: the store's own statements, made SQL beforehand.

SQLAlchemy takes longer to load than such a command to answer (`python -m tests.bench start`). Whatever is not here, or
is not as it mostly is, raises NotShort: then the whole store is opened, and says or does it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict
from datetime import date, datetime
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NoReturn

from bot.model.run import LookAccount, RunReport, Shortage, Spending
from storage import instants, nouns
from storage.failures import BUSY_SECONDS
from storage.glance import plain_file

if TYPE_CHECKING:
    from bot.model.brief import StoredBrief
    from bot.model.channel import Channel, Mute
    from bot.model.question import QuestionRecord
    from bot.model.source import Source, SourceHealth

_COMPILED = Path(__file__).with_name("short_statements.json")
_PRAGMAS = ("foreign_keys=ON", "synchronous=NORMAL")


class NotShort(Exception):
    """It takes the whole bot."""


class Partly:
    """Has some of what a port has; asked for anything else, it raises NotShort."""

    def __init__(self, **has: Any) -> None:
        self.__dict__.update(has)

    def __getattr__(self, name: str) -> NoReturn:
        raise NotShort(name)


@contextmanager
def opened(url: str, now: datetime) -> Iterator[Partly]:
    """As much of bot.model.stores.Store as the short commands need, in one transaction that is kept at the end.

    `now`: the instant it is, for all of them.

    Raises NotShort where there is no database of this version in a file, or it cannot be used.
    """
    path = plain_file(url)
    if path is None or not path.is_file():
        raise NotShort(url)
    try:
        with closing(_connected(path)) as connection:
            connection.execute("BEGIN")
            yield _store(connection, now)
            connection.execute("COMMIT")
    except (sqlite3.Error, UnicodeEncodeError) as error:
        raise NotShort(url) from error


def _connected(path: Path) -> sqlite3.Connection:
    address = f"{path.absolute().as_uri()}?mode=rw"
    connection = sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS, isolation_level=None)
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _store(connection: sqlite3.Connection, now: datetime) -> Partly:
    compiled = json.loads(_COMPILED.read_text(encoding="utf-8"))
    if connection.execute("SELECT version_num FROM alembic_version").fetchone() != (compiled["revision"],):
        raise NotShort("another version")
    run = _Statements(connection, compiled["statements"])
    kinds = (_Sources, _Runs, _Briefs, _Channels, _Calls, _Outbox, _Questions, _Memory)
    return Partly(**{kind.__name__.strip("_").lower(): kind(statements=run, now=now) for kind in kinds})


class _Statements:
    """Runs the compiled statements by name."""

    def __init__(self, connection: sqlite3.Connection, compiled: Mapping[str, Any]) -> None:
        self._connection = connection
        self._compiled = compiled

    def run(self, name: str, **values: Any) -> sqlite3.Cursor:
        """What the database makes of it, as it is stored."""
        given = {key: _stored(value) for key, value in values.items()}
        return self._connection.execute(self._compiled[name]["sql"], {**self._compiled[name]["always"], **given})

    def rows(self, name: str, **values: Any) -> list[SimpleNamespace]:
        """The rows, each column as what it speaks of."""
        found = self.run(name, **values)
        kinds = self._compiled[name]["columns"]
        names = [each[0] for each in found.description or ()]
        return [
            SimpleNamespace(**{of: _read(kinds.get(of, ""), value) for of, value in zip(names, row, strict=True)})
            for row in found
        ]


def _stored(value: Any) -> Any:
    if isinstance(value, datetime):
        return instants.microseconds(value)
    return value.isoformat() if isinstance(value, date) else value


def _read(kind: str, value: Any) -> Any:
    """A value of a column of that kind, as storage.compiling names them."""
    if value is None or not kind:
        return value
    match kind:
        case "instant":
            return instants.instant(value)
        case "date":
            return date.fromisoformat(value)
        case "flag":
            return bool(value)
        case "words":
            return tuple(json.loads(value))
    return _noun(kind, value)


def _noun(place: str, value: str) -> Any:
    module, _, name = place.partition(":")
    kind = getattr(import_module(module), name)
    if not hasattr(kind, "__dataclass_fields__"):
        return kind(value)
    from pydantic import TypeAdapter

    return TypeAdapter(kind).validate_json(value)


# --- the store's parts -----------------------------------------------------------------------------------------------


class _Sources(Partly):
    statements: _Statements

    async def all(self) -> tuple[Source, ...]:
        return nouns.by_name(self.statements.rows("sources"))

    async def health(self) -> Mapping[int, SourceHealth]:
        return {row.id: nouns.health(row.id, row) for row in self.statements.rows("health")}

    async def drop(self, source_id: int) -> None:
        self.statements.run("drop", of=source_id)
        self.statements.run("keep", of=nouns.FOLLOWED, kept="")


class _Runs(Partly):
    statements: _Statements

    async def last(self) -> RunReport | None:
        return next((row.report for row in self.statements.rows("last run")), None)

    async def look(self, since: datetime, now: datetime) -> LookAccount:
        (read,) = self.statements.rows("articles", since=since, now=now)
        (asked,) = self.statements.rows("asked", since=since, until=now + nouns.LOOK)
        return nouns.look(read, asked, self.statements.rows("languages", since=since, now=now))


class _Briefs(Partly):
    statements: _Statements

    async def last(self, channel_id: int) -> StoredBrief | None:
        return nouns.brief(self.statements.rows("last brief", of=channel_id))

    async def get(self, channel_id: int, on: date) -> StoredBrief | None:
        return nouns.brief(self.statements.rows("brief of", of=channel_id, date=on))


class _Channels(Partly):
    statements: _Statements

    async def find(self, platform: str, address: str) -> Channel | None:
        return next(map(nouns.channel, self.statements.rows("channel", on=platform, at=address)), None)

    async def mutes(self, channel_id: int, now: datetime) -> tuple[Mute, ...]:
        return tuple(map(nouns.mute, self.statements.rows("mutes", of=channel_id, now=now)))

    async def verdicts(self) -> tuple[int, int]:
        counts = {row.useful: row.number for row in self.statements.rows("verdicts")}
        return counts.get(True, 0), counts.get(False, 0)


class _Calls(Partly):
    statements: _Statements

    async def spent(self, since: datetime) -> tuple[Spending, ...]:
        return tuple(Spending(**vars(row)) for row in self.statements.rows("spent", since=since))

    async def shortage(self, since: datetime) -> Shortage | None:
        held = await _Memory(statements=self.statements).recall(nouns.SHORTAGE)
        return nouns.shortage(held, since)


class _Outbox(Partly):
    statements: _Statements
    now: datetime

    async def troubled(self) -> tuple[()]:
        """None, mostly; what there is takes the whole bot to be told of."""
        if self.statements.run("troubled", since=self.now - nouns.REMEMBERED).fetchone():
            raise NotShort("deliveries")
        return ()


class _Questions(Partly):
    statements: _Statements

    async def add(self, record: QuestionRecord) -> int:
        if record.signal_id is not None or record.cited:
            raise NotShort("a question about a signal")
        return int(self.statements.run("ask", **{**asdict(record), "id": None, "cited": "[]"}).lastrowid or 0)


class _Memory(Partly):
    statements: _Statements

    async def recall(self, name: str) -> str | None:
        return next((row.value for row in self.statements.rows("recall", of=name)), None)
