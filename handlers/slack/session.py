"""What all parts of the platform share: the client, the bot's account, the inbox, the tasks, the clock, and what Slack
takes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from slack_sdk.web.async_client import AsyncWebClient

from bot.model.ports import Inbox
from bot.model.tasks import Tasks
from handlers.slack import web
from handlers.slack.abilities import Abilities
from handlers.slack.events import Me

APP_PAGE = "https://api.slack.com/apps"


def _future() -> asyncio.Future[str]:
    return asyncio.get_running_loop().create_future()


@dataclass(frozen=True, slots=True)
class Session:
    """One workspace while its platform is open."""

    client: AsyncWebClient
    me: Me
    inbox: Inbox
    now: Callable[[], datetime]
    abilities: Abilities
    tasks: Tasks = field(default_factory=Tasks)
    ended: asyncio.Future[str] = field(default_factory=_future)  # done once the token is refused: what to do then

    def end(self, error: str) -> None:
        """Slack refused the token with this error: nothing can be sent or received any more."""
        if not self.ended.done():
            reason = web.TOKEN_ENDED.get(error, error)
            self.ended.set_result(f"{reason}. Install the app again at {APP_PAGE}, set the new tokens and start again.")
