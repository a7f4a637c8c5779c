"""What Slack delivers is put into the inbox before it is acknowledged; Slack delivers again what is not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slack_bolt.response import BoltResponse

from bot.model.event import Event, EventKind
from handlers.slack import events
from handlers.slack.channels import Channels
from handlers.slack.events import NAME
from handlers.slack.home import HomeTab
from handlers.slack.people import People
from handlers.slack.session import Session
from handlers.slack.windows import Windows

NOT_HERE = "I am not in this channel. Invite me with /invite @Bellwether, or write to me directly."


class Receiver:
    """Receives the events of one workspace."""

    def __init__(self, session: Session, channels: Channels, people: People, windows: Windows, home: HomeTab) -> None:
        self._session = session
        self._channels = channels
        self._people = people
        self._windows = windows
        self._home = home

    async def receive(self, body: Mapping[str, Any]) -> BoltResponse:
        """Store what was delivered; the response acknowledges it. Any exception has Slack deliver it again."""
        said: str | dict[str, Any] = ""
        match body.get("type"):
            case "event_callback":
                await self._event(body)
            case "block_actions":
                await self._press(body)
            case "view_submission":
                if event := events.submitted(body, self._session.now()):
                    await self._session.inbox.accept(event)
            case None if body.get("command"):
                said = await self._slash_command(body)
        return BoltResponse(status=200, body=said)

    async def _event(self, body: Mapping[str, Any]) -> None:
        me = self._session.me
        if events.revoked(body):
            self._session.end("account_inactive")
        elif (opened := events.opened_home(body)) is not None:
            self._session.tasks.start(self._home.draw(opened))
        elif event := events.heard(body, me):
            if event.kind is EventKind.LEFT:
                self._channels.left(event.address)
            if event.addressed or events.within_ours(body, me) or await self._in_our_thread(event):
                await self._session.inbox.accept(event)

    async def _in_our_thread(self, event: Event) -> bool:
        return event.thread is not None and await self._session.inbox.ours(NAME, event.address, event.thread)

    async def _slash_command(self, body: Mapping[str, Any]) -> str | dict[str, Any]:
        event = events.typed(body, self._session.me, self._session.now())
        if not await self._channels.is_inside(event.address):
            return {"response_type": "ephemeral", "text": NOT_HERE}
        self._windows.remember(event, body)
        await self._session.inbox.accept(event)
        return ""

    async def _press(self, body: Mapping[str, Any]) -> None:
        if (picked := events.picked_place(body)) is not None:
            self._session.tasks.start(self._home.draw(picked))
            return
        user = str((body.get("user") or {}).get("id"))
        at_home = (body.get("container") or {}).get("type") == "view"
        event = events.pressed(body, await self._people.direct(user) if at_home else None, self._session.now())
        if event is None:
            return
        self._windows.remember(event, body)
        if await self._session.inbox.accept(event) and at_home:
            self._session.tasks.start(self._home.draw_after(event, events.home_of(body)))
