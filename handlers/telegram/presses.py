"""Pressed buttons: each shows a spinner until its press is answered, with a toast or with nothing."""

from __future__ import annotations

from telegram import Bot

from bot.model.delivery import SendOutcome, Sent
from bot.model.event import Event
from bot.model.messages import Audience
from bot.model.outgoing import Delivery
from handlers.telegram import rendering
from handlers.telegram.web import CallFailed, Unanswered, best_effort, call

ALERT_CHARACTERS = 60  # a longer toast stays until it is closed


class Presses:
    """The presses that are not answered yet, by the purpose of the delivery that will answer them."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._waiting: dict[str, str] = {}  # purpose → id of the callback query

    def add(self, event: Event, query: str) -> None:
        """The press with this id is answered by what answers the event."""
        self._waiting[f"reply:{event.id}"] = query

    def take(self, purpose: str) -> str | None:
        """The press that a delivery of this purpose answers, which then waits no longer; None: none waits."""
        return self._waiting.pop(purpose, None)

    async def release(self, query: str, words: str | None = None) -> None:
        """Stop the button's spinner; `words` are shown as a toast. That it fails changes nothing."""
        alert = bool(words and len(words) > ALERT_CHARACTERS)
        await best_effort(self._bot.answer_callback_query(query, words, show_alert=alert))

    async def toast(self, delivery: Delivery, query: str) -> SendOutcome | None:
        """Show a short answer to who pressed as a toast; None: it is not short or not for one person, or it came too
        late for a toast, and must be sent as a message."""
        words = rendering.toast(delivery.message) if delivery.audience is Audience.ASKER else None
        if words is None:
            return None
        try:
            await call(self._bot.answer_callback_query(query, words, show_alert=len(words) > ALERT_CHARACTERS))
        except Unanswered as unanswered:
            return unanswered.outcome
        except CallFailed:
            return None
        return Sent(f"toast:{delivery.id}")
