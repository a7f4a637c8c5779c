"""What `bellwether sources` does besides the chat's own command: check, import and export."""

from __future__ import annotations

import argparse
from collections import Counter
from typing import TYPE_CHECKING

from bot.cli.printing import OK, PROBLEM, line, note, sentence
from bot.model.secrecy import public_address

if TYPE_CHECKING:
    from bot.app.application import App
    from bot.model.feed import FetchOutcome
    from bot.model.source import Source, SourceSpec


async def _as_specs(app: App) -> tuple[SourceSpec, ...]:
    from bot.model.source import SourceSpec

    return tuple(
        SourceSpec(source.url, source.name, source.publisher.name, source.language, source.categories, source.weight)
        for source in await app.store.sources.all()
    )


async def export(app: App) -> None:
    """Write the sources with their whole addresses, which no reader could do without; say so where one is secret."""
    from bot.briefing.views import wording
    from bot.reading import sources

    specs = await _as_specs(app)
    line(sources.to_opml(specs).rstrip())
    if secret := sum(public_address(spec.url) is None for spec in specs):
        note(f"Keep this file to yourself: it holds the password or the key of {wording.count(secret, 'source')}.")


async def import_(app: App, given: argparse.Namespace) -> int:
    """Add the sources of the file that can be used, and name the others; those already known stay as they are."""
    import asyncio

    from bot.briefing.views import wording
    from bot.model.source import SourceOrigin
    from bot.reading import sources

    known = {source.url for source in await app.store.sources.all()}
    named, complaints = await asyncio.to_thread(sources.scan, given.file)
    new = list({spec.url: spec for spec in named if spec.url not in known}.values())
    for spec in new:
        publisher = app.publishers.of(spec.url, spec.publisher)
        await app.store.sources.add(spec, publisher, SourceOrigin.OPERATOR, app.clock.now())
    passed = f", {len(complaints)} passed over:" if complaints else "."
    line(f"{wording.count(len(new), 'source')} added, {len(named) - len(new)} read already{passed}")
    for complaint in complaints:
        sentence(complaint)
    return PROBLEM if complaints else OK


async def check(app: App) -> int:
    """Check every source now, and print each result as it comes; 1 if one fails."""
    import asyncio

    from bot.model.feed import Fetched, FetchFailed, Gone
    from bot.reading import checking
    from bot.text import languages

    health = await app.store.sources.health()

    async def one(source: Source) -> tuple[Source, FetchOutcome]:
        outcome, _ = await checking.check(
            app.store, app.fetcher, source, health[source.id], app.clock, app.settings.pipeline
        )
        return source, outcome

    failed = 0
    unread: Counter[str | None] = Counter()
    for coming in asyncio.as_completed([one(source) for source in await app.store.sources.all()]):
        source, outcome = await coming
        bad = isinstance(outcome, FetchFailed | Gone)
        failed += bad
        code, language = _unlisted(app, source, outcome)
        needs = f"; in {language}, which {languages.NEEDS_MODEL}" if language else ""
        if language and isinstance(outcome, Fetched):
            unread[code] += len(outcome.document.entries)
        sentence(f"{'failed' if bad else 'ok    '}  {source.name}: {_told(outcome)}{needs}  {source.url}")
    if words := languages.unread_words(unread.items()):
        line(f"{words}.")
    return PROBLEM if failed else OK


def _unlisted(app: App, source: Source, outcome: FetchOutcome) -> tuple[str | None, str | None]:
    """The feed's language, code and name, where no model is there and word lists are missing; else (None, None)."""
    from bot.briefing.views import wording
    from bot.model.feed import Fetched
    from bot.text import languages

    if app.context.analyst.name != wording.MODELLESS or not isinstance(outcome, Fetched):
        return None, None
    titles = [entry.title for entry in outcome.document.entries]
    return languages.document_language(source.language or outcome.document.language, titles)


def _told(outcome: FetchOutcome) -> str:
    from bot.briefing.views import wording
    from bot.model.feed import Fetched, FetchFailed, Gone, NotModified

    match outcome:
        case FetchFailed(why=why) | Gone(why=why):
            return why
        case Fetched(document=document):
            return "; ".join((wording.count(len(document.entries), "entry"), *document.remarks))
        case NotModified():
            return "nothing new"
