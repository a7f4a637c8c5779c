"""A question with what it is about, and the small blocks that every answer shares."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.briefing.views import wording
from bot.briefing.views.wording import para
from bot.model.channel import Channel
from bot.model.messages import Block
from bot.model.ports import Analyst
from bot.model.signal import Signal
from bot.model.stores import Store

LOOKED_AT = 20  # signals of the archive among which related ones are chosen


@dataclass(frozen=True)
class Asked:
    """Where a question was asked, and what answering it needs."""

    store: Store
    analyst: Analyst
    channel: Channel
    thread: str  # "": plainly in the channel
    asker: str
    said: str  # the words as they were said, which are kept
    now: datetime

    @property
    def zone(self) -> str:
        return self.channel.settings.timezone


def confidence_line(signal: Signal) -> Block:
    return para(f"Confidence {wording.confidence_words(signal)}", quiet=True)


def about_line(signal: Signal) -> Block:
    return para(f"s{signal.id}: {wording.shown_title(signal)}", quiet=True)


def answer_buttons(signal: Signal) -> Block:
    return wording.actions(signal, "why", "evidence")
