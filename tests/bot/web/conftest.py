"""An archive in a real store, served on a real socket."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import date
from typing import Any

import httpx
import pytest

from bot.model.brief import Account, Brief, BriefItem
from bot.model.channel import ChannelSettings
from bot.model.finding import Dimension, Stance
from bot.model.signal import Batch, Revision, Signal
from bot.web.addresses import Site
from bot.web.admission import Gate
from bot.web.door import Door
from bot.web.guarding import Limits
from bot.web.pages import Pages
from bot.web.server import Archive, serving
from tests import make
from tests.clock import MORNING, PATIENCE, FakeClock

SITE = Site("https://signals.example", "UTC")
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'{{7*7}}\u202e"

TODAY = MORNING.date()

Served = Callable[..., AbstractAsyncContextManager[httpx.AsyncClient]]


async def tell(store: Any, signals: Sequence[Signal], on: date = TODAY) -> None:
    """Record that the first two of them were told on that date, in a channel whose name is nobody's business."""
    channel, _ = await store.channels.ensure("slack", "C1", "#secret-desk", ChannelSettings(), MORNING)
    items = tuple(BriefItem(number, signal, "new") for number, signal in enumerate(signals[:2], 1))
    await store.briefs.record(channel, Brief(on, Account(1, 1, 1, 0), items), (), MORNING)


@pytest.fixture
async def archive(store: Any) -> tuple[Signal, ...]:
    """Three signals: one with two publishers, one whose words are hostile, and one to be absorbed."""
    gazette = make.article(2, publisher=make.publisher("Gazette"), link="https://gazette.example/2")
    hostile = make.article(3, title=HOSTILE, link="javascript:alert(3)")
    kept = await make.stored(store, make.article(1), gazette, hostile, make.article(4))
    second = make.member(kept[1], stance=Stance.DEVELOPS, evidence=(make.evidence(kept[1], 1, "materially lower"),))
    revisions = tuple(
        Revision(1, number, MORNING, why, stance, make.strength(corroboration=number - 1), article)
        for number, why, stance, article in (
            (1, "first seen", Stance.OPENS, 1),
            (2, "a second publisher confirms (Gazette)", Stance.DEVELOPS, 2),
        )
    )
    signals = (
        make.signal(
            1,
            articles=(make.member(kept[0]), second),
            revisions=revisions,
            strength=make.strength(corroboration=1),
            change_mind="A memory maker that sells out again.",
            contrary=(make.evidence(kept[1], 2, "Micron"),),
        ),
        make.signal(
            2,
            title=f"Title {HOSTILE}",
            analysis=f"Analysis {HOSTILE}",
            topics=("AI",),
            places=(),
            actors=(f"Actor/{HOSTILE}", ".."),
            dimensions=(Dimension.SOCIAL,),
            articles=(make.member(kept[2], reasoning=(f"Who acts: {HOSTILE}",)),),
            revisions=(Revision(2, 1, MORNING, f"why {HOSTILE}", Stance.OPENS, make.strength(), kept[2].id),),
        ),
        make.signal(3, articles=(make.member(kept[3]),)),
    )
    await store.signals.save(Batch(signals=signals), MORNING)
    await store.signals.save(Batch(merged=((3, 1),)), MORNING)
    return signals


@pytest.fixture
def served(store: Any, clock: FakeClock) -> Served:
    """Opens a client of the served archive; named values change who may come in, and how often."""

    @asynccontextmanager
    async def opened(
        token: str = "", limits: Limits | None = None, is_public: bool = False, **changes: Any
    ) -> AsyncIterator[httpx.AsyncClient]:
        door = Door(store, clock, 900, {}, ("slack",), is_public)
        site = changes.pop("site", SITE)
        whole = replace(Archive(Pages(store, site), clock, door, Gate(token) if token else None), **changes)
        async with (
            serving(whole, "127.0.0.1:0", limits) as address,
            httpx.AsyncClient(base_url=address, trust_env=False, timeout=PATIENCE) as client,
        ):
            yield client

    return opened
