"""The subcommands of the command line, each a coroutine from settings and arguments to an exit code.

A job imports what it needs when it runs: `help` and `status --check` are over before the rest were loaded.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli.arguments import UNUSABLE
from bot.model.event import Asker
from bot.model.harmless import json_line, one_line
from bot.model.secrecy import public_address, redacted

if TYPE_CHECKING:
    from bot.app.application import App
    from bot.model.channel import Channel
    from bot.model.event import Event
    from bot.model.feed import FetchOutcome
    from bot.model.messages import Reply
    from bot.model.settings import Settings
    from bot.model.source import Source, SourceSpec

Job = Callable[["Settings", argparse.Namespace], Coroutine[None, None, int]]
NOBODY_TO_ASK = (
    "setup asks questions, and this is no terminal; write .env and bellwether.toml by hand, as docs/settings.md says."
)
TERMINAL = Asker("terminal", "you", operator=True)
"""Who sits at the command line."""
OK, PROBLEM, UNABLE = 0, 1, 3  # exit codes
NEED_SOURCES = ("brief", "sources", "doctor")  # subcommands that read the sources, or are about them


async def run(settings: Settings, given: argparse.Namespace) -> int:
    """Run the bot until it is stopped."""
    from bot.app import running

    return await running.run(settings, wait=given.wait, sample=given.sample)


async def brief(settings: Settings, given: argparse.Namespace) -> int:
    """Run one cycle and show the brief as of now; nothing is recorded as told. 0: brief or quiet, 3: unable."""
    from bot.briefing import briefs, translation
    from bot.briefing.service import local_date
    from bot.briefing.views import as_json, brief_view
    from bot.briefing.views.web_links import with_links
    from bot.model.brief import Brief, Unable
    from bot.model.messages import plain
    from handlers.console.layout import show
    from handlers.console.progress import ConsoleProgress

    async with _opened(settings, given) as app:
        with ConsoleProgress() as progress:
            await app.pipeline.cycle(progress, eager=True)
        channel = await app.terminal()
        now = app.clock.now()
        edition = await briefs.edition(app.store, channel, local_date(channel, now), now)
        if given.json:
            _line(json_line(as_json.edition_json(edition)))
        elif isinstance(edition, Brief):
            message = with_links(brief_view.brief_message(edition, channel), settings.web.address)
            show(await translation.translated(message, app.context.analyst, channel.settings.language))
        else:
            _line(plain(brief_view.brief_message(edition, channel)))
        return UNABLE if isinstance(edition, Unable) else OK


async def ask(settings: Settings, given: argparse.Namespace) -> int:
    """Answer one command or question on standard output; 1 if it is refused, 2 if there is none."""
    words = " ".join(given.words).strip()
    if not words:
        _note('bellwether: there is nothing to answer; write it as in: bellwether ask "why 1"')
        return UNUSABLE
    async with _opened(settings, given) as app:
        if not await app.store.signals.latest(1):
            _note("Nothing is stored yet: start `bellwether run` first, or ask the sample edition with --sample.")
        return await _say(app, words)


async def status(settings: Settings, given: argparse.Namespace) -> int:
    """Show the status; with --check only whether a running bot has ended a cycle lately: 0, else 1."""
    if given.check:
        return _alive(settings, given)
    async with _opened(settings, given) as app:
        return await _run(app, "status")


def _alive(settings: Settings, given: argparse.Namespace) -> int:
    from bot.cli import alive

    if wrong := alive.what_is_wrong(settings, sample=given.sample):
        _note(f"bellwether: {wrong}")
        return PROBLEM
    return OK


def completion(given: argparse.Namespace) -> int:
    """Write the shell's completion script. It needs no settings."""
    import shtab

    from bot.cli.arguments import parser

    _line(shtab.complete(parser(), given.shell).rstrip())
    return OK


def help_(given: argparse.Namespace) -> int:
    """Show the commands one can type to the bot; 1 if there is none of the given name. It needs no settings."""
    from bot.conversation.commands.table import help_reply
    from handlers.console.layout import show

    reply = help_reply(" ".join(given.words), TERMINAL)
    show(reply.message)
    return PROBLEM if reply.refused else OK


