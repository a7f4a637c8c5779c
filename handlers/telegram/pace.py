"""Telegram's limits on messages, kept by waiting one's turn: 30 a second overall, one a second and chat, 20 a minute
and group.

The limiter that comes with python-telegram-bot (AIORateLimiter) knows no limit of a chat, waits however long it takes
with everybody else behind it, and after one refusal holds back every chat; this one says when to come back.
"""

from __future__ import annotations

import asyncio
import bisect
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

PATIENCE = 2.0
"""Seconds that are waited for a turn; what takes longer comes back later, so that nobody else waits for it."""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many messages in so many seconds; the seconds are somewhat more than Telegram's, for messages sent
    at a distance may arrive closer together.

    https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
    """

    most: int
    seconds: float


OVERALL = Limit(29, 1.0)
CHAT = Limit(1, 1.1)
GROUP = Limit(20, 61.0)


@dataclass
class Pace:
    """Turns to send, by chat; `now` is a monotonic clock in seconds."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    _turns: dict[str, list[float]] = field(default_factory=dict)  # when was sent, or will be, oldest first

    async def turn(self, chat: int) -> float:
        """0: it is this chat's turn, waited for if need be. Else the seconds until it might be, and none is taken."""
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

    def passed(self, chat: int) -> None:
        """The message of a chat's last turn has arrived, which may have taken a while: the next counts from now."""
        for name in (f"{chat}", f"{chat} group"):
            if (turns := self._turns.get(name)) and turns[-1] < self.now():
                turns[-1] = self.now()

    def _free(self, name: str, limit: Limit, now: float) -> float:
        """When a limit allows the next message."""
        turns = self._turns.get(name, [])
        del turns[: bisect.bisect_right(turns, now - limit.seconds)]
        if not turns:
            self._turns.pop(name, None)
        return turns[-limit.most] + limit.seconds if len(turns) >= limit.most else now
