"""The subcommands of the command line, each a coroutine from settings and arguments to an exit code.

A job imports what it needs when it runs: `help` and `status --check` are over before the rest were loaded.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli.arguments import UNUSABLE
from bot.cli.printing import OK, PROBLEM, UNABLE, line, note, sentence
from bot.model.event import Asker
from bot.model.harmless import json_line

if TYPE_CHECKING:
    from datetime import datetime

    from bot.app.application import App
    from bot.model.channel import Channel
    from bot.model.event import Event
    from bot.model.messages import Reply
    from bot.model.settings import Settings

Job = Callable[["Settings", argparse.Namespace], Coroutine[None, None, int]]
NOBODY_TO_ASK = (
    "setup asks questions, and this is no terminal; write .env and bellwether.toml by hand, as docs/settings.md says."
)
TERMINAL = Asker("terminal", "you", operator=True)
"""Who sits at the command line."""
NEED_SOURCES = ("brief", "sources", "doctor")  # subcommands that read the sources, or are about them


async def run(settings: Settings, given: argparse.Namespace) -> int:
    """Run the bot until it is stopped."""
    from bot.app import running

    roles = None
    if given.role:
        from bot.app.roles import roles as of_names

        roles = of_names(given.role, settings)
    return await running.run(settings, wait=given.wait, sample=given.sample, roles=roles)


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
            line(json_line(as_json.edition_json(edition)))
        elif isinstance(edition, Brief):
            message = with_links(brief_view.brief_message(edition, channel), settings.web.address)
            show(await translation.translated(message, app.context.analyst, channel.settings.language))
        else:
            line(plain(brief_view.brief_message(edition, channel)))
        return UNABLE if isinstance(edition, Unable) else OK


async def ask(settings: Settings, given: argparse.Namespace) -> int:
    """Answer one command or question on standard output; 1 if it is refused, 2 if there is none."""
    words = " ".join(given.words).strip()
    if not words:
        note('bellwether: there is nothing to answer; write it as in: bellwether ask "why 1"')
        return UNUSABLE
    async with _opened(settings, given) as app:
        if not await app.store.signals.latest(1):
            note("Nothing is stored yet: start `bellwether run` first, or ask the sample edition with --sample.")
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
        note(f"bellwether: {wrong}")
        return PROBLEM
    return OK


def completion(given: argparse.Namespace) -> int:
    """Write the shell's completion script. It needs no settings."""
    import shtab

    from bot.cli.arguments import parser

    line(shtab.complete(parser(), given.shell).rstrip())
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
        note(f"bellwether: {NOBODY_TO_ASK}")
        return UNUSABLE
    from bot.cli.setup.interview import Interview
    from bot.cli.setup.terminal import TerminalDialogue

    try:
        await Interview(TerminalDialogue(), settings, Path.cwd()).run()
    except OSError as error:
        note(f"bellwether: {error.filename} cannot be written ({error.strerror}).")
        return PROBLEM
    return OK


async def audit(settings: Settings, given: argparse.Namespace) -> int:
    """Compare every stored quote with its text; 1 if any differs, with the list."""
    from bot.briefing.views import wording
    from bot.cli import checks

    async with _opened(settings, given) as app:
        checked, wrong = await checks.audit(app.store.signals)
        faults = await app.store.faults()
        for each in (*wrong, *faults):
            sentence(each)
        whole = "damaged: put a backup back, as docs/operating.md says" if faults else "whole"
        line(f"{wording.count(checked, 'quote')} cut again, {len(wrong)} not as in the stored text.")
        line(f"The database is {whole}.")
        return PROBLEM if wrong or faults else OK


async def backup(settings: Settings, given: argparse.Namespace) -> int:
    """Write a checked copy of the database to a file, beside a running bot."""
    import asyncio

    from bot.cli.databases import database_of
    from storage import backup as copying

    size = await asyncio.to_thread(copying.backup, database_of(settings, sample=given.sample), given.file)
    sentence(f"{given.file} holds everything, checked: {size / 1e6:.1f} MB.")
    return OK


async def restore(settings: Settings, given: argparse.Namespace) -> int:
    """Put a backup in the database's place, and say where the old one is now."""
    from bot.cli.databases import database_of
    from bot.model.clock import SystemClock
    from storage import backup as copying

    aside = await copying.restore(database_of(settings, sample=given.sample), given.file, SystemClock())
    sentence(f"{given.file} is back in place." + (f" What was there before is now {aside}." if aside else ""))
    return OK


async def move(settings: Settings, given: argparse.Namespace) -> int:  # noqa: ARG001 - both databases are named
    """Copy an archive to another database, check it there, and say how long that took."""
    from bot.briefing.views.wording import count
    from bot.cli import checks
    from bot.model.clock import SystemClock
    from handlers.console.progress import ConsoleProgress
    from storage import moving

    with ConsoleProgress() as progress:
        done = await moving.move(given.source, given.target, clock=SystemClock(), prove=checks.audit, progress=progress)
    sentence(
        f"The archive is at {done.place}: {count(done.rows, 'row')}, each compared, and {count(done.quotes, 'quote')} "
        f"cut again, in {done.seconds:.0f} s. Now let BELLWETHER_DATABASE_URL name it."
    )
    return OK


