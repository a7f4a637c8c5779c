"""Forms as windows (Slack's modals): each needs the trigger of the press or slash command that asked for it."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from typing import Any

from bot.model.event import Event
from bot.model.messages import Form
from bot.model.outgoing import Delivery
from handlers.slack import events
from handlers.slack.blocks import modal
from handlers.slack.session import Session
from handlers.slack.web import Refused, Unanswered, call

log = logging.getLogger(__name__)

TRIGGER_SECONDS = 2.5  # how long a trigger is used; Slack refuses it after 3 s


class Windows:
    """The triggers that may still open a window, by the purpose of the delivery that answers their event."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._triggers: dict[str, tuple[str, float]] = {}  # purpose → trigger, and until when it is used

    def remember(self, event: Event, body: Mapping[str, Any]) -> None:
        """Keep the trigger that came with the event."""
        now = time.monotonic()
        self._triggers = {purpose: kept for purpose, kept in self._triggers.items() if kept[1] > now}
        self._triggers[f"reply:{event.id}"] = (str(body.get("trigger_id")), now + TRIGGER_SECONDS)

    async def show(self, delivery: Delivery) -> bool:
        """Show the delivery's form as a window; False: it has none, or it is too late, or Slack refuses."""
        form = next((block for block in delivery.message.blocks if isinstance(block, Form)), None)
        trigger, until = self._triggers.pop(delivery.purpose, ("", 0.0)) if form else ("", 0.0)
        if form is None or time.monotonic() >= until:
            return False
        kept = events.metadata(delivery.address, delivery.reply_to, form.command)
        try:
            await call(self._session.client.views_open(trigger_id=trigger, view=modal(form, kept)))
        except (Refused, Unanswered) as error:
            log.debug("no window for %s: %s", delivery.purpose, error)
            return False
        return True
