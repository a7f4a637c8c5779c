"""The jobs of the command line, each a coroutine from settings and words to an exit code."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

from bot import app as composition
from bot.app import FICTION, App, open_app, play_sample
from bot.briefing import briefs, translation
from bot.briefing.service import local_date
from bot.briefing.views import as_json, brief_view, wording
from bot.cli import checks
from bot.conversation.dispatch import respond
from bot.model.brief import Brief, Unable
from bot.model.event import Asker, Event
from bot.model.feed import Fetched, FetchFailed, FetchOutcome, Gone, NotModified
from bot.model.messages import plain
from bot.model.settings import Settings
from bot.model.source import Source, SourceOrigin, SourceSpec
from bot.reading import articles, sources
from bot.text import languages
from handlers.console.layout import show
from handlers.console.progress import ConsoleProgress

Job = Callable[[Settings, argparse.Namespace], Awaitable[int]]
WELL, SOMETHING, UNABLE = 0, 1, 3
READING = ("brief", "sources", "doctor")  # jobs that ask the sources, or about them


async def run(settings: Settings, given: argparse.Namespace) -> int:
    return await composition.run(settings, wait=given.wait, sample=given.sample)


async def brief(settings: Settings, given: argparse.Namespace) -> int:
    """One cycle and the brief as of now; nothing is recorded as told. 0 brief or quiet, 3 unable."""
    async with _opened(settings, given) as app:
        with ConsoleProgress() as progress:
            await app.pipeline.cycle(progress, eager=True)
        channel = await app.terminal()
        now = app.clock.now()
        edition = await briefs.edition(app.store, channel, local_date(channel, now), now)
        if given.json:
            _line(json.dumps(as_json.edition_json(edition), ensure_ascii=False))
        elif isinstance(edition, Brief):
            message = brief_view.brief_message(edition, channel)
            show(await translation.spoken(message, app.context.analyst, channel.settings.language))
        else:
            _line(plain(brief_view.brief_message(edition, channel)))
        return UNABLE if isinstance(edition, Unable) else WELL


async def ask(settings: Settings, given: argparse.Namespace) -> int:
    """One command or question, answered on standard output."""
    async with _opened(settings, given) as app:
        if not await app.store.signals.latest(1):
            _aside("Nothing is stored yet: start `bellwether run` first, or ask the sample edition with --sample.")
        await _say(app, " ".join(given.words))
    return WELL


async def status(settings: Settings, given: argparse.Namespace) -> int:
    """How it fares; with --check only whether a running bot has looked lately: 0, else 1."""
    async with _opened(settings, given) as app:
        if not given.check:
            await _say(app, "status")
            return WELL
        if wrong := await checks.alive(app):
            _aside(f"bellwether: {wrong}")
            return SOMETHING
    return WELL


async def help_(settings: Settings, given: argparse.Namespace) -> int:
    async with _opened(settings, given) as app:
        await _say(app, " ".join(("help", *given.words)))
    return WELL


async def audit(settings: Settings, given: argparse.Namespace) -> int:
    """Cut every stored quote again; 1 and the list where one differs."""
    async with _opened(settings, given) as app:
        checked, wrong = await checks.audit(app)
        for sentence in wrong:
            _line(sentence)
        _line(f"{wording.count(checked, 'quote')} cut again, {len(wrong)} not as in the stored text.")
        return SOMETHING if wrong else WELL


async def doctor(settings: Settings, given: argparse.Namespace) -> int:
    """What is wrong and what to do; 1 where anything is."""
    worst = WELL
    async with _opened(settings, given) as app:
        async for found in checks.diagnose(app):
            mark = "ok   " if found.well else "wrong"
            _line(f"{mark}  {found.about}: {found.what}" + (f" — {found.advice}" if found.advice else ""))
            worst = worst if found.well else SOMETHING
    return worst


async def export(settings: Settings, given: argparse.Namespace) -> int:
    """The archive as JSON lines, the oldest signal first; with --questions what was asked, oldest first."""
    async with _opened(settings, given) as app:
        if given.questions:
            for record in reversed(await app.store.questions.all(None)):
                _line(
                    json.dumps(
                        as_json.question_json(record, await app.store.channels.get(record.channel_id)),
                        ensure_ascii=False,
                    )
                )
            return WELL
        async for signal in app.store.signals.every():
            _line(json.dumps(as_json.signal_json(signal), ensure_ascii=False))
    return WELL


# --- sources -------------------------------------------------------------------------------------------------------


async def read_sources(settings: Settings, given: argparse.Namespace) -> int:
    async with _opened(settings, given) as app:
        match given.sources_job:
            case "check":
                return await _check_sources(app)
            case "add":
                await _say(app, f"sources add {given.url}")
            case "drop":
                await _say(app, f"sources drop {' '.join(given.name)}")
            case "import":
                await _import_sources(app, given)
            case "export":
                _line(sources.to_opml(await _as_specs(app)).rstrip())
            case _:
                await _say(app, "sources")
    return WELL


async def _as_specs(app: App) -> tuple[SourceSpec, ...]:
    return tuple(
        SourceSpec(source.url, source.name, source.publisher.name, source.language, source.categories, source.weight)
        for source in await app.store.sources.all()
    )


async def _import_sources(app: App, given: argparse.Namespace) -> None:
    """Add what the file names; what is read already stays as it is."""
    known = {source.url for source in await app.store.sources.all()}
    named = await asyncio.to_thread(sources.read, given.file)
    new = [spec for spec in named if spec.url not in known]
    for spec in new:
        publisher = app.publishers.of(spec.url, spec.publisher)
        await app.store.sources.add(spec, publisher, SourceOrigin.OPERATOR, app.clock.now())
    _line(f"{wording.count(len(new), 'source')} added, {len(named) - len(new)} read already.")


async def _check_sources(app: App) -> int:
    """Ask every source now, each said as its answer comes; 1 where one fails."""
    health = await app.store.sources.health()

    async def one(source: Source) -> tuple[Source, FetchOutcome]:
        outcome, _ = await articles.check(
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
        _line(f"{'failed' if bad else 'ok    '}  {source.name}: {_told(outcome)}{needs}  {source.url}")
    if words := languages.unread_words(unread.items()):
        _line(f"{words}.")
    return SOMETHING if failed else WELL


def _unlisted(app: App, source: Source, outcome: FetchOutcome) -> tuple[str | None, str | None]:
    """The feed's language, code and name, where no model is there and word lists are missing; else (None, None)."""
    if app.context.analyst.name != wording.MODELLESS or not isinstance(outcome, Fetched):
        return None, None
    titles = [entry.title for entry in outcome.document.entries]
    return languages.document_language(source.language or outcome.document.language, titles)


