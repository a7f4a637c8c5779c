"""Messages go out in order, one at a time where they must, and none is sent twice unseen."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.model import messages
from bot.model.channel import Channel, ChannelSettings
from bot.model.delivery import DeliveryState, NotSent, Permanent, SendOutcome, Sent, Unknown
from bot.model.messages import Audience
from bot.model.outgoing import Delivery
from storage.store import SqlStore
from tests.clock import MORNING, FakeClock

MINUTE = timedelta(minutes=1)
ALL = ("slack", "telegram")


async def channel(store: SqlStore, platform: str = "slack", address: str = "C1") -> Channel:
    return (await store.channels.ensure(platform, address, "Channel", ChannelSettings(), MORNING))[0]


async def put(store: SqlStore, where: Channel, purpose: str, part: int = 1, **fields: object) -> Delivery:
    delivery = Delivery(
        id=f"{where.id}/{purpose}/{part}",
        channel_id=where.id,
        platform=where.platform,
        address=where.address,
        purpose=purpose,
        part=part,
        message=messages.text(f"{purpose} {part}"),
        state=DeliveryState.PENDING,
        **fields,  # type: ignore[arg-type]
    )
    await store.outbox.put(delivery, MORNING)
    return delivery


async def claim(store: SqlStore) -> str | None:
    claimed = await store.outbox.claim(MORNING, ALL)
    return claimed.id.partition("/")[2] if claimed else None


async def settle(store: SqlStore, where: Channel, name: str, outcome: SendOutcome) -> None:
    await store.outbox.settle(f"{where.id}/{name}", outcome, None, MORNING)


async def test_it_comes_back_as_it_was_put(store: SqlStore) -> None:
    """A delivery comes back whole; putting it twice is once; its address is the one the channel has now."""
    where = await channel(store)
    given = await put(
        store, where, "reply:e1", audience=Audience.ASKER, reply_to="t", asker="U1", replaces="r", error=None
    )
    await store.outbox.put(given, MORNING)
    assert await store.outbox.under(where.id, "reply:e1") == (given,)
    from dataclasses import replace

    await store.channels.save(replace(where, address="C9"))
    claimed = await store.outbox.claim(MORNING, ALL)
    assert claimed == replace(given, address="C9", state=DeliveryState.SENDING, tries=1)
    assert await store.outbox.claim(MORNING, ALL) is None


async def test_parts_in_order(store: SqlStore) -> None:
    """A part goes only when the one before it is settled."""
    where = await channel(store)
    for part in (1, 2, 3):
        await put(store, where, "brief:2026-03-27", part)
    seen = []
    while name := await claim(store):
        seen.append(name)
        assert await claim(store) is None
        await settle(store, where, name, Sent(f"ref of {name}"))
    assert seen == [f"brief:2026-03-27/{part}" for part in (1, 2, 3)]
    found = await store.outbox.by_ref(where.id, "ref of brief:2026-03-27/2")
    assert found is not None
    assert (found.part, found.state) == (2, DeliveryState.SENT)
    assert await store.outbox.by_ref(where.id + 1, "ref of brief:2026-03-27/2") is None


async def test_lanes_and_channels_do_not_wait_for_each_other(store: SqlStore) -> None:
    """A reply does not wait behind a brief nor a brief behind a reply, and no channel waits for another."""
    here, there = await channel(store), await channel(store, "telegram", "T1")
    await put(store, here, "brief:2026-03-27")
    await put(store, here, "notice")
    await put(store, here, "reply:e1")
    await put(store, here, "reply:e1:draft")
    await put(store, there, "again:2026-03-27")
    assert [await claim(store) for _ in range(4)] == ["brief:2026-03-27/1", "reply:e1/1", "again:2026-03-27/1", None]
    await settle(store, here, "reply:e1/1", Sent("r"))
    assert await claim(store) == "reply:e1:draft/1"
    assert await claim(store) is None


async def test_only_platforms_that_are_open(store: SqlStore) -> None:
    """What is for a platform that is not open waits for it."""
    where = await channel(store, "telegram", "T1")
    await put(store, where, "notice")
    assert await store.outbox.claim(MORNING, ("slack",)) is None
    assert await store.outbox.claim(MORNING, ()) is None
    assert not await store.outbox.idle("telegram")
    assert await store.outbox.idle("slack")
    assert await claim(store) == "notice/1"


async def test_not_sent_waits_and_holds_the_rest(store: SqlStore) -> None:
    """What was not sent goes again from its time on, before what stands behind it."""
    where = await channel(store)
    await put(store, where, "brief:2026-03-27", 1)
    await put(store, where, "brief:2026-03-27", 2)
    assert await claim(store) == "brief:2026-03-27/1"
    await store.outbox.settle(f"{where.id}/brief:2026-03-27/1", NotSent("Too many."), MORNING + MINUTE, MORNING)
    assert await claim(store) is None
    again = await store.outbox.claim(MORNING + MINUTE, ALL)
    assert again is not None
    assert (again.part, again.tries, again.error, again.not_before) == (1, 2, "Too many.", MORNING + MINUTE)


async def test_after_a_dead_part(store: SqlStore) -> None:
    """Where a part is dead, the rest of its purpose is, also what is put later; other purposes go on."""
    where = await channel(store)
    for part in (1, 2):
        await put(store, where, "brief:2026-03-27", part)
    await put(store, where, "brief:2026-03-28", 1)
    await settle(store, where, str(await claim(store)), Permanent("The channel is archived."))
    await put(store, where, "brief:2026-03-27", 3)
    states = [(one.state, one.error) for one in await store.outbox.under(where.id, "brief:2026-03-27")]
    assert states == [(DeliveryState.DEAD, "The channel is archived.")] * 3
    assert await claim(store) == "brief:2026-03-28/1"


async def test_after_an_unknown_part(store: SqlStore) -> None:
    """Where a part may have landed, it is never sent again by itself, and the rest goes on."""
    where = await channel(store)
    for part in (1, 2):
        await put(store, where, "brief:2026-03-27", part)
    await settle(store, where, str(await claim(store)), Unknown("The connection was cut."))
    assert await claim(store) == "brief:2026-03-27/2"
    (unknown,) = await store.outbox.troubled()
    assert (unknown.part, unknown.error) == (1, "The connection was cut.")


async def test_doubtful(store: SqlStore) -> None:
    """What a dead process was sending is in doubt, with all that is unknown; what follows it waits for the verdict."""
    here, there = await channel(store), await channel(store, "telegram", "T1")
    for where in (here, there):
        await put(store, where, "notice:1")
        await put(store, where, "notice:2")
    assert await store.outbox.doubtful() == ()
    await store.outbox.claim(MORNING, ("slack",))
    (sending,) = await store.outbox.doubtful()
    assert (sending.platform, sending.state) == ("slack", DeliveryState.SENDING)
    assert await store.outbox.claim(MORNING, ("slack",)) is None
    await store.outbox.settle(sending.id, Unknown("The bot stopped."), None, MORNING)
    (unknown,) = await store.outbox.doubtful()
    assert (unknown.id, unknown.state) == (sending.id, DeliveryState.UNKNOWN)
    await store.outbox.settle(unknown.id, Sent("found"), None, MORNING)
    assert await store.outbox.doubtful() == ()


async def test_troubled_is_of_the_last_days(store: SqlStore, clock: FakeClock) -> None:
    """Status hears of unknown and dead deliveries for a week, the newest first."""
    where = await channel(store)
    await put(store, where, "a:1")
    await put(store, where, "b:1")
    for _ in range(2):
        await settle(store, where, str(await claim(store)), Permanent("No."))
    assert [one.purpose for one in await store.outbox.troubled()] == ["b:1", "a:1"]
    clock.advance(8 * 86400)
    assert await store.outbox.troubled() == ()


@pytest.mark.parametrize("couriers", [2, 5])
async def test_claimed_by_one(store: SqlStore, couriers: int) -> None:
    """However many couriers ask at once, a delivery goes to one of them."""
    for n in range(4):
        await put(store, await channel(store, "slack", f"C{n}"), "notice")
    claimed = await asyncio.gather(*(store.outbox.claim(MORNING, ALL) for _ in range(4 * couriers)))
    ids = [one.id for one in claimed if one]
    assert len(ids) == len(set(ids)) == 4
