"""Say what sources took back where it was told: in the message itself, and below it.

told and taken back since | the messages that told it, all of them sent → each edited, and a line in its thread

All of it is stored in one transaction with the note that it was said, so that it is said once, whenever the process
is killed. Where a platform cannot change what was said, only the line comes.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

from bot.briefing.briefs import MEMORY
from bot.briefing.service import BriefingService, local_date
from bot.briefing.views.correction_view import amended, reason, strikes, together, words
from bot.briefing.views.wording import message, para, strong
from bot.delivery.outbox import ON_ITS_WAY
from bot.model import times
from bot.model.brief import Correction
from bot.model.channel import Channel
from bot.model.errors import log_failure
from bot.model.messages import Choice, Choices, plain
from bot.model.outgoing import AMEND, CORRECT, Delivery, addressed, amendment_of
from bot.model.ports import Clock
from bot.model.stores import Store

log = logging.getLogger(__name__)


class AmendmentWatch:
    """Up to which articles and signals each channel was looked at, which is done again only after a change."""

    def __init__(self) -> None:
        self.seen: dict[int, tuple[int, int]] = {}  # by id of channel


async def amend_due(store: Store, briefing: BriefingService, clock: Clock, watch: AmendmentWatch) -> None:
    """Say in every channel on an open platform what was taken back of what it was told.

    Where several processes tell, a channel is one's at a time.
    An exception for one channel is logged, and it is tried again at the next tick.
    """
    newest = await store.corrections.newest()
    for channel in await store.channels.active():
        if watch.seen.get(channel.id) == newest or not briefing.reaches(channel):
            continue
        try:
            async with store.share(f"channel {channel.id}") as mine:
                if mine and await amend(store, briefing, channel, clock):
                    watch.seen[channel.id] = newest
        except Exception as error:  # noqa: BLE001 - it is logged, and what goes on goes on
            log_failure(log, f"a correction for {channel.name} on {channel.platform} failed; trying again", error)


async def amend(store: Store, briefing: BriefingService, channel: Channel, clock: Clock) -> bool:
    """Say it in one channel; False: a message that told it is still on its way, so that it must be called again."""
    found = await store.corrections.of(channel.id, clock.now() - MEMORY)
    done = True
    for group in together(each for each in found if not each.amended):
        tellings = await _tellings(store, channel, group)
        if any(each.state in ON_ITS_WAY for each in tellings):
            done = False
            continue
        said = [each for telling in tellings if telling.ref for each in await _said(briefing, channel, telling, group)]
        if await store.corrections.amend(channel.id, group, said, clock.now()):
            log.info("Correction for %s on %s: %s", channel.name, channel.platform.title(), words(group))
    briefing.wake()
    return done


async def _tellings(store: Store, channel: Channel, group: Sequence[Correction]) -> Sequence[Delivery]:
    found = [telling for each in group for telling in await store.corrections.tellings(channel.id, each)]
    return tuple({each.id: each for each in found}.values())


async def _said(
    briefing: BriefingService, channel: Channel, telling: Delivery, group: Sequence[Correction]
) -> list[Delivery]:
    """The told message with what was taken back struck through, and the line below it."""
    name = f"{group[0].cause}{amendment_of(telling.purpose)}"
    about = Choices((Choice("Why?", f"why s{group[0].signal_id}"),))
    below = await briefing.rendered(message(para(strong("Correction."), f" {words(group)}"), about), channel)
    lines = [
        replace(addressed(channel, f"{CORRECT} {name}", part, each), reply_to=telling.ref)
        for part, each in enumerate(below, 1)
    ]
    if not briefing.form_of(channel).amends:
        return lines
    day = times.full_day(local_date(channel, max(each.at for each in group)))
    why = reason(group, shown=strikes(telling.message, group))
    note, *_ = await briefing.rendered(message(para(f"Corrected {day}: {why}")), channel)
    new = addressed(channel, f"{AMEND} {name}", telling.part, amended(telling.message, group, plain(note)))
    return [replace(new, replaces=telling.ref), *lines]
