"""Run the bot: read the sources, tell the briefs and answer, until it is stopped or the terminal's input ends."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from collections.abc import AsyncIterator, Coroutine, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager

from bot.app.application import App
from bot.app.looks import Looks, log_look
from bot.app.opening import open_app
from bot.app.roles import Roles
from bot.app.sample_edition import FICTION, replay_sample
from bot.app.services import Services, open_services
from bot.app.telling import Telling
from bot.app.web_pages import serving_pages
from bot.briefing.schedule import open_ticker
from bot.model.settings import Settings
from handlers.console.place import NAME as CONSOLE
from handlers.console.platform import ConsolePlatform
from handlers.console.progress import ConsoleProgress

log = logging.getLogger(__name__)


async def run(settings: Settings, *, wait: bool = False, sample: bool = False, roles: Roles | None = None) -> int:
    """Run until stopped, or until the terminal's input ends; returns the exit code.

    In the terminal, if no starter source can be reached and nothing is stored yet, the sample edition runs instead.
    `wait`: wait for another `run` on the same database to end. `roles`: None, for all that there is to do. Raises the
    errors of `open_app`, LeaseHeld and PlatformError.
    """
    stop = asyncio.Event()
    with _stopped_by_signals(stop):
        if roles is not None:
            from bot.app.sharing import run_roles

            await _until_stopped(run_roles(settings, roles), stop)
            return 0
        if not sample:
            reached = await _until_stopped(_run(settings, wait=wait, sample=False), stop)
            if reached is not False:
                return 0
            _say("None of the starter sources can be reached, and nothing is stored yet: is there a network?")
        await _until_stopped(_run(settings, wait=wait, sample=True), stop)
    return 0


async def _run(settings: Settings, *, wait: bool, sample: bool) -> bool:
    """True when it ended by itself; False: nothing could be reached, and the sample edition should run instead."""
    async with open_app(settings, sample=sample) as app, app.store.lease("run", wait=wait):
        if sample:
            _say(FICTION)
            with ConsoleProgress() as progress:
                await replay_sample(app, progress)
        names = settings.chat_platforms if not sample else ()
        async with open_services(app.context, app.platforms, names or (CONSOLE,)) as services:
            console = app.platforms.get(CONSOLE)
            if isinstance(console, ConsolePlatform):
                return await _run_terminal(app, services, console)
            await say_who_operates(app, names)
            async with serving_pages(app, names), _ticking(app, services):
                await services.keeper.ended()
    return True


async def say_who_operates(app: App, names: Sequence[str]) -> None:
    """Show the code to claim the bot by, where nobody has and one of these platforms hears people."""
    heard = len(names) > sum(each.one_way for each in app.platforms.values())
    if heard and (code := await app.context.operators.code()):
        _say(f"Nobody operates this bot yet. To do so, write to it: claim {code}")


async def _run_terminal(app: App, services: Services, console: ConsolePlatform) -> bool:
    """In the terminal: run a cycle, show today's brief, then answer until the end of input; False: see `_run`."""
    if not app.sample:
        with ConsoleProgress() as progress:
            log_look(await app.pipeline.cycle(progress, eager=True))
        if await _nothing_reached(app):
            return False
    channel = await app.terminal()
    await services.briefing.show_today(channel)
    await services.sender.wait_idle(CONSOLE)
    console.listen()
    async with serving_pages(app, ()), _ticking(app, services):
        await console.ended()
    return True


async def _nothing_reached(app: App) -> bool:
    """Whether none of the starter sources has ever answered, so that there is nothing to show."""
    if app.settings.sources or await app.store.signals.latest(1):
        return False
    health = (await app.store.sources.health()).values()
    return all(each.succeeded_at is None for each in health) and any(each.failures for each in health)


@asynccontextmanager
async def _ticking(app: App, services: Services) -> AsyncIterator[None]:
    """At every tick start a cycle and tell what is due, until the context is left."""
    cycles, telling = Looks(app), Telling(app, services.briefing)

    async def tick() -> None:
        await cycles.start_when_due()
        await services.keeper.note_hearing()
        if not cycles.first_ended:
            return  # after a late start, a brief that is due waits for what is read now
        await telling.tell()
        services.sender.wake()

    try:
        async with open_ticker(app.settings.schedule.tick, tick):
            yield
    finally:
        await cycles.close()


@contextmanager
def _stopped_by_signals(stop: asyncio.Event) -> Iterator[None]:
    """Set the event on SIGTERM and SIGINT."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    try:
        yield
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)


async def _until_stopped(work: Coroutine[object, object, bool], stop: asyncio.Event) -> bool | None:
    """The result of the work; None: it was stopped before its end."""
    task = asyncio.create_task(work)
    waiting = asyncio.create_task(stop.wait())
    await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if not task.done():
        task.cancel()
        await asyncio.wait({task})
        return None if task.cancelled() else task.result()
    return task.result()


def _say(sentence: str) -> None:
    print(sentence, file=sys.stdout, flush=True)  # noqa: T201 - said to the person at the terminal
