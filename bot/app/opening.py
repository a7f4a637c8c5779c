"""The composition root: open the store, the fetcher and the analyst in order, and close them in reverse."""

from __future__ import annotations

import asyncio
import functools
import logging
import os
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from pathlib import Path

from bot.analysts.extractive import Extractive
from bot.app.application import App
from bot.app.deferring import DeferredFetcher, Opening
from bot.conversation.request import Context
from bot.delivery.operators import Operators
from bot.model.clock import NoWaitClock, SystemClock
from bot.model.complaints import Origins
from bot.model.errors import SourcesError
from bot.model.ports import Analyst, Clock, Fetcher, NotifyOperator, Platform
from bot.model.settings import PREFIX, Settings, config_path, database_url
from bot.model.source import SourceSpec
from bot.model.stores import Store
from bot.reading import source_digest, sources
from bot.reading.publishers import Publishers
from storage.store import open_store

log = logging.getLogger(__name__)


@asynccontextmanager
async def open_app(settings: Settings, *, sample: bool = False, reads: bool = True) -> AsyncIterator[App]:
    """Open everything a command works with; with `sample`, the bundled edition in a database of its own.

    `reads`: whether the sources are about to be read, so that a sources file on the web is worth fetching.
    Raises SettingsError, SourcesError and StorageError, each with one sentence for a person.
    """
    async with AsyncExitStack() as stack:
        clock = NoWaitClock(settings.now) if sample else SystemClock(settings.now)
        url, opening, sample_specs = _sample(settings, clock) if sample else _real(settings, clock)
        store = await stack.enter_async_context(open_store(url, clock=clock))
        fetcher = DeferredFetcher(stack, opening)
        publishers = Publishers.load()
        declared = sample_specs or await declared_sources(settings, fetcher, store, reads=reads)
        if declared is not None:
            specs = [(spec, publishers.of(spec.url, spec.publisher)) for spec in declared]
            await store.sources.sync(specs, clock.now())
            await _note_followed(settings, store)
        platforms: dict[str, Platform] = {}
        operators = Operators(store, settings.operator.users, platforms, clock)
        analyst: Analyst = Extractive()
        if not sample:
            analyst = await stack.enter_async_context(open_analyst(settings, store, clock, operators.tell))
        context = Context(
            store=store,
            analyst=analyst,
            clock=clock,
            settings=settings,
            fetcher=fetcher,
            operators=operators,
            platforms=platforms,
        )
        yield App(settings, clock, store, fetcher, publishers, context, platforms, sample)


async def _note_followed(settings: Settings, store: Store) -> None:
    """Keep of which file the sources are, so that a short command need not read it again."""
    now = source_digest.digest(settings.sources)
    if now is not None and await store.memory.recall(source_digest.MEMORY) != now:
        await store.memory.keep(source_digest.MEMORY, now)


Stand = tuple[str, Opening, tuple[SourceSpec, ...]]
"""Where the database is, how the fetcher is opened, and the sources that are given; none: the settings name them."""


def _real(settings: Settings, clock: Clock) -> Stand:
    def opening() -> AbstractAsyncContextManager[Fetcher]:
        from bot.reading.fetcher import open_fetcher

        return open_fetcher(settings, clock)

    return database_url(settings), opening, ()


def _sample(settings: Settings, clock: Clock) -> Stand:
    from bot.app.sample_edition import sample_database, sample_end
    from bot.reading.fetcher import open_fetcher
    from bot.reading.sample import SampleTransport, sample_sources

    transport = SampleTransport(clock, last=sample_end(settings, clock.now()))
    opening = functools.partial(open_fetcher, settings, clock, transport=transport)
    return sample_database(settings, clock.now()), opening, sample_sources()


@asynccontextmanager
async def open_analyst(
    settings: Settings, store: Store, clock: Clock, notify: NotifyOperator
) -> AsyncIterator[Analyst]:
    """The analyst that the settings ask for; by default Claude if a key is set. Raises SettingsError."""
    if not settings.reads_with_model:
        yield Extractive()
        return
    from bot.analysts.claude.analyst import open_claude

    async with open_claude(settings, store, clock, notify) as claude:
        yield claude


def _read_file(where: str) -> tuple[SourceSpec, ...]:
    try:
        return sources.read(Path(where).expanduser())
    except SourcesError as error:
        named = Origins(PREFIX, config_path(), os.environ).of(("sources",))
        raise SourcesError(f"{error} It is named by {named}.", where=error.where) from None


async def declared_sources(
    settings: Settings, fetcher: Fetcher, store: Store, *, reads: bool
) -> tuple[SourceSpec, ...] | None:
    """The sources that the settings name (a file or a URL), else the starter sources. Raises SourcesError.

    None: the file is on the web and could not be fetched now, or need not be: keep the sources known from it.
    """
    where = settings.sources
    if not where:
        return sources.read_starter()
    if not where.startswith(("http://", "https://")):
        return await asyncio.to_thread(_read_file, where)
    known = bool(await store.sources.all())
    if known and not reads:
        return None
    try:
        return sources.parse(await fetcher.document(where), where=where)
    except SourcesError as error:
        if not known:
            raise
        log.warning("%s The sources known from it are read on.", error)
        return None