async def reread(settings: Settings, given: argparse.Namespace) -> int:
    """Read the stored articles again, and print what that changed."""
    from bot.cli import rereading

    async with _opened(settings, given) as app:
        return await rereading.reread(app, given)


async def doctor(settings: Settings, given: argparse.Namespace) -> int:
    """Show what is wrong and what to do; 1 if anything is."""
    from bot.cli import checks

    worst = OK
    async with _opened(settings, given) as app:
        async for found in checks.diagnose(app):
            mark = "ok   " if found.well else "wrong"
            sentence(f"{mark}  {found.about}: {found.what}" + (f" — {found.advice}" if found.advice else ""))
            worst = worst if found.well else PROBLEM
    return worst


async def export(settings: Settings, given: argparse.Namespace) -> int:
    """Write the archive as JSON lines, oldest signal first; with --questions the questions and answers instead."""
    from bot.briefing.views import as_json

    async with _opened(settings, given) as app:
        if given.questions:
            for record in reversed(await app.store.questions.all(None)):
                where = await app.store.channels.get(record.channel_id)
                line(json_line(as_json.question_json(record, where)))
            return OK
        async for signal in app.store.signals.every():
            line(json_line(as_json.signal_json(signal)))
    return OK


async def site(settings: Settings, given: argparse.Namespace) -> int:
    """Write the archive as files into a folder; 1 if they cannot be written."""
    from bot.app.web_pages import write_site
    from bot.briefing.views.wording import count

    async with _opened(settings, given) as app:
        if settings.web.address is None:
            note("[web] address is not set: feeds and previews need it to name these pages as others reach them.")
        try:
            done = await write_site(app, given.folder)
        except OSError as error:
            note(f"bellwether: {given.folder} cannot be written ({error.strerror or error}).")
            return PROBLEM
    line(f"{count(done.pages, 'file')} in {given.folder}: {done.written} written now, {done.removed} removed.")
    return OK


# --- sources -------------------------------------------------------------------------------------------------------


async def read_sources(settings: Settings, given: argparse.Namespace) -> int:
    """List, check, add, drop, import or export sources; 1 if a check failed, or not all was done."""
    from bot.cli import source_jobs

    async with _opened(settings, given) as app:
        match given.sources_job:
            case "check":
                return await source_jobs.check(app)
            case "add":
                return await _run(app, "sources", f"add {given.url}")
            case "drop":
                return await _run(app, "sources", f"drop {' '.join(given.name)}")
            case "import":
                return await source_jobs.import_(app, given)
            case "export":
                await source_jobs.export(app)
            case _:
                return await _run(app, "sources")
    return OK


# --- shared --------------------------------------------------------------------------------------------------------


@asynccontextmanager
async def _opened(settings: Settings, given: argparse.Namespace) -> AsyncIterator[App]:
    """The app; the sample edition is labelled as such, and its earlier mornings are replayed first."""
    from bot.app.opening import open_app
    from bot.app.sample_edition import FICTION, replay_sample

    async with open_app(settings, sample=given.sample, reads=given.job in NEED_SOURCES) as app:
        if app.sample:
            note(FICTION)
            await replay_sample(app)
        yield app


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
    channel = await app.terminal()
    return said_at_terminal(words, channel, app.clock.now()), channel


def said_at_terminal(words: str, channel: Channel, now: datetime) -> Event:
    """The words as said now by the operator in the terminal's channel."""
    import uuid

    from bot.model.event import Event

    return Event(channel.platform, uuid.uuid4().hex, channel.address, channel.name, TERMINAL, words, now)


async def _print(replies: AsyncIterator[Reply]) -> int:
    """Print each reply that is final; 1 if one is a refusal."""
    code = OK
    async for reply in replies:
        if reply.final:
            code = max(code, shown(reply))
    return code


def shown(reply: Reply) -> int:
    """Print the reply; 1 if it is a refusal."""
    from handlers.console.layout import show

    show(reply.message)
    return PROBLEM if reply.refused else OK


JOBS: Mapping[str, Job] = {
    "run": run,
    "brief": brief,
    "ask": ask,
    "sources": read_sources,
    "audit": audit,
    "backup": backup,
    "restore": restore,
    "move": move,
    "reread": reread,
    "export": export,
    "site": site,
    "doctor": doctor,
    "status": status,
    "setup": setup,
}
ALONE: Mapping[str, Callable[[argparse.Namespace], int]] = {"help": help_, "completion": completion}
"""Those that need no settings: they work before anything is set up, and however badly it is."""
