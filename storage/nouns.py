"""What a row of the database is as a noun, whoever read it, and how far back it is looked.

Each field of a row is what its column speaks of.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from bot.model.brief import StoredBrief
from bot.model.channel import Channel, Mute
from bot.model.label import Label
from bot.model.run import LookAccount, Shortage
from bot.model.secrecy import redacted
from bot.model.source import Publisher, Source, SourceHealth

REMEMBERED = timedelta(days=7)
"""How long `Outbox.troubled` speaks of a delivery."""
LOOK = timedelta(hours=1)
"""What a look takes at most: a source that was read later than that after the moment told was read by a clock ahead."""
FOLLOWED = "sources followed"
"""Name in the memory of the fingerprint of the list that was followed last; "" where it is to be followed again."""
SHORTAGE = "calls.shortage"
"""Name in the memory of when and why the model was last not to be had, a pair in JSON."""


def source(row: Any) -> Source:
    """Of a row of `sources`."""
    return Source(
        id=row.id,
        url=row.url,
        name=redacted(row.name or row.title or urlsplit(row.url).hostname or row.url),
        publisher=Publisher(row.publisher_key, row.publisher_name),
        language=row.language or row.feed_language,
        categories=row.categories,
        weight=row.weight,
        state=row.state,
        origin=row.origin,
    )


def by_name(rows: Iterable[Any]) -> tuple[Source, ...]:
    """Of rows of `sources`, by name."""
    return tuple(sorted(map(source, rows), key=lambda each: (each.name.casefold(), each.id)))


def health(source_id: int, row: Any) -> SourceHealth:
    """Of a row of `source_health` that may be missing: its columns are None then, and the noun has its defaults."""
    if row.failures is None:
        return SourceHealth(source_id)
    return SourceHealth(
        source_id=source_id,
        etag=row.etag,
        last_modified=row.last_modified,
        checked_at=row.checked_at,
        succeeded_at=row.succeeded_at,
        due_at=row.due_at,
        failures=row.failures,
        error=row.error,
        entries=row.entries,
    )


def channel(row: Any) -> Channel:
    """Of a row of `channels`."""
    return Channel(row.id, row.platform, row.address, row.name, row.settings, row.active, row.created, row.allowed)


def mute(row: Any) -> Mute:
    """Of a row of `mutes`."""
    return Mute(row.id, row.channel_id, Label(row.kind, row.value, row.name), row.until, row.created, row.by)


def brief(rows: Sequence[Any]) -> StoredBrief | None:
    """Of the rows of one brief, one for each of its items, or one without; None: there are none."""
    if not rows:
        return None
    row, numbers = rows[0], tuple((each.number, each.signal_id) for each in rows if each.number is not None)
    return StoredBrief(row.channel_id, row.on, row.outcome, row.account, row.decided, numbers)


def look(read: Any, asked: Any, unlisted: Iterable[Any]) -> LookAccount:
    """Of the counts of articles, those of sources, and a row for each language without word lists."""
    return LookAccount(
        articles=read.articles,
        sources=asked.sources,
        checked=asked.checked,
        publishers=read.publishers,
        analysed=read.analysed,
        unread=read.unread,
        languages=tuple((each.language, each.number) for each in unlisted),
    )


def shortage(held: str | None, since: datetime) -> Shortage | None:
    """Of what is kept under SHORTAGE; None: nothing, or it was before then."""
    if held is None:
        return None
    at, words = json.loads(held)
    found = Shortage(datetime.fromisoformat(at), words)
    return found if found.at >= since else None
