"""The composition root: opens everything in order, closes it in reverse, and runs the bot until it should stop."""

from __future__ import annotations

import asyncio
import functools
import importlib.util
import logging
import signal
import sys
from collections.abc import AsyncIterator, Coroutine, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import ModuleType
from zoneinfo import ZoneInfo

from bot.analysts.extractive import Extractive
from bot.briefing.health import Watch
from bot.briefing.schedule import alert_due, open_ticker, tell_due
from bot.briefing.service import Post, local_date
from bot.conversation.commands.panel import draw
from bot.conversation.dispatch import respond
from bot.conversation.request import Context
from bot.delivery.inbox import InboxService
from bot.delivery.operators import Operators
from bot.delivery.outbox import Alarm, Courier, deliver
from bot.model import times
from bot.model.channel import Channel, ChannelSettings
from bot.model.clock import HurriedClock, SystemClock
from bot.model.delivery import SendOutcome, Sent
from bot.model.errors import PlatformError, SettingsError, SourcesError
from bot.model.event import Event
from bot.model.messages import Message
from bot.model.outgoing import Delivery
from bot.model.ports import Analyst, Clock, Fetcher, Platform, Progress
from bot.model.run import RunReport
from bot.model.settings import Settings, data_folder
from bot.model.source import SourceSpec
from bot.model.stores import Store
from bot.pipeline.run import Pipeline
from bot.reading import sources
from bot.reading.fetching import open_web
from bot.reading.sample import SampleTransport, sample_sources
from bot.text import taxonomy
from handlers.console.platform import ADDRESS, CHANNEL_NAME, ConsolePlatform
from handlers.console.platform import NAME as CONSOLE
from handlers.console.progress import ConsoleProgress
from storage.store import open_store

log = logging.getLogger(__name__)

MORNINGS_BEFORE = 4  # of the sample edition, told unheard so that today's brief can say what changed
CLOSE_SECONDS = 3.0  # for a look to let go of what it holds, when we are asked to stop
FIRST_LOOK = timedelta(minutes=10)  # how long a brief that is due at the start waits for it
AFTER_LAST = timedelta(minutes=50)  # from the sample's last article to the morning it stands on
PLAYED = "sample.played"
FICTION = "This is the sample edition: its publishers, people, companies and events are fictional."


@dataclass(frozen=True)
class App:
    """Everything that is open, for whoever composes a job of it."""

    settings: Settings
    clock: SystemClock
    store: Store
    fetcher: Fetcher
    publishers: sources.Publishers
    pipeline: Pipeline
    context: Context
    platforms: dict[str, Platform]  # those that are open; none but while the bot runs
    sample: bool

    async def terminal(self) -> Channel:
        """The terminal as a channel, made on first use."""
        channel, _ = await self.store.channels.ensure(
            CONSOLE, ADDRESS, CHANNEL_NAME, channel_settings(self.settings), self.clock.now()
        )
        return channel


def channel_settings(settings: Settings) -> ChannelSettings:
    """What a new channel starts from."""
    brief = settings.brief
    return ChannelSettings(at=brief.at, timezone=brief.timezone, days=brief.days, bar=brief.bar, most=brief.most)


def database_url(settings: Settings) -> str:
    return settings.database_url or str(data_folder() / "bellwether.db")


# --- opening -------------------------------------------------------------------------------------------------------


