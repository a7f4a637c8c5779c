"""Telegram's rate limits on messages: 30 a second overall, one a second in a chat, 20 a minute in a group.

The limiter that comes with python-telegram-bot (AIORateLimiter) knows no limit of a chat, waits however long it takes
with everybody else behind it, and after one refusal holds back every chat; this one says when to come back.
"""

from __future__ import annotations

import asyncio
import bisect
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot.model.delivery import NotSent
from handlers.telegram.web import Unanswered

PATIENCE = 2.0
"""Seconds a message waits here for its turn; one that must wait longer goes back to the outbox, so that other chats
need not wait behind it."""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` messages in `seconds`, which are somewhat more than Telegram's: messages may arrive closer
    together than they were sent.

    https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
    """

    most: int
    seconds: float


OVERALL = Limit(29, 1.0)
CHAT = Limit(1, 1.1)
GROUP = Limit(20, 61.0)


@dataclass
class Pace:
    """Turns to send, for each chat; `now` is a monotonic clock in seconds."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    _turns: dict[str, list[float]] = field(default_factory=dict)  # times of sending, past and planned, oldest first

    @asynccontextmanager
    async def slot(self, chat: int) -> AsyncIterator[None]:
        """Send within the limits, waiting for the chat's turn; Unanswered where it is more than PATIENCE away."""
        if wait := await self.turn(chat):
            raise Unanswered(NotSent("Telegram’s limits are kept", wait))
        try:
            yield
        finally:
            self.passed(chat)

    async def turn(self, chat: int) -> float:
        """Wait for the chat's turn and take it: 0. Where it is more than PATIENCE away: the seconds until then, and no
        turn is taken."""
        rules = {"": OVERALL, f"{chat}": CHAT} | ({f"{chat} group": GROUP} if chat < 0 else {})
        now = self.now()
        at = max(self._free(name, limit, now) for name, limit in rules.items())
        if at - now > PATIENCE:
            return at - now
        for name in rules:
            bisect.insort(self._turns.setdefault(name, []), at)
        if at > now:
            await self.sleep(at - now)
        return 0.0

    def was_used(self, chat: int, seconds: float) -> bool:
        """Whether a turn of the chat was taken within so many seconds."""
        turns = self._turns.get(f"{chat}", [])
        return bool(turns) and self.now() - turns[-1] < seconds

    def passed(self, chat: int) -> None:
        """The message of the chat's last turn has arrived, perhaps late: the next turn is counted from now."""
        for name in (f"{chat}", f"{chat} group"):
            if (turns := self._turns.get(name)) and turns[-1] < self.now():
                turns[-1] = self.now()

    def _free(self, name: str, limit: Limit, now: float) -> float:
        """The time at which the limit allows the next message."""
        turns = self._turns.get(name, [])
        del turns[: bisect.bisect_right(turns, now - limit.seconds)]
        if not turns:
            self._turns.pop(name, None)
        return turns[-limit.most] + limit.seconds if len(turns) >= limit.most else now
