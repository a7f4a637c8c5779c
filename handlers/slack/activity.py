"""Shows under a question what is being done about it, as the status of its thread."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass

from bot.model.event import Event
from handlers.slack.abilities import Feature
from handlers.slack.session import Session
from handlers.slack.web import Refused, Unanswered, call

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Shown:
    """A status that is being shown."""

    address: str
    thread: str
    setting: asyncio.Task[None]


class Activity:
    """The statuses of one workspace. All of them may fail without consequence."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._shown: dict[str, _Shown] = {}  # by the purpose of the delivery that will answer the event

    def show(self, event: Event, doing: str) -> None:
        """Show it in the thread of the event; Slack takes it away once the bot has said something there."""
        thread = None if event.reply_url else event.reply_to
        if thread is None or not self._session.abilities.has(Feature.STATUS, event.address):
            return
        setting = self._session.tasks.start(self._set(event.address, thread, f"is {doing} …"))
        self._shown[f"reply:{event.id}"] = _Shown(event.address, thread, setting)

    def ended(self, purpose: str, *, answered_there: bool) -> None:
        """The answer is being sent: a status that has not come yet must not come after it. One that Slack does not
        take away, because nothing is said in its thread, is taken away."""
        shown = self._shown.pop(purpose, None)
        if shown is None:
            return
        shown.setting.cancel()
        if not answered_there:
            self._session.tasks.start(self._set(shown.address, shown.thread, ""))

    async def _set(self, address: str, thread: str, status: str) -> None:
        try:
            work = self._session.client.assistant_threads_setStatus(channel_id=address, thread_ts=thread, status=status)
            await call(work)
        except Refused as refused:
            self._session.abilities.refused(Feature.STATUS, refused.error, address)
        except Unanswered as unanswered:
            log.debug("no status is shown: %s", unanswered)