@asynccontextmanager
async def open_app(settings: Settings, *, sample: bool = False, reads: bool = True) -> AsyncIterator[App]:
    """Open the store, the way out and the analyst; with `sample`, the bundled edition from a database of its own.

    `reads`: whether the sources are about to be read, so that a list of them on the web is worth asking for.
    Raises SettingsError, SourcesError and StorageError, each one sentence.
    """
    async with AsyncExitStack() as stack:
        clock = HurriedClock(settings.now) if sample else SystemClock(settings.now)
        url = _sample_database(settings, clock.now()) if sample else database_url(settings)
        store = await stack.enter_async_context(open_store(url, clock=clock))
        transport = SampleTransport(clock, last=_sample_end(settings, clock.now())) if sample else None
        web = await stack.enter_async_context(open_web(settings, clock, transport=transport))
        publishers = sources.Publishers.load()
        declared = sample_sources() if sample else await declared_sources(settings, web, store, reads=reads)
        if declared is not None:
            specs = [(spec, publishers.of(spec.url, spec.publisher)) for spec in declared]
            await store.sources.sync(specs, clock.now())
        platforms: dict[str, Platform] = {}
        operators = Operators(store, settings.operator.users, platforms, clock)
        analyst: Analyst = Extractive()
        if not sample:
            analyst = await stack.enter_async_context(open_analyst(settings, store, clock, operators.tell))
        pipeline = Pipeline(
            store=store,
            fetcher=web,
            analyst=analyst,
            clock=clock,
            settings=settings.pipeline,
            publishers=publishers,
            zone=settings.brief.timezone,
            bar=settings.brief.bar,
        )
        context = Context(
            store=store,
            analyst=analyst,
            clock=clock,
            settings=settings,
            taxonomy=taxonomy.load(),
            fetcher=web,
            operators=operators,
        )
        yield App(settings, clock, store, web, publishers, pipeline, context, platforms, sample)


@asynccontextmanager
async def open_analyst(settings: Settings, store: Store, clock: Clock, alarm: Alarm) -> AsyncIterator[Analyst]:
    """The analyst the settings ask for: Claude where a key is set, unless they say otherwise."""
    kind, key = settings.analyst.kind, settings.anthropic_api_key
    if kind == "claude" and not key:
        raise SettingsError(
            "analyst.kind is “claude”, and ANTHROPIC_API_KEY is not set; set it, or set analyst.kind to “extractive”."
        )
    if kind == "extractive" or not key:
        yield Extractive()
        return
    from bot.analysts.claude.analyst import open_claude

    async with open_claude(settings, store, clock, alarm) as claude:
        yield claude


async def declared_sources(
    settings: Settings, fetcher: Fetcher, store: Store, *, reads: bool
) -> tuple[SourceSpec, ...] | None:
    """The sources the settings name: a file, an address, else the starter sources; SourcesError otherwise.

    None: the list is on the web, and the sources known from it must do (it can't be had now, or is not needed).
    """
    where = settings.sources
    if not where:
        return sources.read_starter()
    if not where.startswith(("http://", "https://")):
        return await asyncio.to_thread(lambda: sources.read(Path(where).expanduser()))
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


# --- the sample edition --------------------------------------------------------------------------------------------


def _sample_database(settings: Settings, now: datetime) -> str:
    """A database a day: the edition ends this morning, so yesterday's is of no use."""
    today = now.astimezone(ZoneInfo(settings.brief.timezone)).date()
    return str(data_folder() / f"sample-{today}.db")


def _sample_end(settings: Settings, now: datetime) -> datetime:
    """Where the sample's last article is moved to: shortly before this morning's brief, or before now if earlier."""
    return min(_morning(settings, now), now) - AFTER_LAST


def _morning(settings: Settings, now: datetime) -> datetime:
    zone = settings.brief.timezone
    return times.slot(now.astimezone(ZoneInfo(zone)).date(), settings.brief.at, zone)


class _Unheard:
    """The terminal on the sample's earlier mornings: what it was told then is on record, and was never printed."""

    name = CONSOLE

    def parts(self, message: Message) -> tuple[Message, ...]:
        return (message,)

    async def send(self, delivery: Delivery) -> SendOutcome:
        return Sent(delivery.id)

    async def edit(self, delivery: Delivery) -> SendOutcome:
        return Sent(delivery.id)

    async def find(self, delivery: Delivery) -> None: ...

    async def introduce(self, event: Event) -> Event:
        return event

    async def direct(self, person: str) -> None: ...

    def guards(self, _address: str, /) -> bool:
        return False

    async def ended(self) -> str:
        """Nobody says anything here."""
        return "nobody is there"


