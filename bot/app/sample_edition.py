"""Replay the sample edition's earlier mornings silently, so that today's brief can say what has changed since."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.app.application import App
from bot.briefing.service import BriefingService, local_date
from bot.delivery.outbox import OutboxSender, deliver
from bot.model import times
from bot.model.delivery import SendOutcome, Sent
from bot.model.event import Event
from bot.model.fingerprint import fingerprint
from bot.model.messages import Message
from bot.model.outgoing import Delivery
from bot.model.ports import Platform, Progress
from bot.model.settings import Settings, data_folder
from handlers.console.place import NAME as CONSOLE

MORNINGS_BEFORE = 4  # that are replayed
AFTER_LAST = timedelta(minutes=50)  # from the sample's last article to the brief of its morning
PLAYED = "sample.played"
"""Key in `Store.memory`: set once the earlier mornings were replayed in this database."""
FICTION = "This is the sample edition: its publishers, people, companies and events are fictional."


def sample_database(settings: Settings, now: datetime) -> str:
    """The path of today's database: the edition ends this morning, so yesterday's database is of no use; nor is one
    that another version has played."""
    today = now.astimezone(ZoneInfo(settings.brief.timezone)).date()
    return str(data_folder() / f"sample-{today}-{fingerprint()}.db")


def sample_end(settings: Settings, now: datetime) -> datetime:
    """The new date of the sample's last article: shortly before this morning's brief, or before now if earlier."""
    return min(_morning(settings, now), now) - AFTER_LAST


def _morning(settings: Settings, now: datetime) -> datetime:
    zone = settings.brief.timezone
    return times.slot(now.astimezone(ZoneInfo(zone)).date(), settings.brief.at, zone)


class _SilentTerminal:
    """A Platform in the terminal's place that takes every message as sent and prints none."""

    name = CONSOLE
    one_way = False
    amends = False

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

    def private(self, _address: str, /) -> bool:
        return False

    async def broadcasts(self, _address: str, _reply_to: str | None = None, /) -> bool:
        return False

    async def administers(self, _address: str, _person: str, /) -> bool:
        return True

    async def located(self, _name: str, /) -> None: ...

    def working(self, _event: Event, _doing: str, /) -> None: ...

    async def hears(self) -> bool:
        return True

    async def ended(self) -> str:
        """Return at once: there is no one here."""
        return "nobody is there"


async def replay_sample(app: App, progress: Progress | None = None) -> None:
    """For each earlier morning run a cycle and tell the terminal its brief, once per database; then run one for now."""
    if await app.store.memory.recall(PLAYED):
        return
    now = app.clock.now()
    last_morning = sample_end(app.settings, now) + AFTER_LAST
    platforms: Mapping[str, Platform] = {CONSOLE: _SilentTerminal()}
    briefing = BriefingService(app.store, OutboxSender(app.store, platforms, app.clock), app.clock)
    try:
        for days in range(MORNINGS_BEFORE, 0, -1):
            app.clock.set(last_morning - timedelta(days=days))
            await app.pipeline.cycle(progress)
            channel = await app.terminal()
            await briefing.tell(channel, local_date(channel, app.clock.now()))
            await deliver(app.store, platforms, app.clock)
    finally:
        app.clock.set(now)
    await app.pipeline.cycle(progress)
    await app.store.memory.keep(PLAYED, "yes")
