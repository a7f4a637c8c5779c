"""What a brief is decided from: the channel, its mutes, what it was told, and the archive of now."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.model import times
from bot.model.brief import Correction, Told
from bot.model.channel import Channel, Mute
from bot.model.run import LookAccount
from bot.model.signal import Signal

Members = Callable[[str], Sequence[str]]
"""The members of a region by its code; empty for a country."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that a brief is decided from."""

    channel: Channel
    on: date
    now: datetime
    since: datetime  # the last slot's instant: how far back looking is accounted for
    weighed: datetime  # when signals were last weighed for this channel: earlier than `since` after an unable day
    look: LookAccount
    signals: tuple[Signal, ...]
    first: bool = False  # this channel has never been briefed: it is told what stands
    down: bool = False  # the bot was not running at the slot and past the catch-up window
    mutes: tuple[Mute, ...] = ()
    told: Mapping[int, Told] = field(default_factory=dict)
    corrections: tuple[Correction, ...] = ()  # that no brief opened with yet
    note: str | None = None  # what kept the model from reading since the last slot; None: nothing
    members: Members = lambda _code: ()


def local_day(instant: datetime, inputs: Inputs) -> date:
    return times.local(instant, inputs.channel.settings.timezone).date()