async def play_sample(app: App, progress: Progress | None = None) -> None:
    """Live through the sample's earlier mornings, once a database: a cycle each, and what the terminal was told."""
    if await app.store.memory.recall(PLAYED):
        return
    now = app.clock.now()
    last_morning = _sample_end(app.settings, now) + AFTER_LAST
    platforms: Mapping[str, Platform] = {CONSOLE: _Unheard()}
    post = Post(app.store, Courier(app.store, platforms, app.clock), app.clock)
    try:
        for days in range(MORNINGS_BEFORE, 0, -1):
            app.clock.set(last_morning - timedelta(days=days))
            await app.pipeline.cycle(progress)
            channel = await app.terminal()
            await post.tell(channel, local_date(channel, app.clock.now()))
            await deliver(app.store, platforms, app.clock)
    finally:
        app.clock.set(now)
    await app.pipeline.cycle(progress)
    await app.store.memory.keep(PLAYED, "yes")


# --- running -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Services:
    """What speaks and listens while the bot runs."""

    post: Post
    courier: Courier
    inbox: InboxService


async def run(settings: Settings, *, wait: bool = False, sample: bool = False) -> int:
    """Run until stopped, or until the terminal's input ends; the exit code.

    In the terminal, where none of the starter sources can be reached and nothing is stored yet, the sample edition is
    played instead.
    """
    stop = asyncio.Event()
    with _stopped_by_signals(stop):
        if not sample:
            reached = await _until_stopped(_run(settings, wait=wait, sample=False), stop)
            if reached is not False:
                return 0
            _say("None of the starter sources can be reached, and nothing is stored yet: is there a network?")
        await _until_stopped(_run(settings, wait=wait, sample=True), stop)
    return 0


async def _run(settings: Settings, *, wait: bool, sample: bool) -> bool:
    """True once it ran to its end; False where nothing could be reached and the sample edition should be played."""
    async with open_app(settings, sample=sample) as app, app.store.lease("run", wait=wait):
        if sample:
            _say(FICTION)
            with ConsoleProgress() as progress:
                await play_sample(app, progress)
        names = settings.chat_platforms if not sample else ()
        async with open_services(app.context, app.platforms, names or (CONSOLE,)) as services:
            console = app.platforms.get(CONSOLE)
            if isinstance(console, ConsolePlatform):
                return await _converse(app, services, console)
            if code := await app.context.operators.code():
                _say(f"Nobody operates this bot yet. To do so, write to it: claim {code}")
            async with _ticking(app, services):
                await _until_all_ended(app, services)
    return True


