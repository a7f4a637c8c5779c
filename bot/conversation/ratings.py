"""Verdicts given by a mark on a message that tells signals, without a word: kept, replaced, taken back in silence."""

from __future__ import annotations

from bot.conversation.meaning import told_in
from bot.conversation.request import Request
from bot.model.doors import door, opens

USEFUL, USELESS = "useful", "useless"
"""The texts of an event of the kind RATED; any other takes the verdict back."""


async def rate(request: Request) -> None:
    """Keep or take back the verdict on each signal of the message that was marked."""
    event, channel, store = request.event, request.channel, request.store
    marked = await store.outbox.by_ref(channel.id, event.replied) if event.replied else None
    if marked is None or not opens(event.asker, door(USEFUL)):
        return
    for signal_id in sorted(told_in(marked)):
        if await store.signals.get(signal_id) is None:
            continue
        if event.text in (USEFUL, USELESS):
            await store.channels.judge(channel.id, signal_id, event.asker.id, event.text == USEFUL, request.now)
        else:
            await store.channels.unjudge(channel.id, signal_id, event.asker.id)
