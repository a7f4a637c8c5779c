"""Signals as lines of a list."""

from __future__ import annotations

from collections.abc import Sequence

from bot.briefing.views.wording import message, para, shown_title, strong, voices
from bot.model import times
from bot.model.messages import Bullets, Message, Run
from bot.model.signal import Signal

# --- lists and lines -------------------------------------------------------------------------------------------------


def signals_message(signals: Sequence[Signal], head: str, zone: str) -> Message:
    """Signals by id, strength, title and day of the last change."""
    return message(para(head), Bullets(tuple(signal_line(signal, zone) for signal in signals)))


def signal_line(signal: Signal, zone: str) -> tuple[Run, ...]:
    day = times.local(signal.changed, zone).date()
    tail = f" · {signal.strength.total} · {times.full_day(day)} · {voices(signal)} · {signal.state}"
    return strong(f"s{signal.id}  {shown_title(signal)}"), Run(tail)