async def _until_all_ended(app: App, services: Services) -> None:
    """Watch the chat platforms: of one that can be used no more the operator is told; PlatformError for the last."""
    watching = {asyncio.create_task(each.ended()): name for name, each in app.platforms.items()}
    try:
        while watching:
            done, _ = await asyncio.wait(watching, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                name, why = watching.pop(task), task.result()
                del app.platforms[name]
                sentence = f"{name.title()} cannot be used any more: {why} Channels and their settings are kept."
                if not watching:
                    raise PlatformError(sentence, platform=name)
                await app.context.operators.tell(sentence)
                services.courier.wake()
    finally:
        for task in watching:
            task.cancel()


@asynccontextmanager
async def open_services(
    context: Context, platforms: dict[str, Platform], names: Sequence[str]
) -> AsyncIterator[Services]:
    """The platforms of those names, courier and inbox, each leaning on those before it."""
    async with AsyncExitStack() as stack:
        courier = Courier(context.store, platforms, context.clock, context.operators.tell)
        inbox = InboxService(
            context.store,
            courier,
            context.clock,
            respond=functools.partial(respond, context=context),
            draw=functools.partial(draw, context=context),
            defaults=channel_settings(context.settings),
            operators=context.operators,
        )
        stack.callback(platforms.clear)
        for name in names:
            platforms[name] = await stack.enter_async_context(handler(name).open_platform(context.settings, inbox))
        await stack.enter_async_context(courier.running())
        await stack.enter_async_context(inbox.running())
        yield Services(Post(context.store, courier, context.clock, context.analyst), courier, inbox)


def handler(name: str) -> ModuleType:
    """What speaks to the platform of that name: the module `platform` in its folder in handlers/.

    It offers `open_platform(settings, inbox)`, and a chat platform `diagnose(settings)`.
    """
    if importlib.util.find_spec(f"handlers.{name}") is None:
        raise PlatformError(
            f"Tokens for {name.title()} are set, but this version cannot speak there; unset them to use the terminal.",
            platform=name,
        )
    return importlib.import_module(f"handlers.{name}.platform")


async def _converse(app: App, services: Services, console: ConsolePlatform) -> bool:
    """In the terminal: look, tell today's brief, then answer until the end of input."""
    if not app.sample:
        with ConsoleProgress() as progress:
            await app.pipeline.cycle(progress, eager=True)
        if await _out_of_reach(app):
            return False
    channel = await app.terminal()
    await services.post.opened(channel)
    await services.courier.idle(CONSOLE)
    console.listen()
    async with _ticking(app, services):
        await console.ended()
    return True


async def _out_of_reach(app: App) -> bool:
    """Whether not one of the starter sources has ever answered, and so there is nothing to show."""
    if app.settings.sources or await app.store.signals.latest(1):
        return False
    health = (await app.store.sources.health()).values()
    return all(each.succeeded_at is None for each in health) and any(each.failures for each in health)


class _Looking:
    """One cycle at a time in a task of its own, so that a slow source delays no brief."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._begun = app.clock.now()
        self._looked = False
        self._watch = Watch(app.store, app.context.operators.tell)
        self._task: asyncio.Task[RunReport | None] | None = None
        self._next = app.clock.now()

    @property
    def has_looked(self) -> bool:
        """Whether a look has ended since the start, or has had time enough to."""
        return self._looked or self._app.clock.now() - self._begun > FIRST_LOOK

    async def look_when_due(self) -> None:
        if self._task is not None and self._task.done():
            await self._finish(self._task)
            self._task = None
        if self._task is None and self._app.clock.now() >= self._next:
            self._next = self._app.clock.now() + timedelta(seconds=self._app.settings.pipeline.every)
            self._task = asyncio.create_task(self._app.pipeline.cycle())

    async def _finish(self, task: asyncio.Task[RunReport | None]) -> None:
        self._looked = True
        if task.cancelled():
            return
        if error := task.exception():
            log.error("a look at the sources failed; the next one comes all the same", exc_info=error)
            await self._watch.failed(error)
        elif report := task.result():
            await self._watch.saw(report)

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task}, timeout=CLOSE_SECONDS)


@asynccontextmanager
async def _ticking(app: App, services: Services) -> AsyncIterator[None]:
    """Look at the sources and tell what is due, every tick, until left."""
    looking = _Looking(app)

    async def tick() -> None:
        await looking.look_when_due()
        if not looking.has_looked:
            return  # started late, a brief that is due is told of what is read now, not of what was read before
        await tell_due(app.store, services.post, app.clock, app.settings.brief.catch_up)
        await alert_due(app.store, services.post, app.clock, app.settings.brief.alerts)
        services.courier.wake()

    try:
        async with open_ticker(app.settings.schedule.tick, tick):
            yield
    finally:
        await looking.close()


# --- stopping ------------------------------------------------------------------------------------------------------


@contextmanager
def _stopped_by_signals(stop: asyncio.Event) -> Iterator[None]:
    """SIGTERM and SIGINT set the event."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    try:
        yield
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)


async def _until_stopped(work: Coroutine[object, object, bool], stop: asyncio.Event) -> bool | None:
    """What the work returns; None where it was stopped before its end."""
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
    print(sentence, file=sys.stdout, flush=True)  # noqa: T201 - the terminal is whom we talk to