async def setup(settings: Settings, given: argparse.Namespace) -> int:  # noqa: ARG001 - as every job
    """Ask at this terminal what is needed, try it, and write it to files; 2 where nobody can be asked."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        _note(f"bellwether: {NOBODY_TO_ASK}")
        return UNUSABLE
    from bot.cli.setup.interview import Interview
    from bot.cli.setup.terminal import TerminalDialogue

    try:
        await Interview(TerminalDialogue(), settings, Path.cwd()).run()
    except OSError as error:
        _note(f"bellwether: {error.filename} cannot be written ({error.strerror}).")
        return PROBLEM
    return OK


async def audit(settings: Settings, given: argparse.Namespace) -> int:
    """Compare every stored quote with its text; 1 if any differs, with the list."""
    from bot.briefing.views import wording
    from bot.cli import checks

    async with _opened(settings, given) as app:
        checked, wrong = await checks.audit(app)
        faults = await app.store.faults()
        for sentence in (*wrong, *faults):
            _sentence(sentence)
        whole = "damaged: `bellwether restore` puts a backup back" if faults else "whole"
        _line(f"{wording.count(checked, 'quote')} cut again, {len(wrong)} not as in the stored text.")
        _line(f"The file is {whole}.")
        return PROBLEM if wrong or faults else OK


async def backup(settings: Settings, given: argparse.Namespace) -> int:
    """Write a checked copy of the database to a file, beside a running bot."""
    import asyncio

    from storage import backup as copying

    size = await asyncio.to_thread(copying.backup, _database(settings, given), given.file)
    _sentence(f"{given.file} holds everything, checked: {size / 1e6:.1f} MB.")
    return OK


async def restore(settings: Settings, given: argparse.Namespace) -> int:
    """Put a backup in the database's place, and say where the old one is now."""
    from bot.model.clock import SystemClock
    from storage import backup as copying

    aside = await copying.restore(_database(settings, given), given.file, SystemClock())
    _sentence(f"{given.file} is back in place." + (f" What was there before is now {aside}." if aside else ""))
    return OK


async def doctor(settings: Settings, given: argparse.Namespace) -> int:
    """Show what is wrong and what to do; 1 if anything is."""
    from bot.cli import checks

    worst = OK
    async with _opened(settings, given) as app:
        async for found in checks.diagnose(app):
            mark = "ok   " if found.well else "wrong"
            _sentence(f"{mark}  {found.about}: {found.what}" + (f" — {found.advice}" if found.advice else ""))
            worst = worst if found.well else PROBLEM
    return worst


async def export(settings: Settings, given: argparse.Namespace) -> int:
    """Write the archive as JSON lines, oldest signal first; with --questions the questions and answers instead."""
    from bot.briefing.views import as_json

    async with _opened(settings, given) as app:
        if given.questions:
            for record in reversed(await app.store.questions.all(None)):
                where = await app.store.channels.get(record.channel_id)
                _line(json_line(as_json.question_json(record, where)))
            return OK
        async for signal in app.store.signals.every():
            _line(json_line(as_json.signal_json(signal)))
    return OK


async def site(settings: Settings, given: argparse.Namespace) -> int:
    """Write the archive as files into a folder; 1 if they cannot be written."""
    from bot.app.web_pages import write_site
    from bot.briefing.views.wording import count

    async with _opened(settings, given) as app:
        if settings.web.address is None:
            _note("[web] address is not set: feeds and previews need it to name these pages as others reach them.")
        try:
            done = await write_site(app, given.folder)
        except OSError as error:
            _note(f"bellwether: {given.folder} cannot be written ({error.strerror or error}).")
            return PROBLEM
    _line(f"{count(done.pages, 'file')} in {given.folder}: {done.written} written now, {done.removed} removed.")
    return OK


# --- sources -------------------------------------------------------------------------------------------------------


async def read_sources(settings: Settings, given: argparse.Namespace) -> int:
    """List, check, add, drop, import or export sources; 1 if a check failed, or not all was done."""
    async with _opened(settings, given) as app:
        match given.sources_job:
            case "check":
                return await _check_sources(app)
            case "add":
                return await _run(app, "sources", f"add {given.url}")
            case "drop":
                return await _run(app, "sources", f"drop {' '.join(given.name)}")
            case "import":
                return await _import_sources(app, given)
            case "export":
                await _export_sources(app)
            case _:
                return await _run(app, "sources")
    return OK


