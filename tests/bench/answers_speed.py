"""How long a recorded “why?” takes from its event to the platform's call, in a small archive and in a large one."""

from __future__ import annotations

import asyncio
import hashlib
import os
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import insert

from bot.analysts.extractive import Extractive
from bot.app.services import open_services
from bot.conversation.request import Context
from bot.delivery.operators import Operators
from bot.model.article import Article
from bot.model.channel import ChannelSettings
from bot.model.delivery import SendOutcome, Sent
from bot.model.event import Asker, Event
from bot.model.messages import Message
from bot.model.outgoing import Delivery
from bot.model.ports import Platform
from bot.model.settings import load
from bot.model.signal import Batch, Signal, SignalState
from storage.schema import articles
from storage.store import SqlStore, open_store
from tests import make
from tests.clock import MORNING, FakeClock
from tests.talk import Web

LARGE = (100_000, 1_000_000)
"""Signals and articles; the environment's BENCH_SIGNALS and BENCH_ARTICLES put others in their place."""
SMALL = (1_000, 2_000)
BATCH = 500
WAYS = ("by id", "by words", "in reply", "plainly")
ASKED = 150  # in each way
AGENCIES = 1000  # actors that some signals share; there is one that all name, and one in each alone
ROWS = 20_000  # articles written at once
WHOLE = " ".join([make.TEXT] * 3)


class _Ear:
    """A platform that notes when it is called."""

    name = "bench"
    one_way = False
    amends = False

    def __init__(self) -> None:
        self.called = asyncio.Event()
        self.at = 0.0
        self.last = ""  # the message sent last

    def guards(self, address: str) -> bool:
        return False

    def parts(self, message: Message) -> tuple[Message, ...]:
        return (message,)

    async def send(self, delivery: Delivery) -> SendOutcome:
        self.at, self.last = time.perf_counter(), delivery.id
        self.called.set()
        return Sent(delivery.id)

    async def edit(self, delivery: Delivery) -> SendOutcome:
        return Sent(delivery.id)

    async def find(self, delivery: Delivery) -> None: ...

    async def introduce(self, event: Event) -> Event:
        return event

    async def direct(self, person: str) -> None: ...

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
        await asyncio.Event().wait()
        return ""


def run(_argument: Path | None) -> dict[str, object]:
    """Milliseconds at the median and at the 95th percentile, by the way of asking."""
    large = int(os.environ.get("BENCH_SIGNALS", LARGE[0])), int(os.environ.get("BENCH_ARTICLES", LARGE[1]))
    figures: dict[str, object] = {}
    for name, (signals, stored) in (("small", SMALL), ("large", large)):
        with tempfile.TemporaryDirectory() as folder:
            times = asyncio.run(_measure(Path(folder), signals, stored))
        figures[name] = {"signals": signals, "articles": stored, **{way: _figures(took) for way, took in times.items()}}
    return figures


def _figures(times: Sequence[float]) -> dict[str, float]:
    ordered = sorted(times)
    at = {"median_ms": len(ordered) // 2, "p95_ms": int(len(ordered) * 0.95)}
    return {name: round(ordered[place], 2) for name, place in at.items()}


def _asked(number: int, signals: int, last: str) -> tuple[str, Event]:
    """One question, and the way it is asked: of a signal by its id or by its words, in a reply, or with no more than
    “why?”."""
    signal = 1 + number * 7919 % signals
    said = {"by id": f"why s{signal}?", "by words": f"why the Firm {signal} one?"}
    way = WAYS[number % len(WAYS)]
    replied = last if way == "in reply" else None
    event = Event("bench", f"e{number}", "room", "#room", Asker("U1", "Anna"), said.get(way, "why?"), MORNING)
    return way, replace(event, replied=replied, reply_to=replied)


async def _measure(folder: Path, signals: int, stored: int) -> dict[str, list[float]]:
    clock = FakeClock()
    async with open_store(str(folder / "bench.db"), clock=clock) as store:
        await fill(store, signals, stored)
        await store.channels.ensure("bench", "room", "#room", ChannelSettings(timezone="UTC"), MORNING)
        platforms: dict[str, Platform] = {}
        operators = Operators(store, (), platforms, clock)
        desk = Context(store, Extractive(), clock, load(), Web(), operators)
        ear = _Ear()
        times: dict[str, list[float]] = {way: [] for way in WAYS}
        async with open_services(desk, platforms, ()) as services:
            platforms["bench"] = ear
            for number in range(ASKED * len(WAYS)):
                ear.called.clear()
                way, event = _asked(number, signals, ear.last)
                since = time.perf_counter()
                await services.inbox.accept(event)
                await ear.called.wait()
                times[way].append((ear.at - since) * 1000)
                await services.inbox.worked(event)
                clock.advance(1)
    return times


# --- the archive -----------------------------------------------------------------------------------------------------


async def fill(store: SqlStore, signals: int, stored: int) -> None:
    """The articles straight into the table, the signals through the port."""
    (first,) = await make.stored(store, _article(1))
    names = ("source_id", "sentences", "published", "dated_by", "text_from", "weight", "title")
    base = {name: getattr(first, name) for name in names} | {
        "publisher_key": "meridian", "publisher_name": "Meridian", "version": 1, "fetched": MORNING,
        "analysed": MORNING, "attempts": 0,
    }  # fmt: skip
    for start in range(2, stored + 1, ROWS):
        rows = [
            base | {"id": number, "text": text, "sha256": hashlib.sha256(text.encode()).hexdigest()}
            for number in range(start, min(start + ROWS, stored + 1))
            for text in (f"{WHOLE} {number}.",)
        ]
        async with store._database.write() as connection:
            await connection.execute(insert(articles), rows)
    for start in range(1, signals + 1, BATCH):
        made = tuple(_signal(number) for number in range(start, min(start + BATCH, signals + 1)))
        await store.signals.save(Batch(signals=made), MORNING)


def _article(number: int) -> Article:
    return make.article(number, WHOLE, link=f"https://meridian.example/{number}", fetched=MORNING)


def _signal(id: int) -> Signal:
    members = tuple(make.member(_article(number)) for number in (2 * id - 1, 2 * id))
    changed = MORNING - timedelta(seconds=id)
    base = make.signal(
        id,
        articles=members,
        state=SignalState.CLOSED,
        changed=changed,
        title=f"Claim {id} on chips",
        actors=(f"Firm {id}", f"Agency {id % AGENCIES}", "Treasury"),
    )
    return replace(base, revisions=tuple(replace(base.revisions[0], number=n, article_id=2 * id) for n in (1, 2)))