def _told(outcome: FetchOutcome) -> str:
    match outcome:
        case FetchFailed(why=why) | Gone(why=why):
            return why
        case Fetched(document=document):
            return wording.count(len(document.entries), "entry")
        case NotModified():
            return "nothing new"


# --- shared --------------------------------------------------------------------------------------------------------


@asynccontextmanager
async def _opened(settings: Settings, given: argparse.Namespace) -> AsyncIterator[App]:
    """The app; of the sample edition its earlier mornings are lived through first, and it is labelled."""
    async with open_app(settings, sample=given.sample, reads=given.job in READING) as app:
        if app.sample:
            _aside(FICTION)
            await play_sample(app)
        yield app


async def _say(app: App, words: str) -> None:
    """Say one thing to the bot as the operator at the terminal, and show what it answers."""
    channel = await app.terminal()
    asker = Asker("terminal", "you", operator=True)
    event = Event(channel.platform, uuid.uuid4().hex, channel.address, channel.name, asker, words, app.clock.now())
    async for reply in respond(event, channel, app.context):
        if reply.final:
            show(reply.message)


def _line(words: str) -> None:
    sys.stdout.write(words + "\n")


def _aside(words: str) -> None:
    """Beside the output: whoever reads a pipe is not disturbed."""
    sys.stderr.write(words + "\n")


JOBS: Mapping[str, Job] = {
    "run": run,
    "brief": brief,
    "ask": ask,
    "sources": read_sources,
    "audit": audit,
    "export": export,
    "doctor": doctor,
    "status": status,
    "help": help_,
}
