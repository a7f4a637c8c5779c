"""Check one source: fetch its feed, decide what in it is new, and store that with the source's health.

source due | fetch | which entries are new or changed? (entries.py) | stored in one transaction with the health
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, timedelta

from bot.model.errors import StorageError
from bot.model.feed import Check, Fetched, FetchFailed, FetchOutcome, Gone, NotModified, StoredEntry
from bot.model.ports import Clock, Fetcher
from bot.model.settings import PipelineSettings
from bot.model.source import Source, SourceHealth
from bot.model.stores import Store
from bot.model.threads import beside
from bot.reading.articles import language_code
from bot.reading.entries import decide
from bot.reading.entry_keys import keys

log = logging.getLogger(__name__)

DAY = 86400
_HOUR = 3600
_SPREAD = 0.1
"""By how much of itself a wait may be lengthened, so that sources do not come due together."""
_OFFLINE = 24  # failures in a row up to which an unreachable source is tried at least hourly


async def check(  # noqa: PLR0917 - six things it stands on, in the order they are used
    store: Store, web: Fetcher, source: Source, health: SourceHealth, clock: Clock, settings: PipelineSettings
) -> tuple[FetchOutcome, tuple[StoredEntry, ...]]:
    """Check one source and store what came of it; returns the outcome, and the entries that now wait for their text.

    Whatever a feed makes fail is a failure of its source, recorded as any other: a source of which none is recorded
    would be asked again at every look. Raises StorageError.
    """
    outcome: FetchOutcome
    try:
        outcome = await web.feed(source, health)
        found = await _found(outcome, store, source, health, clock.now(), settings)
        return outcome, await store.sources.record(found, clock.now())
    except StorageError:
        raise
    except Exception:
        log.exception("%s could not be read", source.url)
        outcome = FetchFailed("It could not be read, by a fault of ours.")
        found = await _found(outcome, store, source, health, clock.now(), settings)
        return outcome, await store.sources.record(found, clock.now())


async def _found(  # noqa: PLR0917 - as `check`
    outcome: FetchOutcome,
    store: Store,
    source: Source,
    health: SourceHealth,
    now: datetime,
    settings: PipelineSettings,
) -> Check:
    """What is to be stored of an outcome."""
    after = replace(health, checked_at=now, due_at=next_due(outcome, health, now, settings.every, jitter(source.id)))
    match outcome:
        case Fetched(document=document):
            size = sum(len(entry.title) + len(entry.summary) + len(entry.content) for entry in document.entries)
            its_keys = await beside(size, lambda: [keys(entry) for entry in document.entries])
            # A source that was never read has no stored entries to match.
            known = await store.articles.known(source.id, its_keys) if health.succeeded_at else ()
            first = not health.succeeded_at
            new, changed = await beside(
                size, decide, document, known, now, settings.window, its_keys=its_keys, first_look=first
            )
            after = replace(
                _succeeded(after, now),
                etag=outcome.etag,
                last_modified=outcome.last_modified,
                entries=len(document.entries),
            )
            language = language_code(document.language)
            return Check(after, new, changed, outcome.moved_to, title=document.title, language=language)
        case NotModified(moved_to=moved_to, etag=etag, last_modified=modified):
            after = replace(after, etag=etag or health.etag, last_modified=modified or health.last_modified)
            return Check(_succeeded(after, now), moved_to=moved_to)
        case FetchFailed() | Gone():
            failed = replace(after, failures=health.failures + 1, error=outcome.why)
            return Check(failed, gone=isinstance(outcome, Gone))


def _succeeded(health: SourceHealth, now: datetime) -> SourceHealth:
    return replace(health, succeeded_at=now, failures=0, error=None)


def next_due(outcome: FetchOutcome, health: SourceHealth, now: datetime, every: float, jitter: float) -> datetime:
    """When to ask the source again; `health` is the one before this outcome.

    After success: as the server or the feed asks, between `every` (seconds) and a day. After failure: `every`, doubled
    with each failure in a row, or longer if the server asks for it, up to a day. If nothing answered at all, our own
    connection may be down: then at least hourly, for the first 24 failures. `jitter`, 0 to 1, lengthens the wait by up
    to a tenth.
    """
    match outcome:
        case Fetched() | NotModified():
            wait = max(every, outcome.wait or 0)
        case FetchFailed():
            wait = max(every * 2 ** min(health.failures, 30), outcome.wait or 0)
            if outcome.unreachable and health.failures < _OFFLINE:
                wait = min(wait, max(every, _HOUR))
        case Gone():
            wait = DAY
    return now + timedelta(seconds=min(wait, max(every, DAY)) * (1 + _SPREAD * jitter))


def jitter(source_id: int) -> float:
    """A number from 0 to 1 that stays the same for a source (Knuth's multiplicative hash of its id)."""
    return (source_id * 2654435761 % 2**32) / 2**32
