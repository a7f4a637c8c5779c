"""What all parts of the platform share: the bot, its account, the inbox, the rate limits, what the server
knows, the tasks and the clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from telegram import Bot

from bot.model.ports import Inbox
from bot.model.tasks import Tasks
from handlers.telegram.abilities import Abilities
from handlers.telegram.events import Me
from handlers.telegram.pace import Pace


@dataclass(frozen=True, slots=True)
class Session:
    """One bot while its platform is open."""

    bot: Bot
    me: Me
    inbox: Inbox
    pace: Pace
    now: Callable[[], datetime]
    abilities: Abilities
    tasks: Tasks = field(default_factory=Tasks)