async def _as_specs(app: App) -> tuple[SourceSpec, ...]:
    from bot.model.source import SourceSpec

    return tuple(
        SourceSpec(source.url, source.name, source.publisher.name, source.language, source.categories, source.weight)
        for source in await app.store.sources.all()
    )


async def _export_sources(app: App) -> None:
    """Write the sources with their whole addresses, which no reader could do without; say so where one is secret."""
    from bot.briefing.views import wording
    from bot.reading import sources

    specs = await _as_specs(app)
    _line(sources.to_opml(specs).rstrip())
    if secret := sum(public_address(spec.url) is None for spec in specs):
        _note(f"Keep this file to yourself: it holds the password or the key of {wording.count(secret, 'source')}.")


async def _import_sources(app: App, given: argparse.Namespace) -> int:
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
    _line(f"{wording.count(len(new), 'source')} added, {len(named) - len(new)} read already{passed}")
    for complaint in complaints:
        _sentence(complaint)
    return PROBLEM if complaints else OK


async def _check_sources(app: App) -> int:
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
        _sentence(f"{'failed' if bad else 'ok    '}  {source.name}: {_told(outcome)}{needs}  {source.url}")
    if words := languages.unread_words(unread.items()):
        _line(f"{words}.")
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


# --- shared --------------------------------------------------------------------------------------------------------


@asynccontextmanager
async def _opened(settings: Settings, given: argparse.Namespace) -> AsyncIterator[App]:
    """The app; the sample edition is labelled as such, and its earlier mornings are replayed first."""
    from bot.app.opening import open_app
    from bot.app.sample_edition import FICTION, replay_sample

    async with open_app(settings, sample=given.sample, reads=given.job in NEED_SOURCES) as app:
        if app.sample:
            _note(FICTION)
            await replay_sample(app)
        yield app


def _database(settings: Settings, given: argparse.Namespace) -> str:
    """The address of the database, or that of the sample edition."""
    from bot.app.sample_edition import sample_database
    from bot.model.clock import SystemClock
    from bot.model.settings import database_url

    return sample_database(settings, SystemClock(settings.now).now()) if given.sample else database_url(settings)


async def _say(app: App, words: str) -> int:
    """Send one message to the bot as the operator at the terminal, and print the answer; 1 if it is refused."""
    from bot.conversation.dispatch import respond

    event, channel = await _event(app, words)
    return await _print(respond(event, channel, app.context))


async def _run(app: App, name: str, words: str = "") -> int:
    """As `_say` for a command of that name: what words may mean besides need not be known, nor loaded."""
    from bot.conversation.commands.table import TABLE
    from bot.conversation.request import Request
    from bot.conversation.running import run as run_command

    event, channel = await _event(app, f"{name} {words}".strip())
    return await _print(run_command(TABLE[name], Request(event, channel, app.context, words), asked=False))


async def _event(app: App, words: str) -> tuple[Event, Channel]:
    """The words as said by the operator at the terminal, and the terminal's channel."""
    import uuid

    from bot.model.event import Event

    channel = await app.terminal()
    key = uuid.uuid4().hex
    return Event(channel.platform, key, channel.address, channel.name, TERMINAL, words, app.clock.now()), channel


async def _print(replies: AsyncIterator[Reply]) -> int:
    """Print each reply that is final; 1 if one is a refusal."""
    from handlers.console.layout import show

    code = OK
    async for reply in replies:
        if reply.final:
            show(reply.message)
            code = PROBLEM if reply.refused else code
    return code


def _sentence(words: str) -> None:
    """Write one line that names what others wrote, without line breaks of theirs, and without secrets."""
    _line(one_line(redacted(words)))


def _line(words: str) -> None:
    sys.stdout.write(words + "\n")


def _note(words: str) -> None:
    """Write to standard error, so that a pipe gets the output only."""
    sys.stderr.write(words + "\n")


JOBS: Mapping[str, Job] = {
    "run": run,
    "brief": brief,
    "ask": ask,
    "sources": read_sources,
    "audit": audit,
    "backup": backup,
    "restore": restore,
    "export": export,
    "site": site,
    "doctor": doctor,
    "status": status,
    "setup": setup,
}
ALONE: Mapping[str, Callable[[argparse.Namespace], int]] = {"help": help_, "completion": completion}
"""Those that need no settings: they work before anything is set up, and however badly it is."""
